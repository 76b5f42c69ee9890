"""Peers of a cell in PyTorch on a CUDA device: medians of one forward pass, and of one forward and backward pass.

python3 gpu.py CELL LIMIT SHAPE... runs each way of writing the cell once, which compiles it, prints "ready" and waits for a line, so that it has the
device to itself when it measures. Then it prints a line for each shape (B,T,H) and way, with tabs between: shape, way, and for each of the two passes a time in
seconds or why there is none; one that is not ready after LIMIT seconds has none. Every way computes the same as the cell from inputs as long and as wide.
"""
import math
import signal
import statistics
import sys
import time

import torch

torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
torch.manual_seed(0)
# a way is compiled for each shape, with and without gradients
torch._dynamo.config.cache_size_limit = 64
device = torch.device("cuda")


class Way:
    """One way of writing a cell at one shape."""

    def __init__(self, name, function, inputs, gradient, parameters):
        self.name, self.function, self.inputs, self.gradient, self.parameters = name, function, inputs, gradient, parameters
        self.why_not = {}

    def forward(self):
        """Some of the results: the last step's."""
        with torch.no_grad():
            return [self.function(*self.inputs)[:, -1]]

    def both(self):
        """Some of the gradients: the first step's, and the parameters'."""
        for p in self.parameters:
            p.grad = None
        leaves = [x.detach().requires_grad_() for x in self.inputs]
        self.function(*leaves).backward(self.gradient)
        return [*(x.grad[:, 0] for x in leaves), *(p.grad for p in self.parameters)]

    def prepare(self, limit, expected):
        """Runs it once; what fails is not measured, nor is what computes something else than the ways before it."""
        for body in (self.forward, self.both):
            signal.alarm(limit)
            try:
                found = [x.cpu() for x in body()]
                for x, y in zip(found, expected.setdefault(body.__name__, found)):
                    difference = ((x - y).abs().max() / (1 + y.abs().max())).item()
                    if not difference <= 0.01:
                        raise ValueError(f"differs by {difference:.2g} of the largest number from the ways before it")
            except torch.cuda.OutOfMemoryError:  # others are at it, too; alone it may fit
                pass
            except Exception as error:  # what a peer cannot do is a finding
                self.why_not[body.__name__] = reason(error)
            finally:
                signal.alarm(0)
                torch.cuda.empty_cache()

    def measure(self):
        """Seconds of the forward pass and of both, or why not."""
        for body in (self.forward, self.both):
            try:
                yield self.why_not.get(body.__name__) or median(body)
            except Exception as error:
                yield reason(error)
            finally:
                torch.cuda.empty_cache()


def reason(error):
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def overdue(*_):
    raise TimeoutError("not ready in time")


