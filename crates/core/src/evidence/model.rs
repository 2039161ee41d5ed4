//! The decision: a logistic model of the [`Terms`].
//!
//! The weights are fitted to pairs of real news that readers have judged. ARCHITECTURE.md has the table of what each term
//! contributes, and the script that fits them is in `benches/evidence`.

use super::common_words;
use super::headlines::Headlines;
use super::terms::Terms;

/// Log-odds for the root of [`Terms::share`]. The root: the first shared tenth of a text tells more than the last.
const SHARE: f64 = 8.5;
/// Log-odds for the root of [`Terms::spread`].
const SPREAD: f64 = 4.6;
/// Log-odds for each unit of the other terms.
const DAYS: f64 = -3.2;
const NUMBERS: f64 = -32.0;
const HEADLINE: f64 = 2.0;
const SUBJECT: f64 = -6.3;
/// Log-odds for all rare words in common instead of none.
const RARE_WORDS: f64 = 3.7;

/// The threshold for which the weights are fitted.
pub const DEFAULT_THRESHOLD: f64 = 0.5;
/// The share that a neutral pair needs at the default threshold. It stands for the bias, -7.4. A neutral pair has one date,
/// the same numbers, half of a headline, half of its share in one run, and half of its rare words in common.
const NEUTRAL_SHARE: f64 = 0.357;

/// The evidence for one piece of news, as log-odds. Each term contributes its part; the sum decides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// What the terms are.
    pub terms: Terms,
    /// The threshold: how strong the evidence must be. It moves the log-odds of all pairs.
    pub threshold: f64,
}

impl Evidence {
    /// What each term contributes to the log-odds.
    #[must_use]
    pub fn contributions(&self) -> Contributions {
        let Terms {
            share,
            spread,
            days,
            numbers,
            headline,
            subject,
            rare_words,
        } = self.terms;
        Contributions {
            threshold: -neutral_log_odds(neutral_share(self.threshold)),
            share: SHARE * share.max(0.0).sqrt(),
            spread: SPREAD * spread.max(0.0).sqrt(),
            days: DAYS * days,
            numbers: NUMBERS * numbers,
            headline: HEADLINE * headline,
            subject: SUBJECT * subject,
            rare_words: rare_words.map_or(0.0, |share| {
                RARE_WORDS * (share - common_words::NEUTRAL_SHARE)
            }),
        }
    }

    /// The log-odds that the pair is one piece of news: above 0 it is.
    #[must_use]
    pub fn log_odds(&self) -> f64 {
        self.contributions().sum()
    }

    /// True if the evidence is that the pair is one piece of news.
    #[must_use]
    pub fn is_one_story(&self) -> bool {
        self.log_odds() >= 0.0
    }
}

/// True if the evidence is that a pair is one piece of news. `terms` are those of the alignment. The others are read only if
/// they can change the result: first the `headlines`, then the `rare_words`, which take longer.
#[must_use]
pub fn is_one_story(
    terms: Terms,
    threshold: f64,
    headlines: impl FnOnce() -> Headlines,
    rare_words: impl FnOnce() -> Option<f64>,
) -> bool {
    let with = |headlines: Headlines, rare_words: Option<f64>| {
        let terms = terms.with_headlines(headlines).with_rare_words(rare_words);
        Evidence { terms, threshold }.is_one_story()
    };
    if with(Headlines::WORST, Some(0.0)) {
        return true;
    }
    if !with(Headlines::BEST, Some(1.0)) {
        return false;
    }
    let headlines = headlines();
    with(headlines, Some(0.0)) || (with(headlines, Some(1.0)) && with(headlines, rare_words()))
}

/// The parts of the log-odds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Contributions {
    /// Of the threshold, for every pair.
    pub threshold: f64,
    /// Of [`Terms::share`].
    pub share: f64,
    /// Of [`Terms::spread`].
    pub spread: f64,
    /// Of [`Terms::days`].
    pub days: f64,
    /// Of [`Terms::numbers`].
    pub numbers: f64,
    /// Of [`Terms::headline`].
    pub headline: f64,
    /// Of [`Terms::subject`].
    pub subject: f64,
    /// Of [`Terms::rare_words`].
    pub rare_words: f64,
}

impl Contributions {
    fn sum(&self) -> f64 {
        let of_text = self.share + self.spread + self.days + self.numbers;
        self.threshold + of_text + self.headline + self.subject + self.rare_words
    }
}

/// The share that a neutral pair needs: linear from 0 at threshold 0 to [`NEUTRAL_SHARE`] at the default, and from there to
/// 1 at threshold 1.
fn neutral_share(threshold: f64) -> f64 {
    if threshold <= DEFAULT_THRESHOLD {
        NEUTRAL_SHARE * threshold / DEFAULT_THRESHOLD
    } else {
        let beyond = (threshold - DEFAULT_THRESHOLD) / (1.0 - DEFAULT_THRESHOLD);
        NEUTRAL_SHARE + (1.0 - NEUTRAL_SHARE) * beyond
    }
}

