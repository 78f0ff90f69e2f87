//! Records that probably exist already. A record with the name or phone of another one (`identified-by` of its kind)
//! is refused until somebody says that they are two.

use std::collections::BTreeMap;

use super::context::Context;
use super::done;
use super::failure::{Candidate, Failure};
use crate::book::View;
use crate::kind::{Kind, Step, Target, named_by};
use crate::lifecycle::Operation;
use crate::locale::messages::{BulkText, FindText as Text};
use crate::locale::{Label, Lang};
use crate::record::{FieldId, Fields, Id, Record, Value};
use crate::wording::joined;
use crate::{label, say};

/// The code of the failure.
pub const DOUBLE: &str = "double";

/// What identifies a record, folded, each with the label of its field.
fn identities(kind: &Kind, fields: &Fields) -> Vec<(String, Label)> {
    let named = kind.identified_by.iter().flat_map(|path| {
        let label = path.first().map(|first| kind.field(*first).label.clone()).unwrap_or_default();
        let values = named_by(&kind.shape, fields, path).into_iter().filter(|(value, _)| !value.is_empty());
        values.map(move |(value, _)| (value, label.clone()))
    });
    named.collect()
}

/// A record that is probably the same, with the labels of the fields that are equal, and of those that are similar.
#[derive(Default)]
struct Found {
    same: Vec<Label>,
    near: Vec<Label>,
}

