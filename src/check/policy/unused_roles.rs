//! Roles that no rule uses. They do no harm, but are sometimes a mistake.

use std::collections::BTreeSet;

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::{Holder, Who};
use crate::label;
use crate::locale::messages::PolicyText as Text;

pub(super) static CHECK: Check = Check { name: "unused-roles", severity: Severity::Note, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    let mut used: BTreeSet<String> = BTreeSet::new();
    for kind in policy.kinds.values() {
        let named = |who: &'_ Who| match who {
            Who::Role(role) => Some(role.clone()),
            Who::Post(post) => Some(post.role.clone()),
            _ => None,
        };
        let steps = kind.steps.iter().flat_map(|step| step.by.iter().chain(&step.instead));
        used.extend(steps.chain(kind.guards.iter().flat_map(|guard| &guard.by)).filter_map(named));
        used.extend(kind.deadlines.iter().flat_map(|deadline| &deadline.holder).filter_map(|holder| match holder {
            Holder::Role(role) => Some(role.clone()),
            Holder::Post(post) => Some(post.role.clone()),
            _ => None,
        }));
    }
    used.extend(policy.authority.values().flat_map(|table| &table.rows).map(|row| row.role.clone()));
    used.extend(policy.acting.clerks.iter().map(|clerks| clerks.role.clone()));
    used.extend(policy.control.roles().map(str::to_owned));
    used.extend(policy.recording.later().iter().cloned());
    used.extend(policy.departments.iter().flat_map(|department| department.head.iter().cloned()));
    used.extend(policy.roles.iter().filter_map(|role| role.reports_to.clone()));
    let idle = policy.roles.iter().filter(|role| !role.everybody && !role.retired && !used.contains(&role.name));
    idle.for_each(|role| found.say(&role.place, label!(Text::UnusedRole, role = role.name)));
}