def median(body):
    for _ in range(3):
        body()
    torch.cuda.synchronize()
    times, begin = [], time.perf_counter()
    while len(times) < 3 or len(times) < 25 and time.perf_counter() - begin < 0.5:
        start = time.perf_counter()
        body()
        torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


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
    """For positive numbers; the published form of minGRU. It loses digits with the length."""
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
    def scan_kernel(a, b, starts, h, products, ends, steps, units, span, REVERSE: tl.constexpr, TILE: tl.constexpr, CHANNELS: tl.constexpr):
        """
        One program for some channels of a part of a sequence, span steps: tiles of time one after the other, a scan inside each. Backwards with a of the step
        after: the adjoint. Where h is None, only what the part does to its start is written: start -> product * start + end.
        """
        channel = tl.program_id(1) * CHANNELS + tl.arange(0, CHANNELS)
        part = (tl.program_id(0).to(tl.int64) * tl.num_programs(2) + tl.program_id(2)) * units + channel
        base = tl.program_id(0).to(tl.int64) * steps * units
        last = tl.arange(0, TILE)[:, None] == TILE - 1
        product, carry = tl.full([CHANNELS], 1.0, tl.float32), tl.zeros([CHANNELS], tl.float32)
        if starts is not None:
            # what the part before ends with
            carry = tl.load(starts + part - units, (channel < units) & (tl.program_id(2) > 0), 0.0)
        begin = tl.program_id(2) * span
        for first in range(begin, min(begin + span, steps), TILE):
            t = first + tl.arange(0, TILE)
            row = steps - 1 - t if REVERSE else t
            at = base + row[:, None].to(tl.int64) * units + channel[None, :]
            inside = (t[:, None] < steps) & (channel[None, :] < units)
            later = inside & (row[:, None] + 1 < steps)
            x = tl.load(a + at + units, later, 0.0) if REVERSE else tl.load(a + at, inside, 0.0)
            y = tl.load(b + at, inside, 0.0)
            p, s = tl.associative_scan((x, y), 0, combine)
            s += p * carry[None, :]
            carry = tl.sum(tl.where(last, s, 0.0), 0)
            if h is not None:
                tl.store(h + at, s, inside)
            else:
                product *= tl.sum(tl.where(last, p, 0.0), 0)
        if h is None:
            tl.store(products + part, product, channel < units)
            tl.store(ends + part, carry, channel < units)

    def launch(a, b, reverse):
        """Where there are few sequences and channels, time is split so that every multiprocessor has four programs, in three passes."""
        tile, channels, programs = 64, 32, 4 * torch.cuda.get_device_properties(device).multi_processor_count
        batch, steps, units = b.shape
        rows = triton.cdiv(units, channels)
        span = tile * max(16, triton.cdiv(steps, tile * max(1, programs // (batch * rows))))
        parts = triton.cdiv(steps, span)
        h, starts = torch.empty_like(b), None
        if parts > 1:
            products, ends, starts = (b.new_empty(batch, parts, units) for _ in range(3))
            scan_kernel[batch, rows, parts](a, b, None, None, products, ends, steps, units, span, reverse, tile, channels)
            scan_kernel[batch, rows, 1](products, ends, None, starts, None, None, parts, units, tile * triton.cdiv(parts, tile), False, tile, channels)
        scan_kernel[batch, rows, parts](a, b, starts, h, None, None, steps, units, span, reverse, tile, channels)
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


def scans(steps):
    """Ways of a scan: a loop in Python only where it ends within a minute."""
    if steps <= 4096:
        yield "loop", loop
    yield from (("Hillis-Steele", hillis_steele), ("log space", log_space), ("associative_scan", associative))
    if triton_scan is not None:
        yield "Triton", triton_scan


def linear(inputs, outputs):
    return torch.nn.Linear(inputs, outputs, device=device)


# ---- cells: a function of a scan and the inputs, how many inputs, the parameters, and the scans that do not apply


def raw(units):
    return lambda scan, a, b: scan(a, b), 2, [], ()


def fused_min_gru(units):
    def gated(scan, z, c):
        z = torch.sigmoid(z)
        return scan(1 - z, z * c)

    return gated, 2, [], ()


def min_gru(units):
    gate, candidate = linear(units, units), linear(units, units)

    def layer(scan, x):
        z = torch.sigmoid(gate(x))
        return scan(1 - z, z * candidate(x))

    return layer, 1, [*gate.parameters(), *candidate.parameters()], ("log space",)


def sru(units):
    all_gates = linear(units, 4 * units)

    def layer(scan, x):
        f, r, w, skip = all_gates(x).chunk(4, -1)
        f, r = torch.sigmoid(f), torch.sigmoid(r)
        return r * scan(f, (1 - f) * w) + (1 - r) * skip

    return layer, 1, list(all_gates.parameters()), ("log space",)


def gilr_lstm(units):
    surrogate, of_input, of_state = linear(units, 2 * units), linear(units, 4 * units), linear(units, 4 * units)

    def layer(scan, x):
        g, c = surrogate(x).chunk(2, -1)
        g = torch.sigmoid(g)
        s = scan(g, (1 - g) * torch.tanh(c))
        before = torch.cat([torch.zeros_like(s[:, :1]), s[:, :-1]], 1)
        f, i, o, z = (of_input(x) + of_state(before)).chunk(4, -1)
        return torch.sigmoid(o) * scan(torch.sigmoid(f), torch.sigmoid(i) * torch.tanh(z))

    return layer, 1, [p for module in (surrogate, of_input, of_state) for p in module.parameters()], ("log space",)


def lru(units):
    into, out = linear(units, 2 * units), linear(2 * units, units)
    magnitude = (0.9 + 0.09 * torch.rand(units, device=device)).requires_grad_()
    angle = (2 * math.pi * torch.rand(units, device=device)).requires_grad_()

    def layer(scan, x):
        b = torch.complex(*into(x).chunk(2, -1))
        h = scan(torch.polar(magnitude, angle).expand_as(b), b)
        return out(torch.cat([h.real, h.imag], -1))

    return layer, 1, [*into.parameters(), *out.parameters(), magnitude, angle], ("log space", "Triton", "associative_scan")


CELLS = {"scan": raw, "fused minGRU": fused_min_gru, "minGRU": min_gru, "SRU": sru, "GILR-LSTM": gilr_lstm, "LRU": lru}


def ways(cell, batch, steps, units):
    def numbers(count):
        return [0.05 + 0.9 * torch.rand(batch, steps, units, device=device) for _ in range(count)]

    if cell == "LSTM":
        lstm = torch.nn.LSTM(units, units, batch_first=True, device=device)
        yield Way("cuDNN", lambda x: lstm(x)[0], numbers(1), *numbers(1), list(lstm.parameters()))
    elif cell in CELLS:
        function, inputs, parameters, left_out = CELLS[cell](units)
        given, (gradient,) = numbers(inputs), numbers(1)
        for form, scan in scans(steps):
            if form in left_out:
                continue
            run = lambda *x, scan=scan: function(scan, *x)
            if form != "associative_scan":  # it is one only when compiled
                yield Way(form, run, given, gradient, parameters)
            if form in ("Hillis-Steele", "associative_scan", "Triton"):
                yield Way(f"{form}, torch.compile", torch.compile(run, dynamic=False), given, gradient, parameters)


def main(cell, limit, shapes):
    signal.signal(signal.SIGALRM, overdue)
    prepared = []
    for shape in shapes:
        expected = {}
        for way in ways(cell, *map(int, shape.split(","))):
            way.prepare(limit, expected)
            prepared.append((shape, way))
    print("ready", flush=True)
    if not sys.stdin.readline():  # whoever asked is gone
        return
    for shape in shapes:
        if not any(s == shape for s, _ in prepared):
            print(shape, "PyTorch", f"there is no form of {cell}", sep="\t", flush=True)
        elif why_no_triton is not None:
            print(shape, "Triton", why_no_triton, sep="\t", flush=True)
    for shape, way in prepared:
        print(shape, way.name, *way.measure(), sep="\t", flush=True)


main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
