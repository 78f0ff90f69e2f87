//! What is private, who may see it, and what stands in its place.

use crate::filter::Rollup;
use crate::locale::Label;
use crate::locale::messages::WordingText as Text;
use crate::record::{Computed, Field};

/// The mask of a private value in SQL and other plain text.
pub const MASK: &str = "***";

/// How much private information a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything: `show`, `print`, and a command with `--private`.
    Clear,
    /// Nothing private: lists, reports, messages.
    Masked,
}

impl Sight {
    /// What the flag `--private` says.
    pub fn asked(private: bool) -> Self {
        if private { Sight::Clear } else { Sight::Masked }
    }

    /// Whether the values of a field are shown.
    pub fn shows(self, field: &Field) -> bool {
        self == Sight::Clear || !field.private
    }

    /// Whether a rollup is shown.
    pub fn shows_rollup(self, rollup: &Rollup) -> bool {
        self == Sight::Clear || !rollup.private
    }

    /// Whether a computed value is shown.
    pub fn shows_computed(self, computed: &Computed) -> bool {
        self == Sight::Clear || !computed.private
    }
}

/// The mask of a private value, as people read it.
pub fn masked() -> Label {
    Text::Masked.into()
}
