//! Which notices are due now (NT1, NT3), by the rules of `notices.toml`. They go to the holder of a deadline that is
//! overdue or was met late.
//!
//! Reminders to one department on one day are one notice, with a line for each missed deadline. A corrective notice
//! has one line.
//!
//! * Lines are numbered for a case, deadline and department. All forms of the case count, and so do records that
//!   refer to one of them by the `case` of a rule.
//! * The idempotency key `remind:TYPE:ID:DEADLINE:START:N` says whether a notice was issued for a run. ID is the
//!   record, or the first form of the case. In a notice with several lines, each line keeps the beginning of its run.
//! * The last day of a span in days counts from its beginning, so that somebody who runs `remind` every morning is
//!   not a day late.
//! * If a rule has `settle`, the step that ends the last open run of a notice's lines also takes the `settle` step of
//!   the notice.

use std::cell::RefCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::Unplanned;
use super::issued::Issued;
use crate::bounds::NOTICE_LINES;
use crate::calendar::{Calendar, Moment, Outcome, Outside, Run, Span};
use crate::filter::Unanswered;
use crate::lifecycle::{Addressee, Held, Lookup, Party, Standing, deadlines, forms};
use crate::policy::{NoticeRule, Occasion, People, Policy};
use crate::record::{FieldId, Id, Record, Value, stored_time};

/// Everything that notices are planned from.
pub struct Pressing<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The staff.
    pub people: &'q People,
    /// The other records, with the earlier notices among them.
    pub lookup: &'q dyn Lookup,
    /// Returns the rule book that a record is judged by.
    pub rules: &'q dyn Fn(&Record) -> Result<Arc<Policy>, Unanswered>,
    /// Now.
    pub now: Moment,
    /// The records that rules may be about; see [`since`].
    pub records: &'q [Record],
}

/// A notice that is due.
#[derive(Debug, Clone)]
pub struct Due<'q> {
    /// The occasion.
    pub occasion: Occasion,
    /// The addressee. If it has several lines, the person and role only if all lines have the same.
    pub to: Addressee,
    /// The time by which it must be answered: the earliest of its lines.
    pub answer: Moment,
    /// The idempotency key: that of its first line.
    pub key: String,
    /// The missed deadlines that it is about, one on each line; never empty.
    pub lines: Vec<DueLine<'q>>,
}

/// A line of a notice that is due: one missed deadline.
#[derive(Debug, Clone)]
pub struct DueLine<'q> {
    /// The rule.
    pub rule: &'q NoticeRule,
    /// The record.
    pub about: Id,
    /// The deadline that was missed.
    pub deadline: String,
    /// How many notices the department has got about this deadline of the case, with this one, from 1.
    pub number: u64,
    /// The addressee.
    pub to: Addressee,
    /// When the deadline was due.
    pub missed: Moment,
    /// When the run began.
    pub since: Moment,
    /// When it was met. `None` if it is still overdue, or if the required step was never taken.
    pub ended: Option<Moment>,
    /// How late it is, in hours of working time. `None` if the calendar does not know, or if it was not late when it
    /// was dropped.
    pub late: Option<Decimal>,
    /// The time by which it must be answered.
    pub answer: Moment,
    /// The idempotency key. It is the same for a run of a deadline and the number of the notice about it. It names
    /// the record, or the first form of the case over which the deadline runs.
    pub key: String,
}

/// From when on changed records must be looked at, besides those that are not closed. `None` if no rule looks back.
///
/// # Errors
/// If the calendar does not know days that far back.
pub fn since(policy: &Policy, now: Moment) -> Result<Option<Moment>, Outside> {
    let calendar = policy.calendars.default();
    let corrective = policy.notices.rules.iter().filter(|rule| rule.occasion == Occasion::Corrective);
    let mut earliest = None;
    for span in corrective.filter_map(|rule| rule.look_back) {
        let at = calendar.before(now, span)?;
        earliest = Some(earliest.map_or(at, |before: Moment| before.min(at)));
    }
    Ok(earliest)
}

