//! Where something stands in a file, and what is wrong there. The TOML reader that keeps places is here too.
//!
//! Every loader reports [`Problem`]s; `render` decides how they look on a terminal and in JSON.

mod lines;
mod merge;
mod problem;
pub mod toml;

pub use lines::Lines;
pub use merge::marks as merge_marks;
pub use problem::{Problem, Problems, did_you_mean};

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A place in a file: what an error names (file, line, key) and what an excerpt shows.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The file, as a path from the top of the book, with `/` between its parts.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The range in bytes of the file.
    pub span: Range<usize>,
    /// The key with those above it, such as `steps.2.from` or `remedies.1.amount`; empty for a whole file.
    pub key: Arc<str>,
}

impl Place {
    /// The start of a file as a whole.
    pub fn of_file(file: impl Into<Arc<str>>) -> Self {
        Place { file: file.into(), line: 1, column: 1, span: 0..0, key: Arc::from("") }
    }
}

impl fmt::Display for Place {
    /// `policy/kinds/complaint.toml:12`, the form that editors jump to.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{} {}", self.file, self.line, self.column, self.key)
    }
}

/// A value and the place that it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Placed<T> {
    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Placed<U> {
        Placed { value: change(self.value), place: self.place }
    }

    /// A reference with the same place.
    pub fn as_ref(&self) -> Placed<&T> {
        Placed { value: &self.value, place: self.place.clone() }
    }
}
