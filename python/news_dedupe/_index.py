"""An index on disk: an archive that grows, and says which documents are copies of those that it holds."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Literal

from . import _native
from ._added import Added
from ._errors import InputError
from ._found import Found
from ._ids import check_ids
from ._input import Documents, Path, folded
from ._options import Keep, Names, names, options
from ._progress import Progress


class Index:
    """An index in a folder. The first addition creates it.

    ``threshold``, ``min_passage``, ``shingle``, ``keep`` and ``prefer`` are rules that the index keeps: give them before the
    first addition. Later, they are those of the index, and another value is refused. The other options are those of
    :func:`find`; ``memory`` also limits the cache of the files of the index.

    Each call sees the index as it is then, whoever changed it. Any number of processes and threads read an index while one
    changes it. Another one that wants to change it waits for 5 seconds, and then fails with :class:`ResourceError`.

    >>> import tempfile
    >>> import news_dedupe as nd
    >>> story = "The ferry to Lisle stops for two weeks in March, because the pier is being repaired."
    >>> folder = tempfile.TemporaryDirectory()
    >>> with nd.Index(f"{folder.name}/archive.idx") as index:
    ...     added = index.add([{"id": "herald", "text": story}])
    ...     answer = index.query(id="post", text=story.upper(), publisher="Post")
    >>> added
    1 new document; none shares a story with another document; the index has 1 now, epoch 1
    >>> answer["of"], answer["relation"]
    ('herald', 'exact')
    >>> folder.cleanup()
    """

    def __init__(
        self,
        path: Path,
        *,
        threshold: float | None = None,
        min_passage: int | None = None,
        shingle: int | None = None,
        keep: Keep | None = None,
        prefer: Names = (),
        html: Literal["article", "whole"] | None = None,
        memory: int | None = None,
        temp_dir: Path | None = None,
        max_document_bytes: int | None = None,
        threads: int | None = None,
        progress: bool | None = None,
    ) -> None:
        self._options = options(
            threshold=threshold,
            min_passage=min_passage,
            shingle=shingle,
            keep=keep,
            prefer=prefer,
            html=html,
            memory=memory,
            temp_dir=temp_dir,
            max_document_bytes=max_document_bytes,
            threads=threads,
        )
        self._progress = progress
        self._path = os.fspath(path)
        self._is_closed = False
        self._native = _native.Index(self._path, self._options)

    def add(
        self,
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
    ) -> Added:
        """Add documents: a frame or paths, and the names of columns, as for :func:`find`.

        A document that the index has with the same words is not added again. With other words it is a new version.
        The rows of a frame need ids, all different. The first addition creates the index, and learns from its documents which
        passages recur.

        Each part of the documents is stored before the next one is compared. After an interruption, add the same documents
        again.
        """
        index = self._open()
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
        if documents.table is not None:
            check_ids(documents.table, documents.fields.get("id"))
        given = {**self._options, "fields": documents.fields}
        with Progress(self._progress) as shown:
            counts, numbers = index.add(documents.source, given, shown.show)
        added = Added(json.loads(counts), lambda: self._found_about(numbers))
        documents.check_some_read(added.new + added.versions + added.known, added.skipped)
        return added

    def query(self, document: Any = None, /, **fields: Any) -> Any:
        """Ask whether documents are copies: the answers that ``dedupe index query`` prints. The index stays as it is.

        A document is a dict, or keyword arguments: ``text`` and, if known, ``id``, ``title``, ``publisher``, ``published``,
        ``url`` and others, under any name that records may use. The answer is a dict: ``duplicate`` is true
        if another document carries the story. ``of``, ``relation`` and ``containment`` name the document that stands for it,
        ``spans`` the bytes of the story, and ``clusters`` all documents that carry it. A frame or paths give a list with one
        dict for each document.
        """
        index = self._open()
        is_one = document is None or isinstance(document, Mapping)
        if not is_one and fields:
            raise InputError("expected documents or the fields of one, found both")
        data = document
        if is_one:
            _check_names(fields)
            data = [{**(document or {}), **fields}]
            if data == [{}]:
                raise InputError("expected a document")
        documents = Documents.given(data)
        with Progress(self._progress) as shown:
            found = json.loads(index.query(documents.source, self._options, shown.show))
        answers: list[dict[str, Any]] = found["answers"]
        documents.check_read(len(answers), found["skipped"])
        return answers[0] if is_one else answers

    def check(
        self,
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
        cross_source_only: bool = False,
    ) -> Found:
        """Find copies among these documents, and between them and the index, as ``dedupe check`` does. The index stays as it
        is. A document whose id the index has takes the place of the one in the index, so it is not a copy of itself.

        ``data`` and the names of columns are those of :func:`find`. ``found.keep(data)`` leaves out the documents that are
        copies of a better one, here or in the index.
        """
        index = self._open()
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
        given = {**self._options, "fields": documents.fields, "cross_source_only": cross_source_only}
        with Progress(self._progress) as shown:
            run = index.check(documents.source, given, shown.show)
        found = Found(run, documents.fields, documents.table)
        documents.check_read(found.summary["new"], found.skipped)
        return found

    def info(self, *, counts: bool = False) -> dict[str, Any]:
        """The rules, size and contents of the index. ``counts`` adds copies, matches and hashes, which reads all of it."""
        info: dict[str, Any] = json.loads(self._open().info(self._options, counts))
        return info

    def remove(self, ids: str | Iterable[str]) -> None:
        """Remove documents with all of their versions. If one of the ids is unknown, none is removed."""
        index = self._open()
        if wanted := names("ids", ids):
            index.remove(wanted, self._options)

    def history(self, id: str) -> list[dict[str, Any]]:
        """The versions of a document, the oldest first, and how much each kept of the one before."""
        versions: list[dict[str, Any]] = json.loads(self._open().history(id, self._options))
        return versions

    def compact(self) -> dict[str, int]:
        """Learn again which passages recur, and verify all pairs again: a new ``epoch`` begins. The result has its number,
        and how many matches were ``lost`` and ``gained``.
        """
        index = self._open()
        with Progress(self._progress) as shown:
            changed: dict[str, int] = json.loads(index.compact(self._options, shown.show))
        return changed

    def verify(self) -> list[dict[str, str | None]]:
        """Read the whole index, and list what does not fit together, at most 1,000 flaws, each with its ``reason`` and the
        ``id`` of the document, which is None for the index as a whole. An empty list: the index is complete.
        """
        flaws: list[dict[str, str | None]] = json.loads(self._open().verify(self._options))
        return flaws

    def export(self, path: Path) -> None:
        """Write all documents to a file, as JSON Lines. The file is created or replaced only when it is complete."""
        self._open().export(os.fspath(path), self._options)

    def close(self) -> None:
        """Close the files of the index. It cannot be used afterwards."""
        self._is_closed = True
        self._native.close()

    def __len__(self) -> int:
        return self._open().count(self._options)

    def __bool__(self) -> bool:
        # An empty index is true.
        return True

    def __enter__(self) -> Index:
        self._open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Index({self._path!r})"

    def _found_about(self, numbers: _native.Numbers) -> Found:
        return Found(self._open().report_about(numbers, self._options, None), {}, None)

    def _open(self) -> _native.Index:
        if self._is_closed:
            raise InputError(f"{self._path}: the index was closed")
        return self._native


def _check_names(fields: dict[str, Any]) -> None:
    """Fails if a keyword argument is not the name of a field."""
    known = {folded(name) for own in _native.default_fields().values() for name in own}
    for name in fields:
        if folded(name) not in known:
            raise InputError(f"{name}: no field of a document has this name")
