//! Files among the rules that nothing reads: with a misspelt name, or in the folder that older books used.

use super::{Check, Found, Rulebook};
use crate::check::Severity;
use crate::label;
use crate::locale::messages::PolicyText as Text;
use crate::place::Place;
use crate::place::toml::nearest;
use crate::policy::{FILES, Reporting, Settings, Sources};

pub(super) static CHECK: Check = Check { name: "unread-files", severity: Severity::Warning, find };

fn find(rulebook: &Rulebook<'_>, found: &mut Found) {
    let home = rulebook.policy.forms.home;
    let older = |path: &str| path == home.file() || path.starts_with(home.folder());
    for (path, _) in rulebook.sources.iter() {
        let read = path == Settings::FILE || Sources::is_known(path) || older(path);
        if read || !Sources::is_source(path) {
            continue;
        }
        let message = match (Sources::moved(path), nearest(path, FILES)) {
            (Some(new), _) => label!(Text::UnreadMoved, new = new),
            (None, Some(near)) => label!(Text::UnreadNear, near = near),
            (None, None) => label!(Text::UnreadFile),
        };
        found.say(&Place::of_file(path), message);
    }
    let reports = &rulebook.policy.reports;
    let older = [
        (!reports.tables.is_empty(), "[[tables]]", "reports/monthly.toml"),
        (!reports.tracking.is_empty(), "[tracking]", "reports/tracking.toml"),
    ];
    let unread = |(said, _, new): &(bool, &str, &str)| *said && rulebook.sources.bytes(new).is_some();
    for (_, key, new) in older.into_iter().filter(unread) {
        found.say(&Place::of_file(Reporting::FILE), label!(Text::UnreadKey, key = key, new = new));
    }
}
