"""Comparing two texts, and sketches of texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from . import _native
from ._errors import InputError
from ._input import COLUMNS
from ._options import options


@dataclass(frozen=True)
class Comparison:
    """What two documents have in common."""

    relation: str | None
    """``exact``, ``near``, ``contains``, ``contained``, ``version`` or ``overlap``, read from the first document. ``None``: they are not
    copies and share no passage that is long enough."""
    words: int
    """Number of words in common."""
    containment_left: float
    """Share of the first document that is in the second one."""
    containment_right: float
    """Share of the second document that is in the first one."""
    resemblance: float
    """Words in common, divided by the words of both together."""
    longest_run: int
    """Number of words in the longest verbatim run."""
    passages: list[tuple[str, str]]
    """Each shared passage, as the first and as the second document has it."""
    reason: str
    """One sentence that says what decided."""


def compare(
    a: str | Mapping[str, Any],
    b: str | Mapping[str, Any],
    *,
    threshold: float | None = None,
    min_passage: int | None = None,
    shingle: int | None = None,
    within: int | None = None,
) -> Comparison:
    """Compare two documents: texts, or mappings with ``text`` and, if known, ``title``, ``publisher``, ``published`` and
    ``url``. Headline and date are evidence too.

    >>> import news_dedupe as nd
    >>> story = "The council voted on Tuesday to postpone the road plan until spring, after residents asked for time."
    >>> found = nd.compare(story, "LOCAL NEWS | " + story.upper() + " Follow us for more stories from your town.")
    >>> found.relation, found.words
    ('near', 17)
    >>> found.passages[0][1][:17]
    'THE COUNCIL VOTED'
    >>> nd.compare(story, "Rain is expected in the north on Wednesday.").relation is None
    True
    """
    given = options(
        threshold=threshold, min_passage=min_passage, shingle=shingle, within=within
    )
    encoded, reason, passages = _native.compare(_document(a), _document(b), given)
    found = json.loads(encoded)
    return Comparison(
        relation=found["relation"],
        words=found["words"],
        containment_left=found["containment_left"],
        containment_right=found["containment_right"],
        resemblance=found["resemblance"],
        longest_run=found["longest_run"],
        passages=passages,
        reason=reason,
    )


def _document(given: str | Mapping[str, Any]) -> dict[str, str]:
    if isinstance(given, str):
        return {"text": given}
    if not isinstance(given, Mapping):
        raise InputError(f"expected a text or a mapping with a text, found {type(given).__name__}")
    fields = {COLUMNS.get(name, name): value for name, value in given.items()}
    if not isinstance(fields.get("text"), str):
        raise InputError("expected a mapping with a text")
    return {name: str(value) for name, value in fields.items() if value is not None}


def sketch(
    texts: Any,
    *,
    shingle: int | None = None,
    threshold: float | None = None,
    threads: int | None = None,
) -> pa.Table:
    """The sketches of texts: a list, an Arrow array, or a column of a frame.

    The table has one row for each text, in order: ``words`` (their number), ``fingerprints`` (hashes of passages) with
    ``positions`` (the word at which each begins), and ``buckets`` (hashes of the whole text). Two texts that share a
    bucket, or some fingerprints, may be copies. The hashes depend on the version of the package. A text that is
    missing has no words.

    >>> import news_dedupe as nd
    >>> table = nd.sketch(["Mayor resigns over bridge report", "MAYOR RESIGNS over bridge report", None])
    >>> table["words"].to_pylist()
    [5, 5, 0]
    >>> table["fingerprints"][0] == table["fingerprints"][1]
    True
    """
    if isinstance(texts, str):
        raise InputError("expected texts, found one text; pass it in a list")
    given = options(shingle=shingle, threshold=threshold, threads=threads)
    try:
        array = _array(texts)
        column = pa.chunked_array([array] if isinstance(array, pa.Array) else array.chunks, array.type)
        if not _is_text(column.type):
            raise InputError(f"expected texts, found {column.type}")
        column = column.cast(pa.large_string())
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError(f"expected texts: {error}") from error
    chunks = column.chunks or [pa.array([], pa.large_string())]
    table = pa.table({"text": pa.chunked_array(chunks)})
    return _native.sketch(table, given)


def _array(texts: Any) -> Any:
    if isinstance(texts, pa.Array | pa.ChunkedArray):
        return texts
    if hasattr(texts, "__arrow_c_stream__"):
        return pa.chunked_array(texts)
    return pa.array(texts)


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_null(kind)
    )
