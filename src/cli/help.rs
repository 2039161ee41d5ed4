//! Hand-written parts of `dedupe --help`, laid out for 60 columns.

pub(super) const USAGE: &str = "dedupe [OPTIONS] PATH...\n       dedupe COMMAND --help";

pub(super) const EXAMPLES: &str = "\
Examples:
  dedupe ./news                    list the copies
  dedupe ./news -o report.json     save the full report
  zcat wire.jsonl.gz | dedupe -    read standard input
  dedupe ./news --fail-on near     exit with 1 on copies";

pub(super) const SHORT_END: &str = "\
The report is text on a terminal and JSON in a pipe.
All options, formats and exit codes: dedupe --help";

pub(super) const LONG_EXAMPLES: &str = "\
Examples:
  List every story found more than once, and the document
  to keep:
      dedupe ./news
  Save the full report as JSON:
      dedupe ./news -o report.json
  Read a compressed feed with other field names:
      dedupe feed.jsonl.zst --text-field body
  Read standard input, as JSON Lines or another format:
      zcat wire.jsonl.gz | dedupe -
      zcat news.csv.gz | dedupe - --input-format csv
  Find close copies only, and keep the earliest document
  of each story:
      dedupe ./news --threshold 0.8 --keep earliest
  Stop a script if there are exact or near copies:
      dedupe ./incoming --fail-on near -q -o copies.json
  Print the id of the document to keep for each story:
      dedupe ./news -o report.json
      jq -r '.clusters[].representative' report.json";

pub(super) const LONG_END: &str = "\
Input formats:
  text, one document per file
      .txt .text .md, and files without an extension
  web page, one document per file
      .html .htm .xhtml .mht .mhtml
  JSON Lines, one document per line
      .jsonl .ndjson .jl .jsonlines
  JSON, one document per record
      .json
  table, one document per row
      .csv .tsv .tab .parquet .pq
      .arrow .feather .arrows .ipc
  feed (RSS, Atom), one document per item
      .rss .atom .rdf .xml
  agency item (NewsML-G2, NITF, ninjs), one document each
      .xml .newsml .nitf .json .ninjs
  mail, one document per message
      .eml .mbox
  web archive, one document per page
      .warc .wet .wacz

  Files may be compressed (.gz .zst .bz2 .xz) or packed
  (.zip .tar). The content decides the format; the
  extension counts if the content is not clear.

  Folders are read with their subfolders. Files with other
  extensions are ignored in a folder, and read as text if
  you name them. An input that cannot be read is skipped and
  reported, and the run continues.

Options from a file:
  Options are also read from dedupe.toml in the working
  directory, or in the nearest parent folder that has one.
  A key is the long name of an option. A key in a table such
  as [check] applies to that command, a key in [find] to
  runs without a command. Paths are relative to the file.
  The command line overrides the file: for example,
  --no-quiet overrides quiet = true. The search ends at the
  root of the repository and at the home folder. Only a file
  that --config names can set where to write, or read files
  outside its folder.

Relations:
  exact      both documents have the same words
  near       both tell one story, and at least the share
             --threshold of each is in the other
  contained  the story of one is in the other: at least the
             share --threshold of its words, but a smaller
             share of the other. It is a shortened version,
             or the other is a page with several stories
  version    both tell one story, and less than this share
             of each is in the other
  overlap    not a copy, but a shared passage, such as a
             quotation

Exit codes, in order of precedence:
  2  wrong usage, or no result
  1  --fail-on was given, and there are such findings
  3  the run finished, but some input could not be read
  0  the run finished
  A signal ends the run with 130 (Ctrl-C), 143 (TERM) or
  129 (HUP).

The name of a command takes precedence over a folder with
that name. Write ./check to read the folder.";
