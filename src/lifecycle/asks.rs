//! What must be there and hold before a step is taken: fields, conditions, other steps, linked records.

use std::collections::BTreeSet;

use super::entitled::Case;
use super::{Hand, Lacking, Lookup, Refusal, Setting, Unauthorised, Unentitled, Unfit, Unfulfilled, linked, linked_to};
use crate::calendar::Moment;
use crate::filter::{Unanswered, span_start};
use crate::kind::{Ask, Attends, Condition, Entries, Need};
use crate::place::Place;
use crate::record::{Event, FieldId, Fields, Id, Record, Type, Value};

/// What a step demands of other records.
pub(super) struct Elsewhere {
    /// Whether what must hold of them does, so far as it does not come with their end.
    pub(super) possible: bool,
    /// Those that must come to an end first, with kind and state.
    pub(super) open: Vec<(Id, String, String)>,
}

fn group(line: &Value) -> Option<&Fields> {
    if let Value::Group(fields) = line { Some(fields) } else { None }
}

/// What a field holds, or the field of each line of a list, as texts.
fn named_at<'r>(record: &'r Record, path: &[FieldId]) -> Vec<&'r str> {
    let Some((first, rest)) = path.split_first() else { return Vec::new() };
    let values = record.get(*first).map(Value::elements).unwrap_or_default().iter();
    match rest.first() {
        None => values.filter_map(Value::as_text).collect(),
        Some(inner) => values.filter_map(group).filter_map(|line| line.get(*inner)?.as_text()).collect(),
    }
}

