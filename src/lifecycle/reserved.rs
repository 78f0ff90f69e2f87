//! Idempotency keys that the program makes itself: of reminders (`remind:`), and of what it plans (`plan `). Such a key
//! says that a record was made, so that it is not made again. If people could use it for something else, a reminder
//! or a sanction would never come.

use chrono::NaiveDate;

use super::deadlines::deadlines_unheld;
use super::histories::Shown;
use super::linked::forms;
use super::noticed::{noticed, occasion};
use super::{Lookup, Standing};
use crate::calendar::{Moment, Outcome, Period, Run};
use crate::filter::Unanswered;
use crate::policy::{Copied, Occasion, Policy, RecurringDuty};
use crate::record::{FieldId, Id, Record, Value, stored_time};

/// The beginnings of the keys that the program makes.
const BEGINNINGS: [&str; 2] = ["remind:", "plan "];

/// Whether only the program makes keys like this.
pub fn is_reserved(key: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| key.starts_with(beginning))
}

/// Whether an event may have a key that the program makes: it is the first one of a record of the kind that the rule in
/// the key makes, and the record is about what the key names. A notice is about deadlines that were missed by then.
///
/// # Errors
/// If the records with these deadlines cannot be looked up.
pub fn bears(
    policy: &Policy,
    lookup: &dyn Lookup,
    record: &Record,
    event: usize,
    key: &str,
) -> Result<bool, Unanswered> {
    let first = record.history.first().filter(|_| event == 0);
    match (key.strip_prefix("remind:"), first) {
        _ if !is_reserved(key) => Ok(true),
        (_, None) => Ok(false),
        (Some(rest), Some(first)) => reminds(policy, lookup, record, first.recorded(), rest),
        (None, Some(_)) => is_planned(policy, lookup, record, key),
    }
}

/// `TYPE:ID:DEADLINE:START:N` of a notice: see `planning::notices`. The key is that of the first line.
fn reminds(policy: &Policy, lookup: &dyn Lookup, record: &Record, at: Moment, rest: &str) -> Result<bool, Unanswered> {
    let Some(fields) = policy.notices.fields.as_ref().filter(|fields| fields.kind == record.kind) else {
        return Ok(false);
    };
    let Some(occasion) = occasion(record, fields) else { return Ok(false) };
    let lines = noticed(record, fields);
    for (place, line) in lines.iter().enumerate() {
        let Some(about) = lookup.record(&line.about)? else { return Ok(false) };
        let rules = lookup.rules(&about)?;
        let rules = rules.as_deref().unwrap_or(policy);
        let standings = deadlines_unheld(Shown::Now, rules, policy, &about, lookup, at)?;
        let mut runs = standings.runs().filter(|(standing, run)| {
            let open = occasion == Occasion::Expedite;
            let own = standing.deadline.name == line.deadline && line.speaks_of(run);
            own && run.outcome == Outcome::Breached && run.end.is_none() == open
        });
        let named = |standing: &Standing, run: &Run| {
            let id = standing.of(&about.id).first().unwrap_or(&about.id);
            let beginning = format!("{}:{id}:{}:{}:", occasion.name(), line.deadline, stored_time(&run.start));
            rest.strip_prefix(&beginning).is_some_and(|number| number.parse::<u64>().is_ok())
        };
        if !runs.any(|(standing, run)| place > 0 || named(standing, run)) {
            return Ok(false);
        }
    }
    Ok(!lines.is_empty())
}

/// `plan WHAT RULE …`: see the modules of `planning`.
fn is_planned(policy: &Policy, lookup: &dyn Lookup, record: &Record, key: &str) -> Result<bool, Unanswered> {
    let mut words = key.split(' ').skip(1);
    let (what, rule, named) = (words.next(), words.next(), words.next());
    let Some(rule) = rule else { return Ok(false) };
    let named = named.and_then(|id| id.parse::<Id>().ok());
    Ok(match what {
        Some("callbacks") => is_callback(policy, record, rule, named.as_ref(), &words.collect::<Vec<_>>()),
        Some("tasks") => {
            let of = words.next().and_then(|id| id.parse::<Id>().ok());
            let period = key.split(' ').nth(3).unwrap_or_default();
            let mut duties =
                policy.recurring.duties.iter().filter(|duty| duty.name == rule && duty.kind == record.kind);
            duties.any(|duty| is_duty(policy, duty, record, period, of.as_ref()))
        }
        Some("signs") => {
            let opens = |remedy: &crate::policy::Remedy| remedy.kind == record.kind;
            policy.signs.signs.iter().any(|sign| sign.name == rule && sign.opens.iter().any(opens))
        }
        Some("sanctions") => {
            let Some(fields) = policy.deductions.fields.as_ref().filter(|fields| fields.kind == record.kind) else {
                return Ok(false);
            };
            let text = |field: Option<FieldId>| record.get(field?).and_then(Value::as_text);
            // a person, or a department, whose name may have several words
            let whom = text(fields.person).or_else(|| text(fields.department)).unwrap_or_default();
            let rest = words.collect::<Vec<_>>().join(" ");
            let same = rest.strip_prefix(whom).is_some_and(|which| which.is_empty() || which.starts_with(' '));
            let about = match fields.about.and_then(|field| record.get(field)) {
                Some(Value::Ref(about)) => of_case(policy, lookup, about, named.as_ref())?,
                _ => named.is_some_and(|named| named.is_person()),
            };
            same && about && policy.deductions.rules.iter().any(|known| known.name == rule)
        }
        _ => false,
    })
}

