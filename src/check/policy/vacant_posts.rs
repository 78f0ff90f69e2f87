//! Departments in which nobody has a role that a rule needs there, such as `head@department`. For such a department
//! the rule finds nobody.

use std::collections::BTreeMap;

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::{Holder, Post, Who};
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::place::Place;

pub(super) static CHECK: Check = Check { name: "vacant-posts", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let (policy, today) = (rulebook.policy, rulebook.today);
    // while no person has a department, there is nothing to compare the rules with
    if !rulebook.people.iter().any(|person| person.active && person.department.is_some()) {
        return;
    }
    let mut asked: BTreeMap<(String, bool), &Place> = BTreeMap::new();
    let mut ask = |post: &Post, place| {
        asked.entry((post.role.clone(), post.above)).or_insert(place);
    };
    for kind in policy.kinds.values() {
        let steps = kind.steps.iter().flat_map(|step| step.by.iter().map(move |who| (who, &step.place)));
        let guards = kind.guards.iter().flat_map(|guard| guard.by.iter().map(move |who| (who, &guard.place)));
        for (who, place) in steps.chain(guards) {
            if let Who::Post(post) = who {
                ask(post, place);
            }
        }
        for deadline in &kind.deadlines {
            let posts = deadline.holder.iter().filter_map(|holder| match holder {
                Holder::Post(post) => Some(post),
                Holder::Role(_) | Holder::Field(_) | Holder::Department(_) => None,
            });
            posts.for_each(|post| ask(post, &deadline.place));
        }
    }
    for row in policy.authority.values().flat_map(|table| &table.rows) {
        row.posts.values().for_each(|post| ask(post, &row.place));
    }
    for ((role, above), place) in asked {
        let taken = |name: &str| {
            let holds = |person: &crate::policy::Person| person.active && person.has_seat(&role, name, today);
            rulebook.people.iter().any(holds)
        };
        let vacant = policy.departments.iter().filter(|department| !department.retired).filter(|department| {
            let mut over = policy.departments.above(&department.name).peekable();
            // a department at the top has none above it, which is not a gap
            if above { over.peek().is_some() && !over.any(|up| taken(&up.name)) } else { !taken(&department.name) }
        });
        let vacant: Vec<&str> = vacant.map(|department| department.name.as_str()).collect();
        let names = vacant.join(", ");
        match (vacant.is_empty(), above) {
            (true, _) => {}
            (false, false) => found.say(place, label!(Text::VacantPost, role = role, names = names)),
            (false, true) => found.say(place, label!(Text::VacantAbove, role = role, names = names)),
        }
    }
}
