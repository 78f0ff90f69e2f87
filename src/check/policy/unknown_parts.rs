//! Parts in `redress.toml` that this program does not have: an upgrade could not include them.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::policy::preset::PresetPart;

pub(super) static CHECK: Check = Check { name: "unknown-parts", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let known = PresetPart::ALL.iter().map(|part| part.name).collect::<Vec<_>>().join(", ");
    for part in rulebook.policy.settings.parts.iter().filter(|part| PresetPart::named(&part.value).is_none()) {
        found.say(&part.place, label!(Text::UnknownPart, name = part.value, known = known));
    }
}
