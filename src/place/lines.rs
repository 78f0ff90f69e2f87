//! From bytes to lines and columns.

use std::ops::Range;
use std::sync::Arc;

use super::Place;

/// A file's name and text with the start of each line, to make places of byte ranges.
#[derive(Debug, Clone)]
pub struct Lines<'t> {
    file: Arc<str>,
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Reads `text` once for its line starts.
    pub fn new(file: impl Into<Arc<str>>, text: &'t str) -> Self {
        let starts =
            std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Lines { file: file.into(), text, starts: starts.collect() }
    }

    /// The file's name.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The place of a byte range. An end beyond the text or inside a character moves back to the nearest start of a
    /// character.
    pub fn place(&self, span: Range<usize>, key: impl Into<Arc<str>>) -> Place {
        let start = self.floor(span.start);
        let end = self.floor(span.end).max(start);
        let line = self.starts.partition_point(|&s| s <= start).max(1);
        let from = self.starts.get(line - 1).copied().unwrap_or_default();
        let column = self.text.get(from..start).map_or(0, |before| before.chars().count()) + 1;
        Place { file: self.file.clone(), line, column, span: start..end, key: key.into() }
    }

    fn floor(&self, at: usize) -> usize {
        let at = at.min(self.text.len());
        (0..=at).rev().find(|&i| self.text.is_char_boundary(i)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn columns_count_characters() {
        let lines = Lines::new("a.toml", "名 = 1\n投诉 = 2\n");
        let at = "名 = 1\n投诉 = 2\n".find('2').expect("a 2");
        let place = lines.place(at..at + 1, "投诉");
        assert_eq!((place.line, place.column), (2, 6));
        let inside = lines.place(1..999, "");
        assert_eq!((inside.line, inside.column, inside.span), (1, 1, 0..19));
    }
}
