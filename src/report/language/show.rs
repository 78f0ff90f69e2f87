//! What columns show about members, and the rows of tables to which a member belongs.

use std::cmp::Ordering;

use super::belongs::Stretch;
use super::column::{Column, Show, entered};
use super::members::{Filled, Member};
use super::plan::By;
use crate::calendar::Every;
use crate::filter::{Reached, Resolver as _, Rollup};
use crate::kind::Kind;
use crate::lifecycle::At;
use crate::locale::messages::LanguageText as Text;
use crate::locale::{Label, Lang};
use crate::model::{self, Cell, ColumnType};
use crate::record::{Record, Type, Value, stored_time};
use crate::report::set::is_open_at;
use crate::report::{Answer, worded};
use crate::wording::{self, Titles, Words, masked};

/// Shows members as they were at the end of a time span.
pub(super) struct Shower<'s, 'm> {
    filled: &'s Filled<'m>,
    stretch: &'s Stretch,
}

/// A row of a table: its stored value, its position and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// A missing value is last.
    pub place: usize,
    /// As it is stored.
    pub stored: String,
    /// What people read.
    pub label: Label,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let said = |key: &Key| (key.place, key.label.en.clone(), key.stored.clone());
        said(self).cmp(&said(other))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The position of rows without an order of their own. A missing value comes after them.
const UNORDERED: usize = 1_000_000;
const UNSAID: usize = usize::MAX;

impl Key {
    fn at(place: usize, stored: impl Into<String>, label: Label) -> Self {
        Key { place, stored: stored.into(), label }
    }

    fn unsaid() -> Self {
        Key::at(UNSAID, "", Text::NotSaid.label())
    }

    /// Whether a user means the row by a word.
    pub(super) fn is_meant(&self, word: &str) -> bool {
        self.stored == word || self.label.matches(word)
    }
}

impl<'s, 'm> Shower<'s, 'm> {
    /// Shows members of these sets.
    pub(super) fn new(filled: &'s Filled<'m>, stretch: &'s Stretch) -> Self {
        Shower { filled, stretch }
    }

