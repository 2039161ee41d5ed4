//! Templates: texts that fill in the same template with different numbers, such as weather, dividends, scores and daily
//! figures. They are not copies of each other.

use super::align::Alignment;
use crate::model::Passage;
use crate::text::is_number;

/// Least number of replaced numbers in a template.
const MIN_REPLACED: u32 = 3;
/// Containment below which texts agree only in part, so that fewer replaced numbers show a template.
const PARTIAL: f64 = 0.8;
/// Replaced numbers that show a template if texts agree only in part, for any number of other words. Daily reports reorder
/// and reword their sentences.
const MANY_REPLACED: u32 = 5;
/// Most aligned words for each replaced number in a template. Fewer numbers are replaced by an update or an editor.
const MAX_WORDS_PER_REPLACED: u32 = 50;
/// Length from which a verbatim run of at least half of a document shows a story: its numbers are outside the text, in
/// the line with the date and the reading time. In words.
const MIN_VERBATIM: u32 = 60;
/// Longest piece between aligned passages that may be filled in, in words.
const MAX_FILLED_IN: u32 = 20;
/// Least share of equal words among the aligned ones of a template. Badly scanned text has fewer, and its numbers differ
/// because they are misread.
const MIN_EQUAL: f64 = 0.8;
/// Least share of equal words without numbers. A table may consist mostly of numbers.
const MIN_EQUAL_WITHOUT_NUMBERS: f64 = 0.9;

/// True if the aligned passages, with the short pieces between them, fill in one template twice. More of their numbers
/// are replaced than agree, or half as many if the texts agree only in part. A template has numbers all over: they are
/// not far apart, and no verbatim run makes up half of it.
///
/// `effective_length` is that of the shorter document. Time linear in the aligned words.
pub(super) fn is_template(
    left: &[u32],
    right: &[u32],
    alignment: &Alignment,
    effective_length: u32,
) -> bool {
    let (agree, replaced) = numbers(left, right, widened(left, right, alignment));
    let (equal, aligned) = (alignment.equal(), alignment.aligned());
    let agree_in_part =
        f64::from(aligned.min(effective_length)) < PARTIAL * f64::from(effective_length.max(1));
    let weight = if agree_in_part { 2 } else { 1 };
    if replaced < MIN_REPLACED || weight * replaced <= agree {
        return false;
    }
    let run = alignment.longest_run;
    let is_verbatim = run >= MIN_VERBATIM && 2 * run >= effective_length;
    if is_verbatim || MAX_WORDS_PER_REPLACED * replaced < aligned {
        return false;
    }
    if agree_in_part && replaced >= MANY_REPLACED {
        return true;
    }
    let share = |equal: u32, aligned: u32| f64::from(equal) / f64::from(aligned.max(1));
    if share(equal, aligned) >= MIN_EQUAL {
        return true;
    }
    let passages = alignment.blocks.iter().map(|b| (b.left, b.right));
    let (agree, replaced) = numbers(left, right, passages);
    let words = aligned.saturating_sub(agree + replaced);
    share(equal.saturating_sub(agree), words) >= MIN_EQUAL_WITHOUT_NUMBERS
}

/// How many numbers agree in these passages, and how many are replaced.
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

