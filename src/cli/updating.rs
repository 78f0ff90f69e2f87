//! `redress import KIND FILE --update` of rows that have the id of a record: such a row changes the record as `edit`
//! does, by the same rules.
//!
//! `list` writes the rows, somebody changes them in a spreadsheet, and they come back. A cell is not changed if it says
//! what `list` writes there, in any format and language: a masked phone, a time to the minute, the name of a record
//! that a field refers to. State, dates of events and computed values follow from other things, so they are never taken
//! from a row.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use super::failure::Failure;
use super::importing::{Difference, Import, Outcome, Rejected, changed_fields, in_a_line};
use super::naming;
use super::record_columns::{Shown, column, columns, heading};
use super::session;
use crate::book::{View, Writing};
use crate::calendar::Zone;
use crate::entry::import::{BadCell, Choice, Mapping, Row, Table, day_and_time, is_own};
use crate::kind::{EDIT, Kind};
use crate::label;
use crate::lifecycle::{Refusal, Request};
use crate::locale::messages::ImportText as Text;
use crate::locale::text::visible_lines;
use crate::locale::{Label, Lang};
use crate::model::Cell;
use crate::record::{FieldId, Id, Record};
use crate::render::{guarded, words};
use crate::report::worded;

/// What the columns of a file are for records that are there.
pub(super) struct Update {
    columns: Vec<Column>,
    headings: Vec<String>,
    /// The column with the ids.
    id: usize,
    /// The columns that records are made of, and what they are.
    places: Vec<usize>,
    mapping: Mapping,
    /// Whether every row has all cells, so that one without anything is empty.
    whole: bool,
    /// Whether ids are names that people give, so that a row may bring a new one.
    named: bool,
    /// The ids of earlier rows.
    seen: HashSet<Id>,
}

enum Column {
    Id,
    Field(FieldId),
    /// A column that is not edited: it follows from other things, or is a field of another record.
    Other(Shown),
    /// What `import --rejects` wrote: why a row was not taken, and its line.
    Own,
}

impl Update {
    /// The columns by their headings: names or labels of fields, and all that `list` has for columns. `None` if no
    /// column has ids.
    ///
    /// # Errors
    /// A heading is of no column, or two are of the same field.
    pub(super) fn of(view: &View<'_>, kind: &Kind, table: &Table) -> Result<Option<Self>, Failure> {
        let headings = table.headings.as_slice();
        let (policy, words) = (view.policy(), view.words());
        let usual = columns(policy, kind, &[])?;
        let called = |text: &str, shown: &Shown| {
            let column = heading(&words, kind, shown);
            column.name == text || column.label.matches(text)
        };
        if !headings.iter().any(|text| called(text, &Shown::Id)) {
            return Ok(None);
        }
        let mut taken = Vec::new();
        for text in headings {
            let shown = match usual.iter().position(|shown| called(text, shown)) {
                Some(at) => columns(policy, kind, &[])?.into_iter().nth(at),
                None => None,
            };
            if shown.is_none() && is_own(text) {
                taken.push(Column::Own);
                continue;
            }
            taken.push(match shown.map_or_else(|| column(policy, kind, text), Ok)? {
                Shown::Id => Column::Id,
                Shown::Field(field) => Column::Field(field),
                other => Column::Other(other),
            });
        }
        let named = kind.shape.prefix.is_empty();
        let name = |column: &Column| match column {
            Column::Field(field) => Some(kind.field(*field).name.clone()),
            Column::Other(Shown::State) => Some("state".to_owned()),
            Column::Id if named => Some("id".to_owned()),
            Column::Id | Column::Other(_) | Column::Own => None,
        };
        let made = taken.iter().enumerate().filter_map(|(at, column)| Some((at, name(column)?)));
        let (places, names): (Vec<usize>, Vec<String>) = made.unzip();
        let mapping = Mapping::by_headings(&names, kind, Choice::default());
        let mapping = mapping.map_err(|message| Failure::usage("columns", message))?;
        let id = taken.iter().position(|column| matches!(column, Column::Id)).unwrap_or_default();
        let (headings, whole) = (headings.to_vec(), table.has_cells());
        Ok(Some(Update { columns: taken, headings, id, places, mapping, whole, named, seen: HashSet::new() }))
    }

