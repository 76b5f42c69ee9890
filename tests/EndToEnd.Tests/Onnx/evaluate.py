"""Evaluates ONNX models in numpy, as their specification says, after onnx.checker has passed them.

Reads {"name": {"model": path, "inputs": {name: {"shape": [...], "values": [...]}}}} and writes {"name": {"outputs": ..., "ops": [...]}} or {"name": {"error": ...}}.
LSTM and GRU are ONNX's own reference implementations, from its backend tests.
"""
import json
import math
import sys
import traceback

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.backend.test.case.node.gru import GRU_Helper
from onnx.backend.test.case.node.lstm import LSTM_Helper

erf = np.vectorize(math.erf, otypes=[np.float32])


def sliced(x, starts, ends, axes=None, steps=None):
    axes = range(len(starts)) if axes is None else axes
    index = [slice(None)] * x.ndim
    for k, axis in enumerate(axes):
        step = 1 if steps is None else int(steps[k])
        start, end, n = int(starts[k]), int(ends[k]), x.shape[axis]
        start = start + n if start < 0 else start
        end = end + n if -n <= end < 0 else end
        start = min(max(start, 0), n if step > 0 else n - 1)
        end = min(max(end, 0 if step > 0 else -1), n)
        index[axis] = slice(start, None if end < 0 else end, step)
    return x[tuple(index)]


def reshaped(x, shape):
    return x.reshape([x.shape[i] if s == 0 else int(s) for i, s in enumerate(shape)])


def reduced(f):
    def run(x, axes=None, **a):
        axes = a.get("axes") if axes is None else axes
        return f(x, axis=tuple(int(i) for i in axes), keepdims=bool(a.get("keepdims", 1)))
    return run


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def expanded(x, shape):
    return np.broadcast_to(x, np.broadcast_shapes(x.shape, tuple(int(s) for s in shape)))


def lstm(X, W, R, B=None, lens=None, h0=None, c0=None, hidden_size=0):
    given = {k: v for k, v in {"X": X, "W": W, "R": R, "B": B, "initial_h": h0, "initial_c": c0}.items() if v is not None}
    return LSTM_Helper(**given).step()


def gru(X, W, R, B=None, lens=None, h0=None, hidden_size=0, linear_before_reset=0):
    given = {k: v for k, v in {"X": X, "W": W, "R": R, "B": B, "initial_h": h0}.items() if v is not None}
    return GRU_Helper(linear_before_reset=linear_before_reset, **given).step()


OPS = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Neg": np.negative, "Pow": np.power,
    "Sigmoid": lambda x: (1 / (1 + np.exp(-x.astype(np.float64)))).astype(np.float32), "Tanh": np.tanh, "Exp": np.exp, "Log": np.log, "Sqrt": np.sqrt,
    "Reciprocal": lambda x: (1 / x).astype(np.float32), "Abs": np.abs, "Sign": np.sign, "Sin": np.sin, "Cos": np.cos, "Erf": erf,
    "Relu": lambda x: np.maximum(x, np.float32(0)), "Softplus": lambda x: np.logaddexp(x, np.float32(0)),
    "HardSigmoid": lambda x, alpha=0.2, beta=0.5: np.clip(np.float32(alpha) * x + np.float32(beta), 0, 1), "Clip": lambda x, lo, hi: np.clip(x, lo, hi),
    "Min": np.minimum, "Max": np.maximum, "Less": np.less, "LessOrEqual": np.less_equal, "Greater": np.greater, "GreaterOrEqual": np.greater_equal,
    "Equal": np.equal, "And": np.logical_and, "Or": np.logical_or, "Not": np.logical_not, "Where": np.where, "Identity": lambda x: x,
    "MatMul": np.matmul, "Transpose": lambda x, perm: np.transpose(x, perm), "Reshape": reshaped, "Expand": expanded, "Slice": sliced,
    "Concat": lambda *x, axis: np.concatenate(x, axis=axis), "Shape": lambda x: np.array(x.shape, dtype=np.int64),
    "Unsqueeze": lambda x, axes: np.expand_dims(x, tuple(int(a) for a in axes)), "Squeeze": lambda x, axes: np.squeeze(x, tuple(int(a) for a in axes)),
    "Gather": lambda x, i, axis=0: np.take(x, i, axis=axis), "Cast": lambda x, to: x.astype({7: np.int64, 1: np.float32}[to]),
    "ReduceSum": reduced(np.sum), "ReduceMean": reduced(np.mean), "ReduceL2": reduced(lambda x, **k: np.sqrt(np.sum(x * x, **k))), "Softmax": softmax,
    "LSTM": lstm, "GRU": gru,
}


def scan(node, inputs, outside):
    a = {p.name: onnx.helper.get_attribute_value(p) for p in node.attribute}
    body, m = a["body"], a["num_scan_inputs"]
    n = len(inputs) - m
    carried, sequences = list(inputs[:n]), inputs[n:]
    steps = sequences[0].shape[0]
    assert all(s.shape[0] == steps for s in sequences)
    names = [i.name for i in body.input]
    assert len(names) == len(inputs) and len(body.output) == len(node.output)
    written = [[] for _ in range(len(body.output) - n)]
    for t in range(steps):
        scope = dict(outside)
        scope.update(zip(names, carried + [s[t] for s in sequences]))
        results = run(body, scope)
        for old, new in zip(carried, results):
            assert old.shape == new.shape, f"a carried value changes its shape from {old.shape} to {new.shape}"
        carried = results[:n]
        for sequence, value in zip(written, results[n:]):
            sequence.append(value)
    return carried + [np.stack(w) for w in written]


def run(graph, scope):
    for i in graph.initializer:
        scope[i.name] = numpy_helper.to_array(i)
    for node in graph.node:
        inputs = [scope[name] if name else None for name in node.input]
        if node.op_type == "Scan":
            results = scan(node, inputs, scope)
        else:
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            results = OPS[node.op_type](*inputs, **attributes)
            results = list(results) if isinstance(results, tuple) else [results]
        for name, value in zip(node.output, results):
            assert name not in scope or graph.name == "step", f"{name} is assigned twice"
            scope[name] = np.asarray(value)
    return [scope[o.name] for o in graph.output]


def evaluate(case):
    model = onnx.load(case["model"])
    onnx.checker.check_model(model, full_check=True)
    scope = {n: np.array(v["values"], dtype=np.float32).reshape(v["shape"]) for n, v in case["inputs"].items()}
    assert set(scope) == {i.name for i in model.graph.input}, f"inputs are {[i.name for i in model.graph.input]}"
    values = run(model.graph, scope)
    for declared, value in zip(model.graph.output, values):
        dims = declared.type.tensor_type.shape.dim
        assert len(dims) == value.ndim and all(not d.dim_value or d.dim_value == s for d, s in zip(dims, value.shape)), f"{declared.name}: {value.shape}"
    return {
        "outputs": {o.name: {"shape": list(v.shape), "values": [float(x) for x in v.ravel()]} for o, v in zip(model.graph.output, values)},
        "ops": [n.op_type for n in model.graph.node],
    }


def main():
    answers = {}
    with np.errstate(all="ignore"):
        for name, case in json.load(sys.stdin).items():
            try:
                answers[name] = evaluate(case)
            except Exception:  # the test says which model it was
                answers[name] = {"error": traceback.format_exc()}
    json.dump(answers, sys.stdout)


main()
