//! Normal forms, checked against ICU4X: a second implementation with its own data.

use super::*;
use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use proptest::prelude::*;

/// The normal form, computed with ICU4X.
fn icu_form(word: &str) -> String {
    let (nfkc, cases) = (ComposingNormalizer::new_nfkc(), CaseMapper::new());
    let visible: String = word.chars().filter(|&c| !is_ignorable(c)).collect();
    let folded = cases.fold_string(&nfkc.normalize(&visible)).into_owned();
    let composed = nfkc.normalize(&folded).into_owned();
    let without_points = composed.chars().filter(|&c| !is_point(c));
    without_points.map(straight_quote).collect()
}

fn form(word: &str) -> String {
    Normaliser::default().normalise(word).to_owned()
}

/// Both implementations must follow the same version of Unicode for this test. If one of them moves on, the
/// characters that the new version assigns differ; all others are stable by Unicode policy. Planes without
/// assigned characters are left out.
#[test]
fn every_character_has_the_form_that_icu_gives_it() {
    for character in ('\0'..='\u{3ffff}').chain('\u{e0000}'..='\u{e0fff}') {
        let word = character.to_string();
        assert_eq!(form(&word), icu_form(&word), "U+{:04X}", character as u32);
    }
}

/// Each character next to characters that compose, fold or reorder with their neighbours. Han characters,
/// Hangul syllables and planes of symbols are left out: their neighbours do not change them.
#[test]
fn characters_have_the_form_that_icu_gives_them_among_neighbours() {
    let planes = ('\0'..='\u{33ff}')
        .chain('\u{a000}'..='\u{ac40}')
        .chain('\u{f900}'..='\u{12000}')
        .chain('\u{16000}'..='\u{17000}');
    for c in planes {
        let words = format!(
            "a{c}\u{301} \u{323}{c}\u{307} \u{1100}{c}\u{11a8} \u{627}{c}\u{654} I{c}\u{345}"
        );
        assert_eq!(form(&words), icu_form(&words), "U+{:04X}", c as u32);
    }
}

/// A character of a block where normalisation or folding has rules of its own.
fn intricate_character() -> impl Strategy<Value = char> {
    let blocks = [
        ('\u{c0}', '\u{24f}'),      // Latin with accents
        ('\u{300}', '\u{36f}'),     // combining marks
        ('\u{370}', '\u{3ff}'),     // Greek
        ('\u{591}', '\u{5f4}'),     // Hebrew
        ('\u{600}', '\u{6ff}'),     // Arabic
        ('\u{900}', '\u{97f}'),     // Devanagari
        ('\u{1100}', '\u{11ff}'),   // jamo
        ('\u{13a0}', '\u{13fd}'),   // Cherokee, which folds to upper case
        ('\u{1e00}', '\u{1fff}'),   // Latin and Greek, composed
        ('\u{3040}', '\u{30ff}'),   // kana
        ('\u{ac00}', '\u{ac3f}'),   // Hangul syllables
        ('\u{fb00}', '\u{fdff}'),   // ligatures, Hebrew and Arabic forms
        ('\u{fe70}', '\u{ffef}'),   // Arabic forms, full-width and half-width
        ('\u{10400}', '\u{1044f}'), // Deseret
        ('\u{1d400}', '\u{1d4ff}'), // mathematical letters
    ];
    let in_block = prop::sample::select(blocks.to_vec())
        .prop_flat_map(|(first, last)| prop::char::range(first, last));
    let known = "aIißẞİıſKÅΣςµŉǅ'’ʼ\u{ad}\u{200d}\u{34f}\u{301}\u{307}\u{345}\u{3099}";
    let known: Vec<char> = known.chars().collect();
    prop_oneof![2 => in_block, 1 => prop::sample::select(known)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn words_have_the_form_that_icu_gives_them(word in prop::collection::vec(intricate_character(), 0..8)) {
        let word: String = word.into_iter().collect();
        prop_assert_eq!(form(&word), icu_form(&word), "{:?}", word.escape_unicode().to_string());
    }
}
