//! The syntax of a filter, before its names have a meaning: terms of a path, an operator and alternatives.
//!
//! `scan` reads it, `show` writes its canonical text, `bind` gives it its meaning.

pub use crate::bounds::FILTER_BYTES as MAX_LENGTH;
use serde::{Deserialize, Serialize};

use super::error::At;

/// A filter as it was written: terms joined by and.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Expr {
    /// The terms, in the order in which they were written.
    pub terms: Vec<Term>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Whether the term is negated: `!=`, or `not` before it.
    pub negated: bool,
    /// The names of the path, beginning at the record.
    pub path: Vec<String>,
    /// The comparison. A bare word has none; it may be a flag.
    pub test: Option<Comparison>,
    /// The whole term without its `not`.
    pub at: At,
}

/// An operator and what it compares with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The operator.
    pub op: Op,
    /// The values on its right side, never empty. One of them must fit.
    pub any: Vec<Operand>,
}

/// How a term compares. Negation is the term's `negated`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// `=`
    Is,
    /// `~`
    Contains,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Op {
    /// The operator as it is typed.
    pub fn symbol(self) -> &'static str {
        match self {
            Op::Is => "=",
            Op::Contains => "~",
            Op::Less => "<",
            Op::AtMost => "<=",
            Op::More => ">",
            Op::AtLeast => ">=",
        }
    }

    /// The operator of these characters, and whether it negates.
    pub(crate) fn of(symbol: &str) -> Option<(Op, bool)> {
        Some(match symbol {
            "=" => (Op::Is, false),
            "!=" => (Op::Is, true),
            "~" => (Op::Contains, false),
            "!~" => (Op::Contains, true),
            "<" => (Op::Less, false),
            "<=" => (Op::AtMost, false),
            ">" => (Op::More, false),
            ">=" => (Op::AtLeast, false),
            _ => return None,
        })
    }
}

/// One alternative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operand {
    /// A value.
    One(Literal),
    /// A range that includes both ends; a missing end is open.
    Range(Option<Literal>, Option<Literal>, At),
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Literal {
    /// The text, without quotes.
    pub text: String,
    /// Whether it was in quotes, and so is a single value whatever its characters.
    pub quoted: bool,
    /// Where.
    pub at: At,
}

impl Operand {
    /// Where it stands.
    pub fn at(&self) -> &At {
        match self {
            Operand::One(literal) => &literal.at,
            Operand::Range(_, _, at) => at,
        }
    }
}

/// A question that a bare word asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Flag {
    /// In a state that is not closed.
    Unfinished,
    /// A deadline was missed and still runs.
    Overdue,
    /// The reader has something to do about it.
    Mine,
    /// In a waiting state.
    Waiting,
}

impl Flag {
    /// Every flag.
    pub const ALL: [Flag; 4] = [Flag::Unfinished, Flag::Overdue, Flag::Mine, Flag::Waiting];

    /// The bare word.
    pub fn name(self) -> &'static str {
        match self {
            Flag::Unfinished => "unfinished",
            Flag::Overdue => "overdue",
            Flag::Mine => "mine",
            Flag::Waiting => "waiting",
        }
    }
}
