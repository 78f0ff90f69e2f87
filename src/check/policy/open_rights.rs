//! Steps with which anybody of the staff can change what decides over rights: roles, deputies, addresses, department,
//! and who works here. People could raise themselves with them.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::{EDIT, Guard, IMPORT, Kind, Step, Target, Who};
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::policy::{Policy, STAFF, Staff};
use crate::record::{Class, FieldId, Type};

pub(super) static CHECK: Check = Check { name: "open-rights", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let policy = rulebook.policy;
    let Some(kind) = policy.kind(STAFF) else { return };
    let edit = Step::edit_like(kind.first_step());
    let staff = Staff::of(&kind.shape);
    let declared = kind.steps_named(EDIT).next().is_some();
    let steps = kind.steps.iter().chain((!declared).then_some(&edit));
    for step in steps.filter(|step| is_open(policy, &step.by)) {
        let free = staff.deciding().filter(|field| !is_kept(policy, kind, *field));
        let mut free: Vec<&str> = free.map(|field| kind.field(field).name.as_str()).collect();
        if hires(kind, step) {
            free.push("state");
        }
        if !free.is_empty() {
            found.say(&step.place, label!(Text::OpenRights, step = step.name, fields = free.join(", ")));
        }
    }
}

/// Whether anybody of the staff is among these people. Without a list everybody is, and on their own record everybody
/// is the person whose record it is.
fn is_open(policy: &Policy, by: &[Who]) -> bool {
    let everybody = policy.roles.everybody();
    let open = |who: &Who| match who {
        Who::Role(role) => everybody.contains(&role.as_str()),
        _ => false,
    };
    by.is_empty() || by.iter().any(open) || by.contains(&Who::Own)
}

/// Whether a field has owners, as a whole or in every column of its lines. People may name their own deputies, which
/// gives them no right, so an owner may be the person whose record it is.
fn is_kept(policy: &Policy, kind: &Kind, field: FieldId) -> bool {
    let own = Staff::of(&kind.shape).deputies() == Some(field);
    let keeps = |guard: &Guard| {
        let by: Vec<Who> = guard.by.iter().filter(|who| !own || **who != Who::Own).cloned().collect();
        !is_open(policy, &by)
    };
    let guarded = |path: &[FieldId]| kind.guards.iter().any(|guard| guard.path == path && keeps(guard));
    let columns = match kind.field(field).ty.element() {
        Type::Group(inner) => inner.handles().map(|(id, _)| id).collect(),
        _ => Vec::new(),
    };
    guarded(&[field]) || (!columns.is_empty() && columns.iter().all(|column| guarded(&[field, *column])))
}

/// Whether a step says of a person that is there that they work here, or no longer. A new person has no right before
/// somebody gives one.
fn hires(kind: &Kind, step: &Step) -> bool {
    let Target::State(to) = &step.to else { return matches!(step.to, Target::Previous) };
    let closed = |state: &str| kind.shape.class(state) == Class::Closed;
    step.name != IMPORT && step.from.iter().any(|from| closed(from) != closed(to))
}
