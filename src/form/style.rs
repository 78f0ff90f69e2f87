//! The look of printed forms.

use serde::{Deserialize, Serialize};

/// What paper forms are printed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Paper {
    /// A4, portrait.
    #[default]
    A4,
    /// Continuous paper for dot matrix printers: 241 mm wide with its perforated edges, 11 inches a page (241×280
    /// 电脑连续打印纸).
    Continuous,
}

impl Paper {
    /// All of them.
    pub const ALL: [Paper; 2] = [Paper::A4, Paper::Continuous];

    /// The name for `--paper`.
    pub const fn name(self) -> &'static str {
        match self {
            Paper::A4 => "a4",
            Paper::Continuous => "241mm",
        }
    }
}

/// The look of printed forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// The paper.
    pub paper: Paper,
    /// Whether names of cells are also shown in the other language.
    pub both: bool,
    /// Whether signatures stay empty, to be signed by hand.
    pub blank_signatures: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style { paper: Paper::A4, both: true, blank_signatures: false }
    }
}
