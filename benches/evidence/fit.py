#!/usr/bin/env python3
"""Fits the weights of the evidence model to judged pairs, and shows what each term contributes.

    fit.py DEDUPE NAME=CORPUS=LABELS [NAME=CORPUS=LABELS ...]

DEDUPE: the program. CORPUS: what it reads. LABELS: a line for each pair of ids: id, id, label, whether a reader would
drop one of the two (yes, no, arguable), and how many pairs of the corpus the pair stands for, separated by tabs.

The terms are those that `dedupe explain` prints, so that they are measured by the code that decides. Prints the weights
for `crates/core/src/evidence/model.rs`, and for each set precision, strict precision and recall: of all terms, without
one of them, and fitted without the set. Needs numpy and scikit-learn. Takes one run over the corpus for each pair.
"""
import json
import subprocess
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

TERMS = ["share", "days", "numbers", "headline"]
# A pair whose weight is more than this many medians counts as that many: no single pair decides the fit.
MAX_WEIGHT = 5
# Weight of the same pairs without their corpus and dates. With them, the fit holds for two documents alone too.
ALONE = 0.05


def explained(program, corpus, left, right):
    """The four terms of a pair, and those of the two documents alone."""
    command = [program, "explain", left, right, "--in", corpus, "--format", "json", "--no-config", "--quiet"]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    if found["evidence"] is None:
        return [1.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 1.0]
    terms = found["evidence"]["terms"]
    share = terms["share"]
    alone = max(found["containment_left"], found["containment_right"])
    of_share = [terms[name] / share if share > 0 else 0.0 for name in ("numbers", "headline")]
    in_corpus = [share**0.5, terms["days"], terms["numbers"], terms["headline"]]
    return in_corpus, [alone**0.5, 0.0, of_share[0] * alone, of_share[1] * alone]


def read(program, argument):
    name, corpus, labels = argument.split("=")
    pairs = []
    for line in open(labels, encoding="utf8"):
        left, right, _, drop, weight = line.rstrip("\n").split("\t")[:5]
        terms, alone = explained(program, corpus, left, right)
        pairs.append((terms, alone, drop, float(weight)))
    return name, pairs


def training(sets, use):
    """Rows, answers and weights of all pairs on which the readers agree."""
    rows, answers, weights = [], [], []
    for pairs in sets.values():
        clear = [pair for pair in pairs if pair[2] != "arguable"]
        most = MAX_WEIGHT * np.median([weight for *_, weight in clear])
        mean = np.mean([min(weight, most) for *_, weight in clear])
        for terms, alone, drop, weight in clear:
            for row, factor in ((terms, 1.0), (alone, ALONE)):
                rows.append([row[k] for k in use])
                answers.append(drop == "yes")
                weights.append(factor * min(weight, most) / mean)
    return np.array(rows), answers, weights


def fit(sets, use):
    rows, answers, weights = training(sets, use)
    scale = StandardScaler().fit(rows)
    model = LogisticRegression(max_iter=5000).fit(scale.transform(rows), answers, sample_weight=weights)
    slopes = model.coef_[0] / scale.scale_
    return slopes, model.intercept_[0] - (slopes * scale.mean_).sum()


def scores(pairs, use, slopes, bias):
    odds = np.array([[terms[k] for k in use] for terms, *_ in pairs]) @ slopes + bias
    weight = np.array([weight for *_, weight in pairs])
    joined = weight * (odds >= 0)
    is_yes = np.array([drop == "yes" for _, _, drop, _ in pairs])
    is_no = np.array([drop == "no" for _, _, drop, _ in pairs])
    total = max(joined.sum(), 1e-9)
    return (
        1 - (joined * is_no).sum() / total,
        (joined * is_yes).sum() / total,
        (joined * is_yes).sum() / (weight * is_yes).sum(),
    )


def row(title, sets, use, model_for):
    cells = []
    for name, pairs in sets.items():
        slopes, bias = model_for(name)
        cells.append("{:.3f} / {:.3f} / {:.3f}".format(*scores(pairs, use, slopes, bias)))
    print("| " + " | ".join([title, *cells]) + " |")


def main():
    program, *arguments = sys.argv[1:]
    sets = dict(read(program, argument) for argument in arguments)
    every = list(range(len(TERMS)))
    slopes, bias = fit(sets, every)
    print("weights:", {name: round(float(slope), 2) for name, slope in zip(TERMS, slopes)}, "bias:", round(bias, 2))
    print("\nprecision / strict precision / recall\n")
    print("| " + " | ".join(["terms", *sets]) + " |")
    print("|" + "---|" * (1 + len(sets)))
    row("all", sets, every, lambda _: (slopes, bias))
    for left_out in every:
        use = [k for k in every if k != left_out]
        fitted = fit(sets, use)
        row(f"without {TERMS[left_out]}", sets, use, lambda _: fitted)
    if len(sets) > 1:
        others = lambda name: {other: pairs for other, pairs in sets.items() if other != name}
        row("all, fitted without the set", sets, every, lambda name: fit(others(name), every))


main()
