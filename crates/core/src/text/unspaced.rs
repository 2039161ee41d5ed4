//! Letters of scripts that are written without spaces between words, or with spaces that writers set differently.

/// True for a letter of Han, Hiragana, Katakana (half-width too, with the long-vowel mark), Thai, Lao, Khmer or
/// Myanmar, and for a syllable or letter of Hangul. Each of them counts as a word.
///
/// False for combining marks, digits and punctuation of these scripts. Korean has spaces, but its rules leave many of
/// them to the writer, and publishers differ. Tibetan separates syllables with a mark, so the ordinary rules apply to it.
#[inline]
pub(super) fn is_unspaced(letter: char) -> bool {
    match letter {
        '\u{0}'..='\u{0e00}' => false,
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{ac00}'..='\u{d7a3}' => true,
        '\u{0e01}'..='\u{0eff}' => is_thai_or_lao(letter),
        '\u{1000}'..='\u{109f}' | '\u{a9e0}'..='\u{a9fe}' | '\u{aa60}'..='\u{aa7f}' => {
            is_myanmar(letter)
        }
        // Khmer consonants, independent vowels and the repetition sign.
        '\u{1780}'..='\u{17b3}' | '\u{17d7}' | '\u{17dc}' => true,
        // Kangxi radicals: text extracted from PDF files has them instead of ideographs.
        '\u{2f00}'..='\u{2fd5}' => true,
        '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3038}'..='\u{303b}' => true,
        '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' => true,
        '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => true,
        '\u{f900}'..='\u{fad9}' => true,
        // Letters of Hangul, without the fillers among those for compatibility, which are invisible.
        '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97c}' | '\u{d7b0}'..='\u{d7fb}' => true,
        '\u{3131}'..='\u{3163}' | '\u{3165}'..='\u{318e}' | '\u{ffa1}'..='\u{ffdc}' => true,
        '\u{ff66}'..='\u{ff9d}' => true,
        '\u{1b000}'..='\u{1b167}' | '\u{20000}'..='\u{3fffd}' => true,
        _ => false,
    }
}

fn is_thai_or_lao(letter: char) -> bool {
    matches!(letter,
        '\u{0e01}'..='\u{0e30}' | '\u{0e32}'..='\u{0e33}' | '\u{0e40}'..='\u{0e46}'
        | '\u{0e81}'..='\u{0eb0}' | '\u{0eb2}'..='\u{0eb3}' | '\u{0ebd}'
        | '\u{0ec0}'..='\u{0ec6}' | '\u{0edc}'..='\u{0edf}')
}

fn is_myanmar(letter: char) -> bool {
    matches!(letter,
        '\u{1000}'..='\u{102a}' | '\u{103f}' | '\u{1050}'..='\u{1055}' | '\u{105a}'..='\u{105d}'
        | '\u{1061}' | '\u{1065}'..='\u{1066}' | '\u{106e}'..='\u{1070}'
        | '\u{1075}'..='\u{1081}' | '\u{108e}'
        | '\u{a9e0}'..='\u{a9e4}' | '\u{a9e6}'..='\u{a9ef}' | '\u{a9fa}'..='\u{a9fe}'
        | '\u{aa60}'..='\u{aa76}' | '\u{aa7a}' | '\u{aa7e}'..='\u{aa7f}')
}

/// True if `letter` may compose with a mark after it into another letter. Kana compose with voicing marks, and
/// one Myanmar vowel has a composed form. Hangul composes with the vowels and final consonants of its syllable.
#[inline]
pub(super) fn takes_composing_marks(letter: char) -> bool {
    matches!(letter,
        '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9d}' | '\u{1025}')
        || begins_syllable(letter)
}

/// True if `next`, a vowel or final consonant of Hangul, belongs to the syllable that `letter` begins.
#[inline]
pub(super) fn continues_syllable(letter: char, next: char) -> bool {
    matches!(next, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}') && begins_syllable(letter)
}

/// True for a syllable of Hangul, which may lack its final consonant, and for an initial consonant.
fn begins_syllable(letter: char) -> bool {
    matches!(letter, '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{115f}' | '\u{a960}'..='\u{a97c}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::UnicodeSegmentation;

    #[test]
    fn marks_digits_and_punctuation_are_not_unspaced_letters() {
        for letter in "中文ひらがなカタカナーｶﾀ々〇ไทยລາວខ្មែរမြန်မာ한글ㅋﾡ".chars()
        {
            let mark = format!(".{letter}").split_word_bounds().count() == 1;
            assert_eq!(is_unspaced(letter), !mark, "{letter:?}");
        }
        for other in "a1éአማбא،。、・「」๑๒฿។၊བོད".chars() {
            assert!(!is_unspaced(other), "{other:?}");
        }
    }

    #[test]
    fn no_unspaced_letter_joins_the_character_before_it() {
        for letter in ('\0'..=char::MAX).filter(|&c| is_unspaced(c)) {
            let pieces = format!(".{letter}").split_word_bounds().count();
            assert_eq!(pieces, 2, "{letter:?} U+{:04x}", letter as u32);
        }
    }
}
