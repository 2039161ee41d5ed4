//! JSON Lines for streaming readers: one JSON object per line, each with a `type`. The summary is the last line, so
//! that readers can detect a truncated stream.

use crate::Fault;
use crate::escaped_json::append_json;
use crate::{
    Boilerplate, Cluster, Excerpts, Match, Parameters, Renderer, ReportView, StageTiming, Summary,
    Tool, parallel_items,
};
use serde::Serialize;
use std::io::{self, Write};

/// Writes a [`Report`](crate::Report) as JSON Lines: the items of each list, then the summary.
#[derive(Clone, Copy, Debug)]
pub struct JsonLines;

/// One line: `type`, then the fields of the item.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum JsonLine<'a> {
    Cluster(&'a Cluster),
    Match(&'a Match),
    Boilerplate(&'a Boilerplate),
    Skipped(&'a Fault),
    Warning(&'a Fault),
    Summary(SummaryLine<'a>),
}

/// The last line: the totals, and all other fields about the whole run.
#[derive(Serialize)]
struct SummaryLine<'a> {
    schema_version: u32,
    tool: &'a Tool,
    parameters: &'a Parameters,
    #[serde(flatten)]
    summary: &'a Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<&'a [StageTiming]>,
}

impl Renderer for JsonLines {
    fn render(&self, report: &dyn ReportView, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        parallel_items::write_items(report.cluster_count(), out, |at, text| {
            line(text, JsonLine::Cluster(&*report.cluster(at)?))
        })?;
        parallel_items::write_items(report.match_count(), out, |at, text| {
            line(text, JsonLine::Match(&*report.match_at(at)?))
        })?;
        let header = report.header();
        let passages = header.boilerplate;
        parallel_items::write_items(passages.len(), out, |at, text| {
            line(text, JsonLine::Boilerplate(&passages[at]))
        })?;
        for (faults, kind) in [
            (header.skipped, JsonLine::Skipped as fn(_) -> _),
            (header.warnings, JsonLine::Warning),
        ] {
            parallel_items::write_items(faults.len(), out, |at, text| {
                line(text, kind(&faults[at]))
            })?;
        }
        let summary = SummaryLine {
            schema_version: header.schema_version,
            tool: header.tool,
            parameters: header.parameters,
            summary: header.summary,
            timings: header.timings,
        };
        let mut last = Vec::new();
        line(&mut last, JsonLine::Summary(summary))?;
        out.write_all(&last)
    }
}

/// Appends one line to `text`.
fn line(text: &mut Vec<u8>, line: JsonLine) -> io::Result<()> {
    append_json(text, &line)?;
    text.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::timed;
    use serde_json::{Value, json};

    /// The items of one type, without the field `type`.
    fn items(lines: &[Value], kind: &str) -> Vec<Value> {
        let mut found: Vec<Value> = (lines.iter().filter(|l| l["type"] == kind).cloned()).collect();
        for item in &mut found {
            item.as_object_mut().unwrap().remove("type");
        }
        found
    }

    #[test]
    fn contains_the_same_data_as_the_json_document() {
        let (report, excerpts) = timed();
        let mut out = Vec::new();
        JsonLines.render(&report, &excerpts, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<Value> = (text.lines().map(|l| serde_json::from_str(l).unwrap())).collect();

        let mut summary = items(&lines, "summary").remove(0);
        let mut take = |name: &str| summary.as_object_mut().unwrap().remove(name).unwrap();
        let mut rebuilt = json!({
            "schema_version": take("schema_version"), "tool": take("tool"),
            "parameters": take("parameters"), "timings": take("timings"),
            "clusters": items(&lines, "cluster"), "matches": items(&lines, "match"),
            "boilerplate": items(&lines, "boilerplate"), "skipped": items(&lines, "skipped"),
            "warnings": items(&lines, "warning"),
        });
        rebuilt["summary"] = summary;
        assert_eq!(rebuilt, serde_json::to_value(&report).unwrap());
        assert_eq!(lines.last().unwrap()["type"], "summary");
    }
}
