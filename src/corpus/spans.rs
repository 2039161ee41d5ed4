//! The byte spans of passages, from the packed offsets of a document.

use dedupe_core::model::{Passage, Span};
use dedupe_core::text::landmarks::Landmarks;
use dedupe_core::text::offsets;
use std::borrow::Cow;
use std::convert::Infallible;
use std::ops::Range;

/// The byte ranges of passages of a document with these packed offsets. Passages that the document does not have are left
/// out.
pub(crate) fn spans_of(packed: &[u8], passages: &[Passage]) -> Vec<Span> {
    let Ok(spans) = spans_with(passages, |passages| {
        Ok::<_, Infallible>(spans_in_order(offsets::spans(packed), 0, passages))
    });
    spans
}

/// Does what [`spans_of`] does for a document with these landmarks. `read`: reads a part of its packed offsets.
pub(super) fn spans_of_long<'o, E>(
    landmarks: &Landmarks,
    passages: &[Passage],
    read: impl Fn(Range<usize>) -> Result<Cow<'o, [u8]>, E>,
) -> Result<Vec<Span>, E> {
    spans_with(passages, |passages| {
        let whole: Vec<Passage> = without_empty(passages).copied().collect();
        let mut spans = vec![];
        for near in whole.chunk_by(|a, b| Landmarks::are_near(a.end, b.begin)) {
            let (Some(first), Some(last)) = (near.first(), near.last()) else {
                break;
            };
            let section = landmarks.section(first.begin, last.end - 1);
            let packed = read(section.begin..section.end)?;
            let found = spans_in_order(section.spans(&packed), section.word, near);
            let are_all = found.len() == near.len();
            spans.extend(found);
            if !are_all {
                break;
            }
        }
        Ok(spans)
    })
}

/// The spans of passages in any order. `in_order`: those of passages that are sorted and do not overlap, up to the first
/// that the document does not have.
fn spans_with<E>(
    passages: &[Passage],
    in_order: impl FnOnce(&[Passage]) -> Result<Vec<Span>, E>,
) -> Result<Vec<Span>, E> {
    let are_in_order = passages.is_sorted_by(|a, b| a.begin.max(a.end) <= b.begin);
    match are_in_order {
        true => in_order(passages),
        false => spans_in_any_order(passages, in_order),
    }
}

fn without_empty(passages: &[Passage]) -> impl Iterator<Item = &Passage> + Clone {
    passages.iter().filter(|p| p.begin < p.end)
}

/// The spans of passages that are sorted and do not overlap. `words`: the byte ranges of the words from the word `passed`
/// on.
fn spans_in_order(
    mut words: impl Iterator<Item = Span>,
    mut passed: u32,
    passages: &[Passage],
) -> Vec<Span> {
    let mut word = |at: u32| {
        let skipped = at.checked_sub(passed)?;
        passed = at + 1;
        words.nth(skipped as usize)
    };
    let spans = without_empty(passages).map_while(|p| {
        let first = word(p.begin)?;
        let last = match p.len() {
            1 => first,
            _ => word(p.end - 1)?,
        };
        Some(Span {
            begin: first.begin,
            end: last.end,
        })
    });
    spans.collect()
}

/// The spans of passages that may overlap.
fn spans_in_any_order<E>(
    passages: &[Passage],
    in_order: impl FnOnce(&[Passage]) -> Result<Vec<Span>, E>,
) -> Result<Vec<Span>, E> {
    let mut sorted: Vec<Passage> = without_empty(passages)
        .flat_map(|p| [p.begin, p.end - 1])
        .map(|word| Passage {
            begin: word,
            end: word + 1,
        })
        .collect();
    sorted.sort_unstable();
    sorted.dedup();
    let found = in_order(&sorted)?;
    let word = |word: u32| found.get(sorted.binary_search_by_key(&word, |p| p.begin).ok()?);
    let span = |p: &Passage| {
        Some(Span {
            begin: word(p.begin)?.begin,
            end: word(p.end.checked_sub(1)?)?.end,
        })
    };
    Ok(without_empty(passages).filter_map(span).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use dedupe_core::text;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_ways_to_find_spans_agree_with_a_slow_one(
            mut passages in prop::collection::vec((0u32..30, 0u32..30), 0..12),
            is_in_order in any::<bool>(),
        ) {
            let text = "One word after the other, of which some are long, and none is missing. ".repeat(2);
            let (mut ids, mut packed) = (vec![], vec![]);
            text::scan(&text, &mut ids, &mut packed);
            if is_in_order {
                // Each passage begins where the one before it ends, or later.
                let mut end = 0;
                for (begin, length) in &mut passages {
                    (*begin, *length) = (end + *begin % 5, end + *begin % 5 + *length % 5);
                    end = *length;
                }
            }
            let passages: Vec<Passage> = passages
                .into_iter()
                .map(|(begin, end)| Passage { begin, end })
                .collect();
            let words: Vec<Span> = offsets::spans(&packed).collect();
            let slow: Vec<Span> = passages
                .iter()
                .filter(|p| p.begin < p.end && (p.end as usize) <= words.len())
                .map(|p| Span {
                    begin: words[p.begin as usize].begin,
                    end: words[p.end as usize - 1].end,
                })
                .collect();
            let from_begin = |passages: &[Passage]| {
                Ok::<_, Infallible>(spans_in_order(offsets::spans(&packed), 0, passages))
            };
            let Ok(found) = spans_in_any_order(&passages, from_begin);
            prop_assert_eq!(&found, &slow);
            if is_in_order {
                let Ok(found) = from_begin(&passages);
                prop_assert_eq!(found, slow);
            }
        }
    }

    #[test]
    fn spans_of_a_long_document_are_those_of_any_other() {
        let text = "A word that is not like the 17 others. ".repeat(900);
        let (mut ids, mut packed) = (vec![], vec![]);
        text::scan(&text, &mut ids, &mut packed);
        let landmarks = Landmarks::new(&packed);
        let words = ids.len() as u32;
        let passage = |begin: u32, length: u32| Passage {
            begin,
            end: begin + length,
        };
        let far: Vec<Passage> = (0..words).step_by(1500).map(|at| passage(at, 9)).collect();
        let near = (0..words).step_by(70).map(|at| passage(at, at % 60));
        for passages in [
            far.clone(),
            far.iter().rev().copied().collect(),
            near.collect(),
            vec![passage(3, 5000), passage(10, 2), passage(words - 1, 1)],
            vec![passage(5, 1), passage(words, 1), passage(words + 9, 1)],
            vec![passage(words - 5, 9)],
            vec![],
        ] {
            let read = |part: Range<usize>| Ok::<_, Infallible>(Cow::Borrowed(&packed[part]));
            let Ok(found) = spans_of_long(&landmarks, &passages, read);
            assert_eq!(found, spans_of(&packed, &passages), "{passages:?}");
        }
    }
}
