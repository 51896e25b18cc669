"""One contender of the comparison of engines, in PyTorch: says {"ready"}, then answers {"run": N} on stdin with the seconds of N steps.

Reads the same batches and initial weights as engineSteps.ts. Argument: JSON {variant: "eager" | "compile" | "product", threads, model, folder}.
"""

import itertools
import json
import os
import sys
import time

import numpy
import torch


def say(what):
    print(json.dumps(what), flush=True)


def autoencoder(model, folder):
    """Layers and training loss as src/science/autoencoder.ts has them; our weights are [from, to], PyTorch's [to, from]."""
    widths = [model["inputs"], *model["hidden"], model["latent"], *reversed(model["hidden"]), model["inputs"]]
    code = len(model["hidden"])
    weights = torch.from_numpy(numpy.fromfile(os.path.join(folder, "weights.f32"), numpy.float32))
    layers = []
    for i, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        layer = torch.nn.Linear(inputs, outputs)
        with torch.no_grad():
            layer.weight.copy_(weights[: inputs * outputs].view(inputs, outputs).T)
            layer.bias.copy_(weights[inputs * outputs :][:outputs])
        weights = weights[inputs * outputs + outputs :]
        layers.append(layer)
        if i not in (code, len(widths) - 2):
            layers.append(torch.nn.ReLU())
    network = torch.nn.Sequential(*layers)

    def loss(x):
        return torch.nn.functional.mse_loss(network(x), x, reduction="sum") / x.shape[0]

    return network, loss


class Weights:
    """The initial weights, one array after the other."""

    def __init__(self, folder):
        self.rest = torch.from_numpy(numpy.fromfile(os.path.join(folder, "weights.f32"), numpy.float32))

    def into(self, parameter, transposed=False):
        """Copies the next array; ours are [from, to] where PyTorch's are [to, from]."""
        shape = list(reversed(parameter.shape)) if transposed else list(parameter.shape)
        taken = self.rest[: parameter.numel()].view(shape)
        self.rest = self.rest[parameter.numel() :]
        with torch.no_grad():
            parameter.copy_(taken.T if transposed else taken)


class Gru(torch.nn.Module):
    """As src/science/language/gatedNetwork.ts has it."""

    def __init__(self, model):
        super().__init__()
        self.embedding = torch.nn.Embedding(model["vocabulary"] + 1, model["embedding"])
        self.gru = torch.nn.GRU(model["embedding"], model["hidden"], batch_first=True)
        self.output = torch.nn.Linear(model["hidden"], model["vocabulary"])

    def read(self, weights):
        weights.into(self.embedding.weight)
        weights.into(self.gru.weight_ih_l0, transposed=True)
        weights.into(self.gru.bias_ih_l0)
        weights.into(self.gru.weight_hh_l0, transposed=True)
        weights.into(self.gru.bias_hh_l0)
        weights.into(self.output.weight, transposed=True)
        weights.into(self.output.bias)

    def forward(self, tokens):
        return self.output(self.gru(self.embedding(tokens))[0])


