//! Idempotency keys that the program makes itself: of reminders (`remind:`), and of what it plans (`plan `). Such a key
//! says that a record was made, so that it is not made again. If people could use it for something else, a reminder
//! or a sanction would never come.

use super::deadlines::deadlines_unheld;
use super::histories::Shown;
use super::linked::forms;
use super::noticed::{noticed, occasion};
use super::{Lookup, Standing};
use crate::calendar::{Moment, Outcome, Run};
use crate::filter::Unanswered;
use crate::policy::{Occasion, Policy};
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
        Some("callbacks") => {
            let of = policy.callbacks.fields.as_ref().is_some_and(|fields| fields.kind == record.kind);
            let about = named.is_some_and(|client| policy.refers(record, &client));
            of && about && policy.callbacks.campaigns.iter().any(|campaign| campaign.name == rule)
        }
        Some("tasks") => policy.recurring.duties.iter().any(|duty| duty.name == rule && duty.kind == record.kind),
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

/// Whether a record is a form of the case of another.
fn of_case(policy: &Policy, lookup: &dyn Lookup, about: &Id, form: Option<&Id>) -> Result<bool, Unanswered> {
    let (Some(record), Some(kind)) = (lookup.record(about)?, policy.kind_of(about)) else { return Ok(false) };
    Ok(forms(kind, &record, lookup)?.iter().any(|one| Some(&one.id) == form))
}
