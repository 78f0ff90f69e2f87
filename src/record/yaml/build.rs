//! From the parser's events to a tree: nesting and keys. Everything that is not a scalar, list or map is refused.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, ScalarStyle, ScanError, Span, StructureStyle, Tag};

use super::LONGEST_KEY;
use super::error::{Fault, YamlError};
use super::read::Reader;
use super::tree::{Content, Entry, Form, Node, Scalar};

/// A list or map whose end was not read yet.
enum Frame<'t> {
    List { start: usize, flow: bool, items: Vec<Node<'t>> },
    Map { start: usize, flow: bool, entries: Vec<Entry<'t>>, key: Option<(Cow<'t, str>, Range<usize>)>, known: Known },
}

/// The tree that events grow into.
pub(super) struct Tree<'r, 't> {
    reader: &'r Reader,
    text: &'t str,
    skipped: usize,
    frames: Vec<Frame<'t>>,
    pub(super) root: Option<Node<'t>>,
    values: usize,
    documents: usize,
    /// The keys that lead to the last node with an anchor. The anchor's name is reported after the node.
    anchored: String,
}

impl<'r, 't> Tree<'r, 't> {
    /// A tree before anything was read. `skipped` bytes of the text come before its first event.
    pub(super) fn new(reader: &'r Reader, text: &'t str, skipped: usize) -> Self {
        let (frames, anchored) = (Vec::new(), String::new());
        Tree { reader, text, skipped, frames, root: None, values: 0, documents: 0, anchored }
    }

    pub(super) fn event(&mut self, event: Event<'t>, span: &Span) -> Result<(), Box<YamlError>> {
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
                // The parser reports `~` for a missing value.
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

    /// Begins a list or map. It may not be a key, and not be nested too deeply.
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
                    Content::List(_) | Content::Verbatim(_) => "a list",
                };
                return Err(self.fault(Fault::NotAMap { found }, node.span));
            }
        }
        Ok(())
    }

    fn awaits_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Map { key: None, .. }))
    }

    /// The span of a missing value: right after its key if it has one.
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

    /// The keys that lead to this place, followed by `last`.
    fn path_with(&self, last: Option<&str>) -> String {
        let steps = self.frames.iter().filter_map(|frame| match frame {
            Frame::List { items, .. } => Some(Cow::Owned(items.len().to_string())),
            Frame::Map { key, .. } => key.as_ref().map(|(key, _)| Cow::Borrowed(key.as_ref())),
        });
        let steps: Vec<Cow<'_, str>> = steps.chain(last.map(Cow::Borrowed)).collect();
        steps.join(".")
    }

    pub(super) fn scan_error(&self, error: &ScanError) -> Box<YamlError> {
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

    /// The last quote sign at or before `at`.
    fn quote_before(&self, at: usize) -> usize {
        let before = self.text.get(..at + 1).or_else(|| self.text.get(..at)).unwrap_or_default();
        before.rfind(['"', '\'']).unwrap_or(at)
    }

    /// The tab that caused the fault. It is the first of the line if one stands before `at`, else the next one that
    /// indents a line: the parser stops at the end of the text before it.
    fn tab_before(&self, at: usize) -> usize {
        let (before, behind) = self.text.split_at_checked(at).unwrap_or_default();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let indents = |start: usize| {
            let line = self.text.get(start..).unwrap_or_default();
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            line.get(..indent).and_then(|indent| indent.find('\t')).map(|tab| start + tab)
        };
        let earlier = before.get(line..).and_then(|line| line.find('\t')).map(|tab| line + tab);
        let mut later = behind.match_indices('\n').map(|(end, _)| at + end + 1);
        earlier.or_else(|| later.find_map(indents)).unwrap_or(at)
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

/// The parser's fault, named by the mistake that a person made.
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

/// The keys of a map, to find out quickly whether a key is new.
#[derive(Default)]
pub(super) struct Known {
    /// A bit for each combination of beginning, end and length among the keys so far.
    shapes: u64,
    /// All keys, once there are many.
    many: HashSet<String>,
}

impl Known {
    /// Whether `key` is none of `entries`. Remembers the key.
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
