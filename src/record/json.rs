//! A record as JSON: the same keys as in its file, and values by their type.

use serde_json::{Map, Value as Json, json};

use super::shape::GONE;
use super::yaml::{Content, Node};
use super::{Entry, Event, Fields, Record, Shape, Type, Unknown, Value, stored_time};

impl Record {
    /// The record with the keys of its file, in their order. An entry that nobody knows has texts, lists and maps,
    /// because its type is not known. Amounts and decimals are strings. Fields for which `shown` returns `false` become
    /// `null`; an entry that nobody knows counts as private.
    pub fn json(&self, shape: &Shape, shown: &dyn Fn(&super::Field) -> bool) -> Map<String, Json> {
        let mut map = Map::new();
        map.insert("id".into(), json!(self.id.as_str()));
        map.insert("kind".into(), json!(self.kind));
        map.insert("state".into(), json!(self.state));
        if let Some(rules) = &self.rules {
            map.insert("rules".into(), json!(rules));
        }
        map.extend(fields(&self.fields, shape, shown));
        // nobody knows whether it is private
        let clear = shown(&GONE);
        let value = |unknown: &Unknown| unknown.read().filter(|_| clear).map_or(Json::Null, |node| node.json());
        map.extend(self.fields.unknown().iter().map(|unknown| (unknown.key.clone(), value(unknown))));
        map.insert("history".into(), self.entries().map(|one| entry(one, shape, shown)).collect());
        map
    }
}

impl Value {
    /// The value of a field as JSON, in the form that [`Record::json`] uses.
    pub fn json(&self, ty: &Type, shown: &dyn Fn(&super::Field) -> bool) -> Json {
        json(self, ty, shown)
    }
}

fn fields(fields: &Fields, shape: &Shape, shown: &dyn Fn(&super::Field) -> bool) -> Map<String, Json> {
    let entry = |(id, value): (super::FieldId, &Value)| {
        let field = shape.field(id);
        let json = if shown(field) { json(value, &field.ty, shown) } else { Json::Null };
        (field.name.clone(), json)
    };
    fields.iter().map(entry).collect()
}

fn json(value: &Value, ty: &Type, shown: &dyn Fn(&super::Field) -> bool) -> Json {
    match (value, ty) {
        (Value::List(values), Type::List(element)) => values.iter().map(|value| json(value, element, shown)).collect(),
        (Value::Group(inner), Type::Group(shape)) => Json::Object(fields(inner, shape, shown)),
        (Value::Count(n), _) => json!(n),
        (Value::Bool(yes), _) => json!(yes),
        (value, _) => json!(value.stored()),
    }
}

impl Node<'_> {
    /// The node as JSON, without a type: texts, lists and maps. What means "no value" is `null`.
    pub fn json(&self) -> Json {
        match &self.content {
            Content::Scalar(scalar) if scalar.is_null() => Json::Null,
            Content::Scalar(scalar) => json!(scalar.text),
            Content::List(items) => items.iter().map(Node::json).collect(),
            Content::Map(entries) => entries.iter().map(|entry| (entry.key.to_string(), entry.node.json())).collect(),
            Content::Verbatim(lines) => json!(lines),
        }
    }
}

fn entry(entry: Entry<'_>, shape: &Shape, shown: &dyn Fn(&super::Field) -> bool) -> Json {
    match entry {
        Entry::Event(one) => event(one, None, shape, shown),
        Entry::Overruled(one) => event(&one.event, Some(&one.values), shape, shown),
    }
}

fn named(values: &[(String, Value)], shape: &Shape, shown: &dyn Fn(&super::Field) -> bool) -> Json {
    let held = values.iter().map(|(name, value)| {
        let held = match shape.field_id(name).map(|id| shape.field(id)) {
            Some(field) if !shown(field) => Json::Null,
            Some(field) => json(value, &field.ty, shown),
            None => json!(value.stored()),
        };
        (name.clone(), held)
    });
    Json::Object(held.collect())
}

fn event(
    event: &Event,
    overruled: Option<&[(String, Value)]>,
    shape: &Shape,
    shown: &dyn Fn(&super::Field) -> bool,
) -> Json {
    let mut map = Map::new();
    map.insert("at".into(), json!(stored_time(&event.at)));
    let mut add = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            map.insert(key.into(), json!(value));
        }
    };
    add("noted", event.noted.as_ref().map(stored_time));
    add("by", Some(event.by.to_string()));
    add("for", event.for_.as_ref().map(ToString::to_string));
    add("entered", event.entered.as_ref().map(ToString::to_string));
    add("step", Some(event.step.clone()));
    add("to", event.to.clone());
    add("via", event.via.clone());
    add("key", event.key.clone());
    if event.running {
        map.insert("running".into(), json!(true));
    }
    if !event.set.is_empty() {
        map.insert("set".into(), json!(event.set));
    }
    if !event.was.is_empty() {
        map.insert("was".into(), named(&event.was, shape, shown));
    }
    if !event.had.is_empty() {
        let had = event.had.iter().map(|(name, lines)| (name.clone(), json!(lines)));
        map.insert("had".into(), Json::Object(had.collect()));
    }
    if !event.holds.is_empty() {
        let holds = event.holds.iter().map(|(name, holds)| (name.clone(), json!(holds)));
        map.insert("holds".into(), Json::Object(holds.collect()));
    }
    if let Some(values) = overruled {
        map.insert("overruled".into(), named(values, shape, shown));
    }
    if let Some(note) = &event.note {
        map.insert("note".into(), json!(note));
    }
    Json::Object(map)
}
