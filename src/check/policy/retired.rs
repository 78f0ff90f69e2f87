//! Retired names that are still in use: a step asks for one, leads to it or leads from it.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::{Kind, Post, Who};
use crate::label;
use crate::locale::messages::PolicyText as Text;

pub(super) static CHECK: Check = Check { name: "retired", severity: Severity::Error, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    let gone = |role: &str| policy.roles.get(role).is_some_and(|role| role.retired);
    for kind in policy.kinds.values() {
        for step in &kind.steps {
            for ask in step.asks.iter().filter(|ask| kind.field(ask.field).retired) {
                let field = kind.field(ask.field).name.as_str();
                found.say(&ask.place, label!(Text::AsksRetired, step = step.name, field = field));
            }
            for state in step.targets().into_iter().filter(|state| is_retired(kind, state)) {
                found.say(&step.place, label!(Text::LeadsToRetired, step = step.name, state = state));
            }
            for who in &step.by {
                if let Who::Role(role) | Who::Post(Post { role, .. }) = who
                    && gone(role)
                {
                    found.say(&step.place, label!(Text::RetiredRole, role = role));
                }
            }
        }
    }
    let guards = policy.kinds.values().flat_map(|kind| &kind.guards);
    for (guard, who) in guards.flat_map(|guard| guard.by.iter().map(move |who| (guard, who))) {
        if let Who::Role(role) | Who::Post(Post { role, .. }) = who
            && gone(role)
        {
            found.say(&guard.place, label!(Text::RetiredRole, role = role));
        }
    }
    for row in policy.authority.values().flat_map(|table| &table.rows).filter(|row| gone(&row.role)) {
        found.say(&row.place, label!(Text::RetiredRole, role = row.role));
    }
}

fn is_retired(kind: &Kind, state: &str) -> bool {
    kind.shape.state(state).is_some_and(|state| state.retired)
}
