//! Values of records as cells of tables, and what is derived from a record for JSON.

use serde_json::{Value as Json, json};

use crate::book::View;
use crate::book::index::Link;
use crate::calendar::Run;
use crate::filter::Unanswered;
use crate::kind::Kind;
use crate::lifecycle::{Duty, Held, Standing};
use crate::locale::{Label, Lang};
use crate::record::{Class, Field, FieldId, Fields, Record, Shape, Type, Value, stored_time};
use crate::report::model::Cell;

/// The value of a record's field as a cell: what the policy names by its label; times that a deadline goes by are ends.
pub fn of_field(view: &View<'_>, kind: &Kind, fields: &Fields, id: FieldId, value: &Value) -> Cell {
    if let Some(label) = view.policy().called_in(kind, id, fields) {
        return Cell::Label(label.clone());
    }
    let ty = &kind.field(id).ty;
    if let Some([en, zh]) = view.policy().called_in_lines(kind, id, value) {
        return Cell::Label(Label::new(words(view, ty, &en, Lang::En), words(view, ty, &zh, Lang::Zh)));
    }
    match value {
        Value::Time(at) if kind.promises().any(|promised| promised == id) => Cell::End(*at),
        _ => self::value(view, ty, value),
    }
}

/// A value as a cell: choices, departments and roles by their labels, references with what they are called.
pub fn value(view: &View<'_>, ty: &Type, value: &Value) -> Cell {
    match (ty, value) {
        (Type::Choice(choices), Value::Text(name)) => {
            let choice = choices.iter().find(|choice| choice.name == *name);
            choice.map_or_else(|| Cell::text(name.as_str()), |choice| Cell::Label(choice.label.clone()))
        }
        (Type::Person, Value::Text(id)) => {
            let person = id.parse().ok().and_then(|id| view.people().get(&id)).map(|person| person.name.clone());
            Cell::text(person.map_or_else(|| id.clone(), |name| format!("{name} ({id})")))
        }
        (Type::Department, Value::Text(name)) => {
            let department = view.policy().departments.get(name);
            department.map_or_else(|| Cell::text(name.as_str()), |department| Cell::from(&department.label))
        }
        (Type::Role, Value::Text(name)) => {
            view.policy().roles.get(name).map_or_else(|| Cell::text(name.as_str()), |role| Cell::from(&role.label))
        }
        (Type::Ref(_), Value::Ref(id)) => {
            let title = super::naming::title(view, id);
            Cell::text(if title.is_empty() { id.to_string() } else { format!("{id} {title}") })
        }
        (_, Value::Text(text)) => Cell::text(text.as_str()),
        (_, Value::Count(n)) => Cell::count(*n),
        (_, Value::Decimal(n)) => Cell::Decimal(*n),
        (_, Value::Money(amount)) => Cell::Money(*amount),
        (_, Value::Date(date)) => Cell::Date(*date),
        (_, Value::Time(at)) => Cell::Moment(*at),
        (_, Value::Bool(yes)) => Cell::Bool(*yes),
        (_, Value::File(file)) => Cell::text(file.name.as_str()),
        _ => {
            let [en, zh] = Lang::ALL.map(|lang| words(view, ty, value, lang));
            Cell::Label(Label::new(en, zh))
        }
    }
}

/// The one part that all of several groups have, such as roles without dates: it needs no name beside each value.
fn alone(values: &[Value]) -> Option<FieldId> {
    let only = |value: &Value| match value {
        Value::Group(fields) => {
            let mut parts = fields.iter().map(|(part, _)| part);
            parts.next().filter(|_| parts.next().is_none())
        }
        _ => None,
    };
    let first = only(values.first()?)?;
    (values.len() > 1 && values.iter().all(|value| only(value) == Some(first))).then_some(first)
}

fn part_of(group: &Value, part: FieldId) -> Option<&Value> {
    match group {
        Value::Group(fields) => fields.get(part),
        _ => None,
    }
}

/// A value in words.
pub fn words(view: &View<'_>, ty: &Type, value: &Value, lang: Lang) -> String {
    match (ty, value) {
        (Type::List(element), Value::List(values)) => {
            if let Type::Group(shape) = &**element
                && let Some(part) = alone(values)
            {
                let of_part = |value| part_of(value, part).map(|value| words(view, &shape.field(part).ty, value, lang));
                return values.iter().filter_map(of_part).collect::<Vec<_>>().join("\n");
            }
            let group = matches!(**element, Type::Group(_));
            let separator = match (group, lang) {
                (true, _) => "\n",
                (false, Lang::En) => ", ",
                (false, Lang::Zh) => "、",
            };
            values.iter().map(|value| words(view, element, value, lang)).collect::<Vec<_>>().join(separator)
        }
        (Type::Group(shape), Value::Group(fields)) => group(view, shape, fields, lang),
        _ => crate::render::words(&self::value(view, ty, value), lang),
    }
}

fn group(view: &View<'_>, shape: &Shape, fields: &Fields, lang: Lang) -> String {
    let colon = match lang {
        Lang::En => ": ",
        Lang::Zh => "：",
    };
    let one = |(id, value): (crate::record::FieldId, &Value)| {
        let field = shape.field(id);
        format!("{}{colon}{}", field.label.get(lang), words(view, &field.ty, value, lang))
    };
    fields.iter().map(one).collect::<Vec<_>>().join(match lang {
        Lang::En => "; ",
        Lang::Zh => "；",
    })
}

/// A record as in its file, those of its fields that are `shown`, with what follows from it beside them: `derived`.
///
/// # Errors
/// If what its deadlines rest on cannot be read.
pub fn json(
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    links: &[Link],
    shown: &dyn Fn(&Field) -> bool,
) -> Result<Json, Unanswered> {
    let mut map = record.json(&kind.shape, shown);
    let mut derived = derived(view, kind, record)?;
    let link = |link: &Link| json!({ "id": link.id.as_str(), "kind": link.kind, "field": link.field });
    derived["links"] = links.iter().map(link).collect();
    map.insert("derived".to_owned(), derived);
    Ok(Json::Object(map))
}

/// What follows from a record: the nearest of the deadlines that run, or the next step where none does, with who holds it; all
/// who hold something; whether a deadline has passed; its age in days.
fn derived(view: &View<'_>, kind: &Kind, record: &Record) -> Result<Json, Unanswered> {
    let opened = record.opened();
    let age = opened.map(|opened| (view.now() - opened).num_days());
    let mut derived = json!({
        "class": kind.shape.class(&record.state).name(),
        "opened": opened.as_ref().map(stored_time),
        "age": age,
        "due": null, "deadline": null, "holder": null, "holders": [], "overdue": false, "next": [],
    });
    for computed in kind.shape.computed().iter().filter(|computed| !computed.private) {
        derived[computed.name.as_str()] = match computed.value(&record.fields) {
            Some(Value::Bool(yes)) => json!(yes),
            Some(Value::Count(count)) => json!(count),
            value => json!(value.as_ref().and_then(Value::stored)),
        };
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

/// The type of a table's column that shows values of a type as [`value`] makes them.
pub fn column_type(ty: &Type) -> crate::report::model::Type {
    use crate::report::model::Type as Column;
    match ty {
        Type::Choice(_) | Type::List(_) | Type::Group(_) => Column::Label,
        Type::Count => Column::Count,
        Type::Decimal => Column::Decimal,
        Type::Money => Column::Money,
        Type::Date => Column::Date,
        Type::Time => Column::Moment,
        Type::Bool => Column::Bool,
        _ => Column::Text,
    }
}
