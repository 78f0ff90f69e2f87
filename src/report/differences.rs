//! The differences between two reports of one period: figures, values and cells of tables, with both values. Used
//! when a closed month is made again.

use std::collections::BTreeMap;

use super::model::{Body, Cell, Report, Role, Row, Section, Table};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;

/// A value that has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The title of the section.
    pub section: Label,
    /// The figure, or the row and column.
    pub of: Label,
    /// The earlier value; empty if the row did not exist.
    pub was: Cell,
    /// The later value; empty if the row no longer exists.
    pub is: Cell,
}

/// Every value that differs between the two reports, in reading order. The commit, the moment and the notes are not
/// values.
pub fn differences(was: &Report, is: &Report) -> Vec<Difference> {
    let mut found = Vec::new();
    let earlier: BTreeMap<&str, &Section> = was.sections.iter().map(|section| (&*section.name, section)).collect();
    for section in &is.sections {
        let values = Values::of(section);
        let before = earlier.get(section.name.as_str()).map(|section| Values::of(section)).unwrap_or_default();
        before.compare(&values, &section.title, &mut found);
    }
    for section in &was.sections {
        if is.sections.iter().all(|other| other.name != section.name) {
            Values::of(section).compare(&Values::default(), &section.title, &mut found);
        }
    }
    found
}

/// The values of a section by key, in reading order.
#[derive(Default)]
struct Values(Vec<(String, Label, Cell)>);

impl Values {
    fn of(section: &Section) -> Self {
        let mut values = Values::default();
        match &section.body {
            Body::Figures(figures) => {
                for figure in figures {
                    values.put(figure.name.clone(), figure.label.clone(), figure.value.clone());
                    // a rate may stay the same while its numbers change
                    let parts = [("numerator", &figure.numerator), ("denominator", &figure.denominator)];
                    for (name, part) in parts.into_iter().filter_map(|(name, part)| Some((name, part.as_ref()?))) {
                        let label = label!(Text::DifferenceOf; row = figure.label.clone(), column = part.label.clone());
                        values.put(format!("{}.{name}", figure.name), label, part.value.clone());
                    }
                }
            }
            Body::Fields(fields) => {
                for field in fields {
                    values.put(field.name.clone(), field.label.clone(), field.value.clone());
                }
            }
            Body::Identities(identities) => {
                for identity in identities {
                    for term in identity.terms.iter().chain([&identity.result]) {
                        let key = format!("{}.{}", identity.name, term.label.en);
                        values.put(key, term.label.clone(), Cell::Decimal(term.value));
                    }
                }
            }
            Body::Table(table) => values.table(table),
            // signatures are not figures
            Body::Signatures(_) => {}
            Body::Verbatim { text, .. } => values.put(String::new(), section.title.clone(), Cell::text(text.as_str())),
        }
        values
    }

    fn put(&mut self, key: String, label: Label, value: Cell) {
        self.0.push((key, label, value));
    }

    /// Adds the cells of a table. A row is identified by its first cell; further rows with the same first cell also
    /// by their number.
    fn table(&mut self, table: &Table) {
        let mut group = String::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for row in &table.rows {
            if row.role.spans() {
                if row.role == Role::Group {
                    group = format!("{:?}", row.cells.first());
                }
                continue;
            }
            let head = format!("{group}/{}/{:?}", row.role.name(), row.cells.first());
            let number = seen.entry(head.clone()).or_default();
            *number += 1;
            for (column, cell) in table.columns.iter().zip(&row.cells).skip(1) {
                let label = label!(Text::DifferenceOf; row = called(row), column = column.label.clone());
                self.put(format!("{head}/{number}/{}", column.name), label, cell.clone());
            }
        }
    }

