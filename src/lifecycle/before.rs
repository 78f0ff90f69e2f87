//! What other steps and other records must have done before a step is taken.

use super::entitled::Case;
use super::{Lacking, Lookup, Refusal, Setting, Unentitled, Unfulfilled, linked, linked_to};
use crate::filter::Unanswered;
use crate::kind::{Need, Step, Target};
use crate::place::Place;
use crate::record::{Event, FieldId, Id, Record, Type, Value};

/// What a step demands of other records.
pub(super) struct Elsewhere {
    /// Whether the demands that do not depend on those records' end are met.
    pub(super) possible: bool,
    /// The records that must end first, with kind and state.
    pub(super) open: Vec<(Id, String, String)>,
}

/// Where that comes from which a step demands of the record itself.
pub(super) enum Given {
    /// It is there, or is given with the step.
    WithIt,
    /// These other steps give it.
    Before(Vec<String>),
    /// Nothing that leads from the state gives it.
    Nowhere,
}

/// Whether a step asks for a field, sets it, or is there to change it.
fn gives(step: &Step, field: FieldId) -> bool {
    let branches = if let Target::First(branches) = &step.to { branches.as_slice() } else { &[] };
    step.asks.iter().any(|ask| ask.field == field)
        || step.sets.iter().any(|(set, _)| *set == field)
        || step.adds.iter().any(|(list, _)| *list == field)
        || step.climbs.as_ref().is_some_and(|climb| climb.field == field)
        || branches.iter().flat_map(|branch| &branch.changes).any(|path| path.first() == Some(&field))
}