/// Whether a record is the callback of a campaign for a client, with what the rest of the key names.
fn is_callback(policy: &Policy, record: &Record, campaign: &str, client: Option<&Id>, rest: &[&str]) -> bool {
    let Some(fields) = policy.callbacks.fields.as_ref().filter(|fields| fields.kind == record.kind) else {
        return false;
    };
    let Some(campaign) = policy.callbacks.campaigns.iter().find(|known| known.name == campaign) else { return false };
    // what the campaign gives itself takes the place of what follows from the day
    let own: Vec<FieldId> =
        campaign.set.iter().map(|(field, _)| *field).chain(campaign.with.iter().map(|(field, _)| *field)).collect();
    let is = |field: Option<FieldId>, fits: &dyn Fn(Option<&Value>) -> bool| {
        field.filter(|field| !own.contains(field)).is_none_or(|field| fits(record.get(field)))
    };
    let days = rest.iter().find(|word| word.contains("..")).and_then(|days| period(days));
    let about = rest.first().and_then(|word| word.parse::<Id>().ok()).filter(|_| rest.len() == 1 && days.is_none());
    let day = rest.iter().rev().find_map(|word| word.parse::<NaiveDate>().ok());
    client.is_some_and(|client| policy.refers(record, client))
        && begins_with(record, &campaign.set, "")
        && is(fields.campaign, &|value| value.and_then(Value::as_text) == Some(campaign.name.as_str()))
        && is(fields.due, &|value| match (value, &days) {
            (_, None) => true,
            (Some(Value::Date(due)), Some(days)) => days.contains(*due),
            _ => false,
        })
        && is(fields.about, &|value| about.as_ref().is_none_or(|id| value == Some(&Value::Ref(id.clone()))))
        && is(fields.day, &|value| day.is_none_or(|day| value == Some(&Value::Date(day))))
}

/// Whether a record is a recurring duty of a period, and made for the record that the key names.
fn is_duty(policy: &Policy, duty: &RecurringDuty, record: &Record, name: &str, of: Option<&Id>) -> bool {
    let Some(period) = period(name) else { return false };
    let calendar = policy.calendars.default();
    let open = calendar.for_plans();
    let calendar = open.as_ref().unwrap_or(calendar);
    let is_due = |field: FieldId| {
        let day = match record.get(field) {
            Some(Value::Date(day)) => *day,
            Some(Value::Time(at)) => calendar.zone().date(*at),
            _ => return false,
        };
        match duty.due(period.from, period.until, calendar) {
            Ok((due, _)) if duty.spread => (period.from.min(due)..=due).contains(&day),
            Ok((due, _)) => due == day,
            // nobody knows when it was due
            Err(_) => true,
        }
    };
    // a person's record is referred to by the person's id
    let is_of = |of: &Id, value: Option<&Value>| match value {
        Some(Value::Ref(id)) => id == of,
        value => value.and_then(Value::as_text) == Some(of.as_str()),
    };
    let named = duty.with.iter().filter(|(_, from)| *from == Copied::Id).map(|(field, _)| *field);
    duty.each.is_some() == of.is_some()
        && of.is_none_or(|of| named.into_iter().all(|field| is_of(of, record.get(field))))
        && begins_with(record, &duty.set, Period::called(&period.label).get(policy.settings.lang))
        && duty.field.is_none_or(is_due)
}

/// Whether a record has the values with which a rule makes it for a period.
fn begins_with(record: &Record, set: &[(FieldId, Value)], period: &str) -> bool {
    set.iter().all(|(field, value)| match (value, record.get(*field)) {
        (Value::Text(text), Some(Value::Text(is))) => *is == text.replace(RecurringDuty::PERIOD, period),
        (value, is) => is == Some(value),
    })
}

/// The period that a key names.
fn period(name: &str) -> Option<Period> {
    Period::parse(name, NaiveDate::default()).ok()
}

/// Whether a record is a form of the case of another.
fn of_case(policy: &Policy, lookup: &dyn Lookup, about: &Id, form: Option<&Id>) -> Result<bool, Unanswered> {
    let (Some(record), Some(kind)) = (lookup.record(about)?, policy.kind_of(about)) else { return Ok(false) };
    Ok(forms(kind, &record, lookup)?.iter().any(|one| Some(&one.id) == form))
}
