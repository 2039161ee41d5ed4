//! Letters, digits and marks that are written in several ways. One way stands for all of them:
//!
//! - Decimal digits of all scripts (Nd): the ASCII digits of the same value. The Arabic decimal separator: a full
//!   stop. The Arabic thousands separator and the Arabic comma: a comma.
//! - Latin and Greek: letters lose their marks, because many texts are typed without them: `zażółć` is `zazolc`. The
//!   dotless i is i, because case folding cannot tell Turkish from other languages.
//! - Cyrillic: yo is ye, and vowels lose the marks of stress. Short i stays a letter of its own.
//! - Arabic: Farsi yeh and alef maksura are yeh, keheh is kaf, an alef with hamza or madda is alef, and teh marbuta is
//!   heh.
//! - Malayalam: a chillu letter is its consonant with a virama, and needs no second one.
//! - Apostrophes and quotation marks: the ASCII ones.
//!
//! Sources: Unicode Standard, section 12.9 (chillu letters) and section 4.6 (decimal digits); Larkey, Ballesteros and
//! Connell, *Improving stemming for Arabic information retrieval*, 2002 (normalisation of Arabic letters).

use unicode_normalization::char::decompose_canonical;

use super::for_segmentation;

/// True for a character that [`unify`] replaces next to any other.
pub(super) fn is_variant(character: char) -> bool {
    replacement(character) != character
        || chillu_consonant(character).is_some()
        || ligature(character).is_some()
}

/// True for a mark that some letters lose; see [`is_redundant`].
pub(super) fn is_diacritic(mark: char) -> bool {
    matches!(mark, '\u{300}'..='\u{36f}')
}

/// Appends `form` to `to`, with one way of writing for each character. `form` is in NFKC and case folded.
pub(super) fn unify(form: &str, to: &mut String) {
    let mut after_chillu = false;
    for character in form.chars() {
        let consonant = chillu_consonant(character);
        let is_second_virama = after_chillu && character == MALAYALAM_VIRAMA;
        if let Some(consonant) = consonant {
            to.extend([consonant, MALAYALAM_VIRAMA]);
        } else if let Some(letters) = ligature(character) {
            to.extend(letters);
        } else if !is_second_virama && !is_redundant(character, to.chars().next_back()) {
            to.push(replacement(character));
        }
        after_chillu = consonant.is_some();
    }
}

/// True for a mark that `last`, the letter before it, loses.
fn is_redundant(mark: char, last: Option<char>) -> bool {
    is_diacritic(mark)
        && match last {
            Some('a'..='z' | 'α'..='ω') => true,
            Some('\u{430}'..='\u{45f}') => matches!(mark, '\u{300}' | '\u{301}'),
            _ => false,
        }
}

/// The two letters of a ligature that people without its key type as two.
fn ligature(character: char) -> Option<[char; 2]> {
    match character {
        'æ' | 'ǽ' | 'ǣ' => Some(['a', 'e']),
        'œ' => Some(['o', 'e']),
        _ => None,
    }
}

const MALAYALAM_VIRAMA: char = '\u{d4d}';

/// The consonant of a Malayalam letter that stands for a consonant without a vowel.
fn chillu_consonant(chillu: char) -> Option<char> {
    Some(match chillu {
        '\u{d54}' => '\u{d2e}',
        '\u{d55}' => '\u{d2f}',
        '\u{d56}' => '\u{d34}',
        '\u{d7a}' => '\u{d23}',
        '\u{d7b}' => '\u{d28}',
        '\u{d7c}' => '\u{d30}',
        '\u{d7d}' => '\u{d32}',
        '\u{d7e}' => '\u{d33}',
        '\u{d7f}' => '\u{d15}',
        _ => return None,
    })
}

fn replacement(character: char) -> char {
    match character {
        '\0'..='\u{7f}' => character,
        '\u{e0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => latin_base(character),
        '\u{386}'..='\u{3ce}' | '\u{1f00}'..='\u{1fff}' => base(character, |c| c.is_alphabetic()),
        'ё' | 'ѐ' => 'е',
        'ѝ' => 'и',
        '\u{622}' | '\u{623}' | '\u{625}' | '\u{671}' => '\u{627}',
        '\u{629}' => '\u{647}',
        '\u{60c}' | '\u{66c}' => ',',
        '\u{66b}' => '.',
        '\u{649}' | '\u{6cc}' => '\u{64a}',
        '\u{6a9}' => '\u{643}',
        _ => decimal_digit(character).unwrap_or_else(|| for_segmentation(character)),
    }
}

/// A Latin letter without its marks, including those that are part of the letter in Unicode.
fn latin_base(character: char) -> char {
    match character {
        'ð' | 'đ' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'ł' => 'l',
        'ø' | 'ǿ' => 'o',
        'ŧ' => 't',
        _ => base(character, char::is_ascii_alphabetic),
    }
}

/// A character without its marks, if it then is a letter that loses them. Others are returned unchanged.
fn base(character: char, loses_marks: fn(&char) -> bool) -> char {
    let mut base = None;
    decompose_canonical(character, |c| {
        base.get_or_insert(c);
    });
    base.filter(loses_marks).unwrap_or(character)
}

/// The ASCII digit with the value of a decimal digit of any script.
fn decimal_digit(digit: char) -> Option<char> {
    let after = ZEROS.partition_point(|&zero| zero <= digit);
    let zero = *ZEROS.get(after.checked_sub(1)?)?;
    char::from_digit((digit as u32).checked_sub(zero as u32)?, 10)
}

/// The digit zero of each script. Unicode encodes the digits from zero to nine in a row.
const ZEROS: [char; 76] = [
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{ff10}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{10d40}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{116d0}',
    '\u{116da}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11bf0}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{11de0}',
    '\u{11f50}',
    '\u{16130}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{16d70}',
    '\u{1ccf0}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e4f0}',
    '\u{1e5f1}',
    '\u{1e950}',
    '\u{1fbf0}',
];
