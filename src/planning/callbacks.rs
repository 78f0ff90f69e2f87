//! Which clients are called back in a period (CB1, CB2). The campaigns of `callbacks.toml` draw them, and they are
//! dealt out to the people who call.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate, TimeDelta};

use super::deal::{Dealing, Table, Why};
use crate::calendar::{Calendar, Moment, Outside, Period, Roll, Span, Unit};
use crate::filter::Unanswered;
use crate::kind::{DeadlineTarget, Holder, Kind, Mark};
use crate::lifecycle::{self, Lookup};
use crate::locale::Label;
use crate::policy::{CallbackFields, Campaign, LeftOut, People, Policy, Rhythm, Taken};
use crate::record::{Class, FieldId, Fields, Id, Record, Type, Value, day_of_year};

/// What a plan is made from.
pub struct Question<'q> {
    /// The rule book.
    pub policy: &'q Policy,
    /// The staff.
    pub people: &'q People,
    /// The other records and the keys of what was planned before.
    pub lookup: &'q dyn Lookup,
    /// The days that callbacks are put on.
    pub period: &'q Period,
    /// The day that it is: nothing is planned before it.
    pub today: NaiveDate,
    /// Callbacks for a person and a day, where that is not the policy's number.
    pub per_person: Option<u64>,
    /// The clients that may be drawn.
    pub clients: &'q [Record],
    /// The records of the other [`kinds`], by kind.
    pub records: &'q BTreeMap<String, Vec<Record>>,
}

/// A callback that is due.
#[derive(Debug, Clone)]
pub struct Planned<'q> {
    /// Whom to call.
    pub client: Id,
    /// By which campaign.
    pub campaign: &'q Campaign,
    /// After which record, where the campaign follows one.
    pub about: Option<Id>,
    /// On which working day.
    pub due: NaiveDate,
    /// Who calls. `None` if nobody of the staff may.
    pub assignee: Option<Id>,
    /// The holiday or anniversary that it is made for, and its day.
    pub occasion: Option<(Label, NaiveDate)>,
    /// What it takes over from the client.
    pub with: Vec<(FieldId, Value)>,
    /// Why that person.
    pub why: Why,
    /// How many callbacks the person has with it.
    pub has: u64,
    /// The idempotency key: the same for a client, campaign and period, or for the record that the campaign follows.
    pub key: String,
}

/// Why nothing can be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unplanned {
    /// The calendar does not know a day.
    #[error(transparent)]
    Outside(#[from] Outside),
    /// Other records could not be looked up.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
}

