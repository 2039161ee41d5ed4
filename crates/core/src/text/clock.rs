//! Joins the words of a time of day: `6.15am`, `6:15 a.m.` and `06:15` are one word, and the same one.
//!
//! A time is one of these, where an hour is at most 24 and has one or two digits, and minutes have two:
//!
//! 1. An hour and minutes with a colon between, and no other number with a colon beside them: `06:15`.
//! 2. An hour, or an hour and minutes with a full stop between, directly before a mark of a time: `6pm`, `6.15 Uhr`.
//! 3. An hour, `h` and minutes, as in French: `18h15`, `18 h 15`.
//!
//! Marks are `am`, `pm`, `a.m.`, `p.m.`, the Spanish `a. m.` and `p. m.`, `h` and `Uhr`. At most one space is before a
//! mark. `am` and `pm` after a time of the first kind belong to it. All marks are part of the word, except for `Uhr`,
//! which is a word of its own. The word is the time of the 24-hour clock: `18:15`.
//!
//! The German `am` after a number is taken for the mark: `3 am Sonntag` begins with the time `3:00`. All copies have it.

use super::is_number;
use super::normalise::{Normaliser, spaced_id};
use super::number_words::NumberWords;
use super::spaced_numbers::space;
use super::writer::{Checkpoint, JoinedWord, WordWriter};
use crate::model::Span;
use crate::steps;

/// The words with which a mark begins.
const MARKS: [&str; 8] = ["am", "pm", "a.m", "p.m", "a", "p", "h", "uhr"];

/// Joins the times among the words written since `from`. Time linear in the words.
pub(super) fn join(text: &str, from: Checkpoint, writer: &mut WordWriter) {
    let times = find(text, writer.ids_since(from), writer.spans_since(from));
    writer.join(from, times);
}

fn find(text: &str, ids: &[u32], mut spans: impl Iterator<Item = Span> + Clone) -> Vec<JoinedWord> {
    let marks = MARKS.map(|mark| spaced_id(mark.as_bytes()));
    let (mut times, mut decoded, mut searched) = (Vec::new(), 0, 0);
    let mut finder = Finder {
        text,
        normaliser: Normaliser::default(),
    };
    for at in NumberWords::new(ids) {
        let next = ids.get(at + 1);
        let may_begin = next.is_some_and(|&next| is_number(next) || marks.contains(&next));
        if at < searched || !may_begin {
            continue;
        }
        let Some(first) = spans.nth(at - decoded) else {
            break;
        };
        decoded = at + 1;
        let words = std::iter::once(first).chain(spans.clone());
        let (linked, time) = finder.time(words, ids.get(at..).unwrap_or_default());
        searched = at + linked;
        if let Some(time) = time {
            searched = at + time.words;
            let form = format!("{}:{:02}", time.hour, time.minutes);
            times.push(JoinedWord {
                words: at..searched,
                id: spaced_id(form.as_bytes()),
            });
        }
    }
    times
}

/// A time of the 24-hour clock.
struct Time {
    hour: u32,
    minutes: u32,
    /// The number of words that it takes.
    words: usize,
}

/// What follows an hour.
enum Mark {
    Am,
    Pm,
    /// `h`, with the minutes if there are any.
    H(Option<u32>),
    Uhr,
}

struct Finder<'a> {
    text: &'a str,
    normaliser: Normaliser,
}

