//! Records to be made: the result of each planner as values. The command that plans shows them and makes them.

use chrono::TimeDelta;

use super::{Due, DueLine, Planned, PlannedDuty, Proposal, Warned};
use crate::policy::{NoticeLines, Occasion, Policy, RecurringDuty};
use crate::record::{FieldId, Fields, Id, Type, Value};

/// A record to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its kind.
    pub kind: String,
    /// The idempotency key: a second run does not make the record again.
    pub key: String,
    /// Its fields.
    pub set: Vec<(FieldId, Value)>,
}

impl Draft {
    fn of(kind: &str, key: &str) -> Self {
        Draft { kind: kind.to_owned(), key: key.to_owned(), set: Vec::new() }
    }

    /// Sets a field, if the policy has it and there is a value.
    fn put(&mut self, field: Option<FieldId>, value: Option<Value>) {
        self.set.extend(field.zip(value));
    }
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn person(id: &Id) -> Value {
    Value::Text(id.to_string())
}

impl Planned<'_> {
    /// The callback as a record. `None` if the policy has no kind for callbacks.
    pub fn draft(&self, policy: &Policy) -> Option<Draft> {
        let fields = policy.callbacks.fields.as_ref()?;
        let assignee = policy.kind(&fields.kind)?.assignee;
        let mut draft = Draft::of(&fields.kind, &self.key);
        draft.put(Some(fields.client), Some(Value::Ref(self.client.clone())));
        draft.put(fields.about, self.about.clone().map(Value::Ref));
        draft.put(fields.campaign, text(&self.campaign.name));
        draft.put(fields.due, Some(Value::Date(self.due)));
        draft.put(assignee, self.assignee.as_ref().map(person));
        if let Some((occasion, day)) = &self.occasion {
            draft.put(fields.occasion, text(occasion.get(policy.settings.lang)));
            draft.put(fields.day, Some(Value::Date(*day)));
        }
        let own = self.with.iter().chain(&self.campaign.set).cloned();
        for (field, value) in own {
            // values from the campaign replace those that follow from the day
            draft.set.retain(|(there, _)| *there != field);
            draft.set.push((field, value));
        }
        Some(draft)
    }
}

impl PlannedDuty<'_> {
    /// The duty as a record. `None` if its kind does not exist.
    pub fn draft(&self, policy: &Policy) -> Option<Draft> {
        let kind = policy.kind(&self.duty.kind)?;
        let mut draft = Draft::of(kind.name(), &self.key);
        let said = |value: &Value| match value {
            Value::Text(text) => {
                Value::Text(text.replace(RecurringDuty::PERIOD, self.period.get(policy.settings.lang)))
            }
            other => other.clone(),
        };
        draft.set.extend(self.duty.set.iter().map(|(field, value)| (*field, said(value))));
        draft.set.extend(self.with.iter().cloned());
        let due = self.duty.field.map(|field| match kind.field(field).ty {
            Type::Time => Value::Time(self.at),
            _ => Value::Date(self.due),
        });
        draft.put(self.duty.field, due);
        draft.put(kind.assignee, self.assignee.as_ref().map(person));
        Some(draft)
    }
}

impl Warned<'_> {
    /// The remedy as a record. `said` fills in the policy's texts. `None` if its kind does not exist.
    pub fn draft(&self, policy: &Policy, said: &dyn Fn(&str) -> String) -> Option<Draft> {
        let kind = policy.kind(&self.remedy.kind)?;
        let mut draft = Draft::of(kind.name(), &self.key);
        let written = |value: &Value| match value {
            Value::Text(text) => Value::Text(said(text)),
            other => other.clone(),
        };
        draft.set.extend(self.remedy.set.iter().map(|(field, value)| (*field, written(value))));
        draft.set.extend(self.with.iter().cloned());
        let due = self.remedy.field.zip(self.due).map(|(field, (day, at))| match kind.field(field).ty {
            Type::Time => Value::Time(at),
            _ => Value::Date(day),
        });
        draft.put(self.remedy.field, due);
        let behind: Vec<Value> = self.behind.iter().cloned().map(Value::Ref).collect();
        draft.put(self.remedy.evidence, (!behind.is_empty()).then_some(Value::List(behind)));
        draft.put(kind.assignee, self.assignee.as_ref().map(person));
        Some(draft)
    }
}

