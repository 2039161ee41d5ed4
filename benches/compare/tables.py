"""Formats measurements as Markdown tables."""

from statistics import median

from benchmark import DEDUPE, WC


def table(head, rows):
    """A table with text in its first column and numbers in the others."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def whole_job(result):
    """The whole job of each program, compared with `wc -w` and with dedupe."""
    head = ["whole job", "seconds", "times `wc -w`", "times dedupe", "MB/s", "processor seconds"]
    head += ["peak memory", "bytes a document", "copies found"]
    rows = []
    for name, runs in result.runs.items():
        seconds, wc, dedupe = (median_seconds(result.runs[of]) for of in (name, WC, DEDUPE))
        ratio = result.ratio() if name == DEDUPE else seconds / wc
        row = [name, time(seconds), f"{ratio:.2f}", f"{seconds / dedupe:.2f}", speed(result.bytes, seconds)]
        row += [time(median(run.processor for run in runs))]
        row += ["", ""] if name == WC else memory(runs, result.documents)
        rows.append([*row, _share(result, name, None)])
    return table(head, rows)


def stages(result):
    """The stages of one run of dedupe. The speed of a stage is the size of the whole corpus per second."""
    rows = [[name, time(s), speed(result.bytes, s), items] for name, s, items in result.stages]
    return table(["stage of dedupe", "seconds", "MB/s", "items"], rows)


def copies(result):
    """The share of known copies found, by kind, and the number of pairs."""
    names = list(result.scores)
    labelled = result.truth.labelled
    rows = [
        [kind, f"{count:,}", *(_share(result, name, kind) for name in names)]
        for kind, count in sorted(labelled.items())
    ]
    rows.append(["all", f"{labelled.total():,}", *(_share(result, name, None) for name in names)])
    scores = result.scores.values()
    rows.append(["pairs in all", "", *(f"{score.pairs:,}" for score in scores)])
    if result.truth.stories is not None:
        rows.append(["of them wrong", "", *(f"{score.wrong:,}" for score in scores)])
    return table(["copies", "known", *names], rows)


def judged(result):
    """The precision and recall on judged pairs."""
    rows = []
    for name, score in result.judged.items():
        shares = (score.precision, score.strict, score.recall)
        rows.append([name, *("" if share is None else f"{share:.3f}" for share in shares)])
    return table(["judged pairs", "precision", "strict precision", "recall"], rows)


def growth(results):
    """The time and memory of dedupe for each size of corpus."""
    head = ["documents", "MB", "seconds", "times `wc -w`", "µs a document", "times the row above"]
    head += ["peak memory", "bytes a document"]
    rows, previous = [], None
    for result in results:
        runs = result.runs[DEDUPE]
        seconds = median_seconds(runs)
        per_document = seconds / result.documents
        row = [f"{result.documents:,}", f"{result.bytes / 1e6:,.1f}", time(seconds), f"{result.ratio():.2f}"]
        row += [f"{per_document * 1e6:.1f}", f"{per_document / previous:.2f}" if previous else ""]
        rows.append(row + memory(runs, result.documents))
        previous = per_document
    return table(head, rows)


def median_seconds(runs):
    """The median wall-clock time."""
    return median(run.seconds for run in runs)


def time(seconds):
    """Seconds, with about three digits."""
    return f"{seconds:.3f}" if seconds < 10 else f"{seconds:.1f}"


def speed(size, seconds):
    """Megabytes per second; empty below a millisecond, which is too short to measure."""
    return f"{size / seconds / 1e6:,.0f}" if seconds >= 0.001 else ""


def memory(runs, documents):
    """The peak memory of all runs, in MB and in bytes per document."""
    peak = max(run.memory for run in runs)
    return [f"{peak / 1e6:,.1f} MB", f"{peak / documents:,.0f}"]


def _share(result, name, kind):
    score = result.scores.get(name)
    if score is None:
        return ""
    found, labelled = score.found, result.truth.labelled
    hit, known = (found.total(), labelled.total()) if kind is None else (found[kind], labelled[kind])
    return f"{hit / known:.3f}" if known else ""
