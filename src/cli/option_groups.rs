//! Groups of options that several commands have in common. Clap checks their syntax; [`super::options`] validates the values.

use super::arg_values::{
    ColorArg, FailOn, FormatArg, HtmlArg, KeepArg, SkipLimit, document_bytes, memory_budget, share,
    skip_limit, source_name, whole_number,
};
use clap::Args;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use dedupe_formats::InputFormat;
use std::path::PathBuf;

/// Options that decide which documents are copies and which one to keep.
#[derive(Args, Debug)]
#[command(next_help_heading = "What counts as a copy")]
pub(crate) struct RuleArgs {
    #[command(flatten)]
    pub(crate) lasting: LastingRuleArgs,
    /// Match only documents whose dates are at most this many days apart
    ///
    /// Two documents whose dates are further apart are never one story and share no passage in the report,
    /// even if they have the same words. Dates are compared as days in UTC; 0 means the same day. A document
    /// without a date matches at any distance.
    #[arg(long, value_name = "DAYS", hide_short_help = true, allow_negative_numbers = true,
          value_parser = whole_number(0..=u32::MAX, "0 or more"))]
    pub(crate) within: Option<u32>,
}

/// Those of these options that an index keeps.
#[derive(Args, Debug)]
#[command(next_help_heading = "What counts as a copy")]
pub(crate) struct LastingRuleArgs {
    /// How strong the evidence must be [default: 0.5]
    ///
    /// Two documents are copies if the evidence is that they are one story: how many of their words they
    /// share, whether these are spread over the document, whether the headlines agree, whether names or
    /// numbers were replaced, whether they share rare words, and how far the dates are apart. The threshold
    /// is above 0 and at most 1. A higher threshold needs stronger evidence. Example: two documents have the
    /// same date, the same numbers, half of their headlines and half of their rare words in common. At 0.5
    /// they are copies if they share 36% of the words of one document, and at most half of these words are
    /// in one passage. Above about 0.6, a story that stands uncut in a longer page may be reported only as
    /// an overlap. Passages that recur count little. A copy that is not exact also needs 16 shared words.
    /// `dedupe explain` shows what decided a pair.
    #[arg(
        long,
        value_name = "STRENGTH",
        allow_negative_numbers = true,
        default_value = "0.5",
        hide_default_value = true,
        value_parser = share
    )]
    pub(crate) threshold: Option<f64>,
    /// Minimum words in an overlap [default: 40]
    ///
    /// Two documents that are not copies are reported as an overlap if they share a passage of at least
    /// this many words.
    #[arg(long, value_name = "WORDS", allow_negative_numbers = true, default_value = "40",
          hide_default_value = true, value_parser = whole_number(1..=u32::MAX, "1 or more"))]
    pub(crate) min_passage: Option<u32>,
    /// Words in a shingle, the unit of comparison [default: 5]
    ///
    /// A shingle is a run of consecutive words, from 3 to 32. Short shingles find more copies in badly
    /// scanned text, and take longer.
    #[arg(long, value_name = "WORDS", hide_short_help = true, allow_negative_numbers = true,
          default_value = "5", hide_default_value = true,
          value_parser = whole_number(3u32..=32, "3 to 32"))]
    pub(crate) shingle: Option<u32>,
    /// best, earliest, longest or first [default: best]
    ///
    /// Which document of a story to keep:
    ///   best      has the whole story and the least other text
    ///   earliest  has the earliest date
    ///   longest   has the most words
    ///   first     has the id that sorts first
    #[arg(
        long,
        value_name = "RULE",
        value_enum,
        default_value = "best",
        hide_default_value = true,
        hide_possible_values = true,
        verbatim_doc_comment
    )]
    pub(crate) keep: Option<KeepArg>,
    /// Prefer documents of these sources when choosing which one to keep
    ///
    /// Give names of sources or hosts of URLs, the most preferred first. With `--keep best`, a preferred
    /// document must still have the whole story.
    #[arg(
        long,
        value_name = "SOURCE,...",
        hide_short_help = true,
        value_delimiter = ',',
        value_parser = source_name
    )]
    pub(crate) prefer: Vec<String>,
}

