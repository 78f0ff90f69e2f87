//! Fields that the first step of a kind seals and a later step seals again. The first seal lasts for ever, so the
//! later one changes nothing. It does no harm, and it shows what the later step approves.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::kind::Step;
use crate::label;
use crate::locale::messages::PolicyText as Text;

pub(super) static CHECK: Check = Check { name: "sealed-twice", severity: Severity::Note, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let keys = rulebook.keys();
    for kind in rulebook.policy.kinds.values() {
        let (making, later): (Vec<&Step>, Vec<&Step>) = kind.steps.iter().partition(|step| step.from.is_empty());
        for step in later {
            for field in step.seals.iter().filter(|field| making.iter().all(|first| first.seals.contains(field))) {
                let (field, first) = (kind.field(*field).name.as_str(), kind.first_step().name.as_str());
                let message = label!(Text::SealsIdle, field = field, step = step.name, first = first);
                found.say(&keys.place(&step.place, "seals"), message);
            }
        }
    }
}
