"""Finds every story that a news corpus carries more than once.

>>> import news_dedupe as nd
>>> story = "The ferry to Lisle stops for two weeks in March, because the pier is being repaired."
>>> found = nd.find([{"id": "herald", "text": story}, {"id": "post", "text": story.upper()}])
>>> found.clusters["size"].to_pylist()
[2]

:func:`find` takes frames of pyarrow, pandas, polars, DuckDB and Hugging Face ``datasets``, and paths. The result has
Arrow tables, writes reports, and :meth:`Found.keep` returns the frame without its copies.
:class:`Index` is an archive on disk, which grows.
"""

import atexit as _atexit

from . import _native
from ._added import Added
from ._compare import Comparison, compare, sketch
from ._errors import Cancelled, DedupeError, InputError, OutputError, ResourceError
from ._find import find
from ._found import Found
from ._index import Index
from ._native import __version__

_atexit.register(_native.finish)

__all__ = [
    "Added",
    "Cancelled",
    "Comparison",
    "DedupeError",
    "Found",
    "Index",
    "InputError",
    "OutputError",
    "ResourceError",
    "__version__",
    "compare",
    "find",
    "sketch",
]