impl Case<'_> {
    /// Everything that keeps the record, with its fields as the step leaves them, from a step that happens `at`. What no value that
    /// is filled in could mend comes first, then the fields that are missing, then what is wrong with those that are there.
    ///
    /// # Errors
    /// Other records that the rules ask of cannot be read.
    pub(super) fn hindrances(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        draft: &Record,
        at: Moment,
    ) -> Result<Vec<Refusal>, Unanswered> {
        let open = |field| self.record.is_none_or(|record| linked::seal(self.kind, record, field).is_none());
        let (mut found, mut wrong) = (Vec::new(), Vec::new());
        for demand in &self.step.when {
            let asked = demand.when.as_ref().map_or(Ok(true), |when| when.filter.matches(draft, lookup))?;
            if asked && !demand.holds.filter.matches(draft, lookup)? {
                let for_good = demand.holds.filter.fails_for_good(draft, lookup, &open)?;
                if for_good { &mut found } else { &mut wrong }.push(self.unmet(&demand.holds, draft));
            }
        }
        found.extend(self.before(setting, lookup, draft)?);
        found.extend(self.early(setting, lookup, at)?);
        found.extend(self.too_late(setting, lookup, at)?);
        found.extend(self.too_soon(setting, draft, at));
        found.extend(self.too_often(setting, at));
        for need in &self.step.needs {
            found.extend(self.needs(need, lookup, draft)?);
        }
        if self.step.voids(&self.kind.shape) {
            found.extend(self.named_by(setting, lookup, draft)?);
        }
        found.extend(self.dealt(lookup, draft)?);
        found.extend(self.missing(lookup, draft)?);
        found.extend(self.too_few(setting, lookup, draft)?);
        found.extend(wrong);
        found.extend(self.step.attends.iter().filter_map(|attends| self.absent(attends, setting, draft)));
        for limit in &self.step.limits {
            found.extend(self.exceeded(limit, setting, lookup, draft)?);
        }
        found.extend(self.outgrown(setting, lookup, draft));
        Ok(found)
    }

    /// Whether the step was taken as often as it may be, the one at hand left out.
    fn too_often(&self, setting: &Setting<'_>, at: Moment) -> Option<Refusal> {
        let (bound, record) = (self.step.at_most.as_ref()?, self.record?);
        let zone = setting.policy.calendars.default().zone();
        let entered = |state: &String| record.history.iter().rposition(|event| event.to.as_ref() == Some(state));
        let from = bound.since.as_ref().and_then(entered).map_or(0, |at| at + 1);
        let first = bound.within.map(|span| span_start(at, span, zone));
        let counts = |event: &&Event| event.step == self.step.name && first.is_none_or(|first| event.at >= first);
        let times = record.history.iter().skip(from).filter(counts).count() as u64;
        (times >= bound.times).then(|| {
            Refusal::Unfulfilled(Unfulfilled::TooOften {
                id: record.id.clone(),
                kind: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                state: self.standing(),
                times: (times, bound.times),
                within: bound.within,
                reason: bound.reason.clone(),
                place: bound.place.clone(),
            })
        })
    }

    fn missing(&self, lookup: &dyn Lookup, draft: &Record) -> Result<Option<Refusal>, Unanswered> {
        let mut fields = Vec::new();
        let mut place = None;
        for ask in self.step.asks.iter().filter(|ask| ask.entries.is_none()) {
            let lacking = self.lacking(ask, draft);
            if !lacking.is_empty() && ask.when.as_ref().map_or(Ok(true), |when| when.filter.matches(draft, lookup))? {
                fields.extend(lacking);
                place = place.or(Some(ask.place.clone()));
            }
        }
        let Some(place) = place else { return Ok(None) };
        Ok(Some(Refusal::Unfit(Unfit::Missing {
            id: self.record.map(|record| record.id.clone()),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            state: self.standing(),
            fields,
            noted: false,
            place,
        })))
    }

    /// The first list that has fewer entries than the step asks for, or on fewer days.
    fn too_few(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        draft: &Record,
    ) -> Result<Option<Refusal>, Unanswered> {
        for ask in &self.step.asks {
            let Some(entries) = &ask.entries else { continue };
            if !ask.when.as_ref().map_or(Ok(true), |when| when.filter.matches(draft, lookup))? {
                continue;
            }
            let (times, days) = self.counted(ask, entries, setting, draft);
            if times >= entries.times && days >= entries.days {
                continue;
            }
            return Ok(Some(Refusal::Unfulfilled(Unfulfilled::TooFew {
                id: draft.id.clone(),
                kind: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                state: self.standing(),
                field: self.kind.field(ask.field).name.clone(),
                times: (times, entries.times),
                days: (days, entries.days),
                reason: entries.reason.clone(),
                place: ask.place.clone(),
            })));
        }
        Ok(None)
    }

    /// How many entries of a list count for a step, and on how many days they lie.
    fn counted(&self, ask: &Ask, entries: &Entries, setting: &Setting<'_>, draft: &Record) -> (u64, u64) {
        let zone = setting.policy.calendars.default().zone();
        let entered = |state: &String| {
            let event = self.record?.history.iter().rfind(|event| event.to.as_ref() == Some(state));
            event.map(|event| event.at)
        };
        let since = entries.since.as_ref().and_then(entered);
        let mut days = BTreeSet::new();
        let mut times = 0;
        for entry in draft.get(ask.field).map(Value::elements).unwrap_or_default() {
            let value = match (entry, ask.inner) {
                (Value::Group(line), Some(inner)) if ask.lines.as_ref().is_none_or(|lines| lines.hold(line)) => {
                    line.get(inner)
                }
                (_, Some(_)) => None,
                (entry, None) => Some(entry),
            };
            let Some(value) = value.filter(|value| !value.is_empty()) else { continue };
            let (day, early) = match value {
                Value::Time(at) => (Some(zone.date(*at)), since.is_some_and(|since| *at < since)),
                Value::Date(day) => (Some(*day), since.is_some_and(|since| *day < zone.date(since))),
                _ => (None, false),
            };
            if !early {
                times += 1;
                days.extend(day);
            }
        }
        // what has no date asks for no days
        (times, (days.len() as u64).max(u64::from(times > 0)))
    }

    fn standing(&self) -> String {
        self.record.map(|record| record.state.clone()).unwrap_or_default()
    }

    /// What of a field is not there: the field, or the fields of its lines as `remedies.0.amount`.
    fn lacking(&self, ask: &Ask, draft: &Record) -> Vec<String> {
        let field = self.kind.field(ask.field);
        let value = draft.get(ask.field);
        let Some(inner) = ask.inner else {
            return value.is_none_or(Value::is_empty).then(|| field.name.clone()).into_iter().collect();
        };
        let Type::Group(shape) = field.ty.element() else { return Vec::new() };
        let lines = value.map(Value::elements).unwrap_or_default().iter().enumerate();
        let lacks = |(_, line): &(usize, &Value)| match line {
            Value::Group(line) => {
                ask.lines.as_ref().is_none_or(|lines| lines.hold(line)) && line.get(inner).is_none_or(Value::is_empty)
            }
            _ => false,
        };
        lines.filter(lacks).map(|(at, _)| format!("{}.{at}.{}", field.name, shape.field(inner).name)).collect()
    }

    fn unmet(&self, condition: &Condition, draft: &Record) -> Refusal {
        Refusal::Unfulfilled(Unfulfilled::Unmet {
            id: draft.id.clone(),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            state: self.standing(),
            condition: condition.text.value.clone(),
            reason: condition.reason.clone(),
            place: condition.text.place.clone(),
        })
    }

    /// The departments without anybody, or without a head, among those who take part. The person who stands in for a head that day is one.
    fn absent(&self, attends: &Attends, setting: &Setting<'_>, draft: &Record) -> Option<Refusal> {
        let (people, day) = (setting.people, setting.day());
        let (list, of) = attends.list;
        let lines: Vec<&Fields> =
            draft.get(list).map(Value::elements).unwrap_or_default().iter().filter_map(group).collect();
        let mut wanted: Vec<&str> = Vec::new();
        for name in attends.of.iter().flat_map(|path| named_at(draft, path)) {
            if !wanted.contains(&name) {
                wanted.push(name);
            }
        }
        let mut absent = Vec::new();
        for name in wanted {
            let heads = setting.policy.departments.heads(name, people, day);
            let is_head = |person: &str| {
                heads.iter().any(|head| {
                    head.id.as_str() == person
                        || people.deputies(&head.id, day).any(|deputy| deputy.person.as_str() == person)
                })
            };
            let takes_part = |line: &&Fields| {
                let asked = attends.head.filter(|_| !heads.is_empty());
                let fits = |head: FieldId| line.get(head).and_then(Value::as_text).is_some_and(is_head);
                line.get(of).and_then(Value::as_text) == Some(name) && asked.is_none_or(fits)
            };
            if !lines.iter().any(takes_part) {
                absent.push((name.to_owned(), heads.iter().map(|head| head.id.clone()).collect()));
            }
        }
        let list = &self.kind.field(list).name;
        (!absent.is_empty()).then(|| {
            Refusal::Unfulfilled(Unfulfilled::Absent {
                id: draft.id.clone(),
                kind: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                state: self.standing(),
                list: list.clone(),
                absent,
                reason: attends.reason.clone(),
                place: attends.place.clone(),
            })
        })
    }

    fn before(
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

    /// The steps that come before this one and were not taken yet, each with the place of the rule.
    ///
    /// # Errors
    /// What a condition asks of other records cannot be looked up.
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

    /// What the step demands of other records, as they stand.
    ///
    /// # Errors
    /// They cannot be looked up.
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

    /// Who could take a step that comes before this one, of these departments where it must be each of them.
    fn could_before(&self, setting: &Setting<'_>, step: &str, departments: &[String]) -> Vec<Id> {
        let Some(step) = self.kind.step_from(step, &self.standing()) else { return Vec::new() };
        let mut could = Case { step, ..*self }.could(setting);
        let own = |id: &Id| setting.people.get(id).and_then(|person| person.department.as_deref());
        could.retain(|id| departments.is_empty() || departments.iter().any(|named| own(id) == Some(named)));
        could
    }

    /// A decision that the step upholds and that the person who took it could not take by now, since the case has grown.
    fn outgrown(&self, setting: &Setting<'_>, lookup: &dyn Lookup, draft: &Record) -> Option<Refusal> {
        let record = self.record?;
        self.step.upholds.iter().find_map(|named| {
            let event = record.history.iter().rfind(|event| event.step == named.value)?;
            let step = self.kind.steps_named(&named.value).find(|step| step.authority.is_some())?;
            let hand = Hand { by: event.by.clone(), for_: event.for_.clone() };
            let decided = Case { step, ..*self };
            match decided.authority_on(setting, lookup, vec![hand], draft, (event.at, false)) {
                Err(Refusal::Unauthorised(Unauthorised::AboveAuthority { actor, amount, parts, roles, .. })) => {
                    Some(Refusal::Unauthorised(Unauthorised::Outgrown {
                        id: record.id.clone(),
                        kind: self.kind.name().to_owned(),
                        step: self.step.name.clone(),
                        decision: named.value.clone(),
                        person: event.for_.clone().unwrap_or(actor),
                        amount,
                        parts,
                        roles,
                        place: named.place.clone(),
                    }))
                }
                Err(other) => Some(other),
                Ok(_) => None,
            }
        })
    }

    /// Records that are dealt to the person whose record this is, where they must be handed over first (GP5).
    fn dealt(&self, lookup: &dyn Lookup, draft: &Record) -> Result<Option<Refusal>, Unanswered> {
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

    /// The first kind of which records name this one that are not void: what is void must be named by nothing else. What `needs`
    /// says of a kind holds in place of that.
    fn named_by(
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

    fn needs(&self, need: &Need, lookup: &dyn Lookup, draft: &Record) -> Result<Option<Refusal>, Unanswered> {
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
