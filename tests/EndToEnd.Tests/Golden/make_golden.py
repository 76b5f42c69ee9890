"""Makes lstm.safetensors and gru.safetensors beside this script, from PyTorch in double precision, rounded to float32 at the end,
and lstm.weights.safetensors and gru.weights.safetensors, the weights alone, as a user would save a PyTorch module.

    python3 make_golden.py

A full file holds: x (B,T,I), h0 [, c0] (B,H), the module's weights under PyTorch's keys, y (B,T,H), hn [, cn] (B,H), the gradients gy, ghn [, gcn]
that arrive at them, and what leaves: grad.x, grad.h0 [, grad.c0] and grad.<weight>. Inputs and weights are rounded to float32 before the run.
"""
import json
import pathlib
import struct

import torch

BATCH, STEPS, INPUTS, UNITS = 3, 7, 5, 6


def write(path, tensors):
    """safetensors: length of the header (u64), the header in JSON, the data; everything little-endian."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        values = tensor.detach().contiguous().flatten().tolist()
        block = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(block)]}
        data += block
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def draw(*shape):
    return torch.randn(*shape).float().double()


def make(name, module, states):
    module = module.double()
    with torch.no_grad():
        for weight in module.parameters():
            weight.copy_(draw(*weight.shape) * 0.5)
    x = draw(BATCH, STEPS, INPUTS).requires_grad_()
    start = {s + "0": draw(BATCH, UNITS).requires_grad_() for s in states}
    packed = [s.unsqueeze(0) for s in start.values()]
    y, end = module(x, tuple(packed) if len(states) > 1 else packed[0])
    end = [e.squeeze(0) for e in (end if len(states) > 1 else [end])]
    gy, gend = draw(BATCH, STEPS, UNITS), [draw(BATCH, UNITS) for _ in states]
    ((y * gy).sum() + sum((e * g).sum() for e, g in zip(end, gend))).backward()

    weights = dict(module.named_parameters())
    tensors = {"x": x, **start, **weights, "y": y}
    tensors.update({s + "n": e for s, e in zip(states, end)})
    tensors["gy"] = gy
    tensors.update({f"g{s}n": g for s, g in zip(states, gend)})
    tensors.update({"grad." + key: value.grad for key, value in {"x": x, **start, **weights}.items()})
    here = pathlib.Path(__file__)
    write(here.with_name(f"{name}.safetensors"), tensors)
    write(here.with_name(f"{name}.weights.safetensors"), weights)


torch.manual_seed(1)
make("lstm", torch.nn.LSTM(INPUTS, UNITS, batch_first=True), ["h", "c"])
make("gru", torch.nn.GRU(INPUTS, UNITS, batch_first=True), ["h"])
