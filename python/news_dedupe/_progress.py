"""Progress on the screen, with tqdm if it is installed."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

_LABELS = {
    "walk": "Listing",
    "read": "Reading",
    "candidates": "Candidates",
    "boilerplate": "Boilerplate",
    "verify": "Comparing",
    "cluster": "Clustering",
    "report": "Report",
}


class Progress:
    """Shows a bar for the current stage. Does nothing without tqdm."""

    def __init__(self, wanted: bool | None) -> None:
        self._tqdm = _tqdm() if wanted or (wanted is None and _is_watched()) else None
        self._bar: Any = None
        self._stage: str | None = None

    def show(self, stage: str, total: int | None, items: int, bytes_read: int) -> None:
        if self._tqdm is None:
            return
        reads = stage == "read"
        if stage != self._stage:
            self.close()
            unit = {"unit": "B", "unit_scale": True} if reads else {"unit": " pairs"}
            label = _LABELS.get(stage, stage)
            self._bar = self._tqdm(total=total, desc=label, leave=False, **unit)
            self._stage = stage
        self._bar.update((bytes_read if reads else items) - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm


def _is_watched() -> bool:
    """True on a terminal and in a notebook."""
    shell = sys.modules.get("IPython")
    in_notebook = shell is not None and shell.get_ipython() is not None
    return in_notebook or (sys.stderr is not None and sys.stderr.isatty())
