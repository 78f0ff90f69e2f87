//! Records that were registered by mistake: those that became void in the period, with the person, the time and the
//! reason.

use super::Monthly;
use crate::cells;
use crate::locale::messages::ReportText as Text;
use crate::model::{Cell, Column, Report, Table};
use crate::record::{Event, Record};
use crate::report::{Answer, Belonging, RecordSet, Subject};

/// A record that was registered by mistake.
struct Voided {
    record: Record,
    /// The event by which it became void.
    event: Event,
}

/// The records of all kinds that became void in the period, by time.
fn voided(subject: Subject<'_>) -> Answer<Vec<Voided>> {
    let mut found = Vec::new();
    for kind in subject.policy().kinds.values() {
        for record in subject.source.records(&RecordSet::of(kind, Belonging::Voided(subject.period)))?.iter() {
            let entered = record.history.iter().rfind(|event| event.to.as_ref() == Some(&record.state));
            found.extend(entered.map(|event| Voided { record: record.clone(), event: event.clone() }));
        }
    }
    found.sort_by(|a, b| (a.event.at, &a.record.id).cmp(&(b.event.at, &b.record.id)));
    Ok(found)
}

impl Monthly<'_> {
    /// Adds the records that became void. If there are none, adds nothing.
    pub(super) fn voided(&self, report: &mut Report) -> Answer<()> {
        let subject = self.subject;
        let found = voided(subject)?;
        if found.is_empty() {
            return Ok(());
        }
        let mut table = Table::new([
            Column::id("id", Text::Number),
            Column::label("kind", Text::Kind),
            Column::label("title", Text::ReportTitle),
            Column::moment("at", Text::VoidedAt),
            Column::text("by", Text::VoidedBy),
            Column::text("why", Text::VoidedWhy),
        ]);
        for voided in &found {
            let kind = subject.policy().kind(&voided.record.kind).map(|kind| kind.shape.label.clone());
            let by = voided.event.for_.as_ref().unwrap_or(&voided.event.by);
            table.row(cells![
                Cell::id(&voided.record.id),
                kind.unwrap_or_default(),
                subject.words().title_of(&voided.record),
                Cell::Moment(subject.zone().local(voided.event.at)),
                subject.words().person(by.as_str()),
                self.why(voided),
            ]);
        }
        report.table("voided", Text::Voided, table);
        Ok(())
    }

    /// The reason: a field that the step asks for, else the note of the step.
    fn why(&self, voided: &Voided) -> Option<String> {
        let kind = self.subject.policy().kind(&voided.record.kind)?;
        let asked = kind.steps_named(&voided.event.step).flat_map(|step| &step.asks);
        let mut told = asked.filter(|ask| self.subject.words().sight.shows(kind.field(ask.field)));
        let asked = told.find_map(|ask| voided.record.get(ask.field)?.as_text().map(str::to_owned));
        asked.or_else(|| voided.event.note.clone())
    }
}
