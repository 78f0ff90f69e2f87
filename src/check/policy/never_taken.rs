//! Steps that nobody can ever take, or not from some of their states: an earlier step cannot happen, the people who
//! may take them are barred, or a required field can never be filled in.

use super::{Check, Found, Rulebook, linked};
use crate::check::Severity;
use crate::kind::{Guard, Kind, NotBy, Step, Who, following, within};
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::policy::Policy;

pub(super) static CHECK: Check = Check { name: "never-taken", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    for kind in rulebook.policy.kinds.values() {
        for step in &kind.steps {
            after(kind, step, found);
            if step.authority.is_none() && !step.by.is_empty() && step.by.iter().all(|who| forbidden(step, who)) {
                let place = rulebook.keys().place(&step.place, "not-by");
                found.say(&place, label!(Text::NobodyLeft, step = step.name));
            }
            for need in step.needs.iter().filter(|need| need.some && !is_named(rulebook.policy, &need.kind, kind)) {
                let message = label!(Text::NeedsNone, step = step.name, other = need.kind, kind = kind.name());
                found.say(&need.place, message);
            }
        }
        // Nothing is filled in before the first step.
        for step in kind.steps.iter().filter(|step| step.from.is_empty()) {
            for ask in step.asks.iter().filter(|ask| ask.when.is_none() && ask.inner.is_none()) {
                let guard = kind.guards.iter().find(|guard| guard.path == [ask.field]);
                let set = step.sets.iter().any(|(field, _)| *field == ask.field);
                if guard.is_some_and(|guard| !set && !any_fills(guard, step)) {
                    let field = kind.field(ask.field).name.as_str();
                    found.say(&ask.place, label!(Text::FirstGuarded, step = step.name, field = field));
                }
            }
        }
    }
}

/// An earlier step of `after` must be possible in each state from which the step leads, and after that state was
/// entered.
fn after(kind: &Kind, step: &Step, found: &mut Found) {
    for after in &step.after {
        let possible = |from: &&String| match &after.since {
            None => within(kind, from).contains(after.step.as_str()),
            Some(_) => following(kind, &after.step).contains(from.as_str()),
        };
        let impossible: Vec<&str> = step.from.iter().filter(|from| !possible(from)).map(String::as_str).collect();
        if !impossible.is_empty() {
            let (states, after_step) = (impossible.join(", "), after.step.as_str());
            found.say(&after.place, label!(Text::AfterNever, step = step.name, after = after_step, states = states));
        }
    }
}

/// Whether four eyes bar everybody whom an entry of `by` means.
fn forbidden(step: &Step, who: &Who) -> bool {
    step.not_by.iter().filter(|bar| bar.when.is_none()).any(|bar| match (who, &bar.who) {
        (Who::Step(by), NotBy::Step(not)) => by == not,
        (Who::Field(by), NotBy::Field(not)) => by == not,
        _ => false,
    })
}

/// Whether somebody who may fill in a field may also take a step. People who are not named by role can be anybody. A
/// field that only has `not-by` can be filled in by all others.
fn any_fills(guard: &Guard, step: &Step) -> bool {
    let is_role = |who: &Who| matches!(who, Who::Role(_));
    step.by.is_empty()
        || guard.by.is_empty()
        || !step.by.iter().all(is_role)
        || !guard.by.iter().all(is_role)
        || step.by.iter().any(|who| guard.by.contains(who))
}

fn is_named(policy: &Policy, by: &str, kind: &Kind) -> bool {
    policy.kind(by).is_none_or(|other| linked::names(other, kind.name()))
}
