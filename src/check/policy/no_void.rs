//! A step to a void state removes a record that was registered by mistake from every figure. A kind without such a
//! state counts it for ever.

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
