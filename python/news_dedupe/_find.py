"""Finding the copies in a frame or in files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any, Literal

import pyarrow as pa

from . import _native
from ._errors import InputError
from ._found import Found
from ._frames import arrow_table
from ._options import Keep, Names, names, options
from ._progress import Progress

Path = str | PathLike[str]


def find(
    data: Any,
    *,
    text: Names | None = None,
    id: Names | None = None,
    title: Names | None = None,
    publisher: Names | None = None,
    published: Names | None = None,
    url: Names | None = None,
    byline: Names | None = None,
    language: Names | None = None,
    threshold: float | None = None,
    min_passage: int | None = None,
    shingle: int | None = None,
    within: int | None = None,
    keep: Keep | None = None,
    prefer: Names = (),
    cross_source_only: bool = False,
    html: Literal["article", "whole"] | None = None,
    memory: int | None = None,
    temp_dir: Path | None = None,
    max_document_bytes: int | None = None,
    threads: int | None = None,
    progress: bool | None = None,
) -> Found:
    """Find the stories that more than one document carries.

    ``data`` is a frame (pyarrow, pandas, polars, a DuckDB relation, a Hugging Face data set, any object with
    ``__arrow_c_stream__``, a list of dicts) or a path or a list of paths, as on the command line.

    The columns are found by their names, as the command line finds fields. ``text``, ``id``, ``title``,
    ``publisher``, ``published``, ``url``, ``byline`` and ``language`` name them instead: one name, or several in order
    of preference. The other options are those of the command line; their defaults are the same.

    ``progress`` shows a bar; by default on a terminal and in a notebook, if tqdm is installed.

    >>> import news_dedupe as nd
    >>> story = "The ferry to Lisle stops for two weeks in March, because the pier is being repaired."
    >>> found = nd.find([
    ...     {"id": "herald", "text": story},
    ...     {"id": "post", "text": story.upper()},
    ...     {"id": "other", "text": "Nothing else happened on Tuesday."},
    ... ])
    >>> found.members["id"].to_pylist()
    ['herald', 'post']
    >>> found.clusters["size"].to_pylist()
    [2]
    """
    fields = {
        "text": text,
        "id": id,
        "title": title,
        "source": publisher,
        "date": published,
        "url": url,
        "byline": byline,
        "language": language,
    }
    # Lists of names may be iterators: they are used twice.
    fields = {field: names(value) or None for field, value in fields.items()}
    given = options(
        fields=fields,
        threshold=threshold,
        min_passage=min_passage,
        shingle=shingle,
        within=within,
        keep=keep,
        prefer=prefer,
        cross_source_only=cross_source_only,
        html=html,
        memory=memory,
        temp_dir=temp_dir,
        max_document_bytes=max_document_bytes,
        threads=threads,
    )
    paths = _paths(data)
    table = None if paths is not None else arrow_table(data)
    if table is not None:
        _check_columns(table, fields)
    with Progress(progress) as shown:
        run = _native.run(paths if table is None else table, given, shown.show)
    overview = json.loads(run.overview(0))
    rows = None if table is None else table.num_rows
    if overview["summary"]["documents"] == 0 and rows != 0:
        raise InputError(_nothing_read(overview["skipped"]))
    return Found(run, given["fields"], table)


def _paths(data: Any) -> list[str] | None:
    """The paths, or `None` if the data is a frame."""
    if isinstance(data, str | PathLike):
        return [os.fspath(data)]
    if isinstance(data, Sequence) and not isinstance(data, bytes):
        if not data:
            raise InputError("no PATH given")
        if all(isinstance(path, str | PathLike) for path in data):
            return [os.fspath(path) for path in data]
    return None


def _check_columns(table: pa.Table, fields: dict[str, Names | None]) -> None:
    """Fails if a column that the caller names does not exist."""
    columns = set(table.column_names)
    for field, given in fields.items():
        wanted = names(given)
        if wanted and not any(_has(columns, name) for name in wanted):
            found = ", ".join(table.column_names) or "none"
            missing = " or ".join(wanted)
            raise InputError(f"no column {missing} for the {field}; the columns are: {found}")


def _has(columns: set[str], name: str) -> bool:
    """True for a column, and for a field of a struct."""
    return name in columns or name.split(".")[0] in columns


def _nothing_read(skipped: Iterable[dict[str, Any]]) -> str:
    message = "no document could be read"
    for fault in skipped:
        line = f":{fault['line']}" if "line" in fault else ""
        return f"{message}: {fault['path']}{line}: {fault['reason']}"
    return message
