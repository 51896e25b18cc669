"""Losses and gradients of PyTorch's modules in float64, for networks.test.ts. Computed once:

    python networkFixture.py > networkFixture.json      (in this folder; needs torch)

Parameter number k from 0, all arrays one after the other in the order of `arrays` below, is 1.5 (((40503 (k + 1)) mod 65536)/65536 - 1/2).
Weights are [from, to] here and in the extension, [to, from] in PyTorch.
"""
import json

import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
V = 5  # tokens to predict; V the start symbol, V + 1 the mask


def mlp_arrays(model, seen, table):
    widths = [seen * model["embedding"], *model["hidden"], V]
    names = [f"hidden.{i}" for i in range(len(model["hidden"]))] + ["output"]
    layers = [pair for name, a, b in zip(names, widths, widths[1:]) for pair in ((f"{name}.weights", (a, b)), (f"{name}.bias", (b,)))]
    return [("embedding", (table, model["embedding"])), *layers]


def gru_arrays(model, table):
    e, h = model["embedding"], model["hidden"]
    state = [("state.weights", (h, 3 * h)), ("state.bias", (3 * h,)), ("output.weights", (h, V)), ("output.bias", (V,))]
    return [("embedding", (table, e)), ("input.weights", (e, 3 * h)), ("input.bias", (3 * h,)), *state]


def transformer_arrays(model, table):
    w = model["width"]
    arrays = [("embedding", (table, w)), ("positionEmbedding", (model["context"], w))]
    for l in range(model["layers"]):
        sizes = [("query", w, w), ("key", w, w), ("value", w, w), ("attended", w, w)]
        arrays += [(f"layer.{l}.norm.0.gain", (w,)), (f"layer.{l}.norm.0.bias", (w,))]
        arrays += [pair for n, a, b in sizes for pair in ((f"layer.{l}.{n}.weights", (a, b)), (f"layer.{l}.{n}.bias", (b,)))]
        arrays += [(f"layer.{l}.norm.1.gain", (w,)), (f"layer.{l}.norm.1.bias", (w,))]
        sizes = [("wide", w, 4 * w), ("narrow", 4 * w, w)]
        arrays += [pair for n, a, b in sizes for pair in ((f"layer.{l}.{n}.weights", (a, b)), (f"layer.{l}.{n}.bias", (b,)))]
    arrays += [("norm.gain", (w,)), ("norm.bias", (w,))]
    return arrays + ([] if model["tiedEmbeddings"] else [("output.weights", (w, V))])


def mlp_logits(model, p, row, masked):
    x = F.embedding(torch.tensor(row["tokens"]), p["embedding"]).reshape(1, -1)
    for i in range(len(model["hidden"])):
        x = torch.tanh(F.linear(x, p[f"hidden.{i}.weights"].T, p[f"hidden.{i}.bias"]))
    return F.linear(x, p["output.weights"].T, p["output.bias"])


def gru_logits(model, p, row, masked):
    seen = F.embedding(torch.tensor(row["tokens"]), p["embedding"])
    places = row.get("positions", list(range(len(row["tokens"]))))
    starts = [t for t, place in enumerate(places) if place == 0] + [len(places)]
    given = {
        "weight_ih_l0": p["input.weights"].T,
        "bias_ih_l0": p["input.bias"],
        "weight_hh_l0": p["state.weights"].T,
        "bias_hh_l0": p["state.bias"],
    }
    module = nn.GRU(model["embedding"], model["hidden"])
    states = [functional_call(module, given, (seen[a:b],))[0] for a, b in zip(starts, starts[1:])]
    return F.linear(torch.cat(states), p["output.weights"].T, p["output.bias"])


def block_given(p, l):
    parts = ("query", "key", "value")
    return {
        "self_attn.in_proj_weight": torch.cat([p[f"layer.{l}.{part}.weights"].T for part in parts]),
        "self_attn.in_proj_bias": torch.cat([p[f"layer.{l}.{part}.bias"] for part in parts]),
        "self_attn.out_proj.weight": p[f"layer.{l}.attended.weights"].T,
        "self_attn.out_proj.bias": p[f"layer.{l}.attended.bias"],
        "linear1.weight": p[f"layer.{l}.wide.weights"].T,
        "linear1.bias": p[f"layer.{l}.wide.bias"],
        "linear2.weight": p[f"layer.{l}.narrow.weights"].T,
        "linear2.bias": p[f"layer.{l}.narrow.bias"],
        "norm1.weight": p[f"layer.{l}.norm.0.gain"],
        "norm1.bias": p[f"layer.{l}.norm.0.bias"],
        "norm2.weight": p[f"layer.{l}.norm.1.gain"],
        "norm2.bias": p[f"layer.{l}.norm.1.bias"],
    }