/// Options for the report: its format, its destination and its content.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// text, json, html, csv, sarif and others [default: auto]
    ///
    /// Format of the report:
    ///   auto     by the extension of the output file, json if it has none;
    ///            without -o, text on a terminal and json elsewhere
    ///   text     for people; long lists are cut
    ///   json     one JSON document; `dedupe schema` prints its schema
    ///   jsonl    one JSON object with a `type` per line, the summary last
    ///   html     a page for the browser, with the texts side by side
    ///   csv      one row per document of each story, for spreadsheets
    ///   parquet  the same rows, for data frames
    ///   pairs    one row per match, with tabs between columns
    ///   sarif    SARIF 2.1.0, for code hosting services
    ///   github   annotations for GitHub Actions
    ///   gitlab   code quality issues for GitLab
    ///   junit    test cases, as XML
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "auto",
        hide_possible_values = true,
        hide_default_value = true,
        verbatim_doc_comment
    )]
    pub(crate) format: FormatArg,
    /// Write the report to a file
    ///
    /// The file is created or replaced only when the report is complete. - is standard output.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Report only copies across sources
    ///
    /// Leaves out matches between two documents of one source, such as an agency's own updates, and
    /// stories with one source only. The source of a document is its source field, or else the host of
    /// its URL. A document with neither has a source of its own.
    #[arg(long, hide_short_help = true)]
    pub(crate) cross_source_only: bool,
    /// Exit with 1 on exact, near, contained, version, overlap
    ///
    /// The given relation and every closer one count as findings. The list starts with the closest
    /// relation. Only findings in the report count. The options that a found dedupe.toml sets are named,
    /// also with --quiet.
    #[arg(long, value_name = "KIND", value_enum, hide_possible_values = true)]
    pub(crate) fail_on: Option<FailOn>,
    /// Leave out the copies in this baseline
    ///
    /// A baseline is a file that --write-baseline wrote. A known pair is reported again if it has become
    /// closer.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) baseline: Option<PathBuf>,
    /// Save all copies as a baseline of known copies
    ///
    /// The new baseline includes the copies that --baseline leaves out.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Use the passages that another run found to recur
    ///
    /// A dictionary is a file that --write-dictionary wrote. Without it, a run learns from its own documents
    /// which passages recur, so that they count little.
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) dictionary: Option<PathBuf>,
    /// Save which passages recur, for --dictionary
    #[arg(long, value_name = "FILE", hide_short_help = true)]
    pub(crate) write_dictionary: Option<PathBuf>,
    /// Use colour in text: auto, always or never [default: auto]
    ///
    /// auto uses colour on a terminal, unless NO_COLOR is set.
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value = "auto",
        hide_short_help = true,
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub(crate) color: ColorArg,
    /// Print errors only: no progress, no warnings
    #[arg(short, long)]
    pub(crate) quiet: bool,
    /// Print time and memory of each stage, and add them to the report
    #[arg(long, hide_short_help = true)]
    pub(crate) timings: bool,
}

