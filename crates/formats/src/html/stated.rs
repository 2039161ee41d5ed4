//! The article body that a page states in its JSON-LD.

use super::runs::Runs;
use super::text::text_below;
use super::tree;

/// The article body that a page states.
#[derive(Debug)]
pub(super) struct StatedBody {
    /// Its text.
    pub(super) text: String,
    /// The letters of the text.
    pub(super) runs: Runs,
}

impl StatedBody {
    /// The body in this value of `articleBody`, which may contain markup. `None` if it has no letters, or
    /// its markup exceeds a limit.
    pub(super) fn new(value: &str) -> Option<Self> {
        let text = if value.contains(['<', '&']) {
            let tree = tree::build(value).ok()?.tree;
            text_below(tree.root(), |_| true)
        } else {
            value.trim().to_owned()
        };
        let mut runs = Runs::default();
        runs.add(&text);
        (runs.letters() > 0).then_some(Self { text, runs })
    }

    /// True if most of it is in a notice.
    pub(super) fn is_in(&self, notice: &Runs) -> bool {
        2 * (notice.letters_of(&self.text) as usize) > self.runs.letters()
    }
}
