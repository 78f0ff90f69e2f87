//! What a step requires before it is taken: fields, conditions, other steps, linked records.

use std::collections::BTreeSet;

use super::entitled::Case;
use super::{Hand, Lookup, Refusal, Setting, Unauthorised, Unfit, Unfulfilled, linked};
use crate::calendar::Moment;
use crate::filter::{Unanswered, span_start};
use crate::kind::{Ask, Attends, Condition, Entries};
use crate::record::{Event, FieldId, Fields, Record, Type, Value};

fn group(line: &Value) -> Option<&Fields> {
    if let Value::Group(fields) = line { Some(fields) } else { None }
}

/// Whether a list has a line that it did not have before. A second line with the same values counts, and so does a
/// line that was changed.
fn gains(before: &Value, after: &Value) -> bool {
    let (before, after) = (before.elements(), after.elements());
    let times = |lines: &[Value], line: &Value| lines.iter().filter(|other| *other == line).count();
    after.iter().any(|line| times(after, line) > times(before, line))
}

/// The values of a field, or of a field in each line of a list, as texts.
fn named_at<'r>(record: &'r Record, path: &[FieldId]) -> Vec<&'r str> {
    let Some((first, rest)) = path.split_first() else { return Vec::new() };
    let values = record.get(*first).map(Value::elements).unwrap_or_default().iter();
    match rest.first() {
        None => values.filter_map(Value::as_text).collect(),
        Some(inner) => values.filter_map(group).filter_map(|line| line.get(*inner)?.as_text()).collect(),
    }
}

impl Case<'_> {
    /// Everything that prevents a step at the time `at`. `draft` has the fields as the step leaves them. First come
    /// reasons that no filled-in value could remove, then missing fields, then wrong values.
    ///
    /// # Errors
    /// If other records that the rules ask about cannot be read.
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

    /// The refusal if the step was already taken as often as allowed, not counting the present one.
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

    pub(super) fn missing(&self, lookup: &dyn Lookup, draft: &Record) -> Result<Option<Refusal>, Unanswered> {
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

    /// The first list with fewer entries than the step asks for, or on fewer days.
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

    /// How many entries of a list count for a step, and on how many days they are.
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
        // entries without a date ask for no days
        (times, (days.len() as u64).max(u64::from(times > 0)))
    }

    pub(super) fn standing(&self) -> String {
        self.record.map(|record| record.state.clone()).unwrap_or_default()
    }

    /// What is missing of a field that is asked for: the field, or fields of its lines such as `remedies.0.amount`.
    pub(super) fn lacking(&self, ask: &Ask, draft: &Record) -> Vec<String> {
        let field = self.kind.field(ask.field);
        let value = draft.get(ask.field);
        let Some(inner) = ask.inner else {
            let before = self.record.filter(|_| ask.anew).and_then(|record| record.get(ask.field));
            let there =
                value.is_some_and(|value| !value.is_empty() && before.is_none_or(|before| gains(before, value)));
            return (!there).then(|| field.name.clone()).into_iter().collect();
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

    /// Refuses if a department has no participant, or none of its heads takes part. A head's deputy of that day
    /// counts as a head.
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

    /// Refuses if the case has grown, so that a decision which the step upholds is now above the authority of the
    /// person who took it.
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
}
