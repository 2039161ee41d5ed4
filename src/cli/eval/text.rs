//! The result of `dedupe eval` as text.

use super::EvalReport;
use crate::cli::text_page::{HEADING, TextPage, styled, wrapped};
use dedupe_report::TerminalStyle;
use dedupe_report::escape::{escape_text, escape_to_one_line};
use dedupe_report::evaluate::labels::LabelFormat;
use dedupe_report::evaluate::score::{Mistake, PairScores};
use indicatif::HumanCount;
use std::fmt::Write;

/// The whole page.
pub(super) fn page(report: &EvalReport, look: TerminalStyle) -> String {
    let mut page = TextPage::new(look);
    let documents = HumanCount(report.documents);
    let title = format!("{documents} documents compared with labels");
    page.line(&styled(look, HEADING, &title));
    labels(&mut page, report);
    pairs(&mut page, report);
    kinds(&mut page, report);
    clusters(&mut page, report);
    curve(&mut page, report);
    let evaluation = &report.evaluation;
    let missed = evaluation.pairs.labelled - evaluation.pairs.hit;
    mistakes(&mut page, "Missed", missed, &evaluation.missed);
    mistakes(
        &mut page,
        "Wrong",
        evaluation.pairs.wrong,
        &evaluation.wrong,
    );
    page.into_text()
}

fn labels(page: &mut TextPage, report: &EvalReport) {
    for file in &report.labels {
        let form = match (file.form, file.rows) {
            (LabelFormat::Pairs, 1) => "pair",
            (LabelFormat::Pairs, _) => "pairs",
            (LabelFormat::Clusters, 1) => "document and its cluster",
            (LabelFormat::Clusters, _) => "documents and their clusters",
        };
        let rows = HumanCount(file.rows as u64);
        page.line(&format!("   {}: {rows} {form}", escape_text(&file.file)));
    }
    if !report.unknown_ids.is_empty() {
        page.line(&match report.unknown_ids.len() {
            1 => "   1 id in the labels is not in the corpus".to_owned(),
            unknown => {
                let unknown = HumanCount(unknown as u64);
                format!("   {unknown} ids in the labels are not in the corpus")
            }
        });
    }
    page.faint(if report.labels_complete {
        "the labels are treated as complete: found pairs without a label are wrong"
    } else {
        "the labels may be incomplete: found pairs without a label are not counted"
    });
}

fn pairs(page: &mut TextPage, report: &EvalReport) {
    let evaluation = &report.evaluation;
    let PairScores {
        labelled,
        hit,
        right,
        wrong,
        open,
        precision,
        recall,
        f1,
        ..
    } = evaluation.pairs;
    page.heading("Pairs");
    row(
        page,
        "recall",
        recall,
        &format!(
            "{} of {} labelled copies",
            HumanCount(hit),
            HumanCount(labelled)
        ),
    );
    let mut judged = format!(
        "{} of {} judged copies",
        HumanCount(right),
        HumanCount(right + wrong)
    );
    if open > 0 {
        let _ = write!(judged, ", {} without a label", HumanCount(open));
    }
    row(page, "precision", precision, &judged);
    row(page, "F1", f1, "");
    if precision.is_none() {
        if right + wrong + open == 0 {
            page.faint("precision is unknown: no copy was found");
        } else {
            page.faint("precision is unknown: the labels name no found pair that is wrong;");
            page.faint("label pairs with the kind not, add clusters, or use --labels-complete");
        }
    }
    let overlaps = evaluation.overlaps;
    if overlaps.found > 0 {
        page.line(&format!(
            "   overlaps: {} found, {} right; they count only for the recall of excerpts",
            HumanCount(overlaps.found),
            HumanCount(overlaps.right)
        ));
    }
}

fn row(page: &mut TextPage, name: &str, figure: Option<f64>, detail: &str) {
    page.line(&format!("   {name:<11}{}  {detail}", shown(figure)));
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or_else(|| format!("{:>7}", "-"), percent)
}

/// A score as a percentage with two decimals, so that runs can be compared.
fn percent(score: f64) -> String {
    format!("{:>6.2}%", 100.0 * score)
}

fn kinds(page: &mut TextPage, report: &EvalReport) {
    let kinds = &report.evaluation.kinds;
    if kinds.is_empty() {
        return;
    }
    page.heading("Recall by kind");
    for kind in kinds {
        page.line(&format!(
            "   {}  {:>7} of {:>7}  {}",
            percent(kind.recall),
            HumanCount(kind.hit).to_string(),
            HumanCount(kind.labelled).to_string(),
            escape_to_one_line(&kind.kind)
        ));
    }
}

fn clusters(page: &mut TextPage, report: &EvalReport) {
    page.heading("Clusters");
    let Some(scores) = &report.evaluation.clusters else {
        page.faint("unknown: the labels are pairs, and may be incomplete");
        return;
    };
    let documents = match scores.documents {
        1 => "document",
        _ => "documents",
    };
    page.line(&format!(
        "   adjusted Rand index  {:>7.4}  over {} {documents}",
        scores.adjusted_rand,
        HumanCount(scores.documents)
    ));
    let b = scores.bcubed;
    page.line(&format!("   B-cubed precision    {}", percent(b.precision)));
    page.line(&format!("   B-cubed recall       {}", percent(b.recall)));
    page.line(&format!("   B-cubed F1           {}", percent(b.f1)));
    if report
        .labels
        .iter()
        .all(|file| file.form == LabelFormat::Pairs)
    {
        page.faint("compared with the groups that the labelled pairs form");
    }
}

fn curve(page: &mut TextPage, report: &EvalReport) {
    if report.curve.is_empty() {
        return;
    }
    page.heading("By threshold");
    page.line("   threshold   recall  precision       F1      found");
    for point in &report.curve {
        let own = (point.threshold - report.parameters.threshold).abs() < 1e-9;
        page.line(&format!(
            "   {:>9}  {}    {}  {}  {:>9}{}",
            point.threshold,
            shown(point.pairs.recall),
            shown(point.pairs.precision),
            shown(point.pairs.f1),
            HumanCount(point.pairs.found).to_string(),
            if own { "  <- this run" } else { "" }
        ));
    }
}

fn mistakes(page: &mut TextPage, name: &str, all: u64, mistakes: &[Mistake]) {
    if mistakes.is_empty() {
        return;
    }
    let all = HumanCount(all);
    page.heading(&match mistakes.len() as u64 {
        listed if listed < all.0 => format!("{name}: {all} pairs; the worst {listed}"),
        _ => format!("{name}: {all}"),
    });
    for (at, mistake) in mistakes.iter().enumerate() {
        let kinds = mistake.kinds.join(", ");
        page.line(&format!("{:>4}. {}", at + 1, escape_text(&mistake.left)));
        page.line(&format!(
            "      {}  {}",
            escape_text(&mistake.right),
            escape_to_one_line(&kinds)
        ));
        let cluster = mistake.cluster.iter().zip(&mistake.representative);
        let cluster: String = cluster
            .map(|(id, kept)| {
                format!(
                    "; cluster {}, representative {}",
                    escape_text(id),
                    escape_text(kept)
                )
            })
            .collect();
        let evidence = format!("{}{cluster}", escape_to_one_line(&mistake.evidence));
        for line in wrapped(&evidence, page.look.width.saturating_sub(6).max(20)) {
            page.faint(&format!("   {line}"));
        }
    }
}
