//! What was noted in the period later than it happened, by person and step.

use super::Monthly;
use crate::cells;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::report::model::{Cell, Column, Report, Table, Type};
use crate::wording;

impl Monthly<'_> {
    /// The list, where there is something on it.
    pub(super) fn noted(&self, report: &mut Report) {
        let material = self.material;
        if material.noted.is_empty() {
            return;
        }
        let mut table = Table::new([
            Column::text("by", Text::NotedBy),
            Column::label("step", Text::NotedStep),
            Column::count("count", Text::NotedCount),
            Column::new("longest", Text::NotedLongest, Type::Minutes),
            Column::id("record", Text::NotedRecord),
        ]);
        for noted in &material.noted {
            let name =
                material.people.get(&noted.by).map_or_else(|| noted.by.to_string(), |person| person.name.clone());
            let step = match material.policy.kind_of(&noted.record) {
                Some(kind) => wording::step(kind, &noted.step, None),
                None => Label::verbatim(noted.step.as_str()),
            };
            table.row(cells![
                Cell::text(name),
                step,
                Cell::count(noted.count),
                Cell::Minutes(noted.longest / 60),
                Cell::id(&noted.record),
            ]);
        }
        report.table("noted-later", Text::NotedLater, table);
    }
}