    fn kind(&self, record: &Record) -> Option<&'m Kind> {
        self.filled.policy().kind(&record.kind)
    }

    /// Whether a column has a value for a member. A value that the reader may not see counts.
    ///
    /// # Errors
    /// If something that it depends on cannot be read.
    pub(super) fn is_there(&self, column: &Column, member: &Member) -> Answer<bool> {
        let record = &member.record;
        Ok(match column.of(&record.kind) {
            Some(Show::Field(field)) => record.get(*field).is_some_and(|value| !value.is_empty()),
            Some(Show::Computed(computed)) => computed.value(&record.fields).is_some(),
            Some(Show::Rollup(rollup)) => self.rolled(rollup, record)?.is_some(),
            _ => self.cell(column, member)? != Cell::Empty,
        })
    }

    /// The cell of a column.
    ///
    /// # Errors
    /// If something that it depends on cannot be read.
    pub(super) fn cell(&self, column: &Column, member: &Member) -> Answer<Cell> {
        let record = &*member.record;
        let (Some(kind), Some(show)) = (self.kind(record), column.of(&record.kind)) else { return Ok(Cell::Empty) };
        let words = self.filled.words();
        let event = member.event.and_then(|at| record.history.get(at));
        Ok(match show {
            Show::Id => Cell::id(&record.id),
            Show::Kind => Cell::Label(kind.shape.label.clone()),
            Show::Record => worded::said(words.about(record)),
            Show::State => Cell::Label(wording::state(kind, &record.state)),
            Show::Opened => record.opened().map_or(Cell::Empty, Cell::Moment),
            Show::Changed => record.history.last().map_or(Cell::Empty, |event| Cell::Moment(event.at)),
            Show::Closed => closed(kind, record).map_or(Cell::Empty, Cell::Moment),
            Show::Milestone(states) => entered(record, states).map_or(Cell::Empty, Cell::Moment),
            Show::Holder => self.holder(member)?.map_or(Cell::Empty, |(_, label)| Cell::Label(label)),
            Show::Due => {
                let running = self.running(member)?;
                running.into_iter().min().map_or(Cell::Empty, Cell::End)
            }
            Show::Age => self.age(record),
            Show::Who => event.map_or(Cell::Empty, |event| Cell::text(words.person(event.by.as_str()))),
            Show::When => event.map_or(Cell::Empty, |event| Cell::Moment(event.at)),
            Show::Step => match (event, member.event) {
                (Some(event), Some(at)) => {
                    let from = record.passed().nth(at).and_then(|(from, _)| from);
                    Cell::Label(wording::step(kind, &event.step, from))
                }
                _ => Cell::Empty,
            },
            Show::Note => event.and_then(|event| event.note.clone()).map_or(Cell::Empty, Cell::Text),
            Show::Field(field) => {
                // for a case, the latest form that has a value
                let said = member.forms().filter(|form| form.get(*field).is_some()).last();
                worded::of_field(&words, kind, &said.map_or(record, |form| form).fields, *field)
            }
            Show::Computed(computed) => worded::of_computed(&words, computed, &record.fields),
            Show::Rollup(rollup) => worded::of_rollup(&words, rollup, self.rolled(rollup, record)?.as_ref()),
            Show::Path(path) => {
                let at = self.at();
                worded::of_path(&Words { titles: Titles::Read(&at), ..words }, record, path)
            }
        })
    }

    /// The value of a rollup right before the end of the time span.
    pub(super) fn rolled(&self, rollup: &Rollup, record: &Record) -> Answer<Option<Value>> {
        self.at().rollup(rollup, &record.fields, Some(&record.id))
    }

    /// A value of a record that the record refers to, also right before the end.
    pub(super) fn reached(&self, reached: &Reached, record: &Record) -> Answer<Option<Value>> {
        reached.value(record, &self.at())
    }

    /// The other records as they were right before the end of the time span.
    fn at(&self) -> At<'_> {
        At { lookup: self.filled.source, at: self.stretch.seen - chrono::Duration::seconds(1) }
    }

    /// Working days since the record was opened; empty once it is closed.
    fn age(&self, record: &Record) -> Cell {
        let calendar = self.filled.policy().calendars.default();
        let zone = calendar.zone();
        let (Some(opened), Some(kind)) = (record.opened(), self.kind(record)) else { return Cell::Empty };
        if !is_open_at(kind, record, self.stretch.seen) {
            return Cell::Empty;
        }
        let last = zone.date(self.stretch.seen - chrono::Duration::seconds(1));
        calendar.workdays_between(zone.date(opened), last).map_or(Cell::Unknown, Cell::from)
    }

    /// The due times of the runs that went on right before the end of the time span.
    fn running(&self, member: &Member) -> Answer<Vec<crate::calendar::Moment>> {
        let seen = self.stretch.seen;
        let forms = self.filled.clocks(member, None)?;
        let clocks = forms.iter().flat_map(|(_, clocks)| clocks.iter());
        let on = clocks.filter(|clock| clock.start < seen && clock.end.is_none_or(|end| end >= seen));
        Ok(on.filter_map(|clock| clock.due).collect())
    }

    /// Who held a record right before the end of the time span.
    fn holder(&self, member: &Member) -> Answer<Option<(String, Label)>> {
        let held = self.filled.source.held(&member.record.id, self.stretch.seen)?;
        Ok((!held.is_empty()).then(|| (held.stored(), self.filled.words().held(&held))))
    }

    /// The column of a table; it has a type if all kinds have the same.
    pub(super) fn heading(&self, column: &Column) -> model::Column {
        let words = self.filled.words();
        let kinds = column.shows.iter().map(|(kind, show)| {
            let kind = self.filled.policy().kind(kind);
            match (show, kind) {
                (Show::Field(field), Some(kind)) => worded::column(&words, kind.field(*field)).kind,
                (Show::Computed(computed), _) => worded::column_of_computed(&words, computed).kind,
                (Show::Rollup(rollup), _) => worded::column_of_rollup(&words, rollup).kind,
                (show, _) => type_of(show),
            }
        });
        let mut kinds: Vec<ColumnType> = kinds.collect();
        kinds.dedup();
        let kind = match kinds.as_slice() {
            [one] => *one,
            _ => ColumnType::Any,
        };
        model::Column::new(column.name.as_str(), column.label.clone(), kind)
    }

    /// The rows of a table to which a member belongs. A missing value has a row too.
    ///
    /// # Errors
    /// If something that it depends on cannot be read.
    pub(super) fn keys(&self, by: &By, member: &Member) -> Answer<Vec<Key>> {
        let mut keys = match by {
            By::Column(column) => self.values(column, member)?,
            By::Holder => {
                let held = self.holder(member)?;
                held.map(|(stored, label)| Key::at(UNORDERED, stored, label)).into_iter().collect()
            }
            By::Weekday => self.local(member).map(|at| weekday(&at)).into_iter().collect(),
            By::Hour => self.local(member).map(|at| hour(&at)).into_iter().collect(),
            By::Time(_) | By::Question => Vec::new(),
        };
        if keys.is_empty() {
            keys.push(Key::unsaid());
        }
        keys.sort();
        keys.dedup();
        Ok(keys)
    }

    fn local(&self, member: &Member) -> Option<crate::calendar::Moment> {
        Some(self.filled.policy().calendars.default().zone().local(member.at?))
    }

    /// The position of a column's value, if the policy orders such values: choices and states.
    ///
    /// # Errors
    /// If something that it depends on cannot be read.
    pub(super) fn place(&self, column: &Column, member: &Member) -> Answer<usize> {
        match column.of(&member.record.kind) {
            Some(Show::Field(_) | Show::State) => {
                Ok(self.values(column, member)?.first().map_or(UNORDERED, |key| key.place))
            }
            _ => Ok(UNORDERED),
        }
    }

    fn values(&self, column: &Column, member: &Member) -> Answer<Vec<Key>> {
        let record = &*member.record;
        let (Some(kind), Some(show)) = (self.kind(record), column.of(&record.kind)) else { return Ok(Vec::new()) };
        let words = self.filled.words();
        Ok(match show {
            Show::Field(id) => {
                let field = kind.field(*id);
                let Some(value) = record.get(*id).filter(|value| !value.is_empty()) else { return Ok(Vec::new()) };
                if !words.sight.shows(field) {
                    return Ok(vec![Key::at(UNORDERED, "", masked())]);
                }
                let one = |value: &Value| {
                    let stored = value.stored()?;
                    let place = match field.ty.element() {
                        Type::Choice(choices) => choices.iter().position(|choice| choice.name == stored),
                        _ => None,
                    };
                    let label = match matches!(field.ty, Type::List(_)) {
                        true => words.value(field.ty.element(), value),
                        false => words.value_in(kind, *id, &record.fields, value),
                    };
                    Some(Key::at(place.unwrap_or(UNORDERED), stored, label))
                };
                value.elements().iter().filter_map(one).collect()
            }
            Show::Computed(computed) if words.sight.shows_computed(computed) => {
                let value = computed.value(&record.fields);
                let one = |value: Value| {
                    let label = words.value(&computed.ty, &value);
                    Some(Key::at(UNORDERED, value.stored().unwrap_or_else(|| label.en.clone()), label))
                };
                value.and_then(one).into_iter().collect()
            }
            Show::Rollup(rollup) if words.sight.shows_rollup(rollup) => {
                let one = |value: Value| {
                    let label = words.value(&rollup.ty, &value);
                    let place = match &value {
                        Value::Count(count) => usize::try_from(*count).unwrap_or(UNORDERED),
                        _ => UNORDERED,
                    };
                    Key::at(place, value.stored().unwrap_or_else(|| label.en.clone()), label)
                };
                self.rolled(rollup, record)?.map(one).into_iter().collect()
            }
            Show::Path(path) => {
                let at = self.at();
                let followed = Words { titles: Titles::Read(&at), ..words }.follow(record, path);
                let stored = |at: usize| {
                    let one = match &followed.stored {
                        serde_json::Value::Array(all) => all.get(at),
                        one => Some(one),
                    };
                    match one {
                        Some(serde_json::Value::String(text)) => text.clone(),
                        Some(other) => other.to_string(),
                        None => String::new(),
                    }
                };
                let each = followed.each.iter().enumerate();
                each.map(|(at, label)| Key::at(UNORDERED, stored(at), label.clone())).collect()
            }
            Show::State => {
                let place = kind.shape.states().iter().position(|state| state.name == record.state);
                let label = wording::state(kind, &record.state);
                vec![Key::at(place.unwrap_or(UNORDERED), record.state.as_str(), label)]
            }
            Show::Kind => vec![Key::at(UNORDERED, kind.name(), kind.shape.label.clone())],
            Show::Holder => {
                let held = self.holder(member)?;
                held.map(|(stored, label)| Key::at(UNORDERED, stored, label)).into_iter().collect()
            }
            Show::Who => {
                let by = member.event.and_then(|at| record.history.get(at)).map(|event| event.by.as_str());
                let one = |by: &str| Key::at(UNORDERED, by, Label::verbatim(words.person(by)));
                by.map(one).into_iter().collect()
            }
            Show::Step => {
                let step = member.event.and_then(|at| record.history.get(at)).map(|event| event.step.as_str());
                let one = |step: &str| Key::at(UNORDERED, step, wording::step(kind, step, None));
                step.map(one).into_iter().collect()
            }
            _ => match self.cell(column, member)? {
                Cell::Empty => Vec::new(),
                Cell::Id(text) | Cell::Text(text) => vec![Key::at(UNORDERED, text.clone(), Label::verbatim(text))],
                Cell::Label(label) => vec![Key::at(UNORDERED, label.en.clone(), label)],
                Cell::Moment(at) | Cell::End(at) => {
                    let day = self.filled.policy().calendars.default().zone().date(at).to_string();
                    vec![Key::at(UNORDERED, day.as_str(), Label::verbatim(day.as_str()))]
                }
                Cell::Count(count) => {
                    let place = usize::try_from(count).unwrap_or(UNORDERED);
                    vec![Key::at(place, count.to_string(), Label::verbatim(count.to_string()))]
                }
                _ => Vec::new(),
            },
        })
    }
}

