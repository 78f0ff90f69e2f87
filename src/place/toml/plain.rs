//! A reader of plain TOML, as policies are written: bare keys, texts without escapes, whole numbers, dates, and inline
//! tables on one line. Each command reads the whole policy, and this takes a fifth of the time of the full parser.
//!
//! It answers only if it is certain. Anything else, right or wrong, `read::any` reads, and a property holds the two
//! together.

use std::cell::RefCell;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{Entry, Item, Section};
use crate::place::{Place, Placed};

/// How many entries a table may have, since each new one is compared with all.
const MOST: usize = 1000;
/// How many entries an inline table has as a rule: a label's two languages.
const USUAL: usize = 2;
/// How deep values may stand in one another.
const DEEPEST: usize = 16;
/// Digits of numbers that cannot be too large.
const DIGITS: usize = 18;

/// The file as a section. `None` if it is not plain.
pub(super) fn read(file: &str, text: &str) -> Option<Section> {
    let mut reader =
        Reader { file: Arc::from(file), text, at: 0, line: 1, column: 1, counted: 0, path: String::new(), nesting: 0 };
    let start = reader.here()?;
    let mut root = reader.section(start, 0);
    reader.entries(&mut root)?;
    while reader.peek().is_some() {
        reader.table(&mut root)?;
    }
    Some(root)
}

/// Where something begins.
#[derive(Clone, Copy)]
struct Spot {
    start: usize,
    line: usize,
    column: usize,
}

struct Reader<'t> {
    file: Arc<str>,
    text: &'t str,
    at: usize,
    line: usize,
    /// The column of `counted`, from which on characters of the line are still to be counted.
    column: usize,
    counted: usize,
    /// The keys that lead to what is being read.
    path: String,
    nesting: usize,
}

