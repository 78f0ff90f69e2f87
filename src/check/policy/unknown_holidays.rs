//! Holidays of a campaign that no file of the default calendar names: with a misspelt name, nobody is greeted.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::place::toml::nearest;
use crate::policy::Rhythm;

pub(super) static CHECK: Check = Check { name: "unknown-holidays", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let known = rulebook.policy.calendars.default().holiday_names();
    // a calendar without files, such as that of another country, has no names
    if known.is_empty() {
        return;
    }
    for campaign in &rulebook.policy.callbacks.campaigns {
        let Rhythm::Holiday { names, .. } = &campaign.rhythm else { continue };
        for name in names.iter().filter(|name| !known.contains(name.value.as_str())) {
            let near = nearest(&name.value, known.iter().copied());
            let names = near.map_or_else(|| known.iter().copied().collect::<Vec<_>>().join("、"), str::to_owned);
            found.say(&name.place, label!(Text::UnknownHoliday, name = name.value, known = names));
        }
    }
}
