"""Measurements as tables in Markdown."""

from statistics import median

from measurement import COUNTING, FINDING


def table(head, rows):
    """A table whose first column is text, the others figures."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def whole_job(result):
    """Each program's whole job, against counting the words and against dedupe."""
    head = ["whole job", "seconds", "times `wc -w`", "times dedupe", "MB/s", "processor seconds"]
    head += ["peak memory", "bytes a document", "copies found"]
    rows = []
    for name, runs in result.runs.items():
        seconds, counting, finding = (middle(result.runs[of]) for of in (name, COUNTING, FINDING))
        times = result.ratio() if name == FINDING else seconds / counting
        row = [name, time(seconds), f"{times:.2f}", f"{seconds / finding:.2f}", speed(result.bytes, seconds)]
        row += [time(median(run.processor for run in runs))]
        row += ["", ""] if name == COUNTING else memory(runs, result.documents)
        rows.append([*row, _share(result, name, None)])
    return table(head, rows)


def stages(result):
    """The stages of one run of dedupe; speeds are those at which the whole corpus passes."""
    rows = [[name, time(s), speed(result.bytes, s), items] for name, s, items in result.stages]
    return table(["stage of dedupe", "seconds", "MB/s", "items"], rows)


def copies(result):
    """What was found of the known copies, by kind, and what else."""
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


def growth(results):
    """How dedupe's time and memory grow with the corpus."""
    head = ["documents", "MB", "seconds", "times `wc -w`", "µs a document", "times the row above"]
    head += ["peak memory", "bytes a document"]
    rows, above = [], None
    for result in results:
        runs = result.runs[FINDING]
        seconds = middle(runs)
        each = seconds / result.documents
        row = [f"{result.documents:,}", f"{result.bytes / 1e6:,.1f}", time(seconds), f"{result.ratio():.2f}"]
        row += [f"{each * 1e6:.1f}", f"{each / above:.2f}" if above else ""]
        rows.append(row + memory(runs, result.documents))
        above = each
    return table(head, rows)


def middle(runs):
    """The median of the seconds."""
    return median(run.seconds for run in runs)


def time(seconds):
    """Seconds, to three digits or so."""
    return f"{seconds:.3f}" if seconds < 10 else f"{seconds:.1f}"


def speed(size, seconds):
    """Megabytes a second; nothing for a time too short to tell."""
    return f"{size / seconds / 1e6:,.0f}" if seconds >= 0.001 else ""


def memory(runs, documents):
    """The most memory that any of the runs had, in MB, and its bytes a document."""
    most = max(run.memory for run in runs)
    return [f"{most / 1e6:,.1f} MB", f"{most / documents:,.0f}"]


def _share(result, name, kind):
    score = result.scores.get(name)
    if score is None:
        return ""
    found, labelled = score.found, result.truth.labelled
    hit, known = (found.total(), labelled.total()) if kind is None else (found[kind], labelled[kind])
    return f"{hit / known:.3f}" if known else ""
