//! What `deductions.toml` finds in the records of a period (RL1, ST3): the person, the amount, and who is jointly
//! liable. Nothing is decided here: each finding becomes a proposal.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::calendar::{Moment, Outcome, Period};
use crate::filter::Unanswered;
use crate::kind::Kind;
use crate::lifecycle::{Held, Lookup, Party, Staffing, Standings, forms, holder, stands};
use crate::locale::Label;
use crate::money::{Complaint, attribute, losses};
use crate::policy::{Cause, Concerned, Deducted, Much, People, Policy, Rule, Sum};
use crate::record::{Event, FieldId, Id, Record, Value};

/// Everything in which sanctions are looked for.
pub struct Findings<'f> {
    /// Today's rule book.
    pub policy: &'f Policy,
    /// The staff.
    pub people: &'f People,
    /// The other records, and the keys of earlier proposals.
    pub lookup: &'f dyn Lookup,
    /// Returns the rule book that a record is judged by.
    pub rules: &'f dyn Fn(&Record) -> Result<std::sync::Arc<Policy>, Unanswered>,
    /// Returns the deadlines of a record.
    pub deadlines: &'f dyn Fn(&Record) -> Result<Standings, Unanswered>,
    /// The days on which it happened.
    pub period: &'f Period,
    /// Now.
    pub now: Moment,
    /// The records of the [`concerned_kinds`] that belong to the period.
    pub records: &'f [Record],
}

/// A sanction to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The name of the rule.
    pub rule: String,
    /// The label of the rule.
    pub label: Label,
    /// The type of the sanction.
    pub ty: String,
    /// The record from which it follows.
    pub about: Id,
    /// The person. `None` if it concerns a whole department.
    pub person: Option<Id>,
    /// The person's department.
    pub department: Option<String>,
    /// The amount.
    pub amount: Option<Decimal>,
    /// Who is jointly liable.
    pub joint: Vec<Id>,
    /// The amount for each of them.
    pub joint_amount: Option<Decimal>,
    /// When it happened.
    pub on: NaiveDate,
    /// The idempotency key: one for a rule, a record or case, what happened, and the person.
    pub key: String,
}

/// Why nothing was proposed although a rule fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Nobody is named, or several people could be meant.
    Nobody {
        /// The record.
        about: Id,
        /// The rule.
        rule: String,
    },
    /// The amount is a part of the person's pay, and no record has the pay.
    NoPay {
        /// The record.
        about: Id,
        /// The rule.
        rule: String,
    },
    /// The loss of the case is not final yet.
    NotFinal {
        /// The record.
        about: Id,
        /// The rule.
        rule: String,
    },
}

/// The proposals, and what could not be proposed.
#[derive(Debug, Clone, Default)]
pub struct Proposals {
    /// By day, record, rule and person.
    pub proposed: Vec<Proposal>,
    /// What was left out.
    pub left: Vec<Left>,
}

/// The kinds of records that the rules are about.
pub fn concerned_kinds(policy: &Policy) -> BTreeSet<&str> {
    policy.deductions.rules.iter().map(|rule| rule.kind.as_str()).collect()
}

/// The sanctions that the rules find in the period and that were not proposed before.
///
/// # Errors
/// If a rule asks about other records and they cannot be looked up.
pub fn sanctions(findings: &Findings<'_>) -> Result<Proposals, Unanswered> {
    let mut found = Proposals::default();
    for record in findings.records.iter().filter(|record| !findings.policy.is_void(record)) {
        let rules = (findings.rules)(record)?;
        for rule in rules.deductions.rules.iter().filter(|rule| rule.kind == record.kind) {
            if rule.when.as_ref().map_or(Ok(true), |when| when.filter.matches(record, findings.lookup))? {
                Finder { findings, rules: &rules, rule, record }.all(&mut found)?;
            }
        }
    }
    found.proposed.sort_by(|a, b| (a.on, &a.about, &a.key).cmp(&(b.on, &b.about, &b.key)));
    Ok(found)
}

/// An event in a record's life that a rule is about.
struct Happened {
    at: Moment,
    on: NaiveDate,
    /// What distinguishes it from similar events of the same record. Empty if it counts once.
    which: String,
    /// Who held the deadline, if one was missed, and the record as it was then.
    held: Option<(Held, Record)>,
    /// Its number among similar events of the record, from 1.
    nth: u64,
    /// The records that share it: all forms of a case if it happened to the case, else only the record.
    of: Vec<Id>,
}

/// No record has the person's pay.
struct Unpaid;

struct Finder<'f> {
    findings: &'f Findings<'f>,
    rules: &'f Policy,
    rule: &'f Rule,
    record: &'f Record,
}

