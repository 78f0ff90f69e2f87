//! Notices about missed deadlines (NT1) are settled automatically once the deadline ends, if the policy says so.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::noticed::{Noticed, noticed, occasion};
use super::{Operation, Refusal, Request, Setting, Shown, Standing, Standings, deadlines_shown, linked};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::policy::{NoticeFields, NoticeRule, Occasion};
use crate::record::{Class, Id, Record};

impl Operation<'_> {
    /// Takes the settling step of the notices about a record whose deadline the present step has just ended. Today's
    /// kind file decides whether it has ended, because notices follow today's rules.
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
        // a form may end a deadline of its whole case, about which earlier forms have notices
        let mut forms: Vec<Id> = vec![record.id.clone()];
        let own = policy.kind(&record.kind);
        let over = own.and_then(|kind| Some((kind, kind.deadlines.iter().find_map(|deadline| deadline.over)?)));
        if let Some((own, field)) = over.filter(|(_, field)| record.get(*field).is_some()) {
            forms = linked::forms_by(own, record, field, self.lookup())?.into_iter().map(|form| form.id).collect();
        }
        let mut open: BTreeMap<Id, Record> = BTreeMap::new();
        for form in &forms {
            let linked = self.lookup().linked(form, kind.name())?.into_iter();
            let pressing = linked.filter(|notice| is_open(notice, kind, fields, form));
            open.extend(pressing.map(|notice| (notice.id.clone(), notice)));
        }
        if open.is_empty() {
            return Ok(());
        }
        let standings = self.stands_now(record)?;
        for notice in open.into_values() {
            let items = noticed(&notice, fields);
            let Some(own) = items.iter().find(|item| forms.contains(&item.about)) else { continue };
            let Some(settle) = self.settling(&rules, record, &own.deadline)? else { continue };
            // a notice about several deadlines is settled with the last of them
            let (here, elsewhere): (Vec<&Noticed>, Vec<&Noticed>) =
                items.iter().partition(|item| item.about == record.id);
            if here.iter().any(|item| runs(&standings, item)) || self.is_pressing(&elsewhere)? {
                continue;
            }
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

    /// Whether a deadline of another record in a notice is still open.
    fn is_pressing(&self, items: &[&Noticed]) -> Result<bool, Refusal> {
        for item in items {
            let Some(about) = self.lookup().record(&item.about)?.map(Cow::into_owned) else { continue };
            if runs(&self.stands_now(&about)?, item) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The deadlines of a record now, including those over all forms of its case, whichever form shows them.
    fn stands_now(&self, record: &Record) -> Result<Standings, Refusal> {
        let Setting { policy, people, now, .. } = self.setting;
        Ok(deadlines_shown(Shown::Each, policy, policy, people, record, self.lookup(), now)?)
    }

    /// The settling step of the first rule that names a deadline of the record.
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

/// Whether the run in a line of a notice still goes on; another run may have begun since.
fn runs(standings: &Standings, item: &Noticed) -> bool {
    let own = standings.iter().filter(|standing| standing.deadline.name == item.deadline);
    own.filter_map(Standing::running).any(|run| item.speaks_of(run))
}

fn is_open(notice: &Record, kind: &Kind, fields: &NoticeFields, about: &Id) -> bool {
    occasion(notice, fields) == Some(Occasion::Expedite)
        && noticed(notice, fields).iter().any(|item| item.about == *about)
        && kind.shape.class(&notice.state) != Class::Closed
}

/// When a notice is settled: at the time of the step, but not before the notice's own last event.
fn later(on: Option<Moment>, notice: &Record) -> Option<Moment> {
    on.filter(|on| notice.history.last().is_none_or(|last| last.at <= *on))
}
