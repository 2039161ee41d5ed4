//! The rules of an archive. They are stored when it is created, and everything that is done with it follows them.

use super::{Archive, ArchiveError};
use crate::dictionary::LearntDictionary;
use crate::settings::Rules;
use dedupe_index::MatchRules;
use std::sync::Arc;

/// The rules of a job that an archive keeps.
pub(super) fn stored(rules: &Rules) -> Result<MatchRules, ArchiveError> {
    match rules.within {
        Some(_) => Err(ArchiveError::Within),
        None => Ok(MatchRules {
            threshold: rules.threshold,
            min_passage: rules.min_passage,
            shingle: rules.shingle,
            keep: rules.keep,
            prefer: rules.prefer.clone(),
        }),
    }
}

/// Rules that were stored, with the dictionary of the archive.
pub(super) fn of_archive(stored: MatchRules, dictionary: Arc<LearntDictionary>) -> Rules {
    Rules {
        threshold: stored.threshold,
        min_passage: stored.min_passage,
        shingle: stored.shingle,
        keep: stored.keep,
        prefer: stored.prefer,
        dictionary: Some(dictionary),
        ..Rules::default()
    }
}

/// Each rule as an option of the program and its value. `None` for an option that was not given.
fn options(rules: &MatchRules) -> [(&'static str, Option<String>); 5] {
    let keep = format!("{:?}", rules.keep).to_lowercase();
    let prefer = (!rules.prefer.is_empty()).then(|| rules.prefer.join(","));
    [
        ("--threshold", Some(rules.threshold.to_string())),
        ("--min-passage", Some(rules.min_passage.to_string())),
        ("--shingle", Some(rules.shingle.to_string())),
        ("--keep", Some(keep)),
        ("--prefer", prefer),
    ]
}

fn words((option, value): (&str, Option<String>)) -> String {
    value.map_or_else(
        || format!("no {option}"),
        |value| format!("{option} {value}"),
    )
}

/// The rules as options of the program.
pub(super) fn in_words(rules: &MatchRules) -> String {
    let given = options(rules)
        .into_iter()
        .filter(|(_, value)| value.is_some());
    given.map(words).collect::<Vec<_>>().join(" ")
}

/// Fails if these rules are not those of the archive.
pub(super) fn agree(own: &MatchRules, given: &MatchRules) -> Result<(), ArchiveError> {
    let pairs = options(own).into_iter().zip(options(given));
    let (found, expected): (Vec<String>, Vec<String>) = pairs
        .filter(|(own, given)| own != given)
        .map(|(own, given)| (words(own), words(given)))
        .unzip();
    match found.is_empty() {
        true => Ok(()),
        false => Err(ArchiveError::Rules {
            found: found.join(" "),
            expected: expected.join(" "),
        }),
    }
}

impl Archive {
    /// Its rules, with its dictionary, but without the examples that this has of passages.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Fails if the matches of the archive are not those of these rules. Rules without a dictionary agree with any.
    ///
    /// # Errors
    ///
    /// [`ArchiveError::Rules`], [`ArchiveError::OtherDictionary`] or [`ArchiveError::Within`].
    pub fn agree(&self, rules: &Rules) -> Result<(), ArchiveError> {
        agree(&stored(&self.rules)?, &stored(rules)?)?;
        match rules.dictionary.is_some() && rules.dictionary != self.rules.dictionary {
            true => Err(ArchiveError::OtherDictionary),
            false => Ok(()),
        }
    }

    /// The rules of a job on this archive: those of the archive, and what only the report needs. The dictionary has its
    /// examples, which a report lists.
    pub(super) fn rules_for_report(&self, job: &Rules) -> Result<Rules, ArchiveError> {
        let [recurring, examples] = self.index.whole_dictionary()?;
        let dictionary = LearntDictionary::from_parts(&recurring, &examples)?;
        Ok(Rules {
            dictionary: Some(Arc::new(dictionary)),
            ..self.rules_for(job)
        })
    }

    /// As [`Archive::rules_for_report`], for a job whose report nobody reads as a whole.
    pub(super) fn rules_for(&self, job: &Rules) -> Rules {
        Rules {
            cross_source_only: job.cross_source_only,
            ..self.rules.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_differ_are_named_and_others_are_not() {
        let own = Rules::default();
        let given = Rules {
            threshold: 0.8,
            prefer: vec!["Agency".to_owned(), "Herald".to_owned()],
            ..Rules::default()
        };
        let [own, given] = [own, given].map(|rules| stored(&rules).unwrap());
        assert!(agree(&given, &given.clone()).is_ok());
        let error = agree(&own, &given).unwrap_err().to_string();
        assert_eq!(
            error,
            "the index was created with --threshold 0.5 no --prefer, not with --threshold 0.8 --prefer Agency,Herald"
        );
        let text =
            "--threshold 0.8 --min-passage 40 --shingle 5 --keep best --prefer Agency,Herald";
        assert_eq!(in_words(&given), text);
        let within = Rules {
            within: Some(3),
            ..Rules::default()
        };
        assert!(matches!(stored(&within), Err(ArchiveError::Within)));
    }
}
