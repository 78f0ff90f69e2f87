//! Mistakes in a report's code: rows that do not fit their columns, and names used twice. Rendering checks for them
//! first.

use super::{Body, Cell, ColumnType, Report, Row, Table};

/// A part of a report that does not fit its own declaration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// A row with more or fewer cells than the table has columns.
    #[error("report `{report}`, section `{section}`, row {row}: {cells} cells for {columns} columns")]
    Length {
        /// The report.
        report: String,
        /// The section.
        section: String,
        /// The row, from 1.
        row: usize,
        /// How many cells it has.
        cells: usize,
        /// How many it should have.
        columns: usize,
    },
    /// A cell of another type than its column.
    #[error(
        "report `{report}`, section `{section}`, row {row}: a cell of type {found} in column `{column}` of type {expected}"
    )]
    Kind {
        /// The report.
        report: String,
        /// The section.
        section: String,
        /// The row, from 1.
        row: usize,
        /// The column.
        column: String,
        /// The column's type.
        expected: &'static str,
        /// The cell's type.
        found: &'static str,
    },
    /// Two sections, or two columns of a section, have the same name.
    #[error("report `{report}`: `{name}` is there twice")]
    Twice {
        /// The report.
        report: String,
        /// The name, of a section or `section.column`.
        name: String,
    },
}

impl Report {
    /// Checks how the report was put together.
    ///
    /// # Errors
    /// The first row, cell or name that does not fit.
    pub fn check(&self) -> Result<(), Misfit> {
        let twice = |name: String| Misfit::Twice { report: self.name.clone(), name };
        for (i, section) in self.sections.iter().enumerate() {
            if self.sections[..i].iter().any(|before| before.name == section.name) {
                return Err(twice(section.name.clone()));
            }
            let Body::Table(table) = &section.body else { continue };
            for (j, column) in table.columns.iter().enumerate() {
                if table.columns[..j].iter().any(|before| before.name == column.name) {
                    return Err(twice(format!("{}.{}", section.name, column.name)));
                }
            }
            for (number, row) in table.rows.iter().enumerate() {
                self.check_row(&section.name, table, number + 1, row)?;
            }
        }
        Ok(())
    }

    fn check_row(&self, section: &str, table: &Table, number: usize, row: &Row) -> Result<(), Misfit> {
        let columns = if row.role.spans() { 1 } else { table.columns.len() };
        if row.cells.len() != columns {
            return Err(Misfit::Length {
                report: self.name.clone(),
                section: section.to_owned(),
                row: number,
                cells: row.cells.len(),
                columns,
            });
        }
        if row.role.spans() {
            return Ok(());
        }
        for (cell, column) in row.cells.iter().zip(&table.columns) {
            if let Some(found) = stranger(cell, column.kind, row.role != super::Role::Body) {
                return Err(Misfit::Kind {
                    report: self.name.clone(),
                    section: section.to_owned(),
                    row: number,
                    column: column.name.clone(),
                    expected: column.kind.name(),
                    found: found.name(),
                });
            }
        }
        Ok(())
    }
}

/// The type of a cell, or of an element of its list, that the column does not take. Rows of sums may say `total` in
/// any column of words.
fn stranger(cell: &Cell, column: ColumnType, sums: bool) -> Option<ColumnType> {
    let fits = |found: ColumnType| {
        found == column
            || column == ColumnType::Any
            || (column == ColumnType::Text && matches!(found, ColumnType::Label | ColumnType::Id))
            || (sums && !column.is_number() && found == ColumnType::Label)
    };
    match cell {
        Cell::List(cells) => cells.iter().find_map(|cell| stranger(cell, column, sums)),
        cell => cell.type_of().filter(|&found| !fits(found)),
    }
}

#[cfg(test)]
mod tests {
    use super::Misfit;
    use crate::locale::Label;
    use crate::model::{Cell, Column, Facts, Report, Table, cells};

    fn report(rows: impl FnOnce(&mut Table)) -> Result<(), Misfit> {
        let mut table = Table::new([Column::id("id", Label::default()), Column::count("open", Label::default())]);
        rows(&mut table);
        let mut report = Report::new("test", Label::default(), Facts::default());
        report.table("cases", Label::default(), table);
        report.check()
    }

    #[test]
    fn rows_must_fit_their_columns() {
        assert_eq!(
            report(|t| _ = t.row(cells![Cell::id("C-1"), 3]).group("2026").row(cells![Cell::Empty, Cell::Unknown])),
            Ok(())
        );
        assert_eq!(report(|t| _ = t.total(cells![Label::new("total", "合计"), 3])), Ok(()));
        assert!(matches!(
            report(|t| _ = t.row(cells![Cell::id("C-1")])),
            Err(Misfit::Length { cells: 1, columns: 2, .. })
        ));
        assert!(matches!(report(|t| _ = t.row(cells!["C-1", 3])), Err(Misfit::Kind { found: "text", .. })));
        assert!(matches!(
            report(|t| _ = t.row(cells![Cell::id("C-1"), vec![true]])),
            Err(Misfit::Kind { found: "bool", .. })
        ));
    }

    #[test]
    fn names_stand_once() {
        let mut report = Report::new("test", Label::default(), Facts::default());
        report.table("a", Label::default(), Table::default()).table("a", Label::default(), Table::default());
        assert!(matches!(report.check(), Err(Misfit::Twice { .. })));
    }
}
