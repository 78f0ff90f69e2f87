//! Entries of a record's file that neither its kind nor this program knows. A newer program wrote them, or the kind had
//! the field in another clone. They are kept as they stand, so that an older clone loses nothing when it writes the
//! record.

use std::ops::Range;

use super::yaml::{self, Content, Document, Entry, Node, Reader};
use super::{Record, Value};

/// An entry that nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Where it stands: the place of the known entry before it, counted from 1 in declared order; 0 before all.
    pub(super) behind: u16,
    /// Its key.
    pub key: String,
    /// Key and value as they stand in the file, with the last line break.
    pub text: String,
}

/// Where an entry of an event stands that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Within {
    /// Among the entries of the event.
    Event,
    /// Among those of its `was`.
    Was,
    /// Among those of its `had`.
    Had,
    /// Among those of its `overruled`.
    Overruled,
}

impl Within {
    /// All of them, in their order.
    pub(super) const ALL: [Within; 4] = [Within::Event, Within::Was, Within::Had, Within::Overruled];
}

/// The last place among fields: behind all that a record has.
pub(super) const LAST: u16 = u16::MAX;

impl Unknown {
    /// The entry as it stands in a document. `column` is where canonical text has its key. A key at another column,
    /// a comment in it, or text that does not read alone as it reads there: then it is written anew.
    pub(super) fn of(document: &Document<'_>, entry: &Entry<'_>, behind: u16, column: usize) -> Unknown {
        let text = verbatim(document.text, &entry.key_span, entry.node.span.end, column)
            .filter(|text| reads_as(text, column, &entry.node) && !holds_comment(document, &entry.key_span, text))
            .unwrap_or_else(|| written(entry, column));
        Unknown { behind, key: entry.key.to_string(), text }
    }

    /// The keys that only one of both has, or that have another text there. Each once, in their order.
    pub fn differing<'u>(one: &'u [Unknown], other: &'u [Unknown]) -> impl Iterator<Item = &'u str> {
        let text = |of: &'u [Unknown], key: &str| of.iter().find(|unknown| unknown.key == key).map(|found| &found.text);
        let of_one = one.iter().filter(move |unknown| text(other, &unknown.key) != Some(&unknown.text));
        let of_other = other.iter().filter(move |unknown| text(one, &unknown.key).is_none());
        of_one.chain(of_other).map(|unknown| unknown.key.as_str())
    }

    /// Puts entries of both lines of a merge in the order of a file.
    pub fn sort(all: &mut [Unknown]) {
        all.sort_by_key(|unknown| unknown.behind);
    }

    /// The value of an entry at the left edge of its file.
    pub(super) fn read(&self) -> Option<Node<'static>> {
        let document = Reader::of_hand_edits().read(self.text.as_bytes()).ok()?;
        document.root.get(&self.key).cloned().map(Node::into_owned)
    }

    /// The entry of a record as an entry of an event's `overruled`.
    pub(super) fn indented(&self, behind: usize) -> Unknown {
        let behind = u16::try_from(behind).unwrap_or(LAST);
        let document = Reader::of_hand_edits().read(self.text.as_bytes());
        let lines = document.ok().and_then(|document| Some(written(document.root.as_map()?.first()?, 6)));
        Unknown { behind, key: self.key.clone(), text: lines.unwrap_or_else(|| self.text.clone()) }
    }

    /// The entry for a file that is written.
    pub(super) fn node(&self) -> (String, Node<'_>) {
        (self.key.clone(), Node { span: 0..0, content: Content::Verbatim(self.text.as_str().into()) })
    }
}

/// Known entries with the unknown ones where they stood. Each known entry has its place, counted from 1.
pub(super) fn between<'r, K: Into<String>>(
    known: impl IntoIterator<Item = (u16, (K, Node<'r>))>,
    unknown: impl IntoIterator<Item = &'r Unknown>,
) -> Vec<(String, Node<'r>)> {
    let mut unknown = unknown.into_iter().peekable();
    let mut all = Vec::new();
    for (at, (key, node)) in known {
        while let Some(before) = unknown.next_if(|unknown| unknown.behind < at) {
            all.push(before.node());
        }
        all.push((key.into(), node));
    }
    all.extend(unknown.map(Unknown::node));
    all
}

/// The lines of an entry whose key stands at `column`.
fn verbatim(text: &str, key: &Range<usize>, end: usize, column: usize) -> Option<String> {
    let begin = text[..key.start].rfind('\n').map_or(0, |at| at + 1);
    let end = end.max(key.end);
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let lines = text.get(key.start..line_end).filter(|lines| key.start - begin == column && !lines.contains('\r'))?;
    Some(format!("{lines}\n"))
}

/// Whether the lines alone hold the same value.
fn reads_as(lines: &str, column: usize, node: &Node<'_>) -> bool {
    // below a key of its own, because lines at the left edge would end it
    let (head, pad) = if column == 0 { ("", String::new()) } else { ("in:\n", " ".repeat(column)) };
    let text = format!("{head}{pad}{lines}");
    let Ok(document) = Reader::of_hand_edits().read(text.as_bytes()) else { return false };
    let inner = if column == 0 { Some(&document.root) } else { document.root.get("in") };
    matches!(inner.and_then(Node::as_map), Some([one]) if one.node.says_the_same(node))
}

/// Whether a comment stands in these lines. A file is written without its comments.
fn holds_comment(document: &Document<'_>, key: &Range<usize>, lines: &str) -> bool {
    let first = 1 + document.text[..key.start].matches('\n').count();
    let within = first..first + lines.matches('\n').count();
    document.comments.iter().any(|comment| within.contains(&comment.line))
}

/// The entry in canonical form.
fn written(entry: &Entry<'_>, column: usize) -> String {
    let mut node = Node::map([(entry.key.clone(), entry.node.clone())]);
    for _ in 0..column / 2 {
        node = Node::map([("in", node)]);
    }
    let text = yaml::write(&node);
    let lines: Vec<&str> = text.split_inclusive('\n').skip(column / 2).collect();
    lines.concat().trim_start_matches(' ').to_owned()
}

impl Value {
    /// Takes over what nobody knows from the rows of the list, or from the group, that this value replaces. A row is
    /// found again by its first filled field, which names it.
    pub fn inherit(&mut self, old: &Value) {
        match (self, old) {
            (Value::List(rows), Value::List(before)) => {
                let named = |row: &Value| match row {
                    Value::Group(fields) => fields.iter().next().map(|(field, value)| (field, value.clone())),
                    _ => None,
                };
                for row in rows {
                    let name = named(row);
                    if let Some(was) = before.iter().find(|was| name.is_some() && named(was) == name) {
                        row.inherit(was);
                    }
                }
            }
            (Value::Group(fields), Value::Group(before)) if fields.unknown().is_empty() => {
                fields.keep(before.unknown().to_vec());
            }
            _ => {}
        }
    }
}

impl Record {
    /// Every entry of the file that nobody knows: those of the record, of groups in its fields, and of its events.
    pub fn unknown(&self) -> Vec<&Unknown> {
        let mut all = Vec::new();
        self.fields.collect_unknown(&mut all);
        all.extend(self.entries().flat_map(|entry| entry.event().unknown.iter().map(|(_, unknown)| unknown)));
        all
    }
}
