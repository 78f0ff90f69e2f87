//! Escalation level by level (CP12): the role in a field rises one level by `reports-to`. No level that somebody
//! holds is skipped.

use super::{Operation, Refusal, Request, Unauthorised};
use crate::kind::Step;
use crate::record::{Record, Value};

impl Operation<'_> {
    /// Puts the next level into the field of `climbs`. If the request gives a level, it must be that one.
    pub(super) fn climbed(
        &self,
        step: &Step,
        before: &Record,
        request: &Request,
        after: &mut Record,
    ) -> Result<(), Refusal> {
        let Some(climb) = &step.climbs else { return Ok(()) };
        let (setting, day) = (&self.setting, self.setting.day());
        let here = before.get(climb.field).and_then(Value::as_text).unwrap_or(&climb.from);
        let held = |role: &&crate::policy::Role| setting.people.with_role(&role.name, day).next().is_some();
        let Some(next) = setting.policy.roles.above(here).find(held) else {
            return Err(Refusal::Unauthorised(Unauthorised::NoLevel {
                id: before.id.clone(),
                kind: before.kind.clone(),
                step: step.name.clone(),
                role: here.to_owned(),
                place: climb.place.clone(),
            }));
        };
        let given = request.set.iter().find(|(field, _)| *field == climb.field);
        match given.and_then(|(_, value)| value.as_ref()).and_then(Value::as_text) {
            Some(given) if given != next.name => Err(Refusal::Unauthorised(Unauthorised::NotNextLevel {
                id: before.id.clone(),
                step: step.name.clone(),
                role: given.to_owned(),
                next: next.name.clone(),
                place: climb.place.clone(),
            })),
            _ => {
                after.fields.set(climb.field, Value::Text(next.name.clone()));
                Ok(())
            }
        }
    }
}