def transformer_logits(model, p, row, masked):
    """Each line by itself, so that nothing can be seen of the others."""
    w = model["width"]
    places = row.get("positions", list(range(len(row["tokens"]))))
    starts = [t for t, place in enumerate(places) if place == 0] + [len(places)]
    block = nn.TransformerEncoderLayer(w, model["heads"], 4 * w, dropout=0, activation="gelu", batch_first=True, norm_first=True)
    logits = []
    for a, b in zip(starts, starts[1:]):
        x = F.embedding(torch.tensor(row["tokens"][a:b]), p["embedding"]) + p["positionEmbedding"][: b - a]
        x = x[None]
        mask = None if masked else nn.Transformer.generate_square_subsequent_mask(b - a)
        for l in range(model["layers"]):
            x = functional_call(block, block_given(p, l), (x, mask))
        x = F.layer_norm(x[0], (w,), p["norm.gain"], p["norm.bias"])
        logits.append(x @ (p["embedding"][:V].T if model["tiedEmbeddings"] else p["output.weights"]))
    return torch.cat(logits)


def result(model, objective, unit, rows):
    masked = objective == "maskedToken"
    table = V + (2 if masked else 1)
    arrays = {
        "mlp": lambda: mlp_arrays(model, model["context"] * (2 if masked else 1), table),
        "gru": lambda: gru_arrays(model, table),
        "transformer": lambda: transformer_arrays(model, table),
    }[model["kind"]]()
    p, k = {}, 0
    for name, shape in arrays:
        size = torch.Size(shape).numel()
        numbers = [1.5 * ((40503 * (i + 1)) % 65536 / 65536 - 0.5) for i in range(k, k + size)]
        p[name] = torch.tensor(numbers).reshape(shape).requires_grad_()
        k += size
    of = {"mlp": mlp_logits, "gru": gru_logits, "transformer": transformer_logits}[model["kind"]]
    total, counted = torch.tensor(0.0), 0
    for row in rows:
        nats = F.cross_entropy(of(model, p, row, masked), torch.tensor(row["targets"]), reduction="none")
        weights = torch.tensor(row.get("weights", [1] * len(row["targets"])))
        total = total + (nats * weights).sum()
        counted += int(weights.sum())
    loss = total / counted
    loss.backward()
    gradient = [float(f"{value:.9g}") for one in p.values() for value in one.grad.reshape(-1).tolist()]
    return {"model": model, "objective": objective, "unit": unit, "rows": rows, "loss": loss.item(), "gradient": gradient}


mlp = {"kind": "mlp", "context": 2, "embedding": 3, "hidden": [4]}
gru = {"kind": "gru", "embedding": 3, "hidden": 4, "context": 6}
transformer = {"kind": "transformer", "layers": 1, "heads": 2, "width": 4, "context": 6, "tiedEmbeddings": True}
deep = {**transformer, "layers": 2, "tiedEmbeddings": False}
M = V + 1
lines = [
    {"tokens": [5, 0, 3, 5, 1, 5], "targets": [0, 3, 4, 1, 4, 0], "positions": [0, 1, 2, 0, 1, 0], "weights": [1, 1, 1, 1, 1, 0]},
    {"tokens": [5, 2, 2, 1, 0, 3], "targets": [2, 2, 1, 0, 3, 4], "positions": [0, 1, 2, 3, 4, 5], "weights": [1, 1, 1, 1, 1, 1]},
]
stream = [{"tokens": [0, 1, 2, 3, 3, 1], "targets": [1, 2, 3, 3, 1, 4]}, {"tokens": [5, 4, 2, 0, 1, 1], "targets": [4, 2, 0, 1, 1, 3]}]
hidden_lines = [
    {"tokens": [0, M, 4, M, 1, 4], "targets": [0, 3, 4, 1, 1, 4], "positions": [0, 1, 2, 0, 1, 2], "weights": [0, 1, 0, 1, 0, 0]},
    {"tokens": [2, 2, M, 3, 4, 5], "targets": [2, 1, 0, 3, 4, 0], "positions": [0, 1, 2, 3, 4, 0], "weights": [0, 1, 1, 0, 0, 0]},
]
hidden_stream = [{name: row[name] for name in ("tokens", "targets", "weights")} for row in hidden_lines]
contexts = [{"tokens": [5, 5], "targets": [1]}, {"tokens": [5, 1], "targets": [3]}, {"tokens": [2, 0], "targets": [4]}]
sides = [{"tokens": [5, 1, M, 3], "targets": [1]}, {"tokens": [2, 0, 1, 5], "targets": [0]}]

cases = {
    "mlp": result(mlp, "nextToken", "lines", contexts),
    "mlp of hidden tokens": result(mlp, "maskedToken", "lines", sides),
    "gru over lines": result(gru, "nextToken", "lines", lines),
    "gru over a stream": result(gru, "nextToken", "stream", stream),
    "transformer over lines": result(transformer, "nextToken", "lines", lines),
    "transformer over a stream, two layers, output weights of its own": result(deep, "nextToken", "stream", stream),
    "transformer of hidden tokens in lines": result(transformer, "maskedToken", "lines", hidden_lines),
    "transformer of hidden tokens in a stream": result(transformer, "maskedToken", "stream", hidden_stream),
}
print(json.dumps({"torch": torch.__version__, "vocabulary": V, "cases": cases}))
