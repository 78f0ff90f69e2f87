//! What stands in a record by its name in the policy, as people call it: the deadline of a notice, the rule of a sanction, the
//! campaign of a callback.

use super::Policy;
use crate::kind::Kind;
use crate::locale::Label;
use crate::record::{FieldId, Fields, Value};

impl Policy {
    /// What people call what a field of a record names; none where it names nothing of the policy, or only what was there once.
    pub fn called_in(&self, kind: &Kind, field: FieldId, fields: &Fields) -> Option<&Label> {
        let name = fields.get(field)?.as_text()?;
        let own = |of: &str| of == kind.name();
        if let Some(notice) = self.notices.fields.as_ref().filter(|is| own(&is.kind) && is.deadline == field) {
            let Some(Value::Ref(about)) = fields.get(notice.about) else { return None };
            return self.kind_of(about)?.deadline(name).map(|deadline| &deadline.label);
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
}
