"""The digits template as somebody would write it in PyTorch. Arguments: the data file, an output folder, the number of threads (0: PyTorch's own choice).

Network 64-[64]-16, Gaussian noise 0.25, Adam 1e-3, batch 64, 50 epochs. Every step's loss goes to a log; after every epoch the losses of the
three splits, clean and with four stored corruptions, go there too, and the codes of all rows into a .npy file.
"""

import gzip
import json
import os
import sys

import numpy
import torch

EPOCHS, BATCH, SIGMA, COPIES = 50, 64, 0.25, 4


def load(path):
    """Training, validation and test rows, 0 to 1, centred by the training mean."""
    with gzip.open(path, "rt") as file:
        pixels = numpy.loadtxt(file, delimiter=",", dtype=numpy.float32)[:, :64]
    x = torch.from_numpy(pixels)[torch.randperm(len(pixels))] / 16
    train, validation, test = x.split([1258, 180, 359])
    mean = train.mean(0)
    return {"train": train - mean, "validation": validation - mean, "test": test - mean}


def main():
    path, folder, threads = sys.argv[1:]
    if int(threads) > 0:
        torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    splits = load(path)
    stored = {name: [SIGMA * torch.randn_like(x) for _ in range(COPIES)] for name, x in splits.items()}
    everything = torch.cat(list(splits.values()))
    encoder = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 16))
    decoder = torch.nn.Sequential(torch.nn.Linear(16, 64), torch.nn.ReLU(), torch.nn.Linear(64, 64))
    network = torch.nn.Sequential(encoder, decoder)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)
    step = 0

    def loss_of(seen, x):
        return torch.nn.functional.mse_loss(network(seen), x, reduction="sum") / len(x)

    with open(os.path.join(folder, "events.jsonl"), "w", buffering=1) as log:

        def evaluate():
            with torch.no_grad():
                metrics = {}
                for name, x in splits.items():
                    metrics[f"{name}.loss"] = loss_of(x, x).item()
                    metrics[f"{name}.lossCorrupted"] = sum(loss_of(x + noise, x).item() for noise in stored[name]) / COPIES
                numpy.save(os.path.join(folder, f"latents-{step:09}.npy"), encoder(everything).numpy())
            log.write(json.dumps({"kind": "evaluated", "step": step, "metrics": metrics}) + "\n")
            return metrics

        evaluate()
        train = splits["train"]
        for _ in range(EPOCHS):
            for rows in torch.randperm(len(train)).split(BATCH):
                x = train[rows]
                optimizer.zero_grad(set_to_none=True)
                loss = loss_of(x + SIGMA * torch.randn_like(x), x)
                loss.backward()
                optimizer.step()
                step += 1
                log.write(json.dumps({"kind": "stepFinished", "step": step, "loss": loss.item()}) + "\n")
            metrics = evaluate()
    print(json.dumps({"steps": step, "metrics": metrics}))


main()
