#!/usr/bin/env python3
"""Fits the weights of the evidence model to judged pairs, and shows what each term contributes.

    fit.py NAME=CORPUS=LABELS[,LABELS...] [NAME=CORPUS=LABELS ...]

CORPUS: what the program reads. LABELS: a line for each pair of ids: id, id, label, whether a reader would drop one of
the two (yes, no, arguable), and how many pairs of the corpus the pair stands for, separated by tabs. See
`benches/evidence/labels/README.md`.

The terms are those that `dedupe explain` prints, so that they are measured by the code that decides. Prints the weights
for `crates/core/src/evidence/model.rs`; for each set precision, strict precision and recall, of all terms, without one of
them, and fitted without the set; and what each term contributes to the probabilities in cross-validation. Needs numpy
and scikit-learn. Reads each corpus once for each file of labels.
"""
import json
import subprocess
import sys

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

TERMS = ["share", "spread", "days", "numbers", "headline", "subject", "rare_words"]
# A pair whose weight is more than this many medians counts as that many: no single pair decides the fit.
MAX_WEIGHT = 5
# Weight of the same pairs without their corpus and dates. With them, the fit holds for two documents alone too.
ALONE = 0.05
# A copy that is known without a reader: one document stands in the other one in one run, with another headline. It counts
# as this many pairs. None was sampled, and a fit without it would leave such copies out.
WHOLE = [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]
WHOLE_WEIGHT = 5
# Cross-validation: parts of a set, and how often the sets are partitioned.
FOLDS = 8
PARTITIONS = 6


def terms_of(explanation):
    """The terms of a pair, and those of the two documents alone."""
    if explanation["evidence"] is None:
        return [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.5]
    terms = explanation["evidence"]["terms"]
    share = terms["share"]
    alone = max(explanation["containment_left"], explanation["containment_right"])
    of_share = {name: terms[name] / share if share > 0 else 0.0 for name in ("spread", "numbers", "headline", "subject")}
    # A pair of a small corpus shares an unknown part of its rare words.
    rare_words = 0.5 if terms["rare_words"] is None else terms["rare_words"]
    in_corpus = [share**0.5, terms["spread"] ** 0.5, *(terms[name] for name in TERMS[2:6]), rare_words]
    of_two = [alone**0.5, (alone * of_share["spread"]) ** 0.5, 0.0, *(alone * of_share[name] for name in TERMS[3:6]), 0.5]
    return in_corpus, of_two


def read(argument):
    name, corpus, label_files = argument.split("=")
    pairs = []
    for labels in label_files.split(","):
        command = ["cargo", "run", "--release", "--quiet", "--example", "explain_pairs", "--", corpus, labels]
        found = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
        for line, explanation in zip(open(labels, encoding="utf8"), found, strict=True):
            _, _, _, drop, weight = line.rstrip("\n").split("\t")[:5]
            if explanation != "null":
                terms, alone = terms_of(json.loads(explanation))
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
    rows.append([WHOLE[k] for k in use])
    answers.append(True)
    weights.append(WHOLE_WEIGHT)
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


def cross_validated(sets, use):
    """By set: the mean log loss of pairs that were left out of the fit, weighted, over several partitions."""
    losses = {name: [] for name in sets}
    for seed in range(PARTITIONS):
        random = np.random.RandomState(seed)
        folds = {name: random.randint(0, FOLDS, len(pairs)) for name, pairs in sets.items()}
        for fold in range(FOLDS):
            kept = {name: [p for p, f in zip(sets[name], folds[name]) if f != fold] for name in sets}
            slopes, bias = fit(kept, use)
            for name, pairs in sets.items():
                most = MAX_WEIGHT * np.median([p[3] for p in pairs if p[2] != "arguable"])
                for (terms, _, drop, weight), f in zip(pairs, folds[name]):
                    if f == fold and drop != "arguable":
                        odds = np.dot([terms[k] for k in use], slopes) + bias
                        loss = np.logaddexp(0.0, -odds if drop == "yes" else odds)
                        losses[name].append((loss, min(weight, most)))
    return {name: np.average([loss for loss, _ in found], weights=[weight for _, weight in found]) for name, found in losses.items()}


def main():
    sets = dict(read(argument) for argument in sys.argv[1:])
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
    print("\nmean log loss of pairs that the fit has not seen\n")
    print("| " + " | ".join(["terms", *sets]) + " |")
    print("|" + "---|" * (1 + len(sets)))
    for title, use in [("all", every)] + [(f"without {TERMS[k]}", [j for j in every if j != k]) for k in every]:
        print("| " + " | ".join([title, *(f"{loss:.3f}" for loss in cross_validated(sets, use).values())]) + " |")


if __name__ == "__main__":
    main()
