"""The memory m = A m + B u of a Legendre memory unit in PyTorch by convolution through the frequency domain, timed.

python3 lmu.py ORDER STEPS BATCH THREADS prints the median seconds of one forward pass that gives every state.
"""
import statistics
import sys
import time

import numpy
import torch

order, steps, batch, threads = map(int, sys.argv[1:5])
torch.set_num_threads(threads)

i = numpy.arange(order)
a = (2 * i[:, None] + 1) * numpy.where(i[:, None] < i[None, :], -1.0, (-1.0) ** (i[:, None] - i[None, :] + 1)) / steps
b = (2 * i + 1) * (-1.0) ** i / steps
# zero-order hold by squaring: exp of the matrix extended by b
extended = torch.zeros(order + 1, order + 1, dtype=torch.float64)
extended[:order, :order], extended[:order, order] = torch.from_numpy(a), torch.from_numpy(b)
held = torch.matrix_exp(extended)
impulse = torch.empty(steps, order, dtype=torch.float64)
row = held[:order, order].clone()
for t in range(steps):
    impulse[t] = row
    row = held[:order, :order] @ row
spectrum = torch.fft.rfft(impulse.T.float().contiguous(), n=2 * steps)
u = torch.randn(batch, 1, steps)


def forward():
    return torch.fft.irfft(torch.fft.rfft(u, n=2 * steps) * spectrum, n=2 * steps)[..., :steps]


times = []
with torch.no_grad():
    forward()
    begin = time.perf_counter()
    while len(times) < 15 and (time.perf_counter() - begin < 6 or len(times) < 3):
        start = time.perf_counter()
        forward()
        times.append(time.perf_counter() - start)
print(statistics.median(times))