impl Finder<'_> {
    fn all(&self, found: &mut Proposals) -> Result<(), Unanswered> {
        for happened in self.happened()? {
            if !self.findings.period.contains(happened.on) {
                continue;
            }
            match &self.rule.amount {
                Much::Share(percent) => self.shares(&happened, *percent, found)?,
                much => {
                    let (about, rule) = (self.about(), self.rule.name.clone());
                    let Some(person) = self.concerned(&happened) else {
                        found.left.push(Left::Nobody { about, rule });
                        continue;
                    };
                    match self.amount(much, &person, &happened)? {
                        Ok(amount) => self.propose(&happened, Some(person), None, amount, found)?,
                        Err(Unpaid) => found.left.push(Left::NoPay { about, rule }),
                    }
                }
            }
        }
        Ok(())
    }

    fn about(&self) -> Id {
        self.record.id.clone()
    }

    fn day(&self, at: Moment) -> NaiveDate {
        self.findings.policy.calendars.default().zone().date(at)
    }

    fn happened(&self) -> Result<Vec<Happened>, Unanswered> {
        let history = &self.record.history;
        let once =
            |at: Moment, of: Vec<Id>| Happened { at, on: self.day(at), which: String::new(), held: None, nth: 1, of };
        match &self.rule.cause {
            // a state that is reached again, after reopening or by a later form of the case, counts once, on the last
            // day
            Cause::Reached(states) => {
                let entered = |event: &&Event| event.to.as_ref().is_some_and(|to| states.contains(to));
                let Some(last) = history.iter().rfind(entered) else { return Ok(Vec::new()) };
                let kind = self.rules.kind(&self.record.kind);
                let forms =
                    kind.map(|kind| forms(kind, self.record, self.findings.lookup)).transpose()?.unwrap_or_default();
                let reached = forms.iter().rfind(|form| form.history.iter().any(|event| entered(&event)));
                let is_last = reached.is_none_or(|form| form.id == self.record.id);
                let of = forms.iter().map(|form| form.id.clone()).collect();
                Ok(is_last.then(|| once(last.at, of)).into_iter().collect())
            }
            // a step before which the record was led back no longer counts: a reopened case is attributed again
            Cause::Step(step) => {
                let last = history.iter().rfind(|event| event.step == *step);
                let stands = self.rules.kind(&self.record.kind).is_some_and(|kind| stands(kind, self.record, step));
                Ok(last.filter(|_| stands).map(|event| once(event.at, vec![self.about()])).into_iter().collect())
            }
            Cause::Breach(name) => self.breaches(name),
            Cause::Lines { list, on } => self.lines(*list, *on),
            Cause::Period => {
                let period = self.findings.period;
                let today = self.day(self.findings.now);
                let which = format!(" {}", period.label);
                let on = period.last().min(today).max(period.from);
                Ok(vec![Happened { at: self.findings.now, on, which, held: None, nth: 1, of: vec![self.about()] }])
            }
        }
    }

    fn breaches(&self, name: &str) -> Result<Vec<Happened>, Unanswered> {
        let standings = (self.findings.deadlines)(self.record)?;
        let runs = standings.runs().filter(|(of, run)| of.deadline.name == name && run.outcome == Outcome::Breached);
        let mut missed = Vec::new();
        for (standing, run) in runs {
            let (Some(due), Some(kind)) = (run.due.at(), self.findings.policy.kind(&self.record.kind)) else {
                continue;
            };
            // the holder on the day when it was missed, whoever acts as deputy today, or has borrowed it since
            let Findings { policy, people, lookup, .. } = *self.findings;
            let staffing = Staffing { policy, people, now: due };
            let missed_by = as_it_was(kind, self.record, due);
            let held = holder(&standing.deadline, kind, staffing, lookup, &missed_by)?;
            missed.push(Happened {
                at: due,
                on: self.day(due),
                which: format!(" {}", crate::record::stored_time(&run.start)),
                nth: 1,
                held: Some((held, missed_by)),
                of: standing.of(&self.record.id).to_vec(),
            });
        }
        Ok(missed)
    }

    /// The lines of a list that meet the rule's `where`, with their days.
    fn lines(&self, list: FieldId, on: FieldId) -> Result<Vec<Happened>, Unanswered> {
        let mut found = Vec::new();
        for line in self.record.get(list).map(Value::elements).unwrap_or_default() {
            let Value::Group(fields) = line else { continue };
            let (at, day) = match fields.get(on) {
                Some(Value::Date(day)) => (self.findings.policy.calendars.default().zone().start_of_day(*day), *day),
                Some(Value::Time(at)) => (*at, self.day(*at)),
                _ => continue,
            };
            let lookup = self.findings.lookup;
            if self.rule.only.as_ref().map_or(Ok(true), |only| only.filter.matches_fields(fields, lookup))? {
                let which = match fields.get(on) {
                    Some(Value::Time(at)) => format!(" {}", crate::record::stored_time(at)),
                    _ => format!(" {day}"),
                };
                found.push(Happened { at, on: day, which, held: None, nth: 1, of: vec![self.about()] });
            }
        }
        found.sort_by_key(|happened| happened.at);
        for (number, happened) in (1..).zip(&mut found) {
            happened.nth = number;
        }
        Ok(found)
    }

    fn amount(
        &self,
        much: &Much,
        person: &Id,
        happened: &Happened,
    ) -> Result<Result<Option<Decimal>, Unpaid>, Unanswered> {
        match much {
            Much::Fixed(amount) => self.deducted(*amount, person, happened),
            Much::Graded(rows) => {
                for row in rows.iter().filter(|row| row.from_nth <= happened.nth) {
                    let lookup = self.findings.lookup;
                    if row.when.as_ref().map_or(Ok(true), |when| when.filter.matches(self.record, lookup))? {
                        return self.deducted(row.amount, person, happened);
                    }
                }
                Ok(Ok(None))
            }
            Much::Share(_) | Much::Nothing => Ok(Ok(None)),
        }
    }

    /// A fixed amount, or a part of the person's pay on that day, rounded half up to the cent.
    fn deducted(
        &self,
        amount: Deducted,
        person: &Id,
        happened: &Happened,
    ) -> Result<Result<Option<Decimal>, Unpaid>, Unanswered> {
        let percent = match amount {
            Deducted::Fixed(amount) => return Ok(Ok(Some(amount))),
            Deducted::OfPay(percent) => percent,
        };
        let staff = self.findings.lookup.record(person)?;
        let pay = staff.zip(self.rules.deductions.pay.as_ref()).and_then(|(staff, pay)| pay.on(&staff, happened.on));
        let part = |pay: Decimal| pay * percent / Decimal::ONE_HUNDRED;
        let rounded = |part: Decimal| part.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        Ok(pay.map(part).map(rounded).map(Some).ok_or(Unpaid))
    }

    /// The person whom the rule concerns, if there is exactly one.
    fn concerned(&self, happened: &Happened) -> Option<Id> {
        let people = self.findings.people;
        let only = |mut all: Vec<Id>| if all.len() == 1 { all.pop() } else { None };
        let with_role =
            |role: &str| only(people.with_role(role, happened.on).map(|person| person.id.clone()).collect());
        match self.rule.person.as_ref()? {
            Concerned::Role(role) => with_role(role),
            Concerned::Own => Some(self.about()),
            Concerned::Step(step) => {
                let last = self.record.history.iter().rfind(|event| event.step == *step)?;
                Some(last.for_.clone().unwrap_or_else(|| last.by.clone()))
            }
            Concerned::Field(field) => {
                let record = happened.held.as_ref().map_or(self.record, |(_, missed_by)| missed_by);
                let values = record.get(*field).map(Value::elements).unwrap_or_default();
                only(values.iter().filter_map(Value::as_text).filter_map(|id| id.parse().ok()).collect())
            }
            Concerned::Holder => match happened.held.as_ref().map(|(held, _)| held)?.parties() {
                [Party::Role(role)] => with_role(role),
                [Party::Seat(seat)] => {
                    let holders = people
                        .iter()
                        .filter(|person| person.active && person.has_seat(&seat.role, &seat.department, happened.on));
                    only(holders.map(|person| person.id.clone()).collect())
                }
                [Party::Department(name)] => {
                    let heads = self.findings.policy.departments.heads(name, people, happened.on);
                    only(heads.into_iter().map(|head| head.id.clone()).collect())
                }
                _ => only(happened.held.as_ref()?.0.people().cloned().collect()),
            },
        }
    }

    /// What each person pays of the loss of the case. If the case was closed again after a proposal, only what was
    /// added since.
    fn shares(&self, happened: &Happened, percent: Decimal, found: &mut Proposals) -> Result<(), Unanswered> {
        let cases = self.rules.reports.cases.as_ref();
        if cases.is_none_or(|cases| cases.kind != self.record.kind) {
            return Ok(());
        }
        let linked = linked(self.rules, self.record, self.findings.lookup)?;
        let form = Complaint { record: self.record, linked: &linked };
        if !form.is_final(&self.rules.sharing, self.findings.lookup)? {
            found.left.push(Left::NotFinal { about: self.about(), rule: self.rule.name.clone() });
            return Ok(());
        }
        let parts = losses(&self.rules.sharing, &[form], self.findings.lookup)?;
        let loss: Decimal = parts.iter().map(|part| part.amount).sum();
        let borne = attribute(self.rules, self.findings.people, self.record, loss, happened.on, self.findings.lookup)?;
        let mut by: BTreeMap<(Option<Id>, Option<String>), Decimal> = BTreeMap::new();
        for part in borne.borne {
            // a person is charged once for a case, in one capacity
            let whose = if part.person.is_some() { (part.person, None) } else { (None, part.department) };
            *by.entry(whose).or_default() += part.amount;
        }
        for ((person, department), amount) in by {
            let amount = (amount * percent / Decimal::ONE_HUNDRED)
                .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
            if amount > Decimal::ZERO {
                self.propose(happened, person, department, Some(amount), found)?;
            }
        }
        Ok(())
    }

    fn propose(
        &self,
        happened: &Happened,
        person: Option<Id>,
        department: Option<String>,
        amount: Option<Decimal>,
        found: &mut Proposals,
    ) -> Result<(), Unanswered> {
        let whom = person.as_ref().map(ToString::to_string).or_else(|| department.clone()).unwrap_or_default();
        let key = |form: &Id| format!("plan sanctions {} {form} {whom}{}", self.rule.name, happened.which);
        let (root, later) = happened.of.split_first().unwrap_or((&self.record.id, &[]));
        // an earlier proposal may refer to any form of the case
        for form in later {
            if self.findings.lookup.by_key(&key(form))?.is_some() {
                return Ok(());
            }
        }
        let first = key(root);
        let (mut key, mut amount) = (first.clone(), amount);
        for time in 2.. {
            let Some(before) = self.findings.lookup.by_key(&key)? else { break };
            let Some(rest) = self.rest(&before, happened, amount)? else { return Ok(()) };
            amount = Some(rest);
            key = format!("{first} {time}");
        }
        let people = self.findings.people;
        let own = person.as_ref().and_then(|id| people.get(id)).and_then(|person| person.department.clone());
        let mut joint: Vec<Id> = Vec::new();
        for holder in self.rule.joint.iter().flat_map(|role| people.with_role(role, happened.on)) {
            if person.as_ref() != Some(&holder.id) && !joint.contains(&holder.id) {
                joint.push(holder.id.clone());
            }
        }
        found.proposed.push(Proposal {
            rule: self.rule.name.clone(),
            label: self.rule.label.clone(),
            ty: self.rule.ty.clone(),
            about: self.record.id.clone(),
            department: department.or(own),
            amount,
            joint_amount: self.rule.joint_amount.filter(|_| !joint.is_empty()),
            joint,
            on: happened.on,
            person,
            key,
        });
        Ok(())
    }
}