    fn compare(&self, later: &Values, section: &Label, found: &mut Vec<Difference>) {
        let was: BTreeMap<&str, &Cell> = self.0.iter().map(|(key, _, value)| (&**key, value)).collect();
        let is: BTreeMap<&str, &Cell> = later.0.iter().map(|(key, _, value)| (&**key, value)).collect();
        let mut differ = |of: &Label, was: Cell, is: Cell| {
            // a new row of zeros says no more than a missing row
            let both_nothing = nothing(&was) && nothing(&is);
            if was != is && !both_nothing {
                found.push(Difference { section: section.clone(), of: of.clone(), was, is });
            }
        };
        for (key, of, value) in &later.0 {
            let before = was.get(key.as_str()).map_or(Cell::Empty, |cell| (*cell).clone());
            differ(of, before, value.clone());
        }
        for (_, of, value) in self.0.iter().filter(|(key, _, _)| !is.contains_key(key.as_str())) {
            differ(of, value.clone(), Cell::Empty);
        }
    }
}

/// Whether a cell means "none".
fn nothing(cell: &Cell) -> bool {
    match cell {
        Cell::Empty | Cell::Count(0) => true,
        Cell::Decimal(number) | Cell::Money(number) => number.is_zero(),
        _ => false,
    }
}

/// The name of a row for people: its first cell.
fn called(row: &Row) -> Label {
    match (row.role, row.cells.first()) {
        (Role::Total, Some(Cell::Empty) | None) => Text::Total.label(),
        (_, Some(Cell::Label(label))) => label.clone(),
        (_, Some(Cell::Text(text) | Cell::Id(text))) => Label::new(text.clone(), text.clone()),
        (_, Some(Cell::Date(date))) => Label::new(date.to_string(), date.to_string()),
        (_, Some(Cell::Moment(at) | Cell::End(at))) => {
            let day = at.date_naive().to_string();
            Label::new(day.clone(), day)
        }
        _ => Label::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Difference, differences};
    use crate::locale::Label;
    use crate::model::{Cell, Column, Facts, Figure, Part, Report, Table, cells};

    fn label(text: &str) -> Label {
        Label::new(text, text)
    }

    fn report(closed: i64, of: i64, rows: &[(&str, i64)]) -> Report {
        let mut report = Report::new("r", label("R"), Facts::default());
        let parts = [Part::new(label("closed"), closed), Part::new(label("accepted"), of)];
        report.figures("figures", label("Figures"), [Figure::rate("rate", label("rate"), label("means"), parts)]);
        let mut table = Table::new([Column::text("client", label("client")), Column::count("n", label("number"))]);
        rows.iter().for_each(|(client, n)| _ = table.row(cells![*client, *n]));
        table.total(cells![Cell::Empty, rows.iter().map(|(_, n)| n).sum::<i64>()]);
        report.table("clients", label("Clients"), table);
        report
    }

    fn said(was: &Report, is: &Report) -> Vec<String> {
        let one = |found: Difference| format!("{} {}: {:?} {:?}", found.section.en, found.of.en, found.was, found.is);
        differences(was, is).into_iter().map(one).collect()
    }

    #[test]
    fn values_rows_and_the_parts_of_rates_are_compared() {
        let was = report(1, 2, &[("A", 1), ("A", 5), ("B", 2)]);
        assert_eq!(said(&was, &was), Vec::<String>::new());
        let is = report(2, 4, &[("A", 1), ("A", 6), ("C", 7)]);
        assert_eq!(
            said(&was, &is),
            [
                "Figures rate: Percent(Ratio { numerator: 1, denominator: 2 }) Percent(Ratio { numerator: 2, denominator: 4 })",
                "Figures rate · closed: Count(1) Count(2)",
                "Figures rate · accepted: Count(2) Count(4)",
                "Clients A · number: Count(5) Count(6)",
                "Clients C · number: Empty Count(7)",
                "Clients total · number: Count(8) Count(14)",
                "Clients B · number: Count(2) Empty",
            ]
        );
    }

    #[test]
    fn a_section_that_came_or_went_differs_as_a_whole() {
        let was = report(1, 2, &[("A", 1)]);
        let mut is = was.clone();
        is.sections.remove(1);
        assert_eq!(said(&was, &is).len(), 2, "the row and the total");
        assert_eq!(said(&is, &was).len(), 2);
    }
}
