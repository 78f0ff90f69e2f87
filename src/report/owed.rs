//! The present duties of records: running deadlines with their holders, and next steps for records without one.

use super::source::Owed;
use super::{Clock, Timed, Untimed};
use crate::lifecycle::Duty;
use crate::locale::Label;
use crate::record::Record;

impl Owed {
    /// Adds the duties of a record, from the runs of its deadlines and its duties.
    pub fn take(&mut self, record: &Record, title: Label, mut clocks: Vec<Clock>, duties: Vec<Duty>) {
        clocks.retain(|clock| clock.end.is_none());
        for duty in duties {
            let holder = duty.held.stored();
            match &duty.standing {
                Some(standing) => {
                    let own = clocks.iter_mut().filter(|clock| clock.timing.name == standing.deadline.name);
                    own.for_each(|clock| clock.holder = Some(holder.clone()));
                }
                None => self.untimed.push(Untimed {
                    id: record.id.clone(),
                    kind: record.kind.clone(),
                    title: title.clone(),
                    state: record.state.clone(),
                    next: duty.steps,
                    holder,
                    opened: record.opened(),
                    waiting: duty.waiting,
                }),
            }
        }
        if !clocks.is_empty() {
            self.running.push(Timed { id: record.id.clone(), kind: record.kind.clone(), title, clocks });
        }
    }
}