impl Proposal {
    /// The sanction as a record. `None` if the policy has no kind for sanctions.
    pub fn draft(&self, policy: &Policy) -> Option<Draft> {
        let fields = policy.deductions.fields.as_ref()?;
        let reason = self.label.get(policy.settings.lang);
        let joint: Vec<Value> = self.joint.iter().map(person).collect();
        let mut draft = Draft::of(&fields.kind, &self.key);
        let about = Some(&self.about).filter(|about| !about.is_person());
        draft.put(fields.about, about.cloned().map(Value::Ref));
        draft.put(fields.person, self.person.as_ref().map(person));
        draft.put(fields.department, self.department.as_deref().and_then(text));
        draft.put(fields.ty, text(&self.ty));
        draft.put(fields.rule, text(&self.rule));
        draft.put(fields.reason, text(reason));
        draft.put(fields.amount, self.amount.map(Value::Money));
        draft.put(fields.joint_with, (!joint.is_empty()).then_some(Value::List(joint)));
        draft.put(fields.joint_amount, self.joint_amount.map(Value::Money));
        Some(draft)
    }
}

impl Due<'_> {
    /// The notice as a record. Its own fields have the values of its first line too. `None` if the policy has no
    /// kind for notices.
    pub fn draft(&self, policy: &Policy) -> Option<Draft> {
        let (fields, first) = (policy.notices.fields.as_ref()?, self.lines.first()?);
        let mut draft = Draft::of(&fields.kind, &self.key);
        draft.put(Some(fields.about), Some(Value::Ref(first.about.clone())));
        draft.put(Some(fields.occasion), text(fields.stored(self.occasion)));
        draft.put(fields.number, Some(Value::Count(first.number)));
        draft.put(Some(fields.deadline), text(&first.deadline));
        draft.put(fields.department, self.to.department.as_deref().and_then(text));
        draft.put(fields.person, self.to.person.as_ref().map(person));
        draft.put(fields.role, self.to.role.as_deref().and_then(text));
        draft.put(Some(fields.missed), Some(Value::Time(first.missed)));
        draft.put(fields.ended, first.ended.map(Value::Time));
        draft.put(fields.late, first.late.map(Value::Decimal));
        draft.put(fields.due, Some(Value::Date(self.last_day(policy))));
        if let Some(items) = fields.items.as_ref().filter(|_| self.occasion == Occasion::Expedite) {
            let lines = self.lines.iter().map(|of| Value::Group(line(items, of)));
            draft.put(Some(items.list), Some(Value::List(lines.collect())));
        }
        Some(draft)
    }

    /// The last day for an answer in time.
    pub fn last_day(&self, policy: &Policy) -> chrono::NaiveDate {
        policy.calendars.default().zone().date(self.answer - TimeDelta::seconds(1))
    }
}

/// One line of a notice about several missed deadlines.
fn line(items: &NoticeLines, of: &DueLine<'_>) -> Fields {
    let mut line = Fields::new();
    let mut put = |field: Option<FieldId>, value: Option<Value>| {
        if let (Some(field), Some(value)) = (field, value) {
            line.set(field, value);
        }
    };
    put(Some(items.about), Some(Value::Ref(of.about.clone())));
    put(Some(items.deadline), text(&of.deadline));
    put(items.number, Some(Value::Count(of.number)));
    put(Some(items.missed), Some(Value::Time(of.missed)));
    put(items.since, Some(Value::Time(of.since)));
    put(items.person, of.to.person.as_ref().map(person));
    put(items.role, of.to.role.as_deref().and_then(text));
    line
}
