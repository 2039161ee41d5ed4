//! Hand-written parts of `dedupe --help`, laid out for 80 columns.

pub(super) const USAGE: &str = "dedupe [OPTIONS] PATH...\n       dedupe COMMAND --help";

pub(super) const EXAMPLES: &str = "\
Examples:
  dedupe ./news                    list every story found more than once
  dedupe ./news -o report.json     save the full report as JSON
  zcat wire.jsonl.gz | dedupe -    read standard input
  dedupe ./news --fail-on near     exit with 1 on exact or near copies";

pub(super) const SHORT_END: &str = "More options, formats and exit codes: dedupe --help";

pub(super) const LONG_EXAMPLES: &str = "\
Examples:
  List every story found more than once, and the document to keep:
      dedupe ./news
  Save the full report as JSON:
      dedupe ./news -o report.json
  Read a compressed feed with other field names:
      dedupe feed.jsonl.zst --text-field body --id-field guid
  Read standard input, as JSON Lines or in another format:
      zcat wire.jsonl.gz | dedupe -
      zcat stories.csv.gz | dedupe - --input-format csv
  Find close copies only, and keep the earliest document of each story:
      dedupe ./news --threshold 0.8 --keep earliest
  Stop a script if there are exact or near copies:
      dedupe ./incoming --fail-on near --quiet > /dev/null || exit 1
  Print the id of the document to keep for each story, with jq:
      dedupe ./news -f jsonl | jq -r 'select(.type == \"cluster\").representative'";

pub(super) const LONG_END: &str = "\
Input formats:
  text         .txt .text .md, no extension    one document per file
  web page     .html .htm .xhtml               one document per file
  JSON Lines   .jsonl .ndjson                  one document per line
  table        .csv .tsv .tab .parquet .pq     one document per row
  feed         .rss .atom .xml                 one document per item (RSS, Atom)
  agency item  .xml .nitf .json .ninjs         one document per item
                                               (NewsML-G2, NITF, ninjs)
  web archive  .warc .wet                      one document per page

  Files may be compressed (.gz .zst .bz2 .xz) or packed (.zip .tar). The content
  decides the format; the extension counts if the content is not clear.

  Folders are read with their subfolders. Files with other extensions are
  ignored in a folder, and read as text if you name them. An input that cannot
  be read is skipped and reported, and the run continues.

Options from a file:
  Options are also read from dedupe.toml in the working directory, or in the
  nearest parent folder that has one. A key is the long name of an option. A key
  in a table such as [check] applies to that subcommand, a key in [find] to runs
  without a subcommand. Paths are relative to the file. The command line
  overrides the file: for example, --no-quiet overrides quiet = true. The search
  ends at the root of the repository and at the home folder. Only a file that
  --config names can set where to write, or read files outside its folder.

Kinds of matches:
  exact      both have the same words
  near       most of each document is in the other
  contained  most of one document is in the other: it is a shortened version, or
             the other is a page with several stories
  overlap    not a copy, but a shared passage, such as a quotation

Exit codes, in order of precedence:
  2  wrong usage, or no result
  1  --fail-on was given, and such copies were found
  3  the run finished, but some input could not be read
  0  the run finished
  A signal ends the run with 130 (Ctrl-C), 143 (TERM) or 129 (HUP).

The name of a subcommand takes precedence over a folder with that name. Write
./check to read the folder.";
