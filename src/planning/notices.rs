//! Which notices are due now (NT1, NT3): by the rules of `notices.toml`, to whoever holds what is overdue or was closed late.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rust_decimal::Decimal;

use super::Unplanned;
use crate::calendar::{Calendar, Moment, Outcome, Outside, Roll, Run, Span};
use crate::lifecycle::{Held, Lookup, Party, Standing, chain, deadlines};
use crate::policy::{NoticeFields, NoticeRule, Occasion, People, Policy};
use crate::record::{FieldId, Id, Record, Value, stored_time};

/// What notices are planned from.
pub struct Pressing<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The staff.
    pub people: &'q People,
    /// The other records, of which the notices that there are already.
    pub lookup: &'q dyn Lookup,
    /// The rule book that a record is judged by.
    pub rules: &'q dyn Fn(&Record) -> Arc<Policy>,
    /// Now.
    pub now: Moment,
    /// The records that rules may speak of; see [`since`].
    pub records: &'q [Record],
}

/// A notice that is due.
#[derive(Debug, Clone)]
pub struct Due<'q> {
    /// By which rule.
    pub rule: &'q NoticeRule,
    /// About which record.
    pub about: Id,
    /// The deadline that was missed.
    pub deadline: String,
    /// Which notice of its type about the case it is, from 1.
    pub number: u64,
    /// Whom it goes to.
    pub to: Addressee,
    /// When the deadline was due.
    pub missed: Moment,
    /// When it was met at last; none where it is overdue still, or what it demanded was never done.
    pub ended: Option<Moment>,
    /// How late that is, in hours of working time; none where the calendar does not know, or where it was passed over in time.
    pub late: Option<Decimal>,
    /// Until when it is to be answered.
    pub answer: Moment,
    /// The idempotency key: the same for a run of a deadline and the number of the notice about it.
    pub key: String,
}

/// Whom a notice goes to. Nobody is named where the deadline has no holder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addressee {
    /// The person.
    pub person: Option<Id>,
    /// The role, where nobody is named in person.
    pub role: Option<String>,
    /// The department.
    pub department: Option<String>,
}

/// Since when records must be looked at that something happened to, besides those that are not closed; none where no rule
/// looks back.
///
/// # Errors
/// The calendar does not know that far back.
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

/// The notices that are due and were not issued yet, in the order of the rules, then of records and deadlines.
///
/// # Errors
/// The calendar does not know by when they would have to be answered, or other records could not be looked up.
pub fn notices<'q>(pressing: &Pressing<'q>) -> Result<Vec<Due<'q>>, Unplanned> {
    let mut records: Vec<&Record> = pressing.records.iter().collect();
    records.sort_by(|a, b| a.id.cmp(&b.id));
    records.dedup_by(|a, b| a.id == b.id);
    let mut due: Vec<(usize, Id, Due<'q>)> = Vec::new();
    let mut numbers: BTreeMap<(Id, Occasion), u64> = BTreeMap::new();
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
        let judged = (pressing.rules)(record);
        let standings = deadlines(&judged, pressing.policy, record, pressing.lookup, pressing.now)?;
        if !standings.runs().any(|(_, run)| run.outcome == Outcome::Breached) {
            continue;
        }
        let issued = Issued::about(record, pressing)?;
        // the case of a record is the same for all that it is late with
        let mut cases: BTreeMap<Option<FieldId>, Case> = BTreeMap::new();
        for standing in standings.iter().filter(|standing| !standing.deadline.outside) {
            for run in &standing.runs {
                let occasion = if run.end.is_some() { Occasion::Corrective } else { Occasion::Expedite };
                let speaks = |(_, rule): &&(usize, &NoticeRule)| rule.speaks_of(&standing.deadline.name, occasion);
                let Some((at, rule)) = rules.iter().find(speaks) else { continue };
                if let Some(found) = pressing.judge(rule, record, standing, run, &issued)? {
                    let case = match cases.entry(rule.case) {
                        Entry::Occupied(known) => known.into_mut(),
                        Entry::Vacant(first) => first.insert(Case::of(record, rule, pressing)?),
                    };
                    if let Entry::Vacant(first) = numbers.entry((case.root.clone(), occasion)) {
                        first.insert(case.notices(occasion, pressing)?);
                    }
                    due.push((*at, case.root.clone(), found));
                }
            }
        }
    }
    // the case's first notice is about what was missed first
    due.sort_by(|(_, _, x), (_, _, y)| (x.missed, &x.about, &x.deadline).cmp(&(y.missed, &y.about, &y.deadline)));
    for (_, root, found) in &mut due {
        let number = numbers.entry((root.clone(), found.rule.occasion)).or_default();
        *number += 1;
        found.number = *number;
    }
    due.sort_by(|(a, _, x), (b, _, y)| (a, &x.about, x.number).cmp(&(b, &y.about, y.number)));
    Ok(due.into_iter().map(|(.., due)| due).collect())
}