/// A plan.
#[derive(Debug, Clone, Default)]
pub struct Plan<'q> {
    /// The callbacks, by day, campaign and client.
    pub planned: Vec<Planned<'q>>,
    /// Clients for whom no day of the period had room, with the campaign.
    pub left: Vec<(Id, &'q Campaign)>,
    /// Clients who are due and whom the policy leaves out, with why.
    pub left_out: Vec<(Id, &'q LeftOut)>,
    /// Holidays of campaigns that the calendar does not have in a year of the period.
    pub missing: Vec<(&'q str, i32)>,
}

/// The kinds whose records a plan is made from, besides clients.
pub fn kinds(policy: &Policy) -> BTreeSet<&str> {
    let after = policy.callbacks.campaigns.iter().filter_map(|campaign| match &campaign.rhythm {
        Rhythm::After { kind, .. } => Some(kind.as_str()),
        Rhythm::Every(_) | Rhythm::Holiday { .. } | Rhythm::Anniversary { .. } => None,
    });
    after.chain(policy.callbacks.fields.as_ref().map(|fields| fields.kind.as_str())).collect()
}

/// The callbacks that fall into the period and are not planned yet.
///
/// # Errors
/// The calendar does not know the period, or a day that a date of a campaign is counted from.
pub fn callbacks<'q>(question: &Question<'q>) -> Result<Plan<'q>, Unplanned> {
    let policy = question.policy;
    let Some(fields) = &policy.callbacks.fields else { return Ok(Plan::default()) };
    let Some(kind) = policy.kind(&fields.kind) else { return Ok(Plan::default()) };
    let calendar = policy.calendars.default();
    let first = question.period.from.max(question.today);
    let days = workdays(calendar, first, question.period.until)?;
    let past = Past::of((fields, kind), question, calendar);
    let mut drawn = draw(question, fields, &past, first)?;
    let of_days = of_days(question, first)?;
    drawn.extend(of_days.drawn);
    let left_out = leave_out(question, &mut drawn)?;
    drawn.sort_by(|a, b| (a.due, &a.client, &a.key).cmp(&(b.due, &b.client, &b.key)));
    let per_day = question.per_person.or(policy.callbacks.per_day);
    let mut table = Table::new(question.people, caller(kind), &days, per_day).balanced(policy.callbacks.balance);
    past.open.iter().for_each(|(person, due)| table.note(person.as_ref(), *due));
    if per_day.is_none() {
        // Without a bound the work is spread evenly.
        let rooms = (table.hands().max(1) * days.len().max(1)) as u64;
        table.bound((drawn.len() as u64).div_ceil(rooms).max(1));
    }
    let owners: HashMap<&Id, Id> = question
        .clients
        .iter()
        .filter_map(|client| Some((&client.id, owner(policy.kind(&fields.clients)?, client)?)))
        .collect();
    let mut plan = Plan { left_out, missing: of_days.missing, ..Plan::default() };
    for callback in drawn {
        let owner = owners.get(&callback.client);
        let dealt = match callback.occasion {
            Some(_) => table.dealing_on(owner, callback.due),
            None => table.dealing(owner, callback.due),
        };
        match dealt {
            Some(Dealing { person: assignee, day: due, why, has }) => {
                plan.planned.push(Planned { assignee, due, why, has, ..callback });
            }
            None => plan.left.push((callback.client, callback.campaign)),
        }
    }
    let order = |planned: &Planned<'_>| policy.callbacks.campaigns.iter().position(|c| c.name == planned.campaign.name);
    plan.planned.sort_by(|a, b| (a.due, order(a), &a.client, &a.key).cmp(&(b.due, order(b), &b.client, &b.key)));
    Ok(plan)
}

/// Takes those out of what is drawn whose clients the policy leaves out; each client once, with the first reason.
fn leave_out<'q>(question: &Question<'q>, drawn: &mut Vec<Planned<'q>>) -> Result<Vec<(Id, &'q LeftOut)>, Unanswered> {
    let mut barred: BTreeMap<Id, Vec<&LeftOut>> = BTreeMap::new();
    let due: BTreeSet<Id> = drawn.iter().map(|callback| callback.client.clone()).collect();
    for client in question.clients.iter().filter(|client| due.contains(&client.id)) {
        for rule in &question.policy.callbacks.left_out {
            if rule.when.filter.matches(client, question.lookup)? {
                barred.entry(client.id.clone()).or_default().push(rule);
            }
        }
    }
    let mut found: BTreeMap<Id, &LeftOut> = BTreeMap::new();
    drawn.retain(|callback| {
        let holds = |rule: &&&LeftOut| {
            rule.campaigns.is_empty() || rule.campaigns.iter().any(|named| named.value == callback.campaign.name)
        };
        let rule = barred.get(&callback.client).and_then(|rules| rules.iter().find(holds));
        if let Some(rule) = rule {
            found.entry(callback.client.clone()).or_insert(rule);
        }
        rule.is_none()
    });
    Ok(found.into_iter().collect())
}

fn workdays(calendar: &Calendar, from: NaiveDate, until: NaiveDate) -> Result<Vec<NaiveDate>, Outside> {
    let mut days = Vec::new();
    for day in from.iter_days().take_while(|day| *day < until) {
        if calendar.is_workday(day)? {
            days.push(day);
        }
    }
    Ok(days)
}

/// The role that calls if nobody is named: the first that a deadline of the kind presses.
fn caller(kind: &Kind) -> Option<&str> {
    let holders = kind.deadlines.iter().flat_map(|deadline| &deadline.holder);
    holders.filter_map(|holder| if let Holder::Role(role) = holder { Some(role.as_str()) } else { None }).next()
}

