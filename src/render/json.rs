//! JSON: the neutral model, never localised (docs/json.md). Amounts and decimals are strings, and shares have both
//! parts.

use std::borrow::Cow;
use std::fmt::Write as _;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::locale::text::is_hidden;
use crate::locale::{Label, Lang};
use crate::model::{Body, Cell, Column, Figure, Identity, Level, Note, Part, Report, ReportPeriod, Role, Row, Tone};

use super::format::{List, OfList};
use super::words::{instant, money};
use super::{Format, Options, RenderError};

pub(super) const FORMAT: Format =
    Format { name: "json", extension: "json", write, list: OfList::Data(list), binary: false };

fn write(report: &Report, _: &Options) -> Result<Vec<u8>, RenderError> {
    let warnings: Vec<Value> = report.notes.iter().filter(|note| note.level > Level::Note).map(note).collect();
    let text = serde_json::to_string_pretty(&envelope("report", value(report), warnings))?;
    Ok(format!("{}\n", escaped(&text)).into_bytes())
}

/// JSON in which hidden characters, and signs that change the writing direction, are written like `\u200d`. For a
/// program it means the same.
pub fn escaped(json: &str) -> Cow<'_, str> {
    let hides = |c: char| !c.is_ascii() && is_hidden(c);
    if !json.contains(hides) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match hides(c) {
            true => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _ = write!(out, "\\u{unit:04x}");
            }),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn list(list: &List<'_>) -> Result<Vec<u8>, RenderError> {
    let mut envelope = envelope(list.command, list.data.into(), Vec::new());
    if let Some(total) = list.total {
        envelope["total"] = total.into();
    }
    let mut bytes = serde_json::to_vec_pretty(&envelope)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What every command prints with `--json`: `{"schema":1,"command":…,"data":…,"warnings":[…]}`.
pub fn envelope(command: &str, data: Value, warnings: Vec<Value>) -> Value {
    json!({ "schema": 1, "command": command, "data": data, "warnings": warnings })
}

/// A label in all languages: `{"en":…,"zh":…}`.
pub fn label(label: &Label) -> Value {
    json!({ "en": label.get(Lang::En), "zh": label.get(Lang::Zh) })
}

/// The report as data.
pub fn value(report: &Report) -> Value {
    json!({
        "name": report.name,
        "title": label(&report.title),
        "period": report.period.as_ref().map(period),
        "book": report.facts.book,
        "commit": report.facts.commit,
        "moment": report.facts.moment.as_ref().map(instant),
        "currency": report.facts.currency,
        "sections": report.sections.iter().map(|section| {
            let mut object = Map::new();
            object.insert("name".to_owned(), json!(section.name));
            object.insert("title".to_owned(), label(&section.title));
            body(&section.body, &mut object);
            Value::Object(object)
        }).collect::<Vec<_>>(),
        "notes": report.notes.iter().map(note).collect::<Vec<_>>(),
    })
}

fn body(body: &Body, object: &mut Map<String, Value>) {
    let mut put = |key: &str, value: Value| _ = object.insert(key.to_owned(), value);
    match body {
        Body::Table(table) => {
            put("columns", table.columns.iter().map(column).collect());
            put("rows", table.rows.iter().map(|row| self::row(row, &table.columns)).collect());
            if let Some(chart) = table.chart {
                put("chart", json!(chart.name()));
                if !table.draw.is_empty() {
                    put("draw", json!(table.draw));
                }
            }
        }
        Body::Fields(fields) => {
            let field = |field: &crate::model::Field| {
                json!({
                    "name": field.name,
                    "label": label(&field.label),
                    "type": type_name(&field.value),
                    "value": cell(&field.value),
                })
            };
            put("fields", fields.iter().map(field).collect());
        }
        Body::Figures(figures) => put("figures", figures.iter().map(figure).collect()),
        Body::Signatures(who) => put("signatures", who.iter().map(label).collect()),
        Body::Identities(identities) => put("identities", identities.iter().map(identity).collect()),
        Body::Verbatim { language, text } => {
            put("language", json!(language));
            put("text", json!(text));
        }
    }
}

fn period(period: &ReportPeriod) -> Value {
    json!({ "name": period.name, "first": date(&period.first), "last": date(&period.last) })
}

fn column(column: &Column) -> Value {
    json!({ "name": column.name, "label": label(&column.label), "type": column.kind.name() })
}

pub(super) fn row(row: &Row, columns: &[Column]) -> Value {
    let mut object = Map::new();
    object.insert("role".to_owned(), json!(row.role.name()));
    if row.tone != Tone::Plain {
        object.insert("tone".to_owned(), json!(row.tone.name()));
    }
    match (row.role, row.cells.first()) {
        (Role::Group | Role::Note, Some(first)) => _ = object.insert("text".to_owned(), cell(first)),
        _ => {
            let cells = columns.iter().zip(&row.cells).map(|(column, value)| (column.name.clone(), cell(value)));
            object.insert("cells".to_owned(), Value::Object(cells.collect()));
        }
    }
    Value::Object(object)
}

fn figure(figure: &Figure) -> Value {
    let part = |part: &Part| json!({ "label": label(&part.label), "type": type_name(&part.value), "value": cell(&part.value) });
    let mut value = json!({
        "name": figure.name,
        "label": label(&figure.label),
        "definition": label(&figure.definition),
        "type": type_name(&figure.value),
        "value": cell(&figure.value),
        "numerator": figure.numerator.as_ref().map(part),
        "denominator": figure.denominator.as_ref().map(part),
        "period": figure.period.as_ref().map(period),
    });
    if !figure.beside.is_empty() {
        value["beside"] = figure.beside.iter().map(part).collect();
    }
    value
}

fn identity(identity: &Identity) -> Value {
    let value = |number| cell(&identity.cell(number));
    json!({
        "name": identity.name,
        "label": label(&identity.label),
        "terms": identity.terms.iter().map(|term| json!({
            "sign": if term.minus { "-" } else { "+" },
            "label": label(&term.label),
            "value": value(term.value),
        })).collect::<Vec<_>>(),
        "result": { "label": label(&identity.result.label), "value": value(identity.result.value) },
        "holds": identity.holds(),
        "off-by": identity.off_by().map(value),
    })
}

fn note(note: &Note) -> Value {
    json!({ "level": note.level.name(), "text": label(&note.text) })
}

fn date(date: &NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

fn type_name(value: &Cell) -> Value {
    json!(value.type_of().map(|kind| kind.name()))
}

/// A cell as data: null if it is empty, `{"unknown":true}` if it is unknown.
pub(super) fn cell(value: &Cell) -> Value {
    match value {
        Cell::Empty => Value::Null,
        Cell::Unknown => json!({ "unknown": true }),
        Cell::Text(text) | Cell::Id(text) => json!(text),
        Cell::Label(text) => label(text),
        Cell::Count(count) | Cell::Minutes(count) => json!(count),
        Cell::Decimal(number) => json!(number.to_string()),
        Cell::Money(amount) => json!(money(*amount).to_string()),
        Cell::Percent(ratio) => {
            json!({ "numerator": ratio.numerator.to_string(), "denominator": ratio.denominator.to_string() })
        }
        Cell::Date(day) => json!(date(day)),
        Cell::Moment(moment) | Cell::End(moment) => json!(instant(moment)),
        Cell::Bool(yes) => json!(yes),
        Cell::List(cells) => cells.iter().map(cell).collect(),
    }
}

#[cfg(test)]
mod tests;
