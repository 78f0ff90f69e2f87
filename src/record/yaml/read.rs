//! From bytes to a tree, and nothing but a tree: what YAML has beside scalars, lists and maps is refused with its place.
//!
//! The events come from `granit-parser`. Beside `saphyr-parser`, from which it stems, it takes about a sixth longer, and gives byte
//! offsets, comments with their places, faults by kind, and bounds on nesting in block style, which the other one has not.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, StructureStyle, Tag, options};

use crate::place::{Lines, Place};

use super::LONGEST_KEY;
use super::canonical::canonical;
use super::error::{Fault, YamlError};
use super::screen::screen;
use super::tree::{Content, Entry, Form, Node, Scalar};

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
        let (frames, anchored) = (Vec::new(), String::new());
        let mut tree = Tree { reader: self, text, skipped, frames, root: None, values: 0, documents: 0, anchored };
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

/// A list or map that is not yet at its end.
enum Frame<'t> {
    List { start: usize, flow: bool, items: Vec<Node<'t>> },
    Map { start: usize, flow: bool, entries: Vec<Entry<'t>>, key: Option<(Cow<'t, str>, Range<usize>)>, known: Known },
}

struct Tree<'r, 't> {
    reader: &'r Reader,
    text: &'t str,
    skipped: usize,
    frames: Vec<Frame<'t>>,
    root: Option<Node<'t>>,
    values: usize,
    documents: usize,
    /// The keys that lead to the last node with an anchor, whose name comes behind it.
    anchored: String,
}

