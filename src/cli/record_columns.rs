//! The columns of a list of records: fields, values derived from them, and fields of records that they name.

use std::collections::HashMap;

use serde_json::{Value as Json, json};

use crate::book::View;
use crate::cli::failure::Failure;
use crate::cli::{cells, paths};
use crate::filter::{HOLDER, Reached, Rollup, Scope, Unanswered, is_holder, own_name};
use crate::kind::{Kind, Path};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::model::{Cell, Column};
use crate::policy::Policy;
use crate::record::{Computed, Field, FieldId, Id, Record, Value, stored_time};
use crate::report::worded;
use crate::wording::{self, Held, Words};

/// What a column shows.
pub(super) enum Shown {
    Id,
    State,
    Opened,
    Changed,
    Holder,
    Field(FieldId),
    Computed(Box<Computed>),
    Rollup(Box<Rollup>),
    /// A field of a record that this one names, or of its lines.
    Path(Path),
    /// A computed value or rollup of a record that this one names. The index supplies it.
    Reached(Path, Box<Reached>),
    /// The first of several that has a value.
    First(Vec<Shown>),
}

/// The values of rollups for the records of a list. They are computed once, and only those that the list shows.
#[derive(Default)]
pub(super) struct Rolled {
    names: Vec<String>,
    values: HashMap<Id, Vec<Option<Value>>>,
}

impl Rolled {
    pub(super) fn of_columns(
        view: &View<'_>,
        kind: &Kind,
        records: &[Record],
        columns: &[Shown],
    ) -> Result<Self, Failure> {
        fn named(columns: &[Shown], names: &mut Vec<String>) {
            for shown in columns {
                match shown {
                    Shown::Rollup(rollup) if !names.contains(&rollup.name) => names.push(rollup.name.clone()),
                    Shown::Reached(_, reached) if !names.contains(&reached.name) => names.push(reached.name.clone()),
                    Shown::First(several) => named(several, names),
                    _ => {}
                }
            }
        }
        let mut names = Vec::new();
        named(columns, &mut names);
        if names.is_empty() {
            return Ok(Rolled::default());
        }
        let ids: Vec<Id> = records.iter().map(|record| record.id.clone()).collect();
        let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
        let values = view.index()?.rolled(kind.name(), &wanted, &ids)?;
        Ok(Rolled { names, values })
    }

    pub(super) fn of(&self, id: &Id, name: &str) -> Option<&Value> {
        let at = self.names.iter().position(|known| known == name)?;
        self.values.get(id)?.get(at)?.as_ref()
    }
}

pub(super) fn columns(policy: &Policy, kind: &Kind, fields: &[String]) -> Result<Vec<Shown>, Failure> {
    if fields.is_empty() {
        let own = kind.columns.iter().map(|name| column(policy, kind, name));
        let own: Vec<Shown> = own.collect::<Result<_, _>>()?;
        return Ok([Shown::Id].into_iter().chain(own).chain([Shown::State, Shown::Opened]).collect());
    }
    let named = fields.iter().map(|name| column(policy, kind, name));
    let named: Vec<Shown> = named.collect::<Result<_, Failure>>()?;
    let has_id = named.iter().any(|shown| matches!(shown, Shown::Id));
    Ok(if has_id { named } else { [Shown::Id].into_iter().chain(named).collect() })
}

/// What a name means as a column. Several names with `|` between them are one column.
pub(super) fn column(policy: &Policy, kind: &Kind, name: &str) -> Result<Shown, Failure> {
    if name.contains('|') {
        return Ok(Shown::First(name.split('|').map(|name| column(policy, kind, name)).collect::<Result<_, _>>()?));
    }
    let own = |name: &str| match name {
        "id" => Some(Shown::Id),
        "state" => Some(Shown::State),
        "opened" => Some(Shown::Opened),
        "changed" => Some(Shown::Changed),
        _ => None,
    };
    // as in filters, the labels of fields come before the program's own names
    let field = || kind.shape.find(name).map(|(id, _)| Shown::Field(id));
    let computed = || kind.shape.find_computed(name).cloned().map(|computed| Shown::Computed(Box::new(computed)));
    let rollup = || kind.find_rollup(name).cloned().map(|rollup| Shown::Rollup(Box::new(rollup)));
    let labelled = || own_name(name).and_then(own);
    if Path::is_meant(name) {
        let path = paths::read(policy, kind, name)?;
        let reached = Reached::read(kind.name(), name, policy, &Scope::rule(policy.settings.time_zone));
        return Ok(match reached.filter(|reached| path.is_derived() && !reached.private) {
            Some(reached) => Shown::Reached(path, Box::new(reached)),
            None => Shown::Path(path),
        });
    }
    let holder = || is_holder(name).then_some(Shown::Holder);
    own(name)
        .or_else(field)
        .or_else(computed)
        .or_else(rollup)
        .or_else(labelled)
        .or_else(holder)
        .ok_or_else(|| no_field(kind, name))
}

/// The columns, with the running number first if the kind has one, a record has it, and the user did not ask for it
/// elsewhere.
pub(super) fn numbered(kind: &Kind, mut columns: Vec<Shown>, records: &[Record]) -> Vec<Shown> {
    let Some(numbering) = &kind.numbering else { return columns };
    if !has_number(kind, &columns) && records.iter().any(|record| numbering.of(record).is_some()) {
        columns.insert(0, Shown::Field(numbering.field));
    }
    columns
}

/// Whether the running number is one of the columns.
pub(super) fn has_number(kind: &Kind, columns: &[Shown]) -> bool {
    let number = kind.numbering.as_ref().map(|numbering| numbering.field);
    columns.iter().any(|shown| matches!(shown, Shown::Field(field) if Some(*field) == number))
}

