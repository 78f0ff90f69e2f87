//! When a commit was made: not before the one that it follows, and not after the audit. The program never writes a
//! committer date before that of the parent.

use super::super::scene::{Scene, moment};
use super::{Of, Rule, shown};
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::lifecycle::SKEW;
use crate::locale::messages::AuditText as Text;
use crate::policy::Clock;

pub(super) static RULE: Rule =
    Rule { name: "moment", ids: &["before-parent", "dated-back", "ahead-of-clock"], of: Of::Every, look };

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let (zone, skew) = (scene.zone(), SKEW.num_seconds());
    let committed = scene.commit.seconds;
    // in a book for practice the people say what time it is
    let is_real = scene.policy.is_none_or(|policy| policy.settings.clock == Clock::Real);
    if let Some(parent) = scene.commit.parent_seconds
        && committed.saturating_add(skew) < parent
    {
        let parent = shown(&moment(zone, parent));
        let message = label!(Text::BeforeParent, committed = shown(&scene.moment()), parent = parent);
        found.push(scene.finding("before-parent", Severity::Error, message));
    } else if let Some(clock) = scene.commit.clock.filter(|_| is_real && scene.commit.is_dated_back()) {
        let (authored, clock) = (shown(&moment(zone, scene.commit.authored)), shown(&moment(zone, clock)));
        let message = label!(Text::DatedBack, authored = authored, clock = clock);
        found.push(scene.finding("dated-back", Severity::Warning, message));
    }
    let latest = scene.commit.made();
    if let Some(now) = scene.now.filter(|now| latest > now.saturating_add(skew)) {
        let (latest, now) = (shown(&moment(zone, latest)), shown(&moment(zone, now)));
        let message = label!(Text::AheadOfClock, committed = latest, now = now);
        found.push(scene.finding("ahead-of-clock", Severity::Error, message));
    }
}
