//! What is refused in a file of YAML, and where.

use std::ops::Range;
use std::sync::Arc;

use crate::locale::{Label, Lang};
use crate::place::{Lines, Place, Problem};

use super::help;

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// More bytes than a record may have.
    #[error("the file has {size} bytes, more than the {limit} that a record may have")]
    TooLarge {
        /// Bytes of the file.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The file is empty or has only comments.
    #[error("the file is empty")]
    Empty,
    /// The bytes are not UTF-8.
    #[error("byte {offset} is not UTF-8")]
    NotUtf8 {
        /// The first wrong byte, counted from 0.
        offset: usize,
        /// The encoding that the bytes seem to have, as a name that `iconv -f` accepts.
        instead: Option<&'static str>,
    },
    /// A byte order mark at the start.
    #[error("the file begins with a byte order mark")]
    ByteOrderMark,
    /// Lines that end in CR LF.
    #[error("lines end in CR LF")]
    CarriageReturn,
    /// A character that YAML does not allow unescaped.
    #[error("the character U+{:04X} may not stand here", u32::from(*.0))]
    Control(char),
    /// The document is a scalar or a list.
    #[error("a record is a list of `key: value` lines, this is {found}")]
    NotAMap {
        /// `a list` or `a text`.
        found: &'static str,
    },
    /// `&name`.
    #[error("anchors such as `&{0}` are not read")]
    Anchor(String),
    /// `*name`.
    #[error("aliases such as `*{0}` are not read")]
    Alias(String),
    /// `<<: …`.
    #[error("merge keys (`<<`) are not read")]
    MergeKey,
    /// `!tag`.
    #[error("tags such as `{0}` are not read")]
    Tag(String),
    /// A key that the map already has.
    #[error("`{key}` stands twice, first in line {first}")]
    DuplicateKey {
        /// The key.
        key: String,
        /// Line of its first entry.
        first: usize,
    },
    /// A key that is a list, a map or nothing.
    #[error("a key must be a word")]
    ComplexKey,
    /// A key of more than [`super::LONGEST_KEY`] bytes.
    #[error("a key has more than {} bytes", super::LONGEST_KEY)]
    LongKey,
    /// A second document behind `---`.
    #[error("a second document begins here")]
    SecondDocument,
    /// Lists and maps are nested too deeply.
    #[error("lists and groups are nested more than {limit} deep")]
    TooDeep {
        /// Levels allowed.
        limit: usize,
    },
    /// More values than a record may have.
    #[error("the file has more than {limit} values")]
    TooMany {
        /// Values allowed.
        limit: usize,
    },
    /// A tab where only spaces indent.
    #[error("a tab indents this line")]
    Tab,
    /// A quote that is never closed.
    #[error("a quote is not closed")]
    OpenQuote,
    /// A bracket that is never closed, or that is closed by the wrong one.
    #[error("brackets do not match")]
    Bracket,
    /// A second `: ` in a line, or an entry where none can begin.
    #[error("a `key: value` cannot stand here")]
    Colon,
    /// A line without a colon among those that have one.
    #[error("a `key: value` is expected here")]
    NoColon,
    /// A line that begins further right or left than its neighbours.
    #[error("the line is indented wrongly")]
    Indentation,
    /// A character such as `@` or `%` at the start of a text.
    #[error("a text without quotes cannot begin with `{0}`")]
    Reserved(char),
    /// Any other YAML error, in the parser's words.
    #[error("not valid YAML: {0}")]
    Syntax(String),
}

impl Fault {
    /// What is wrong, one sentence without a full stop. The English is the same as `Display`.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.to_string(),
            Lang::Zh => help::message_zh(self),
        }
    }
}

/// A fault and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {fault} ({})", help::help(&self.fault, self.full_width_colon, Lang::En))]
pub struct YamlError {
    /// What is wrong.
    pub fault: Fault,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes of the file.
    pub span: Range<usize>,
    /// The key with those above it, such as `remedies.1.amount`; empty at the top.
    pub key: String,
    /// Whether the line has a full-width `：`, the usual slip of a Chinese keyboard.
    full_width_colon: bool,
}

impl YamlError {
    /// A fault at a byte range of a text.
    pub(super) fn at(fault: Fault, text: &str, span: Range<usize>, key: String) -> Box<Self> {
        let place = Lines::new("", text).place(span, "");
        let line = text.split('\n').nth(place.line - 1).unwrap_or_default();
        let full_width_colon = line.contains('：');
        Box::new(YamlError { fault, line: place.line, column: place.column, span: place.span, key, full_width_colon })
    }

    /// A fault in bytes that are not text; the column counts bytes.
    pub(super) fn at_byte(fault: Fault, bytes: &[u8], offset: usize) -> Box<Self> {
        let before = bytes.get(..offset).unwrap_or(bytes);
        let start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
        let span = offset.min(bytes.len())..(offset + 1).min(bytes.len());
        let column = before.len() - start + 1;
        Box::new(YamlError { fault, line, column, span, key: String::new(), full_width_colon: false })
    }

    /// What to do.
    pub fn help(&self, lang: Lang) -> String {
        help::help(&self.fault, self.full_width_colon, lang)
    }

    /// The place in `file`, a path from the top of the book.
    pub fn place(&self, file: impl Into<Arc<str>>) -> Place {
        Place {
            file: file.into(),
            line: self.line,
            column: self.column,
            span: self.span.clone(),
            key: Arc::from(self.key.as_str()),
        }
    }

    /// The problem to report.
    pub fn problem(&self, file: impl Into<Arc<str>>) -> Problem {
        Problem::new(self.place(file), Label::each(|lang| self.fault.message(lang)))
            .help(Label::each(|lang| self.help(lang)))
    }
}
