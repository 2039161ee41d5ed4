//! Normal forms, checked against ICU4X: a second implementation with its own data.

use super::*;
use icu_casemap::CaseMapper;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;
use proptest::prelude::*;

/// The normal form, computed with ICU4X.
fn icu_form(word: &str) -> String {
    unified(&icu_form_before_variants(word))
}

fn icu_form_before_variants(word: &str) -> String {
    let (nfkc, cases) = (ComposingNormalizer::new_nfkc(), CaseMapper::new());
    let visible: String = word.chars().filter(|&c| !is_ignorable(c)).collect();
    let folded = cases.fold_string(&nfkc.normalize(&visible)).into_owned();
    let composed = nfkc.normalize(&folded).into_owned();
    composed.chars().filter(|&c| !is_point(c)).collect()
}

/// The slow twin of [`variants::unify`]: one replacement after the other, over the whole word.
fn unified(form: &str) -> String {
    let digits: String = form.chars().map(ascii_digit).collect();
    let mut word = without_marks(&digits)
        .replace('æ', "ae")
        .replace('œ', "oe")
        .replace(['ð', 'đ'], "d")
        .replace('ħ', "h")
        .replace('ł', "l")
        .replace('ø', "o")
        .replace('ŧ', "t")
        .replace('ı', "i")
        .replace(['ё', 'ѐ'], "е")
        .replace('ѝ', "и")
        .replace(['٬', '،'], ",")
        .replace('٫', ".")
        .replace(['ى', 'ی'], "ي")
        .replace('ک', "ك")
        .replace(['آ', 'أ', 'إ', 'ٱ'], "ا")
        .replace('ة', "ه");
    let chillus = [
        ("ൔ", "മ"),
        ("ൕ", "യ"),
        ("ൖ", "ഴ"),
        ("ൺ", "ണ"),
        ("ൻ", "ന"),
        ("ർ", "ര"),
        ("ൽ", "ല"),
        ("ൾ", "ള"),
        ("ൿ", "ക"),
    ];
    for (chillu, consonant) in chillus {
        word = word.replace(&format!("{chillu}\u{d4d}"), chillu);
        word = word.replace(chillu, &format!("{consonant}\u{d4d}"));
    }
    word.chars().map(for_segmentation).collect()
}

fn is_decimal_digit(character: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(character) == GeneralCategory::DecimalNumber
}

/// Digits are encoded in rows of ten, so that the distance from the begin of the row modulo ten is the value.
fn ascii_digit(character: char) -> char {
    if !is_decimal_digit(character) {
        return character;
    }
    let row = (0..=character as u32)
        .rev()
        .take_while(|&c| char::from_u32(c).is_some_and(is_decimal_digit));
    char::from_digit((row.count() as u32 - 1) % 10, 10).unwrap()
}

fn without_marks(form: &str) -> String {
    let nfd = DecomposingNormalizer::new_nfd();
    let is_mark = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    let loses_all = |letter: char| {
        letter.is_ascii_alphabetic()
            || ('α'..='ω').contains(&letter)
            || "æœðđħłøŧı".contains(letter)
    };
    let loses_stress = |letter: char| ('а'..='џ').contains(&letter);
    let mut kept = String::new();
    for character in form.chars() {
        let decomposed = nfd
            .normalize(character.encode_utf8(&mut [0; 4]))
            .into_owned();
        if decomposed.starts_with(loses_all) && decomposed.chars().skip(1).all(is_mark) {
            kept.extend(decomposed.chars().next());
        } else if !(is_mark(character) && kept.ends_with(loses_all)
            || matches!(character, '\u{300}' | '\u{301}') && kept.ends_with(loses_stress))
        {
            kept.push(character);
        }
    }
    kept
}

/// Pins where the normal form deliberately differs from NFKC with case folding.
#[test]
fn only_known_classes_of_characters_have_variants() {
    for character in ('\0'..='\u{3ffff}').chain('\u{e0000}'..='\u{e0fff}') {
        let plain = icu_form_before_variants(&character.to_string());
        if form(&character.to_string()) == plain {
            continue;
        }
        let is_known = |c: char| match c {
            '٬' | '،' | '٫' | 'ى' | 'ی' | 'ک' | 'ൔ'..='ൖ' | 'ൺ'..='ൿ' => true,
            'آ' | 'أ' | 'إ' | 'ٱ' | 'ة' | 'ѐ' | 'ё' | 'ѝ' => true,
            '\u{e0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => true,
            '\u{390}' | '\u{3ac}'..='\u{3ce}' | '\u{1f00}'..='\u{1fff}' => true,
            'a'..='z' => plain.contains(|mark| ('\u{300}'..='\u{36f}').contains(&mark)),
            other => is_decimal_digit(other) || for_segmentation(other) != other,
        };
        assert!(
            plain.chars().any(is_known),
            "U+{:04X} {plain:?}",
            character as u32
        );
    }
}

#[test]
fn each_language_has_one_way_of_writing() {
    let same = [
        ("١٢٣", "123"),
        ("۱۲۳", "123"),
        ("१२३", "123"),
        ("๑๒๓", "123"),
        ("𞥑", "1"),
        ("١٬٢٣٤٫٥", "1,234.5"),
        ("كتابي", "کتابی"),
        ("على", "علی"),
        ("KAPALI", "kapalı"),
        ("İLE", "ile"),
        ("AÇILIŞI", "açılışı"),
        ("ΑΘΗΝΑ", "Αθήνα"),
        ("ΜΑΪΟΣ", "Μάιος"),
        ("ΤΑΞΙΔΙ", "ταξίδι"),
        ("ΠΡΟΫΠΟΘΕΣΗ", "προϋπόθεση"),
        ("ΑΡΧΗ", "ἀρχή"),
        ("zażółć gęślą jaźń", "zazolc gesla jazn"),
        ("Đặng Thị Ngọc Thịnh", "Dang Thi Ngoc Thinh"),
        ("x\u{302}q\u{316}\u{301}", "xq"),
        ("LAESTADIUS œuvre Ærø", "læstadius oeuvre aero"),
        ("всё", "все"),
        ("замо\u{301}к", "замок"),
        ("أحمد إلى آسيا", "احمد الى اسيا"),
        ("مدرسة", "مدرسه"),
        ("വീടുകൾ", "വീടുകള്\u{200d}"),
        ("അവൻ", "അവന്\u{200d}"),
        ("ൻ്റെ", "ന്റെ"),
    ];
    for (left, right) in same {
        assert_eq!(form(left), form(right), "{left} {right}");
    }
    for (left, right) in [("й", "и"), ("ئ", "ي"), ("①②", "3"), ("þ", "p")] {
        assert_ne!(form(left), form(right), "{left} {right}");
    }
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
        ('\u{d15}', '\u{d7f}'),     // Malayalam
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