impl Finder<'_> {
    /// How many of the first `words` are numbers with only colons between them, and the time that begins with the first
    /// one, which is a number. `ids`: those of the words.
    fn time(
        &mut self,
        mut words: impl Iterator<Item = Span> + Clone,
        ids: &[u32],
    ) -> (usize, Option<Time>) {
        let all = words.clone().zip(ids);
        let mut linked: Vec<Span> = words.next().into_iter().collect();
        for (word, &id) in all.skip(1) {
            steps::count(1);
            let is_linked =
                is_number(id) && linked.last().is_some_and(|last| self.is_colon(last, &word));
            if !is_linked {
                break;
            }
            linked.push(word);
            words.next();
        }
        let time = match linked.as_slice() {
            [hour] => self.marked_time(*hour, words),
            [hour, minutes] => self.time_with_colon(*hour, *minutes, words),
            _ => None,
        };
        (linked.len().max(1), time)
    }

    fn time_with_colon(
        &mut self,
        hour: Span,
        minutes: Span,
        after: impl Iterator<Item = Span>,
    ) -> Option<Time> {
        let hour = read_hour(self.form(hour))?;
        let minutes_read = read_minutes(self.form(minutes))?;
        let (hour, words) = match self.mark(minutes, after) {
            Some((mark @ (Mark::Am | Mark::Pm), words)) if hour <= 12 => {
                (of_24_hours(hour, &mark), words)
            }
            _ => (hour, 0),
        };
        Some(Time {
            hour,
            minutes: minutes_read,
            words: 2 + words,
        })
    }

    fn marked_time(&mut self, word: Span, after: impl Iterator<Item = Span>) -> Option<Time> {
        let form = self.form(word);
        let (hour, minutes) = match form.split_once('.') {
            Some((hour, minutes)) => (read_hour(hour)?, Some(read_minutes(minutes)?)),
            None => (read_hour(form)?, None),
        };
        let (mark, words) = self.mark(word, after)?;
        let is_am_or_pm = matches!(mark, Mark::Am | Mark::Pm);
        if is_am_or_pm && hour > 12 {
            return None;
        }
        let minutes = match mark {
            Mark::H(after) if minutes.is_some() && after.is_some() => return None,
            Mark::H(after) => minutes.or(after),
            _ => minutes,
        };
        Some(Time {
            hour: of_24_hours(hour, &mark),
            minutes: minutes.unwrap_or(0),
            words: 1 + words,
        })
    }

    /// The mark that `after` begins with, directly after the word `last`, and the number of its words that are part
    /// of the time.
    fn mark(&mut self, last: Span, mut after: impl Iterator<Item = Span>) -> Option<(Mark, usize)> {
        let word = after.next().filter(|word| self.is_beside(&last, word))?;
        let next = after.next();
        let form = self.form(word).to_owned();
        match form.as_str() {
            "am" | "a.m" => Some((Mark::Am, 1)),
            "pm" | "p.m" => Some((Mark::Pm, 1)),
            "a" if self.is_spaced_m(&word, next) => Some((Mark::Am, 2)),
            "p" if self.is_spaced_m(&word, next) => Some((Mark::Pm, 2)),
            "h" => {
                let minutes = next.filter(|next| self.is_beside(&word, next));
                let minutes = minutes.and_then(|minutes| read_minutes(self.form(minutes)));
                Some((Mark::H(minutes), 1 + usize::from(minutes.is_some())))
            }
            "uhr" => Some((Mark::Uhr, 0)),
            _ => None,
        }
    }

    /// True if `next` is the `m` of `a. m.`, of which `word` is the first letter.
    fn is_spaced_m(&mut self, word: &Span, next: Option<Span>) -> bool {
        let Some(next) = next else {
            return false;
        };
        let after_stop = Span {
            begin: word.begin,
            end: word.end + 1,
        };
        self.between(word, &next).starts_with('.')
            && space(self.text, &after_stop, &next).is_some()
            && self.form(next) == "m"
    }

    fn is_colon(&self, left: &Span, right: &Span) -> bool {
        matches!(self.between(left, right), ":" | "：" | "∶")
    }

    /// True if nothing or one space is between two words.
    fn is_beside(&self, left: &Span, right: &Span) -> bool {
        left.end == right.begin || space(self.text, left, right).is_some()
    }

    fn between(&self, left: &Span, right: &Span) -> &str {
        let between = self.text.get(left.end as usize..right.begin as usize);
        between.unwrap_or_default()
    }

    fn form(&mut self, word: Span) -> &str {
        let word = self.text.get(word.begin as usize..word.end as usize);
        self.normaliser.normalise(word.unwrap_or_default())
    }
}

fn read_hour(digits: &str) -> Option<u32> {
    let is_hour = matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit());
    let hour = digits.parse().ok().filter(|_| is_hour)?;
    (hour <= 24).then_some(hour)
}

fn read_minutes(digits: &str) -> Option<u32> {
    let is_minutes = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
    let minutes = digits.parse().ok().filter(|_| is_minutes)?;
    (minutes < 60).then_some(minutes)
}

fn of_24_hours(hour: u32, mark: &Mark) -> u32 {
    match mark {
        Mark::Am => hour % 12,
        Mark::Pm => hour % 12 + 12,
        Mark::H(_) | Mark::Uhr => hour,
    }
}

