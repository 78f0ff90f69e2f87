//! From a record to its canonical file: fields in declared order, empty values left out.

use super::yaml::{self, Node};
use super::{Entry, Event, Fields, Record, Shape, Type, Value, stored_time};

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
        entries.extend(map(&self.fields, shape));
        entries.push(("history".to_owned(), Node::list(self.entries().map(|one| entry(one, shape)))));
        Node::map(entries)
    }
}

/// Only the fields as canonical YAML, without the entries that every record has.
pub fn write_fields(fields: &Fields, shape: &Shape) -> String {
    if fields.is_empty() { String::new() } else { yaml::write(&Node::map(map(fields, shape))) }
}

fn map<'r>(fields: &'r Fields, shape: &Shape) -> Vec<(String, Node<'r>)> {
    let entry = |(id, value): (super::FieldId, &'r Value)| {
        let field = shape.field(id);
        (field.name.clone(), node(value, &field.ty))
    };
    fields.iter().filter(|(_, value)| !value.is_empty()).map(entry).collect()
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

fn named<'r>(values: &'r [(String, Value)], shape: &Shape) -> Node<'r> {
    let held = values.iter().map(|(name, value)| {
        let ty = shape.field_id(name).map(|field| &shape.field(field).ty);
        let held = ty.map_or_else(|| Node::plain(value.stored().unwrap_or_default()), |ty| node(value, ty));
        (name.clone(), held)
    });
    Node::map(held.collect::<Vec<_>>())
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
    if !event.was.is_empty() {
        entries.push(("was", named(&event.was, shape)));
    }
    if !event.had.is_empty() {
        let had = event.had.iter().map(|(name, lines)| (name.clone(), Node::plain(lines.to_string())));
        entries.push(("had", Node::map(had.collect::<Vec<_>>())));
    }
    if !event.holds.is_empty() {
        let holds = event.holds.iter().map(|(name, holds)| (name.clone(), Node::plain(holds.to_string())));
        entries.push(("holds", Node::map(holds.collect::<Vec<_>>())));
    }
    entries.extend(overruled.map(|values| ("overruled", named(values, shape))));
    entries.extend(event.note.iter().map(|note| ("note", Node::text(note.as_str()))));
    Node::map(entries)
}