    /// What records are made of if a row has no id: its fields, and its state.
    pub(super) fn mapping(&self) -> Mapping {
        self.mapping.clone()
    }

    /// The headings of the columns that change nothing.
    pub(super) fn left_alone(&self) -> Vec<&str> {
        let other = self.columns.iter().zip(&self.headings).filter(|(column, _)| matches!(column, Column::Other(_)));
        other.map(|(_, heading)| heading.as_str()).collect()
    }

    /// Begins with the first row, again if the book has changed meanwhile.
    pub(super) fn begin(&mut self) {
        self.seen.clear();
    }

    /// Takes a row. One without an id is imported as a new record. Nothing of a row that is refused is left.
    ///
    /// # Errors
    /// The book's. What is wrong with the row is the inner error.
    pub(super) fn row(
        &mut self,
        import: &mut Import<'_>,
        writing: &mut Writing<'_>,
        row: &Row,
        seen: &mut HashMap<String, usize>,
    ) -> Result<Result<Outcome, Rejected>, Failure> {
        let text = row.text(self.id);
        let cell = |place: &usize| row.cells.get(*place).cloned().unwrap_or_default();
        let new = || Row { line: row.line, cells: self.places.iter().map(cell).collect() };
        if text.is_empty() {
            return import.row(writing, &new(), seen);
        }
        let wrong = |message: Label| Ok(Err(vec![BadCell { column: self.headings[self.id].clone(), message }]));
        let record = match text.parse::<Id>().ok().map(|id| writing.operation.record(&id)) {
            Some(Err(refusal @ Refusal::Unanswered { .. })) => {
                return Err(session::refused(&refusal, writing.view.policy()));
            }
            Some(Ok(record)) if record.kind == import.kind.name() => record,
            Some(Err(_)) if self.named => return import.row(writing, &new(), seen),
            _ => return wrong(label!(Text::NoSuchId, id = text, kind = import.kind.name())),
        };
        if self.seen.contains(&record.id) {
            return wrong(label!(Text::IdTwice, id = text));
        }
        let mark = writing.operation.mark();
        let came = self.change(import, writing, &record, row)?;
        if came.is_err() {
            writing.operation.back_to(mark);
        }
        self.seen.insert(record.id);
        Ok(came)
    }

