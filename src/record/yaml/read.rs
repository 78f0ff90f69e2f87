//! From bytes to a tree. Everything that YAML has besides scalars, lists and maps is refused, with its place.
//!
//! The events come from `granit-parser`. It is a fork of `saphyr-parser` and about a sixth slower. In return it gives
//! byte offsets, comments with their places, kinds of faults, and limits on nesting in block style.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, options};

use crate::bounds::{RECORD_BYTES, RECORD_DEPTH, RECORD_VALUES};
use crate::place::{Lines, Place};

use super::build::Tree;
use super::canonical::canonical;
use super::error::{Fault, YamlError};
use super::screen::screen;
use super::tree::Node;

/// Where bytes come from; this decides how strict the reader is about their encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Source {
    /// A commit, whose records are canonical or nearly so: a byte order mark and CR are refused.
    #[default]
    Book,
    /// A file that somebody edited and that `commit` will make canonical: a byte order mark and CR LF are accepted.
    Hand,
}

/// Reads records within limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// Where the bytes come from.
    pub source: Source,
    /// The most bytes that a file may have.
    pub bytes: usize,
    /// The most levels of nested lists and maps, including the top one.
    pub depth: usize,
    /// The most scalars, lists and maps in all; keys are not counted.
    pub values: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Reader { source: Source::Book, bytes: RECORD_BYTES, depth: RECORD_DEPTH, values: RECORD_VALUES }
    }
}

/// A file as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document<'t> {
    /// The whole text; spans are positions in it.
    pub text: &'t str,
    /// The map at the top.
    pub root: Node<'t>,
    /// Its comments in order. A file with comments is only rewritten after somebody says what to do with them.
    pub comments: Vec<Comment<'t>>,
}

/// A comment of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment<'t> {
    /// Line, from 1.
    pub line: usize,
    /// What it says, without `#` and the spaces around it.
    pub text: Cow<'t, str>,
}

impl Document<'_> {
    /// The place of a node or key of this document in `file`.
    pub fn place(&self, file: impl Into<Arc<str>>, span: Range<usize>, key: impl Into<Arc<str>>) -> Place {
        Lines::new(file, self.text).place(span, key)
    }
}

/// Reads a record of the book within the usual limits.
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

    /// Reads a file whose top is a map. Time and memory grow with the size of the file, which is limited.
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

    /// Reads with the parser only, with the same result. Tests compare the two.
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
        // The most comments that the file can hold.
        max_buffered_comment_events: bytes,
        flow_nesting_limit: 64,
        block_nesting_limit: 64,
    }
}

#[cfg(test)]
mod tests;
