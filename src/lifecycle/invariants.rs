//! What holds for every record after every step: no unique value stands twice, a field agrees with the record that is named, and no
//! record comes back to itself through records of its kind. Only the changes of a step are asked, so that people can still work on
//! an old record that does not keep to this.

use super::{Lookup, Operation, Refusal, Unfit, Unfulfilled, Whom, linked};
use crate::filter::{self, Unanswered};
use crate::kind::{Differing, Differs, Kind, Same, Unique};
use crate::locale::Label;
use crate::policy::Policy;
use crate::record::{FieldId, Id, Record, Type, Value};
use crate::wording::{Sight, Titles, Words};

impl Operation<'_> {
    /// Why a record may not become so.
    pub(super) fn invariants(&self, kind: &Kind, before: Option<&Record>, after: &Record) -> Result<(), Refusal> {
        let policy = self.setting.policy;
        for unique in &kind.uniques {
            let held = unique.held(after);
            if held.is_none() || before.and_then(|before| unique.held(before)) == held {
                continue;
            }
            if let Some(other) = holder(unique, after, &self.pending)? {
                return Err(Refusal::Unfulfilled(Unfulfilled::NotUnique {
                    id: after.id.clone(),
                    kind: kind.name().to_owned(),
                    fields: unique.fields.iter().map(|field| kind.field(*field).name.clone()).collect(),
                    other: linked::named(policy, &other),
                    reason: unique.reason.clone(),
                    place: unique.place.clone(),
                }));
            }
        }
        for same in &kind.sames {
            let untouched = before.is_some_and(|before| {
                let alike = |field: FieldId| before.get(field) == after.get(field);
                alike(same.field) && alike(same.through) && before.state == after.state
            });
            if !untouched && let Some((other, theirs)) = differing(policy, same, after, &self.pending)? {
                return Err(self.not_same(kind, same, after, &other, theirs));
            }
        }
        super::questionnaire::answers(kind, before, after)?;
        for differs in &kind.differs {
            let clash = clashing(differs, after, &self.pending)?;
            let before = before.map(|before| clashing(differs, before, &self.pending)).transpose()?.flatten();
            if let Some(clash) = clash.filter(|clash| before.as_ref() != Some(clash)) {
                return Err(not_different(kind, differs, after, &clash));
            }
        }
        self.never(kind, before, after)?;
        self.compared(kind, before, after)?;
        self.circular(kind, before, after)?;
        let Some(before) = before else { return Ok(()) };
        // those that name the record agree with what it says now, too
        for naming in policy.kinds.values() {
            for same in &naming.sames {
                let Some(theirs) = same.theirs.get(&after.kind) else { continue };
                if before.get(*theirs) == after.get(*theirs) {
                    continue;
                }
                for other in self.pending.linked(&after.id, naming.name())? {
                    let ours = other.get(same.field);
                    let names = matches!(other.get(same.through), Some(Value::Ref(id)) if *id == after.id);
                    let asked = names && !same.without.contains(&other.state);
                    if asked
                        && let (Some(ours), Some(value)) = (ours, after.get(*theirs))
                        && !is_same(policy, ours, value, &self.pending)?
                    {
                        let other = other.clone();
                        return Err(self.not_same_there(kind, naming, same, after, &other, *theirs));
                    }
                }
            }
        }
        Ok(())
    }

    /// What no record of the kind may come to be. With fields it is asked when one of them changes, so that what was right when it was
    /// recorded may stand; without any, when it comes to hold.
    fn never(&self, kind: &Kind, before: Option<&Record>, after: &Record) -> Result<(), Refusal> {
        for never in kind.nevers.iter().filter(|never| !never.without.contains(&after.state)) {
            let filter = &never.when.filter;
            let asked = match never.changes.is_empty() {
                true => before.map_or(Ok(false), |before| filter.matches(before, &self.pending)).map(|held| !held)?,
                false => never.changed(before, after),
            };
            if asked && filter.matches(after, &self.pending)? {
                return Err(Refusal::Unfulfilled(Unfulfilled::Never {
                    id: after.id.clone(),
                    kind: kind.name().to_owned(),
                    condition: never.when.text.value.clone(),
                    reason: never.reason.clone(),
                    place: never.place.clone(),
                }));
            }
        }
        Ok(())
    }

    /// No record of a kind comes back to itself through a field that names another of the kind: the case that it repeats, the form
    /// before it. Nothing would be left that stands for them all, and none of them would be counted.
    fn circular(&self, kind: &Kind, before: Option<&Record>, after: &Record) -> Result<(), Refusal> {
        for (field, declared) in kind.shape.handles() {
            let own =
                matches!(&declared.ty, Type::Ref(kinds) if matches!(&kinds[..], [one] if *one == kind.shape.name));
            if !own || before.is_some_and(|before| before.get(field) == after.get(field)) {
                continue;
            }
            let mut through: Vec<Id> = Vec::new();
            let mut next = named_in(after, field);
            while let Some(id) = next.take().filter(|id| !through.contains(id)) {
                if id == after.id {
                    let (kind, field) = (kind.name().to_owned(), declared.name.clone());
                    return Err(Refusal::Unfit(Unfit::Circular { id, kind, field, through }));
                }
                next = self.pending.get(&id)?.as_ref().and_then(|other| named_in(other, field));
                through.push(id);
            }
        }
        Ok(())
    }

    fn not_same(&self, kind: &Kind, same: &Same, record: &Record, other: &Record, theirs: FieldId) -> Refusal {
        Refusal::Unfulfilled(Unfulfilled::NotSame {
            id: record.id.clone(),
            kind: kind.name().to_owned(),
            field: kind.field(same.field).name.clone(),
            ours: Box::new(self.said(record, same.field)),
            other: linked::named(self.setting.policy, other),
            theirs: Box::new(self.said(other, theirs)),
            reason: same.reason.clone(),
            place: same.place.clone(),
        })
    }

    fn not_same_there(
        &self,
        kind: &Kind,
        naming: &Kind,
        same: &Same,
        record: &Record,
        other: &Record,
        theirs: FieldId,
    ) -> Refusal {
        let refusal = self.not_same(naming, same, other, record, theirs);
        let Refusal::Unfulfilled(Unfulfilled::NotSame { ours, theirs: there, reason, place, .. }) = refusal else {
            return refusal;
        };
        Refusal::Unfulfilled(Unfulfilled::NotSame {
            id: record.id.clone(),
            kind: kind.name().to_owned(),
            field: kind.field(theirs).name.clone(),
            ours: there,
            other: linked::named(self.setting.policy, other),
            theirs: ours,
            reason,
            place,
        })
    }

    /// The value of a record's field in words; private values are masked.
    fn said(&self, record: &Record, field: FieldId) -> Label {
        let Some(kind) = self.setting.policy.kind(&record.kind) else { return Label::default() };
        let (policy, people) = (self.setting.policy, self.setting.people);
        Words::new(policy, people, Titles::Read(&self.pending), Sight::Masked).field(kind, &record.fields, field)
    }
}

