//! What was kept longer than it should be (`[[retention]]` of kinds), as lines of `due` for the people who deal with
//! it.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use chrono::NaiveDate;

use super::fitting::Fitting;
use super::lines::{Item, Kept, Said};
use crate::book::View;
use crate::calendar::Period;
use crate::cli::failure::Failure;
use crate::cli::table;
use crate::gather::BookSource;
use crate::kind::{Kind, Retention};
use crate::lifecycle::{Duty, Held, Party};
use crate::record::{Id, Record};
use crate::report::{Source as _, Subject, kept_of, past_of};

/// The wanted lines of the records of a kind.
///
/// # Errors
/// If the book cannot be read.
pub(super) fn of_kind(view: &View<'_>, kind: &Kind, fitting: &Fitting<'_, '_>) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for rule in &kind.retention {
        let held = holders(rule);
        if !fitting.holders(&held) {
            continue;
        }
        for (record, until) in past(view, kind, rule, fitting)? {
            let kept = Kept {
                until,
                what: kept_of(kind, rule),
                fields: rule.fields.iter().map(|field| kind.field(*field).name.clone()).collect(),
            };
            let duty = Duty { standing: None, steps: Vec::new(), held: held.clone(), waiting: false };
            items.push(Item { record: Rc::new(record), duty, held: held.clone(), said: Some(Said::Kept(kept)) });
        }
    }
    Ok(items)
}

/// Who deals with it.
fn holders(rule: &Retention) -> Held {
    let roles = rule.roles.iter().cloned().map(Party::Role);
    roles.chain(rule.departments.iter().cloned().map(Party::Department)).collect()
}

/// The records that hold something for too long, each with the last day on which it was to be kept.
fn past(
    view: &View<'_>,
    kind: &Kind,
    rule: &Retention,
    fitting: &Fitting<'_, '_>,
) -> Result<Vec<(Record, NaiveDate)>, Failure> {
    let source = BookSource::new(view, table::facts(view));
    let today = view.today();
    let Ok(period) = Period::parse(&today.to_string(), today) else { return Ok(Vec::new()) };
    let ids: BTreeSet<Id> = past_of(Subject::of(&source, &period), kind, rule)?;
    let zone = view.policy().settings.time_zone;
    let mut found: BTreeMap<Id, (Record, NaiveDate)> = BTreeMap::new();
    for record in source.read(&ids)? {
        let fits = fitting.record(&record)?;
        if let Some(until) = rule.until(kind, &record, zone).filter(|_| fits) {
            found.insert(record.id.clone(), (record, until));
        }
    }
    Ok(found.into_values().collect())
}