impl<'q> Pressing<'q> {
    /// The notice that a rule demands about a run of a deadline now, where it does.
    fn judge(
        &self,
        rule: &'q NoticeRule,
        record: &Record,
        standing: &Standing,
        run: &Run,
        issued: &Issued,
    ) -> Result<Option<Due<'q>>, Outside> {
        let (calendar, now) = (&*standing.calendar, self.now);
        let Some(missed) = run.due.at().filter(|_| run.outcome == Outcome::Breached) else { return Ok(None) };
        let start = stored_time(&run.start);
        let deadline = &standing.deadline.name;
        let key = format!("remind:{}:{}:{deadline}:{start}", rule.occasion.name(), record.id);
        let (before, last) = issued.about_run(rule.occasion, deadline, &key, run);
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
        let worked = run.overdue_work(calendar, now).ok();
        Ok(Some(Due {
            rule,
            about: record.id.clone(),
            deadline: deadline.clone(),
            number: 0,
            to: self.addressee(&standing.held),
            missed,
            ended: ended.filter(|_| !run.is_never()),
            late: worked
                .filter(|seconds| !run.is_never() || *seconds > 0)
                .map(|seconds| (Decimal::from(seconds) / Decimal::from(3600)).round_dp(2)),
            answer: self.policy.calendars.default().add(now, rule.answer, Roll::Stay)?,
            key: format!("{key}:{}", before + 1),
        }))
    }

    fn addressee(&self, held: &Held) -> Addressee {
        match held.parties().first() {
            Some(Party::Person(id)) => {
                let department = self.people.get(id).and_then(|person| person.department.clone());
                Addressee { department, person: Some(id.clone()), role: None }
            }
            Some(Party::Role(role)) => {
                let led = self.policy.departments.iter().find(|department| department.head.as_ref() == Some(role));
                let department = led.map(|department| department.name.clone());
                Addressee { person: None, role: Some(role.clone()), department }
            }
            Some(Party::Department(name)) => Addressee { department: Some(name.clone()), ..Addressee::default() },
            Some(Party::Anybody | Party::Outside(_)) | None => Addressee::default(),
        }
    }
}

/// Whether so much has passed since a moment: of days and working days the last one counts from its beginning, so that who
/// asks every morning is not a day late.
fn reached(calendar: &Calendar, since: Moment, span: Option<Span>, now: Moment) -> Result<bool, Outside> {
    let Some(span) = span else { return Ok(now >= since) };
    let end = calendar.add(since, span, Roll::Stay)?;
    Ok(match span.seconds() {
        Some(_) => now >= end,
        None => calendar.zone().date(now) >= calendar.zone().date(end - chrono::TimeDelta::seconds(1)),
    })
}

fn is_about(notice: &Record, fields: &NoticeFields, id: &Id) -> bool {
    matches!(notice.get(fields.about), Some(Value::Ref(to)) if to == id)
}

/// A case: one of its forms that stands for it, and all that belongs to it by the rules.
struct Case {
    root: Id,
    members: BTreeSet<Id>,
}

