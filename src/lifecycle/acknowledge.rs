//! Acknowledges that an own event was overruled by a merge. Every kind has this step, and it changes nothing but the
//! history: the person has seen it.

use super::entitled::Case;
use super::time::Floor;
use super::{Operation, Refusal, Request, time};
use crate::kind::{Kind, Step};
use crate::record::{ACKNOWLEDGE, Record};

/// Whether the request acknowledges something: the kind has no step of its own with this name, and the person has an
/// overruled event on the record that the person has not seen yet.
pub(super) fn is_acknowledged_by(kind: &Kind, record: &Record, request: &Request) -> bool {
    let own = kind.steps_named(ACKNOWLEDGE).next().is_some();
    request.step == ACKNOWLEDGE && !own && record.unseen(&request.actor.person).next().is_some()
}

/// Why there is nothing to acknowledge. `None` if the request is about another step, or if the kind has an own step
/// with this name.
pub(super) fn nothing(kind: &Kind, record: &Record, request: &Request) -> Option<Refusal> {
    let own = kind.steps_named(ACKNOWLEDGE).next().is_some();
    let others = || record.uninformed().cloned().collect();
    (request.step == ACKNOWLEDGE && !own)
        .then(|| Refusal::NothingToAcknowledge { id: record.id.clone(), others: others() })
}

impl Operation<'_> {
    /// Notes on a record that the person has seen what was overruled. The record may be in any state.
    ///
    /// # Errors
    /// If the person is no longer of the staff, or if fields are given.
    pub(super) fn acknowledge(&mut self, kind: &Kind, before: Record, request: &Request) -> Result<(), Refusal> {
        let (at, noted) = time::of(request, &Floor::Opened(&before), self.setting.now)?;
        let step = Step::undeclared(ACKNOWLEDGE, &kind.place);
        let case = Case { kind, step: &step, record: Some(&before), fields: &before.fields };
        let hands = case.hands(&self.setting, &request.actor)?;
        let event = self.event(ACKNOWLEDGE, request, hands, None, at, noted);
        let after = self.append(kind, Some(&before), before.clone(), event)?;
        self.pending.put(Some(before), after);
        Ok(())
    }
}