/// What must differ in a record and does not: the places of the two, and what both hold.
type Clash = (usize, usize, String);

fn clashing(differs: &Differs, record: &Record, lookup: &dyn Lookup) -> Result<Option<Clash>, Unanswered> {
    let asked = match &differs.when {
        _ if differs.without.contains(&record.state) => false,
        Some(when) => when.filter.matches(record, lookup)?,
        None => true,
    };
    Ok(if asked { differs.clash(record) } else { None })
}

fn not_different(kind: &Kind, differs: &Differs, record: &Record, (first, second, value): &Clash) -> Refusal {
    let named = |at: usize| match &differs.of[at] {
        Differing::Step(step) => Whom::Step(step.clone()),
        Differing::Field(path) => Whom::Field(path_name(kind, path)),
    };
    Refusal::Unfulfilled(Unfulfilled::NotDifferent {
        id: record.id.clone(),
        kind: kind.name().to_owned(),
        both: Box::new((named(*first), named(*second))),
        value: value.clone(),
        reason: differs.reason.clone(),
        place: differs.place.clone(),
    })
}

/// A field, or a field of a list's lines, as policies write it.
fn path_name(kind: &Kind, path: &[FieldId]) -> String {
    let Some((first, rest)) = path.split_first() else { return String::new() };
    let field = kind.field(*first);
    match (rest.first(), field.ty.element()) {
        (Some(inner), Type::Group(lines)) => format!("{}.{}", field.name, lines.field(*inner).name),
        _ => field.name.clone(),
    }
}

