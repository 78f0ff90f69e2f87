//! What must be there and hold before a step is taken: fields, conditions, other steps, linked records.

use super::entitled::Case;
use super::{Lookup, Refusal, Setting, linked};
use crate::filter::Unanswered;
use crate::kind::{Condition, Need};
use crate::record::{Record, Value};

impl Case<'_> {
    /// Everything that keeps the record, with its fields as the step leaves them, from the step.
    ///
    /// # Errors
    /// Other records that the rules ask of cannot be read.
    pub(super) fn hindrances(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        draft: &Record,
    ) -> Result<Vec<Refusal>, Unanswered> {
        let mut found: Vec<Refusal> = self.missing(lookup, draft)?.into_iter().collect();
        for condition in &self.step.when {
            if !condition.filter.matches(draft, lookup)? {
                found.push(self.unmet(condition, draft));
            }
        }
        found.extend(self.before(setting, draft));
        for need in &self.step.needs {
            found.extend(self.needs(need, lookup, draft)?);
        }
        found.extend(self.dealt(lookup, draft)?);
        Ok(found)
    }

    fn missing(&self, lookup: &dyn Lookup, draft: &Record) -> Result<Option<Refusal>, Unanswered> {
        let mut missing = Vec::new();
        for ask in self.step.asks.iter().filter(|ask| draft.get(ask.field).is_none_or(Value::is_empty)) {
            if ask.when.as_ref().map_or(Ok(true), |when| when.filter.matches(draft, lookup))? {
                missing.push(ask);
            }
        }
        let Some(first) = missing.first() else { return Ok(None) };
        Ok(Some(Refusal::Missing {
            id: self.record.map(|record| record.id.clone()),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            fields: missing.iter().map(|ask| self.kind.field(ask.field).name.clone()).collect(),
            place: first.place.clone(),
        }))
    }

    fn unmet(&self, condition: &Condition, draft: &Record) -> Refusal {
        Refusal::Unmet {
            id: draft.id.clone(),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            condition: condition.text.value.clone(),
            reason: condition.reason.clone(),
            place: condition.text.place.clone(),
        }
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
    fn dealt(&self, lookup: &dyn Lookup, draft: &Record) -> Result<Option<Refusal>, Unanswered> {
        if !self.step.hands_over {
            return Ok(None);
        }
        let open: Vec<_> = lookup.dealt_to(&draft.id)?.into_iter().map(|r| (r.id, r.kind, r.state)).collect();
        let still = || Refusal::StillDealt {
            person: draft.id.clone(),
            step: self.step.name.clone(),
            open: open.clone(),
            place: self.step.place.clone(),
        };
        Ok((!open.is_empty()).then(still))
    }

    fn needs(&self, need: &Need, lookup: &dyn Lookup, draft: &Record) -> Result<Option<Refusal>, Unanswered> {
        let linked = lookup.linked(&draft.id, &need.kind)?;
        let lacking = need.some && !linked.iter().any(|record| need.states.contains(&record.state));
        let elsewhere = linked.into_iter().filter(|record| !need.states.contains(&record.state));
        let open: Vec<_> = elsewhere.map(|record| (record.id, record.state)).collect();
        Ok((lacking || (!need.some && !open.is_empty())).then(|| Refusal::Needs {
            id: draft.id.clone(),
            step: self.step.name.clone(),
            kind: need.kind.clone(),
            states: need.states.clone(),
            open,
            place: need.place.clone(),
        }))
    }
}
