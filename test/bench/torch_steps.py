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


NETWORKS = {"autoencoder": autoencoder}


def training(job):
    """The plain loop: zero the gradients, forward, backward, step."""
    model = job["model"]
    network, loss_of = NETWORKS[model["network"]](model, job["folder"])
    rows = torch.from_numpy(numpy.fromfile(os.path.join(job["folder"], "batches.f32"), numpy.float32))
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
