"""Peers of a cell in PyTorch on a CUDA device: medians of one forward pass, and of one forward and backward pass.

python3 gpu.py CELL BATCH STEPS UNITS prints a line for each way of writing it: its name and two times in seconds, or its name and why it was
left out, with tabs between. Every way computes the same as the cell from inputs as long and as wide.
"""
import math
import statistics
import sys
import time

import torch
import torch.nn.functional as F

cell, batch, steps, units = sys.argv[1], *map(int, sys.argv[2:5])
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.manual_seed(0)
device = torch.device("cuda")


def median(body):
    for _ in range(3):
        body()
    torch.cuda.synchronize()
    times, begin = [], time.perf_counter()
    while len(times) < 3 or len(times) < 25 and time.perf_counter() - begin < 1:
        start = time.perf_counter()
        body()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(name, function, inputs, parameters=()):
    """Times function(*inputs) alone and with its gradients; what fails says why, and the others go on."""
    try:
        gradient = torch.rand(batch, steps, units, device=device)

        def forward():
            with torch.no_grad():
                function(*inputs)

        def both():
            for p in parameters:
                p.grad = None
            leaves = [x.detach().requires_grad_() for x in inputs]
            function(*leaves).backward(gradient)

        print(name, median(forward), median(both), sep="\t", flush=True)
    except Exception as error:  # what a peer cannot do is a finding
        print(name, f"{type(error).__name__}: {str(error).strip().splitlines()[0][:120] if str(error).strip() else ''}", sep="\t", flush=True)
        torch.cuda.empty_cache()


# ---- h[t] = a[t] h[t - 1] + b[t] over (batch, steps, units)


def loop(a, b):
    h, out = torch.zeros_like(b[:, 0]), []
    for at, bt in zip(a.unbind(1), b.unbind(1)):
        h = torch.addcmul(bt, at, h)
        out.append(h)
    return torch.stack(out, 1)


def hillis_steele(a, b):
    distance = 1
    while distance < b.shape[1]:
        b = torch.cat([b[:, :distance], torch.addcmul(b[:, distance:], a[:, distance:], b[:, :-distance])], 1)
        a = torch.cat([a[:, :distance], a[:, distance:] * a[:, :-distance]], 1)
        distance *= 2
    return b


def log_space(a, b):
    """For positive numbers; the published form of minGRU."""
    decay = torch.cumsum(a.log(), 1)
    return torch.exp(decay + torch.logcumsumexp(b.log() - decay, 1))


def associative(a, b):
    from torch._higher_order_ops.associative_scan import associative_scan

    return associative_scan(lambda l, r: (r[0] * l[0], r[0] * l[1] + r[1]), (a, b), dim=1, combine_mode="pointwise")[1]


try:
    import triton
    import triton.language as tl

    @triton.jit
    def combine(a, b, c, d):
        return c * a, c * b + d

    @triton.jit
    def scan_kernel(a, b, h, steps, units, REVERSE: tl.constexpr, TILE: tl.constexpr, CHANNELS: tl.constexpr):
        """One program for some channels of a sequence: tiles of time one after the other, a scan inside each. Against the order with a one step later: the adjoint."""
        channel = tl.program_id(1) * CHANNELS + tl.arange(0, CHANNELS)
        base = tl.program_id(0).to(tl.int64) * steps * units
        carry = tl.zeros([CHANNELS], tl.float32)
        for first in range(0, steps, TILE):
            t = first + tl.arange(0, TILE)
            row = steps - 1 - t if REVERSE else t
            at = base + row[:, None].to(tl.int64) * units + channel[None, :]
            inside = (t[:, None] < steps) & (channel[None, :] < units)
            later = inside & (row[:, None] + 1 < steps)
            x = tl.load(a + at + units, later, 0.0) if REVERSE else tl.load(a + at, inside, 0.0)
            y = tl.load(b + at, inside, 0.0)
            p, s = tl.associative_scan((x, y), 0, combine)
            s += p * carry[None, :]
            tl.store(h + at, s, inside)
            carry = tl.sum(tl.where(tl.arange(0, TILE)[:, None] == TILE - 1, s, 0.0), 0)

    def launch(a, b, reverse):
        h, channels = torch.empty_like(b), 32
        grid = (b.shape[0], triton.cdiv(b.shape[2], channels))
        scan_kernel[grid](a, b, h, b.shape[1], b.shape[2], reverse, 64, channels)
        return h

    class TritonScan(torch.autograd.Function):
        @staticmethod
        def forward(ctx, a, b):
            h = launch(a.contiguous(), b.contiguous(), False)
            ctx.save_for_backward(a, h)
            return h

        @staticmethod
        def backward(ctx, dh):
            a, h = ctx.saved_tensors
            db = launch(a.contiguous(), dh.contiguous(), True)
            da = torch.zeros_like(a)
            da[:, 1:] = db[:, 1:] * h[:, :-1]
            return da, db

    triton_scan, why_no_triton = TritonScan.apply, None