/// What numbers count by: the case, the occasion, the kind and name of the deadline, and the department.
type Counted = (Id, Occasion, String, String, Option<String>);

/// The notices that are due and were not issued yet, in the order of the rules, then of records and deadlines.
///
/// # Errors
/// If the calendar does not know the time for an answer, or if other records cannot be looked up.
pub fn notices<'q>(pressing: &Pressing<'q>) -> Result<Vec<Due<'q>>, Unplanned> {
    let mut records: Vec<&Record> = pressing.records.iter().collect();
    records.sort_by(|a, b| a.id.cmp(&b.id));
    records.dedup_by(|a, b| a.id == b.id);
    let mut due: Vec<(usize, Counted, DueLine<'q>)> = Vec::new();
    let mut numbers: BTreeMap<Counted, u64> = BTreeMap::new();
    let known = Known { pressing, notices: RefCell::default(), cases: RefCell::default() };
    for record in records {
        let mut rules: Vec<(usize, &'q NoticeRule)> = Vec::new();
        for (at, rule) in pressing.policy.notices.rules.iter().enumerate().filter(|(_, rule)| rule.kind == record.kind)
        {
            if rule.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, pressing.lookup))? {
                rules.push((at, rule));
            }
        }
        if rules.is_empty() {
            continue;
        }
        let judged = (pressing.rules)(record)?;
        let standings = deadlines(&judged, pressing.policy, pressing.people, record, pressing.lookup, pressing.now)?;
        if !standings.runs().any(|(_, run)| run.outcome == Outcome::Breached) {
            continue;
        }
        for standing in standings.iter().filter(|standing| !standing.deadline.outside) {
            for run in &standing.runs {
                let occasion = if run.end.is_some() { Occasion::Corrective } else { Occasion::Expedite };
                let speaks = |(_, rule): &&(usize, &NoticeRule)| rule.speaks_of(&standing.deadline.name, occasion);
                let Some((at, rule)) = rules.iter().find(speaks) else { continue };
                if let Some(found) = known.judge(rule, record, standing, run)? {
                    let case = known.case(record, rule)?;
                    let department = found.to.department.clone().filter(|_| pressing.keeps_departments());
                    let counted =
                        (case.root.clone(), occasion, record.kind.clone(), found.deadline.clone(), department);
                    if let Entry::Vacant(first) = numbers.entry(counted.clone()) {
                        first.insert(known.count(&case, &counted)?);
                    }
                    due.push((*at, counted, found));
                }
            }
        }
    }
    // the first notice about a case is about the deadline that was missed first
    due.sort_by(|(_, _, x), (_, _, y)| (x.missed, &x.about, &x.deadline).cmp(&(y.missed, &y.about, &y.deadline)));
    for (_, counted, found) in &mut due {
        let number = numbers.entry(counted.clone()).or_default();
        *number += 1;
        found.number = *number;
    }
    due.sort_by(|(a, _, x), (b, _, y)| (a, &x.about, x.missed, x.number).cmp(&(b, &y.about, y.missed, y.number)));
    Ok(gathered(pressing, due.into_iter().map(|(.., line)| line)))
}

/// Makes notices of the lines: one for each line, but reminders to the same department together, if the policy says
/// what lines are.
fn gathered<'q>(pressing: &Pressing<'q>, lines: impl Iterator<Item = DueLine<'q>>) -> Vec<Due<'q>> {
    let several = pressing.policy.notices.fields.as_ref().is_some_and(|fields| fields.items.is_some());
    let mut notices: Vec<Due<'q>> = Vec::new();
    for line in lines {
        let occasion = line.rule.occasion;
        let office = line.to.office();
        let nobody = office == Addressee::default();
        let same = |notice: &&mut Due<'q>| {
            several
                && !nobody
                && notice.occasion == Occasion::Expedite
                && notice.occasion == occasion
                && notice.lines.len() < NOTICE_LINES
                && notice.to.office() == office
        };
        match notices.iter_mut().find(same) {
            Some(notice) => {
                notice.answer = notice.answer.min(line.answer);
                notice.to.person = notice.to.person.take().filter(|person| Some(person) == line.to.person.as_ref());
                notice.to.role = notice.to.role.take().filter(|role| Some(role) == line.to.role.as_ref());
                notice.lines.push(line);
            }
            None => notices.push(Due {
                occasion,
                to: line.to.clone(),
                answer: line.answer,
                key: line.key.clone(),
                lines: vec![line],
            }),
        }
    }
    notices
}

