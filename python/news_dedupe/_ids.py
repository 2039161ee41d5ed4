"""The ids of the rows of a frame."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from . import _native
from ._errors import InputError
from ._input import folded, no_column


def check_ids(table: pa.Table, given: list[str] | None) -> None:
    """Fails unless each row has an id of its own. Row numbers cannot serve as ids: the next frame uses the same numbers for
    other documents."""
    wanted = given or _native.default_fields()["id"]
    known = {folded(name): name for name in reversed(table.column_names)}
    found = [column for name in wanted if (column := _column(table, known, name)) is not None]
    if table.num_rows == 0:
        return
    if not found:
        raise no_column(table, "for the id, which an index needs")
    ids = pc.coalesce(*found)
    missing = pc.index(pc.is_null(ids), True).as_py()
    if missing >= 0:
        raise InputError(f"row {missing + 1} has no id; give each document an id that stays")
    counts = ids.value_counts()
    repeated = counts.filter(pc.greater(counts.field("counts"), 1))
    if len(repeated) > 0:
        raise InputError(f"several rows have the id {repeated.field('values')[0]}")


def _column(table: pa.Table, known: dict[str, str], name: str) -> Any:
    """The column of this name, or the field of a struct, as text without empty values. `None`: there is none."""
    first, *rest = name.split(".")
    column: Any = None
    if folded(name) in known:
        column = table[known[folded(name)]]
    elif rest and folded(first) in known:
        try:
            column = pc.struct_field(table[known[folded(first)]], rest)
        except (KeyError, pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
    if column is None or not _may_be_id(column.type):
        return None
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if pa.types.is_floating(column.type):
        is_whole = pc.and_(pc.is_finite(column), pc.equal(column, pc.floor(column)))
        column = pc.if_else(is_whole, column, None)
    try:
        text = pc.cast(column, pa.large_string())
    except pa.ArrowInvalid:  # bytes that are not UTF-8, or a time zone that is not known
        return None
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(text), ""), None, text)


def _may_be_id(kind: pa.DataType) -> bool:
    """True for the types that are read as ids: text, whole numbers and dates."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    read = [
        pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_binary,
        pa.types.is_large_binary, pa.types.is_integer, pa.types.is_date, pa.types.is_timestamp,
    ]  # fmt: skip
    return any(is_kind(kind) for is_kind in read) or kind in (pa.float32(), pa.float64())
