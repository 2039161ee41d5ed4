"""Finding the copies in a frame or in files."""

from __future__ import annotations

import json
from typing import Any, Literal

from . import _native
from ._found import Found
from ._input import Documents, Path
from ._options import Keep, Names, options
from ._progress import Progress


def find(
    data: Any,
    *,
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
    html: Literal["article", "whole"] | None = None,
    memory: int | None = None,
    temp_dir: Path | None = None,
    max_document_bytes: int | None = None,
    threads: int | None = None,
    progress: bool | None = None,
) -> Found:
    """Find the stories that more than one document carries.

    ``data`` is a frame (pyarrow, pandas, polars, a DuckDB relation, a Hugging Face data set, any object with
    ``__arrow_c_stream__``, a list of dicts) or a path or a list of paths, as on the command line.

    The columns are found by their names, as the command line finds fields. ``text``, ``id``, ``title``,
    ``publisher``, ``published``, ``url``, ``byline`` and ``language`` name them instead: one name, or several in order
    of preference. The other options are those of the command line; their defaults are the same.

    ``progress`` shows a bar; by default on a terminal and in a notebook, if tqdm is installed.

    >>> import news_dedupe as nd
    >>> story = "The ferry to Lisle stops for two weeks in March, because the pier is being repaired."
    >>> found = nd.find([
    ...     {"id": "herald", "text": story},
    ...     {"id": "post", "text": story.upper()},
    ...     {"id": "other", "text": "Nothing else happened on Tuesday."},
    ... ])
    >>> found.members["id"].to_pylist()
    ['herald', 'post']
    >>> found.clusters["size"].to_pylist()
    [2]
    """
    documents = Documents.given(
        data,
        text=text,
        id=id,
        title=title,
        publisher=publisher,
        published=published,
        url=url,
        byline=byline,
        language=language,
    )
    given = options(
        fields=documents.fields,
        threshold=threshold,
        min_passage=min_passage,
        shingle=shingle,
        within=within,
        keep=keep,
        prefer=prefer,
        cross_source_only=cross_source_only,
        html=html,
        memory=memory,
        temp_dir=temp_dir,
        max_document_bytes=max_document_bytes,
        threads=threads,
    )
    with Progress(progress) as shown:
        run = _native.run(documents.source, given, shown.show)
    overview = json.loads(run.overview(0))
    documents.check_read(overview["summary"]["documents"], overview["skipped"])
    return Found(run, documents.fields, documents.table)
