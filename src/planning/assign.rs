//! Assigns open records to people (CL4), also those of a person who leaves (GP5).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::deal::{Dealing, Load, Table, Why};
use crate::filter::{self, Unanswered};
use crate::kind::{Assignment, Kind, Part, Path};
use crate::lifecycle::{Lookup, Refusal, Unentitled};
use crate::locale::Label;
use crate::policy::{People, Policy};
use crate::record::{Id, Record, Value};

/// Everything that is needed to assign records of a kind.
pub struct Hands<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The staff.
    pub people: &'q People,
    /// The records that these refer to.
    pub lookup: &'q dyn Lookup,
    /// The kind.
    pub kind: &'q Kind,
    /// The `[assignment]` of its file.
    pub rule: &'q Assignment,
    /// Today.
    pub today: NaiveDate,
    /// The person whose records are assigned to others. `None`: records without an assignee, and those of people who
    /// have left.
    pub from: Option<&'q Id>,
    /// How many records people already have, of those that count.
    pub load: &'q BTreeMap<Id, u64>,
}

/// A record and its new assignee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// The record.
    pub id: Id,
    /// The earlier assignee.
    pub from: Option<Id>,
    /// The new assignee.
    pub to: Id,
    /// Why it is this person.
    pub why: Why,
    /// The path by which the record belongs to the person.
    pub through: Option<Label>,
    /// How many records the person has now, with this one.
    pub has: u64,
}

/// The result of assigning.
#[derive(Debug, Default)]
pub struct Assignments {
    /// The assigned records, by id.
    pub assigned: Vec<Assigned>,
    /// The records that nobody gets, each with the reason against the first candidate. `None` if there is no
    /// candidate.
    pub left: Vec<(Id, Option<Refusal>)>,
}

/// Whether a record is to be assigned. It must be open, and it must belong to `from`. Without `from`, it must belong
/// to nobody who is still there.
pub fn is_wanted(hands: &Hands<'_>, record: &Record) -> bool {
    let holder = holder(hands.rule, record);
    let there = |id: &Id| hands.people.get(id).is_some_and(|person| person.active);
    match hands.from {
        Some(from) => holder.as_ref() == Some(from),
        None => !holder.as_ref().is_some_and(there),
    }
}

/// The present assignee of a record.
fn holder(rule: &Assignment, record: &Record) -> Option<Id> {
    record.get(rule.field)?.as_text()?.parse().ok()
}

/// Assigns records in the order of their ids. `attempt` gives one to a person or refuses; then the next person is
/// tried.
///
/// # Errors
/// A refusal that is about the person who assigns, and not about the one who would get the record.
pub fn assign(
    hands: &Hands<'_>,
    records: &[Record],
    attempt: &mut dyn FnMut(&Id, &Id) -> Result<(), Refusal>,
) -> Result<Assignments, Refusal> {
    let days = [hands.today];
    let among: BTreeSet<&Id> =
        hands.people.iter().map(|person| &person.id).filter(|id| Some(*id) != hands.from).collect();
    let mut load = Load::default();
    for (person, count) in hands.load {
        (0..*count).for_each(|_| load.note(Some(person), None));
    }
    let table = Table::new(hands.people, Some(&hands.rule.role), &days, None);
    let mut table = table.among(&among).loaded(load).balanced(hands.rule.balance);
    let mut found = Assignments::default();
    let mut records: Vec<&Record> = records.iter().collect();
    records.sort_by(|a, b| a.id.cmp(&b.id));
    for record in records {
        let kept = kept(hands, record)?;
        let owner = kept.as_ref().map(|(owner, _)| owner);
        let (mut barred, mut forbidden) = (BTreeSet::new(), None);
        loop {
            let Some(dealing) = table.choose(owner, hands.today, &barred) else {
                found.left.push((record.id.clone(), forbidden));
                break;
            };
            let Dealing { person: Some(person), why, has, .. } = dealing else {
                found.left.push((record.id.clone(), None));
                break;
            };
            match attempt(&record.id, &person) {
                Ok(()) => {
                    table.note(Some(&person), None);
                    let belongs = matches!(why, Why::Kept | Why::StandsIn(_));
                    let through = kept.as_ref().filter(|_| belongs).map(|(_, path)| path.label.clone());
                    let (id, from) = (record.id.clone(), holder(hands.rule, record));
                    found.assigned.push(Assigned { id, from, to: person, why, through, has });
                    break;
                }
                Err(refusal @ (Refusal::Unentitled(Unentitled::NotEntitled { .. }) | Refusal::Unanswered { .. })) => {
                    return Err(refusal);
                }
                Err(refusal) => {
                    forbidden.get_or_insert(refusal);
                    barred.insert(person);
                }
            }
        }
    }
    Ok(found)
}

/// The person to whom a record belongs through a path of `keep`, and that path. It is the first one who has not left.
fn kept<'q>(hands: &Hands<'q>, record: &Record) -> Result<Option<(Id, &'q Path)>, Unanswered> {
    for path in &hands.rule.keep {
        let person = end(hands, record, &path.parts)?;
        let there = |id: &Id| hands.people.get(id).is_some_and(|person| person.active) && Some(id) != hands.from;
        if let Some(person) = person.filter(there) {
            return Ok(Some((person, path)));
        }
    }
    Ok(None)
}

/// The person at the end of a path.
fn end(hands: &Hands<'_>, record: &Record, parts: &[Part]) -> Result<Option<Id>, Unanswered> {
    let Some((Part::Fields(names), rest)) = parts.split_first() else { return Ok(None) };
    let Some(kind) = hands.policy.kind(&record.kind) else { return Ok(None) };
    let value = names.first().and_then(|name| record.get(kind.shape.field_id(name)?));
    match value.and_then(|value| value.elements().first()) {
        Some(Value::Text(person)) if rest.is_empty() => Ok(person.parse().ok()),
        Some(Value::Ref(id)) => {
            let by = |record: &Record| hands.policy.merged_by(record);
            match filter::survivor(id, &by, hands.lookup)? {
                Some(named) => end(hands, &named, rest),
                None => Ok(None),
            }
        }
        _ => Ok(None),
    }
}
