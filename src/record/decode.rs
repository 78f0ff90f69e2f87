//! From a tree of raw scalars to a record. The type of its field decides how a scalar is read, not YAML's guess.

pub(super) mod event;

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use super::unknown::LAST;
use super::yaml::{Content, Document, Entry, Node, Reader, Scalar};
use super::{Fields, Id, Record, Shape, Type, Unknown, Value, ValueError};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, StoredText};
use crate::place::toml::nearest;
use crate::place::{Lines, Place, Problem, Problems, did_you_mean};

/// What every record has. No field may have one of these names.
pub const HEADER: [&str; 5] = ["id", "kind", "state", "rules", "history"];

/// A record as it was read, with the comments that its canonical file would lose, and with what nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The record.
    pub record: Record,
    /// Line and text of each comment.
    pub comments: Vec<(usize, String)>,
    file: Arc<str>,
    /// Each entry that nobody knows, with the problem that it is where a hand wrote it.
    unknown: Vec<(Unknown, Problem)>,
}

impl Decoded {
    /// The problems of entries that nobody knows and that `tip` does not have, or that `tip` has and that are gone.
    /// They are kept as they are. So a hand neither adds nor changes nor removes them.
    pub fn strange(&self, tip: Option<&Record>) -> Vec<Problem> {
        let mut known = tip.map(Record::unknown).unwrap_or_default();
        let mut found = Vec::new();
        for (unknown, problem) in &self.unknown {
            match known.iter().position(|known| known.key == unknown.key && known.text == unknown.text) {
                Some(at) => {
                    known.swap_remove(at);
                }
                None => found.push(problem.clone()),
            }
        }
        let changed = |key: &str| self.unknown.iter().any(|(unknown, _)| unknown.key == key);
        let of_record = tip.map(|tip| tip.fields.unknown()).unwrap_or_default();
        let gone = of_record.iter().map(|unknown| unknown.key.as_str()).filter(|key| !changed(key));
        found.extend(gone.map(|key| {
            let place = Place { key: key.into(), ..Place::of_file(&*self.file) };
            Problem::new(place, label!(StoredText::UnknownGone, name = key)).help(StoredText::UnknownDo)
        }));
        found
    }
}

impl Record {
    /// Reads the record of a file by the shape of its kind.
    ///
    /// # Errors
    /// If anything in the file is wrong: every problem, in the order of its lines.
    pub fn read(bytes: &[u8], file: &str, shape: &Shape) -> Result<Self, Vec<Problem>> {
        decode(bytes, file, shape, &Reader::default()).map(|decoded| decoded.record)
    }

    /// Reads a record without the entries whose values do not fit the fields of these names, and those entries. A field
    /// can have been declared after records had such an entry. `None` if there are none, or if anything else is wrong.
    pub fn read_without_misfits(bytes: &[u8], file: &str, shape: &Shape) -> Option<(Self, Vec<Unknown>)> {
        let document = Reader::default().read(bytes).ok()?;
        let mut decoder = Decoder { leaves_misfits: true, ..Decoder::of(&document, file) };
        let record = decoder.record(shape).filter(|_| decoder.problems.is_empty())?;
        let misfits = std::mem::take(&mut decoder.misfits).into_inner();
        (!misfits.is_empty()).then_some((record, misfits))
    }
}

/// Reads a record with the strictness of `reader`, and says what comments there are.
///
/// # Errors
/// If anything in the file is wrong: every problem, in the order of its lines.
pub fn decode(bytes: &[u8], file: &str, shape: &Shape, reader: &Reader) -> Result<Decoded, Vec<Problem>> {
    // marks of a merge can stand in places where YAML allows nothing
    let unread = |problem| vec![Problem::of_merge(file, bytes).unwrap_or(problem)];
    let document = reader.read(bytes).map_err(|error| unread(error.problem(file)))?;
    let decoder = Decoder::of(&document, file);
    let record = decoder.record(shape);
    match record {
        Some(record) if decoder.problems.is_empty() => {
            let comments = document.comments.iter().map(|comment| (comment.line, comment.text.to_string()));
            let comments = comments.collect();
            Ok(Decoded { record, comments, file: decoder.file, unknown: decoder.unknown.into_inner() })
        }
        _ => Err(decoder.problems.into_sorted()),
    }
}

/// The key of a value, such as `remedies.0.amount`. It becomes text only for a problem.
#[derive(Clone, Copy)]
enum Key<'k> {
    Top,
    Name(&'k Key<'k>, &'k str),
    Item(&'k Key<'k>, usize),
}

impl Key<'_> {
    /// The column of the keys below it in a canonical file.
    fn column(self) -> usize {
        match self {
            Key::Top => 0,
            Key::Name(before, _) | Key::Item(before, _) => before.column() + 2,
        }
    }
}

