//! CSV (RFC 4180) with any separator, row by row.

use csv::ReaderBuilder;
use serde_json::Value as Json;

use crate::entry::import::own;

/// What may stand between cells, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How many rows tell what stands between cells.
const LOOKED_AT: usize = 30;

/// A text with a separator. The rows begin behind what says the separator.
#[derive(Debug, Clone)]
pub(super) struct Separated {
    text: String,
    from: usize,
    pub(super) delimiter: u8,
    unguard: fn(&str) -> &str,
}

impl Separated {
    /// Looks for a line `sep=;`, else for what separates the first rows, unless it is told. `unguard` takes away what
    /// an export put before text so that no spreadsheet computes it.
    pub(super) fn new(text: String, told: Option<u8>, unguard: fn(&str) -> &str) -> Self {
        let end = text.find('\n').map_or(text.len(), |at| at + 1);
        let first = text[..end].trim_end_matches(['\r', '\n']).trim_matches('"');
        let said = first.strip_prefix("sep=").or_else(|| first.strip_prefix("SEP="));
        let said = said.filter(|said| said.len() == 1).map(|said| said.as_bytes()[0]);
        let from = if said.is_some() { end } else { 0 };
        let delimiter = told.or(said).unwrap_or_else(|| looked(&text[from..]));
        Separated { text, from, delimiter, unguard }
    }

    /// The rows: the line that each begins on, and its cells.
    pub(super) fn rows(&self) -> impl Iterator<Item = (usize, Vec<Json>)> + '_ {
        let text = &self.text[self.from..];
        let mut reader = ReaderBuilder::new();
        reader.flexible(true).has_headers(false).delimiter(self.delimiter);
        let records = reader.from_reader(text.as_bytes()).into_records();
        let before = self.text[..self.from].matches('\n').count();
        let mut lines = Lines { text, at: 0, line: 1 + before };
        // text that is UTF-8 has no other faults
        records.map_while(Result::ok).map(move |record| {
            let line = lines.of(record.position().map_or(0, csv::Position::byte));
            (line, record.iter().map(|cell| Json::String((self.unguard)(cell).to_owned())).collect())
        })
    }

    /// The line of a quoted cell that the text ends in: all that follows it would be taken for its content.
    pub(super) fn unclosed(&self) -> Option<usize> {
        let (mut line, mut begun, mut fresh) = (1, None, true);
        let mut chars = self.text.chars().peekable();
        let delimiter = char::from(self.delimiter);
        while let Some(c) = chars.next() {
            match (c, begun) {
                ('"', None) if fresh => begun = Some(line),
                ('"', Some(_)) if chars.next_if_eq(&'"').is_none() => begun = None,
                _ => {}
            }
            line += usize::from(c == '\n');
            fresh = begun.is_none() && (c == delimiter || matches!(c, '\n' | '\r'));
        }
        begun
    }
}

/// Whether the first row of a text has the headings of rejected rows, whatever separates them.
pub(super) fn of_rejects(text: &str) -> bool {
    DELIMITERS.iter().any(|delimiter| {
        let mut reader = ReaderBuilder::new();
        let reader = reader.flexible(true).has_headers(false).delimiter(*delimiter);
        let first = reader.from_reader(text.as_bytes()).into_records().next();
        first.is_some_and(|first| first.is_ok_and(|first| own::of_rejects(first.iter())))
    })
}

/// What separates most rows into the same number of cells, more than one.
fn looked(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = ReaderBuilder::new();
        let reader = reader.flexible(true).has_headers(false).delimiter(delimiter);
        let widths: Vec<usize> =
            reader.from_reader(text.as_bytes()).into_records().take(LOOKED_AT).flatten().map(|row| row.len()).collect();
        let same = |width: usize| widths.iter().filter(|other| **other == width).count();
        widths.iter().filter(|width| **width > 1).map(|width| (same(*width), *width)).max().unwrap_or_default()
    };
    let mut best = (DELIMITERS[0], score(DELIMITERS[0]));
    for delimiter in &DELIMITERS[1..] {
        let found = score(*delimiter);
        if found > best.1 {
            best = (*delimiter, found);
        }
    }
    best.0
}

/// Counts lines as rows come along. The reader's own count is short of the line break that ends the row before.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, byte: u64) -> usize {
        let bytes = self.text.as_bytes();
        let mut to = usize::try_from(byte).unwrap_or(bytes.len()).clamp(self.at, bytes.len());
        to += bytes[to..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        // old programs end lines with CR alone
        let ends = |at: &usize| bytes[*at] == b'\n' || (bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
        self.line += (self.at..to).filter(ends).count();
        self.at = to;
        self.line
    }
}
