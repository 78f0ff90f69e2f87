//! The fast path: a reader for exactly what [`super::write`] makes, about ten times as fast as a parser. It answers
//! only if it is certain. Its answer then equals the parser's, including every span. Property tests check that.

use std::borrow::Cow;
use std::ops::Range;

use super::LONGEST_KEY;
use super::build::Known;
use super::tree::{Content, Entry, Form, Node, Scalar};

/// Reads canonical text that was screened. `None` means only that the parser is needed.
pub(super) fn canonical(text: &str, depth: usize, values: usize) -> Option<Node<'_>> {
    if !text.ends_with('\n') {
        return None;
    }
    let mut cursor = Cursor { text, bytes: text.as_bytes(), at: 0, values };
    let root = cursor.map(0, depth)?;
    (cursor.at == text.len()).then_some(root)
}

struct Cursor<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// The next byte: the first of a line, or of an item after its dash.
    at: usize,
    /// Values still allowed.
    values: usize,
}

/// Whether a bare key may have this byte here; YAML allows more.
const fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte >= 0x80
}

impl<'t> Cursor<'t> {
    /// Reads a map at `indent`, beginning at its first key.
    fn map(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        let depth = depth.checked_sub(1)?;
        // a record has about twenty fields; an event or a line has fewer
        let mut entries: Vec<Entry<'t>> = Vec::with_capacity(if indent == 0 { 24 } else { 8 });
        let mut known = Known::default();
        loop {
            let key_span = self.key()?;
            let key = Cow::Borrowed(self.text.get(key_span.clone())?);
            if !known.is_new(&key, &entries) {
                return None;
            }
            self.at = key_span.end + 1;
            let node = if self.bytes.get(self.at) == Some(&b'\n') {
                self.at += 1;
                self.below(indent, depth, key_span.end)?
            } else {
                self.at += 1;
                self.value(indent, depth)?
            };
            entries.push(Entry { key, key_span, node });
            if !self.next_line(indent) {
                break;
            }
        }
        let span = entries.first()?.key_span.start..entries.last()?.node.span.end;
        self.node(span, Content::Map(entries))
    }

    /// The key at this place. After its colon comes a space or the end of the line.
    fn key(&self) -> Option<Range<usize>> {
        let rest = self.bytes.get(self.at..)?;
        let first = rest.first()?;
        if !(first.is_ascii_alphabetic() || *first >= 0x80) {
            return None;
        }
        let length = rest.iter().position(|&b| !in_key(b))?;
        let fits = length <= LONGEST_KEY && rest[length] == b':' && matches!(rest.get(length + 1), Some(b' ' | b'\n'));
        fits.then_some(self.at..self.at + length)
    }

