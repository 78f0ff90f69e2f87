//! Canonical YAML as bytes and as a tree of raw scalars with places: reading, writing, and what is refused.
//!
//! Nothing here knows a kind or a field: a scalar is its text and the way it was written, and the field's type says
//! what it means. Reading goes through `canonical`, a reader of exactly what [`write()`] makes. If that reader is not
//! certain, the events of `granit-parser` are read (see `read`). `granit-parser` is the fork of `saphyr-parser` with
//! byte offsets, comments, faults by kind and bounds on nesting. Properties hold the two readers together.

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

pub use error::{Fault, YamlError};
pub use read::{Comment, Document, Reader, Source, read};
pub use tree::{Content, Entry, Form, Node, Scalar};
pub use write::write;

/// The longest key, in bytes; YAML readers give up on simple keys of more than 1,024 characters.
pub const LONGEST_KEY: usize = 128;