    fn change(
        &self,
        import: &mut Import<'_>,
        writing: &mut Writing<'_>,
        record: &Record,
        row: &Row,
    ) -> Result<Result<Outcome, Rejected>, Failure> {
        let (kind, view) = (import.kind, writing.view);
        let (zone, shown) = (session::calendar(view).zone(), view.words());
        let (mut cells, mut cleared) = (Vec::new(), Vec::new());
        for (place, column) in self.columns.iter().enumerate() {
            let given = row.cells.get(place).unwrap_or(&Json::Null);
            match column {
                // a row that was written before the record was last changed knows nothing of that change
                Column::Other(Shown::Changed) => {
                    let changed = record.history.last().map_or(Cell::Empty, |event| Cell::Moment(event.at));
                    if !row.text(place).is_empty() && !says(&changed, given, zone) {
                        let message = label!(Text::ChangedSince, at = words(&changed, Lang::En));
                        return Ok(Err(vec![BadCell { column: self.headings[place].clone(), message }]));
                    }
                }
                // only new records are made of these
                Column::Other(Shown::State) => cells.push(Json::Null),
                Column::Id if self.named => cells.push(Json::Null),
                Column::Id | Column::Other(_) | Column::Own => {}
                Column::Field(field) => {
                    let written = worded::of_field(&shown, kind, &record.fields, *field);
                    let same = says(&written, given, zone);
                    // an object of JSON that has no such name says nothing about the field
                    if !same && row.text(place).is_empty() && (self.whole || !given.is_null()) {
                        cleared.push(kind.field(*field).name.clone());
                    }
                    cells.push(if same { Json::Null } else { given.clone() });
                }
            }
        }
        let changed = self.mapping.prepared(Row { line: row.line, cells });
        let draft = match self.mapping.draft(&changed, kind, zone, view.now()) {
            Ok(draft) => draft,
            Err(wrong) => return Ok(Err(self.headed(kind, wrong))),
        };
        let mut object: Map<String, Json> = draft.object;
        object.extend(cleared.into_iter().map(|name| (name, Json::Null)));
        let before = &record.fields;
        let after = match changed_fields(writing, kind, before, &object) {
            Ok(fields) => fields,
            Err(errors) => return Ok(Err(self.headed(kind, import.wrong(errors)))),
        };
        let set = naming::difference(kind, before, &after);
        if set.is_empty() {
            import.done.existing += 1;
            return Ok(Ok(Outcome::Existed(record.id.clone())));
        }
        let differences = set.iter().map(|(field, value)| Difference {
            line: row.line,
            key: record.id.to_string(),
            id: record.id.clone(),
            field: kind.field(*field).name.clone(),
            was: before.get(*field).map(in_a_line).unwrap_or_default(),
            now: value.as_ref().map(in_a_line).unwrap_or_default(),
        });
        let differences: Vec<Difference> = differences.collect();
        let request = Request { set, ..Request::new(EDIT, import.actor.clone()) };
        if let Err(refusal) = writing.operation.edit(&record.id, &request) {
            return Ok(Err(self.headed(kind, import.refused(&refusal, view)?)));
        }
        import.done.changed += 1;
        import.done.differences.extend(differences);
        Ok(Ok(Outcome::Differs(record.id.clone())))
    }

    /// Faults by the headings of the file, where they are told by the names of fields.
    fn headed(&self, kind: &Kind, bad: Rejected) -> Rejected {
        let heading = |name: &str| {
            let first = name.split('.').next().unwrap_or_default();
            let of = |column: &Column| matches!(column, Column::Field(field) if kind.field(*field).name == first);
            let at = self.columns.iter().position(of);
            at.and_then(|at| self.headings.get(at)).cloned().unwrap_or_else(|| name.to_owned())
        };
        bad.into_iter().map(|bad| BadCell { column: heading(&bad.column), ..bad }).collect()
    }
}

/// Whether a cell of a file says what `list` writes for this value, in any format and language.
fn says(written: &Cell, given: &Json, zone: Zone) -> bool {
    let text = match given {
        Json::Null => String::new(),
        Json::String(text) => plain(text),
        other => other.to_string(),
    };
    let forms = |lang: Lang| {
        let words = words(written, lang);
        [
            plain(&visible_lines(&words)),
            plain(&words),
            plain(&guarded(&words)),
            plain(guarded(&words).trim_start_matches('\'')),
        ]
    };
    if Lang::ALL.into_iter().flat_map(forms).any(|form| form == text) {
        return true;
    }
    match written {
        Cell::Date(date) => day_and_time(&text, zone).is_some_and(|at| at.date_naive() == *date),
        // a time is shown to the minute
        Cell::Moment(at) | Cell::End(at) => day_and_time(&text, zone).is_some_and(|given| {
            given == *at || (given.timestamp() % 60 == 0 && given.timestamp() == at.timestamp().div_euclid(60) * 60)
        }),
        Cell::Bool(yes) => given.as_bool() == Some(*yes),
        Cell::Minutes(_) => false,
        // spreadsheets take zeros from the beginning of codes, and digits from the end
        Cell::Text(code) | Cell::Id(code) if code.len() > 1 && code.bytes().all(|byte| byte.is_ascii_digit()) => {
            same_number(code, &text)
        }
        cell => cell.number().is_some_and(|number| decimal(&text) == Some(number)),
    }
}

