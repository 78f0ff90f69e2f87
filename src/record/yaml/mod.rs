//! Canonical YAML as bytes and as a tree of raw scalars with places: reading, writing, and what is refused.
//!
//! Nothing here knows a kind or a field. A scalar is its text and the form in which it was written; the field's type
//! says what it means. `canonical` reads exactly what [`write()`] makes. If it is not certain, `read` builds the tree
//! from the events of `granit-parser`, a fork of `saphyr-parser` with byte offsets, comments, kinds of faults and
//! limits on nesting. Property tests check that both readers agree.

mod build;
mod canonical;
mod error;
mod help;
mod plain;
mod read;
mod screen;
mod tree;
mod write;

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod nasty;
#[cfg(test)]
mod oracles;
#[cfg(test)]
mod properties;

pub use crate::bounds::KEY_BYTES as LONGEST_KEY;
pub use error::{Fault, YamlError};
pub use read::{Comment, Document, Reader, Source, read};
pub use tree::{Content, Entry, Form, Node, Scalar};
pub use write::write;