fn owner(kind: &Kind, client: &Record) -> Option<Id> {
    client.get(kind.assignee?)?.as_text()?.parse().ok()
}

fn draw<'q>(
    question: &Question<'q>,
    fields: &CallbackFields,
    past: &Past,
    first: NaiveDate,
) -> Result<Vec<Planned<'q>>, Unplanned> {
    let (period, calendar) = (question.period, question.policy.calendars.default());
    let mut drawn = Vec::new();
    for client in question.clients {
        for campaign in question.policy.callbacks.campaigns.iter().filter(|campaign| !campaign.rhythm.is_of_days()) {
            let fits = |select: &crate::kind::Condition| select.filter.matches(client, question.lookup);
            if !campaign.select.as_ref().map_or(Ok(true), fits)? {
                continue;
            }
            let planned = |about: Option<Id>, due: NaiveDate, key: String| Planned {
                client: client.id.clone(),
                campaign,
                about,
                due: due.max(first),
                assignee: None,
                occasion: None,
                with: taken(campaign, client, None),
                why: Why::Nobody,
                has: 0,
                key,
            };
            let before = drawn.len();
            let mut known = false;
            match &campaign.rhythm {
                Rhythm::Every(span) => {
                    let days = format!("{}..{}", period.from, period.last());
                    let key = format!("plan callbacks {} {} {days}", campaign.name, client.id);
                    known = question.lookup.by_key(&key)?.is_some();
                    let due = past.due(fields, client, campaign, *span, calendar)?;
                    if let Some(due) = due.filter(|due| *due < period.until && !known) {
                        drawn.push(planned(None, due, key));
                    }
                }
                Rhythm::After { kind, step, within } => {
                    for (record, at) in steps(question, kind, step, client)? {
                        let due = civil(calendar, calendar.add(at, *within, Roll::Stay)?);
                        let key = format!("plan callbacks {} {} {}", campaign.name, client.id, record);
                        if period.contains(due) {
                            match question.lookup.by_key(&key)? {
                                Some(_) => known = true,
                                None => drawn.push(planned(Some(record), due, key)),
                            }
                        }
                    }
                }
                // these come beside the others
                Rhythm::Holiday { .. } | Rhythm::Anniversary { .. } => {}
            }
            // A client that a campaign above has drawn for the period is not drawn again.
            if known || drawn.len() > before {
                break;
            }
        }
    }
    Ok(drawn)
}

/// What campaigns draw that are bound to days of the year, and the holidays that the calendar lacks.
#[derive(Default)]
struct OfDays<'q> {
    drawn: Vec<Planned<'q>>,
    missing: Vec<(&'q str, i32)>,
}