impl Case<'_> {
    pub(super) fn before(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        draft: &Record,
    ) -> Result<Option<Refusal>, Unanswered> {
        let lacking = self.lacking_before(setting, lookup, draft)?;
        let (missing, places): (Vec<Lacking>, Vec<&Place>) = lacking.into_iter().unzip();
        let (Some(record), Some(place)) = (self.record, places.first()) else { return Ok(None) };
        Ok(Some(Refusal::Unfulfilled(Unfulfilled::Before {
            id: record.id.clone(),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            state: self.standing(),
            missing,
            place: (*place).clone(),
        })))
    }

    /// The steps that must come before this one and were not taken yet, each with the place of its rule.
    ///
    /// # Errors
    /// If a condition asks about other records and they cannot be looked up.
    pub(super) fn lacking_before(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        draft: &Record,
    ) -> Result<Vec<(Lacking, &Place)>, Unanswered> {
        let Some(record) = self.record else { return Ok(Vec::new()) };
        let mut missing = Vec::new();
        for after in &self.step.after {
            if !after.when.as_ref().map_or(Ok(true), |when| when.filter.matches(draft, lookup))? {
                continue;
            }
            let since = match &after.since {
                None => linked::since_entered(self.kind, record),
                Some(state) => linked::since(record, state),
            };
            let taken = || since.iter().filter(|event| event.step == after.step);
            let times = after.times.saturating_sub(taken().count());
            let departments = match after.each {
                None => Vec::new(),
                Some(field) => {
                    let wanted = draft.get(field).map(Value::elements).unwrap_or_default();
                    let wanted = wanted.iter().filter_map(Value::as_text);
                    let signed = |department: &str| taken().any(|event| signs_for(setting, event, department));
                    wanted.filter(|name| !signed(name)).map(str::to_owned).collect()
                }
            };
            let lacks = if after.each.is_some() { !departments.is_empty() } else { times > 0 };
            if lacks {
                let could = self.could_before(setting, &after.step, &departments);
                missing.push((Lacking { step: after.step.clone(), departments, times, could }, &after.place));
            }
        }
        Ok(missing)
    }

    /// What the step demands of other records, as they are now.
    ///
    /// # Errors
    /// If they cannot be looked up.
    pub(super) fn elsewhere(&self, lookup: &dyn Lookup, record: &Record) -> Result<Elsewhere, Unanswered> {
        let mut found = Elsewhere { possible: true, open: Vec::new() };
        for demand in self.step.when.iter().filter(|demand| demand.holds.filter.follows()) {
            let asked = demand.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, lookup))?;
            found.possible &= !asked || demand.holds.filter.matches(record, lookup)?;
        }
        for need in &self.step.needs {
            let linked = linked_to(lookup, self.kind, &record.id, &need.kind)?;
            let satisfied = need.some && linked.iter().any(|other| need.states.contains(&other.state));
            let open = linked.into_iter().filter(|other| !satisfied && !need.states.contains(&other.state));
            found.open.extend(open.map(|other| (other.id, other.kind, other.state)));
        }
        Ok(found)
    }

    /// Where a value comes from that the step demands of the record itself and that the record does not have yet.
    /// `steps` lead from its state.
    ///
    /// # Errors
    /// Other records that the rules ask of cannot be looked up.
    pub(super) fn lacking_given(
        &self,
        steps: &[&Step],
        lookup: &dyn Lookup,
        record: &Record,
    ) -> Result<Given, Unanswered> {
        let mut before: Vec<String> = Vec::new();
        for demand in self.step.when.iter().filter(|demand| !demand.holds.filter.follows()) {
            let holds = &demand.holds.filter;
            let asked = demand.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, lookup))?;
            if !asked || holds.matches(record, lookup)? {
                continue;
            }
            let mends = |step: &Step| {
                let gives = |field: FieldId| gives(step, field);
                holds.fails_for_good(record, lookup, &gives).map(|fails| !fails)
            };
            if mends(self.step)? {
                continue;
            }
            let found = before.len();
            for other in steps.iter().filter(|other| other.name != self.step.name) {
                if mends(other)? {
                    before.push(other.name.clone());
                }
            }
            // a field can be given with the step; what follows from lines of a list is mended in these lines first
            let no_lines = |field| !matches!(self.kind.field(field).ty.element(), Type::Group(_));
            if found == before.len() && holds.fails_for_good(record, lookup, &no_lines)? {
                return Ok(Given::Nowhere);
            }
        }
        Ok(if before.is_empty() { Given::WithIt } else { Given::Before(before) })
    }

    /// Who could take an earlier step. If each of some departments must take it, these are their people.
    fn could_before(&self, setting: &Setting<'_>, step: &str, departments: &[String]) -> Vec<Id> {
        let Some(step) = self.kind.step_from(step, &self.standing()) else { return Vec::new() };
        let mut could = Case { step, ..*self }.could(setting);
        let own = |id: &Id| setting.people.get(id).and_then(|person| person.department.as_deref());
        could.retain(|id| departments.is_empty() || departments.iter().any(|named| own(id) == Some(named)));
        could
    }

    /// Refuses if records are assigned to the person whose record this is, and they must be handed over first (GP5).
    pub(super) fn dealt(&self, lookup: &dyn Lookup, draft: &Record) -> Result<Option<Refusal>, Unanswered> {
        if !self.step.hands_over {
            return Ok(None);
        }
        let open: Vec<_> = lookup.dealt_to(&draft.id)?.into_iter().map(|r| (r.id, r.kind, r.state)).collect();
        let still = || {
            Refusal::Unentitled(Unentitled::StillDealt {
                person: draft.id.clone(),
                kind: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                open: open.clone(),
                place: self.step.place.clone(),
            })
        };
        Ok((!open.is_empty()).then(still))
    }

    /// The first kind with a record that refers to this one and is not void. Only void records may refer to a void
    /// record. If a step has `needs` for a kind, that rule counts in place of this one.
    pub(super) fn named_by(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        draft: &Record,
    ) -> Result<Option<Refusal>, Unanswered> {
        let said = |name: &str| self.step.needs.iter().any(|need| need.kind == name);
        for kind in setting.policy.kinds.values().filter(|kind| !said(kind.name())) {
            let mut linked = lookup.linked(&draft.id, kind.name())?;
            linked.retain(|other| other.id != draft.id);
            if !linked.is_empty() {
                return Ok(Some(Refusal::Unfulfilled(Unfulfilled::Needs {
                    id: draft.id.clone(),
                    of: self.kind.name().to_owned(),
                    step: self.step.name.clone(),
                    kind: kind.name().to_owned(),
                    states: kind.shape.voids().map(str::to_owned).collect(),
                    open: linked.into_iter().map(|other| (other.id, other.state)).collect(),
                    place: self.step.place.clone(),
                })));
            }
        }
        Ok(None)
    }

    pub(super) fn needs(
        &self,
        need: &Need,
        lookup: &dyn Lookup,
        draft: &Record,
    ) -> Result<Option<Refusal>, Unanswered> {
        let linked = linked_to(lookup, self.kind, &draft.id, &need.kind)?;
        let lacking = need.some && !linked.iter().any(|record| need.states.contains(&record.state));
        let elsewhere = linked.into_iter().filter(|record| !need.states.contains(&record.state));
        let open: Vec<_> = elsewhere.map(|record| (record.id, record.state)).collect();
        Ok((lacking || (!need.some && !open.is_empty())).then(|| {
            Refusal::Unfulfilled(Unfulfilled::Needs {
                id: draft.id.clone(),
                of: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                kind: need.kind.clone(),
                states: need.states.clone(),
                open,
                place: need.place.clone(),
            })
        }))
    }
}

/// Whether a step was taken by somebody of a department, or for somebody of it.
fn signs_for(setting: &Setting<'_>, event: &Event, department: &str) -> bool {
    let signer = setting.people.get(event.for_.as_ref().unwrap_or(&event.by));
    signer.is_some_and(|person| person.department.as_deref() == Some(department))
}
