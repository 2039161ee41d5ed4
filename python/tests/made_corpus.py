"""Corpora that are made from fixed seeds: one with all that a distributed job must bring together, and one of any size in
which some hashes are those of most documents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]

SYLLABLES = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "zu", "fer", "gan", "hol", "pes"]
SOURCES = ["Herald", "Post", "Tribune", "Courier"]


class Prose:
    """Words that mean nothing."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def words(self, count: int) -> list[str]:
        return ["".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4))) for _ in range(count)]

    def text(self, count: int) -> str:
        return " ".join(self.words(count))


def corpus(stories: int = 24) -> list[Record]:
    """Stories of several sites with their copies, daily reports, a notice, versions of a live report, and pages."""
    prose = Prose(7)
    records: list[Record] = []

    def add(id: str, source: str | None, day: int | None, text: str, title: str | None = None) -> None:
        date = None if day is None else f"2024-{1 + day // 28:02}-{1 + day % 28:02}"
        records.append({"id": id, "source": source, "date": date, "title": title, "text": text})

    notice = prose.text(45)
    texts = []
    for k in range(stories):
        text, title = prose.text(prose.random.randint(90, 190)), prose.text(6)
        texts.append(text)
        add(f"story-{k}", SOURCES[k % 4], k, text, title)
        if k % 2:
            # Another site has the story with another beginning, or a part of it.
            words = text.split()
            cut = words[: len(words) * 2 // 5] if k % 3 else [*prose.words(9), *words]
            add(f"copy-{k}", SOURCES[(k + 1) % 4], k + 1, " ".join(cut), title)
        if k % 4 == 1:
            for n in range(3):
                add(f"exact-{k}-{n}", SOURCES[(k + n) % 4], None if n else k + 2, text, title)
    # A publisher adds a notice to texts of its own, on many days: too frequent a passage for all pairs.
    for k in range(60):
        add(f"notice-{k}", "Gazette", 2 * k, f"{prose.text(40)} {notice}", prose.text(5))
    # A report of each day fills in other numbers, and one of them goes on all day.
    form = [prose.text(8) for _ in range(12)]
    for k in range(30):
        numbers = [str(prose.random.randint(1000, 9999)) for _ in form]
        filled = " ".join(f"{part} {number}" for part, number in zip(form, numbers, strict=True))
        add(f"report-{k}", "Gazette", k, filled, "Report of the day")
        for n in range(3 if k == 5 else 0):
            add(f"live-{n}", "Gazette", k, f"{filled} {prose.text(8 * n + 8)}", "Report of the day")
    # Versions of a text that goes on, each of which shares most of its words with the one before.
    live = prose.words(120)
    for k in range(40):
        live += prose.words(6)
        add(f"version-{k}", "Courier", 40, " ".join(live[max(0, 3 * k - 30) :]), "Live report")
    # Pages with several stories.
    for k in range(4):
        parts = [texts[(5 * k + n) % stories] for n in range(3)]
        add(f"page-{k}", None, None, f" {prose.text(15)} ".join(parts))
    # One id twice, and its next name is taken.
    add("story-1", "Herald", 3, texts[0])
    add("story-1", "Tribune", 2, texts[1])
    add("story-1 (2)", "Tribune", 2, prose.text(50))
    add("empty", "Post", 1, "...")
    return records


def frequent_hashes(copies: int, notices: int) -> Iterator[Record]:
    """A story with so many copies, each with its own headline, beginning and end, and a notice in so many other documents. One
    copy in ten has the same words as others."""
    prose = Prose(11)
    choose = prose.random
    vocabulary = sorted(set(prose.words(6000)))

    def words(count: int) -> list[str]:
        return choose.choices(vocabulary, k=count)

    def record(id: str, source: str, day: int, text: list[str]) -> Record:
        date = f"2024-{1 + day // 28:02}-{1 + day % 28:02}"
        return {"id": id, "source": source, "date": date, "title": " ".join(words(6)), "text": " ".join(text)}

    story, notice = words(160), words(45)
    for k in range(copies):
        whole = [*words(choose.randint(0, 20)), *story[: choose.randint(110, 160)]]
        yield record(f"copy-{k}", f"Site {k % 400}", k % 20, story if k % 10 == 0 else whole)
    for k in range(notices):
        yield record(f"notice-{k}", f"Gazette {k % 30}", k % 300, [*words(choose.randint(30, 60)), *notice])


def rare_words() -> list[Record]:
    """So many documents that it is known which words are rare. Among them are stories in two versions, which share their names
    and little else, and pairs of documents that fill in one form with names of their own."""
    prose = Prose(13)
    vocabulary = sorted(set(prose.words(400)))[:240]

    def common(count: int) -> str:
        return " ".join(prose.random.choices(vocabulary, k=count))

    def record(id: str, parts: list[str]) -> Record:
        return {"id": id, "source": "Herald", "date": "2026-03-02", "text": " ".join(parts)}

    records = [record(f"other-{k}", [f"place{k}", common(60), f"name{k} event{k}"]) for k in range(1600)]
    for k in range(6):
        form = [common(12) for _ in range(4)]
        for side in ("a", "b"):
            names = [" ".join(f"firm{k}{side}{part}x{n}" for n in range(15)) for part in range(4)]
            records.append(record(f"form-{k}-{side}", [f"{a} {b}" for a, b in zip(form, names, strict=True)]))
        story = [common(12) for _ in range(4)]
        for side in ("a", "b"):
            told = [" ".join(f"{common(4)} person{k}x{6 * part + n}" for n in range(6)) for part in range(4)]
            records.append(record(f"story-{k}-{side}", [f"{a} {b}" for a, b in zip(story, told, strict=True)]))
    return records
