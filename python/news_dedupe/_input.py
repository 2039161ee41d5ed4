"""What the caller gives: paths or a frame, and the names of its columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any

import pyarrow as pa

from ._errors import InputError
from ._frames import arrow_table
from ._options import Names, names

Path = str | PathLike[str]


def columns(
    *,
    text: Names | None = None,
    id: Names | None = None,
    title: Names | None = None,
    publisher: Names | None = None,
    published: Names | None = None,
    url: Names | None = None,
    byline: Names | None = None,
    language: Names | None = None,
) -> dict[str, list[str]]:
    """The names of columns, by the field of a document that they are for."""
    given = {
        "text": text,
        "id": id,
        "title": title,
        "source": publisher,
        "date": published,
        "url": url,
        "byline": byline,
        "language": language,
    }
    return {field: named for field, value in given.items() if (named := names(value))}


def paths_or_table(data: Any, fields: dict[str, list[str]]) -> list[str] | pa.Table:
    """The paths, or the frame as an Arrow table, which has the columns that the caller names."""
    paths = _paths(data)
    if paths is not None:
        return paths
    table = arrow_table(data)
    _check_columns(table, fields)
    return table


def nothing_read(skipped: Iterable[dict[str, Any]]) -> str:
    """What to say if no document could be read."""
    message = "no document could be read"
    for fault in skipped:
        line = f":{fault['line']}" if "line" in fault else ""
        return f"{message}: {fault['path']}{line}: {fault['reason']}"
    return message


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


def _check_columns(table: pa.Table, fields: dict[str, list[str]]) -> None:
    """Fails if a column that the caller names does not exist."""
    found = set(table.column_names)
    for field, wanted in fields.items():
        if not any(_has(found, name) for name in wanted):
            raise no_column(table, f"{' or '.join(wanted)} for the {field}")


def no_column(table: pa.Table, what: str) -> InputError:
    """The error for a column that a table does not have."""
    found = ", ".join(table.column_names) or "none"
    return InputError(f"no column {what}; the columns are: {found}")


def _has(found: set[str], name: str) -> bool:
    """True for a column, and for a field of a struct."""
    return name in found or name.split(".")[0] in found


def folded(name: str) -> str:
    """The form in which names of columns are compared."""
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")
