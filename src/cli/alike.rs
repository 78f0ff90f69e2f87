//! Complaints like another one: repeats, other clients of the same lot, and those that show a measure to be ineffective. What is
//! alike `policy/reports.toml` says; how repeats are counted over a period is the reports'.

use serde_json::{Value as Json, json};

use super::exit::Exit;
use super::failure::Failure;
use crate::book::View;
use crate::book::index::Selection;
use crate::calendar::{Moment, Roll, Span};
use crate::filter::{self, Scope};
use crate::kind::Kind;
use crate::lifecycle::chain;
use crate::locale::messages::RecordText as Text;
use crate::policy::COMPLAINT;
use crate::record::{FieldId, Id, Record, Value};

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

/// What is like a record; ways in which nothing is are left out.
///
/// # Errors
/// The index cannot be read.
pub fn alike(view: &View<'_>, kind: &Kind, record: &Record) -> Result<Vec<Alike>, Failure> {
    let reports = &view.policy().reports;
    let mut found = Vec::new();
    if kind.name() == COMPLAINT {
        if let Some(rule) = &reports.repeats {
            found.push(Alike { name: "repeats", text: Text::Repeats, records: repeats(view, kind, record, rule)? });
        }
        if let Some(rule) = &reports.lots {
            let others = if given(record, &rule.same).len() < rule.same.len() {
                Vec::new()
            } else {
                let differs = |other: &Record| rule.differs.iter().all(|field| other.get(*field) != record.get(*field));
                let others = same(view, kind, record, &rule.same)?;
                others.into_iter().filter(|other| other.id != record.id && differs(other)).collect()
            };
            found.push(Alike { name: "same-lot", text: Text::SameLot, records: others });
        }
    }
    if reports.recurrence.as_ref().is_some_and(|rule| rule.kind == kind.name()) {
        found.push(Alike { name: "recurred", text: Text::Recurred, records: recurred(view, kind, record)? });
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
    let chains = kind.amounts.values().filter_map(|amount| amount.chain);
    let forms = chains.map(|field| chain(kind, record, field, view)).collect::<Result<Vec<_>, _>>()?;
    let forms: Vec<Id> = forms.into_iter().flatten().map(|form| form.id).collect();
    let Some(opened) = record.opened() else { return Ok(Vec::new()) };
    let earlier = |other: &Record| {
        // What was registered within the same second counts, too: nobody knows which of the two came first.
        let at = other.opened().filter(|at| *at <= opened && other.id != record.id);
        at.is_some_and(|at| within(view, at, rule.within, opened))
    };
    let others = same(view, kind, record, &known)?;
    Ok(others.into_iter().filter(|other| !forms.contains(&other.id) && earlier(other)).collect())
}

/// Complaints like those that a measure is about which came after it was done, within the policy's window.
fn recurred(view: &View<'_>, kind: &Kind, measure: &Record) -> Result<Vec<Record>, Failure> {
    let policy = view.policy();
    let (Some(rule), Some(complaint)) = (&policy.reports.recurrence, policy.kind(COMPLAINT)) else {
        return Ok(Vec::new());
    };
    debug_assert_eq!(rule.kind, kind.name());
    let done = measure.history.iter().rev().find(|event| event.to.as_ref().is_some_and(|to| rule.done.contains(to)));
    let Some(done) = done.map(|event| event.at) else { return Ok(Vec::new()) };
    let named = rule.about.iter().filter_map(|field| measure.get(*field)).flat_map(Value::elements);
    let mut found: Vec<Record> = Vec::new();
    for id in named.filter_map(|value| if let Value::Ref(id) = value { Some(id) } else { None }) {
        let Some(about) = view.read(id)?.filter(|record| record.kind == COMPLAINT) else { continue };
        if given(&about, &rule.same).len() < rule.same.len() {
            continue;
        }
        for other in same(view, complaint, &about, &rule.same)? {
            let came = other.opened().is_some_and(|at| at > done && within(view, done, rule.within, at));
            if came && other.id != about.id && found.iter().all(|known| known.id != other.id) {
                found.push(other);
            }
        }
    }
    Ok(found)
}

fn within(view: &View<'_>, from: Moment, span: Span, at: Moment) -> bool {
    view.policy().calendars.default().add(from, span, Roll::Stay).is_ok_and(|end| at <= end)
}

/// Those of the fields that the record has.
fn given(record: &Record, fields: &[FieldId]) -> Vec<FieldId> {
    fields.iter().copied().filter(|field| record.get(*field).is_some_and(|value| !value.is_empty())).collect()
}

/// The records of a kind that hold the same in these fields, this one included, the oldest first.
fn same(view: &View<'_>, kind: &Kind, record: &Record, fields: &[FieldId]) -> Result<Vec<Record>, Failure> {
    let word = |field: &FieldId| {
        let value = record.get(*field).and_then(Value::stored)?;
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        Some(format!("{}=\"{value}\"", kind.field(*field).name))
    };
    let words: Vec<String> = fields.iter().filter_map(word).collect();
    // A list, or a text of several lines, is nothing that can be the same.
    if words.len() < fields.len() || words.is_empty() || words.iter().any(|word| word.contains('\n')) {
        return Ok(Vec::new());
    }
    let zone = view.policy().settings.time_zone;
    let expr = filter::parse(&words.join(" "));
    let bound = expr.and_then(|expr| expr.bind(kind.name(), view.policy(), &Scope::rule(zone)));
    let filter = bound.map_err(|error| Failure::new(Exit::Unreadable, "filter", error.message))?;
    let mut found = view.index()?.select(&Selection::of(kind.name()).filtered(&filter))?;
    found.sort_by(|a, b| (a.opened(), &a.id).cmp(&(b.opened(), &b.id)));
    Ok(found)
}
