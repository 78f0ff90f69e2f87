//! A report of the book after reading and binding: every name is known to exist, and sets and figures are indexes.

use std::collections::BTreeMap;

use super::column::Column;
use super::figure_plan::Figure;
use crate::calendar::Every;
use crate::filter::Filter;
use crate::locale::Label;
use crate::model::Chart;
use crate::place::{Place, Placed};
use crate::record::FieldId;
use crate::report::signatures::Signature;

/// The head of a report, which the list of reports shows.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its name: that of its file.
    pub name: String,
    /// What it is called.
    pub label: Label,
    /// What it says.
    pub about: Label,
    /// Other words for it.
    pub also: Vec<String>,
    /// The length of its period if none is named; `None` for a report of now.
    pub every: Option<Every>,
    /// How many such periods it covers; the named one is the last.
    pub periods: u32,
    /// Its file.
    pub place: Place,
}

impl Head {
    /// Its label for users who type its name; in Chinese it has the short name.
    pub fn called(&self) -> Label {
        let zh = self.also.first().unwrap_or(&self.label.zh);
        Label { en: self.name.clone(), zh: if zh.is_empty() { self.name.clone() } else { zh.clone() } }
    }
}

/// A report that can be made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its head.
    pub head: Head,
    /// The earlier periods with which its figures are compared.
    pub compare: Vec<Earlier>,
    /// The sets, in the order of the file.
    pub sets: Vec<Set>,
    /// The figures, in the order of the file.
    pub figures: Vec<Figure>,
    /// The tables, in the order of the file.
    pub tables: Vec<Table>,
    /// The lists, in the order of the file.
    pub lists: Vec<List>,
    /// The other reports that it includes.
    pub includes: Vec<Include>,
    /// The lines to be signed.
    pub signatures: Vec<Signature>,
}

/// An earlier period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// The period before.
    Previous,
    /// The same period one year before.
    YearBefore,
}

impl Earlier {
    /// Both, in the order of their columns.
    pub const ALL: [Earlier; 2] = [Earlier::Previous, Earlier::YearBefore];

    /// The name in report files.
    pub const fn name(self) -> &'static str {
        match self {
            Earlier::Previous => "previous",
            Earlier::YearBefore => "year-before",
        }
    }
}

/// Records, or events of records, that belong to the period.
#[derive(Debug, Clone)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The kinds of its records: one, except for events.
    pub kinds: Vec<String>,
    /// The index of the larger set, if it is a part of one.
    pub of: Option<usize>,
    /// How a record belongs to the period; `None` if the larger set says so.
    pub belongs: Option<Belongs>,
    /// The filters that its records fit, one for each kind.
    pub fits: Vec<Filter>,
    /// The field that leads to another record. A filter means that record if the set's own kind does not know what it
    /// asks for.
    pub through: Option<String>,
    /// Whether its members are events.
    pub events: bool,
    /// The steps of these events; if empty, all steps.
    pub steps: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// How a record belongs to a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Belongs {
    /// It was opened in it.
    Opened,
    /// It entered a closed state in it.
    Closed,
    /// It entered one of the states of a milestone in it.
    Milestone {
        /// The milestone.
        name: String,
        /// Its states.
        states: Vec<String>,
    },
    /// A step was taken in it.
    Step(String),
    /// The date or time of a field lies in it.
    Field(FieldId),
    /// Something happened to it in the period, or it was open in it.
    Touched,
    /// It was open at the end of the period.
    OpenAtEnd,
    /// It existed at the end of the period.
    All,
}

/// The figures, once for each row.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its heading.
    pub label: Label,
    /// What has a row.
    pub by: By,
    /// The figures, by index.
    pub figures: Vec<usize>,
    /// Its order: a figure's index, or `None` for the order of the rows; and whether it is descending.
    pub sort: Option<(usize, bool)>,
    /// How it wants to be drawn, and where the file says so.
    pub chart: Option<(Chart, Place)>,
    /// The figures that are drawn; empty for all.
    pub draw: Vec<usize>,
    /// The first days of periods from which limits are computed again, since something was changed on purpose.
    pub changed: Vec<chrono::NaiveDate>,
    /// Where it is declared.
    pub place: Place,
}

/// What has a row in a table.
#[derive(Debug, Clone)]
pub enum By {
    /// Each value of a column.
    Column(Box<Column>),
    /// Each of these periods within that of the report.
    Time(Every),
    /// Each day of the week.
    Weekday,
    /// Each hour of the day.
    Hour,
    /// The person who held the record at the end of the period.
    Holder,
    /// Each question of callbacks.
    Question,
}

/// The records of a set, one row each.
#[derive(Debug, Clone)]
pub struct List {
    /// Its name.
    pub name: String,
    /// Its heading.
    pub label: Label,
    /// The index of its set.
    pub set: usize,
    /// The columns.
    pub columns: Vec<Column>,
    /// The column by which its rows are grouped.
    pub group: Option<Box<Column>>,
    /// Its order: columns, the most important first, and whether each is descending.
    pub sort: Vec<(Column, bool)>,
    /// The most rows.
    pub limit: Option<usize>,
    /// Where it is declared.
    pub place: Place,
}

/// Another report that is included in this one.
#[derive(Debug, Clone)]
pub struct Include {
    /// Its name.
    pub report: Placed<String>,
    /// Its sections; if empty, all of them.
    pub sections: Vec<Placed<String>>,
}

impl Plan {
    /// Whether it lists or counts steps, so that it can be limited to one person's.
    pub fn lists_steps(&self) -> bool {
        self.sets.iter().any(|set| set.events)
    }

    /// The kinds of its records, each with the field that leads to another record which a filter may mean.
    pub fn asked(&self) -> Vec<(&str, Option<&str>)> {
        let mut asked: Vec<(&str, Option<&str>)> = Vec::new();
        for set in self.sets.iter().filter(|set| set.of.is_none()) {
            for kind in
                set.kinds.iter().filter(|kind| !asked.iter().any(|(known, _)| known == kind)).collect::<Vec<_>>()
            {
                asked.push((kind, set.through.as_deref()));
            }
        }
        asked
    }

    /// The report limited to records that fit a filter, given for each kind. Also returns the labels of sets that
    /// become empty because their kinds have no filter.
    pub fn narrowed(&self, filters: &BTreeMap<String, Filter>) -> (Plan, Vec<Label>) {
        let (mut plan, mut left) = (self.clone(), Vec::new());
        for set in plan.sets.iter_mut().filter(|set| set.of.is_none()) {
            set.kinds.retain(|kind| filters.contains_key(kind));
            if set.kinds.is_empty() {
                left.push(set.label.clone());
            }
            for filter in set.kinds.iter().filter_map(|kind| filters.get(kind)) {
                match set.fits.iter_mut().find(|known| known.kind() == filter.kind()) {
                    Some(known) => *known = known.clone().and(filter),
                    None => set.fits.push(filter.clone()),
                }
            }
        }
        (plan, left)
    }

    /// The names of its sections, for `sections` of an including report and for `--table`.
    pub fn sections(&self) -> Vec<&str> {
        let tables = self.tables.iter().map(|table| table.name.as_str());
        let lists = self.lists.iter().map(|list| list.name.as_str());
        let fixed = [super::FIGURES, super::COMPARISON, super::SETS];
        fixed.into_iter().chain(tables).chain(lists).collect()
    }
}
