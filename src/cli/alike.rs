//! Complaints like another one as `show` and `new` tell them: repeats, other clients of the same lot, and those that show a measure
//! to be ineffective. What is alike `policy/reports.toml` says and `gather` finds.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::failure::Failure;
use crate::book::View;
use crate::gather::{given, recurred, same, within};
use crate::kind::Kind;
use crate::lifecycle::forms;
use crate::locale::messages::RecordText as Text;
use crate::record::{Id, Record};

/// Records that are like another one, and in what way.
#[derive(Debug)]
pub struct Alike {
    /// The name of the way, in JSON.
    pub name: &'static str,
    /// What people read.
    pub text: Text,
    /// The records, the oldest first.
    pub records: Vec<Record>,
}

/// Records that are like this one, by the way in which they are alike. Ways without such records are left out.
///
/// # Errors
/// The index cannot be read.
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

/// The same as JSON: the ids by the name of the way.
pub fn json(found: &[Alike]) -> Json {
    let mut map = serde_json::Map::new();
    for alike in found {
        let ids: Vec<&str> = alike.records.iter().map(|record| record.id.as_str()).collect();
        map.insert(alike.name.to_owned(), json!(ids));
    }
    Json::Object(map)
}

/// Earlier complaints that this one repeats so far as is known by now: a field that it lacks, such as the cause before the
/// investigation, is not compared, but two must be there. Other forms of the same case are no repeats.
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
        // What was registered within the same second counts, too: nobody knows which of the two came first.
        let at = other.opened().filter(|at| *at <= opened && other.id != record.id);
        at.is_some_and(|at| within(view, at, rule.within, opened))
    };
    let others = same(view, kind, record, &known, None)?;
    Ok(others.into_iter().filter(|other| !forms.contains(&other.id) && earlier(other)).collect())
}
