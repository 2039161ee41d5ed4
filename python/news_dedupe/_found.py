"""The result of a run."""

from __future__ import annotations

import json
from functools import cached_property
from os import PathLike, fspath
from typing import Any, Literal, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from . import _display, _native
from ._errors import InputError
from ._frames import arrow_table, filtered
from ._input import folded

Frame = TypeVar("Frame")
Drop = Literal["exact", "near", "contained", "version"]
Format = Literal[
    "text", "json", "jsonl", "html", "csv", "parquet", "pairs", "sarif", "github", "gitlab", "junit"
]


class Found:
    """The copies that :func:`find` found. The lists are Arrow tables, with the columns of the report.

    >>> import news_dedupe as nd
    >>> story = "The ferry to Lisle stops for two weeks in March, because the pier is being repaired."
    >>> news = [{"id": "herald", "text": story}, {"id": "post", "text": story + " Buses replace it."}]
    >>> found = nd.find(news)
    >>> found
    1 story in 2 of 2 documents: 0 exact, 1 near, 0 contained, 0 versions, 0 overlaps
         2 documents  post
    >>> found.matches.select(["left", "right", "relation"]).to_pylist()
    [{'left': 'herald', 'right': 'post', 'relation': 'near'}]
    >>> len(found.keep(news))
    1
    """

    def __init__(
        self, run: _native.Run, fields: dict[str, list[str]], table: pa.Table | None
    ) -> None:
        self._run = run
        self._fields = fields
        self._table = table
        self._page: str | None = None

    @cached_property
    def clusters(self) -> pa.Table:
        """One row for each story: its size, its representative, its publishers and its origin. The largest first."""
        return self._run.clusters()

    @cached_property
    def members(self) -> pa.Table:
        """One row for each document of a story, with its relation to the representative and its metadata."""
        return self._run.members()

    @cached_property
    def matches(self) -> pa.Table:
        """One row for each pair that was compared and shares text, with the byte ranges of the shared passages."""
        return self._run.matches()

    @cached_property
    def boilerplate(self) -> pa.Table:
        """One row for each passage that many otherwise different documents share."""
        return self._run.boilerplate()

    @property
    def summary(self) -> dict[str, int]:
        """Totals: documents, bytes, clusters, exact, near, contained, versions, overlaps, unique, and others."""
        summary: dict[str, int] = self._overview(0)["summary"]
        return summary

    @property
    def parameters(self) -> dict[str, Any]:
        """The settings that determined the result."""
        parameters: dict[str, Any] = self._overview(0)["parameters"]
        return parameters

    @property
    def skipped(self) -> list[dict[str, Any]]:
        """The inputs that were not used, each with its path, line and reason."""
        faults: list[dict[str, Any]] = self._overview(0)["skipped"]
        return faults

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """The inputs that were used although part of them was unclear."""
        faults: list[dict[str, Any]] = self._overview(0)["warnings"]
        return faults

    def report(self, path: str | PathLike[str], format: Format | None = None) -> None:
        """Write the report to a file. Its format goes by the extension, as on the command line: ``.html`` is the page
        with the texts side by side, ``.json`` the report for programs. The file is created or replaced only when it is
        complete.
        """
        self._run.write(path, format)
        if format == "html" or (format is None and fspath(path).lower().endswith((".html", ".htm"))):
            self._page = fspath(path)

    def to_json(self) -> str:
        """The report that the command line writes with ``--format json``."""
        return self._run.json()

    def dropped(self, drop: Drop = "near") -> pa.Table:
        """The documents that :meth:`keep` leaves out, each with the document that is kept instead.

        ``exact`` drops documents with the same words as a kept one, ``near`` also those that share most of theirs,
        ``contained`` also those that are in a longer one, ``version`` also those that tell its story in mostly other
        words.
        """
        return self._run.dropped(drop)

    def keep(self, data: Frame, drop: Drop = "near", *, id: str | None = None) -> Frame:
        """The frame without its copies: the same kind of frame, with all its columns.

        If a frame was searched, ``data`` must have the same rows in the same order; columns may have been added. If
        files were searched, ``id`` names the column with the ids of the documents (default: ``id``). Rows without a
        text are kept. ``drop`` says which copies are left out; see :meth:`dropped`.
        """
        dropped = self.dropped(drop)
        table = arrow_table(data)
        if self._table is None:
            column = id or "id"
            if column not in table.column_names:
                raise InputError(f"no column {column} with the ids of the documents")
            ids = pc.cast(table[column], pa.large_string())
            mask = pc.invert(pc.is_in(ids, value_set=dropped["id"].combine_chunks()))
            return _filtered(data, mask.combine_chunks())
        self._check_same(table)
        rows = pa.array(range(table.num_rows), pa.uint64())
        mask = pc.invert(pc.is_in(rows, value_set=dropped["row"].combine_chunks()))
        return _filtered(data, mask)

    def _check_same(self, table: pa.Table) -> None:
        """Fails if a table is not the one that was searched."""
        known = self._table
        assert known is not None
        if table.num_rows != known.num_rows:
            raise InputError(
                f"expected the {known.num_rows} rows that were searched, found {table.num_rows}"
            )
        texts = {folded(name.split(".")[0]) for name in self._text_names()}
        for name in known.column_names:
            if folded(name) not in texts:
                continue
            if name not in table.column_names or not _equal(table[name], known[name]):
                raise InputError(
                    f"the column {name} differs from the one that was searched; search this frame again"
                )

    def _text_names(self) -> list[str]:
        return self._fields.get("text") or _native.default_fields()["text"]

    def _overview(self, stories: int) -> dict[str, Any]:
        overview: dict[str, Any] = json.loads(self._run.overview(stories))
        return overview

    def __repr__(self) -> str:
        return _display.text(self._overview(_display.STORIES))

    def _repr_html_(self) -> str:
        return _display.html(self._overview(_display.STORIES), self._page)


def _filtered(data: Frame, mask: pa.BooleanArray) -> Frame:
    kept: Frame = filtered(data, mask)
    return kept


def _equal(a: pa.ChunkedArray, b: pa.ChunkedArray) -> bool:
    return bool(a.equals(b if a.type == b.type else b.cast(a.type)))
