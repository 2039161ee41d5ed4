"""What a job reads: files of Parquet or JSON Lines, tables of a session, or a DataFrame."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from .._errors import InputError
from .._native import distributed
from ._batches import sketch_json_lines, sketch_table

# What documents state about themselves, each a column.
STATED: list[str] = distributed.stated()
SKETCH = (
    "kind int, code string, reason string, id string, moment binary, precedence binary, preference int, day int, "
    "publisher string, digest binary, length int, size int, words binary, offsets binary, fingerprints binary, "
    f"steps binary, buckets binary, bytes long, {', '.join(f'{name} string' for name in STATED)}, place long"
)
FORMATS = ("parquet", "jsonl", "table")
EXTENSIONS = {".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}
COMPRESSIONS = (".gz", ".bz2", ".zst", ".xz")


class Input:
    """Documents that can be sketched."""

    def __init__(self, name: str, frame: Callable[[], DataFrame], kind: str) -> None:
        self.name = name
        self._frame = frame
        self._kind = kind

    def sketches(self, options: dict[str, Any], order: str | None) -> DataFrame:
        """The documents with their words and hashes, and the faults of the input."""
        frame = self._frame()
        if self._kind == "jsonl":
            if order is not None:
                raise InputError("order: lines of JSON have no columns; read them as a DataFrame first")
            return frame.mapInArrow(sketch_json_lines(options, self.name), SKETCH)
        if order is not None and order not in frame.columns:
            raise InputError(f"order: the input has no column {order!r}")
        return frame.mapInArrow(sketch_table(options, self.name, order), SKETCH)

    def description(self) -> dict[str, Any]:
        """What tells this input from another one: the names, and sizes and times of local files."""
        return {"name": self.name, "kind": self._kind, "files": sorted(_files(self.name))}


def frame_input(frame: DataFrame, name: str) -> Input:
    """A DataFrame."""
    return Input(name, lambda: frame, "frame")


def named_input(spark: SparkSession, name: str, kind: str | None) -> Input:
    """A file or folder, or a table of the session."""
    kind = kind or _kind(name)
    if kind == "parquet":
        return Input(name, lambda: spark.read.parquet(name), kind)
    if kind == "jsonl":
        return Input(name, lambda: spark.read.text(name), kind)
    if kind == "table":
        return Input(name, lambda: spark.read.table(name), kind)
    raise InputError(f"input_format={kind}: expected {', '.join(FORMATS)}")


def _kind(name: str) -> str:
    """The format that a name suggests; a folder has that of its first file with a known extension."""
    names = [name]
    if os.path.isdir(name):
        names = sorted(file for _, _, files in os.walk(name) for file in files)
    for candidate in names:
        stem = candidate
        for compression in COMPRESSIONS:
            stem = stem.removesuffix(compression)
        kind = EXTENSIONS.get(os.path.splitext(stem)[1].lower())
        if kind is not None:
            return kind
    raise InputError(f"{name}: cannot tell the format; name it with --input-format")


def _files(name: str) -> Iterator[tuple[str, int, int]]:
    """Path, size and time of each local file, without those that Spark ignores."""
    if os.path.isfile(name):
        status = os.stat(name)
        yield (name, status.st_size, status.st_mtime_ns)
        return
    for folder, _, files in os.walk(name):
        for file in files:
            if not file.startswith((".", "_")):
                path = os.path.join(folder, file)
                status = os.stat(path)
                yield (path, status.st_size, status.st_mtime_ns)