#[cfg(test)]
mod tests {
    use crate::text::words;

    /// The words of a text, with `~` for a no-break space.
    fn split(text: &str) -> Vec<String> {
        let text = text.replace('~', "\u{a0}");
        let piece =
            |s: crate::model::Span| text[s.begin as usize..s.end as usize].replace('\u{a0}', "~");
        words(&text).spans().map(piece).collect()
    }

    #[test]
    fn each_way_of_writing_a_time_is_one_word() {
        let ways = [
            (
                "06:15",
                "6:15|6.15am|6:15am|6.15 am|6:15 a.m|6:15~AM|6:15\u{202f}AM|6:15 a. m|6h15|6 h 15|06H15|６：１５|٦:١٥",
            ),
            (
                "23:30",
                "11.30pm|11:30 p.m|11.30 P.M|11:30PM|11:30 p. m|11:30 p.~m|23h30|23~h~30",
            ),
            (
                "18:00",
                "6pm|6 pm|6 p.m|6:00 pm|18h|18 h|18h00|6PM|6&nbsp;pm",
            ),
            ("0:30", "00:30|12.30am|12:30 a.m|0h30"),
            ("12:45", "12.45pm|12:45 PM|12h45"),
        ];
        for (time, others) in ways {
            for other in others.split('|') {
                let text = other.replace('~', "\u{a0}");
                assert_eq!(words(&text).ids(), words(time).ids(), "{other}");
                assert_eq!(split(other), [other], "{other}");
            }
        }
        assert_ne!(words("6:15 am").ids(), words("6:15 pm").ids());
    }

    #[test]
    fn uhr_stays_a_word() {
        for text in ["18.30 Uhr", "18:30 Uhr", "18:30~Uhr"] {
            assert_eq!(split(text).len(), 2, "{text}");
            let text = text.replace('~', "\u{a0}");
            assert_eq!(words(&text).ids(), words("18h30 Uhr").ids(), "{text}");
        }
        assert_eq!(words("18 Uhr").ids(), words("18:00 Uhr").ids());
    }

    #[test]
    fn what_is_no_time_stays_apart() {
        for text in [
            "06:15:30",
            "1:2:3:4",
            "25:00",
            "6:60",
            "6:5",
            "6:150",
            "006:15",
            "6: 15",
            "6 :15",
            "2021:10",
            "13 pm",
            "25 h",
            "6.5 pm",
            "6.15",
            "6  pm",
            "6\npm",
            "6 a m",
            "6 a.b",
            "6 am\u{e9}lie",
            "6, pm",
            "6.15.20 am",
            "6 a",
            "6 p m",
        ] {
            let apart = |c: char| " :,\n".contains(c);
            let parts: Vec<&str> = text.split(apart).filter(|part| !part.is_empty()).collect();
            assert_eq!(split(text), parts, "{text}");
        }
        assert_eq!(split("18:30 pm"), ["18:30", "pm"]);
        assert_eq!(split("6.15 h 30"), ["6.15", "h", "30"]);
        assert_eq!(split("1h2"), ["1", "h2"]);
        assert_eq!(split("1h234"), ["1", "h234"]);
    }

    /// All numbers of a table were counted again for each of them: 400,000 took 44 seconds.
    #[test]
    fn a_table_of_numbers_takes_linear_time() {
        for between in [" ", ":", "/"] {
            crate::steps::assert_nearly_linear(2_000, |count| {
                let numbers = ["17"; 2_000].join(between).repeat(count as usize / 2_000);
                assert!(words(&numbers).ids().len() > 1_000);
            });
        }
    }

    #[test]
    fn words_around_a_time_keep_their_places() {
        let text = "From 9:30 to 11 a.m. on 12 May 2021 100 people, 10:00-12:30, 6:15 000, 5 10:00 to 3 pm";
        let expected = [
            "From", "9:30", "to", "11 a.m", "on", "12", "May", "2021", "100", "people", "10:00",
            "12:30", "6:15", "000", "5", "10:00", "to", "3 pm",
        ];
        assert_eq!(split(text), expected);
        let long = format!(
            "{} 6pm {} 6 000 or 7.15am",
            "a ".repeat(200),
            "b ".repeat(100)
        );
        assert_eq!(split(&long).len(), 304);
    }
}
