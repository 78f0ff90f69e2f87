//! Records as JSON, with what is derived from them.

use serde_json::{Value as Json, json};

use crate::book::View;
use crate::book::index::IndexLink;
use crate::calendar::Run;
use crate::filter::Unanswered;
use crate::kind::Kind;
use crate::lifecycle::{Duty, Held, Standing};
use crate::record::{Class, Record, Value, stored_time};
use crate::wording::Sight;

/// A record as in its file, without the fields that the reader may not see. What follows from it stands beside the
/// fields, in `derived`.
///
/// # Errors
/// If what its deadlines rest on cannot be read.
pub fn json(
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    links: &[IndexLink],
    sight: Sight,
) -> Result<Json, Unanswered> {
    let mut map = record.json(&kind.shape, &|field| sight.shows(field));
    let mut derived = derived(view, kind, record, sight)?;
    let link = |link: &IndexLink| json!({ "id": link.id.as_str(), "kind": link.kind, "field": link.field });
    derived["links"] = links.iter().map(link).collect();
    map.insert("derived".to_owned(), derived);
    Ok(Json::Object(map))
}

/// What follows from a record: the nearest running deadline (or the next step if none runs) and who holds it,
/// everybody who holds something, whether a deadline has passed, and its age in days.
fn derived(view: &View<'_>, kind: &Kind, record: &Record, sight: Sight) -> Result<Json, Unanswered> {
    let opened = record.opened();
    let age = opened.map(|opened| (view.now() - opened).num_days());
    let mut derived = json!({
        "class": kind.shape.class(&record.state).name(),
        "opened": opened.as_ref().map(stored_time),
        "age": age,
        "void": kind.shape.is_void(&record.state),
        "due": null, "deadline": null, "holder": null, "holders": [], "overdue": false, "next": [],
    });
    for computed in kind.shape.computed().iter().filter(|computed| sight.shows_computed(computed)) {
        derived[computed.name.as_str()] = self::computed(computed.value(&record.fields).as_ref());
    }
    if kind.shape.class(&record.state) == Class::Closed && kind.deadlines.is_empty() {
        return Ok(derived);
    }
    let standings = view.standings(record)?;
    let duties = view.duties(record, &standings)?;
    if let Some(nearest) = duties.iter().min_by_key(|duty| duty.order()) {
        derived["due"] = json!(nearest.due().as_ref().map(stored_time));
        derived["deadline"] = json!(nearest.standing.as_ref().map(|standing| &standing.deadline.name));
        derived["holder"] = json!(nearest.held.stored());
        derived["next"] = json!(nearest.steps);
    }
    derived["overdue"] = json!(duties.iter().any(Duty::is_overdue));
    let holders: Held = duties.iter().flat_map(|duty| duty.held.parties()).cloned().collect();
    derived["holders"] = holders.parties().iter().map(ToString::to_string).collect();
    let run = |(standing, run): (&Standing, &Run)| {
        json!({
            "deadline": standing.deadline.name,
            "start": stored_time(&run.start),
            "due": run.due.at().as_ref().map(stored_time),
            "ended": run.end.map(|end| stored_time(&end.at)),
            "outcome": run.outcome.name(),
            "holder": standing.held.stored(),
        })
    };
    derived["deadlines"] = standings.runs().map(run).collect();
    Ok(derived)
}

/// A computed value for scripts.
pub fn computed(value: Option<&Value>) -> Json {
    match value {
        Some(Value::Bool(yes)) => json!(yes),
        Some(Value::Count(count)) => json!(count),
        value => json!(value.and_then(Value::stored)),
    }
}
