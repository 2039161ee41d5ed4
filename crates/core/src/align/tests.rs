use super::oracle::common_subsequence;
use super::*;
use crate::text::UNSPACED;
use proptest::prelude::*;

pub(super) fn align(left: &[u32], right: &[u32]) -> Alignment {
    let mut buffers = Buffers::default();
    let mut aligner = Aligner::new(left, 5, &mut buffers);
    let found = aligner.align(right);
    assert_eq!(aligner.align_indexed(&Indexed::new(right, 5)), found);
    found
}

fn words(range: std::ops::Range<u32>) -> Vec<u32> {
    range.collect()
}

fn passage(begin: u32, end: u32) -> Passage {
    Passage { begin, end }
}

/// Replaces each word with probability `rate`, as a scanner misreads words.
fn misread(words: &[u32], rate: f64, seed: u64) -> Vec<u32> {
    let noise = |at: usize| {
        let bytes = [seed.to_le_bytes(), (at as u64).to_le_bytes()].concat();
        xxhash_rust::xxh3::xxh3_64(&bytes)
    };
    (words.iter().enumerate())
        .map(|(at, &w)| match noise(at) {
            n if (n >> 11) as f64 / ((1u64 << 53) as f64) < rate => {
                1_000_000 + n as u32 % 1_000_000
            }
            _ => w,
        })
        .collect()
}

/// Aligns two texts and checks what holds for every alignment: blocks are disjoint and in bounds, and a block counts
/// only equal words that its passages have in the same order.
pub(super) fn check(left: &[u32], right: &[u32]) -> Alignment {
    let found = align(left, right);
    let sides: [fn(&Block) -> Passage; 2] = [|b| b.left, |b| b.right];
    for (side, len) in sides.into_iter().zip([left.len(), right.len()]) {
        let mut passages: Vec<Passage> = found.blocks.iter().map(side).collect();
        passages.sort();
        assert!(
            passages
                .iter()
                .all(|p| p.begin < p.end && p.end as usize <= len)
        );
        assert!(
            passages.windows(2).all(|p| p[0].end <= p[1].begin),
            "{passages:?}"
        );
    }
    for b in &found.blocks {
        assert!(b.equal <= b.aligned && b.aligned <= b.left.len().min(b.right.len()));
        let words = |text: &'_ [u32], p: Passage| text[p.begin as usize..p.end as usize].to_vec();
        assert!(b.equal <= common_subsequence(&words(left, b.left), &words(right, b.right)));
    }
    found
}

/// The longest run of equal words, by dynamic programming over all pairs of positions.
fn longest_common_run(left: &[u32], right: &[u32]) -> u32 {
    let mut best = 0;
    let mut row = vec![0u32; right.len() + 1];
    for l in left {
        for j in (0..right.len()).rev() {
            row[j + 1] = if right[j] == *l { row[j] + 1 } else { 0 };
            best = best.max(row[j + 1]);
        }
    }
    best
}

proptest! {
    #[test]
    fn blocks_of_repetitive_texts_are_disjoint(
        left in prop::collection::vec(0u32..6, 0..120),
        right in prop::collection::vec(0u32..6, 0..120),
    ) {
        check(&left, &right);
    }

    #[test]
    fn the_longest_run_agrees_with_the_oracle(
        noise in prop::collection::vec(100u32..UNSPACED, 80),
        from in 0usize..40, len in 5usize..40, to in 0usize..30,
    ) {
        let mut right = words(0..40);
        let copied = &noise[from..from + len];
        right.splice(to..to, copied.iter().copied());
        prop_assert_eq!(check(&noise, &right).longest_run(), longest_common_run(&noise, &right));
    }

    #[test]
    fn a_text_aligned_with_itself_is_one_block(ids in prop::collection::vec(0u32..9, 1..200)) {
        let found = check(&ids, &ids);
        prop_assert_eq!(found.equal() as usize, ids.len());
    }
}

#[test]
fn a_teaser_in_the_middle_of_a_story_separates_two_blocks() {
    let story = words(0..300);
    let mut page = words(5000..5060);
    page.extend(&story[..100]);
    page.extend(words(6000..6011));
    page.extend(&story[100..]);
    page.extend(words(7000..9000));
    let found = check(&story, &page);
    let parts: Vec<_> = found.blocks.iter().map(|b| (b.left, b.right)).collect();
    assert_eq!(
        parts,
        [
            (passage(0, 100), passage(60, 160)),
            (passage(100, 300), passage(171, 371)),
        ]
    );
    assert_eq!((found.aligned(), found.longest_run()), (300, 200));
}

#[test]
fn an_inserted_dateline_is_in_no_block() {
    let story = words(0..200);
    let dated = [words(0..8), words(900..907), words(8..200)].concat();
    let found = check(&story, &dated);
    let parts: Vec<Passage> = found.blocks.iter().map(|b| b.right).collect();
    assert_eq!(parts, [passage(0, 8), passage(15, 207)]);
}

#[test]
fn moved_paragraphs_are_all_found() {
    let story = words(0..90);
    let moved = [words(60..90), words(0..30), words(30..60)].concat();
    assert_eq!(check(&story, &moved).equal(), 90);
}

#[test]
fn scattered_edits_leave_one_block() {
    let story = words(0..400);
    let mut edited = misread(&story, 0.03, 1);
    edited.remove(200);
    edited.insert(100, 77_777);
    let found = check(&story, &edited);
    assert_eq!(found.blocks.len(), 1);
    assert!(found.aligned() >= 395);
}

