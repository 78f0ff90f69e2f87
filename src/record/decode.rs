//! From a tree of raw scalars to a record. The type of its field decides how a scalar is read, not YAML's guess.

use std::ops::Range;
use std::sync::Arc;

use super::yaml::{Content, Document, Entry, Node, Reader, Scalar};
use super::{Event, Fields, Id, Overruled, Record, Shape, Type, Value, ValueError, parse_time};
use crate::calendar::Moment;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LoadText, StoredText};
use crate::place::toml::nearest;
use crate::place::{Lines, Problem, Problems, did_you_mean};

/// What every record has. No field may have one of these names.
pub const HEADER: [&str; 5] = ["id", "kind", "state", "rules", "history"];
const EVENT: [&str; 16] = [
    "at",
    "noted",
    "by",
    "for",
    "entered",
    "step",
    "to",
    "running",
    "via",
    "key",
    "set",
    "was",
    "had",
    "holds",
    "overruled",
    "note",
];

/// A record as it was read, with the comments that its canonical file would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The record.
    pub record: Record,
    /// Line and text of each comment.
    pub comments: Vec<(usize, String)>,
}

impl Record {
    /// Reads the record of a file by the shape of its kind.
    ///
    /// # Errors
    /// If anything in the file is wrong: every problem, in the order of its lines.
    pub fn read(bytes: &[u8], file: &str, shape: &Shape) -> Result<Self, Vec<Problem>> {
        decode(bytes, file, shape, &Reader::default()).map(|decoded| decoded.record)
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
    let decoder = Decoder { document: &document, file: Arc::from(file), problems: Problems::new() };
    let record = decoder.record(shape);
    match record {
        Some(record) if decoder.problems.is_empty() => {
            let comments = document.comments.iter().map(|comment| (comment.line, comment.text.to_string()));
            Ok(Decoded { record, comments: comments.collect() })
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

/// An event and, if it was overruled, the values that it would have set.
type Told = (Event, Option<Vec<(String, Value)>>);

struct Decoder<'d> {
    document: &'d Document<'d>,
    file: Arc<str>,
    problems: Problems,
}

impl Decoder<'_> {
    fn wrong<T>(
        &self,
        span: &Range<usize>,
        key: impl std::fmt::Display,
        message: impl Into<Label>,
        help: Option<Label>,
    ) -> Option<T> {
        let place = Lines::new(self.file.clone(), self.document.text).place(span.clone(), key.to_string());
        self.problems.push(Problem::new(place, message).help_if(help));
        None
    }

    fn record(&self, shape: &Shape) -> Option<Record> {
        let root = self.document.root.as_map()?;
        let mut fields = Fields::with_capacity(root.len().saturating_sub(HEADER.len()));
        for entry in root.iter().filter(|entry| !HEADER.contains(&entry.key.as_ref())) {
            self.field(shape, entry, Key::Top, &mut fields);
        }
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

    fn field(&self, shape: &Shape, entry: &Entry<'_>, path: Key<'_>, fields: &mut Fields) {
        let key = Key::Name(&path, &entry.key);
        let Some(id) = shape.field_id(&entry.key) else {
            let near = nearest(&entry.key, shape.fields().iter().map(|field| field.name.as_str()));
            let message = label!(StoredText::KindField, of = shape.name, name = entry.key);
            self.wrong::<()>(&entry.key_span, key, message, near.map(did_you_mean));
            return;
        };
        if let Some(value) = self.value(&shape.field(id).ty, &entry.node, key) {
            fields.set(id, value);
        }
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
            (Type::Group(shape), Content::Map(entries)) => {
                let mut fields = Fields::with_capacity(entries.len());
                for entry in entries {
                    self.field(shape, entry, key, &mut fields);
                }
                Some(Value::Group(fields))
            }
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

    fn history(&self, root: &[Entry<'_>], shape: &Shape) -> Option<(Vec<Event>, Vec<Overruled>)> {
        let Some(entry) = root.iter().find(|entry| entry.key == "history") else {
            return self.wrong(&whose(root), "history", label!(LoadText::Absent, key = "history"), None);
        };
        let Some(items) = entry.node.as_list().filter(|items| !items.is_empty()) else {
            return self.wrong(&entry.node.span, "history", StoredText::History, None);
        };
        let read =
            |(i, item): (usize, &Node<'_>)| self.event(item, Key::Item(&Key::Name(&Key::Top, "history"), i), shape);
        let (mut history, mut overruled) = (Vec::with_capacity(items.len()), Vec::new());
        // every event is read, so that every problem is found
        let mut complete = true;
        for read in items.iter().enumerate().map(read) {
            match read {
                Some((event, None)) => history.push(event),
                Some((event, Some(values))) => overruled.push(Overruled { after: history.len(), event, values }),
                None => complete = false,
            }
        }
        if history.is_empty() && complete {
            return self.wrong(&entry.node.span, "history", StoredText::History, None);
        }
        complete.then_some((history, overruled))
    }

    fn event<'n>(&self, node: &'n Node<'_>, path: Key<'_>, shape: &Shape) -> Option<Told> {
        let Some(entries) = node.as_map() else {
            return self.wrong(&node.span, path, StoredText::Event, None);
        };
        // looks at each key only once, because a book has far more events than records
        let mut found: [Option<&Entry<'_>>; EVENT.len()] = [None; EVENT.len()];
        for entry in entries {
            match EVENT.iter().position(|key| *key == entry.key) {
                Some(at) => found[at] = Some(entry),
                None => {
                    let help = nearest(&entry.key, EVENT).map(did_you_mean);
                    let key = Key::Name(&path, &entry.key);
                    self.wrong::<()>(&entry.key_span, key, label!(StoredText::EventHasNo, key = entry.key), help);
                }
            }
        }
        let [at, noted, by, for_, entered, step, to, running, via, key, set, was, had, holds, overruled, note] = found;
        let text = |entry: Option<&'n Entry<'_>>| entry.and_then(|entry| self.scalar_of(entry));
        let must = |entry: Option<&'n Entry<'_>>, key: &str| {
            let found = text(entry);
            if found.is_none() {
                self.wrong::<()>(&node.span, Key::Name(&path, key), label!(StoredText::EventLacks, key = key), None);
            }
            found
        };
        let time = |found: Option<(&Node<'_>, &str)>, key: &str| -> Option<Moment> {
            let (node, text) = found?;
            let wrong = |error: ValueError| self.wrong(&node.span, Key::Name(&path, key), error.label(), None);
            parse_time(text).map_or_else(wrong, Some)
        };
        let person = |found: Option<(&Node<'_>, &str)>, key: &str| -> Option<Id> {
            let (node, text) = found?;
            match text.parse::<Id>() {
                Ok(id) if id.is_person() => Some(id),
                _ => self.wrong(&node.span, Key::Name(&path, key), label!(StoredText::NoPersonId, text = text), None),
            }
        };
        let to = text(to).and_then(|(node, to)| match shape.state(to) {
            Some(_) => Some(to.to_owned()),
            None => {
                let message = label!(StoredText::KindState, of = shape.name, name = to);
                self.wrong(&node.span, Key::Name(&path, "to"), message, None)
            }
        });
        let running = text(running).is_some_and(|(node, text)| match text {
            "true" => true,
            _ => self
                .wrong::<bool>(
                    &node.span,
                    Key::Name(&path, "running"),
                    label!(StoredText::EventRunning, text = text),
                    None,
                )
                .unwrap_or_default(),
        });
        let set = set.map(|entry| {
            let names = entry.node.as_list().unwrap_or_default().iter().filter_map(Node::as_scalar);
            names.map(|scalar| scalar.text.to_string()).collect::<Vec<_>>()
        });
        let was = was.map(|entry| self.was(&entry.node, Key::Name(&path, "was"), shape)).unwrap_or_default();
        let had = had.map(|entry| self.had(&entry.node, Key::Name(&path, "had"), shape)).unwrap_or_default();
        let holds = holds.map(|entry| self.holds(&entry.node, Key::Name(&path, "holds"))).unwrap_or_default();
        let (at, by, step) = (time(must(at, "at"), "at"), person(must(by, "by"), "by"), must(step, "step"));
        let values = overruled.map(|entry| self.was(&entry.node, Key::Name(&path, "overruled"), shape));
        let event = Event {
            at: at?,
            noted: time(text(noted), "noted"),
            by: by?,
            for_: person(text(for_), "for"),
            entered: person(text(entered), "entered"),
            step: step?.1.to_owned(),
            to,
            running,
            via: text(via).map(|(_, text)| text.to_owned()),
            key: text(key).map(|(_, text)| text.to_owned()),
            set: set.unwrap_or_default(),
            was,
            had,
            holds,
            note: text(note).map(|(_, text)| text.to_owned()),
        };
        Some((event, values))
    }

    /// Values of fields that an event keeps: what they held before it, or what it would have set.
    fn was(&self, node: &Node<'_>, path: Key<'_>, shape: &Shape) -> Vec<(String, Value)> {
        let Some(entries) = node.as_map() else {
            self.wrong::<()>(&node.span, path, StoredText::Former, None);
            return Vec::new();
        };
        let read = |entry: &Entry<'_>| {
            let key = Key::Name(&path, &entry.key);
            let field = shape.field_id(&entry.key).map(|id| shape.field(id));
            match field {
                Some(field) => Some((field.name.clone(), self.value(&field.ty, &entry.node, key)?)),
                None => {
                    let message = label!(StoredText::KindField, of = shape.name, name = entry.key);
                    self.wrong(&entry.key_span, key, message, None)
                }
            }
        };
        entries.iter().filter_map(read).collect()
    }

    /// How many lines lists had before an event.
    fn had(&self, node: &Node<'_>, path: Key<'_>, shape: &Shape) -> Vec<(String, usize)> {
        let Some(entries) = node.as_map() else {
            self.wrong::<()>(&node.span, path, StoredText::Former, None);
            return Vec::new();
        };
        let read = |entry: &Entry<'_>| {
            let key = Key::Name(&path, &entry.key);
            let field = shape.field_id(&entry.key).map(|id| shape.field(id));
            let Some(field) = field.filter(|field| matches!(field.ty, Type::List(_))) else {
                let message = label!(StoredText::KindField, of = shape.name, name = entry.key);
                return self.wrong(&entry.key_span, key, message, None);
            };
            match self.value(&Type::Count, &entry.node, key)? {
                Value::Count(lines) => Some((field.name.clone(), usize::try_from(lines).ok()?)),
                _ => None,
            }
        };
        entries.iter().filter_map(read).collect()
    }

    /// Which conditions of deadlines held after an event. The names belong to the rules that the record is judged by.
    /// A reader of files does not know these rules, so any name is taken.
    fn holds(&self, node: &Node<'_>, path: Key<'_>) -> Vec<(String, bool)> {
        let Some(entries) = node.as_map() else {
            self.wrong::<()>(&node.span, path, StoredText::Held, None);
            return Vec::new();
        };
        let read = |entry: &Entry<'_>| match self.value(&Type::Bool, &entry.node, Key::Name(&path, &entry.key))? {
            Value::Bool(holds) => Some((entry.key.to_string(), holds)),
            _ => None,
        };
        entries.iter().filter_map(read).collect()
    }
}

/// Whether a bare scalar means "no value". In a text field, `null` and `~` are ordinary words.
fn is_nothing(ty: &Type, scalar: &Scalar<'_>) -> bool {
    scalar.is_null() && (scalar.text.is_empty() || !matches!(ty, Type::Text))
}