pub(super) fn no_field(kind: &Kind, name: &str) -> Failure {
    let hint = match kind.shape.resembling(name) {
        Some(near) => label!(Text::DidYouMean; word = kind.shape.in_each(near)),
        None => {
            let fields = kind.shape.fields().iter().filter(|field| !field.retired);
            let fields = fields.map(|field| Label::spoken(&field.name, &field.label));
            let computed = kind.shape.computed().iter().map(|computed| Label::spoken(&computed.name, &computed.label));
            let rollups = kind.rollups.iter().map(|rollup| Label::spoken(&rollup.name, &rollup.label));
            let own = ["id", "state", "opened", "changed", HOLDER].into_iter();
            let own = own.map(|name| Label::spoken(name, &crate::filter::own_label(name).unwrap_or_default()));
            label!(Text::KnownNames; names = Label::list(fields.chain(computed).chain(rollups).chain(own)))
        }
    };
    Failure::usage(
        "no-field",
        label!(Text::NoField, field = name; kind = Label::spoken(kind.name(), &kind.shape.label)),
    )
    .hint(hint)
}

/// A column of a record by its name, with its value as stored.
pub(super) fn stored(
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    rolled: &Rolled,
    shown: &Shown,
) -> Result<(String, Json), Unanswered> {
    let words = view.words();
    Ok(match shown {
        Shown::Id => ("id".to_owned(), json!(record.id.as_str())),
        Shown::State => ("state".to_owned(), json!(record.state)),
        Shown::Opened => ("opened".to_owned(), json!(record.opened().as_ref().map(stored_time))),
        Shown::Changed => ("changed".to_owned(), json!(record.history.last().map(|event| stored_time(&event.at)))),
        Shown::Holder => (HOLDER.to_owned(), json!(view.holders_of(record)?.stored())),
        Shown::Field(id) => {
            let field = kind.field(*id);
            let shows = |field: &Field| words.sight.shows(field);
            let value = record.get(*id).filter(|_| shows(field)).map(|value| value.json(&field.ty, &shows));
            (field.name.clone(), json!(value))
        }
        Shown::Computed(computed) => {
            let value = words.sight.shows_computed(computed).then(|| computed.value(&record.fields)).flatten();
            (computed.name.clone(), cells::computed(value.as_ref()))
        }
        Shown::Rollup(rollup) => {
            let value = rolled.of(&record.id, &rollup.name).filter(|_| words.sight.shows_rollup(rollup));
            (rollup.name.clone(), cells::computed(value))
        }
        Shown::Path(path) => (path.name(), words.follow(record, path).stored),
        Shown::Reached(path, reached) => (path.name(), cells::computed(rolled.of(&record.id, &reached.name))),
        Shown::First(several) => {
            let all =
                several.iter().map(|one| stored(view, kind, record, rolled, one)).collect::<Result<Vec<_>, _>>()?;
            let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
            let name = names.join("|");
            let said = |value: &&Json| !value.is_null() && value.as_array().is_none_or(|values| !values.is_empty());
            (name, all.iter().map(|(_, value)| value).find(said).cloned().unwrap_or_default())
        }
    })
}

pub(super) fn heading(words: &Words<'_>, kind: &Kind, shown: &Shown) -> Column {
    match shown {
        Shown::Id => Column::id("id", Text::ColumnId),
        Shown::State => Column::label("state", Text::ColumnState),
        Shown::Opened => Column::moment("opened", Text::ColumnOpened),
        Shown::Changed => Column::moment("changed", Text::ColumnChanged),
        Shown::Holder => Column::label(HOLDER, Text::ColumnHolder),
        Shown::Field(id) => worded::column(words, kind.field(*id)),
        Shown::Computed(computed) => worded::column_of_computed(words, computed),
        Shown::Rollup(rollup) => worded::column_of_rollup(words, rollup),
        Shown::Path(path) | Shown::Reached(path, _) => worded::column_of_path(path),
        // the last one is the plainest
        Shown::First(several) => {
            let last = several.last().map(|last| heading(words, kind, last));
            last.map_or_else(|| Column::text("", Label::default()), |last| Column::text(last.name, last.label))
        }
    }
}

pub(super) fn cell(
    words: &Words<'_>,
    kind: &Kind,
    record: &Record,
    (holders, rolled): (&Held, &Rolled),
    shown: &Shown,
) -> Cell {
    match shown {
        Shown::Holder if holders.is_empty() => Cell::Empty,
        Shown::Holder => Cell::Label(words.held(holders)),
        Shown::Id => Cell::id(&record.id),
        Shown::State => Cell::Label(wording::standing(kind, record)),
        Shown::Opened => record.opened().map_or(Cell::Empty, Cell::Moment),
        Shown::Changed => record.history.last().map_or(Cell::Empty, |event| Cell::Moment(event.at)),
        Shown::Field(id) => worded::of_field(words, kind, &record.fields, *id),
        Shown::Computed(computed) => worded::of_computed(words, computed, &record.fields),
        Shown::Rollup(rollup) => worded::of_rollup(words, rollup, rolled.of(&record.id, &rollup.name)),
        Shown::Path(path) => worded::of_path(words, record, path),
        Shown::Reached(_, reached) => {
            let value = rolled.of(&record.id, &reached.name);
            value.map_or(Cell::Empty, |value| worded::of_value(words, &reached.ty, value))
        }
        Shown::First(several) => {
            let mut cells = several.iter().map(|one| cell(words, kind, record, (holders, rolled), one));
            cells.find(|cell| *cell != Cell::Empty).unwrap_or(Cell::Empty)
        }
    }
}
