//! From a record to its canonical file: fields in declared order, empty values left out.

use super::decode::event::EVENT;
use super::unknown::{Within, between};
use super::yaml::{self, Node};
use super::{Entry, Event, Fields, Record, Shape, Type, Unknown, Value, stored_time};

impl Record {
    /// The canonical text of the record's file.
    pub fn write(&self, shape: &Shape) -> String {
        yaml::write(&self.tree(shape))
    }

    fn tree(&self, shape: &Shape) -> Node<'_> {
        let mut entries = vec![
            ("id".to_owned(), Node::text(self.id.as_str())),
            ("kind".to_owned(), Node::text(self.kind.as_str())),
            ("state".to_owned(), Node::text(self.state.as_str())),
        ];
        entries.extend(self.rules.as_deref().map(|rules| ("rules".to_owned(), Node::text(rules))));
        let history = ("history".to_owned(), Node::list(self.entries().map(|one| entry(one, shape))));
        let fields = known(&self.fields, shape).chain(std::iter::once((super::unknown::LAST, history)));
        entries.extend(between(fields, self.fields.unknown()));
        Node::map(entries)
    }
}

/// Only the fields as canonical YAML, without the entries that every record has.
pub fn write_fields(fields: &Fields, shape: &Shape) -> String {
    if fields.is_empty() { String::new() } else { yaml::write(&Node::map(map(fields, shape))) }
}

fn map<'r>(fields: &'r Fields, shape: &Shape) -> Vec<(String, Node<'r>)> {
    between(known(fields, shape), fields.unknown())
}

/// The fields that have a value, each with its place in declared order, counted from 1.
fn known<'r>(fields: &'r Fields, shape: &Shape) -> impl Iterator<Item = (u16, (String, Node<'r>))> {
    fields.iter().filter(|(_, value)| !value.is_empty()).map(|(id, value)| {
        let field = shape.field(id);
        (id.0.saturating_add(1), (field.name.clone(), node(value, &field.ty)))
    })
}

fn node<'r>(value: &'r Value, ty: &Type) -> Node<'r> {
    match (value, ty) {
        (Value::List(values), Type::List(element)) => Node::list(values.iter().map(|value| node(value, element))),
        (Value::Group(fields), Type::Group(shape)) => Node::map(map(fields, shape)),
        (Value::Text(text), _) => Node::text(text.as_str()),
        (Value::Ref(id), _) => Node::text(id.as_str()),
        (Value::Money(_), _) => Node::quoted(value.stored().unwrap_or_default()),
        (Value::Decimal(_), _) => Node::quoted(value.stored().unwrap_or_default()),
        (Value::File(_), _) => Node::text(value.stored().unwrap_or_default()),
        (value, _) => Node::plain(value.stored().unwrap_or_default()),
    }
}

fn entry<'r>(entry: Entry<'r>, shape: &Shape) -> Node<'r> {
    match entry {
        Entry::Event(one) => event(one, None, shape),
        Entry::Overruled(one) => event(&one.event, Some(&one.values), shape),
    }
}

/// Values with the names of their fields, and what nobody knows beside them.
fn named<'r>(values: &'r [(String, Value)], event: &'r Event, within: Within, shape: &Shape) -> Node<'r> {
    let held = values.iter().map(|(name, value)| {
        let ty = shape.field_id(name).map(|field| &shape.field(field).ty);
        let held = ty.map_or_else(|| Node::plain(value.stored().unwrap_or_default()), |ty| node(value, ty));
        (name.clone(), held)
    });
    Node::map(between((1..).zip(held), unknown(event, within)))
}

fn unknown(event: &Event, within: Within) -> impl Iterator<Item = &Unknown> {
    event.unknown.iter().filter(move |(place, _)| *place == within).map(|(_, unknown)| unknown)
}

fn event<'r>(event: &'r Event, overruled: Option<&'r [(String, Value)]>, shape: &Shape) -> Node<'r> {
    let mut entries: Vec<(&str, Node<'_>)> = vec![("at", Node::plain(stored_time(&event.at)))];
    entries.extend(event.noted.iter().map(|noted| ("noted", Node::plain(stored_time(noted)))));
    entries.push(("by", Node::text(event.by.as_str())));
    entries.extend(event.for_.iter().map(|id| ("for", Node::text(id.as_str()))));
    entries.extend(event.entered.iter().map(|id| ("entered", Node::text(id.as_str()))));
    entries.push(("step", Node::text(event.step.as_str())));
    entries.extend(event.to.iter().map(|to| ("to", Node::text(to.as_str()))));
    if event.running {
        entries.push(("running", Node::plain("true")));
    }
    entries.extend(event.via.iter().map(|via| ("via", Node::text(via.as_str()))));
    entries.extend(event.key.iter().map(|key| ("key", Node::text(key.as_str()))));
    if !event.set.is_empty() {
        entries.push(("set", Node::list(event.set.iter().map(|name| Node::text(name.as_str())))));
    }
    let has = |within| unknown(event, within).next().is_some();
    if !event.was.is_empty() || has(Within::Was) {
        entries.push(("was", named(&event.was, event, Within::Was, shape)));
    }
    if !event.had.is_empty() || has(Within::Had) {
        let had = event.had.iter().map(|(name, lines)| (name.clone(), Node::plain(lines.to_string())));
        entries.push(("had", Node::map(between((1..).zip(had), unknown(event, Within::Had)))));
    }
    if !event.holds.is_empty() {
        let holds = event.holds.iter().map(|(name, holds)| (name.clone(), Node::plain(holds.to_string())));
        entries.push(("holds", Node::map(holds.collect::<Vec<_>>())));
    }
    entries.extend(overruled.map(|values| ("overruled", named(values, event, Within::Overruled, shape))));
    entries.extend(event.note.iter().map(|note| ("note", Node::text(note.as_str()))));
    if !has(Within::Event) {
        return Node::map(entries);
    }
    let place = |key: &str| EVENT.iter().position(|known| *known == key).map_or(0, |at| at + 1);
    let known = entries.into_iter().map(|entry| (u16::try_from(place(entry.0)).unwrap_or_default(), entry));
    Node::map(between(known, unknown(event, Within::Event)))
}
