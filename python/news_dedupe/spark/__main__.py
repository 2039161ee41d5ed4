"""The command line of the job: ``python -m news_dedupe.spark INPUT OUTPUT``."""

from __future__ import annotations

import argparse
import sys

from .._errors import DedupeError
from .._input import COLUMNS
from . import find, session
from ._input import FORMATS
from ._session import SAIL


def arguments() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        prog="python -m news_dedupe.spark",
        description="Find the copies in a corpus on Spark, or on the embedded engine Sail.",
    )
    parser.add_argument("input", metavar="INPUT", help="Parquet, JSON Lines, or a table of the session")
    parser.add_argument(
        "output", metavar="OUTPUT", help="a folder for the tables, which all machines can read and write"
    )
    parser.add_argument(
        "--master",
        default=SAIL,
        help="sail (default), sc://HOST:PORT, or a Spark master such as local[4], spark://HOST:PORT, yarn",
    )
    parser.add_argument(
        "--input-format", choices=FORMATS, help="the format of INPUT [default: by its extension]"
    )
    parser.add_argument("--order", metavar="COLUMN", help="orders documents that have the same id")
    for field in COLUMNS:
        parser.add_argument(f"--{field}", metavar="COLUMN", help=f"the column of the {field}")
    parser.add_argument("--threshold", type=float, help="how strong the evidence for one story must be, above 0 and at most 1")
    parser.add_argument("--min-passage", type=int, help="least number of words of an overlap")
    parser.add_argument("--shingle", type=int, help="words in a shingle")
    parser.add_argument("--within", type=int, metavar="DAYS", help="match only documents whose dates are at most this many days apart")
    parser.add_argument("--keep", choices=["best", "earliest", "longest", "first"])
    parser.add_argument("--prefer", action="append", default=[], metavar="SOURCE")
    parser.add_argument(
        "--cross-source-only", action="store_true", help="leave out copies within one source"
    )
    parser.add_argument("--max-document-bytes", type=int, help="skip larger documents")
    parser.add_argument(
        "--json-report", metavar="FILE", help="also write the JSON report to a file on this machine"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="print errors only")
    return parser


def main() -> int:
    """Runs the command and returns its exit code."""
    given = vars(arguments().parse_args())
    source, output = given.pop("input"), given.pop("output")
    master, quiet = given.pop("master"), given.pop("quiet")

    def report(line: str) -> None:
        if not quiet:
            print(line, file=sys.stderr, flush=True)

    try:
        with session(master) as spark:
            result = find(spark, source, output, report=report, **given)
    except DedupeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not quiet:
        counts = result.manifest
        print(
            f"{counts['clusters']:,} stories with {counts['members']:,} of {counts['documents']:,} documents; "
            f"the tables are in {output}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
