//! The byline at the head of a text, such as `By Jane Doe`.

use std::ops::Range;

/// Words that begin a byline, in lower case.
const STARTS: &[&str] = &[
    "by",
    "von",
    "par",
    "por",
    "di",
    "door",
    "av",
    "af",
    "автор:",
];
/// Words in lower case that stand between names.
const BETWEEN: &[&str] = &[
    "and", "und", "et", "y", "e", "en", "och", "og", "with", "mit", "in", "for", "of", "the", "de",
    "del", "di", "da", "der", "den", "la", "le", "van", "von", "zu", "al", "el", "bin", "и",
];
/// The maximum size of a byline in bytes.
const MAX_BYTES: usize = 100;
/// The maximum number of words after the first one.
const MAX_WORDS: usize = 12;
/// The maximum size of a headline in bytes.
const MAX_HEADLINE_BYTES: usize = 240;
/// The maximum number of lines before a byline: a headline and a subheading.
const MAX_LINES_BEFORE: usize = 2;

/// A byline below a headline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Byline<'t> {
    /// The first line of the text.
    pub headline: &'t str,
    /// The names in the byline.
    pub names: &'t str,
    /// Byte range of the line.
    pub line: Range<usize>,
}

/// Finds the byline below the headline of a text. Blank lines do not count. The time does not depend on the length of the
/// text.
#[must_use]
pub fn byline(text: &str) -> Option<Byline<'_>> {
    let mut headline = None;
    let mut before = 0;
    let mut begin = 0;
    // A headline, a subheading and a byline fit into this many bytes, with blanks.
    let mut end = text.len().min(2 * MAX_LINES_BEFORE * MAX_HEADLINE_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    for line in text.get(..end)?.split_inclusive('\n') {
        let range = begin..begin + line.len();
        begin = range.end;
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if let Some(headline) = headline
            && let Some(names) = names(line)
        {
            return Some(Byline {
                headline,
                names,
                line: range,
            });
        }
        before += 1;
        if before > MAX_LINES_BEFORE || line.len() > MAX_HEADLINE_BYTES {
            return None;
        }
        headline = headline.or(Some(line));
    }
    None
}

/// The names in a line, if it is a byline.
fn names(line: &str) -> Option<&str> {
    let (start, names) = line.split_once(char::is_whitespace)?;
    let names = names.trim();
    let start = start.to_lowercase();
    let is_name = |word: &&str| word.starts_with(char::is_uppercase);
    let words = || names.split_whitespace().filter(|word| *word != "&");
    let is_byline = line.len() <= MAX_BYTES
        && STARTS.contains(&start.as_str())
        && words().next().is_some_and(|word| is_name(&word))
        && words().all(|word| is_name(&word) || BETWEEN.contains(&word))
        && (2..=MAX_WORDS).contains(&words().count())
        // A sentence ends like this. An initial or "Jr." does not end a byline in practice.
        && !names.ends_with(['.', '!', '?', ':', ';', ',']);
    is_byline.then_some(names)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HEADLINE: &str = "Minister signs harbour treaty";

    fn found(line: &str) -> Option<String> {
        let text = format!("{HEADLINE}\n\n  {line}  \nThe minister signed it on Sunday.");
        let found = byline(&text)?;
        assert_eq!(found.headline, HEADLINE);
        assert_eq!(text[found.line].trim(), line);
        Some(found.names.to_owned())
    }

    #[test]
    fn finds_the_byline_below_a_headline() {
        for (line, names) in [
            ("By Jane Doe", "Jane Doe"),
            (
                "BY JANE DOE and John R. Smith",
                "JANE DOE and John R. Smith",
            ),
            ("Von Anna Groß, Berlin", "Anna Groß, Berlin"),
            ("Par Léa de la Tour", "Léa de la Tour"),
            ("By The Coast Agency", "The Coast Agency"),
        ] {
            assert_eq!(found(line).as_deref(), Some(names), "{line}");
        }
    }

    #[test]
    fn other_lines_are_no_byline() {
        for line in [
            "By Sunday the ships had left",
            "By 2024 Nothing",
            "By Jane",
            "By Land. By Sea.",
            "Jane Doe",
            "Von Berlin nach Paris",
        ] {
            assert_eq!(found(line), None, "{line}");
        }
        assert_eq!(found(&format!("By {}", "Jane ".repeat(13).trim())), None);
        assert_eq!(found(&format!("By Jane {}", "D".repeat(100))), None);
    }

    #[test]
    fn a_byline_stands_below_one_or_two_lines() {
        let by = "By Jane Doe\nText";
        assert_eq!(byline(by), None);
        assert!(byline(&format!("One\nTwo\n{by}")).is_some());
        assert_eq!(byline(&format!("One\nTwo\nThree\n{by}")), None);
        let long = "A".repeat(MAX_HEADLINE_BYTES);
        assert!(byline(&format!("{long}\n{by}")).is_some());
        assert_eq!(byline(&format!("{long}A\n{by}")), None);
        assert_eq!(byline(&format!("One\n{}{by}", "é\n".repeat(600))), None);
    }
}
