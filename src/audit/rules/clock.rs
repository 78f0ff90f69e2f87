//! Times. An event is recorded when its commit is made. The id of a record holds the day on which the record began.

use super::super::scene::{Scene, moment, renamed_from};
use super::{Of, Rule, shown};
use crate::audit::finding::{Finding, Severity};
use crate::label;
use crate::lifecycle::SKEW;
use crate::locale::messages::AuditText as Text;

pub(super) static RULE: Rule =
    Rule { name: "clock", ids: &["recorded-elsewhen", "remade", "id-date"], of: Of::Ordinary, look };

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    if scene.midway {
        return;
    }
    let zone = scene.zone();
    let made = moment(zone, scene.commit.authored);
    let mut events = 0usize;
    for delta in scene.deltas {
        if renamed_from(scene, delta).is_some() {
            continue;
        }
        for (at, event) in delta.new_events() {
            events += 1;
            let recorded = event.recorded();
            if (recorded - made).abs() > SKEW {
                let recorded = shown(&zone.local(recorded));
                let message = label!(Text::RecordedElsewhen, recorded = recorded, made = shown(&made));
                found.push(scene.of_record("recorded-elsewhen", delta, Some(at), message));
            }
        }
        let first = delta.after.as_ref().filter(|_| delta.before.is_none()).and_then(|after| after.history.first());
        if let (Some(first), Some(date)) = (first, delta.id.as_ref().and_then(|id| id.date()))
            && first.at.date_naive() != date
        {
            let message = label!(Text::IdDate, date = date, first = shown(&first.at));
            found.push(scene.of_record("id-date", delta, Some(0), message));
        }
    }
    let (authored, committed) = (scene.commit.authored, scene.commit.seconds);
    let parent = scene.commit.parent_seconds.unwrap_or(i64::MIN);
    // a clock that is behind the parent commit writes the parent's date
    let expected = authored.max(parent);
    if events > 0 && (committed - authored).abs().min((committed - expected).abs()) > SKEW.num_seconds() {
        let message = label!(Text::Remade, authored = shown(&made), committed = shown(&scene.moment()));
        found.push(scene.finding("remade", Severity::Warning, message));
    }
}
