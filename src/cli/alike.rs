//! Complaints that resemble another one, as `show` and `new` list them: repeats, complaints of other clients about
//! the same lot, and complaints that show a measure to be ineffective. `policy/reports.toml` says what counts as
//! alike, and `gather` finds it.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::failure::Failure;
use crate::book::View;
use crate::gather::{given, recurred, same, within};
use crate::kind::Kind;
use crate::lifecycle::forms;
use crate::locale::messages::RecordText as Text;
use crate::record::{Id, Record};

/// Records that resemble another one in one way.
#[derive(Debug)]
pub struct Alike {
    /// The name of the way, in JSON.
    pub name: &'static str,
    /// The way, for people.
    pub text: Text,
    /// The records, the oldest first.
    pub records: Vec<Record>,
}

/// The records that resemble this one, grouped by the way in which they do. Ways without such records are left out.
///
/// # Errors
/// If the index cannot be read.
pub fn alike(view: &View<'_>, kind: &Kind, record: &Record) -> Result<Vec<Alike>, Failure> {
    let reports = &view.policy().reports;
    let mut found = Vec::new();
    if reports.cases.as_ref().is_some_and(|cases| cases.kind == kind.name()) {
        if let Some(rule) = &reports.repeats {
            found.push(Alike { name: "repeats", text: Text::Repeats, records: repeats(view, kind, record, rule)? });
        }
        if let Some(rule) = &reports.lots {
            let others = if given(record, &rule.same).len() < rule.same.len() {
                Vec::new()
            } else {
                let followed = |record: &Record| {
                    let mut record = record.clone();
                    view.merged()?.follow(&mut record.fields);
                    Ok::<_, Failure>(record)
                };
                let own = followed(record)?;
                let differs = |other: &Record| rule.differs.iter().all(|field| other.get(*field) != own.get(*field));
                let others = same(view, kind, record, &rule.same, None)?;
                let others = others.iter().map(followed).collect::<Result<Vec<_>, _>>()?;
                others.into_iter().filter(|other| other.id != record.id && differs(other)).collect()
            };
            found.push(Alike { name: "same-lot", text: Text::SameLot, records: others });
        }
    }
    if reports.recurrence.as_ref().is_some_and(|rule| rule.kind == kind.name()) {
        found.push(Alike { name: "recurred", text: Text::Recurred, records: recurred(view, record)? });
    }
    found.retain(|alike| !alike.records.is_empty());
    Ok(found)
}

/// The same as JSON: the ids under the name of the way.
pub fn json(found: &[Alike]) -> Json {
    let mut map = serde_json::Map::new();
    for alike in found {
        let ids: Vec<&str> = alike.records.iter().map(|record| record.id.as_str()).collect();
        map.insert(alike.name.to_owned(), json!(ids));
    }
    Json::Object(map)
}

/// Earlier complaints that this one repeats, as far as is known by now. A field that this record lacks, such as the
/// cause before the investigation, is not compared, but at least two fields must be filled in. Other forms of the
/// same case are no repeats.
fn repeats(
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    rule: &crate::policy::Repeats,
) -> Result<Vec<Record>, Failure> {
    let known = given(record, &rule.same);
    if known.len() < rule.same.len().min(2) {
        return Ok(Vec::new());
    }
    let forms: BTreeSet<Id> = forms(kind, record, view)?.into_iter().map(|form| form.id).collect();
    let Some(opened) = record.opened() else { return Ok(Vec::new()) };
    let earlier = |other: &Record| {
        // registered within the same second counts too: nobody knows which of the two came first
        let at = other.opened().filter(|at| *at <= opened && other.id != record.id);
        at.is_some_and(|at| within(view, at, rule.within, opened))
    };
    let others = same(view, kind, record, &known, None)?;
    Ok(others.into_iter().filter(|other| !forms.contains(&other.id) && earlier(other)).collect())
}
