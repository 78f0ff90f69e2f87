//! The notices that were issued about a record so far.

use super::Unplanned;
use crate::calendar::{Moment, Run};
use crate::lifecycle::{Lookup, Noticed, noticed, occasion};
use crate::policy::{Occasion, Policy};
use crate::record::Id;

/// The notices about a record.
pub(super) struct Issued(Vec<Notice>);

struct Notice {
    occasion: Option<Occasion>,
    line: Noticed,
    /// Whether it is the only line of its notice, so that the notice's key is its own.
    alone: bool,
    at: Moment,
    key: String,
}

impl Issued {
    pub(super) fn about(id: &Id, policy: &Policy, lookup: &dyn Lookup) -> Result<Self, Unplanned> {
        let Some(fields) = &policy.notices.fields else { return Ok(Issued(Vec::new())) };
        let mut issued = Vec::new();
        for notice in lookup.linked(id, &fields.kind)? {
            let Some(first) = notice.history.first() else { continue };
            let (at, key) = (first.at, first.key.clone().unwrap_or_default());
            let occasion = occasion(&notice, fields);
            let lines = noticed(&notice, fields);
            let alone = lines.len() == 1;
            let own = lines.into_iter().filter(|line| line.about == *id);
            issued.extend(own.map(|line| Notice { occasion, line, alone, at, key: key.clone() }));
        }
        Ok(Issued(issued))
    }

    /// How many lines of an occasion there are about a deadline, to one department.
    pub(super) fn lines_to(&self, occasion: Occasion, deadline: &str, department: Option<&str>) -> u64 {
        let own = self.0.iter().filter(|notice| {
            let line = &notice.line;
            notice.occasion == Some(occasion)
                && line.deadline == deadline
                && line.to.department.as_deref() == department
        });
        own.count() as u64
    }

    /// How many lines there are about a run of a deadline, and when the last one was issued. Lines count that the
    /// planner made for the run, or that somebody made by hand during it. `keyed` says whether the planner made a key
    /// for the run.
    pub(super) fn about_run(
        &self,
        occasion: Occasion,
        deadline: &str,
        keyed: &dyn Fn(&str) -> bool,
        run: &Run,
    ) -> (u64, Option<Moment>) {
        let made = |notice: &&Notice| {
            if notice.alone && keyed(&notice.key) {
                return true;
            }
            if notice.line.deadline != deadline || notice.occasion != Some(occasion) {
                return false;
            }
            match notice.key.starts_with("remind:") {
                true => !notice.alone && notice.line.speaks_of(run),
                false => {
                    notice.at >= run.start
                        && (occasion == Occasion::Corrective || run.end.is_none_or(|end| notice.at <= end.at))
                }
            }
        };
        let own: Vec<&Notice> = self.0.iter().filter(made).collect();
        (own.len() as u64, own.iter().map(|notice| notice.at).max())
    }
}