/// A text without what files change about it: spaces around it, and how lines end.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

fn decimal(text: &str) -> Option<Decimal> {
    text.replace(',', "").parse().ok()
}

/// Whether a code was taken for a number: `0012` became `12`, `30420712345678901` became `3.04207E+16`.
fn same_number(code: &str, text: &str) -> bool {
    let Some((digits, power)) = text.split_once(['e', 'E']) else {
        return code.trim_start_matches('0') == text && code != text;
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let power: Option<usize> = power.trim_start_matches('+').parse().ok();
    let code = code.trim_start_matches('0');
    let kept = format!("{whole}{fraction}");
    if power.is_none_or(|power| code.len() != power + whole.len()) {
        return false;
    }
    let Some((first, rest)) = code.split_at_checked(kept.len()) else { return false };
    // the last digit that was kept may have been rounded up
    let number = |digits: &str| digits.parse::<u128>().ok();
    let rounded_up = || rest >= "5" && number(first).and_then(|first| first.checked_add(1)) == number(&kept);
    first == kept || rounded_up()
}

#[cfg(test)]
mod tests {
    use super::says;
    use crate::calendar::Zone;
    use crate::locale::Label;
    use crate::model::Cell;
    use chrono::DateTime;
    use rust_decimal::Decimal;
    use serde_json::json;

    #[test]
    fn a_cell_says_what_list_writes_in_any_format() {
        let zone: Zone = "Asia/Shanghai".parse().expect("a zone");
        let moment = DateTime::parse_from_rfc3339("2026-11-24T17:30:25+08:00").expect("an instant");
        let day = "2026-11-24".parse().expect("a date");
        for (cell, same, other) in [
            (Cell::Empty, vec![json!(""), json!(null)], vec![json!("x")]),
            (Cell::text("=1+1"), vec![json!("=1+1"), json!("'=1+1"), json!(" =1+1 ")], vec![json!("=1+2")]),
            (Cell::text("a\r\nb\u{202e}"), vec![json!("a\nb\\u{202e}")], vec![json!("a b")]),
            (Cell::id("0571"), vec![json!("0571"), json!(571)], vec![json!("0572"), json!("")]),
            (
                Cell::id("30420712345678901"),
                vec![json!("3.04207123456789E+16"), json!("3.04207E+16"), json!("3.0E+16"), json!("3.042071235E+16")],
                vec![json!("3.1E+16"), json!("3.04208E+16"), json!("3.04207E+15"), json!("4E+16")],
            ),
            (Cell::Count(1234), vec![json!(1234), json!("1,234"), json!("1234")], vec![json!(1235), json!("")]),
            (
                Cell::Money(Decimal::new(5000, 0)),
                vec![json!("5,000.00"), json!(5000), json!("5000.00")],
                vec![json!(5000.5)],
            ),
            (Cell::Date(day), vec![json!("2026-11-24"), json!("2026/11/24")], vec![json!("2026-11-25")]),
            (
                Cell::Moment(moment),
                vec![json!("2026-11-24 17:30"), json!("2026-11-24T17:30:25+08:00"), json!("2026/11/24 17:30")],
                vec![json!("2026-11-24 17:31"), json!("2026-11-24")],
            ),
            (Cell::Bool(true), vec![json!("yes"), json!("是"), json!(true)], vec![json!("no"), json!(false)]),
            (Cell::Label(Label::new("key", "大客户")), vec![json!("key"), json!("大客户")], vec![json!("A")]),
            (vec!["a", "b"].into(), vec![json!("a, b"), json!("a、b")], vec![json!("a")]),
        ] {
            for given in same {
                assert!(says(&cell, &given, zone), "{cell:?} is {given}");
            }
            for given in other {
                assert!(!says(&cell, &given, zone), "{cell:?} is not {given}");
            }
        }
    }
}