/// When a closed record entered its state.
fn closed(kind: &Kind, record: &Record) -> Option<crate::calendar::Moment> {
    crate::filter::closing(record, |state| kind.shape.class(state)).map(|event| event.at)
}

fn type_of(show: &Show) -> ColumnType {
    match show {
        Show::Id => ColumnType::Id,
        Show::Opened | Show::Changed | Show::Closed | Show::Milestone(_) | Show::Due | Show::When => ColumnType::Moment,
        Show::Age => ColumnType::Count,
        Show::State | Show::Kind | Show::Holder | Show::Step => ColumnType::Label,
        Show::Path(path) => worded::column_of_path(path).kind,
        _ => ColumnType::Text,
    }
}

fn weekday(at: &crate::calendar::Moment) -> Key {
    use chrono::Datelike as _;
    let day = at.weekday();
    let place = usize::try_from(day.num_days_from_monday()).unwrap_or_default();
    let said = |lang| crate::calendar::words::weekday(day, lang).to_owned();
    Key::at(place, said(Lang::En).to_lowercase(), Label::each(said))
}

fn hour(at: &crate::calendar::Moment) -> Key {
    use chrono::Timelike as _;
    let hour = at.hour();
    let place = usize::try_from(hour).unwrap_or_default();
    Key::at(place, format!("{hour:02}"), Label::verbatim(format!("{hour:02}:00")))
}