impl Finder<'_> {
    /// The part of a share that exceeds earlier proposals of it. `None` if nothing is left.
    fn rest(&self, before: &Id, happened: &Happened, amount: Option<Decimal>) -> Result<Option<Decimal>, Unanswered> {
        let field = self.findings.policy.deductions.fields.as_ref().and_then(|fields| fields.amount);
        let (Much::Share(_), Some(field), Some(amount)) = (&self.rule.amount, field, amount) else { return Ok(None) };
        let Some(sanction) = self.findings.lookup.record(before)? else { return Ok(None) };
        if sanction.opened().is_none_or(|opened| opened >= happened.at) {
            return Ok(None);
        }
        let proposed = match sanction.get(field) {
            Some(Value::Money(proposed)) => *proposed,
            _ => Decimal::ZERO,
        };
        Ok(Some(amount - proposed).filter(|rest| *rest > Decimal::ZERO))
    }
}

/// The records that refer to a complaint and count in its losses.
fn linked(rules: &Policy, record: &Record, lookup: &dyn Lookup) -> Result<Vec<Record>, Unanswered> {
    let kinds: BTreeSet<&str> = rules.sharing.losses.iter().filter_map(Sum::linked).collect();
    let mut all = Vec::new();
    for kind in kinds {
        all.extend(lookup.linked(&record.id, kind)?);
    }
    Ok(all)
}

/// A record with what its fields held at a moment, so far as later events keep what they held before them.
fn as_it_was(kind: &Kind, record: &Record, at: Moment) -> Record {
    let mut past = record.clone();
    for event in record.history.iter().rev().filter(|event| event.at > at) {
        for (name, value) in &event.was {
            if let Some((field, _)) = kind.shape.find(name) {
                past.fields.set(field, value.clone());
            }
        }
    }
    past
}