/// The records of the kind that have the same identity as these fields, or a similar one. It looks in the book and
/// among the records that the operation has made so far.
///
/// # Errors
/// If the index cannot be read.
fn find(
    view: &View<'_>,
    operation: Option<&Operation<'_>>,
    kind: &Kind,
    fields: &Fields,
) -> Result<Vec<(Id, Found)>, Failure> {
    let mut found: BTreeMap<Id, Found> = BTreeMap::new();
    let index = view.index()?;
    let own = identities(kind, fields);
    let made = |key: &str| operation.map(|operation| operation.identified(kind, key)).into_iter().flatten();
    // what is void stands in nobody's way
    let is_void = |id: &Id| -> Result<bool, Failure> {
        let record = match operation {
            Some(operation) => operation.record(id).ok(),
            None => view.read(id)?,
        };
        Ok(record.is_some_and(|record| view.policy().is_void(&record)))
    };
    for (value, label) in &own {
        let kinds = [kind.name().to_owned()];
        let known = index.known_as(&kinds, value)?;
        for id in known.into_iter().chain(made(value)) {
            let id = view.survivor(&id)?;
            if is_void(&id)? {
                continue;
            }
            let labels = &mut found.entry(id).or_default().same;
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
    }
    for (key, field) in kind.near_keys(fields) {
        let label = &kind.field(field).label;
        for id in index.holding(&key)?.into_iter().chain(made(&key)) {
            let id = view.survivor(&id)?;
            let known = found.get(&id).is_some_and(|found| found.same.contains(label) || found.near.contains(label));
            if !is_void(&id)? && !known && !is_distinct(kind, fields, &id) {
                found.entry(id).or_default().near.push(label.clone());
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether the fields themselves say that a record is another one.
fn is_distinct(kind: &Kind, fields: &Fields, id: &Id) -> bool {
    let others = kind.near.as_ref().and_then(|near| fields.get(near.distinct?));
    others.is_some_and(|others| others.elements().contains(&Value::Ref(id.clone())))
}

/// Refuses a record that probably exists already. If `sure`, it only says so.
///
/// # Errors
/// [`DOUBLE`] if it probably exists.
pub fn refuse(
    context: &Context,
    (view, operation): (&View<'_>, &Operation<'_>),
    kind: &Kind,
    fields: &Fields,
    sure: bool,
) -> Result<(), Failure> {
    let found = find(view, Some(operation), kind, fields)?;
    if found.is_empty() {
        return Ok(());
    }
    let said: Vec<(Id, Label)> =
        found.iter().map(|(id, found)| (id.clone(), said(view, operation, id, found))).collect();
    if sure {
        let warnings = said.into_iter().map(|(_, message)| super::output::Warning { code: DOUBLE, message });
        context.later.borrow_mut().extend(warnings);
        return Ok(());
    }
    let told: Vec<Label> = said.iter().map(|(_, said)| said.clone()).collect();
    let candidates = said.into_iter().map(|(id, _)| Candidate { name: id.to_string(), about: Label::default() });
    let failure = Failure::refused(DOUBLE, label!(Text::Alike; records = joined(&told))).hint(Text::AlikeHint);
    Err(failure.candidates(candidates))
}

fn said(view: &View<'_>, operation: &Operation<'_>, id: &Id, found: &Found) -> Label {
    let record = operation.record(id).ok();
    let (same, near) = (joined(&found.same), joined(&found.near));
    let one = |lang: Lang| {
        let record = record.as_ref().map_or_else(|| id.to_string(), |record| done::named(view, record, lang));
        match found.same.is_empty() {
            false => say!(lang, Text::AlikeIn, record = record, fields = same.get(lang)),
            true => say!(lang, Text::NearIn, record = record, fields = near.get(lang)),
        }
    };
    Label::new(one(Lang::En), one(Lang::Zh))
}

/// Does something that may register such a record. If it does, a user at a terminal is asked whether it is another
/// one.
///
/// # Errors
/// Those of `work`; [`DOUBLE`] if the user does not say that it is another one.
pub fn asking<T>(context: &Context, work: &mut dyn FnMut(bool) -> Result<T, Failure>) -> Result<T, Failure> {
    let sure = context.flags.yes;
    match work(sure) {
        Err(failure) if failure.code == DOUBLE && !sure && context.may_ask() => {
            let (message, sure) = (failure.message.get(context.lang), Text::SureAnother.get(context.lang));
            let question = format!("{message}\n{sure}");
            if context.prompt().confirm(&question, false)? { work(true) } else { Err(failure) }
        }
        other => other,
    }
}

/// Warns of records that both clones of a merge have registered: `own` are those that this clone made, `came` those of
/// the other side.
///
/// # Errors
/// If the index or a record cannot be read.
pub fn warn_of_both(context: &Context, view: &View<'_>, own: &[Id], came: &[Id]) -> Result<(), Failure> {
    for id in own {
        let (Some(kind), Some(record)) = (view.policy().kind_of(id), view.read(id)?) else { continue };
        if view.policy().is_void(&record) || view.policy().is_merged(&record) {
            continue;
        }
        let found = find(view, None, kind, &record.fields)?;
        let twice = found.into_iter().map(|(other, _)| other).find(|other| other != id && came.contains(other));
        let Some(other) = twice else { continue };
        let name = |id: &Id| {
            let record = view.read(id).ok().flatten();
            Label::each(|lang| record.as_ref().map_or_else(|| id.to_string(), |record| done::named(view, record, lang)))
        };
        let state = record.state.clone();
        let (record, others) = (name(id), name(&other));
        let message = match one_of_two(kind, &state, id, &other) {
            Some(command) => label!(Text::BothMade, command = command; record = record, others = others),
            None => label!(Text::BothMadeAlone; record = record, others = others),
        };
        context.later.borrow_mut().push(super::output::Warning { code: DOUBLE, message });
    }
    Ok(())
}

/// The command that makes one record of two: it merges one into the other, or makes it void.
fn one_of_two(kind: &Kind, state: &str, id: &Id, other: &Id) -> Option<String> {
    let merge = merging(kind).map(|(step, field)| format!("{} {}={other}", step.name, kind.field(field).name));
    let void = || {
        let to_void = |step: &&Step| matches!(&step.to, Target::State(to) if kind.shape.is_void(to));
        kind.steps_from(state).find(to_void).map(|step| step.name.clone())
    };
    merge.or_else(void).map(|step| format!("redress advance {id} {step}"))
}

/// The step that merges a record into another one, and the field that names the other.
fn merging(kind: &Kind) -> Option<(&Step, FieldId)> {
    let by = kind.shape.merged_by?;
    let asks = |step: &&Step| step.asks.iter().any(|ask| ask.field == by);
    Some((kind.steps.iter().find(asks)?, by))
}

/// How many similar records are listed.
const MOST_NEAR: usize = 50;

/// Warns of records of the book that are similar to one another and are not merged, void or marked as distinct.
///
/// # Errors
/// If the index cannot be read.
pub fn warn(context: &mut Context, view: &View<'_>) -> Result<(), Failure> {
    let policy = view.policy();
    if policy.kinds.values().all(|kind| kind.near.is_none()) {
        return Ok(());
    }
    let mut groups: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for (key, id) in view.index()?.near()? {
        groups.entry(key).or_default().push(id);
    }
    let mut said: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for ids in groups.values() {
        let records = view.index()?.records(ids)?;
        let counts = |record: &&Record| !policy.is_void(record) && !policy.is_merged(record);
        let records: Vec<&Record> = records.iter().filter(counts).collect();
        for (at, record) in records.iter().enumerate() {
            let Some(kind) = policy.kind(&record.kind) else { continue };
            let apart = |other: &&&Record| {
                !is_distinct(kind, &record.fields, &other.id) && !is_distinct(kind, &other.fields, &record.id)
            };
            let others = records[at + 1..].iter().filter(apart).map(|other| other.id.clone());
            let others: Vec<Id> = others.collect();
            if !others.is_empty() {
                let known = said.entry(record.id.clone()).or_default();
                known.extend(others);
                known.sort();
                known.dedup();
            }
        }
    }
    for (id, others) in said.iter().take(MOST_NEAR) {
        let Some(record) = view.read(id)? else { continue };
        let Some(kind) = policy.kind(&record.kind) else { continue };
        let named = |record: &Record| Label::each(|lang| done::named(view, record, lang));
        let Some(first) = others.first().cloned() else { continue };
        let others =
            others.iter().map(|id| Ok(view.read(id)?.map_or_else(|| Label::verbatim(id.as_str()), |r| named(&r))));
        let others = joined(&others.collect::<Result<Vec<_>, Failure>>()?);
        let field = kind.near.as_ref().and_then(|near| near.distinct).map(|field| kind.field(field));
        let merge = merging(kind).and(one_of_two(kind, &record.state, id, &first));
        let named = named(&record);
        context.out.warn(
            DOUBLE,
            match (merge, field) {
                (Some(merge), Some(field)) => {
                    let apart = format!("redress edit {id} {}+={first}", field.name);
                    let field = field.label.clone();
                    label!(Text::NearTo, merge = merge, apart = apart; record = named, others = others, field = field)
                }
                _ => label!(Text::NearAlone; record = named, others = others),
            },
        );
    }
    if said.len() > MOST_NEAR {
        context.out.warn(DOUBLE, label!(BulkText::AndMore, count = said.len() - MOST_NEAR));
    }
    Ok(())
}