/// What was looked up, so that each thing is looked up only once.
struct Known<'p, 'q> {
    pressing: &'p Pressing<'q>,
    notices: RefCell<BTreeMap<Id, Rc<Issued>>>,
    /// Cases, by the id of each form.
    cases: RefCell<BTreeMap<Id, Rc<Case>>>,
}

impl<'q> Known<'_, 'q> {
    /// The notice that a rule requires now about a run of a deadline, if it does.
    fn judge(
        &self,
        rule: &'q NoticeRule,
        record: &Record,
        standing: &Standing,
        run: &Run,
    ) -> Result<Option<DueLine<'q>>, Unplanned> {
        let pressing = self.pressing;
        let (calendar, now) = (&*standing.calendar, pressing.now);
        let Some(missed) = run.due.at().filter(|_| run.outcome == Outcome::Breached) else { return Ok(None) };
        let start = stored_time(&run.start);
        let deadline = &standing.deadline.name;
        let (before_id, after_id) = (format!("remind:{}:", rule.occasion.name()), format!("{deadline}:{start}:"));
        // a run over several forms is one run, whichever form the notice was about
        let forms = standing.of(&record.id);
        let (mut before, mut last): (u64, Option<Moment>) = (0, None);
        for form in forms {
            let named = |key: &str| {
                let (id, rest) = key.strip_prefix(&before_id)?.split_once(':')?;
                rest.starts_with(&after_id).then(|| forms.iter().any(|form| form.as_str() == id))
            };
            let keyed = |key: &str| named(key).unwrap_or_default();
            let (count, latest) = self.about(form)?.about_run(rule.occasion, deadline, &keyed, run);
            (before, last) = (before + count, last.max(latest));
        }
        let ended = run.end.map(|end| end.at);
        let wanted = match (rule.occasion, ended) {
            (Occasion::Expedite, None) if run.is_paused() || rule.at_most.is_some_and(|most| before >= most) => false,
            (Occasion::Expedite, None) => match (last, rule.every) {
                (None, _) => reached(calendar, missed, rule.after, now)?,
                (Some(_), None) => false,
                (Some(last), every) => reached(calendar, last, every, now)?,
            },
            (Occasion::Corrective, Some(ended)) => {
                let recent = match rule.look_back {
                    Some(span) => calendar.before(now, span)? <= ended,
                    None => true,
                };
                before == 0 && recent && reached(calendar, ended, rule.after, now)?
            }
            _ => false,
        };
        if !wanted {
            return Ok(None);
        }
        let root = forms.first().unwrap_or(&record.id);
        let worked = run.overdue_work(calendar, now).ok();
        Ok(Some(DueLine {
            rule,
            about: record.id.clone(),
            deadline: deadline.clone(),
            number: 0,
            to: pressing.addressee(&standing.held),
            missed,
            since: run.start,
            ended: ended.filter(|_| !run.is_never()),
            late: worked
                .filter(|seconds| !run.is_never() || *seconds > 0)
                .map(|seconds| (Decimal::from(seconds) / Decimal::from(3600)).round_dp(2)),
            answer: pressing.policy.calendars.default().proposed(now, rule.answer)?,
            key: format!("{before_id}{root}:{after_id}{}", before + 1),
        }))
    }

    /// The existing notices about a record.
    fn about(&self, id: &Id) -> Result<Rc<Issued>, Unplanned> {
        if let Some(known) = self.notices.borrow().get(id) {
            return Ok(known.clone());
        }
        let found = Rc::new(Issued::about(id, self.pressing.policy, self.pressing.lookup)?);
        self.notices.borrow_mut().insert(id.clone(), found.clone());
        Ok(found)
    }

    /// The case of a record: all its forms, and every record that refers to one of them by such a rule. If the
    /// record's rule says so, it is the case of the record that it refers to.
    fn case(&self, record: &Record, rule: &NoticeRule) -> Result<Rc<Case>, Unplanned> {
        let lookup = self.pressing.lookup;
        let named = match rule.case.and_then(|field| record.get(field)) {
            Some(Value::Ref(id)) => lookup.record(id)?.map(std::borrow::Cow::into_owned),
            _ => None,
        };
        let form = named.as_ref().unwrap_or(record);
        if let Some(known) = self.cases.borrow().get(&form.id) {
            return Ok(known.clone());
        }
        let policy = self.pressing.policy;
        let forms = policy.kind(&form.kind).map_or(Ok(vec![form.clone()]), |kind| forms(kind, form, lookup))?;
        let forms: Vec<Id> = forms.into_iter().map(|form| form.id).collect();
        let mut members: BTreeSet<Id> = forms.iter().cloned().collect();
        let others: BTreeSet<(&str, FieldId)> =
            policy.notices.rules.iter().filter_map(|rule| Some((rule.kind.as_str(), rule.case?))).collect();
        for (kind, field) in others {
            for form in &forms {
                let linked = lookup.linked(form, kind)?.into_iter();
                let names = |other: &Record| matches!(other.get(field), Some(Value::Ref(to)) if to == form);
                members.extend(linked.filter(names).map(|other| other.id));
            }
        }
        let root = forms.first().unwrap_or(&form.id).clone();
        let case = Rc::new(Case { root, members });
        let forms = forms.into_iter().map(|form| (form, case.clone()));
        self.cases.borrow_mut().extend(forms);
        Ok(case)
    }

    /// How often a department was sent lines about a deadline of a case.
    fn count(&self, case: &Case, counted: &Counted) -> Result<u64, Unplanned> {
        let (_, wanted, kind, deadline, department) = counted;
        let of_kind = |id: &&Id| self.pressing.policy.kind_of(id).is_some_and(|own| own.name() == kind);
        let mut count = 0;
        for id in case.members.iter().filter(of_kind) {
            count += self.about(id)?.lines_to(*wanted, deadline, department.as_deref());
        }
        Ok(count)
    }
}

