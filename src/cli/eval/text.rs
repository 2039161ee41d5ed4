//! The measurements for people.

use super::Measured;
use crate::cli::side::{FAINT, HEADING, styled, wrapped};
use dedupe_report::Look;
use dedupe_report::evaluate::labels::Form;
use dedupe_report::evaluate::score::{Mistake, PairScores};
use dedupe_report::sanitise::{one_line, visible};
use indicatif::HumanCount;
use std::fmt::Write;

/// Lines on their way.
struct Page {
    out: String,
    look: Look,
}

impl Page {
    fn heading(&mut self, text: &str) {
        let text = styled(self.look, HEADING, text);
        self.line("");
        self.line(&text);
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn faint(&mut self, text: &str) {
        let text = styled(self.look, FAINT, text);
        self.line(&format!("   {text}"));
    }
}

/// The whole page.
pub(super) fn page(measured: &Measured, look: Look) -> String {
    let mut page = Page {
        out: String::new(),
        look,
    };
    let documents = HumanCount(measured.documents);
    let title = format!("{documents} documents against labels");
    page.line(&styled(look, HEADING, &title));
    labels(&mut page, measured);
    pairs(&mut page, measured);
    kinds(&mut page, measured);
    clusters(&mut page, measured);
    curve(&mut page, measured);
    let evaluation = &measured.evaluation;
    let missed = evaluation.pairs.labelled - evaluation.pairs.hit;
    mistakes(&mut page, "Missed", missed, &evaluation.missed);
    mistakes(
        &mut page,
        "Wrong",
        evaluation.pairs.wrong,
        &evaluation.wrong,
    );
    page.out
}

fn labels(page: &mut Page, measured: &Measured) {
    for file in &measured.labels {
        let form = match file.form {
            Form::Pairs => "pairs",
            Form::Clusters => "documents and their clusters",
        };
        let rows = HumanCount(file.rows as u64);
        page.line(&format!("   {}: {rows} {form}", visible(&file.file)));
    }
    if !measured.unknown_ids.is_empty() {
        let unknown = HumanCount(measured.unknown_ids.len() as u64);
        page.line(&format!(
            "   {unknown} ids in the labels are of no document"
        ));
    }
    page.faint(if measured.labels_complete {
        "taken as complete: a found pair that they do not name is wrong"
    } else {
        "taken as incomplete: a found pair that they leave open is not counted"
    });
}

fn pairs(page: &mut Page, measured: &Measured) {
    let evaluation = &measured.evaluation;
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
        let _ = write!(judged, ", {} left open", HumanCount(open));
    }
    row(page, "precision", precision, &judged);
    row(page, "F1", f1, "");
    if precision.is_none() {
        page.faint(if right + wrong + open == 0 {
            "precision: no copy was found"
        } else {
            "precision: not known from these labels, which refute no pair that was found;"
        });
        if right + wrong + open > 0 {
            page.faint("label pairs as not, give clusters too, or say --labels-complete");
        }
    }
    let overlaps = evaluation.overlaps;
    if overlaps.found > 0 {
        page.line(&format!(
            "   overlaps, in no figure but the recall of excerpts: {}, of which {} right",
            HumanCount(overlaps.found),
            HumanCount(overlaps.right)
        ));
    }
}

fn row(page: &mut Page, name: &str, figure: Option<f64>, detail: &str) {
    page.line(&format!("   {name:<11}{}  {detail}", shown(figure)));
}

fn shown(figure: Option<f64>) -> String {
    figure.map_or_else(|| format!("{:>6}", "-"), |f| format!("{f:.4}"))
}

fn kinds(page: &mut Page, measured: &Measured) {
    let kinds = &measured.evaluation.kinds;
    if kinds.is_empty() {
        return;
    }
    page.heading("Recall by kind");
    for kind in kinds {
        page.line(&format!(
            "   {:.4}  {:>7} of {:>7}  {}",
            kind.recall,
            HumanCount(kind.hit).to_string(),
            HumanCount(kind.labelled).to_string(),
            one_line(&kind.kind)
        ));
    }
}

fn clusters(page: &mut Page, measured: &Measured) {
    page.heading("Clusters");
    let Some(scores) = &measured.evaluation.clusters else {
        page.faint("not known from these labels: they name pairs, and may not name all");
        return;
    };
    let documents = HumanCount(scores.documents);
    page.line(&format!(
        "   adjusted Rand index  {:.4}  over {documents} documents",
        scores.adjusted_rand
    ));
    let b = scores.bcubed;
    page.line(&format!("   B-cubed precision    {:.4}", b.precision));
    page.line(&format!("   B-cubed recall       {:.4}", b.recall));
    page.line(&format!("   B-cubed F1           {:.4}", b.f1));
    if measured.labels.iter().all(|file| file.form == Form::Pairs) {
        page.faint("against the groups that the labelled pairs join");
    }
}

fn curve(page: &mut Page, measured: &Measured) {
    if measured.curve.is_empty() {
        return;
    }
    page.heading("By threshold");
    page.line("   threshold   recall  precision      F1      found");
    for point in &measured.curve {
        let own = (point.threshold - measured.parameters.threshold).abs() < 1e-9;
        page.line(&format!(
            "   {:>9}   {}     {}  {}  {:>9}{}",
            point.threshold,
            shown(point.pairs.recall),
            shown(point.pairs.precision),
            shown(point.pairs.f1),
            HumanCount(point.pairs.found).to_string(),
            if own { "  <- this run" } else { "" }
        ));
    }
}

fn mistakes(page: &mut Page, name: &str, all: u64, mistakes: &[Mistake]) {
    if mistakes.is_empty() {
        return;
    }
    let all = HumanCount(all);
    page.heading(&match mistakes.len() as u64 {
        listed if listed < all.0 => format!("{name}: {all} pairs, the worst {listed}"),
        _ => format!("{name}: {all}"),
    });
    for (at, mistake) in mistakes.iter().enumerate() {
        let kinds = mistake.kinds.join(", ");
        page.line(&format!("{:>4}. {}", at + 1, visible(&mistake.left)));
        page.line(&format!(
            "      {}  {}",
            visible(&mistake.right),
            one_line(&kinds)
        ));
        let cluster = mistake.cluster.iter().zip(&mistake.representative);
        let cluster: String = cluster
            .map(|(id, kept)| {
                format!(
                    "; cluster {}, representative {}",
                    visible(id),
                    visible(kept)
                )
            })
            .collect();
        let evidence = format!("{}{cluster}", one_line(&mistake.evidence));
        for line in wrapped(&evidence, page.look.width.saturating_sub(6).max(20)) {
            page.faint(&format!("   {line}"));
        }
    }
}
