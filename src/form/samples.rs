//! Invented records for trying forms: one of every kind, referring to each other, either empty or with every field
//! filled in. A record that would refer to itself has a second one of its kind, since no real record may do so.

use std::borrow::Cow;
use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::calendar::Moment;
use crate::filter::{self, Flag, Unanswered};
use crate::kind::Unique;
use crate::lifecycle::Lookup;
use crate::policy::Policy;
use crate::record::{Event, Fields, FileRef, Id, Record, Shape, Type, Value};

/// Invented records by their ids.
#[derive(Default)]
pub(super) struct Samples(pub(super) HashMap<Id, Record>);

/// Invented records of every kind in each of its first states, with a value in every field. Callers that try other
/// things than forms use them too.
pub fn invented(policy: &Policy, at: Moment) -> Vec<Record> {
    let states = policy.kinds.values().map(|kind| kind.shape.states().len()).max().unwrap_or_default();
    let mut all = Vec::new();
    for which in 0..states {
        // records of another day get their own ids
        let at = at - chrono::Duration::days(i64::try_from(which).unwrap_or_default());
        all.extend(Samples::of(policy, Some(Filling { text: "x", which }), at).0.into_values());
    }
    all
}

/// How to fill a record in.
#[derive(Clone, Copy)]
pub(super) struct Filling<'f> {
    /// The content of every text.
    pub(super) text: &'f str,
    /// The index of the state, and of the choice in every field; after the last it starts again.
    pub(super) which: usize,
}

impl Samples {
    /// A record of every kind, with its own id. If it is filled in, its history has every step of the kind.
    pub(super) fn of(policy: &Policy, filling: Option<Filling<'_>>, at: Moment) -> Self {
        let mut samples = Samples::default();
        for kind in policy.kinds.values() {
            let (Some(id), Some(by)) = (id(&kind.shape.prefix, at), person()) else { continue };
            let event = |step: &crate::kind::Step| Event {
                note: filling.map(|filling| filling.text.to_owned()),
                ..Event::new(at, by.clone(), step.name.as_str())
            };
            let history = kind.steps.iter().take(if filling.is_some() { usize::MAX } else { 1 }).map(event).collect();
            let states = kind.shape.states();
            let state = filling.map_or(0, |filling| filling.which) % states.len().max(1);
            let Some(state) = states.get(state) else { continue };
            let fields = filling.map_or_else(Fields::new, |filling| filled(policy, &kind.shape, filling, at));
            let (name, state) = (kind.name().to_owned(), state.name.clone());
            let mut one = Record { id, kind: name, state, rules: None, fields, history, overruled: Vec::new() };
            if let Some(second) = second(policy, &mut one) {
                samples.0.insert(second.id.clone(), second);
            }
            samples.0.insert(one.id.clone(), one);
        }
        samples
    }

    /// The invented record of a kind: the first, if it has two.
    pub(super) fn one(&self, kind: &str) -> Option<&Record> {
        self.0.values().filter(|record| record.kind == kind).min_by_key(|record| &record.id)
    }
}

/// If a record refers to itself: a second one that it refers to from now on. The second refers to the first, but is not
/// merged into it.
fn second(policy: &Policy, one: &mut Record) -> Option<Record> {
    let id = one.id.another([7, 19, 3, 15, 3]).ok()?;
    let mut second = Record { id: id.clone(), ..one.clone() };
    one.fields.rename(&|to| (*to == one.id).then(|| id.clone()));
    (one.fields != second.fields).then(|| {
        if let Some(merged_by) = policy.merged_by(&second) {
            second.fields.clear(merged_by);
        }
        second
    })
}

fn person() -> Option<Id> {
    "li.na".parse().ok()
}

fn id(prefix: &str, at: Moment) -> Option<Id> {
    if prefix.is_empty() { person() } else { Id::coded(prefix, at.date_naive(), [7, 19, 3, 15, 2]).ok() }
}

/// A value for every field.
fn filled(policy: &Policy, shape: &Shape, filling: Filling<'_>, at: Moment) -> Fields {
    let mut fields = Fields::new();
    for (field, declared) in shape.handles() {
        if let Some(value) = full(policy, &declared.ty, filling, at) {
            fields.set(field, value);
        }
    }
    fields
}

fn full(policy: &Policy, ty: &Type, filling: Filling<'_>, at: Moment) -> Option<Value> {
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    match ty {
        Type::Text => Some(Value::Text(format!("{}\n第二行", filling.text))),
        Type::Count => Some(Value::Count(3)),
        Type::Decimal => Some(Value::Decimal(Decimal::new(125, 1))),
        Type::Money => Some(Value::Money(Decimal::new(123_456_780, 2))),
        Type::Date => Some(Value::Date(at.date_naive())),
        Type::Time => Some(Value::Time(at)),
        Type::Bool => Some(Value::Bool(filling.which.is_multiple_of(2))),
        Type::Choice(choices) => {
            let chosen = choices.get(filling.which % choices.len().max(1));
            chosen.map(|choice| Value::Text(choice.name.clone()))
        }
        Type::List(element) => {
            let next = Filling { which: filling.which + 1, ..filling };
            Some(Value::List([filling, next].into_iter().filter_map(|of| full(policy, element, of, at)).collect()))
        }
        Type::Group(shape) => Some(Value::Group(filled(policy, shape, filling, at))),
        Type::Person => text("li.na"),
        Type::Role => policy.roles.iter().next().and_then(|role| text(&role.name)),
        Type::Department => policy.departments.iter().next().and_then(|department| text(&department.name)),
        Type::Phone => text("0571-88886666"),
        Type::Email => text("a@example.cn"),
        Type::Day => text("--02-29"),
        Type::Ref(kinds) => {
            let named = kinds.first().and_then(|kind| policy.kind(kind)).or_else(|| policy.kinds.values().next());
            named.and_then(|kind| id(&kind.shape.prefix, at)).map(Value::Ref)
        }
        Type::File => FileRef::of("leak.jpg", b"x").map(Value::File),
    }
}

impl filter::Resolver for Samples {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.0.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for Samples {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        let named = |value: &Value| {
            let mut found = false;
            value.each(&mut |value| found |= matches!(value, Value::Ref(to) if to == id));
            found
        };
        let names = |record: &&Record| record.kind == kind && record.fields.iter().any(|(_, value)| named(value));
        let mut linked: Vec<Record> = self.0.values().filter(names).cloned().collect();
        linked.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(linked)
    }

    fn alike(&self, _: &Unique, _: &Record) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }

    fn highest(&self, _: &str) -> Result<u64, Unanswered> {
        Ok(0)
    }

    fn published(&self, _: &Id) -> Result<bool, Unanswered> {
        Ok(false)
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }

    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }
}
