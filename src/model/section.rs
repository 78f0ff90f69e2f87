//! Parts of a report.

use crate::locale::Label;

use super::{Cell, Figure, Identity, Table};

/// A part with its heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Kebab-case name, unique in the report.
    pub name: String,
    /// Its heading; empty for none.
    pub title: Label,
    /// What it holds.
    pub body: Body,
}

/// What a part holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A table.
    Table(Table),
    /// Named values, one below the other: a record's fields.
    Fields(Vec<Field>),
    /// Figures with their definitions.
    Figures(Vec<Figure>),
    /// Figures that must add up.
    Identities(Vec<Identity>),
    /// Lines that people sign by hand: the label says who signs.
    Signatures(Vec<Label>),
    /// Text to be shown unchanged, such as a diagram of a lifecycle.
    Verbatim {
        /// The language of a Markdown code block (`mermaid`), or nothing.
        language: String,
        /// The text.
        text: String,
    },
}

/// A named value.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Kebab-case name.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// Its value.
    pub value: Cell,
}

impl Field {
    /// A named value.
    pub fn new(name: impl Into<String>, label: impl Into<Label>, value: impl Into<Cell>) -> Self {
        Field { name: name.into(), label: label.into(), value: value.into() }
    }
}
