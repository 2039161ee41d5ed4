"""Finds the copies in a corpus on Spark, or on the embedded engine Sail, with the result of one machine.

>>> from news_dedupe.spark import find, session
>>> with session("sail") as spark:  # doctest: +SKIP
...     result = find(spark, "news.parquet", "result")
...     result.members.show()

The page ``docs/cluster.md`` describes the job. ``python -m news_dedupe.spark --help`` lists the options.
"""

try:
    import pyspark as _pyspark  # noqa: F401
except ImportError as _error:
    raise ImportError(
        "pyspark is not installed; run `pip install news-dedupe[sail]`, or `pip install news-dedupe[spark]`"
    ) from _error

from ._find import find
from ._job import Result
from ._session import session

__all__ = ["Result", "find", "session"]