impl<'t> Tree<'_, 't> {
    fn event(&mut self, event: Event<'t>, span: &Span) -> Result<(), Box<YamlError>> {
        let bytes = self.bytes(span);
        if event.is_node() && event.anchor_id().is_some() {
            self.anchored = self.path_with(None);
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(self.fault(Fault::SecondDocument, bytes));
                }
            }
            Event::Anchor(_, name) => {
                let fault = Fault::Anchor(name.into_owned());
                return Err(YamlError::at(fault, self.text, bytes, std::mem::take(&mut self.anchored)));
            }
            Event::UnresolvedAlias(name) => return Err(self.fault(Fault::Alias(name.into_owned()), bytes)),
            Event::Alias(_) => {
                let name = self.text.get(bytes.clone()).unwrap_or_default().trim_start_matches('*').to_owned();
                return Err(self.fault(Fault::Alias(name), bytes));
            }
            Event::Scalar(mut text, style, _, tag) => {
                self.untagged(tag.as_deref(), span)?;
                // The parser says `~` for what is not there.
                if style == ScalarStyle::Plain && text == "~" && self.text.get(bytes.clone()) != Some("~") {
                    text = Cow::Borrowed("");
                }
                self.scalar(text, style, bytes)?;
            }
            Event::SequenceStart(style, _, tag) => {
                self.untagged(tag.as_deref(), span)?;
                self.open(&bytes)?;
                let flow = style == StructureStyle::Flow;
                self.frames.push(Frame::List { start: bytes.start, flow, items: Vec::new() });
            }
            Event::MappingStart(style, _, tag) => {
                self.untagged(tag.as_deref(), span)?;
                self.open(&bytes)?;
                let flow = style == StructureStyle::Flow;
                let known = Known::default();
                self.frames.push(Frame::Map { start: bytes.start, flow, entries: Vec::new(), key: None, known });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(frame) = self.frames.pop() {
                    let node = closed(frame, bytes.end);
                    self.attach(node)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A list or map begins: not as a key, not too deep.
    fn open(&mut self, bytes: &Range<usize>) -> Result<(), Box<YamlError>> {
        if self.awaits_key() {
            return Err(self.fault(Fault::ComplexKey, bytes.clone()));
        }
        if self.frames.len() >= self.reader.depth {
            return Err(self.fault(Fault::TooDeep { limit: self.reader.depth }, bytes.clone()));
        }
        Ok(())
    }

    fn scalar(&mut self, text: Cow<'t, str>, style: ScalarStyle, bytes: Range<usize>) -> Result<(), Box<YamlError>> {
        if self.awaits_key() {
            return self.key(text, style, bytes);
        }
        let (form, span) = match style {
            ScalarStyle::Plain if text.is_empty() => (Form::Plain, self.nowhere(bytes.start)),
            ScalarStyle::Plain => (Form::Plain, bytes),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => (Form::Quoted, bytes),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let block = self.text.get(bytes.clone()).unwrap_or_default();
                (Form::Text, bytes.start..bytes.start + block.trim_end_matches([' ', '\n', '\r']).len())
            }
        };
        self.attach(Node { span, content: Content::Scalar(Scalar { text, form }) })
    }

    fn key(&mut self, text: Cow<'t, str>, style: ScalarStyle, bytes: Range<usize>) -> Result<(), Box<YamlError>> {
        let plain = style == ScalarStyle::Plain;
        let fault = match text.as_ref() {
            "" | "~" if plain => Some(Fault::ComplexKey),
            "<<" if plain => Some(Fault::MergeKey),
            _ if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) => Some(Fault::ComplexKey),
            long if long.len() > LONGEST_KEY => Some(Fault::LongKey),
            _ => None,
        };
        if let Some(fault) = fault {
            return Err(self.fault(fault, bytes));
        }
        let Some(Frame::Map { entries, key, known, .. }) = self.frames.last_mut() else { return Ok(()) };
        let first = if known.is_new(&text, entries) {
            *key = Some((text, bytes));
            return Ok(());
        } else {
            entries.iter().find(|entry| entry.key == text).map_or(0, |entry| entry.key_span.start)
        };
        let first = self.text.as_bytes().iter().take(first).filter(|&&b| b == b'\n').count() + 1;
        let path = self.path_with(Some(&text));
        Err(YamlError::at(Fault::DuplicateKey { key: text.into_owned(), first }, self.text, bytes, path))
    }

    /// Puts a finished node where it belongs.
    fn attach(&mut self, node: Node<'t>) -> Result<(), Box<YamlError>> {
        self.values += 1;
        if self.values > self.reader.values {
            return Err(self.fault(Fault::TooMany { limit: self.reader.values }, node.span));
        }
        match self.frames.last_mut() {
            Some(Frame::List { items, .. }) => items.push(node),
            Some(Frame::Map { entries, key, .. }) => {
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry { key, key_span, node });
                }
            }
            None => {
                let found = match &node.content {
                    Content::Map(_) => {
                        self.root = Some(node);
                        return Ok(());
                    }
                    Content::Scalar(scalar) if scalar.is_null() && scalar.text.is_empty() => return Ok(()),
                    Content::Scalar(_) => "a text",
                    Content::List(_) => "a list",
                };
                return Err(self.fault(Fault::NotAMap { found }, node.span));
            }
        }
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Map { key: None, .. }))
    }

    /// The span of a value that is not there: behind its key, where it has one.
    fn nowhere(&self, at: usize) -> Range<usize> {
        match self.frames.last() {
            Some(Frame::Map { key: Some((_, span)), .. }) => span.end..span.end,
            _ => at..at,
        }
    }

    fn untagged(&self, tag: Option<&Tag>, span: &Span) -> Result<(), Box<YamlError>> {
        let Some(tag) = tag else { return Ok(()) };
        let bytes = span.tag_span().map_or_else(|| self.bytes(span), |span| self.bytes(&span));
        Err(self.fault(Fault::Tag(tag.original()), bytes))
    }

    fn bytes(&self, span: &Span) -> Range<usize> {
        let at = |offset: Option<usize>| (offset.unwrap_or_default() + self.skipped).min(self.text.len());
        let (start, end) = (at(span.start.byte_offset()), at(span.end.byte_offset()));
        start..end.max(start)
    }

    fn fault(&self, fault: Fault, span: Range<usize>) -> Box<YamlError> {
        YamlError::at(fault, self.text, span, self.path_with(None))
    }

    /// The keys that lead here, and `last`.
    fn path_with(&self, last: Option<&str>) -> String {
        let steps = self.frames.iter().filter_map(|frame| match frame {
            Frame::List { items, .. } => Some(Cow::Owned(items.len().to_string())),
            Frame::Map { key, .. } => key.as_ref().map(|(key, _)| Cow::Borrowed(key.as_ref())),
        });
        let steps: Vec<Cow<'_, str>> = steps.chain(last.map(Cow::Borrowed)).collect();
        steps.join(".")
    }

    fn scan_error(&self, error: &ScanError) -> Box<YamlError> {
        let at = (error.marker().byte_offset().unwrap_or_default() + self.skipped).min(self.text.len());
        let fault = named(error.kind(), self.reader.depth);
        let inside = matches!(self.frames.last(), Some(Frame::List { flow: true, .. } | Frame::Map { flow: true, .. }));
        let fault = if inside && fault == Fault::Colon { Fault::Bracket } else { fault };
        let at = match fault {
            Fault::Tab => self.tab_before(at),
            Fault::OpenQuote => self.quote_before(at),
            _ => at,
        };
        let end = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |c| at + c.len_utf8());
        self.fault(fault, at..end)
    }

    /// The last quote sign that stands not behind `at`.
    fn quote_before(&self, at: usize) -> usize {
        let before = self.text.get(..at + 1).or_else(|| self.text.get(..at)).unwrap_or_default();
        before.rfind(['"', '\'']).unwrap_or(at)
    }

    /// The first tab of the line, where one stands before `at`.
    fn tab_before(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        before[line..].find('\t').map_or(at, |tab| line + tab)
    }
}

