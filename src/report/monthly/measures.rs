//! The state of every improvement measure that is open or was changed in the period: owner and date, done, verified,
//! ineffective.

use super::Monthly;
use crate::cells;
use crate::locale::messages::ReportText as Text;
use crate::model::{Cell, Column, Report, Table, Tone};
use crate::record::{Class, Value};
use crate::report::Answer;
use crate::report::fields::{cell, named, value};
use crate::report::measures::{Course, measures, standing};
use crate::wording;

impl Monthly<'_> {
    /// The measures.
    pub(super) fn measures(&self, report: &mut Report) -> Answer<()> {
        let subject = self.subject;
        let Some((rules, kind)) = measures(subject) else { return Ok(()) };
        let (zone, seen) = (subject.zone(), subject.seen_until());
        let mut table = Table::new([
            Column::id("id", Text::Number),
            Column::text("action", Text::Action).weighing(Column::MUCH),
            Column::id("about", Text::About),
            Column::text("owner", Text::Owner).weighing(Column::MUCH),
            Column::date("due", Text::Due).weighing(Column::MUCH),
            Column::label("state", Text::State).weighing(Column::MUCH),
            Column::flag("overdue", Text::OverdueYes),
            Column::date("done", Text::DoneOn),
            Column::date("verified", Text::VerifiedOn),
            Column::flag("ineffective", Text::Ineffective),
            Column::text("effect", Text::Effect).weighing(Column::LITTLE),
        ]);
        for measure in &standing(subject, kind)? {
            let record = &measure.record;
            let overdue = measure.clocks.iter().any(|clock| clock.is_overdue_at(subject.now()));
            let course = Course::of(subject, (rules, kind), record, seen)?;
            let tone = match kind.shape.class(&record.state) {
                _ if overdue => Tone::Bad,
                _ if course.is_ineffective() => Tone::Warning,
                Class::Closed => Tone::Muted,
                _ => Tone::Plain,
            };
            let due = match value(record, rules.due) {
                Some(Value::Date(date)) => Cell::Date(*date),
                _ => Cell::Empty,
            };
            table.toned(
                tone,
                cells![
                    Cell::id(&record.id),
                    cell(subject, kind, record, rules.action),
                    named(subject, record, rules.about)?,
                    cell(subject, kind, record, rules.owner),
                    due,
                    wording::state(kind, &record.state),
                    overdue,
                    course.done.map(|at| zone.date(at)),
                    course.verified.map(|at| zone.date(at)),
                    course.is_ineffective(),
                    cell(subject, kind, record, rules.effect),
                ],
            );
        }
        report.table("measures", Text::Measures, table);
        Ok(())
    }
}
