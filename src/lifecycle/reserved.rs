//! Idempotency keys that the program makes itself: of reminders (`remind:`), and of what it plans (`plan `). Such a key
//! says that a record was made, so that it is not made again. If people could use it for something else, a reminder
//! or a sanction would never come.

use super::noticed::{noticed, occasion};
use crate::policy::Policy;
use crate::record::{Id, Record};

/// The beginnings of the keys that the program makes.
const BEGINNINGS: [&str; 2] = ["remind:", "plan "];

/// Whether only the program makes keys like this.
pub fn is_reserved(key: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| key.starts_with(beginning))
}

/// Whether an event may have a key that the program makes: it is the first one of a record of the kind that the rule in
/// the key makes, and the record is about what the key names.
pub fn bears(policy: &Policy, record: &Record, event: usize, key: &str) -> bool {
    let made = || match key.strip_prefix("remind:") {
        Some(rest) => reminds(policy, record, rest),
        None => is_planned(policy, record, key),
    };
    !is_reserved(key) || event == 0 && made()
}

/// `TYPE:ID:DEADLINE:START:N` of a notice: see `planning::notices`.
fn reminds(policy: &Policy, record: &Record, rest: &str) -> bool {
    let Some(fields) = policy.notices.fields.as_ref().filter(|fields| fields.kind == record.kind) else { return false };
    let mut parts = rest.splitn(4, ':');
    let (ty, id, deadline) = (parts.next(), parts.next(), parts.next());
    let known = |id: &str| id.parse::<Id>().is_ok_and(|id| policy.kind_of(&id).is_some());
    occasion(record, fields).is_some_and(|occasion| ty == Some(occasion.name()))
        && id.is_some_and(known)
        && noticed(record, fields).iter().any(|line| deadline == Some(&line.deadline))
}

/// `plan WHAT RULE …`: see the modules of `planning`.
fn is_planned(policy: &Policy, record: &Record, key: &str) -> bool {
    let mut words = key.split(' ').skip(1);
    let (what, rule, named) = (words.next(), words.next(), words.next());
    let Some(rule) = rule else { return false };
    let named = named.and_then(|id| id.parse::<Id>().ok());
    match what {
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
            let of = policy.deductions.fields.as_ref().is_some_and(|fields| fields.kind == record.kind);
            of && policy.deductions.rules.iter().any(|known| known.name == rule)
        }
        _ => false,
    }
}
