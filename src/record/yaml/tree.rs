//! The tree between bytes and records: raw scalars, lists and maps in the order of the file, each with its span.

use std::borrow::Cow;
use std::ops::Range;

/// How a scalar is written in the file, or is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Without quotes: a value with a type of its own, such as a date, an instant, a count or a flag. It is written
    /// in quotes only if it cannot be bare at all.
    Plain,
    /// Text. When read, it was a literal block. It is written bare, quoted or as a literal block, so that every
    /// reader finds the same text.
    Text,
    /// In quotes, even if it needs none: money is written so.
    Quoted,
}

/// A scalar as its characters, before its type is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar<'t> {
    /// The characters, with escapes and folding undone.
    pub text: Cow<'t, str>,
    /// How it stands in the file.
    pub form: Form,
}

impl Scalar<'_> {
    /// Whether it means "no value": bare, and empty, `~` or `null`.
    pub fn is_null(&self) -> bool {
        self.form == Form::Plain && matches!(self.text.as_ref(), "" | "~" | "null" | "Null" | "NULL")
    }
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content<'t> {
    /// A single value.
    Scalar(Scalar<'t>),
    /// Nodes in order.
    List(Vec<Node<'t>>),
    /// Keys and nodes in order; no key appears twice.
    Map(Vec<Entry<'t>>),
    /// Only for writing: the lines of a whole entry of a map, from its key to its last line break, as they shall
    /// stand.
    Verbatim(Cow<'t, str>),
}

/// A value with the bytes that it was read from; `0..0` if it was not read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node<'t> {
    /// The bytes in the file. For quotes and brackets they are included. A literal block goes from its first
    /// character to its last character that is not a line break.
    pub span: Range<usize>,
    /// What stands there.
    pub content: Content<'t>,
}

/// A key of a map and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'t> {
    /// The key.
    pub key: Cow<'t, str>,
    /// Bytes of the key, quotes included.
    pub key_span: Range<usize>,
    /// The value.
    pub node: Node<'t>,
}

impl<'t> Node<'t> {
    /// A scalar that has a type of its own and is written bare.
    pub fn plain(text: impl Into<Cow<'t, str>>) -> Self {
        Node::scalar(text, Form::Plain)
    }

    /// A text; it is quoted if a reader could take it for something else.
    pub fn text(text: impl Into<Cow<'t, str>>) -> Self {
        Node::scalar(text, Form::Text)
    }

    /// A text that is always written in quotes.
    pub fn quoted(text: impl Into<Cow<'t, str>>) -> Self {
        Node::scalar(text, Form::Quoted)
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Node<'t>>) -> Self {
        Node { span: 0..0, content: Content::List(items.into_iter().collect()) }
    }

    /// A map. The caller makes sure that keys are distinct and not longer than [`super::LONGEST_KEY`].
    pub fn map<K: Into<Cow<'t, str>>>(entries: impl IntoIterator<Item = (K, Node<'t>)>) -> Self {
        let entry = |(key, node): (K, Node<'t>)| Entry { key: key.into(), key_span: 0..0, node };
        Node { span: 0..0, content: Content::Map(entries.into_iter().map(entry).collect()) }
    }

    fn scalar(text: impl Into<Cow<'t, str>>, form: Form) -> Self {
        Node { span: 0..0, content: Content::Scalar(Scalar { text: text.into(), form }) }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar<'t>> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar),
            Content::List(_) | Content::Map(_) | Content::Verbatim(_) => None,
        }
    }

    /// The items, if it is a list.
    pub fn as_list(&self) -> Option<&[Node<'t>]> {
        match &self.content {
            Content::List(items) => Some(items),
            Content::Scalar(_) | Content::Map(_) | Content::Verbatim(_) => None,
        }
    }

    /// The entries, if it is a map.
    pub fn as_map(&self) -> Option<&[Entry<'t>]> {
        match &self.content {
            Content::Map(entries) => Some(entries),
            Content::Scalar(_) | Content::List(_) | Content::Verbatim(_) => None,
        }
    }

    /// The value under `key`, if it is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node<'t>> {
        self.as_map()?.iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// The same tree without borrowed text.
    pub fn into_owned(self) -> Node<'static> {
        let content = match self.content {
            Content::Scalar(Scalar { text, form }) => {
                Content::Scalar(Scalar { text: Cow::Owned(text.into_owned()), form })
            }
            Content::List(items) => Content::List(items.into_iter().map(Node::into_owned).collect()),
            Content::Map(entries) => Content::Map(entries.into_iter().map(Entry::into_owned).collect()),
            Content::Verbatim(lines) => Content::Verbatim(Cow::Owned(lines.into_owned())),
        };
        Node { span: self.span, content }
    }

    /// Whether both hold the same values in the same forms; spans are ignored.
    pub fn says_the_same(&self, other: &Node<'_>) -> bool {
        match (&self.content, &other.content) {
            (Content::Scalar(a), Content::Scalar(b)) => a.form == b.form && a.text == b.text,
            (Content::List(a), Content::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_the_same(b))
            }
            (Content::Map(a), Content::Map(b)) => {
                let same = |(a, b): (&Entry<'_>, &Entry<'_>)| a.key == b.key && a.node.says_the_same(&b.node);
                a.len() == b.len() && a.iter().zip(b).all(same)
            }
            _ => false,
        }
    }
}

impl Entry<'_> {
    fn into_owned(self) -> Entry<'static> {
        Entry { key: Cow::Owned(self.key.into_owned()), key_span: self.key_span, node: self.node.into_owned() }
    }
}