/// What the terms of a neutral pair of this share contribute.
fn neutral_log_odds(share: f64) -> f64 {
    (SHARE + SPREAD * 0.5f64.sqrt()) * share.sqrt() + HEADLINE / 2.0 * share
}

/// The share below which no pair is one story, whatever its other terms are. 0 for low thresholds.
#[must_use]
pub fn least_share(threshold: f64) -> f64 {
    // At best the headlines agree, all rare words are shared, and all is spread: (SHARE + SPREAD) √s + HEADLINE s is what the
    // threshold takes and the rare words do not give. A quadratic equation in √s.
    let of_rare_words = RARE_WORDS * (1.0 - common_words::NEUTRAL_SHARE);
    let taken = (neutral_log_odds(neutral_share(threshold)) - of_rare_words).max(0.0);
    let slope = SHARE + SPREAD;
    let root = (slope * slope + 4.0 * HEADLINE * taken).sqrt() - slope;
    (root / (2.0 * HEADLINE)).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn log_odds(terms: Terms, threshold: f64) -> f64 {
        Evidence { terms, threshold }.log_odds()
    }

    /// A pair of which nothing but the share speaks for or against it.
    fn neutral(share: f64) -> Terms {
        Terms {
            share,
            spread: share / 2.0,
            headline: share / 2.0,
            ..Terms::default()
        }
    }

    #[test]
    fn a_neutral_pair_needs_the_share_of_the_threshold() {
        for (threshold, share) in [(0.25, 0.1785), (0.5, 0.357), (0.75, 0.6785), (1.0, 1.0)] {
            assert!(
                log_odds(neutral(share + 0.002), threshold) > 0.0,
                "{threshold}"
            );
            assert!(
                log_odds(neutral(share - 0.002), threshold) < 0.0,
                "{threshold}"
            );
        }
    }

    /// A text that stands whole in another one is a copy, whatever the headlines are.
    #[test]
    fn a_whole_document_in_one_run_is_a_copy_at_the_default_threshold() {
        let whole = Terms {
            share: 1.0,
            ..Terms::default()
        };
        assert!(log_odds(whole, DEFAULT_THRESHOLD) > 1.0);
    }

    proptest! {
        #[test]
        fn below_the_least_share_nothing_is_one_story(
            shortfall in 0.0..1.0f64,
            spread in 0.0..=1.0f64,
            days in 0.0..9.0f64,
            numbers in 0.0..1.0f64,
            headline in 0.0..=1.0f64,
            subject in 0.0..=1.0f64,
            rare_words in 0.0..=1.0f64,
            threshold in 0.01..=1.0f64,
        ) {
            let least = least_share(threshold);
            prop_assume!(least > 0.0);
            let share = least * shortfall * 0.999;
            let terms = Terms {
                share,
                spread: share * spread,
                days,
                numbers,
                headline: share * headline,
                subject: share * subject,
                rare_words: Some(rare_words),
            };
            prop_assert!(log_odds(terms, threshold) < 0.0);
        }

        #[test]
        fn headlines_and_rare_words_are_read_only_if_they_can_decide(
            share in 0.0..=1.0f64,
            days in 0.0..2.0f64,
            common in 0.0..=1.0f64,
            replace_each_other in any::<bool>(),
            rare_words in prop::option::of(0.0..=1.0f64),
        ) {
            let terms = Terms { share, days, ..Terms::default() };
            let is_story = |headlines, rare_words| {
                let terms = terms.with_headlines(headlines).with_rare_words(rare_words);
                log_odds(terms, 0.5) >= 0.0
            };
            let headlines = Headlines { common, replace_each_other };
            let (mut is_read, mut are_looked_up) = (false, false);
            let found = is_one_story(
                terms,
                0.5,
                || { is_read = true; headlines },
                || { are_looked_up = true; rare_words },
            );
            prop_assert_eq!(found, is_story(headlines, rare_words));
            let can_decide = is_story(Headlines::BEST, Some(1.0)) && !is_story(Headlines::WORST, Some(0.0));
            prop_assert_eq!(is_read, can_decide);
            let are_needed = is_story(headlines, Some(1.0)) && !is_story(headlines, Some(0.0));
            prop_assert_eq!(are_looked_up, can_decide && are_needed);
        }

        #[test]
        fn shares_spread_headlines_and_rare_words_speak_for_a_story_and_the_others_against_it(
            terms in prop::array::uniform7(0.0..1.0f64),
            more in prop::array::uniform7(0.0..1.0f64),
        ) {
            let of = |[share, spread, headline, rare_words, days, numbers, subject]: [f64; 7]| {
                Terms { share, spread, days, numbers, headline, subject, rare_words: Some(rare_words) }
            };
            for k in 0..7 {
                let mut raised = terms;
                raised[k] += more[k];
                let (before, after) = (log_odds(of(terms), 0.5), log_odds(of(raised), 0.5));
                let is_right = if k < 4 { after >= before } else { after <= before };
                prop_assert!(is_right);
            }
        }
    }
}
