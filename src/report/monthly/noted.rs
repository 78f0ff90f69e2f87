//! Events of the period that were noted later than they happened, by person and step.

use super::Monthly;
use crate::cells;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::model::{Cell, Column, ColumnType, Report, Table};
use crate::report::Answer;
use crate::report::fields::called;
use crate::wording;

impl Monthly<'_> {
    /// Adds the list, if it is not empty.
    pub(super) fn noted(&self, report: &mut Report) -> Answer<()> {
        let subject = self.subject;
        let noted = subject.source.noted_later(subject.span())?;
        if noted.is_empty() {
            return Ok(());
        }
        let mut table = Table::new([
            Column::text("by", Text::NotedBy),
            Column::label("step", Text::NotedStep),
            Column::count("count", Text::NotedCount),
            Column::new("longest", Text::NotedLongest, ColumnType::Minutes),
            Column::id("record", Text::NotedRecord),
        ]);
        for noted in &noted {
            let name =
                subject.people().get(&noted.by).map_or_else(|| noted.by.to_string(), |person| person.name.clone());
            let step = match subject.policy().kind_of(&noted.record) {
                Some(kind) => wording::step(kind, &noted.step, None),
                None => Label::verbatim(noted.step.as_str()),
            };
            table.row(cells![
                Cell::text(name),
                step,
                Cell::count(noted.count),
                Cell::Minutes(noted.longest / 60),
                called(subject, &noted.record)?,
            ]);
        }
        report.table("noted-later", Text::NotedLater, table);
        Ok(())
    }
}