/// What of a record as it lies in a file does not differ although it must: the key, and why a step that leaves it so is refused.
///
/// # Errors
/// Records that a condition asks of cannot be read.
pub(super) fn undifferent(
    kind: &Kind,
    record: &Record,
    lookup: &dyn Lookup,
) -> Result<Vec<(String, Refusal)>, Unanswered> {
    let mut found = Vec::new();
    for differs in &kind.differs {
        let Some(clash) = clashing(differs, record, lookup)? else { continue };
        let key = match &differs.of[clash.1] {
            Differing::Field(path) => path.first().map(|field| kind.field(*field).name.clone()).unwrap_or_default(),
            Differing::Step(_) => "history".to_owned(),
        };
        found.push((key, not_different(kind, differs, record, &clash)));
    }
    Ok(found)
}

/// The record that a field names.
fn named_in(record: &Record, field: FieldId) -> Option<Id> {
    if let Some(Value::Ref(id)) = record.get(field) { Some(id.clone()) } else { None }
}

/// Another record that holds what is unique, and counts.
fn holder(unique: &Unique, record: &Record, lookup: &dyn Lookup) -> Result<Option<Record>, Unanswered> {
    let alike = lookup.alike(unique, record)?;
    Ok(alike.into_iter().find(|other| other.id != record.id && !unique.without.contains(&other.state)))
}

/// Whether two values mean the same: two ids also do if one record was merged into the other, or both into a third.
fn is_same(policy: &Policy, one: &Value, other: &Value, lookup: &dyn Lookup) -> Result<bool, Unanswered> {
    match (one, other) {
        (Value::Ref(one), Value::Ref(other)) if one != other => {
            let by = |record: &Record| policy.merged_by(record);
            Ok(filter::standing(one, &by, lookup)? == filter::standing(other, &by, lookup)?)
        }
        _ => Ok(one == other),
    }
}

/// The record that is named and says something else, with its field. If one of the two is empty, nothing is checked.
fn differing(
    policy: &Policy,
    same: &Same,
    record: &Record,
    lookup: &dyn Lookup,
) -> Result<Option<(Record, FieldId)>, Unanswered> {
    if same.without.contains(&record.state) {
        return Ok(None);
    }
    let (Some(ours), Some(Value::Ref(id))) = (record.get(same.field), record.get(same.through)) else {
        return Ok(None);
    };
    let Some(other) = lookup.record(id)? else { return Ok(None) };
    let Some(theirs) = same.theirs.get(&other.kind) else { return Ok(None) };
    let agrees = other.get(*theirs).map_or(Ok(true), |value| is_same(policy, value, ours, lookup))?;
    Ok((!agrees).then(|| (other.into_owned(), *theirs)))
}

/// What of a record as it lies in a file does not agree with the records that it names: the field, that record and its field.
///
/// # Errors
/// Those records cannot be read.
pub fn disagreeing<'k>(
    policy: &'k Policy,
    record: &Record,
    lookup: &dyn Lookup,
) -> Result<Vec<(&'k Same, Record, FieldId)>, Unanswered> {
    let mut found = Vec::new();
    for same in policy.kind(&record.kind).into_iter().flat_map(|kind| &kind.sames) {
        found.extend(differing(policy, same, record, lookup)?.map(|(other, theirs)| (same, other, theirs)));
    }
    Ok(found)
}
