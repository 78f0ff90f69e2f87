//! What must be there and hold before a step is taken: fields, conditions, other steps, linked records.

use super::entitled::Case;
use super::{Lookup, Refusal, Setting, linked};
use crate::record::{Record, Value};

impl Case<'_> {
    /// Everything that keeps the record, with its fields as the step leaves them, from the step.
    pub(super) fn hindrances(&self, setting: &Setting<'_>, lookup: &dyn Lookup, draft: &Record) -> Vec<Refusal> {
        let mut found: Vec<Refusal> = self.missing(lookup, draft).into_iter().collect();
        found.extend(self.unmet(lookup, draft));
        found.extend(self.before(setting, draft));
        found.extend(self.needs(lookup, draft));
        found.extend(self.dealt(lookup, draft));
        found
    }

    fn missing(&self, lookup: &dyn Lookup, draft: &Record) -> Option<Refusal> {
        let wanted = |ask: &&crate::kind::Ask| {
            draft.get(ask.field).is_none_or(Value::is_empty)
                && ask.when.as_ref().is_none_or(|when| when.filter.matches(draft, lookup))
        };
        let missing: Vec<_> = self.step.asks.iter().filter(wanted).collect();
        let first = missing.first()?;
        Some(Refusal::Missing {
            id: self.record.map(|record| record.id.clone()),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            fields: missing.iter().map(|ask| self.kind.field(ask.field).name.clone()).collect(),
            place: first.place.clone(),
        })
    }

    fn unmet<'r>(&'r self, lookup: &'r dyn Lookup, draft: &'r Record) -> impl Iterator<Item = Refusal> + 'r {
        let unmet = self.step.when.iter().filter(|condition| !condition.filter.matches(draft, lookup));
        unmet.map(|condition| Refusal::Unmet {
            id: draft.id.clone(),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            condition: condition.text.value.clone(),
            reason: condition.reason.clone(),
            place: condition.text.place.clone(),
        })
    }

    fn before(&self, setting: &Setting<'_>, draft: &Record) -> Option<Refusal> {
        let record = self.record?;
        let since = linked::since_entered(self.kind, record);
        let mut missing = Vec::new();
        let mut place = None;
        for after in &self.step.after {
            let taken = || since.iter().filter(|event| event.step == after.step);
            let lacking = match after.each {
                None if taken().next().is_some() => continue,
                None => Vec::new(),
                Some(field) => {
                    let wanted = draft.get(field).map(Value::elements).unwrap_or_default();
                    let wanted = wanted.iter().filter_map(Value::as_text);
                    let signed = |department: &str| {
                        taken().any(|event| {
                            let signer = setting.people.get(event.for_.as_ref().unwrap_or(&event.by));
                            signer.is_some_and(|person| person.department.as_deref() == Some(department))
                        })
                    };
                    let lacking: Vec<String> = wanted.filter(|name| !signed(name)).map(str::to_owned).collect();
                    if lacking.is_empty() {
                        continue;
                    }
                    lacking
                }
            };
            missing.push((after.step.clone(), lacking));
            place = place.or(Some(after.place.clone()));
        }
        Some(Refusal::Before {
            id: record.id.clone(),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            missing,
            place: place?,
        })
    }

    /// Records that are dealt to the person whose record this is, where they must be handed over first (GP5).
    fn dealt(&self, lookup: &dyn Lookup, draft: &Record) -> Option<Refusal> {
        if !self.step.hands_over {
            return None;
        }
        let open: Vec<_> = lookup.dealt_to(&draft.id).into_iter().map(|r| (r.id, r.kind, r.state)).collect();
        let still = || Refusal::StillDealt {
            person: draft.id.clone(),
            step: self.step.name.clone(),
            open: open.clone(),
            place: self.step.place.clone(),
        };
        (!open.is_empty()).then(still)
    }

    fn needs<'r>(&'r self, lookup: &'r dyn Lookup, draft: &'r Record) -> impl Iterator<Item = Refusal> + 'r {
        self.step.needs.iter().filter_map(move |need| {
            let linked = lookup.linked(&draft.id, &need.kind);
            let lacking = need.some && !linked.iter().any(|record| need.states.contains(&record.state));
            let elsewhere = linked.into_iter().filter(|record| !need.states.contains(&record.state));
            let open: Vec<_> = elsewhere.map(|record| (record.id, record.state)).collect();
            (lacking || (!need.some && !open.is_empty())).then(|| Refusal::Needs {
                id: draft.id.clone(),
                step: self.step.name.clone(),
                kind: need.kind.clone(),
                states: need.states.clone(),
                open,
                place: need.place.clone(),
            })
        })
    }
}
