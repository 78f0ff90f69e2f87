//! Merges one file for git's merge driver, which sees no other file of the book.

use super::repo::Sides;
use super::{Book, BookError};

/// A merged file.
#[derive(Debug)]
pub struct OneFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether the result is also right as an ordinary commit of the second side upon the first, as a rebase makes.
    pub stays_right_alone: bool,
}

impl Book {
    /// Merges the three versions of a file. `None` if that takes more than this file.
    ///
    /// # Errors
    /// If the book cannot be read.
    pub fn unite_one(&self, path: &str, sides: Sides<'_>) -> Result<Option<OneFile>, BookError> {
        let _ = (path, sides);
        Ok(None)
    }
}
