//! The book: a git repository of records. No rule of a kind lives here, no rendering and no prompt.
//!
//! `repo` knows paths and bytes alone; what makes them records stands on top of it.

pub mod repo;
