//! From bytes to a tree, and nothing but a tree: everything that YAML has beside scalars, lists and maps is refused
//! with its place.
//!
//! The events come from `granit-parser`. It stems from `saphyr-parser`, and takes about a sixth longer. It gives byte
//! offsets, comments with their places, faults by kind, and bounds on nesting in block style.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, options};

use crate::place::{Lines, Place};

use super::build::Tree;
use super::canonical::canonical;
use super::error::{Fault, YamlError};
use super::screen::screen;
use super::tree::Node;

/// Where bytes come from, which says how strict to be about their encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Source {
    /// A commit, where a record is canonical or nearly so: no byte order mark, no CR.
    #[default]
    Book,
    /// A file that somebody edited and `commit` makes canonical: a byte order mark and CR LF are taken.
    Hand,
}

/// Reads records within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Where the bytes come from.
    pub source: Source,
    /// Bytes that a file may have.
    pub bytes: usize,
    /// Levels of lists and maps inside each other, the top one counted.
    pub depth: usize,
    /// Scalars, lists and maps in all, keys not counted.
    pub values: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Reader { source: Source::Book, bytes: 1 << 20, depth: 16, values: 50_000 }
    }
}

/// A file as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'t> {
    /// The whole text, which spans count in.
    pub text: &'t str,
    /// The map at the top.
    pub root: Node<'t>,
    /// Its comments in order. A file that has some is not written before somebody says what becomes of them.
    pub comments: Vec<Comment<'t>>,
}

/// A comment of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment<'t> {
    /// Line, from 1.
    pub line: usize,
    /// What it says, without `#` and the space around.
    pub text: Cow<'t, str>,
}

impl Document<'_> {
    /// The place of a node or key of this document in `file`.
    pub fn place(&self, file: impl Into<Arc<str>>, span: Range<usize>, key: impl Into<Arc<str>>) -> Place {
        Lines::new(file, self.text).place(span, key)
    }
}

/// Reads a record of the book within the usual bounds.
///
/// # Errors
/// The first fault and its place; see [`Fault`].
pub fn read(bytes: &[u8]) -> Result<Document<'_>, Box<YamlError>> {
    Reader::default().read(bytes)
}

impl Reader {
    /// A reader for files that somebody may have edited.
    pub fn of_hand_edits() -> Self {
        Reader { source: Source::Hand, ..Reader::default() }
    }

    /// Reads a file whose top is a map. Time and memory are bounded by the size of the file, which is bounded itself.
    ///
    /// # Errors
    /// The first fault and its place; see [`Fault`].
    pub fn read<'t>(&self, bytes: &'t [u8]) -> Result<Document<'t>, Box<YamlError>> {
        let screened = screen(bytes, self.bytes, self.source)?;
        if screened.clean
            && let Some(root) = canonical(screened.text, self.depth, self.values)
        {
            return Ok(Document { text: screened.text, root, comments: Vec::new() });
        }
        self.events(screened.text, screened.skipped)
    }

    /// Reads through the parser alone, with the same outcome: for comparing.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn parse<'t>(&self, bytes: &'t [u8]) -> Result<Document<'t>, Box<YamlError>> {
        let screened = screen(bytes, self.bytes, self.source)?;
        self.events(screened.text, screened.skipped)
    }

    fn events<'t>(&self, text: &'t str, skipped: usize) -> Result<Document<'t>, Box<YamlError>> {
        let mut tree = Tree::new(self, text, skipped);
        let mut comments = Vec::new();
        let mut parser = Parser::new_from_str_with_options(&text[skipped..], bounds(text.len()));
        while let Some(next) = parser.next_event() {
            match next {
                Ok((Event::Comment(said, _), span)) => {
                    let text = match said {
                        Cow::Borrowed(said) => Cow::Borrowed(said.trim()),
                        Cow::Owned(said) => Cow::Owned(said.trim().to_owned()),
                    };
                    comments.push(Comment { line: span.start.line(), text });
                }
                Ok((event, span)) => tree.event(event, &span)?,
                Err(error) => return Err(tree.scan_error(&error)),
            }
        }
        match tree.root {
            Some(root) => Ok(Document { text, root, comments }),
            None => Err(YamlError::at(Fault::Empty, text, 0..text.len(), String::new())),
        }
    }
}

fn bounds(bytes: usize) -> Options {
    options! {
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        // As many comments as the file can hold.
        max_buffered_comment_events: bytes,
        flow_nesting_limit: 64,
        block_nesting_limit: 64,
    }
}

#[cfg(test)]
mod tests;
