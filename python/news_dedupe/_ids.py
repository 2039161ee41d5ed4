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
    if column is None:
        return None
    try:
        text = pc.cast(column, pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(text), ""), None, text)
