//! The history of a record: its events and what they keep.

use super::{Decoder, Key, no_field, whose};
use crate::calendar::Moment;
use crate::label;
use crate::locale::messages::{LoadText, StoredText};
use crate::place::did_you_mean;
use crate::place::toml::nearest;
use crate::record::unknown::Within;
use crate::record::yaml::{Entry, Node};
use crate::record::{Event, Field, Id, Overruled, Shape, Type, Unknown, Value, ValueError, parse_time};

/// What an event can have, in the order of the file.
pub(in crate::record) const EVENT: [&str; 16] = [
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

/// An event and, if it was overruled, the values that it would have set.
type Told = (Event, Option<Vec<(String, Value)>>);

impl Decoder<'_> {
    pub(super) fn history(&self, root: &[Entry<'_>], shape: &Shape) -> Option<(Vec<Event>, Vec<Overruled>)> {
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
        let (mut unknown, mut behind) = (Vec::new(), 0);
        for entry in entries {
            match EVENT.iter().position(|key| *key == entry.key) {
                Some(at) => {
                    found[at] = Some(entry);
                    behind = behind.max(at + 1);
                }
                None => {
                    let help = nearest(&entry.key, EVENT).map(did_you_mean);
                    let message = label!(StoredText::EventHasNo, key = entry.key);
                    unknown.push((Within::Event, self.stranger(entry, behind, &path, message, help)));
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
        let mut kept = |within, strangers: Vec<Unknown>| unknown.extend(strangers.into_iter().map(|one| (within, one)));
        let (was, strangers) =
            was.map(|entry| self.was(&entry.node, Key::Name(&path, "was"), shape)).unwrap_or_default();
        kept(Within::Was, strangers);
        let (had, strangers) =
            had.map(|entry| self.had(&entry.node, Key::Name(&path, "had"), shape)).unwrap_or_default();
        kept(Within::Had, strangers);
        let holds = holds.map(|entry| self.holds(&entry.node, Key::Name(&path, "holds"))).unwrap_or_default();
        let (at, by, step) = (time(must(at, "at"), "at"), person(must(by, "by"), "by"), must(step, "step"));
        let values = overruled.map(|entry| {
            let (values, strangers) = self.was(&entry.node, Key::Name(&path, "overruled"), shape);
            kept(Within::Overruled, strangers);
            values
        });
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
            unknown: unknown.into_boxed_slice(),
        };
        Some((event, values))
    }

    /// Values of fields that an event keeps: what they held before it, or what it would have set.
    fn was(&self, node: &Node<'_>, path: Key<'_>, shape: &Shape) -> (Vec<(String, Value)>, Vec<Unknown>) {
        self.former(node, path, shape, |field, node, key| self.value(&field.ty, node, key))
    }

    /// How many lines lists had before an event.
    fn had(&self, node: &Node<'_>, path: Key<'_>, shape: &Shape) -> (Vec<(String, usize)>, Vec<Unknown>) {
        self.former(node, path, shape, |field, node, key| {
            if !matches!(field.ty, Type::List(_)) {
                return self.wrong(&node.span, key, StoredText::Former, None);
            }
            match self.value(&Type::Count, node, key)? {
                Value::Count(lines) => usize::try_from(lines).ok(),
                _ => None,
            }
        })
    }

    /// What an event keeps under the names of fields. Fields that the kind does not know are kept beside it.
    fn former<T>(
        &self,
        node: &Node<'_>,
        path: Key<'_>,
        shape: &Shape,
        read: impl Fn(&Field, &Node<'_>, Key<'_>) -> Option<T>,
    ) -> (Vec<(String, T)>, Vec<Unknown>) {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        let Some(entries) = node.as_map() else {
            self.wrong::<()>(&node.span, path, StoredText::Former, None);
            return (known, unknown);
        };
        for entry in entries {
            match shape.field_id(&entry.key).map(|id| shape.field(id)) {
                Some(field) => {
                    let value = read(field, &entry.node, Key::Name(&path, &entry.key));
                    known.extend(value.map(|value| (field.name.clone(), value)));
                }
                None => {
                    let (message, help) = no_field(shape, &entry.key);
                    unknown.push(self.stranger(entry, known.len(), &path, message, help));
                }
            }
        }
        (known, unknown)
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