/// Options for reading inputs.
#[derive(Args, Debug)]
#[command(next_help_heading = "Input")]
pub(crate) struct SourceArgs {
    /// JSON field or table column of the text
    ///
    /// Repeat the option to give several names. The first one that has a value is used. They replace the
    /// default names. Case, spaces, - and _ make no difference. article.body is the field body of the
    /// object in the field article. The options for other fields work in the same way.
    ///
    /// [default: text, body, content, article, main_text, article_body, article_text, body_text, full_text,
    /// content_text, raw_content, story, document, plain_text, text_content, article_content, page_content,
    /// cleaned_text, raw_text, text_body, main_content, full_content, full_article, cleaned_content,
    /// clean_text, story_text, news_text, news_content, post_text, post_content, contents, paragraphs,
    /// content.rendered, fields.body_text]
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) text_field: Vec<String>,
    /// Field of the id [default: id, uuid, guid, article_id, doc_id]
    #[arg(long, value_name = "NAME", hide_short_help = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub(crate) id_field: Vec<String>,
    /// Field of the headline [default: title, headline, headline.main, title.rendered, web_title]
    #[arg(long, value_name = "NAME", hide_short_help = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub(crate) title_field: Vec<String>,
    /// Field of the publisher or site [default: source, source.name, source.title, source.domain, source.url,
    /// source.uri, publisher, publisher.name, site, site_name, source_name, source_domain, domain, hostname]
    #[arg(long, value_name = "NAME", hide_short_help = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub(crate) source_field: Vec<String>,
    /// Field of the publication date [default: date, published, published_at, publish_date, published_date,
    /// date_published, date_publish, pub_date, publication_date, web_publication_date, article_date,
    /// published_on, published_time, first_created, version_created, created_at, timestamp]
    #[arg(long, value_name = "NAME", hide_short_help = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub(crate) date_field: Vec<String>,
    /// Field of the URL [default: url, link, web_url, article_url, canonical_url]
    #[arg(long, value_name = "NAME", hide_short_help = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub(crate) url_field: Vec<String>,
    /// Field of the author [default: byline, author, author.name, authors, creator]
    #[arg(long, value_name = "NAME", hide_short_help = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub(crate) byline_field: Vec<String>,
    /// Field of the language [default: language, lang, meta_lang, in_language]
    #[arg(long, value_name = "NAME", hide_short_help = true,
          value_parser = NonEmptyStringValueParser::new())]
    pub(crate) language_field: Vec<String>,
    /// Read every input in this format
    ///
    /// By default the content decides, or the extension if the content is not clear. With this option,
    /// all files in a folder are read, with any extension.
    #[arg(long, value_name = "FORMAT", hide_short_help = true,
          value_parser = PossibleValuesParser::new(InputFormat::names()))]
    pub(crate) input_format: Option<String>,
    /// Text to take from a web page: article or whole [default: article]
    ///
    ///   article  the main text, without navigation, teasers and footers
    ///   whole    all visible text, in order
    #[arg(
        long,
        value_name = "TEXT",
        value_enum,
        default_value = "article",
        hide_short_help = true,
        hide_possible_values = true,
        hide_default_value = true,
        verbatim_doc_comment
    )]
    pub(crate) html: Option<HtmlArg>,
    /// Skip larger documents [default: 64M]
    ///
    /// Give a number of bytes, or a size such as 64M or 1.5GB. The size is measured after decompression.
    /// K, M, G and T are powers of 1000; KiB, MiB, GiB and TiB are powers of 1024.
    #[arg(
        long,
        value_name = "SIZE",
        hide_short_help = true,
        default_value = "64M",
        hide_default_value = true,
        value_parser = document_bytes
    )]
    pub(crate) max_document_bytes: Option<u64>,
    /// Read only files that match this pattern
    ///
    /// Repeat the option to give several patterns. A pattern without a slash, such as *.json, is compared
    /// with the name, others with the path below the given folder. * and ? do not match a slash; ** does.
    /// The patterns also apply to archive files and to their members: to read the pages in them, name both
    /// *.zip and *.html.
    #[arg(long, value_name = "PATTERN", hide_short_help = true)]
    pub(crate) include: Vec<String>,
    /// Leave out files and folders that match this pattern
    #[arg(long, value_name = "PATTERN", hide_short_help = true)]
    pub(crate) exclude: Vec<String>,
    /// Tolerate this many unreadable inputs: a number or a share
    ///
    /// The exit code is 3 only if more inputs than this could not be read. A share such as 1% or 0.01 is a
    /// part of all documents and unreadable inputs. A path of the command line that does not exist is never
    /// tolerated.
    #[arg(
        long,
        value_name = "LIMIT",
        hide_short_help = true,
        allow_negative_numbers = true,
        value_parser = skip_limit
    )]
    pub(crate) max_skipped: Option<SkipLimit>,
    /// Read hidden files and folders too
    #[arg(long, hide_short_help = true)]
    pub(crate) hidden: bool,
    /// Follow symbolic links to folders, and to files outside the given folder
    #[arg(long, hide_short_help = true)]
    pub(crate) follow: bool,
}

/// Options that change how a run works, but not its result.
#[derive(Args, Debug)]
#[command(next_help_heading = "Run")]
pub(crate) struct RunArgs {
    /// Number of threads [default: the number of cores]
    #[arg(long, value_name = "NUMBER", hide_short_help = true, allow_negative_numbers = true,
          value_parser = whole_number(1u16..=1024, "1 to 1024"))]
    pub(crate) threads: Option<u16>,
    /// Memory budget, 64M or more [default: 1/4 of all memory]
    ///
    /// Give a size such as 500M or 2G. Data that does not fit is spilled to a temporary file. The report
    /// stays the same. The default counts the memory of the machine or, if it is lower, the limit of the
    /// container.
    #[arg(long, value_name = "SIZE", hide_short_help = true, value_parser = memory_budget)]
    pub(crate) memory: Option<u64>,
    /// Folder for temporary files [default: the system's]
    #[arg(long, value_name = "FOLDER", hide_short_help = true)]
    pub(crate) temp_dir: Option<PathBuf>,
}
