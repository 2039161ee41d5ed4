"""Finding the copies in a DataFrame, in files or in a table."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike

from pyspark.sql import DataFrame, SparkSession

from .._input import columns
from .._options import Keep, Names, options
from ._input import frame_input, named_input
from ._job import Result, run
from ._session import small_broadcasts


def find(
    spark: SparkSession,
    data: str | DataFrame,
    output: str,
    *,
    name: str = "frame",
    input_format: str | None = None,
    order: str | None = None,
    text: Names | None = None,
    id: Names | None = None,
    title: Names | None = None,
    publisher: Names | None = None,
    published: Names | None = None,
    url: Names | None = None,
    byline: Names | None = None,
    language: Names | None = None,
    threshold: float | None = None,
    min_passage: int | None = None,
    shingle: int | None = None,
    within: int | None = None,
    keep: Keep | None = None,
    prefer: Names = (),
    cross_source_only: bool = False,
    max_document_bytes: int | None = None,
    json_report: str | PathLike[str] | None = None,
    report: Callable[[str], None] | None = None,
) -> Result:
    """Find the stories that more than one document carries, and write them to tables below ``output``.

    ``data`` is a DataFrame, the path of Parquet or JSON Lines, or the name of a table of the session with
    ``input_format="table"``. ``output`` is a folder that all machines can read and write. A second call with the same
    data, rules and folder goes on where the first one ended. ``name`` names a DataFrame: give another one if its rows are
    other ones.

    ``order`` is a column of whole numbers. If several documents have one id, all but the first in this order are renamed;
    without it the order is that of their dates and texts.

    ``json_report`` is a file on this machine for the report that ``dedupe report`` renders. Its items pass through the
    driver, one part after the other.

    The other options are those of :func:`news_dedupe.find`. ``report`` is called with a line about each stage.
    """
    fields = columns(
        text=text,
        id=id,
        title=title,
        publisher=publisher,
        published=published,
        url=url,
        byline=byline,
        language=language,
    )
    rules = options(
        fields=fields,
        threshold=threshold,
        min_passage=min_passage,
        shingle=shingle,
        within=within,
        keep=keep,
        prefer=prefer,
        cross_source_only=cross_source_only,
        max_document_bytes=max_document_bytes,
    )
    if isinstance(data, str):
        source = named_input(spark, data, input_format)
    else:
        source = frame_input(data, name)
    with small_broadcasts(spark):
        return run(spark, source, output, rules, order, report or (lambda line: None), json_report)