/// The callbacks of holidays and anniversaries that are due before the end of the period, unless the day itself is over. They come
/// beside those of other campaigns.
fn of_days<'q>(question: &Question<'q>, first: NaiveDate) -> Result<OfDays<'q>, Unplanned> {
    let calendar = question.policy.calendars.default();
    let mut found = OfDays::default();
    for campaign in &question.policy.callbacks.campaigns {
        match &campaign.rhythm {
            Rhythm::Holiday { names, ahead } => {
                for name in names {
                    let mut days = Vec::new();
                    for day in calendar.holiday_starts(&name.value) {
                        days.extend(Day::of(question, first, day, *ahead)?);
                    }
                    let last = latest(question.period.until, *ahead);
                    let known = calendar.holiday_starts(&name.value);
                    let lacks =
                        |year: &i32| calendar.known().1.year() >= *year && known.iter().all(|day| day.year() != *year);
                    found
                        .missing
                        .extend((first.year()..=last.year()).filter(lacks).map(|year| (name.value.as_str(), year)));
                    for client in question.clients.iter().filter(|_| !days.is_empty()) {
                        if !fits(question, campaign, client)? {
                            continue;
                        }
                        for day in &days {
                            let key =
                                format!("plan callbacks {} {} {} {}", campaign.name, client.id, name.value, day.day);
                            let occasion = Label::new(name.value.as_str(), name.value.as_str());
                            found.add(question, campaign, client, None, (*day, occasion, key))?;
                        }
                    }
                }
            }
            Rhythm::Anniversary { list, date, ahead } => {
                for client in question.clients {
                    let lines = match list {
                        Some(list) => client.get(*list).map(Value::elements).unwrap_or_default(),
                        None => &[],
                    };
                    let lines: Vec<Option<&Fields>> = match list {
                        Some(_) => lines
                            .iter()
                            .map(|line| if let Value::Group(line) = line { Some(line) } else { None })
                            .collect(),
                        None => vec![None],
                    };
                    let mut seen: BTreeMap<NaiveDate, usize> = BTreeMap::new();
                    for line in lines {
                        let value =
                            if list.is_some() { line.and_then(|line| line.get(*date)) } else { client.get(*date) };
                        let Some((begun, month, day)) = value.and_then(comes_round) else { continue };
                        for year in first.year()..=latest(question.period.until, *ahead).year() {
                            let day = Day::of(question, first, in_year(year, month, day), *ahead)?;
                            let Some(day) = day.filter(|_| begun.is_none_or(|begun| begun <= year)) else { continue };
                            if !fits(question, campaign, client)? {
                                continue;
                            }
                            let count = seen.entry(day.day).or_default();
                            *count += 1;
                            let key = format!("plan callbacks {} {} {} {count}", campaign.name, client.id, day.day);
                            found.add(question, campaign, client, line, (day, campaign.label.clone(), key))?;
                        }
                    }
                }
            }
            Rhythm::Every(_) | Rhythm::After { .. } => {}
        }
    }
    found.missing.sort_unstable();
    found.missing.dedup();
    Ok(found)
}

impl<'q> OfDays<'q> {
    /// Adds a callback, unless there is one of the key.
    fn add(
        &mut self,
        question: &Question<'q>,
        campaign: &'q Campaign,
        client: &Record,
        line: Option<&Fields>,
        (day, occasion, key): (Day, Label, String),
    ) -> Result<(), Unanswered> {
        if question.lookup.by_key(&key)?.is_none() {
            self.drawn.push(Planned {
                client: client.id.clone(),
                campaign,
                about: None,
                due: day.due,
                assignee: None,
                occasion: Some((occasion, day.day)),
                with: taken(campaign, client, line),
                why: Why::Nobody,
                has: 0,
                key,
            });
        }
        Ok(())
    }
}

/// A holiday or anniversary.
#[derive(Debug, Clone, Copy)]
struct Day {
    /// The day itself.
    day: NaiveDate,
    /// The working day on which the client is greeted: as long ahead as the campaign says, or before that.
    due: NaiveDate,
}

impl Day {
    /// The day with when the client is greeted. `None` if that is not before the end of the period, or the day is over.
    fn of(
        question: &Question<'_>,
        first: NaiveDate,
        day: NaiveDate,
        ahead: Option<Span>,
    ) -> Result<Option<Self>, Unplanned> {
        let calendar = question.policy.calendars.default();
        if day < first || calendar.known().1 < day {
            return Ok(None);
        }
        let mut due = match ahead {
            // 24:00 of the day before would belong to that day
            Some(span) => {
                let start = calendar.zone().start_of_day(day) + TimeDelta::seconds(1);
                calendar.zone().date(calendar.before(start, span)?)
            }
            None => day,
        };
        while due > first && !calendar.is_workday(due)? {
            due = due.pred_opt().unwrap_or(due);
        }
        Ok((due < question.period.until).then_some(Day { day, due: due.max(first) }))
    }
}

/// The last day whose callback may be due before the end of a period.
fn latest(until: NaiveDate, ahead: Option<Span>) -> NaiveDate {
    let days = ahead.map_or(0, |span| match span.unit {
        Unit::Weeks => u64::from(span.count) * 7,
        Unit::Months => u64::from(span.count) * 31,
        // a week has five working days, but for long holidays
        Unit::Workdays => u64::from(span.count) * 3 + 10,
        _ => u64::from(span.count),
    });
    until.checked_add_days(Days::new(days)).unwrap_or(until)
}

