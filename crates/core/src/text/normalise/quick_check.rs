//! Tells words that are already in normal form, or nearly, with one table look-up per character.
//!
//! This is the quick check of UAX #15, section 9, with case folding included. Most words of scripts without case
//! pass it, such as Hebrew, Arabic and Devanagari.

use std::sync::OnceLock;

use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::{UniCase, variants};

/// How much of a word may have to change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stability {
    /// Nothing.
    Final,
    /// Only characters with a variant, see [`variants`].
    Variants,
    /// Anything.
    Unstable,
}

/// In the table: NFKC or case folding may change the character, alone or next to others, or letters lose it. No
/// combining class has this value.
const UNSTABLE: u8 = 255;

/// In the table: NFKC and case folding do not change the character, but it has another variant. No combining class
/// has this value; that of the character is 0.
const VARIANT: u8 = 254;

/// Characters of a block. Most texts use few characters of a script.
const BLOCK: u32 = 32;

type Block = Box<[u8; BLOCK as usize]>;

/// For each block of characters of the Basic Multilingual Plane, computed at its first use: the canonical combining class
/// of each character, [`VARIANT`] or [`UNSTABLE`].
static BLOCKS: [OnceLock<Block>; 0x1_0000 / BLOCK as usize] =
    [const { OnceLock::new() }; 0x1_0000 / BLOCK as usize];

/// What may change in `word`. May be too cautious.
pub(super) fn stability(word: &str) -> Stability {
    let mut last = 0;
    let mut stability = Stability::Final;
    for character in word.chars() {
        let class = match combining_class(character) {
            UNSTABLE => return Stability::Unstable,
            VARIANT => {
                stability = Stability::Variants;
                0
            }
            class => class,
        };
        if class != 0 && class < last {
            return Stability::Unstable;
        }
        last = class;
    }
    stability
}

fn combining_class(character: char) -> u8 {
    let code = character as u32;
    match BLOCKS.get((code / BLOCK) as usize) {
        Some(block) => block.get_or_init(|| compute_block(code / BLOCK))[(code % BLOCK) as usize],
        None => UNSTABLE,
    }
}

#[cold]
fn compute_block(block: u32) -> Block {
    let mut classes = Box::new([UNSTABLE; BLOCK as usize]);
    for (code, class) in (block * BLOCK..).zip(classes.iter_mut()) {
        if let Some(character) = char::from_u32(code).filter(is_stable_alone) {
            *class = match canonical_combining_class(character) {
                0 if variants::is_variant(character) => VARIANT,
                class => class,
            };
        }
    }
    classes
}

fn is_stable_alone(character: &char) -> bool {
    let text = character.to_string();
    !variants::is_diacritic(*character)
        && is_nfkc_quick(text.chars()) == IsNormalized::Yes
        && text.nfkc().eq(text.chars())
        && UniCase::unicode(&text).to_folded_case() == text
}