except ImportError as error:
    triton_scan, why_no_triton = None, str(error)

# Ways of a scan: a loop in Python only where it ends within a minute.
scans = {"Hillis-Steele": hillis_steele, "log space": log_space, "associative_scan": torch.compile(associative)}
if steps <= 4096:
    scans = {"loop": loop, **scans}
if triton_scan is not None:
    scans["Triton"] = triton_scan
else:
    print("Triton", why_no_triton, sep="\t", flush=True)


def compiled(name, function):
    """A function of a scan, as it is and compiled around it."""
    for form, scan in scans.items():
        yield form, lambda *x, scan=scan: function(scan, *x)
        if form in ("Hillis-Steele", "Triton"):
            yield f"{form}, torch.compile", torch.compile(lambda *x, scan=scan: function(scan, *x))


def numbers(count):
    return [0.05 + 0.9 * torch.rand(batch, steps, units, device=device) for _ in range(count)]


def linear(outputs, inputs=units):
    return torch.nn.Linear(inputs, outputs, device=device)


def ways(function, inputs, parameters=(), leave_out=()):
    for form, way in compiled(cell, function):
        if form.split(",")[0] not in leave_out:
            report(form, way, inputs, parameters)


if cell == "scan":
    ways(lambda scan, a, b: scan(a, b), numbers(2))
elif cell == "fused minGRU":

    def gated(scan, z, c):
        z = torch.sigmoid(z)
        return scan(1 - z, z * c)

    ways(gated, numbers(2))
elif cell == "minGRU":
    gate, candidate = linear(units), linear(units)

    def layer(scan, x):
        z = torch.sigmoid(gate(x))
        return scan(1 - z, z * candidate(x))

    ways(layer, numbers(1), [*gate.parameters(), *candidate.parameters()], leave_out=("log space",))
elif cell == "SRU":
    all_gates = linear(4 * units)

    def layer(scan, x):
        f, r, w, skip = all_gates(x).chunk(4, -1)
        f, r = torch.sigmoid(f), torch.sigmoid(r)
        return r * scan(f, (1 - f) * w) + (1 - r) * skip

    ways(layer, numbers(1), list(all_gates.parameters()), leave_out=("log space",))
elif cell == "GILR-LSTM":
    surrogate, of_input, of_state = linear(2 * units), linear(4 * units), linear(4 * units)

    def layer(scan, x):
        g, c = surrogate(x).chunk(2, -1)
        g = torch.sigmoid(g)
        s = scan(g, (1 - g) * torch.tanh(c))
        before = torch.cat([torch.zeros_like(s[:, :1]), s[:, :-1]], 1)
        f, i, o, z = (of_input(x) + of_state(before)).chunk(4, -1)
        return torch.sigmoid(o) * scan(torch.sigmoid(f), torch.sigmoid(i) * torch.tanh(z))

    parameters = [p for module in (surrogate, of_input, of_state) for p in module.parameters()]
    ways(layer, numbers(1), parameters, leave_out=("log space",))
elif cell == "LRU":
    into, out = linear(2 * units), linear(units, 2 * units)
    magnitude = (0.9 + 0.09 * torch.rand(units, device=device)).requires_grad_()
    angle = (2 * math.pi * torch.rand(units, device=device)).requires_grad_()

    def layer(scan, x):
        b = torch.complex(*into(x).chunk(2, -1))
        h = scan(torch.polar(magnitude, angle).expand_as(b), b)
        return out(torch.cat([h.real, h.imag], -1))

    parameters = [*into.parameters(), *out.parameters(), magnitude, angle]
    ways(layer, numbers(1), parameters, leave_out=("log space", "Triton", "associative_scan"))
elif cell == "LSTM":
    lstm = torch.nn.LSTM(units, units, batch_first=True, device=device)
    report("cuDNN", lambda x: lstm(x)[0], numbers(1), list(lstm.parameters()))
else:
    print("PyTorch", f"has no form of {cell}", sep="\t")