impl std::fmt::Display for Key<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Key::Top => Ok(()),
            Key::Name(Key::Top, name) => out.write_str(name),
            Key::Name(before, name) => write!(out, "{before}.{name}"),
            Key::Item(before, number) => write!(out, "{before}.{number}"),
        }
    }
}

/// The place for a problem about something that the record lacks: its `kind` entry, or else its first entry.
pub fn whose(root: &[Entry<'_>]) -> Range<usize> {
    let entry = root.iter().find(|entry| entry.key == "kind").or(root.first());
    entry.map_or(0..0, |entry| entry.key_span.start..entry.node.span.end)
}

struct Decoder<'d> {
    document: &'d Document<'d>,
    file: Arc<str>,
    problems: Problems,
    /// What nobody knows, with its problem.
    unknown: RefCell<Vec<(Unknown, Problem)>>,
    /// Whether entries of the record that do not fit their fields are left out.
    leaves_misfits: bool,
    /// Those entries.
    misfits: RefCell<Vec<Unknown>>,
}

impl<'d> Decoder<'d> {
    fn of(document: &'d Document<'d>, file: &str) -> Self {
        Decoder {
            document,
            file: Arc::from(file),
            problems: Problems::new(),
            unknown: RefCell::default(),
            leaves_misfits: false,
            misfits: RefCell::default(),
        }
    }

    /// Whether a value does not fit its type.
    fn is_misfit(&self, ty: &Type, entry: &Entry<'_>) -> bool {
        let alone = Decoder::of(self.document, &self.file);
        alone.value(ty, &entry.node, Key::Name(&Key::Top, &entry.key));
        !alone.problems.is_empty()
    }

    fn wrong<T>(
        &self,
        span: &Range<usize>,
        key: impl std::fmt::Display,
        message: impl Into<Label>,
        help: Option<Label>,
    ) -> Option<T> {
        self.problems.push(self.problem(span, key, message, help));
        None
    }

    fn problem(
        &self,
        span: &Range<usize>,
        key: impl std::fmt::Display,
        message: impl Into<Label>,
        help: Option<Label>,
    ) -> Problem {
        let place = Lines::new(self.file.clone(), self.document.text).place(span.clone(), key.to_string());
        Problem::new(place, message).help_if(help)
    }

    /// An entry that nobody knows, behind the known entry of this place. `path` is what it belongs to.
    fn stranger(
        &self,
        entry: &Entry<'_>,
        behind: usize,
        path: &Key<'_>,
        message: Label,
        help: Option<Label>,
    ) -> Unknown {
        let behind = u16::try_from(behind).unwrap_or(LAST);
        let unknown = Unknown::of(self.document, entry, behind, path.column());
        let problem = self.problem(&entry.key_span, Key::Name(path, &entry.key), message, help);
        self.unknown.borrow_mut().push((unknown.clone(), problem));
        unknown
    }

    fn record(&self, shape: &Shape) -> Option<Record> {
        let root = self.document.root.as_map()?;
        let fields = self.fields(shape, root, Key::Top);
        let kind = self.header(root, "kind");
        if let Some((node, kind)) = &kind
            && *kind != shape.name
        {
            let help = label!(StoredText::KindOfFolder, folder = shape.folder, kind = shape.name);
            self.wrong::<()>(&node.span, "kind", label!(StoredText::KindOther, kind = kind), Some(help));
        }
        let id = self.header(root, "id").and_then(|(node, text)| match text.parse::<Id>() {
            Ok(id) if id.path(&shape.folder) == *self.file => Some(id),
            Ok(id) => {
                let help = label!(StoredText::IdElsewhere, path = id.path(&shape.folder));
                self.wrong(&node.span, "id", label!(StoredText::IdPath, id = id), Some(help))
            }
            Err(error) => self.wrong(&node.span, "id", error.label(), None),
        });
        let state = self.header(root, "state").and_then(|(node, state)| match shape.state(state) {
            Some(_) => Some(state.to_owned()),
            None => {
                let near = nearest(state, shape.states().iter().map(|state| state.name.as_str()));
                let message = label!(StoredText::KindState, of = shape.name, name = state);
                self.wrong(&node.span, "state", message, near.map(did_you_mean))
            }
        });
        let rules = match self.optional(root, "rules") {
            Some((node, text)) if text.is_empty() || !text.bytes().all(|b| b.is_ascii_hexdigit()) => {
                self.wrong(&node.span, "rules", StoredText::Rules, None)
            }
            rules => rules.map(|(_, text)| text.to_owned()),
        };
        let (history, overruled) = self.history(root, shape)?;
        Some(Record { id: id?, kind: kind?.1.to_owned(), state: state?, rules, fields, history, overruled })
    }