/// The aligned passages, each with the piece before it, and the last one also with the piece after it, if the piece is
/// short in both documents. Such pieces are filled in too; their words are too different to align.
fn widened(left: &[u32], right: &[u32], alignment: &Alignment) -> Vec<(Passage, Passage)> {
    let mut passages: Vec<(Passage, Passage)> =
        alignment.blocks.iter().map(|b| (b.left, b.right)).collect();
    let short = |from: u32, to: u32| (from..=from + MAX_FILLED_IN).contains(&to);
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

/// The number of common elements of two sorted lists, with repetitions.
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

    fn are_template(left: &[u32], right: &[u32]) -> bool {
        let alignment = Aligner::new(left, 5, &mut Buffers::default()).align(right);
        let effective_length = left.len().min(right.len()) as u32;
        is_template(left, right, &alignment, effective_length)
    }

    fn text(words: std::ops::Range<u32>) -> Vec<u32> {
        words.collect()
    }

    /// A template of 90 words with 10 numbers. The first `changed` numbers are replaced.
    fn template(changed: u32) -> Vec<u32> {
        let number = |k: u32| NUMERIC | if k < changed { 500 + k } else { k };
        (0..90)
            .map(|w| if w % 9 == 4 { number(w / 9) } else { w })
            .collect()
    }

    #[test]
    fn a_template_with_other_numbers_is_recognised() {
        assert!(are_template(&template(0), &template(10)));
        assert!(are_template(&template(0), &template(6)));
    }

    #[test]
    fn reworded_daily_figures_are_a_template() {
        // Two of nine words are replaced besides the numbers: too many for a template that agrees as a whole.
        let reworded = |changed: u32| -> Vec<u32> {
            let is_other = |w: u32| matches!(w % 9, 0 | 8);
            let words = (0..).zip(template(changed));
            words
                .map(|(w, id)| if is_other(w) { id + 3000 } else { id })
                .collect()
        };
        let around = |n: u32, report: &[u32]| [&text(n..n + 40)[..], report].concat();
        let (monday, tuesday) = (around(5000, &template(0)), around(6000, &reworded(6)));
        assert!(are_template(&monday, &tuesday));
        // Without replaced numbers, the same words are a rewritten story.
        let same = around(6000, &reworded(0));
        assert!(!are_template(&monday, &same));
    }

    #[test]
    fn numbers_around_a_story_are_not_a_template() {
        // The date, the reading time, the number of shares.
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
        assert!(!are_template(&posted(500, 90), &posted(600, 90)));
        // A short notice with the same line is a template.
        assert!(are_template(&posted(500, 50), &posted(600, 50)));
    }

    #[test]
    fn a_long_story_with_a_few_updated_numbers_is_a_copy() {
        let story = |n: u32| -> Vec<u32> {
            let number = |w: u32| NUMERIC | (n + w);
            (0..300)
                .map(|w| if w % 60 == 30 { number(w) } else { w })
                .collect()
        };
        assert!(!are_template(&story(1000), &story(2000)));
    }

    #[test]
    fn a_table_of_numbers_is_a_template() {
        // Rows of two words and two numbers below a name.
        let table = |numbers: u32, name: u32| {
            let word = |w: u32| match w % 4 {
                0 | 1 => w,
                _ => NUMERIC | (numbers + w),
            };
            let rows: Vec<u32> = (0..80).map(word).collect();
            [&text(name..name + 3)[..], &text(900..930), &rows].concat()
        };
        assert!(are_template(&table(0, 300), &table(500, 400)));
        let corrected = [&table(0, 300)[..100], &table(500, 300)[100..]].concat();
        assert!(!are_template(&table(0, 300), &corrected));
    }

    #[test]
    fn numbers_too_close_together_to_align_are_filled_in() {
        // An opening of numbers and names, then text without numbers.
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
        assert!(are_template(&report(500), &report(600)));
        // In a page, the text before the report is unrelated.
        let page = [&text(2000..2100)[..], &report(600)].concat();
        assert!(!are_template(&report(500), &page));
    }

    #[test]
    fn a_report_with_a_few_numbers_corrected_is_a_copy() {
        assert!(!are_template(&template(0), &template(2)));
        assert!(!are_template(&template(0), &template(4)));
    }

    #[test]
    fn an_added_dateline_is_not_a_template() {
        let dated = [&[NUMERIC | 26, NUMERIC | 2021], &text(0..100)[..]].concat();
        assert!(!are_template(&text(0..100), &dated));
    }

    #[test]
    fn misread_numbers_in_badly_scanned_text_are_not_a_template() {
        // Every eighth word is misread, and all numbers are.
        let scanned: Vec<u32> = template(10)
            .iter()
            .map(|&w| if w % 8 == 1 { w + 7000 } else { w })
            .collect();
        assert!(!are_template(&template(0), &scanned));
    }
}
