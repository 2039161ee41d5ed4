//! Forms: texts that are one form filled in with other numbers, and no copies of each other, such as
//! weather, dividends, scores and daily figures.

use super::align::Alignment;
use crate::model::Passage;
use crate::text::is_number;

/// Numbers that must differ before two texts are one form filled in twice.
const LEAST_REPLACED: u32 = 3;
/// Containment below which texts agree in part alone, so that fewer numbers tell of a form.
const MOST: f64 = 0.8;
/// Numbers that, where texts agree in part, tell of a form however many words differ: sentences of daily
/// reports are reordered and reworded from day to day.
const MANY_REPLACED: u32 = 5;
/// Aligned words for each replaced number, at most, in a form: fewer numbers are an update's, or an editor's.
const APART: u32 = 50;
/// Words of a verbatim run, half of a document at least, that is no part of a form: the numbers stand about
/// the text, in the line that tells when it was published and what it takes to read.
const VERBATIM: u32 = 60;
/// Longest piece between aligned passages, in words, that may be filled into a form.
const FILLED_IN: u32 = 20;
/// Share of the aligned words that must be equal for a form: in badly scanned text numbers are misread
/// as words are.
const FORM: f64 = 0.8;
/// The same, of the words that are no numbers: a table may be numbers for the most part.
const FORM_WORDS: f64 = 0.9;

/// True where the aligned passages, with the short pieces between them, are one form filled in twice:
/// weather, dividends, scores, daily figures. Of their numbers more are replaced by others than agree;
/// where the texts agree in part alone, half as many are enough. A form holds numbers all over: neither
/// are they far apart, nor is most of it a run without any.
///
/// `effective_length` are the words of the smaller document that are no boilerplate. Time linear in the aligned words.
pub(super) fn is_template(
    left: &[u32],
    right: &[u32],
    alignment: &Alignment,
    effective_length: u32,
) -> bool {
    let (agree, replaced) = numbers(left, right, widened(left, right, alignment));
    let (equal, aligned) = (alignment.equal(), alignment.aligned());
    let in_part =
        f64::from(aligned.min(effective_length)) < MOST * f64::from(effective_length.max(1));
    let weight = if in_part { 2 } else { 1 };
    if replaced < LEAST_REPLACED || weight * replaced <= agree {
        return false;
    }
    let run = alignment.longest_run;
    let is_verbatim = run >= VERBATIM && 2 * run >= effective_length;
    if is_verbatim || APART * replaced < aligned {
        return false;
    }
    if in_part && replaced >= MANY_REPLACED {
        return true;
    }
    let share = |equal: u32, aligned: u32| f64::from(equal) / f64::from(aligned.max(1));
    if share(equal, aligned) >= FORM {
        return true;
    }
    let passages = alignment.blocks.iter().map(|b| (b.left, b.right));
    let (agree, replaced) = numbers(left, right, passages);
    let words = aligned.saturating_sub(agree + replaced);
    share(equal.saturating_sub(agree), words) >= FORM_WORDS
}

/// Numbers that agree in these passages, and numbers that are replaced by others.
fn numbers(
    left: &[u32],
    right: &[u32],
    passages: impl IntoIterator<Item = (Passage, Passage)>,
) -> (u32, u32) {
    let (mut agree, mut replaced) = (0, 0);
    for (in_left, in_right) in passages {
        let (mut l, mut r) = (numbers_in(left, in_left), numbers_in(right, in_right));
        l.sort_unstable();
        r.sort_unstable();
        let both = common(&l, &r);
        agree += both;
        replaced += l.len().min(r.len()) - both;
    }
    (agree as u32, replaced as u32)
}

fn numbers_in(words: &[u32], passage: Passage) -> Vec<u32> {
    let words = &words[passage.begin as usize..passage.end as usize];
    words.iter().copied().filter(|&id| is_number(id)).collect()
}

/// The aligned passages, each with what stands before it, and the last with what stands behind it, where
/// that is short on both sides: there too a form is filled in, too closely for words to be aligned.
fn widened(left: &[u32], right: &[u32], alignment: &Alignment) -> Vec<(Passage, Passage)> {
    let mut passages: Vec<(Passage, Passage)> =
        alignment.blocks.iter().map(|b| (b.left, b.right)).collect();
    let short = |from: u32, to: u32| (from..=from + FILLED_IN).contains(&to);
    let (mut left_end, mut right_end) = (0, 0);
    for (l, r) in &mut passages {
        let ends = (l.end, r.end);
        if short(left_end, l.begin) && short(right_end, r.begin) {
            (l.begin, r.begin) = (left_end, right_end);
        }
        (left_end, right_end) = ends;
    }
    let (words_left, words_right) = (left.len() as u32, right.len() as u32);
    if let Some((l, r)) = passages.last_mut()
        && short(l.end, words_left)
        && short(r.end, words_right)
    {
        (l.end, r.end) = (words_left, words_right);
    }
    passages
}