class Block(torch.nn.Module):
    """A layer of a transformer as nanoGPT has it."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norms = torch.nn.ModuleList([torch.nn.LayerNorm(width), torch.nn.LayerNorm(width)])
        self.projections = torch.nn.Linear(width, 3 * width)
        self.attended = torch.nn.Linear(width, width)
        self.wide = torch.nn.Linear(width, 4 * width)
        self.narrow = torch.nn.Linear(4 * width, width)

    def read(self, weights):
        width = self.attended.in_features

        def linear(weight, bias):
            weights.into(weight, transposed=True)
            weights.into(bias)

        def norm(which):
            weights.into(which.weight)
            weights.into(which.bias)

        norm(self.norms[0])
        for weight, bias in zip(self.projections.weight.split(width), self.projections.bias.split(width), strict=True):
            linear(weight, bias)
        linear(self.attended.weight, self.attended.bias)
        norm(self.norms[1])
        linear(self.wide.weight, self.wide.bias)
        linear(self.narrow.weight, self.narrow.bias)

    def forward(self, x):
        batch, context, width = x.shape
        heads = [
            part.view(batch, context, self.heads, width // self.heads).transpose(1, 2)
            for part in self.projections(self.norms[0](x)).split(width, dim=2)
        ]
        taken = torch.nn.functional.scaled_dot_product_attention(*heads, is_causal=True)
        x = x + self.attended(taken.transpose(1, 2).reshape(batch, context, width))
        return x + self.narrow(torch.nn.functional.gelu(self.wide(self.norms[1](x))))


class Transformer(torch.nn.Module):
    """As src/science/language/transformerNetwork.ts has it, embeddings tied."""

    def __init__(self, model):
        super().__init__()
        width = model["width"]
        self.vocabulary = model["vocabulary"]
        self.embedding = torch.nn.Embedding(self.vocabulary + 1, width)
        self.places = torch.nn.Parameter(torch.zeros(model["context"], width))
        self.blocks = torch.nn.ModuleList([Block(width, model["heads"]) for _ in range(model["layers"])])
        self.norm = torch.nn.LayerNorm(width)

    def read(self, weights):
        weights.into(self.embedding.weight)
        weights.into(self.places)
        for block in self.blocks:
            block.read(weights)
        weights.into(self.norm.weight)
        weights.into(self.norm.bias)

    def forward(self, tokens):
        x = self.embedding(tokens) + self.places
        for block in self.blocks:
            x = block(x)
        return torch.nn.functional.linear(self.norm(x), self.embedding.weight[: self.vocabulary])


def language(network):
    """The training loss of a network that predicts the next token."""

    def build(model, folder):
        made = network(model)
        weights = Weights(folder)
        made.read(weights)
        assert weights.rest.numel() == 0

        def loss(rows):
            logits = made(rows[:, :-1])
            return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), rows[:, 1:].reshape(-1))

        return made, loss

    return build


NETWORKS = {"autoencoder": autoencoder, "gru": language(Gru), "transformer": language(Transformer)}


def training(job):
    """The plain loop: zero the gradients, forward, backward, step."""
    model = job["model"]
    network, loss_of = NETWORKS[model["network"]](model, job["folder"])
    rows = torch.from_numpy(numpy.fromfile(os.path.join(job["folder"], "batches.f32"), numpy.float32))
    if model["network"] != "autoencoder":
        rows = rows.long()
    batches = rows.view(model["batches"], model["batch"], model["inputs"]).unbind(0)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, fused=True)
    if job["variant"] == "compile":
        loss_of = torch.compile(loss_of)
        # compiles forward and backward, and leaves the weights alone
        loss_of(batches[0]).backward()
    taken = 0

    def run(steps):
        nonlocal taken
        for _ in range(steps):
            x = batches[taken % len(batches)]
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(x)
            loss.backward()
            optimizer.step()
            taken += 1
        return loss.item()

    return run


def product(_):
    """Products of two 1024 x 1024 matrices: the most that this machine computes."""
    a, b, out = torch.randn(1024, 1024), torch.randn(1024, 1024), torch.empty(1024, 1024)

    def run(steps):
        for _ in range(steps):
            torch.mm(a, b, out=out)
        return out[0, 0].item()

    return run


def main():
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    try:
        run = product(job) if job["variant"] == "product" else training(job)
    except Exception as error:  # whatever stands in the way is the row's reason
        say({"error": f"{type(error).__name__}: {error}"})
        raise
    threads = "1 thread" if job["threads"] == 1 else f"{job['threads']} threads"
    say({"ready": True, "description": threads, "torch": torch.__version__, "numpy": numpy.__version__})
    for line in sys.stdin:
        steps = json.loads(line)["run"]
        cpu_start, start = time.process_time(), time.perf_counter()
        loss = run(steps)
        seconds = time.perf_counter() - start
        say({"seconds": seconds, "cpuSeconds": time.process_time() - cpu_start, "loss": loss})


main()