impl Pressing<'_> {
    /// Whether notices keep departments. If they do not, departments cannot be compared later.
    fn keeps_departments(&self) -> bool {
        self.policy.notices.fields.as_ref().is_some_and(|fields| fields.department.is_some())
    }

    fn addressee(&self, held: &Held) -> Addressee {
        match held.parties().first() {
            Some(Party::Person(id)) => {
                let department = self.people.get(id).and_then(|person| person.department.clone());
                Addressee { department, person: Some(id.clone()), role: None }
            }
            Some(Party::Role(role)) => {
                let department = self.policy.departments.led_by(role).map(|department| department.name.clone());
                Addressee { person: None, role: Some(role.clone()), department }
            }
            Some(Party::Seat(seat)) => {
                Addressee { person: None, role: Some(seat.role.clone()), department: Some(seat.department.clone()) }
            }
            Some(Party::Department(name)) => Addressee { department: Some(name.clone()), ..Addressee::default() },
            Some(Party::Anybody | Party::Outside(_)) | None => Addressee::default(),
        }
    }
}

/// Whether a span has passed since a moment. The last day counts from its beginning, so that a check every morning is
/// not a day late.
fn reached(calendar: &Calendar, since: Moment, span: Option<Span>, now: Moment) -> Result<bool, Outside> {
    let Some(span) = span else { return Ok(now >= since) };
    let end = calendar.proposed(since, span)?;
    Ok(match span.seconds() {
        Some(_) => now >= end,
        None => calendar.zone().date(now) >= calendar.zone().date(end - chrono::TimeDelta::seconds(1)),
    })
}

/// A case: its first form, which identifies it, and everything that belongs to it by the rules.
struct Case {
    root: Id,
    members: BTreeSet<Id>,
}
