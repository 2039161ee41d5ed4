//! SARIF 2.1.0, which code-scanning services read: one result per finding. The region goes from the first copied
//! passage to the last, and each passage is an annotation.
//!
//! Columns and characters are Unicode code points. Regions of a compressed file refer to its decompressed
//! content. The region of a record is its line, and `properties.spans` are byte offsets in its text.
//!
//! GitHub accepts at most 25,000 results in a run. A report with more is split into runs of different categories.

use crate::annotations::{Annotation, Severity, visit_annotations};
use crate::{
    DocumentLocations, Excerpts, FileRegion, FindingKind, Renderer, ReportView, Tool, encode_json,
};
use dedupe_core::model::Span;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// URL of the JSON Schema of the format.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// URL of the documentation of the program.
const INFORMATION: &str = "https://docs.rs/news-dedupe";
/// Maximum number of results in a run.
const MAX_RESULTS: usize = 25_000;
/// Characters to percent-encode in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The rules, one per kind. A result refers to its rule by the index in this list.
const RULES: [(FindingKind, &str, &str); 5] = [
    (
        FindingKind::Exact,
        "ExactCopy",
        "The document has the same words as another document.",
    ),
    (
        FindingKind::Near,
        "NearCopy",
        "Most of the document appears in another document, and most of that document appears in it.",
    ),
    (
        FindingKind::Contained,
        "ContainedCopy",
        "The document is contained in another document, or contains another document.",
    ),
    (
        FindingKind::Version,
        "Version",
        "The document tells the same story as another document, and less than half of each appears in the other.",
    ),
    (
        FindingKind::Overlap,
        "SharedPassage",
        "The document shares a passage with another document.",
    ),
];

/// Writes the findings of a report as SARIF.
#[derive(Clone, Copy, Debug)]
pub struct Sarif<'a> {
    /// Locations of the documents.
    pub locations: &'a DocumentLocations,
    /// Findings of this kind or a closer one have the level `error`.
    pub fail_on: Option<FindingKind>,
}

impl Renderer for Sarif<'_> {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        self.render_runs(report, MAX_RESULTS, out)
    }
}

impl Sarif<'_> {
    /// Writes the report with at most `max_results` results in a run.
    fn render_runs(
        &self,
        report: &dyn ReportView,
        max_results: usize,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        writeln!(
            out,
            "{{\n  \"$schema\": \"{SCHEMA}\",\n  \"version\": \"2.1.0\","
        )?;
        out.write_all(b"  \"runs\": [")?;
        let mut json = JsonWriter {
            out,
            buffer: vec![],
        };
        let tool = tool(report.header().tool);
        let mut results = 0;
        visit_annotations(report, self.locations, self.fail_on, |annotation| {
            let before: &[u8] = match results % max_results {
                0 => {
                    json.begin_run(&tool, results / max_results)?;
                    b"\n      "
                }
                _ => b",\n      ",
            };
            results += 1;
            json.out.write_all(before)?;
            json.write(&result(annotation))
        })?;
        if results == 0 {
            json.begin_run(&tool, 0)?;
        }
        json.out.write_all(b"]\n  }]\n}\n")
    }
}

/// Writes values as compact JSON and reuses one buffer.
struct JsonWriter<'a> {
    out: &'a mut dyn Write,
    buffer: Vec<u8>,
}

impl JsonWriter<'_> {
    fn write(&mut self, value: &impl Serialize) -> io::Result<()> {
        encode_json(&mut self.buffer, value)?;
        self.out.write_all(&self.buffer)
    }

    /// Ends the run before, and begins a run up to its list of results. Runs after the first have a category of their
    /// own: GitHub takes runs of one category for one another.
    fn begin_run(&mut self, tool: &Value, number: usize) -> io::Result<()> {
        if number > 0 {
            self.out.write_all(b"]\n  }, ")?;
        }
        self.out.write_all(b"{\n    \"tool\": ")?;
        self.write(tool)?;
        if number > 0 {
            self.out.write_all(b",\n    \"automationDetails\": ")?;
            self.write(&json!({"id": format!("dedupe/part-{}/", number + 1)}))?;
        }
        self.out
            .write_all(b",\n    \"columnKind\": \"unicodeCodePoints\",\n    \"results\": [")
    }
}