/// Elements that two sorted lists have in common, with repetition.
fn common(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        both += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    both
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::NUMERIC;
    use crate::verify::align::{Aligner, Buffers};

    fn form_of(left: &[u32], right: &[u32]) -> bool {
        let alignment = Aligner::new(left, 5, &mut Buffers::default()).align(right);
        let effective_length = left.len().min(right.len()) as u32;
        is_template(left, right, &alignment, effective_length)
    }

    fn text(words: std::ops::Range<u32>) -> Vec<u32> {
        words.collect()
    }

    /// A form of 90 words with ten numbers in it, the first `changed` of them other ones.
    fn form(changed: u32) -> Vec<u32> {
        let number = |k: u32| NUMERIC | if k < changed { 500 + k } else { k };
        (0..90)
            .map(|w| if w % 9 == 4 { number(w / 9) } else { w })
            .collect()
    }

    #[test]
    fn a_form_filled_in_with_other_numbers_is_no_copy() {
        assert!(form_of(&form(0), &form(10)));
        assert!(form_of(&form(0), &form(6)));
    }

    #[test]
    fn daily_figures_in_sentences_that_change_from_day_to_day_are_a_form() {
        // Numbers are replaced, and two words of nine beside them: too many to be a form by themselves.
        let reworded = |changed: u32| -> Vec<u32> {
            let is_other = |w: u32| matches!(w % 9, 0 | 8);
            let words = (0..).zip(form(changed));
            words
                .map(|(w, id)| if is_other(w) { id + 3000 } else { id })
                .collect()
        };
        let around = |n: u32, report: &[u32]| [&text(n..n + 40)[..], report].concat();
        let (monday, tuesday) = (around(5000, &form(0)), around(6000, &reworded(6)));
        assert!(form_of(&monday, &tuesday));
        // Without numbers that change, the same words are a story that was rewritten around.
        let same = around(6000, &reworded(0));
        assert!(!form_of(&monday, &same));
    }

    #[test]
    fn numbers_that_stand_about_a_story_make_no_form() {
        // When it was published, how long it takes to read, how many have shared it.
        let stamp = |n: u32| {
            [
                40,
                NUMERIC | n,
                NUMERIC | (n + 1),
                41,
                NUMERIC | (n + 2),
                42,
            ]
        };
        let posted = |n: u32, words: u32| [&stamp(n)[..], &text(100..100 + words)].concat();
        assert!(!form_of(&posted(500, 90), &posted(600, 90)));
        // A short notice may be that with a form about it.
        assert!(form_of(&posted(500, 50), &posted(600, 50)));
    }

    #[test]
    fn a_few_numbers_of_a_long_story_are_brought_up_to_date_and_it_is_a_copy() {
        let story = |n: u32| -> Vec<u32> {
            let number = |w: u32| NUMERIC | (n + w);
            (0..300)
                .map(|w| if w % 60 == 30 { number(w) } else { w })
                .collect()
        };
        assert!(!form_of(&story(1000), &story(2000)));
    }

    #[test]
    fn a_table_of_numbers_is_a_form_as_text_is() {
        // Rows of two words and two numbers, and a name of its own before them.
        let table = |numbers: u32, name: u32| {
            let word = |w: u32| match w % 4 {
                0 | 1 => w,
                _ => NUMERIC | (numbers + w),
            };
            let rows: Vec<u32> = (0..80).map(word).collect();
            [&text(name..name + 3)[..], &text(900..930), &rows].concat()
        };
        assert!(form_of(&table(0, 300), &table(500, 400)));
        let corrected = [&table(0, 300)[..100], &table(500, 300)[100..]].concat();
        assert!(!form_of(&table(0, 300), &corrected));
    }

    #[test]
    fn numbers_too_close_together_to_be_aligned_are_filled_in_too() {
        // An opening of numbers and names, then text with none.
        let opening = |n: u32| {
            [
                NUMERIC | n,
                40,
                NUMERIC | (n + 1),
                41,
                n,
                NUMERIC | (n + 2),
                n + 3,
            ]
        };
        let report = |n: u32| [&opening(n)[..], &text(100..135)].concat();
        assert!(form_of(&report(500), &report(600)));
        // In a page there is no telling what stands before it.
        let page = [&text(2000..2100)[..], &report(600)].concat();
        assert!(!form_of(&report(500), &page));
    }

    #[test]
    fn a_report_with_a_few_numbers_corrected_is_a_copy() {
        assert!(!form_of(&form(0), &form(2)));
        assert!(!form_of(&form(0), &form(4)));
    }

    #[test]
    fn a_dateline_of_its_own_makes_no_form() {
        let dated = [&[NUMERIC | 26, NUMERIC | 2021], &text(0..100)[..]].concat();
        assert!(!form_of(&text(0..100), &dated));
    }

    #[test]
    fn misread_numbers_in_badly_scanned_text_make_no_form() {
        // Every eighth word is misread, all numbers among them.
        let scanned: Vec<u32> = form(10)
            .iter()
            .map(|&w| if w % 8 == 1 { w + 7000 } else { w })
            .collect();
        assert!(!form_of(&form(0), &scanned));
    }
}