    fn header<'n>(&self, root: &'n [Entry<'_>], key: &str) -> Option<(&'n Node<'n>, &'n str)> {
        let found = self.optional(root, key);
        if found.is_none() && !root.iter().any(|entry| entry.key == key) {
            self.wrong::<()>(&whose(root), key, label!(LoadText::Absent, key = key), None);
        }
        found
    }

    fn optional<'n>(&self, entries: &'n [Entry<'_>], key: &str) -> Option<(&'n Node<'n>, &'n str)> {
        entries.iter().find(|entry| entry.key == key).and_then(|entry| self.scalar_of(entry))
    }

    fn scalar_of<'n>(&self, entry: &'n Entry<'_>) -> Option<(&'n Node<'n>, &'n str)> {
        match entry.node.as_scalar() {
            Some(scalar) => Some((&entry.node, &*scalar.text)),
            None => self.wrong(&entry.node.span, &entry.key, StoredText::OneValue, None),
        }
    }

    /// The values of a record or group. What its shape does not know is kept beside them.
    fn fields(&self, shape: &Shape, entries: &[Entry<'_>], path: Key<'_>) -> Fields {
        let (mut fields, mut unknown) = (Fields::with_capacity(entries.len()), Vec::new());
        let mut behind = 0;
        for entry in entries {
            if matches!(path, Key::Top) && HEADER.contains(&entry.key.as_ref()) {
                // the history is the last entry of a record
                behind = if entry.key == "history" { usize::from(LAST) } else { behind };
                continue;
            }
            match shape.field_id(&entry.key) {
                Some(id) => {
                    behind = behind.max(id.index() + 1);
                    let ty = &shape.field(id).ty;
                    if self.leaves_misfits && matches!(path, Key::Top) && self.is_misfit(ty, entry) {
                        self.misfits.borrow_mut().push(Unknown::of(self.document, entry, 0, path.column()));
                        continue;
                    }
                    if let Some(value) = self.value(ty, &entry.node, Key::Name(&path, &entry.key)) {
                        fields.set(id, value);
                    }
                }
                None => {
                    let (message, help) = no_field(shape, &entry.key);
                    unknown.push(self.stranger(entry, behind, &path, message, help));
                }
            }
        }
        fields.keep(unknown);
        fields
    }

    /// The value of a node by its type. `None` if there is no value, or if it is wrong; then a problem was noted.
    fn value(&self, ty: &Type, node: &Node<'_>, key: Key<'_>) -> Option<Value> {
        match (ty, &node.content) {
            (Type::List(element), Content::List(items)) => {
                let read = |(i, item)| self.value(element, item, Key::Item(&key, i));
                Some(Value::List(items.iter().enumerate().filter_map(read).collect()))
            }
            (_, Content::Scalar(scalar)) if is_nothing(ty, scalar) => None,
            (Type::List(_), Content::Scalar(_)) => {
                self.wrong(&node.span, key, StoredText::List, Some(StoredText::AsList.into()))
            }
            (Type::Group(shape), Content::Map(entries)) => Some(Value::Group(self.fields(shape, entries, key))),
            (Type::Group(shape), _) => {
                let names: Vec<&str> = shape.fields().iter().map(|field| field.name.as_str()).collect();
                self.wrong(&node.span, key, label!(StoredText::Group, names = names.join(", ")), None)
            }
            (ty, Content::Scalar(scalar)) => self.scalar(ty, scalar, node, key),
            (ty, _) => self.wrong(&node.span, key, ValueError::NotScalar(ty.name()).label(), None),
        }
    }

    fn scalar(&self, ty: &Type, scalar: &Scalar<'_>, node: &Node<'_>, key: Key<'_>) -> Option<Value> {
        match Value::from_stored(ty, &scalar.text) {
            Ok(value) => Some(value),
            Err(ValueError::Empty) => None,
            Err(error) => {
                let near = match &error {
                    ValueError::Choice(said, names) => nearest(said, names.iter().map(String::as_str)),
                    _ => None,
                };
                self.wrong(&node.span, key, error.label(), near.map(did_you_mean))
            }
        }
    }
}

/// That the kind has no such field, and the one that is probably meant.
fn no_field(shape: &Shape, name: &str) -> (Label, Option<Label>) {
    let near = nearest(name, shape.fields().iter().map(|field| field.name.as_str()));
    let help = near.map_or_else(|| StoredText::UnknownDo.into(), did_you_mean);
    (label!(StoredText::KindField, of = shape.name, name = name), Some(help))
}

/// Whether a bare scalar means "no value". In a text field, `null` and `~` are ordinary words.
fn is_nothing(ty: &Type, scalar: &Scalar<'_>) -> bool {
    scalar.is_null() && (scalar.text.is_empty() || !matches!(ty, Type::Text))
}
