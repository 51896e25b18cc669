"""Accuracies of scikit-learn's LogisticRegression on the digits, for downstreamHead.test.ts. Computed once:

    python logisticFixture.py > logisticFixture.json      (in this folder; needs numpy and scikit-learn)

Learned from: the first `labels` rows of the order 7 * i mod 1797; asked: all rows from place 400 of that order on. Pixels over 16, in
the standard units of the rows that are learned from (constant pixels become 0). The penalty is |W|^2 / (2 C), as ours times n.
"""
import gzip
import json

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression

with gzip.open("../../../media/datasets/digits.csv.gz", "rt") as file:
    rows = np.array([[float(value) for value in line.split(",")] for line in file])
labels = rows[:, 64].astype(int)
pixels = rows[:, :64] / 16
order = [(7 * i) % len(rows) for i in range(len(rows))]
asked = order[400:]

cases = []
for count in (50, 200, 400):
    known = order[:count]
    mean, spread = pixels[known].mean(axis=0), pixels[known].std(axis=0)
    factor = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0)
    standard = (pixels - mean) * factor
    for strength in (0.01, 1, 100):
        fit = LogisticRegression(C=strength, tol=1e-10, max_iter=100_000).fit(standard[known], labels[known])
        accuracy = fit.score(standard[asked], labels[asked])
        loss = -np.log(fit.predict_proba(standard[known])[np.arange(count), labels[known]]).mean()
        cases.append({"labels": count, "strength": strength, "accuracy": accuracy, "trainLoss": loss})
print(json.dumps({"scikitLearn": sklearn.__version__, "cases": cases}, indent=2))
