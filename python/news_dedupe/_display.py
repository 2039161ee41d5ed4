"""What a result shows of itself: a summary and the largest stories."""

from __future__ import annotations

from html import escape
from typing import Any

STORIES = 10
"""Stories in the list."""

_TITLE_LENGTH = 100


def text(overview: dict[str, Any]) -> str:
    """For a terminal."""
    lines = [_sentence(overview["summary"])]
    for cluster in overview["clusters"]:
        lines.append(f"  {cluster['size']:>4} documents  {_title(cluster)}")
    lines.extend(_rest(overview))
    return "\n".join(lines)


def html(overview: dict[str, Any], page: str | None) -> str:
    """For a notebook. `page` is the report that was written."""
    rows = [
        f"<tr><td>{cluster['size']}</td><td>{cluster['publishers']}</td>"
        f"<td style='text-align:left'>{escape(_title(cluster))}</td></tr>"
        for cluster in overview["clusters"]
    ]
    head = "<tr><th>documents</th><th>publishers</th><th style='text-align:left'>story</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""
    rest = "".join(f"<p>{escape(line.strip())}</p>" for line in _rest(overview))
    if page is None:
        link = "<p><code>found.report(\"report.html\")</code> writes a page with the texts side by side.</p>"
    else:
        link = f"<p><a href='{escape(page, quote=True)}' target='_blank'>The texts side by side</a></p>"
    return f"<p>{escape(_sentence(overview['summary']))}</p>{table}{rest}{link}"


def _sentence(summary: dict[str, int]) -> str:
    stories, documents = summary["clusters"], summary["documents"]
    word = "story" if stories == 1 else "stories"
    in_stories = documents - summary["unique"]
    return (
        f"{stories:,} {word} in {in_stories:,} of {documents:,} documents: {summary['exact']:,} exact, "
        f"{summary['near']:,} near, {summary['contained']:,} contained, "
        f"{summary['versions']:,} versions, {summary['overlaps']:,} overlaps"
    )


def _rest(overview: dict[str, Any]) -> list[str]:
    lines = []
    more = overview["summary"]["clusters"] - len(overview["clusters"])
    if more > 0:
        lines.append(f"  and {more:,} smaller ones")
    skipped = overview["summary"]["skipped"]
    if skipped:
        lines.append(f"  {skipped:,} inputs were skipped: see .skipped")
    return lines


def _title(cluster: dict[str, Any]) -> str:
    """The headline of the representative, or its id. No control characters."""
    title = cluster["members"][0].get("title") or cluster["representative"]
    shown = "".join(c if c.isprintable() else " " for c in title)
    return shown if len(shown) <= _TITLE_LENGTH else shown[: _TITLE_LENGTH - 1] + "…"