impl<'t> Reader<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// The text up to the first byte that does not belong.
    fn run(&mut self, belongs: impl Fn(u8) -> bool) -> Option<&'t str> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        self.at += rest.iter().position(|byte| !belongs(*byte)).unwrap_or(rest.len());
        self.text.get(start..self.at)
    }

    fn here(&mut self) -> Option<Spot> {
        self.column += self.text.get(self.counted..self.at)?.chars().count();
        self.counted = self.at;
        Some(Spot { start: self.at, line: self.line, column: self.column })
    }

    /// The place from a spot to a byte, under the path as it is.
    fn place(&self, spot: Spot, end: usize) -> Place {
        self.place_at(spot, end, Arc::from(self.path.as_str()))
    }

    fn place_at(&self, spot: Spot, end: usize, key: Arc<str>) -> Place {
        Place { file: self.file.clone(), line: spot.line, column: spot.column, span: spot.start..end, key }
    }

    fn section(&self, spot: Spot, end: usize) -> Section {
        Section { place: self.place(spot, end), entries: Vec::new(), asked: RefCell::default() }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// Blanks, a comment, the end of the line.
    fn end_of_line(&mut self) -> Option<()> {
        self.blanks();
        if self.peek() == Some(b'#') {
            self.run(is_text)?;
        }
        if self.peek().is_some() {
            self.take(b'\n')?;
            (self.line, self.column, self.counted) = (self.line + 1, 1, self.at);
        }
        Some(())
    }

    /// Blanks, comments and ends of lines.
    fn gap(&mut self) -> Option<()> {
        loop {
            self.blanks();
            match self.peek() {
                Some(b'#' | b'\n') => self.end_of_line()?,
                _ => return Some(()),
            }
        }
    }

    /// A bare key with its place, by which the path grows.
    fn key(&mut self) -> Option<Placed<String>> {
        let spot = self.here()?;
        let name = self.run(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')?;
        if name.is_empty() {
            return None;
        }
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
        Some(Placed { value: name.to_owned(), place: self.place(spot, self.at) })
    }

    /// The entries of a table up to the next header.
    fn entries(&mut self, into: &mut Section) -> Option<()> {
        loop {
            self.gap()?;
            match self.peek() {
                None | Some(b'[') => return Some(()),
                Some(_) => {
                    self.entry(into)?;
                    self.end_of_line()?;
                }
            }
        }
    }

    /// `key = value`.
    fn entry(&mut self, into: &mut Section) -> Option<()> {
        let before = self.path.len();
        let name = self.key()?;
        self.blanks();
        self.take(b'=')?;
        self.blanks();
        let item = self.value(name.place.key.clone())?;
        self.path.truncate(before);
        add(into, name, item)
    }

    /// A header `[a.b]` or `[[a.b]]` with its entries.
    fn table(&mut self, root: &mut Section) -> Option<()> {
        self.path.clear();
        let spot = self.here()?;
        self.take(b'[')?;
        let several = self.take(b'[').is_some();
        let mut above = root;
        let mut name = self.key()?;
        while self.take(b'.').is_some() {
            above = self.descend(above, name)?;
            name = self.key()?;
        }
        self.take(b']')?;
        if several {
            self.take(b']')?;
        }
        let end = self.at;
        self.end_of_line()?;
        if !several {
            let mut section = self.section(spot, end);
            self.entries(&mut section)?;
            return add(above, name, Item::Section(section));
        }
        let known = above.entries.iter().position(|entry| entry.name.value == name.value);
        let known = match known {
            Some(known) => known,
            None => {
                let place = self.place_at(spot, end, name.place.key.clone());
                add(above, name, Item::List(place, Vec::new()))?;
                above.entries.len() - 1
            }
        };
        let Item::List(place, items) = &mut above.entries.get_mut(known)?.item else { return None };
        // a list in brackets is complete, unlike one whose place is a header
        let is_open = match items.first() {
            None => place.span.start == spot.start,
            Some(Item::Section(table)) => self.has_header(table),
            Some(_) => false,
        };
        if !is_open {
            return None;
        }
        self.step_into(items.len());
        let mut section = self.section(spot, end);
        self.entries(&mut section)?;
        items.push(Item::Section(section));
        Some(())
    }

    /// The table of a name inside another: the last one of several, a new one where there is none.
    fn descend<'s>(&mut self, above: &'s mut Section, name: Placed<String>) -> Option<&'s mut Section> {
        let known = above.entries.iter().position(|entry| entry.name.value == name.value);
        let known = match known {
            Some(known) => known,
            None => {
                let place = name.place.clone();
                add(above, name, Item::Section(Section { place, entries: Vec::new(), asked: RefCell::default() }))?;
                above.entries.len() - 1
            }
        };
        let table = match &mut above.entries.get_mut(known)?.item {
            Item::Section(table) => table,
            Item::List(_, items) => {
                let last = items.len().checked_sub(1)?;
                self.step_into(last);
                match items.last_mut()? {
                    Item::Section(table) => table,
                    _ => return None,
                }
            }
            _ => return None,
        };
        self.has_header(table).then_some(table)
    }

    fn step_into(&mut self, number: usize) {
        self.path.push('.');
        self.path.push_str(&number.to_string());
    }

    /// Whether a table has or may have a header of its own: one in braces is complete.
    fn has_header(&self, table: &Section) -> bool {
        self.text.as_bytes().get(table.place.span.start).is_some_and(|byte| *byte != b'{')
    }

    fn value(&mut self, key: Arc<str>) -> Option<Item> {
        let spot = self.here()?;
        match self.peek()? {
            b'"' => {
                self.at += 1;
                let value = self.run(|byte| is_text(byte) && byte != b'"' && byte != b'\\')?.to_owned();
                self.take(b'"')?;
                // two of them may begin a text of several lines
                (self.peek() != Some(b'"')).then_some(())?;
                Some(Item::Text(Placed { value, place: self.place_at(spot, self.at, key) }))
            }
            b'[' => self.list(spot, key),
            b'{' => self.inline(spot, key),
            _ => {
                let word = self.run(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b',' | b']' | b'}' | b'#'))?;
                let place = self.place_at(spot, self.at, key);
                match word {
                    "true" | "false" => Some(Item::Flag(Placed { value: word == "true", place })),
                    _ if word.len() <= DIGITS && word.bytes().all(|byte| byte.is_ascii_digit()) => {
                        (word == "0" || !word.starts_with('0')).then_some(())?;
                        Some(Item::Count(Placed { value: word.parse().ok()?, place }))
                    }
                    _ => {
                        // a time may follow after a blank
                        (self.peek() != Some(b' ') || !self.text.as_bytes().get(self.at + 1)?.is_ascii_digit())
                            .then_some(())?;
                        Some(Item::Date(Placed { value: date(word)?, place }))
                    }
                }
            }
        }
    }

    fn list(&mut self, spot: Spot, key: Arc<str>) -> Option<Item> {
        self.nest()?;
        self.take(b'[')?;
        let before = self.path.len();
        let mut items = Vec::new();
        loop {
            self.gap()?;
            if self.take(b']').is_some() {
                break;
            }
            self.step_into(items.len());
            let inner = Arc::from(self.path.as_str());
            items.push(self.value(inner)?);
            self.path.truncate(before);
            self.gap()?;
            if self.take(b',').is_none() {
                self.take(b']')?;
                break;
            }
        }
        self.nesting -= 1;
        Some(Item::List(self.place_at(spot, self.at, key), items))
    }

    fn inline(&mut self, spot: Spot, key: Arc<str>) -> Option<Item> {
        self.nest()?;
        self.take(b'{')?;
        let mut section = self.section(spot, spot.start);
        section.entries.reserve_exact(USUAL);
        self.blanks();
        while self.take(b'}').is_none() {
            self.entry(&mut section)?;
            self.blanks();
            if self.take(b',').is_some() {
                self.blanks();
                // another entry follows, or it is not plain
                (self.peek()? != b'}').then_some(())?;
            } else {
                self.take(b'}')?;
                break;
            }
        }
        self.nesting -= 1;
        section.place = self.place_at(spot, self.at, key);
        Some(Item::Section(section))
    }

    fn nest(&mut self) -> Option<()> {
        self.nesting += 1;
        (self.nesting <= DEEPEST).then_some(())
    }
}

/// What may stand in texts and comments.
fn is_text(byte: u8) -> bool {
    byte == b'\t' || byte >= b' ' && byte != 0x7f
}

/// `2026-01-31` and nothing else.
fn date(word: &str) -> Option<NaiveDate> {
    let bytes = word.as_bytes();
    let shaped = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    let number = |from: usize, to: usize| word.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let part = |from, to| number(from, to)?.parse::<u32>().ok();
    shaped.then(|| NaiveDate::from_ymd_opt(i32::try_from(part(0, 4)?).ok()?, part(5, 7)?, part(8, 10)?))?
}

/// Adds an entry, where there is none of its name.
fn add(into: &mut Section, name: Placed<String>, item: Item) -> Option<()> {
    if into.entries.len() >= MOST || into.entries.iter().any(|entry| entry.name.value == name.value) {
        return None;
    }
    into.entries.push(Entry::new(name, item));
    Some(())
}

#[cfg(test)]
pub(super) mod tests;
