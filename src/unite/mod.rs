//! Merges what two clones of a book have recorded. This is the one place that merges: `sync`, the merge driver and
//! `audit` all use it, and `audit` compares every merge commit with its result, byte for byte.
//!
//! - [`unite`] merges the three versions of one record. It always has a result and loses nothing.
//! - [`unite_books`] merges two lines of a book: records, numbers, keys, rules and other files.
//!
//! Everything here is a pure function of what it gets. The first line is the one that was published first. Its events
//! stay as they are. The events of the second line follow them, and each is checked again: a step that is no longer
//! possible stays in the history as overruled ([`crate::record::Overruled`]).

mod book;
mod contents;
mod record;
mod replaced;
mod rows;
mod told;
mod unknown;

#[cfg(test)]
mod tests;

pub use book::{unite_books, unite_files};
pub use contents::{Changed, Content, Contents, Hash, Joined, WhichLine};
pub use record::{United, unite};
pub use replaced::{differing_rows, replaced};
pub use told::Told;
