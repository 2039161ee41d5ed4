//! Explanations: what each stage found out about a pair.

use dedupe_core::evidence::model::{Contributions, Evidence};
use dedupe_core::evidence::terms::Terms;
use dedupe_core::model::{Relation, Span};
use dedupe_report::{Extraction, format_percent};
use serde::Serialize;

/// One document of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// The id.
    pub id: String,
    /// Path of the file or archive member that the document was read from.
    pub path: String,
    /// Headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Publisher or site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Date of publication, as given in the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Which part of the web page is the text. `None` if the document is not a web page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extraction: Option<Extraction>,
    /// Number of words.
    pub words: u64,
    /// Number of words that are boilerplate.
    pub boilerplate_words: u64,
    /// Spans of the boilerplate.
    pub boilerplate: Vec<Span>,
    /// The text. `None` if it could not be read a second time.
    #[serde(skip)]
    pub text: Option<String>,
}

impl Examined {
    /// The text of a span. `None` if the text could not be read a second time, or has no such span.
    #[must_use]
    pub fn passage(&self, span: Span) -> Option<&str> {
        let range = span.begin as usize..span.end as usize;
        self.text.as_deref()?.get(range)
    }
}

/// Two passages that align.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AlignedPassage {
    /// In the left document.
    pub left: Span,
    /// In the right document.
    pub right: Span,
    /// Words that are aligned, equal or substituted.
    pub words: u64,
    /// Words that are equal.
    pub equal: u64,
}

/// What candidate search knows about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairSketches {
    /// Distinct fingerprints of the left document.
    pub fingerprints_left: u64,
    /// Distinct fingerprints of the right document.
    pub fingerprints_right: u64,
    /// Fingerprints that both documents have.
    pub fingerprints_shared: u64,
    /// Shared fingerprints that count for this pair. A frequent fingerprint links a document only to a few pivots.
    pub fingerprints_counted: u64,
    /// Fingerprints that must count for the pair to be a candidate.
    pub fingerprints_needed: u64,
    /// LSH buckets that both documents fall into. One makes the pair a candidate.
    pub buckets_shared: u64,
    /// LSH buckets of a document.
    pub buckets: u64,
    /// Jaccard resemblance of the shingle sets.
    pub shingle_resemblance: f64,
    /// The same as estimated from the signatures.
    pub signature_resemblance: f64,
    /// The probability that two documents of this resemblance share a bucket.
    pub bucket_probability: f64,
    /// True if the pair, or the pair of exact copies that represent it, is a candidate.
    pub proposed: bool,
    /// True if the pair is not a candidate, but clustering compared it and found a match: both documents are copies of
    /// a third one.
    pub found_by_clustering: bool,
}

impl PairSketches {
    /// True if a run compares the pair, or the pair of exact copies that represent it.
    #[must_use]
    pub fn is_compared(&self) -> bool {
        self.proposed || self.found_by_clustering
    }
}

/// The evidence that a pair is one piece of news: what was measured, and what each measure contributes to the log-odds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ExplainedEvidence {
    /// The sum of the contributions. The pair is one piece of news from 0.
    pub log_odds: f64,
    /// What was measured.
    pub terms: Terms,
    /// What each of it contributes to the log-odds.
    pub contributions: Contributions,
}

impl From<Evidence> for ExplainedEvidence {
    fn from(evidence: Evidence) -> Self {
        Self {
            log_odds: evidence.log_odds(),
            terms: evidence.terms,
            contributions: evidence.contributions(),
        }
    }
}

/// Everything about one pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The document that was named first.
    pub left: Examined,
    /// The document that was named second.
    pub right: Examined,
    /// Days between the dates of the two documents. `None`: one has no date.
    pub days_apart: Option<u32>,
    /// The largest number of days between two documents that match. `None`: no limit.
    pub within: Option<u32>,
    /// The relation of left to right. `None`: they do not match.
    pub relation: Option<Relation>,
    /// The threshold: how strong the evidence for one piece of news must be.
    pub threshold: f64,
    /// The evidence that both are one piece of news. `None`: the documents have the same words, and need no evidence.
    pub evidence: Option<ExplainedEvidence>,
    /// Words that an overlap shares at least.
    pub min_passage: u32,
    /// Aligned words that are equal.
    pub words: u64,
    /// Words of the longest passage without a difference.
    pub longest_run: u64,
    /// Words of the longest aligned passage.
    pub longest_passage: u64,
    /// equal / (left + right - equal), in words.
    pub resemblance: f64,
    /// equal / left, in words.
    pub containment_left: f64,
    /// equal / right, in words.
    pub containment_right: f64,
    /// What candidate search knows.
    pub sketches: PairSketches,
    /// The aligned passages, in the order of the left document.
    pub passages: Vec<AlignedPassage>,
}

impl Explanation {
    /// How many days the two documents are apart and how many they may be, if they are too far apart to match.
    #[must_use]
    pub fn too_far_apart(&self) -> Option<(u32, u32)> {
        let (apart, within) = self.days_apart.zip(self.within)?;
        (apart > within).then_some((apart, within))
    }

    /// One sentence that says why the pair matches, or why it does not.
    #[must_use]
    pub fn sentence(&self) -> String {
        if let Some((apart, within)) = self.too_far_apart() {
            return format!(
                "excluded: the dates are {apart} days apart, and --within allows {within}"
            );
        }
        let most = format_percent(self.containment_left.max(self.containment_right));
        let sketches = &self.sketches;
        if !sketches.is_compared() {
            let uncounted = sketches.fingerprints_shared - sketches.fingerprints_counted;
            let frequent = match uncounted {
                0 => String::new(),
                _ => format!(" ({uncounted} more are in many documents)"),
            };
            return format!(
                "never compared: {} fingerprints shared{frequent} of {} needed, no common bucket",
                sketches.fingerprints_counted, sketches.fingerprints_needed
            );
        }
        let words = self.words;
        match self.evidence {
            None => format!("compared: all {words} words are the same"),
            Some(evidence) => format!(
                "compared: {words} words in common, {most} of one document; log-odds {:.1}, of which share {:.1}, spread \
                 {:.1}, dates {:.1}, numbers {:.1}, headline {:.1}, subject {:.1}, rare words {:.1}, threshold {:.1}",
                evidence.log_odds,
                evidence.contributions.share,
                evidence.contributions.spread,
                evidence.contributions.days,
                evidence.contributions.numbers,
                evidence.contributions.headline,
                evidence.contributions.subject,
                evidence.contributions.rare_words,
                evidence.contributions.threshold,
            ),
        }
    }
}