fn tool(tool: &Tool) -> Value {
    let rules = RULES.map(|(kind, name, text)| {
        json!({"id": kind.name(), "name": name, "shortDescription": {"text": text}})
    });
    json!({"driver": {
        "name": tool.name,
        "semanticVersion": tool.version,
        "informationUri": INFORMATION,
        "rules": rules,
    }})
}

fn result(annotation: &Annotation<'_>) -> Value {
    let finding = &annotation.finding;
    let level = match annotation.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let rule = RULES.iter().position(|rule| rule.0 == finding.kind());
    let [file, other_file] = annotation.raw_files();
    let mut location = location(finding.document, file, annotation.region());
    // Passages inside a record have no positions in the file.
    let passages = annotation
        .passages()
        .filter(|place| place.record_line.is_none());
    let passages: Vec<Value> = passages.map(region).filter(|r| r != &json!({})).collect();
    if passages.len() > 1 {
        location["annotations"] = json!(passages);
    }
    let mut other = self::location(finding.other, other_file, annotation.other_region());
    other["id"] = json!(0);
    other["message"] = json!({"text": finding.other});
    json!({
        "ruleId": finding.kind().name(),
        "ruleIndex": rule,
        "level": level,
        "message": {"text": annotation.message()},
        "locations": [location],
        "relatedLocations": [other],
        // The fingerprint does not depend on positions, so that it stays the same if text before a document changes.
        "partialFingerprints": {"pair/v1": format!("{} {}", finding.document, finding.other)},
        "properties": {
            "document": finding.document,
            "other": finding.other,
            "relation": finding.relation,
            "cluster": finding.cluster,
            "containment": finding.containment,
            "containment_other": finding.containment_other,
            "spans": finding.spans,
            "spans_other": finding.spans_other,
        },
    })
}

/// The location of a document.
fn location(id: &str, file: &[u8], place: FileRegion) -> Value {
    let mut physical = Map::new();
    physical.insert("artifactLocation".into(), json!({"uri": uri(file)}));
    let region = region(place);
    if region != json!({}) {
        physical.insert("region".into(), region);
    }
    json!({
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": id, "kind": "document"}],
    })
}

/// The SARIF region of a part of a file. Unknown values are left out.
fn region(place: FileRegion) -> Value {
    let mut region = Map::new();
    let mut set = |name: &str, value: u64| region.insert(name.into(), value.into());
    if let Some((from, to)) = place.positions {
        set("startLine", from.line);
        set("startColumn", from.column);
        set("endLine", to.line);
        set("endColumn", to.column);
        set("charOffset", from.character);
        set("charLength", to.character.saturating_sub(from.character));
    }
    if let Some(line) = place.record_line {
        set("startLine", line);
    }
    if let Some(Span { begin, end }) = place.bytes {
        set("byteOffset", begin);
        set("byteLength", end.saturating_sub(begin));
    }
    Value::Object(region)
}

/// Converts a path to a URI reference. An absolute path becomes a `file:` URI.
fn uri(path: &[u8]) -> String {
    let scheme = if path.starts_with(b"/") {
        "file://"
    } else {
        ""
    };
    format!("{scheme}{}", percent_encode(path, PATH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_at_most_the_results_that_github_accepts() {
        let (report, _) = crate::fixture::sample();
        let locations = DocumentLocations::new();
        let sarif = Sarif {
            locations: &locations,
            fail_on: None,
        };
        let runs = |max_results| -> Vec<(usize, Option<String>)> {
            let mut out = vec![];
            sarif.render_runs(&report, max_results, &mut out).unwrap();
            let log: Value = serde_json::from_slice(&out).unwrap();
            let run = |run: &Value| {
                let category = run["automationDetails"]["id"].as_str();
                assert_eq!(run["tool"], log["runs"][0]["tool"]);
                (
                    run["results"].as_array().unwrap().len(),
                    category.map(str::to_owned),
                )
            };
            log["runs"].as_array().unwrap().iter().map(run).collect()
        };
        let part = |number: u32| Some(format!("dedupe/part-{number}/"));
        assert_eq!(runs(7), [(7, None)]);
        assert_eq!(runs(3), [(3, None), (3, part(2)), (1, part(3))]);
        assert_eq!(runs(4), [(4, None), (3, part(2))]);
    }

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri(b"news/a b#1:2.txt"), "news/a%20b%231%3A2.txt");
        assert_eq!(uri("/news/新.txt".as_bytes()), "file:///news/%E6%96%B0.txt");
        assert_eq!(uri(b"a\xFF%FF\n.txt"), "a%FF%25FF%0A.txt");
    }
}
