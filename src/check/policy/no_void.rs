//! What was registered by mistake is taken out of every figure by a step to a void state. A kind without such a state keeps it for ever.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::label;
use crate::locale::messages::PolicyText as Text;

pub(super) static CHECK: Check = Check { name: "no-void", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    for kind in rulebook.policy.kinds.values().filter(|kind| kind.shape.voids().next().is_none()) {
        found.say(&kind.place, label!(Text::NoVoid, kind = kind.name()));
    }
}