    /// The value in the lines below `key:`; an empty value if they are not indented.
    fn below(&mut self, indent: usize, depth: usize, key_end: usize) -> Option<Node<'t>> {
        match self.indent() {
            deeper if deeper == indent + 2 => {
                self.at += deeper;
                let list = self.bytes.get(self.at) == Some(&b'-');
                if list { self.list(indent + 2, depth) } else { self.map(indent + 2, depth) }
            }
            same if same <= indent && self.bytes.get(self.at + same) != Some(&b'-') => {
                let scalar = Scalar { text: Cow::Borrowed(""), form: Form::Plain };
                self.node(key_end..key_end, Content::Scalar(scalar))
            }
            _ => None,
        }
    }

    /// Reads a list at `indent`, beginning at its first dash.
    fn list(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        let depth = depth.checked_sub(1)?;
        let mut items: Vec<Node<'t>> = Vec::with_capacity(4);
        loop {
            if self.bytes.get(self.at..self.at + 2)? != b"- " {
                return None;
            }
            self.at += 2;
            let item = if self.key().is_some() { self.map(indent + 2, depth)? } else { self.value(indent, depth)? };
            items.push(item);
            if !self.next_line(indent) {
                break;
            }
        }
        let span = items.first()?.span.start..items.last()?.span.end;
        self.node(span, Content::List(items))
    }

    /// Whether the next line belongs to the collection at `indent`. If so, moves to its first character.
    fn next_line(&mut self, indent: usize) -> bool {
        let belongs = self.at < self.bytes.len() && self.indent() == indent;
        if belongs {
            self.at += indent;
        }
        belongs
    }

    /// Spaces at the start of the line.
    fn indent(&self) -> usize {
        self.bytes[self.at..].iter().take_while(|&&b| b == b' ').count()
    }

    /// The value after `key: ` or `- ` of a collection at `indent`, up to and including the line break.
    fn value(&mut self, indent: usize, depth: usize) -> Option<Node<'t>> {
        match self.bytes.get(self.at)? {
            b'"' => {
                let (span, content) = self.quoted()?;
                self.line_ends()?;
                self.node(span, content)
            }
            b'|' => self.literal(indent + 2),
            b'[' => self.flow(depth),
            b'{' => {
                depth.checked_sub(1)?;
                let span = self.at..self.at + 2;
                (self.bytes.get(span.clone())? == b"{}").then_some(())?;
                self.at = span.end;
                self.line_ends()?;
                self.node(span, Content::Map(Vec::new()))
            }
            _ => {
                let length = self.bytes[self.at..].iter().position(|&b| b == b'\n')?;
                let span = self.at..self.at + length;
                let word = self.bytes.get(span.clone())?;
                plain_is_certain(word).then_some(())?;
                self.at = span.end + 1;
                let text = Cow::Borrowed(self.text.get(span.clone())?);
                self.node(span, Content::Scalar(Scalar { text, form: Form::Plain }))
            }
        }
    }

    fn line_ends(&mut self) -> Option<()> {
        (self.bytes.get(self.at)? == &b'\n').then_some(())?;
        self.at += 1;
        Some(())
    }

    /// A text in double quotes without escapes, on one line.
    fn quoted(&mut self) -> Option<(Range<usize>, Content<'t>)> {
        let start = self.at;
        let length = self.bytes[start + 1..].iter().position(|&b| matches!(b, b'"' | b'\\' | b'\n' | b'\t'))?;
        let end = start + 1 + length;
        (self.bytes[end] == b'"').then_some(())?;
        self.at = end + 1;
        let text = Cow::Borrowed(self.text.get(start + 1..end)?);
        Some((start..end + 1, Content::Scalar(Scalar { text, form: Form::Quoted })))
    }

    /// A list in brackets: bare words and quoted texts, separated by a comma and a space.
    fn flow(&mut self, depth: usize) -> Option<Node<'t>> {
        depth.checked_sub(1)?;
        let start = self.at;
        self.at += 1;
        let mut items = Vec::new();
        if self.bytes.get(self.at) == Some(&b']') {
            self.at += 1;
        } else {
            loop {
                let (span, content) = if self.bytes.get(self.at)? == &b'"' { self.quoted()? } else { self.word()? };
                items.push(self.node(span, content)?);
                self.at += 1;
                match self.bytes.get(self.at - 1)? {
                    b']' => break,
                    b',' if self.bytes.get(self.at)? == &b' ' => self.at += 1,
                    _ => return None,
                }
            }
        }
        let span = start..self.at;
        self.line_ends()?;
        self.node(span, Content::List(items))
    }

    /// A bare word in brackets, made of the characters of ids, names and times.
    fn word(&mut self) -> Option<(Range<usize>, Content<'t>)> {
        let rest = self.bytes.get(self.at..)?;
        let length = rest.iter().position(|&b| matches!(b, b',' | b']' | b'\n'))?;
        let word = &rest[..length];
        let certain = plain_is_certain(word)
            && !word.iter().any(|b| matches!(b, b'[' | b'{' | b'}' | b'?' | b'"' | b'\''))
            && !word.contains(&b':');
        let span = self.at..self.at + length;
        let text = Cow::Borrowed(self.text.get(span.clone()).filter(|_| certain)?);
        self.at = span.end;
        Some((span, Content::Scalar(Scalar { text, form: Form::Plain })))
    }

    /// A literal block whose lines begin at `indent`, without an indentation indicator.
    fn literal(&mut self, indent: usize) -> Option<Node<'t>> {
        let start = self.at;
        let header = self.bytes[start..].iter().position(|&b| b == b'\n')?;
        let chomp = match &self.bytes[start..start + header] {
            b"|" => Chomp::Clip,
            b"|-" => Chomp::Strip,
            b"|+" => Chomp::Keep,
            _ => return None,
        };
        self.at = start + header + 1;
        let mut text: Cow<'t, str> = Cow::Borrowed("");
        let (begin, mut end, mut empty_lines) = (self.at + indent, self.at, 0_usize);
        while self.at < self.bytes.len() {
            let length = self.bytes[self.at..].iter().position(|&b| b == b'\n')?;
            if length == 0 {
                empty_lines += 1;
                self.at += 1;
                continue;
            }
            let spaces = self.indent();
            if spaces < indent {
                (spaces < length).then_some(())?;
                break;
            }
            let line = self.at + indent..self.at + length;
            let first = *self.bytes.get(line.start)?;
            let opens = end == start + header + 1;
            let blank = self.bytes.get(line.clone())?.iter().all(|&b| b == b' ' || b == b'\t');
            if line.is_empty() || blank || first == b'\t' || (opens && (first == b' ' || empty_lines > 0)) {
                return None;
            }
            if opens {
                // The text includes its line break. It is complete if no other line follows.
                text = Cow::Borrowed(self.text.get(line.start..line.end + 1)?);
            } else {
                let whole = text.to_mut();
                whole.extend(std::iter::repeat_n('\n', empty_lines));
                whole.push_str(self.text.get(line.start..line.end + 1)?);
            }
            (end, empty_lines) = (line.end, 0);
            self.at = line.end + 1;
        }
        if text.is_empty() || (empty_lines > 0) != (chomp == Chomp::Keep) {
            return None;
        }
        match chomp {
            Chomp::Clip => {}
            Chomp::Keep => text.to_mut().extend(std::iter::repeat_n('\n', empty_lines)),
            Chomp::Strip => {
                text = match text {
                    Cow::Borrowed(line) => Cow::Borrowed(line.strip_suffix('\n')?),
                    Cow::Owned(mut lines) => {
                        lines.pop();
                        Cow::Owned(lines)
                    }
                }
            }
        }
        let end = end - self.bytes[..end].iter().rev().take_while(|&&b| b == b' ').count();
        self.node(begin..end, Content::Scalar(Scalar { text, form: Form::Text }))
    }

    fn node(&mut self, span: Range<usize>, content: Content<'t>) -> Option<Node<'t>> {
        self.values = self.values.checked_sub(1)?;
        Some(Node { span, content })
    }
}

/// What happens to the line breaks at a block's end.
#[derive(PartialEq, Eq)]
enum Chomp {
    Clip,
    Strip,
    Keep,
}

/// Whether the rest of a line is certainly one bare scalar.
fn plain_is_certain(word: &[u8]) -> bool {
    let (Some(&first), Some(&last)) = (word.first(), word.last()) else { return false };
    let opens = first.is_ascii_alphanumeric()
        || first >= 0x80
        || (matches!(first, b'-' | b'+' | b'.') && word.get(1).is_some_and(u8::is_ascii_digit));
    let mut before = 0;
    let plain = word.iter().all(|&b| {
        let ends = matches!((before, b), (_, b'\t') | (b':', b' ') | (b' ', b'#'));
        before = b;
        !ends
    });
    opens && plain && !matches!(last, b' ' | b':')
}
