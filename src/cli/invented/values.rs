//! The values that an invented person gives if a step asks for them.

use std::collections::{BTreeMap, HashMap};

use super::workday;
use super::world::{Names, World};
use crate::book::Writing;
use crate::calendar::Moment;
use crate::cli::failure::Failure;
use crate::cli::session;
use crate::demo::{Random, Values, Wanted, moment};
use crate::kind::{Kind, Source, Which};
use crate::lifecycle::{Operation, Refusal, Request, Unfulfilled};
use crate::policy::Policy;
use crate::record::{Field, FieldId, Fields, Id, Record, Type, Value};

/// How often the values that a step still asks for are given.
const TRIES: usize = 6;
/// How many days of records a filter finds.
const FOUND: u64 = 5;

impl World {
    /// Asks for a step, and gives what it still asks for. Returns whether it was taken.
    pub(super) fn complete(
        &mut self,
        writing: &mut Writing<'_>,
        kind: &Kind,
        names: &Names,
        mut request: Request,
        chosen: &mut Chosen,
        ask: &dyn Fn(&mut Operation<'_>, &Request) -> Result<(), Refusal>,
    ) -> Result<bool, Failure> {
        let policy = writing.view.policy();
        let calendar = policy.calendars.default();
        for _ in 0..TRIES {
            let refusal = match writing.operation.attempt(|inner| ask(inner, &request)) {
                Ok(()) => return Ok(true),
                Err(refusal @ Refusal::Unanswered { .. }) => return Err(session::refused(&refusal, policy)),
                Err(refusal) => refusal,
            };
            let mut more = Vec::new();
            match &refusal {
                // it is taken on the first day on which it may be
                Refusal::Unfulfilled(Unfulfilled::TooSoon { from, .. }) => {
                    let on = calendar.zone().first_at(moment(&mut self.random, workday(calendar, *from, 0)));
                    if on > writing.view.now() || request.on.is_some_and(|before| before >= on) {
                        return Ok(false);
                    }
                    request.on = Some(on);
                    continue;
                }
                Refusal::Unfulfilled(Unfulfilled::Unmet { condition, .. }) => {
                    more.extend(
                        condition.split_whitespace().filter_map(|term| fulfilling(&mut self.random, kind, term)),
                    );
                }
                refusal => {
                    for name in refusal.missing() {
                        let name = name.split('.').next().unwrap_or(name);
                        let Some((id, field)) = kind.shape.find(name) else { continue };
                        let on = request.on.unwrap_or_default();
                        let value = self.value(policy, kind, (id, field), names, on, chosen);
                        more.extend(value.map(|value| (id, Some(value))));
                    }
                }
            }
            let news = more.iter().any(|given| !request.set.contains(given));
            if !news {
                return Ok(false);
            }
            request.set.retain(|(id, _)| more.iter().all(|(given, _)| given != id));
            request.set.extend(more);
        }
        Ok(false)
    }

    /// An invented value for a field of a record.
    pub(super) fn value(
        &mut self,
        policy: &Policy,
        kind: &Kind,
        (id, field): (FieldId, &Field),
        names: &Names,
        at: Moment,
        chosen: &mut Chosen,
    ) -> Option<Value> {
        let values = Values {
            people: &names.people,
            departments: &names.departments,
            roles: &names.roles,
            at,
            number: self.number,
        };
        if finds(kind, id) {
            let since = at.date_naive() - chrono::Days::new(FOUND);
            return Some(Value::Text(format!("opened>={since}")));
        }
        let label = if field.label.zh.is_empty() { &field.name } else { &field.label.zh };
        let ahead = kind.looks_ahead().any(|ahead| ahead == id);
        // a name that is compared with existing names is a company's name
        let name = kind.near.as_ref().is_some_and(|near| near.fields.contains(&vec![id]));
        let wanted = Wanted { ty: &field.ty, label, ahead, within: false, name };
        let (by_kind, of_client) = (&self.by_kind, &self.of_client);
        let mut named =
            |random: &mut Random, kinds: &[String]| chosen.record(random, kinds, policy, by_kind, of_client);
        values.of(&mut self.random, wanted, &mut named)
    }
}

/// Whether a field holds the filter by which a step finds records.
fn finds(kind: &Kind, field: FieldId) -> bool {
    fn asks(source: &Source, field: FieldId) -> bool {
        match source {
            Source::Every { which: Which::Field(by), .. } => *by == field,
            Source::First(all) => all.iter().any(|source| asks(source, field)),
            _ => false,
        }
    }
    kind.steps.iter().flat_map(|step| &step.sets).any(|(_, source)| asks(source, field))
}

/// A value that fulfils a term of a condition on a field, such as `confirmed=yes` or `follows=cs,joint`.
fn fulfilling(random: &mut Random, kind: &Kind, term: &str) -> Option<(FieldId, Option<Value>)> {
    let (name, values) = term.split_once('=')?;
    let (id, field) = kind.shape.find(name)?;
    let values: Vec<&str> = values.split(',').collect();
    let value = values.get(random.below(values.len() as u64) as usize)?;
    let value = match (field.ty.element(), *value) {
        (Type::Bool, word) => Value::Bool(word == "yes"),
        (Type::Choice(_), word) => Value::from_stored(field.ty.element(), word).ok()?,
        _ => return None,
    };
    Some((id, Some(if matches!(field.ty, Type::List(_)) { Value::List(vec![value]) } else { value })))
}

/// The records that a record names, so that all of them belong together: a contract of the client of the case.
#[derive(Default)]
pub(super) struct Chosen(Vec<Id>);

impl Chosen {
    /// What a record names already.
    pub(super) fn of(record: &Record) -> Self {
        fn refs(fields: &Fields, into: &mut Vec<Id>) {
            for (_, value) in fields.iter() {
                for value in value.elements() {
                    match value {
                        Value::Ref(id) => into.push(id.clone()),
                        Value::Group(line) => refs(line, into),
                        _ => {}
                    }
                }
            }
        }
        let mut found = Vec::new();
        refs(&record.fields, &mut found);
        Chosen(found)
    }

    pub(super) fn record(
        &mut self,
        random: &mut Random,
        kinds: &[String],
        policy: &Policy,
        by_kind: &BTreeMap<String, Vec<Id>>,
        of_client: &HashMap<(String, Id), Vec<Id>>,
    ) -> Option<Id> {
        let fits = |id: &&Id| {
            policy.kind_of(id).is_some_and(|kind| kinds.is_empty() || kinds.iter().any(|k| k == kind.name()))
        };
        if let Some(known) = self.0.iter().find(fits) {
            return Some(known.clone());
        }
        let all: Vec<&String> = if kinds.is_empty() { by_kind.keys().collect() } else { kinds.iter().collect() };
        let kind = all.get(random.below(all.len() as u64) as usize)?;
        let own = self.0.iter().find_map(|of| of_client.get(&((*kind).clone(), of.clone())));
        let from = match (own, self.0.is_empty()) {
            (Some(own), _) => own,
            (None, true) => by_kind.get(*kind)?,
            // a client without any has none to name, unless records of the kind have nothing to do with clients
            (None, false) => return None,
        };
        let id = from.get(random.below(from.len() as u64) as usize)?.clone();
        self.0.push(id.clone());
        Some(id)
    }
}
