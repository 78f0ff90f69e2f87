//! Notices that press for something (NT1) settle themselves once it is done, where the policy says so.

use super::{Operation, Refusal, Request, deadlines};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::policy::{NoticeFields, NoticeRule, Occasion};
use crate::record::{Class, Id, Record, Value};

impl Operation<'_> {
    /// Takes the step by which they are settled of the notices about a record whose deadline the step has just ended. Whether
    /// it has is told by today's kind file, since notices are today's.
    pub(super) fn settle_notices(
        &mut self,
        record: &Record,
        step: &str,
        request: &Request,
        depth: usize,
    ) -> Result<(), Refusal> {
        let policy = self.setting.policy;
        let pressing = |rule: &&NoticeRule| rule.kind == record.kind && rule.settle.is_some();
        let rules: Vec<&NoticeRule> = policy.notices.rules.iter().filter(pressing).collect();
        let Some(fields) = &policy.notices.fields else { return Ok(()) };
        let Some(kind) = policy.kind(&fields.kind) else { return Ok(()) };
        if rules.is_empty() {
            return Ok(());
        }
        let linked = self.lookup().linked(&record.id, kind.name())?;
        let open: Vec<Record> = linked.into_iter().filter(|notice| is_open(notice, kind, fields, &record.id)).collect();
        if open.is_empty() {
            return Ok(());
        }
        let standings = deadlines::deadlines(policy, policy, record, self.lookup(), self.setting.now)?;
        for notice in open {
            let deadline = notice.get(fields.deadline).and_then(Value::as_text).unwrap_or_default();
            let missed = match notice.get(fields.missed) {
                Some(Value::Time(at)) => Some(*at),
                _ => None,
            };
            let own = standings.iter().filter(|standing| standing.deadline.name == deadline);
            let mut running = own.filter_map(|standing| standing.running());
            // another run may have begun since
            if running.any(|run| missed.is_none() || run.due.at() == missed) {
                continue;
            }
            let Some(settle) = self.settling(&rules, record, deadline)? else { continue };
            if kind.step_from(&settle.value, &notice.state).is_none() {
                continue;
            }
            let next = Request {
                on: later(request.on, &notice),
                ..Request::new(settle.value.as_str(), request.actor.clone())
            };
            let via = format!("{}#{step}", record.id);
            self.take(&notice.id, &next, Some(&via), depth + 1).map_err(|cause| Refusal::Consequence {
                of: record.kind.clone(),
                step: step.to_owned(),
                on: Some((notice.id.clone(), notice.kind.clone())),
                what: settle.value.clone(),
                cause: Box::new(cause),
                place: settle.place.clone(),
            })?;
        }
        Ok(())
    }

    /// The step by which the first rule that speaks of a deadline of the record settles its notices.
    fn settling<'r>(
        &self,
        rules: &[&'r NoticeRule],
        record: &Record,
        deadline: &str,
    ) -> Result<Option<&'r crate::place::Placed<String>>, Refusal> {
        for rule in rules.iter().filter(|rule| rule.speaks_of(deadline, Occasion::Expedite)) {
            if rule.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, self.lookup()))? {
                return Ok(rule.settle.as_ref());
            }
        }
        Ok(None)
    }
}

fn is_open(notice: &Record, kind: &Kind, fields: &NoticeFields, about: &Id) -> bool {
    matches!(notice.get(fields.about), Some(Value::Ref(to)) if to == about)
        && notice.get(fields.occasion).and_then(Value::as_text) == Some(fields.stored(Occasion::Expedite))
        && kind.shape.class(&notice.state) != Class::Closed
}

/// When a notice is settled by what happened at a time: then, but not before something that happened to the notice itself.
fn later(on: Option<Moment>, notice: &Record) -> Option<Moment> {
    on.filter(|on| notice.history.last().is_none_or(|last| last.at <= *on))
}
