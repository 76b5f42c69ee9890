"""Layers in PyTorch, timed: the median of quiet repetitions of one training step (forward and backward).

python3 layers.py CASE STEPS BATCH UNITS THREADS [BUDGET] prints one line per way of writing it: its name and seconds.
Cases: mingru (its recurrence as a loop, in log space, as Hillis and Steele's scan), lstm (nn.LSTM), network (two layers of nn.LSTM,
the last step, a linear layer, cross entropy, clipping, Adam).
"""
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F

case, steps, batch, units, threads = sys.argv[1], *map(int, sys.argv[2:6])
budget = float(sys.argv[6]) if len(sys.argv) > 6 else 6.0
WARM_UP = 2.0
torch.set_num_threads(threads)
torch.manual_seed(0)


def median(body):
    begin = time.perf_counter()
    body()
    while time.perf_counter() - begin < WARM_UP:
        body()
    quiet, every, begin = [], [], time.perf_counter()
    while len(quiet) < 11 and (time.perf_counter() - begin < budget or not every):
        interruptions = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
        cpu, start = time.process_time(), time.perf_counter()
        body()
        seconds = time.perf_counter() - start
        every.append(seconds)
        # PyTorch does not keep all its threads busy, so only the first one's share is demanded.
        if time.process_time() - cpu >= 0.8 * seconds and resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw - interruptions <= max(1, 20 * seconds):
            quiet.append(seconds)
    return statistics.median(quiet) if len(quiet) >= 3 else sorted(every)[len(every) // 10]


def report(name, body):
    print(name, median(body), flush=True)


class MinGru(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.z, self.h = torch.nn.Linear(units, units), torch.nn.Linear(units, units)

    def parts(self, x):
        z = torch.sigmoid(self.z(x))
        return 1 - z, z * self.h(x)

    def loop(self, x):
        a, b = self.parts(x)
        h, out = torch.zeros_like(b[0]), []
        for at, bt in zip(a.unbind(0), b.unbind(0)):
            h = torch.addcmul(bt, at, h)
            out.append(h)
        return torch.stack(out)

    def hillis(self, x):
        a, b = self.parts(x)
        distance = 1
        while distance < b.shape[0]:
            b = torch.cat([b[:distance], torch.addcmul(b[distance:], a[distance:], b[:-distance])])
            a = torch.cat([a[:distance], a[distance:] * a[:-distance]])
            distance *= 2
        return b

    def log(self, x):
        # The published log-space form; it needs a positive candidate.
        k, c = self.z(x), self.h(x)
        candidate = torch.where(c >= 0, (F.relu(c) + 0.5).log(), -F.softplus(-c))
        decay = torch.cumsum(-F.softplus(k), 0)
        return torch.exp(decay + torch.logcumsumexp(candidate - F.softplus(-k) - decay, 0))


def layer_step(forward, module):
    x, gradient = torch.randn(steps, batch, units), torch.randn(steps, batch, units)

    def body():
        module.zero_grad()
        forward(x.detach().requires_grad_()).backward(gradient)

    return body


if case == "mingru":
    layer = MinGru()
    # A loop of 65 536 steps takes minutes: at that length it is left to the forms that are meant for it.
    for name in ("loop", "hillis", "log") if steps <= 8192 else ("hillis", "log"):
        report(name, layer_step(getattr(layer, name), layer))
elif case == "lstm":
    layer = torch.nn.LSTM(units, units)
    report("nn.LSTM", layer_step(lambda x: layer(x)[0], layer))
elif case == "network":
    symbols = 128
    lstm, linear = torch.nn.LSTM(symbols, units, num_layers=2), torch.nn.Linear(units, 2)
    parameters = [*lstm.parameters(), *linear.parameters()]
    adam = torch.optim.Adam(parameters, lr=1e-3)
    x = F.one_hot(torch.randint(symbols, (steps, batch)), symbols).float()
    classes = torch.randint(2, (batch,))

    def train():
        adam.zero_grad()
        F.cross_entropy(linear(lstm(x)[0][-1]), classes).backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        adam.step()

    report("nn.LSTM", train)
else:
    sys.exit(f"unknown case {case}")
