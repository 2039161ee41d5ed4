"""Frames of other libraries: as Arrow tables, and with a part of their rows.

No library is imported here that the caller has not imported: a frame of a library exists only if it is loaded.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from ._errors import InputError


def arrow_table(frame: Any) -> pa.Table:
    """The rows of a frame. Nothing is copied if its library keeps Arrow data."""
    try:
        if isinstance(frame, pa.Table):
            return frame
        if isinstance(frame, pa.RecordBatch):
            return pa.Table.from_batches([frame])
        if _is(frame, "datasets", "Dataset"):
            return frame.with_format("arrow")[:]
        if _is(frame, "duckdb", "DuckDBPyRelation"):
            return frame.to_arrow_table()
        if hasattr(frame, "__arrow_c_stream__") and not _is_column(frame):
            return pa.table(frame)
        if _is(frame, "pandas", "DataFrame"):
            return pa.Table.from_pandas(frame)
        if _is_list_of_records(frame):
            # The first record alone would decide which columns there are.
            names = list(dict.fromkeys(name for record in frame for name in record))
            return pa.Table.from_pylist([{name: record.get(name) for name in names} for record in frame])
    except (ValueError, pa.ArrowException) as error:
        is_told = error.args and all(isinstance(part, str) for part in error.args)
        reason = "; ".join(error.args) if is_told else str(error)
        raise InputError(
            f"the frame cannot be converted to Arrow: {reason}; pass only the columns that are needed, "
            "each with a name of its own and values of one type"
        ) from error
    raise InputError(f"expected a frame or paths, found {_kind(frame)}{_advice(frame)}")


def filtered(frame: Any, mask: pa.BooleanArray) -> Any:
    """The rows of a frame for which the mask is true, as a frame of the same kind."""
    if isinstance(frame, pa.Table | pa.RecordBatch):
        return frame.filter(mask)
    if _is(frame, "pandas", "DataFrame"):
        return frame[mask.to_numpy(zero_copy_only=False)]
    if _is(frame, "polars", "DataFrame"):
        return frame.filter(mask.to_pylist())
    if _is(frame, "datasets", "Dataset"):
        return frame.select([row for row, kept in enumerate(mask.to_pylist()) if kept])
    if _is(frame, "duckdb", "DuckDBPyRelation"):
        return sys.modules["duckdb"].from_arrow(arrow_table(frame).filter(mask))
    if _is_list_of_records(frame):
        return [record for record, kept in zip(frame, mask.to_pylist(), strict=True) if kept]
    return arrow_table(frame).filter(mask)


def _is(frame: Any, module: str, name: str) -> bool:
    """True if the object is of this class of a library, which may not be installed."""
    loaded = sys.modules.get(module)
    kind = getattr(loaded, name, None)
    return isinstance(kind, type) and isinstance(frame, kind)


def _is_list_of_records(frame: Any) -> bool:
    return (
        isinstance(frame, Sequence)
        and not isinstance(frame, str | bytes)
        and len(frame) > 0
        and all(isinstance(record, Mapping) for record in frame)
    )


def _kind(frame: Any) -> str:
    kind = type(frame)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _is_column(frame: Any) -> bool:
    """True for a column of a frame."""
    return _is(frame, "pandas", "Series") or _is(frame, "polars", "Series") or isinstance(frame, pa.Array | pa.ChunkedArray)


def _advice(frame: Any) -> str:
    if _is(frame, "polars", "LazyFrame"):
        return "; call collect() first"
    if _is(frame, "datasets", "DatasetDict"):
        return "; choose a split, such as data['train']"
    if _is(frame, "datasets", "IterableDataset"):
        return "; a stream cannot be read twice, so load the data set"
    if _is(frame, "pandas", "Series") or _is(frame, "polars", "Series"):
        return "; call to_frame() first"
    if isinstance(frame, Mapping):
        return "; pass columns as pyarrow.table(...), and records as a list"
    if isinstance(frame, Iterable):
        return "; pass texts as [{'text': ...}, ...]"
    return ""
