"""Functions of Arrow batches, as engines run them in their tasks: each calls one function of the compiled part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .._native import distributed

Batches = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]

# Rows that one call gets at most. A row may hold all words of a document.
ROWS = 2000


def each(function: str, *arguments: Any) -> Batches:
    """Calls a function with one batch after the other."""
    return partial(_each, function, arguments)


def _each(
    function: str, arguments: tuple[Any, ...], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    call = getattr(distributed, function)
    for batch in _pieces(batches):
        yield call(batch, *arguments)


def whole(function: str, *arguments: Any) -> Batches:
    """Calls a function once, with all rows of a task."""
    return partial(_whole, function, arguments)


def _whole(
    function: str, arguments: tuple[Any, ...], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    pieces = list(_pieces(batches))
    if pieces:
        (rows,) = pa.Table.from_batches(pieces).combine_chunks().to_batches()
        yield getattr(distributed, function)(rows, *arguments)


def posting_lists(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Pairs the documents of the hashes of a task."""
    lists = distributed.PostingLists()
    for batch in batches:
        if batch.num_rows:
            found = lists.add(plain(batch))
            if found.num_rows:
                yield found
    while (found := lists.rest()) is not None:
        yield found


def listed_faults(name: str) -> Batches:
    """The faults that a report lists, of all faults of a task. ``name`` is the input."""
    return partial(_listed_faults, name)


def _listed_faults(name: str, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    faults = distributed.ListedFaults(name)
    for batch in _pieces(batches):
        faults.add(batch)
    yield faults.take()


def sketch_table(options: dict[str, Any], name: str, order: str | None) -> Batches:
    """Sketches the documents in the rows of a table. ``order`` is a column by which documents of one id are ordered."""
    return partial(_sketch_table, options, name, order)


def _sketch_table(
    options: dict[str, Any], name: str, order: str | None, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in _pieces(batches):
        fields = batch if order is None else batch.drop_columns([order])
        yield _ordered(distributed.sketch_table(fields, options, name), batch, order)


def sketch_json_lines(options: dict[str, Any], name: str) -> Batches:
    """Sketches the documents in lines of JSON."""
    return partial(_sketch_json_lines, options, name)


def _sketch_json_lines(
    options: dict[str, Any], name: str, batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    for batch in _pieces(batches):
        yield _ordered(distributed.sketch_json_lines(batch, options, name), batch, None)


def _ordered(sketches: pa.RecordBatch, rows: pa.RecordBatch, order: str | None) -> pa.RecordBatch:
    """Sketches with the place of each document in the order of the input."""
    if order is None:
        place = pa.nulls(sketches.num_rows, pa.int64())
    else:
        at = pc.subtract(sketches.column("row"), 1)
        place = rows.column(order).cast(pa.int64()).take(at)
    return sketches.drop_columns(["row"]).append_column("place", place)


def _pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for begin in range(0, batch.num_rows, ROWS):
            yield plain(batch.slice(begin, ROWS))


def plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The rows with the types that the compiled part takes. Engines may use other ones of the same values."""
    fields = [field.with_type(_plain(field.type)) for field in batch.schema]
    schema = pa.schema(fields)
    return batch if schema.equals(batch.schema) else batch.cast(schema)


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_large_binary(kind) or pa.types.is_binary_view(kind):
        return pa.binary()
    if pa.types.is_dictionary(kind):
        return _plain(kind.value_type)
    if pa.types.is_large_list(kind):
        return pa.list_(kind.value_field)
    return kind