#[test]
fn badly_scanned_text_is_aligned_nearly_whole() {
    for (rate, least) in [(0.25, 380), (0.4, 280)] {
        let story = words(0..400);
        let aligned = |seed| check(&story, &misread(&story, rate, seed)).aligned();
        let mean = (0..50).map(aligned).sum::<u32>() / 50;
        assert!(mean >= least, "{rate}: {mean}");
    }
}

#[test]
fn a_sentence_repeated_on_one_side_counts_once() {
    let sentence = words(0..20);
    let thrice = [&sentence[..], &sentence, &sentence].concat();
    assert_eq!(check(&sentence, &thrice).aligned(), 20);
    assert_eq!(check(&thrice, &sentence).aligned(), 20);
}

#[test]
fn a_phrase_alone_is_not_a_block() {
    let left = [words(0..100), words(900..906), words(100..200)].concat();
    let right = [words(300..400), words(900..906), words(400..500)].concat();
    assert!(check(&left, &right).blocks.is_empty());
}

#[test]
fn a_changed_sentence_of_unspaced_text_leaves_one_block() {
    let story: Vec<u32> = (0..300).map(|c| c | UNSPACED).collect();
    let mut changed = story.clone();
    for c in &mut changed[140..152] {
        *c += 5000;
    }
    let found = check(&story, &changed);
    assert_eq!(
        (found.blocks.len(), found.equal(), found.aligned()),
        (1, 288, 300)
    );
}

#[test]
fn eight_words_are_a_block_and_seven_only_if_they_are_half_of_a_text() {
    let shared = |len: u32, own: u32| {
        let left = [words(100..100 + own), words(0..len), words(200..230)].concat();
        let right = [words(300..330), words(0..len)].concat();
        check(&left, &right).blocks.len()
    };
    assert_eq!(shared(8, 30), 1);
    assert_eq!(shared(7, 30), 0);
    assert_eq!(
        check(&words(0..7), &[words(0..7), words(300..400)].concat())
            .blocks
            .len(),
        1
    );
    let half = [words(0..7), words(900..907)].concat();
    assert_eq!(
        check(&half, &[words(0..7), words(300..400)].concat())
            .blocks
            .len(),
        1
    );
    let less = [words(0..7), words(900..908)].concat();
    assert_eq!(
        check(&less, &[words(0..7), words(300..400)].concat())
            .blocks
            .len(),
        0
    );
}

#[test]
fn sixteen_occurrences_of_a_shingle_are_tried() {
    // Sentences with the same five words first. The right document copies the last one.
    let sentence = |k: u32| [words(0..5), words(1000 * k..1000 * k + 20)].concat();
    let copied_whole = |count: u32| {
        let left: Vec<u32> = (1..=count).flat_map(sentence).collect();
        let right = sentence(count);
        let found = check(&left, &right);
        found.blocks.len() == 1 && found.blocks[0].right == passage(0, 25)
    };
    assert!(copied_whole(16));
    assert!(!copied_whole(17));
}

#[test]
fn of_equal_runs_the_one_on_the_last_diagonal_is_taken() {
    // The refrain occurs twice in the left document: after the first verse and after the second.
    let (refrain, first, second) = (words(0..10), words(100..120), words(200..220));
    let left = [&first[..], &refrain, &second, &refrain].concat();
    let right = [&second[..], &refrain].concat();
    let found = check(&left, &right);
    assert_eq!(found.blocks.len(), 1);
    assert_eq!(found.blocks[0].left, passage(30, 60));
    // Substituted words between verse and refrain: both runs have the length of the refrain.
    let right = [&second[..18], &[900, 901], &refrain].concat();
    let found = check(&left, &right);
    assert_eq!(found.blocks.len(), 1);
    assert_eq!(found.blocks[0].left, passage(30, 60));
}

#[test]
fn text_counts_as_unspaced_if_most_of_it_is() {
    let mixed = |spaced: u32, unspaced: u32| {
        [
            words(0..spaced),
            (0..unspaced).map(|c| c | UNSPACED).collect(),
        ]
        .concat()
    };
    assert_eq!(chars_per_word(&mixed(10, 10)), 1);
    assert_eq!(chars_per_word(&mixed(10, 11)), 2);
    assert_eq!(chars_per_word(&mixed(9, 0)), 1);
    assert_eq!(chars_per_word(&[]), 1);
}

#[test]
fn sixteen_characters_of_unspaced_text_are_a_block() {
    let unspaced =
        |range: std::ops::Range<u32>| -> Vec<u32> { range.map(|c| c | UNSPACED).collect() };
    let blocks = |len: u32| {
        let left = [unspaced(100..160), unspaced(0..len), unspaced(200..260)].concat();
        let right = [unspaced(300..360), unspaced(0..len), unspaced(400..460)].concat();
        check(&left, &right).blocks.len()
    };
    assert_eq!(blocks(16), 1);
    assert_eq!(blocks(15), 0);
}

#[test]
fn a_page_of_many_stories_takes_nearly_linear_time() {
    crate::steps::assert_nearly_linear(20_000, |count| {
        let page = words(0..count);
        let indexed = Indexed::new(&page, 5);
        let mut buffers = Buffers::default();
        for begin in (0..count - 100).step_by(100) {
            let story = words(begin..begin + 100);
            let found = Aligner::new(&story, 5, &mut buffers).align_indexed(&indexed);
            assert_eq!(found.blocks.len(), 1);
        }
    });
}
