//! The labels of the policy's names that records store: the deadline of a notice, the rule of a sanction, the
//! campaign of a callback.

use super::Policy;
use crate::kind::Kind;
use crate::locale::{Label, Lang};
use crate::record::{FieldId, Fields, Value};

impl Policy {
    /// The label of what a field of a record names. `None` if the field names no part of the policy, or only a former
    /// part.
    pub fn called_in(&self, kind: &Kind, field: FieldId, fields: &Fields) -> Option<&Label> {
        let own = |of: &str| of == kind.name();
        let name = fields.get(field)?.as_text()?;
        if let Some(notice) = self.notices.fields.as_ref().filter(|is| own(&is.kind) && is.deadline == field) {
            return self.deadline_called(name, fields.get(notice.about));
        }
        let sanction = self.deductions.fields.as_ref();
        if sanction.is_some_and(|is| own(&is.kind) && is.rule == Some(field)) {
            return self.deductions.rules.iter().find(|rule| rule.name == name).map(|rule| &rule.label);
        }
        let callback = self.callbacks.fields.as_ref();
        if callback.is_some_and(|is| own(&is.kind) && is.campaign == Some(field)) {
            return self
                .callbacks
                .campaigns
                .iter()
                .find(|campaign| campaign.name == name)
                .map(|campaign| &campaign.label);
        }
        None
    }

    /// The lines of a list with labels in place of the policy's names, such as the deadlines in a notice's lines. It
    /// does for lines what [`Policy::called_in`] does for the record. One list for each language; `None` if the list
    /// names no part of the policy.
    pub fn called_in_lines(&self, kind: &Kind, list: FieldId, value: &Value) -> Option<[Value; 2]> {
        let notices = self.notices.fields.as_ref().filter(|is| is.kind == kind.name())?;
        let items = notices.items.as_ref().filter(|items| items.list == list)?;
        let called = |lang| {
            let line = |value: &Value| {
                let Value::Group(line) = value else { return value.clone() };
                let name = line.get(items.deadline).and_then(Value::as_text);
                let label = name.and_then(|name| self.deadline_called(name, line.get(items.about)));
                let mut line = line.clone();
                label.into_iter().for_each(|label| line.set(items.deadline, Value::Text(label.get(lang).to_owned())));
                Value::Group(line)
            };
            Value::List(value.elements().iter().map(line).collect())
        };
        Some(Lang::ALL.map(called))
    }

    /// The label of what a field of such a line names in the policy.
    pub fn called_in_line(&self, kind: &Kind, list: FieldId, line: &Fields, field: FieldId) -> Option<&Label> {
        let notices = self.notices.fields.as_ref().filter(|is| is.kind == kind.name())?;
        let items = notices.items.as_ref().filter(|items| items.list == list && items.deadline == field)?;
        self.deadline_called(line.get(field).and_then(Value::as_text)?, line.get(items.about))
    }

    fn deadline_called(&self, name: &str, about: Option<&Value>) -> Option<&Label> {
        let Some(Value::Ref(about)) = about else { return None };
        self.kind_of(about)?.deadline(name).map(|deadline| &deadline.label)
    }
}
