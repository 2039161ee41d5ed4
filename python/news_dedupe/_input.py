"""What the caller gives: paths or a frame, and the names of its columns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import pyarrow as pa

from ._errors import InputError
from ._frames import arrow_table
from ._options import Names, names

Path = str | PathLike[str]


# A path of so many words is more likely a text.
WORDS_OF_TEXT = 8

# Keyword arguments that name columns, and the field of a document that each is for.
COLUMNS = {
    "text": "text",
    "id": "id",
    "title": "title",
    "publisher": "source",
    "published": "date",
    "url": "url",
    "byline": "byline",
    "language": "language",
}


def columns(**given: Names | None) -> dict[str, list[str]]:
    """The names of columns, by the field of a document that they are for. Arguments are those of ``COLUMNS``."""
    found = {COLUMNS[argument]: names(argument, value) for argument, value in given.items()}
    return {field: named for field, named in found.items() if named}


@dataclass(frozen=True)
class Documents:
    """Documents that the caller gives."""

    source: list[str] | pa.Table
    """Paths, or a frame as an Arrow table."""
    fields: dict[str, list[str]]
    """The names of columns, by the field of a document that they are for."""

    @classmethod
    def given(cls, data: Any, **named: Names | None) -> Documents:
        """Paths, or a frame that has the columns that the caller names."""
        fields, paths = columns(**named), _paths(data)
        if paths is not None:
            return cls(paths, fields)
        table = arrow_table(data)
        _check_columns(table, fields)
        return cls(table, fields)

    @property
    def table(self) -> pa.Table | None:
        """The frame as an Arrow table."""
        return self.source if isinstance(self.source, pa.Table) else None

    def check_read(self, count: int, skipped: Iterable[dict[str, Any]]) -> None:
        """Fails if there are documents, and ``count`` says that none could be read."""
        if self.table is None or self.table.num_rows > 0:
            self.check_some_read(count, skipped)

    def check_some_read(self, count: int, skipped: Iterable[dict[str, Any]]) -> None:
        """Fails if ``count`` says that no document could be read, also if there is none."""
        if count > 0:
            return
        message = "no document could be read"
        for fault in skipped:
            line = f":{fault['line']}" if "line" in fault else ""
            reason = fault["reason"].replace("with --text-field", "with text=")
            message = f"{message}: {fault['path']}{line}: {reason}"
            if fault["code"] == "not-found" and len(fault["path"].split()) >= WORDS_OF_TEXT:
                message += "; a string is taken as a path: pass a text as [{'text': ...}]"
            break
        raise InputError(message)


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
