//! One JSON object a line, each with a `type`, for streaming readers; the summary comes last, so that
//! a stream without one is known to be cut.

use super::encode::encode;
use super::{
    Boilerplate, Cluster, Excerpts, Listing, Match, Parameters, Renderer, StageTiming, Summary,
    Tool, batches,
};
use crate::model::Fault;
use serde::Serialize;
use std::io::{self, Write};

/// Writes a [`Report`](super::Report) as JSON Lines: the items of each of its lists, then the summary.
#[derive(Clone, Copy, Debug)]
pub struct JsonLines;

/// A line: the fields of the item, after its `type`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line<'a> {
    Cluster(&'a Cluster),
    Match(&'a Match),
    Boilerplate(&'a Boilerplate),
    Skipped(&'a Fault),
    Warning(&'a Fault),
    Summary(Closing<'a>),
}

/// The last line: the counts, and all that the JSON document says of the whole run.
#[derive(Serialize)]
struct Closing<'a> {
    schema_version: u32,
    tool: &'a Tool,
    parameters: &'a Parameters,
    #[serde(flatten)]
    summary: &'a Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<&'a [StageTiming]>,
}

impl Renderer for JsonLines {
    fn render(&self, report: &dyn Listing, _: &Excerpts, out: &mut dyn Write) -> io::Result<()> {
        batches::write(report.cluster_count(), out, |range| {
            lines(report.clusters(range).iter().map(Line::Cluster))
        })?;
        batches::write(report.match_count(), out, |range| {
            lines(report.matches(range).iter().map(Line::Match))
        })?;
        let head = report.head();
        let some = head.boilerplate;
        batches::write(some.len(), out, |range| {
            lines(some[range].iter().map(Line::Boilerplate))
        })?;
        for (faults, line) in [
            (head.skipped, Line::Skipped as fn(_) -> _),
            (head.warnings, Line::Warning),
        ] {
            batches::write(faults.len(), out, |range| {
                lines(faults[range].iter().map(line))
            })?;
        }
        let closing = Closing {
            schema_version: head.schema_version,
            tool: head.tool,
            parameters: head.parameters,
            summary: head.summary,
            timings: head.timings,
        };
        out.write_all(&lines([Line::Summary(closing)].into_iter())?)
    }
}

/// Items as text, each on a line.
fn lines<'a>(items: impl Iterator<Item = Line<'a>>) -> io::Result<Vec<u8>> {
    let (mut lines, mut buffer) = (Vec::new(), Vec::new());
    for item in items {
        encode(&mut buffer, &item)?;
        lines.extend_from_slice(&buffer);
        lines.push(b'\n');
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::timed;
    use serde_json::{Value, json};

    /// The items of one type, without it.
    fn items(lines: &[Value], kind: &str) -> Vec<Value> {
        let mut found: Vec<Value> = (lines.iter().filter(|l| l["type"] == kind).cloned()).collect();
        for item in &mut found {
            item.as_object_mut().unwrap().remove("type");
        }
        found
    }

    #[test]
    fn says_what_the_json_document_says() {
        let (report, excerpts) = timed();
        let mut out = Vec::new();
        JsonLines.render(&report, &excerpts, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let lines: Vec<Value> = (text.lines().map(|l| serde_json::from_str(l).unwrap())).collect();

        let mut closing = items(&lines, "summary").remove(0);
        let mut take = |name: &str| closing.as_object_mut().unwrap().remove(name).unwrap();
        let mut rebuilt = json!({
            "schema_version": take("schema_version"), "tool": take("tool"),
            "parameters": take("parameters"), "timings": take("timings"),
            "clusters": items(&lines, "cluster"), "matches": items(&lines, "match"),
            "boilerplate": items(&lines, "boilerplate"), "skipped": items(&lines, "skipped"),
            "warnings": items(&lines, "warning"),
        });
        rebuilt["summary"] = closing;
        assert_eq!(rebuilt, serde_json::to_value(&report).unwrap());
        assert_eq!(lines.last().unwrap()["type"], "summary");
    }
}
