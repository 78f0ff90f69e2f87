//! Roles that no rule names. They do no harm, and are sometimes a slip.

use std::collections::BTreeSet;

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::{Holder, Who};
use crate::label;
use crate::locale::messages::PolicyText as Text;

pub(super) static CHECK: Check = Check { name: "unused-roles", severity: Severity::Note, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for kind in policy.kinds.values() {
        used.extend(kind.steps.iter().flat_map(|step| &step.by).filter_map(|who| match who {
            Who::Role(role) => Some(role.as_str()),
            _ => None,
        }));
        let owners = kind.guards.iter().flat_map(|guard| &guard.by);
        used.extend(owners.filter_map(|who| if let Who::Role(role) = who { Some(role.as_str()) } else { None }));
        used.extend(kind.deadlines.iter().flat_map(|deadline| &deadline.holder).filter_map(|holder| match holder {
            Holder::Role(role) => Some(role.as_str()),
            _ => None,
        }));
    }
    used.extend(policy.authority.values().flat_map(|table| &table.rows).map(|row| row.role.as_str()));
    used.extend(policy.acting.clerks.iter().map(|clerks| clerks.role.as_str()));
    used.extend(policy.recording.later().iter().map(String::as_str));
    used.extend(policy.departments.iter().flat_map(|department| department.head.iter().map(String::as_str)));
    used.extend(policy.roles.iter().filter_map(|role| role.reports_to.as_deref()));
    let idle =
        policy.roles.iter().filter(|role| !role.everybody && !role.retired && !used.contains(role.name.as_str()));
    idle.for_each(|role| found.say(&role.place, label!(Text::UnusedRole, role = role.name)));
}
