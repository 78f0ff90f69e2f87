//! Rules for every record after every step: unique values are unique, a field agrees with the record that is referred
//! to, and references between records of a kind form no circle. Only the changes of a step are checked, so that
//! people can still work on an old record that breaks these rules.

use super::{Lookup, Operation, Refusal, Unfit, Unfulfilled, Whom, linked};
use crate::filter::{self, Unanswered};
use crate::kind::{Differing, Differs, Kind, Same, Unique};
use crate::locale::Label;
use crate::locale::messages::RefusalText;
use crate::locale::text::fold;
use crate::policy::{People, Person, Policy, STAFF, Staff};
use crate::record::{FieldId, Id, Record, Type, Value};
use crate::wording::{Sight, Titles, Words};

impl Operation<'_> {
    /// Refuses a change that makes a record break these rules.
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
        self.one_person(kind, before, after)?;
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
        // records that refer to this one must still agree with it too
        let bound = policy.kinds.rows().filter(|kind| kind.has_sames);
        for naming in bound.filter_map(|kind| policy.kind(&kind.name)) {
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

    /// Refuses an address of somebody else: it tells who acts. People who were registered by mistake do not count.
    fn one_person(&self, kind: &Kind, before: Option<&Record>, after: &Record) -> Result<(), Refusal> {
        let (policy, people) = (self.setting.policy, self.setting.people);
        let Some((field, other)) = with_address(policy, people, kind, (before, after), &self.pending)? else {
            return Ok(());
        };
        Err(Refusal::Unfulfilled(Unfulfilled::NotUnique {
            id: after.id.clone(),
            kind: kind.name().to_owned(),
            fields: vec![kind.field(field).name.clone()],
            other: linked::named(policy, &other),
            reason: RefusalText::OneAddress.into(),
            place: kind.field(field).place.clone(),
        }))
    }

    /// What no record of the kind may become. If the rule has fields, it is checked when one of them changes, so that
    /// values which were right when they were recorded may stay. If it has none, it is checked when the condition
    /// becomes true.
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

    /// Refuses circles of references between records of a kind, such as repeated cases or earlier forms. In a circle
    /// no record would be the first, and none of them would be counted.
    fn circular(&self, kind: &Kind, before: Option<&Record>, after: &Record) -> Result<(), Refusal> {
        circle(kind, before, after, &self.pending)?.map_or(Ok(()), |(_, refusal)| Err(refusal))
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

/// Two values of a record that must differ but do not: their positions, and the common value.
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

/// A field, or a field of a list's lines, in the notation of policies.
fn path_name(kind: &Kind, path: &[FieldId]) -> String {
    let Some((first, rest)) = path.split_first() else { return String::new() };
    let field = kind.field(*first);
    match (rest.first(), field.ty.element()) {
        (Some(inner), Type::Group(lines)) => format!("{}.{}", field.name, lines.field(*inner).name),
        _ => field.name.clone(),
    }
}

/// Values of a stored record that must differ but do not: the key, and the refusal of a step that would leave it so.
///
/// # Errors
/// If records that a condition asks about cannot be read.
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

/// A reference of a record that leads back to it, and the refusal. What was so `before` is left out.
pub(super) fn circle(
    kind: &Kind,
    before: Option<&Record>,
    after: &Record,
    lookup: &dyn Lookup,
) -> Result<Option<(FieldId, Refusal)>, Unanswered> {
    for (field, declared) in kind.shape.handles() {
        let own = matches!(&declared.ty, Type::Ref(kinds) if matches!(&kinds[..], [one] if *one == kind.shape.name));
        if !own || before.is_some_and(|before| before.get(field) == after.get(field)) {
            continue;
        }
        let mut through: Vec<Id> = Vec::new();
        let mut next = named_in(after, field);
        while let Some(id) = next.take().filter(|id| !through.contains(id)) {
            if id == after.id {
                let (kind, name) = (kind.name().to_owned(), declared.name.clone());
                return Ok(Some((field, Refusal::Unfit(Unfit::Circular { id, kind, field: name, through }))));
            }
            next = lookup.record(&id)?.as_ref().and_then(|other| named_in(other, field));
            through.push(id);
        }
    }
    Ok(None)
}

/// Another of these people who has an address that a change adds, and the field. People who were registered by mistake
/// do not count.
pub(super) fn with_address(
    policy: &Policy,
    people: &People,
    kind: &Kind,
    (before, after): (Option<&Record>, &Record),
    lookup: &dyn Lookup,
) -> Result<Option<(FieldId, Record)>, Unanswered> {
    let staff = Staff::of(&kind.shape);
    let Some((field, mut new)) = staff.addresses(after).filter(|_| kind.name() == STAFF) else { return Ok(None) };
    if let Some((_, old)) = before.and_then(|before| staff.addresses(before)) {
        new.retain(|address| !old.contains(address));
    }
    let with_one = |person: &&Person| person.emails.iter().any(|address| new.contains(&fold(address)));
    for person in people.iter().filter(|person| person.id != after.id).filter(with_one) {
        let Some(other) = lookup.record(&person.id)? else { continue };
        let still = staff.addresses(&other).is_some_and(|(_, all)| !all.is_disjoint(&new));
        if still && !policy.is_void(&other) {
            return Ok(Some((field, other.into_owned())));
        }
    }
    Ok(None)
}

/// The record that a field refers to.
fn named_in(record: &Record, field: FieldId) -> Option<Id> {
    if let Some(Value::Ref(id)) = record.get(field) { Some(id.clone()) } else { None }
}

/// Another record that counts and has the same unique value.
fn holder(unique: &Unique, record: &Record, lookup: &dyn Lookup) -> Result<Option<Record>, Unanswered> {
    let alike = lookup.alike(unique, record)?;
    Ok(alike.into_iter().find(|other| other.id != record.id && !unique.without.contains(&other.state)))
}

/// Whether two values mean the same. Two ids do if one record was merged into the other, or both into a third.
fn is_same(policy: &Policy, one: &Value, other: &Value, lookup: &dyn Lookup) -> Result<bool, Unanswered> {
    match (one, other) {
        (Value::Ref(one), Value::Ref(other)) if one != other => {
            let by = |record: &Record| policy.merged_by(record);
            Ok(filter::standing(one, &by, lookup)? == filter::standing(other, &by, lookup)?)
        }
        _ => Ok(one == other),
    }
}

/// The record that is referred to and disagrees, with its field. If one of the two is empty, nothing is checked.
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

/// The fields of a stored record that disagree with the records that they refer to, each with that record and its
/// field.
///
/// # Errors
/// If those records cannot be read.
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