/// The year of a date, if it is known, its month and its day.
fn comes_round(value: &Value) -> Option<(Option<i32>, u32, u32)> {
    match value {
        Value::Date(date) => Some((Some(date.year()), date.month(), date.day())),
        Value::Text(text) => day_of_year(text),
        _ => None,
    }
}

/// The day of a year on which a month and a day come round. 29 February comes round on the 28th where there is none, so that nobody
/// is greeted too late.
fn in_year(year: i32, month: u32, day: u32) -> NaiveDate {
    let same = NaiveDate::from_ymd_opt(year, month, day);
    same.or_else(|| NaiveDate::from_ymd_opt(year, month, day.saturating_sub(1))).unwrap_or_default()
}

/// Whether a campaign draws a client.
fn fits(question: &Question<'_>, campaign: &Campaign, client: &Record) -> Result<bool, Unanswered> {
    campaign.select.as_ref().map_or(Ok(true), |select| select.filter.matches(client, question.lookup))
}

/// What a callback takes over from the client, or from the line of the anniversary.
fn taken(campaign: &Campaign, client: &Record, line: Option<&Fields>) -> Vec<(FieldId, Value)> {
    let value = |taken: &Taken| match taken {
        Taken::Field(field) => client.get(*field),
        Taken::Part(field) => line.and_then(|line| line.get(*field)),
    };
    campaign.with.iter().filter_map(|(field, taken)| Some((*field, value(taken)?.clone()))).collect()
}

/// The records of a kind that name the client and took the step, with the time of the last. What repeats a case of the same client
/// that took the step too, or may still take it, is called back with that.
fn steps(question: &Question<'_>, kind: &str, step: &str, client: &Record) -> Result<Vec<(Id, Moment)>, Unanswered> {
    let Some(kind) = question.policy.kind(kind) else { return Ok(Vec::new()) };
    let to_client = |ty: &Type| matches!(ty, Type::Ref(kinds) if kinds.contains(&client.kind));
    let Some((field, _)) = kind.shape.handles().find(|(_, field)| to_client(&field.ty)) else { return Ok(Vec::new()) };
    let own = |record: &Record| matches!(record.get(field), Some(Value::Ref(id)) if *id == client.id);
    let cases = question.policy.reports.cases.as_ref().filter(|cases| cases.kind == kind.name());
    let repeats = cases.and_then(|cases| cases.duplicate_of);
    let with_another = |record: &Record| -> Result<bool, Unanswered> {
        let Some(repeats) = repeats else { return Ok(false) };
        let Some(first) = lifecycle::repeated(record, repeats, question.lookup)?.filter(own) else { return Ok(false) };
        let forms = lifecycle::forms(kind, &first, question.lookup)?;
        let stands = |form: &Record| {
            kind.shape.class(&form.state) != Class::Closed || form.history.iter().any(|event| event.step == step)
        };
        Ok(forms.iter().any(|form| form.id != record.id && stands(form)))
    };
    let records = question.records.get(kind.name()).map(Vec::as_slice).unwrap_or_default();
    let mut found = Vec::new();
    for record in records.iter().filter(|record| own(record)) {
        if let Some(event) = record.history.iter().rfind(|event| event.step == step)
            && !with_another(record)?
        {
            found.push((record.id.clone(), event.at));
        }
    }
    Ok(found)
}

/// The day that a moment ends on: 24:00 belongs to the day before it.
fn civil(calendar: &Calendar, end: Moment) -> NaiveDate {
    calendar.zone().date(end - TimeDelta::seconds(1))
}

/// The callbacks that there are.
#[derive(Default)]
struct Past {
    /// When a client was last called, by campaign or, where a callback has none, by reason.
    last: HashMap<(Id, String), NaiveDate>,
    /// Clients with an open callback, in the same way.
    pending: BTreeSet<(Id, String)>,
    /// Open callbacks: whose, and when.
    open: Vec<(Option<Id>, Option<NaiveDate>)>,
}

