//! The longer texts of `dedupe --help`.

pub(super) const USAGE: &str = "dedupe [OPTIONS] PATH...\n       dedupe COMMAND --help";

pub(super) const EXAMPLES: &str = "\
Examples:
  dedupe ./news                    show each story that stands more than once
  dedupe ./news -o report.json     write all of it, for programs
  zcat wire.jsonl.gz | dedupe -    read standard input
  dedupe ./news --fail-on near     exit with 1 on near copies, for scripts";

pub(super) const SHORT_END: &str = "More options, formats and exit codes: dedupe --help";

pub(super) const LONG_EXAMPLES: &str = "\
Examples:
  Show every story that a folder carries more than once, and which document to keep:
      dedupe ./news
  Write all of it as one JSON document, in place of an older one only when complete:
      dedupe ./news -o report.json
  Read a compressed feed whose articles stand in fields of other names:
      dedupe feed.jsonl.zst --text-field body --id-field guid
  Read standard input: JSON Lines, unless its content tells of another format or an option names one:
      zcat wire.jsonl.gz | dedupe -
      zcat stories.csv.gz | dedupe - --input-format csv
  Only close copies, the earliest of them to be kept:
      dedupe ./news --threshold 0.8 --keep earliest
  Stop a script when there are exact or near copies:
      dedupe ./incoming --fail-on near --quiet > /dev/null || exit 1
  The document to keep of each story, with jq:
      dedupe ./news --format jsonl | jq -r 'select(.type == \"cluster\").representative'";

pub(super) const LONG_END: &str = "\
What is read:
  Text files (.txt, .text, .md, or no extension) are one document each, and so are web pages (.html);
  JSON Lines files (.jsonl, .ndjson) hold one document a line, web archives (.warc) one a page, agency
  items (NewsML-G2, NITF, ninjs) and feeds (RSS, Atom) one an item, tables (CSV, TSV, Parquet) one a
  row. All also as .gz, .zst, .bz2 and .xz, and as members of .zip and .tar. A folder is walked. Files
  of other kinds are ignored there, and read as text when named. Content comes before the name. A bad
  input is named, counted and left out, and the run goes on.

What is found:
  exact      the same words
  near       most of each stands in the other
  contained  most of one stands in the other: a cut, or a page that carries the story
  overlap    less than that, but a shared passage: a quotation

Exit codes, the first that holds:
  2  wrong usage, or nothing could be done
  1  --fail-on was given, and such copies were found
  3  done, but some input could not be read
  0  done

A subcommand's name wins over a folder's: write ./schema for the folder.";
