//! Values of fields in words.

use rust_decimal::Decimal;

use super::{Words, between, end, grouped, joined, masked, minute, money};
use crate::kind::Kind;
use crate::locale::messages::WordingText as Text;
use crate::locale::{Label, Lang};
use crate::record::{FieldId, Fields, Shape, Type, Value};

impl Words<'_> {
    /// The value of a record's field in words. A name of the policy becomes its label, and a time that a deadline
    /// uses is shown as an end. The caller decides whether the field may be shown; private values inside its lines
    /// are masked here.
    pub fn value_in(&self, kind: &Kind, field: FieldId, fields: &Fields, value: &Value) -> Label {
        if let Some(label) = self.policy.called_in(kind, field, fields) {
            return label.clone();
        }
        let ty = &kind.field(field).ty;
        if let Some([en, zh]) = self.policy.called_in_lines(kind, field, value) {
            let [en, zh] =
                [(en, Lang::En), (zh, Lang::Zh)].map(|(value, lang)| self.value(ty, &value).get(lang).to_owned());
            return Label::new(en, zh);
        }
        match value {
            Value::Time(at) if kind.looks_ahead().any(|promised| promised == field) => Label::verbatim(end(at)),
            _ => self.value(ty, value),
        }
    }

    /// The value of a record's field in words: the mask if the reader may not see it, empty if there is no value.
    pub fn field(&self, kind: &Kind, fields: &Fields, field: FieldId) -> Label {
        match fields.get(field) {
            None => Label::default(),
            Some(_) if !self.sight.shows(kind.field(field)) => masked(),
            Some(value) => self.value_in(kind, field, fields, value),
        }
    }

    /// A value in words: choices, departments and roles by their labels, people by their names, records by their
    /// titles.
    pub fn value(&self, ty: &Type, value: &Value) -> Label {
        match (ty, value) {
            (Type::Choice(choices), Value::Text(name)) => {
                let choice = choices.iter().find(|choice| choice.name == *name);
                choice.map_or_else(|| Label::verbatim(name.as_str()), |choice| choice.label.clone())
            }
            (Type::Person, Value::Text(id)) => match self.person(id) {
                name if self.ids && name != *id => Label::verbatim(format!("{name} ({id})")),
                name => Label::verbatim(name),
            },
            (Type::Role, Value::Text(name)) => self.role(name),
            (Type::Department, Value::Text(name)) => self.department(name),
            (Type::List(element), Value::List(values)) => self.list(element, values),
            (Type::Group(shape), Value::Group(fields)) => self.group(shape, fields),
            (_, Value::Ref(id)) => match self.title(id) {
                title if title == Label::default() => Label::verbatim(id.as_str()),
                title if self.ids => Label::each(|lang| format!("{id} {}", title.get(lang))),
                title => title,
            },
            (_, Value::Bool(yes)) => if *yes { Text::Yes } else { Text::No }.into(),
            (_, Value::Count(count)) => Label::verbatim(grouped(&Decimal::from(*count))),
            (_, Value::Decimal(number)) => Label::verbatim(grouped(number)),
            (_, Value::Money(amount)) => Label::verbatim(grouped(&money(*amount))),
            (_, Value::Time(at)) => Label::verbatim(minute(at)),
            (_, Value::File(file)) => Label::verbatim(file.name.as_str()),
            (_, value) => Label::verbatim(value.stored().unwrap_or_default()),
        }
    }

    /// A stored name in words, for callers that have only the name, such as the key of a report's row.
    pub fn stored(&self, ty: &Type, stored: &str) -> Label {
        match ty.element() {
            Type::Ref(_) => match stored.parse() {
                Ok(id) => self.named(&id),
                Err(_) => Label::verbatim(stored),
            },
            ty => self.value(ty, &Value::Text(stored.to_owned())),
        }
    }

    /// A list in words: lines one below the other, single values one after another.
    fn list(&self, element: &Type, values: &[Value]) -> Label {
        if let Type::Group(shape) = element
            && let Some(part) = alone(values)
        {
            let of_part = |value| part_of(value, part).map(|value| self.part(shape, part, value));
            return between(&values.iter().filter_map(of_part).collect::<Vec<_>>(), ["\n", "\n"]);
        }
        let said: Vec<Label> = values.iter().map(|value| self.value(element, value)).collect();
        if matches!(element, Type::Group(_)) { between(&said, ["\n", "\n"]) } else { joined(&said) }
    }

    fn part(&self, shape: &Shape, part: FieldId, value: &Value) -> Label {
        let field = shape.field(part);
        if self.sight.shows(field) { self.value(&field.ty, value) } else { masked() }
    }

    /// The parts of a line, each with its label before it.
    fn group(&self, shape: &Shape, fields: &Fields) -> Label {
        let one = |(id, value): (FieldId, &Value)| {
            let said = self.part(shape, id, value);
            let label = &shape.field(id).label;
            Label::each(|lang| {
                let colon = if lang == Lang::Zh { "：" } else { ": " };
                format!("{}{colon}{}", label.get(lang), said.get(lang))
            })
        };
        between(&fields.iter().map(one).collect::<Vec<_>>(), ["; ", "；"])
    }
}

/// The only part that all of several groups have, such as roles without dates. Such values need no label.
fn alone(values: &[Value]) -> Option<FieldId> {
    let only = |value: &Value| match value {
        Value::Group(fields) => {
            let mut parts = fields.iter().map(|(part, _)| part);
            parts.next().filter(|_| parts.next().is_none())
        }
        _ => None,
    };
    let first = only(values.first()?)?;
    (values.len() > 1 && values.iter().all(|value| only(value) == Some(first))).then_some(first)
}

fn part_of(group: &Value, part: FieldId) -> Option<&Value> {
    match group {
        Value::Group(fields) => fields.get(part),
        _ => None,
    }
}