impl Past {
    fn of((fields, kind): (&CallbackFields, &Kind), question: &Question<'_>, calendar: &Calendar) -> Self {
        let CallbackFields { client, campaign, reason, due, happened, .. } = *fields;
        let text = |record: &Record, field| record.get(field).and_then(Value::as_text).map(str::to_owned);
        let made = called_states(kind, due);
        let mut past = Past::default();
        for record in question.records.get(kind.name()).into_iter().flatten() {
            let Some(Value::Ref(client)) = record.get(client) else { continue };
            let by = campaign.and_then(|field| text(record, field)).map(|name| format!("campaign {name}"));
            let by = by.or_else(|| Some(format!("reason {}", text(record, reason?)?)));
            let by = by.map(|by| (client.clone(), by));
            if kind.shape.class(&record.state) != Class::Closed {
                let assignee = kind.assignee.and_then(|field| text(record, field)).and_then(|id| id.parse().ok());
                let due = due.and_then(|field| record.get(field)).and_then(|value| day(value, calendar));
                past.open.push((assignee, due));
                past.pending.extend(by.clone());
            }
            let called = happened.and_then(|field| record.get(field)).and_then(|value| day(value, calendar));
            let called = called.or_else(|| {
                // The person who could not be reached has been tried; a callback that was cancelled or waits has not been made.
                let entered =
                    |event: &&crate::record::Event| event.to.as_ref().is_some_and(|to| made.contains(to.as_str()));
                record.history.iter().rfind(entered).map(|event| calendar.zone().date(event.at))
            });
            if let (Some(by), Some(called)) = (by, called) {
                let last = past.last.entry(by).or_insert(called);
                *last = called.max(*last);
            }
        }
        past
    }

    /// When a client is due by the rhythm of a campaign. `None` while a callback of the campaign is open, and for a client without
    /// a history.
    fn due(
        &self,
        fields: &CallbackFields,
        client: &Record,
        campaign: &Campaign,
        every: Span,
        calendar: &Calendar,
    ) -> Result<Option<NaiveDate>, Outside> {
        let reason = fields.reason.and_then(|reason| campaign.set.iter().find(|(field, _)| *field == reason));
        let reason = reason.and_then(|(_, value)| value.as_text()).map(|reason| format!("reason {reason}"));
        let names: Vec<(Id, String)> = [Some(format!("campaign {}", campaign.name)), reason]
            .into_iter()
            .flatten()
            .map(|name| (client.id.clone(), name))
            .collect();
        if names.iter().any(|name| self.pending.contains(name)) {
            return Ok(None);
        }
        let last = names.iter().filter_map(|name| self.last.get(name)).max().copied();
        let Some(since) = last.or_else(|| client.opened().map(|at| calendar.zone().date(at))) else { return Ok(None) };
        let start = calendar.zone().start_of_day(since);
        Ok(Some(civil(calendar, calendar.add(start, every, Roll::Stay)?)))
    }
}

/// The states in which the client has been called, or tried in vain: those that end the deadline of the day that is set, and the
/// milestones of the kind, in which callbacks come in from elsewhere.
fn called_states(kind: &Kind, due: Option<FieldId>) -> BTreeSet<&str> {
    let ends = kind.deadlines.iter().filter(|deadline| Some(&deadline.target) == due.map(DeadlineTarget::By).as_ref());
    let states = ends.flat_map(|deadline| &deadline.stops).filter_map(|stop| match stop {
        Mark::State(state) => Some(state.as_str()),
        _ => None,
    });
    states.chain(kind.milestones.iter().flat_map(|milestone| &milestone.states).map(String::as_str)).collect()
}

fn day(value: &Value, calendar: &Calendar) -> Option<NaiveDate> {
    match value {
        Value::Date(date) => Some(*date),
        Value::Time(at) => Some(calendar.zone().date(*at)),
        _ => None,
    }
}
