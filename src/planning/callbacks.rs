//! Which clients are called back in a period (CB1, CB2). The campaigns of `callbacks.toml` choose them, and the calls
//! are distributed to the people who call.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use super::called::Past;
use super::deal::{Dealing, Table, Why};
use super::occasions::of_days;
use super::question::{Plan, Planned, Question, Unplanned, civil, owner, taken};
use crate::calendar::{Calendar, Moment, Outside};
use crate::filter::Unanswered;
use crate::kind::{Holder, Kind};
use crate::lifecycle;
use crate::policy::{CallbackFields, LeftOut, Policy, Rhythm};
use crate::record::{Class, Id, Record, Type, Value};

/// The kinds of records, besides clients, that a plan needs.
pub fn kinds(policy: &Policy) -> BTreeSet<&str> {
    let after = policy.callbacks.campaigns.iter().filter_map(|campaign| match &campaign.rhythm {
        Rhythm::After { kind, .. } => Some(kind.as_str()),
        Rhythm::Every(_) | Rhythm::Holiday { .. } | Rhythm::Anniversary { .. } => None,
    });
    after.chain(policy.callbacks.fields.as_ref().map(|fields| fields.kind.as_str())).collect()
}

/// The callbacks of the period that are not planned yet.
///
/// # Errors
/// If the calendar does not know the period, or a day from which a campaign counts.
pub fn callbacks<'q>(question: &Question<'q>) -> Result<Plan<'q>, Unplanned> {
    let policy = question.policy;
    let Some(fields) = &policy.callbacks.fields else { return Ok(Plan::default()) };
    let Some(kind) = policy.kind(&fields.kind) else { return Ok(Plan::default()) };
    let calendar = question.calendar;
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
        // Without a limit the work is spread evenly.
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

/// Removes clients that the policy leaves out from those that were chosen. Returns each of them once, with the first
/// reason.
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

/// The role that calls if nobody is named: the first one that a deadline of the kind reminds.
fn caller(kind: &Kind) -> Option<&str> {
    let holders = kind.deadlines.iter().flat_map(|deadline| &deadline.holder);
    holders.filter_map(|holder| if let Holder::Role(role) = holder { Some(role.as_str()) } else { None }).next()
}

pub(super) fn draw<'q>(
    question: &Question<'q>,
    fields: &CallbackFields,
    past: &Past,
    first: NaiveDate,
) -> Result<Vec<Planned<'q>>, Unplanned> {
    let (period, calendar) = (question.period, question.calendar);
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
                        let due = civil(calendar, calendar.proposed(at, *within)?);
                        let key = format!("plan callbacks {} {} {}", campaign.name, client.id, record);
                        if period.contains(due) {
                            match question.lookup.by_key(&key)? {
                                Some(_) => known = true,
                                None => drawn.push(planned(Some(record), due, key)),
                            }
                        }
                    }
                }
                // these are added to the others
                Rhythm::Holiday { .. } | Rhythm::Anniversary { .. } => {}
            }
            // A client that an earlier campaign has chosen for the period is not chosen again.
            if known || drawn.len() > before {
                break;
            }
        }
    }
    Ok(drawn)
}

/// The records of a kind that refer to the client and took the step, each with the last time. A record that repeats a
/// case of the same client is called back together with that case, if it took the step or still may.
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
