"""Keyword arguments, in the form that the compiled part takes."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike
from typing import Any, Literal

from ._errors import InputError

Keep = Literal["best", "earliest", "longest", "first"]
Names = str | Iterable[str]


def options(
    *,
    fields: dict[str, list[str]] | None = None,
    threshold: float | None = None,
    min_passage: int | None = None,
    shingle: int | None = None,
    within: int | None = None,
    keep: Keep | None = None,
    prefer: Names = (),
    cross_source_only: bool = False,
    html: Literal["article", "whole"] | None = None,
    memory: int | None = None,
    temp_dir: str | PathLike[str] | None = None,
    max_document_bytes: int | None = None,
    threads: int | None = None,
) -> dict[str, Any]:
    """All options; those that are not given have the defaults of the command line."""
    return {
        "fields": fields or {},
        "threshold": threshold,
        "min_passage": min_passage,
        "shingle": shingle,
        "within": within,
        "keep": keep,
        "prefer": names("prefer", prefer),
        "cross_source_only": cross_source_only,
        "html": html,
        "memory": memory,
        "temp_dir": temp_dir,
        "max_document_bytes": max_document_bytes,
        "threads": threads,
    }


def names(argument: str, value: Names | None) -> list[str]:
    """One name or several, as a list."""
    if value is None:
        return []
    found = [value] if isinstance(value, str) else list(value) if isinstance(value, Iterable) else [value]
    if not all(isinstance(name, str) for name in found):
        raise InputError(f"{argument}={value!r}: expected a name or a list of names")
    return found
