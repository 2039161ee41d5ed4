//! The numbers of two aligned documents: which agree, and which are replaced.
//!
//! A report that is issued every day fills in the same text with other numbers.

use super::passages::{widened, within};
use crate::align::Alignment;
use crate::text::is_number;

/// How many numbers agree in the aligned passages and in the short pieces between them, and how many are replaced. Time
/// O(n log n) in the words of the passages.
pub(super) fn agreement(left: &[u32], right: &[u32], alignment: &Alignment) -> (u32, u32) {
    let (mut agree, mut replaced) = (0, 0);
    for (in_left, in_right) in widened(left, right, alignment) {
        let (l, r) = (
            sorted_numbers(within(left, in_left)),
            sorted_numbers(within(right, in_right)),
        );
        let both = common(&l, &r);
        agree += both;
        replaced += l.len().min(r.len()) - both;
    }
    (agree as u32, replaced as u32)
}

/// True if at most a third of the numbers of the document with fewer of them are replaced, wherever they stand. Time
/// O(n log n) in the numbers.
pub(super) fn agree(left: &[u32], right: &[u32]) -> bool {
    let (l, r) = (sorted_numbers(left), sorted_numbers(right));
    let fewer = l.len().min(r.len());
    3 * (fewer - common(&l, &r)) <= fewer
}

fn sorted_numbers(words: &[u32]) -> Vec<u32> {
    let numbers = words.iter().copied().filter(|&id| is_number(id));
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers
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
    use crate::align::{Aligner, Buffers};
    use crate::text::NUMERIC;

    fn found(left: &[u32], right: &[u32]) -> (u32, u32) {
        let alignment = Aligner::new(left, 5, &mut Buffers::default()).align(right);
        agreement(left, right, &alignment)
    }

    /// A form of 90 words with 10 numbers. The first `changed` numbers are replaced.
    fn form(changed: u32) -> Vec<u32> {
        let number = |k: u32| NUMERIC | if k < changed { 500 + k } else { k };
        (0..90)
            .map(|w| if w % 9 == 4 { number(w / 9) } else { w })
            .collect()
    }

    #[test]
    fn numbers_of_a_form_agree_or_are_replaced() {
        assert_eq!(found(&form(0), &form(0)), (10, 0));
        assert_eq!(found(&form(0), &form(10)), (0, 10));
        assert_eq!(found(&form(0), &form(4)), (6, 4));
    }

    #[test]
    fn numbers_of_short_pieces_beside_passages_count() {
        let text = |other: u32, number: u32, gap: u32| -> Vec<u32> {
            let piece = (other..other + gap).chain([NUMERIC | number]);
            (0..30).chain(piece).chain(100..130).collect()
        };
        // A piece of 20 words and its number, between, before and after the passages.
        assert_eq!(found(&text(1000, 1, 19), &text(2000, 2, 19)), (0, 1));
        assert_eq!(found(&text(1000, 1, 20), &text(2000, 2, 20)), (0, 0));
        let before =
            |number: u32| -> Vec<u32> { [NUMERIC | number].into_iter().chain(0..40).collect() };
        assert_eq!(found(&before(1), &before(2)), (0, 1));
        let after = |number: u32| -> Vec<u32> { (0..40).chain([NUMERIC | number]).collect() };
        assert_eq!(found(&after(1), &after(2)), (0, 1));
    }

    #[test]
    fn two_documents_agree_if_at_most_a_third_of_the_numbers_are_replaced() {
        assert!(agree(&form(0), &form(3)));
        assert!(!agree(&form(0), &form(4)));
        let (ten, none) = (form(0), vec![5, 6, 7]);
        assert!(agree(&ten, &none) && agree(&none, &none));
        // Numbers that one document adds replace nothing.
        let more: Vec<u32> = (0..9).map(|n| NUMERIC | (n + 700)).chain(form(0)).collect();
        assert!(agree(&ten, &more) && agree(&more, &ten));
    }

    #[test]
    fn numbers_in_another_order_agree() {
        let list = |numbers: [u32; 3]| -> Vec<u32> {
            let numbers = numbers.map(|n| NUMERIC | n);
            (0..30).chain(numbers).chain(40..70).collect()
        };
        assert_eq!(found(&list([7, 8, 9]), &list([9, 7, 8])), (3, 0));
        assert_eq!(found(&list([7, 7, 9]), &list([7, 9, 9])), (2, 1));
    }
}