fn closed(frame: Frame<'_>, end: usize) -> Node<'_> {
    match frame {
        Frame::List { start, flow, items } => {
            let ends = items.first().zip(items.last()).map(|(first, last)| first.span.start..last.span.end);
            let span = ends.filter(|_| !flow).unwrap_or(start..end);
            Node { span, content: Content::List(items) }
        }
        Frame::Map { start, flow, entries, .. } => {
            let ends =
                entries.first().zip(entries.last()).map(|(first, last)| first.key_span.start..last.node.span.end);
            let span = ends.filter(|_| !flow).unwrap_or(start..end);
            Node { span, content: Content::Map(entries) }
        }
    }
}

/// The parser's faults by what a person did.
fn named(kind: &ErrorKind, limit: usize) -> Fault {
    use ErrorKind as K;
    match kind {
        K::RecursionLimitExceeded => Fault::TooDeep { limit },
        K::TabNotAllowed
        | K::TabInBlockIndentation
        | K::TabAtBlockScalarStart
        | K::TabInIndentation
        | K::TabInPlainScalar => Fault::Tab,
        K::UnclosedQuotedScalar | K::DocumentIndicatorInQuotedScalar | K::InvalidQuotedScalarIndent => Fault::OpenQuote,
        K::MisplacedFlowCollectionEnd
        | K::MismatchedFlowCollectionEnd { .. }
        | K::UnclosedFlowCollection { .. }
        | K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::ExpectedFlowMappingSeparator
        | K::ExpectedFlowSequenceSeparator => Fault::Bracket,
        K::MappingKeyNotAllowed | K::MappingValueNotAllowed | K::InvalidColonPlacement => Fault::Colon,
        K::SimpleKeyExpected | K::ExpectedBlockMappingKey | K::InvalidSimpleKey | K::ExpectedDocumentStart => {
            Fault::NoColon
        }
        K::InvalidIndentation
        | K::BlockSequenceEntryNotAllowed
        | K::ExpectedBlockSequenceEntry
        | K::InvalidFlowScalarIndent
        | K::InvalidBlockScalarIndent => Fault::Indentation,
        K::UnexpectedCharacter { character } => Fault::Reserved(*character),
        K::BomInsideDocument => Fault::Control('\u{FEFF}'),
        other => Fault::Syntax(other.to_string()),
    }
}

/// The keys of a map, to see at once that one is new.
#[derive(Default)]
pub(super) struct Known {
    /// A bit for each way a key so far begins, ends and is long.
    shapes: u64,
    /// All keys, once there are many.
    many: HashSet<String>,
}

impl Known {
    /// Whether `key` is none of `entries`, and notes it.
    pub(super) fn is_new(&mut self, key: &str, entries: &[Entry<'_>]) -> bool {
        const FEW: usize = 64;
        if entries.len() >= FEW {
            if self.many.is_empty() {
                self.many.extend(entries.iter().map(|entry| entry.key.to_string()));
            }
            return self.many.insert(key.to_owned());
        }
        let bytes = key.as_bytes();
        let ends = bytes.first().zip(bytes.last()).map_or(0, |(first, last)| usize::from(first ^ last.rotate_left(3)));
        let bit = 1_u64 << ((ends.wrapping_mul(7) + bytes.len()) % 64);
        let shape_is_new = self.shapes & bit == 0;
        self.shapes |= bit;
        shape_is_new || entries.iter().all(|entry| entry.key != key)
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, read};
    use crate::locale::Lang;
    use crate::record::yaml::error::Fault;

    fn fault(text: &[u8]) -> (Fault, usize, usize, String) {
        let error = read(text).expect_err("refused");
        (error.fault, error.line, error.column, error.key)
    }

    #[test]
    fn what_yaml_has_beside_scalars_lists_and_maps_is_refused_with_its_place() {
        let s = str::to_owned;
        let mut wrong = Vec::new();
        for (text, expected, line, column, key) in [
            ("a: &x 1\n", Fault::Anchor(s("x")), 1, 4, "a"),
            ("a:\n  - 1\n  - *x\n", Fault::Alias(s("x")), 3, 5, "a.1"),
            ("a: &x 1\nb: *x\n", Fault::Anchor(s("x")), 1, 4, "a"),
            ("a:\n  <<: {b: 1}\n", Fault::MergeKey, 2, 3, "a"),
            ("remedies:\n  - amount: 1\n  - amount: !!str 2\n", Fault::Tag(s("!!str")), 3, 13, "remedies.1.amount"),
            ("a: !x\n  b: 1\n", Fault::Tag(s("!x")), 1, 4, "a"),
            ("a: 1\nb: 2\n\"a\": 3\n", Fault::DuplicateKey { key: s("a"), first: 1 }, 3, 1, "a"),
            ("x:\n  a: 1\n  a: 2\n", Fault::DuplicateKey { key: s("a"), first: 2 }, 3, 3, "x.a"),
            ("a: 1\n---\nb: 2\n", Fault::SecondDocument, 2, 1, ""),
            ("? [a]\n: 1\n", Fault::ComplexKey, 1, 3, ""),
            ("? {a: 1}\n: 1\n", Fault::ComplexKey, 1, 3, ""),
            (": 1\n", Fault::ComplexKey, 1, 1, ""),
            ("", Fault::Empty, 1, 1, ""),
            ("# nothing\n", Fault::Empty, 1, 1, ""),
            ("---\n...\n", Fault::Empty, 1, 1, ""),
            ("- a\n", Fault::NotAMap { found: "a list" }, 1, 3, ""),
            ("投诉\n", Fault::NotAMap { found: "a text" }, 1, 1, ""),
            ("a: 投\u{1}诉\n", Fault::Control('\u{1}'), 1, 5, ""),
            ("a: 1\nb: \0\n", Fault::Control('\0'), 2, 4, ""),
            ("a: x\u{FEFF}\n", Fault::Control('\u{FEFF}'), 1, 5, ""),
            ("\u{FEFF}a: 1\n", Fault::ByteOrderMark, 1, 1, ""),
            ("a: 1\r\n", Fault::CarriageReturn, 1, 5, ""),
            ("a: 1\rb: 2\n", Fault::Control('\r'), 1, 5, ""),
            ("a:\n\tb: 1\n", Fault::Tab, 2, 1, "a"),
            ("a: \"x\n", Fault::OpenQuote, 1, 4, "a"),
            ("a: [x\nb: 1\n", Fault::Bracket, 2, 2, "a.0"),
            ("a: b: c\n", Fault::Colon, 1, 5, ""),
            ("a: 1\nsome words\n", Fault::NoColon, 2, 1, ""),
            ("a: @x\n", Fault::Reserved('@'), 1, 4, "a"),
        ] {
            let (found, expected) = (fault(text.as_bytes()), (expected, line, column, s(key)));
            if found != expected {
                wrong.push(format!("{text:?}: {found:?}, expected {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_too_much_is_refused() {
        assert_eq!(fault(&[b'a'; (1 << 20) + 1]).0, Fault::TooLarge { size: (1 << 20) + 1, limit: 1 << 20 });
        let nested = |depth: usize| format!("a: {}{}\n", "[".repeat(depth), "]".repeat(depth));
        assert!(read(nested(15).as_bytes()).is_ok());
        assert_eq!(fault(nested(16).as_bytes()).0, Fault::TooDeep { limit: 16 });
        assert_eq!(fault(nested(9_000).as_bytes()).0, Fault::TooDeep { limit: 16 });
        let many = format!("a: [{}1]\n", "1, ".repeat(50_000));
        assert_eq!(fault(many.as_bytes()).0, Fault::TooMany { limit: 50_000 });
        assert_eq!(fault(format!("{}: 1\n", "a".repeat(129)).as_bytes()).0, Fault::LongKey);
    }

    #[test]
    fn other_encodings_are_recognised() {
        let (gb, ..) = encoding_rs::GB18030.encode("id: 1\nproduct: 不锈钢阀门\n");
        let error = read(&gb).expect_err("GB18030");
        assert_eq!(error.fault, Fault::NotUtf8 { offset: 15, instead: Some("GB18030") });
        assert_eq!((error.line, error.column), (2, 10));
        assert!(error.help(Lang::Zh).contains("iconv -f GB18030"), "{}", error.help(Lang::Zh));
        assert_eq!(fault(b"a: \xE9t\xE9 \xFF\n").0, Fault::NotUtf8 { offset: 3, instead: None });
        assert_eq!(fault(b"\xFF\xFEa\0:\0 \x001\0").0, Fault::NotUtf8 { offset: 0, instead: Some("UTF-16LE") });
    }

    #[test]
    fn hand_edits_may_have_marks_and_other_line_ends() {
        let text = "\u{FEFF}a: 1\r\nb: |\r\n  x\r\n  y\r\n";
        let document = Reader::of_hand_edits().read(text.as_bytes()).expect("taken");
        assert_eq!(document.root.get("b").and_then(|b| b.as_scalar()).map(|b| b.text.as_ref()), Some("x\ny\n"));
        let a = document.root.get("a").expect("a");
        assert_eq!(&text[a.span.clone()], "1");
        assert_eq!(Reader::of_hand_edits().read(b"a: 1\rb").expect_err("a bare CR").fault, Fault::Control('\r'));
    }

    #[test]
    fn any_style_is_read_as_written() {
        let text = "---\n{a: no, 'b': 'it''s', \"c\": \"\\u6295\", d: [1.10, 007, 12:30], e: {f: ~, g: , h: \"\"}}\n";
        let document = read(text.as_bytes()).expect("valid");
        let said = |key: &str| document.root.get(key).and_then(|node| node.as_scalar()).map(|s| s.text.to_string());
        assert_eq!((said("a"), said("b"), said("c")), (Some("no".into()), Some("it's".into()), Some("投".into())));
        let e = document.root.get("e").expect("e");
        let null = |key: &str| e.get(key).and_then(|node| node.as_scalar()).map(|s| (s.is_null(), s.text.to_string()));
        assert_eq!(null("f"), Some((true, "~".into())));
        assert_eq!(null("g"), Some((true, String::new())));
        assert_eq!(null("h"), Some((false, String::new())));
        let place = document.place("x.yaml", document.root.get("d").expect("d").span.clone(), "d");
        assert_eq!((place.line, place.column, &text[place.span.clone()]), (2, 41, "[1.10, 007, 12:30]"));
        let folded = read(b"a: >\n  one\n  two\n\n  three\nb: x\n  y\n").expect("valid");
        assert_eq!(crate::record::yaml::write(&folded.root), "a: |\n  one two\n  three\nb: x y\n");
    }

    #[test]
    fn comments_are_found_and_nothing_else() {
        let text = "# top\na: 1 # right\nb: \"# no\"\nc: |\n  # no\nd: x#no\n  # within\ne: [1, # in\n  2]\n# end";
        let said: Vec<(usize, String)> =
            read(text.as_bytes()).expect("valid").comments.iter().map(|c| (c.line, c.text.to_string())).collect();
        let expected = [(1, "top"), (2, "right"), (7, "within"), (8, "in"), (10, "end")];
        assert_eq!(said, expected.map(|(line, text)| (line, text.to_owned())));
    }

    #[test]
    fn a_full_width_colon_is_named_in_the_help() {
        let error = read("a: 1\n产品：阀门\n".as_bytes()).expect_err("no colon");
        assert_eq!((error.line, &error.fault), (2, &Fault::NoColon));
        let problem = error.problem("complaints/x.yaml", Lang::Zh);
        assert_eq!(problem.to_string(), "complaints/x.yaml:2: 此处应为“键: 值” (请把全角“：”改为半角冒号加空格“: ”)");
    }
}