/// The period of a given length that contains a day.
pub(crate) fn period_of(every: Every, day: chrono::NaiveDate) -> Option<crate::calendar::Period> {
    use chrono::Datelike as _;
    let name = match every {
        Every::Day => day.to_string(),
        Every::Week => {
            let week = day.iso_week();
            format!("{:04}-w{:02}", week.year(), week.week())
        }
        Every::Month => format!("{:04}-{:02}", day.year(), day.month()),
        Every::Quarter => format!("{:04}-q{}", day.year(), day.month0() / 3 + 1),
        Every::HalfYear => format!("{:04}-h{}", day.year(), day.month0() / 6 + 1),
        Every::Year => format!("{:04}", day.year()),
    };
    crate::calendar::Period::parse(&name, day).ok()
}

/// The order of two cells: numbers, times and words are each compared among themselves; empty cells come last.
pub(super) fn order(one: &Cell, other: &Cell) -> Ordering {
    let rank = |cell: &Cell| usize::from(matches!(cell, Cell::Empty | Cell::Unknown));
    rank(one).cmp(&rank(other)).then_with(|| match (one, other) {
        (Cell::Count(a) | Cell::Minutes(a), Cell::Count(b) | Cell::Minutes(b)) => a.cmp(b),
        (Cell::Decimal(a) | Cell::Money(a), Cell::Decimal(b) | Cell::Money(b)) => a.cmp(b),
        (Cell::Percent(a), Cell::Percent(b)) => a.percent().cmp(&b.percent()),
        (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
        (Cell::Moment(a) | Cell::End(a), Cell::Moment(b) | Cell::End(b)) => a.cmp(b),
        (Cell::Bool(a), Cell::Bool(b)) => a.cmp(b),
        (a, b) => said(a).cmp(&said(b)),
    })
}

fn said(cell: &Cell) -> String {
    match cell {
        Cell::Label(label) => label.en.clone(),
        Cell::Text(text) | Cell::Id(text) => text.clone(),
        Cell::Moment(at) | Cell::End(at) => stored_time(at),
        _ => String::new(),
    }
}
