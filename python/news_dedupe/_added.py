"""What an addition to an index did."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import pyarrow as pa

from ._found import Found


class Added:
    """What :meth:`Index.add` did."""

    new: int
    """Documents that the index did not have."""
    versions: int
    """Documents that the index had with other words."""
    known: int
    """Documents that the index had with the same words. They changed nothing."""
    copies: int
    """New documents and new versions that share a story with another document."""
    created: bool
    """True if the index was created."""
    documents: int
    """Documents in the index afterwards."""
    epoch: int
    """The epoch of the index."""
    skipped: list[dict[str, Any]]
    """The inputs that were not used, each with its path, line and reason."""
    warnings: list[dict[str, Any]]
    """The inputs that were used although part of them was unclear."""

    def __init__(self, counts: dict[str, Any], find: Callable[[], Found]) -> None:
        self.new = counts["new"]
        self.versions = counts["versions"]
        self.known = counts["known"]
        self.copies = counts["copies"]
        self.created = counts["created"]
        self.documents = counts["documents"]
        self.epoch = counts["epoch"]
        self.skipped = counts["skipped"]
        self.warnings = counts["warnings"]
        self._find = find

    @cached_property
    def found(self) -> Found:
        """The copies that involve one of these documents, in the index as it is when this is first asked for. Documents that
        were removed or changed since are left out."""
        return self._find()

    @property
    def matches(self) -> pa.Table:
        """One row for each pair of one of these documents with another document of the index that shares text, with the
        byte ranges of the shared passages. See :attr:`found`."""
        return self.found.matches

    def __repr__(self) -> str:
        documents = f"{self.documents:,}"
        if self.new + self.versions == 0 and self.known > 0:
            known = _counted(self.known, "document was", "documents were")
            return f"nothing new: {known} already there; the index has {documents} now, epoch {self.epoch}"
        parts = [_counted(self.new, "new document", "new documents")]
        if self.versions:
            parts.append(_counted(self.versions, "new version", "new versions"))
        if self.known:
            parts.append(f"{self.known} already there")
        share = "share" if self.copies > 1 else "shares"
        copies = f"{self.copies} of them" if self.copies > 1 else str(self.copies or "none")
        return (
            f"{', '.join(parts)}; {copies} {share} a story with another document; "
            f"the index has {documents} now, epoch {self.epoch}"
        )


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
