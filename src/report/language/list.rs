//! Lists: the members of a set, one row each, grouped and sorted.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::column::Column;
use super::members::{Filled, Member};
use super::plan::List;
use super::show::{Shower, order};
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::model::{self, Cell, ColumnType, Table};
use crate::report::Answer;

/// A value, and its position if the policy orders such values.
type Placed = (usize, Cell);
/// What a row is grouped by, what it is sorted by, and its cells.
type Row = (Option<Placed>, Vec<Placed>, Vec<Cell>);

impl Filled<'_> {
    /// A list in the form of the model.
    ///
    /// # Errors
    /// If something that it is made from cannot be read.
    pub(super) fn list(&self, list: &List) -> Answer<Table> {
        let members = self.members(list.set, &self.whole)?;
        let shower = Shower::new(self, &self.whole);
        let mut rows: Vec<Row> = Vec::new();
        let placed =
            |column: &Column, member: &Member| Ok((shower.place(column, member)?, shower.cell(column, member)?));
        for member in members.iter() {
            let cells = list.columns.iter().map(|column| shower.cell(column, member)).collect::<Answer<Vec<_>>>()?;
            let group = list.group.as_ref().map(|column| placed(column, member)).transpose()?;
            let by = list.sort.iter().map(|(column, _)| placed(column, member)).collect::<Answer<Vec<_>>>()?;
            rows.push((group, by, cells));
        }
        let compared = |(first, a): &Placed, (second, b): &Placed| first.cmp(second).then_with(|| order(a, b));
        let ordered = |(a, b): (&Placed, &Placed), down: bool| {
            // empty values stay last, whatever the direction of the others
            let nothing = |(_, cell): &Placed| matches!(cell, Cell::Empty | Cell::Unknown);
            let ordered = compared(a, b);
            if down && !nothing(a) && !nothing(b) { ordered.reverse() } else { ordered }
        };
        rows.sort_by(|(_, a, _), (_, b, _)| {
            let each = a.iter().zip(b).zip(&list.sort).map(|(cells, (_, down))| ordered(cells, *down));
            each.fold(Ordering::Equal, Ordering::then)
        });
        rows.sort_by(|(a, _, _), (b, _, _)| match (a, b) {
            (Some(a), Some(b)) => compared(a, b),
            _ => Ordering::Equal,
        });
        let mut table = Table::new(list.columns.iter().map(|column| shower.heading(column)));
        let left_out = list.limit.map_or(0, |limit| rows.len().saturating_sub(limit));
        rows.truncate(list.limit.unwrap_or(usize::MAX));
        self.fill(&mut table, list, rows);
        if left_out > 0 {
            table.note(Cell::Label(crate::label!(Text::LeftOut, count = left_out)));
        }
        Ok(table)
    }

    fn fill(&self, table: &mut Table, list: &List, rows: Vec<Row>) {
        let all: Vec<Vec<Cell>> = rows.iter().map(|(_, _, cells)| cells.clone()).collect();
        let mut rest = rows.into_iter().peekable();
        while let Some((group, _, cells)) = rest.next() {
            let mut of_group = vec![cells];
            while let Some((_, _, cells)) = rest.next_if(|(next, _, _)| *next == group) {
                of_group.push(cells);
            }
            if let Some((_, group)) = group {
                table.group(self.group(&group, list, of_group.len()));
                of_group.iter().for_each(|cells| _ = table.row(cells.clone()));
                if let Some(sums) = sums(table, &of_group, &Text::Subtotal.label()) {
                    table.subtotal(sums);
                }
            } else {
                of_group.into_iter().for_each(|cells| _ = table.row(cells));
            }
        }
        if let Some(sums) = sums(table, &all, &Text::Total.label()) {
            table.total(sums);
        }
    }

    /// The heading of a group: its label, and the number of its rows.
    fn group(&self, group: &Cell, list: &List, count: usize) -> Label {
        let said = match group {
            Cell::Label(label) => label.clone(),
            Cell::Empty | Cell::Unknown => Text::NotSaid.label(),
            other => {
                let zone = self.zone();
                let said = match other {
                    Cell::Text(text) | Cell::Id(text) => text.clone(),
                    Cell::Date(day) => day.to_string(),
                    Cell::Moment(at) | Cell::End(at) => zone.date(*at).to_string(),
                    Cell::Count(count) => count.to_string(),
                    Cell::Decimal(number) | Cell::Money(number) => number.to_string(),
                    _ => String::new(),
                };
                Label::verbatim(said)
            }
        };
        let of = list.group.as_ref().map(|column| column.label.clone()).unwrap_or_default();
        crate::label!(Text::GroupOf, count = count; of = of, what = said)
    }
}

/// The sums of the columns that can be added; `None` if there is none.
fn sums(table: &Table, rows: &[Vec<Cell>], label: &Label) -> Option<Vec<Cell>> {
    let sum = |at: usize, kind: ColumnType| {
        let mut values = rows.iter().filter_map(|row| match row.get(at)? {
            Cell::Count(count) | Cell::Minutes(count) => Some(Decimal::from(*count)),
            Cell::Decimal(number) | Cell::Money(number) => Some(*number),
            _ => None,
        });
        let sum = values.try_fold(Decimal::ZERO, |sum: Decimal, value| sum.checked_add(value))?;
        Some(match kind {
            ColumnType::Money => Cell::Money(sum),
            ColumnType::Count => Cell::or_unknown(i64::try_from(sum).ok()),
            ColumnType::Minutes => Cell::or_unknown(i64::try_from(sum).ok().map(Cell::Minutes)),
            _ => Cell::Decimal(sum),
        })
    };
    let adds = |column: &model::Column| {
        matches!(column.kind, ColumnType::Money | ColumnType::Decimal | ColumnType::Count) && column.name != AGE
    };
    if rows.is_empty() || !table.columns.iter().any(adds) {
        return None;
    }
    let cells = table.columns.iter().enumerate().map(|(at, column)| match (at, adds(column)) {
        (at, true) => sum(at, column.kind).unwrap_or(Cell::Unknown),
        (0, false) if !column.kind.is_number() => Cell::Label(label.clone()),
        _ => Cell::Empty,
    });
    Some(cells.collect())
}

/// Ages are not added.
const AGE: &str = "age";