impl Case {
    /// The case of a record: where its rule says so that of the record which it names, all forms of it, and whatever names one
    /// of them by a rule likewise.
    fn of(record: &Record, rule: &NoticeRule, pressing: &Pressing<'_>) -> Result<Self, Unplanned> {
        let named = rule.case.and_then(|field| record.get(field));
        let named = match named {
            Some(Value::Ref(id)) => pressing.lookup.record(id)?.map(std::borrow::Cow::into_owned),
            _ => None,
        };
        let form = named.as_ref().unwrap_or(record);
        let mut members: BTreeSet<Id> = BTreeSet::from([form.id.clone(), record.id.clone()]);
        let kind = pressing.policy.kind(&form.kind);
        if let Some((kind, field)) = kind.and_then(|kind| Some((kind, kind.chain()?))) {
            members.extend(chain(kind, form, field, pressing.lookup)?.into_iter().map(|form| form.id));
        }
        // any of the forms will do, so long as all of them have the same
        let root = members.iter().filter(|id| **id != record.id || named.is_none()).min().unwrap_or(&record.id).clone();
        let forms: Vec<Id> = members.iter().cloned().collect();
        let others: BTreeSet<(&str, FieldId)> =
            pressing.policy.notices.rules.iter().filter_map(|rule| Some((rule.kind.as_str(), rule.case?))).collect();
        for (kind, field) in others {
            for form in &forms {
                let linked = pressing.lookup.linked(form, kind)?.into_iter();
                let names = |other: &Record| matches!(other.get(field), Some(Value::Ref(to)) if to == form);
                members.extend(linked.filter(names).map(|other| other.id));
            }
        }
        Ok(Case { root, members })
    }

    /// How many notices of a type there are about it.
    fn notices(&self, occasion: Occasion, pressing: &Pressing<'_>) -> Result<u64, Unplanned> {
        let Some(fields) = &pressing.policy.notices.fields else { return Ok(0) };
        let mut count = 0;
        for id in &self.members {
            let linked = pressing.lookup.linked(id, &fields.kind)?;
            let wanted = fields.stored(occasion);
            let typed = |notice: &&Record| notice.get(fields.occasion).and_then(Value::as_text) == Some(wanted);
            count += linked.iter().filter(typed).filter(|notice| is_about(notice, fields, id)).count() as u64;
        }
        Ok(count)
    }
}

/// The notices about a record that there are.
struct Issued(Vec<Notice>);

struct Notice {
    occasion: Option<Occasion>,
    deadline: String,
    at: Moment,
    key: String,
}

impl Issued {
    fn about(record: &Record, pressing: &Pressing<'_>) -> Result<Self, Unplanned> {
        let Some(fields) = &pressing.policy.notices.fields else { return Ok(Issued(Vec::new())) };
        let text = |notice: &Record, field: FieldId| notice.get(field).and_then(Value::stored).unwrap_or_default();
        let read = |notice: &Record| {
            let first = notice.history.first()?;
            is_about(notice, fields, &record.id).then(|| Notice {
                occasion: Occasion::ALL.into_iter().find(|own| *fields.stored(*own) == text(notice, fields.occasion)),
                deadline: text(notice, fields.deadline),
                at: first.at,
                key: first.key.clone().unwrap_or_default(),
            })
        };
        Ok(Issued(pressing.lookup.linked(&record.id, &fields.kind)?.iter().filter_map(read).collect()))
    }

    /// How many there are about a run of a deadline, and when the last was issued: those that the planner made for it, and
    /// those that somebody made by hand while it ran.
    fn about_run(&self, occasion: Occasion, deadline: &str, key: &str, run: &Run) -> (u64, Option<Moment>) {
        let made = |notice: &&Notice| {
            notice.key.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'))
                || (!notice.key.starts_with("remind:")
                    && notice.deadline == deadline
                    && notice.occasion == Some(occasion)
                    && notice.at >= run.start
                    && (occasion == Occasion::Corrective || run.end.is_none_or(|end| notice.at <= end.at)))
        };
        let own: Vec<&Notice> = self.0.iter().filter(made).collect();
        (own.len() as u64, own.iter().map(|notice| notice.at).max())
    }
}
