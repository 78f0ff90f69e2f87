//! What was registered by mistake: the records that became void in the period, who said so, when and why.

use super::Monthly;
use crate::cells;
use crate::locale::messages::ReportText as Text;
use crate::report::Voided;
use crate::report::model::{Cell, Column, Report, Table};

impl Monthly<'_> {
    /// The records that became void. Where there is none, nothing is said.
    pub(super) fn voided(&self, report: &mut Report) {
        let material = self.material;
        if material.voided.is_empty() {
            return;
        }
        let mut table = Table::new([
            Column::id("id", Text::Number),
            Column::label("kind", Text::Kind),
            Column::label("title", Text::ReportTitle),
            Column::moment("at", Text::VoidedAt),
            Column::text("by", Text::VoidedBy),
            Column::text("why", Text::VoidedWhy),
        ]);
        for voided in &material.voided {
            let kind = material.policy.kind(&voided.record.kind).map(|kind| kind.shape.label.clone());
            let by = voided.event.for_.as_ref().unwrap_or(&voided.event.by);
            table.row(cells![
                Cell::id(&voided.record.id),
                kind.unwrap_or_default(),
                voided.title.clone(),
                Cell::Moment(material.zone().local(voided.event.at)),
                material.words().person(by.as_str()),
                self.why(voided),
            ]);
        }
        report.table("voided", Text::Voided, table);
    }

    /// Why: what the step asked for, else what was noted with it.
    fn why(&self, voided: &Voided) -> Option<String> {
        let kind = self.material.policy.kind(&voided.record.kind)?;
        let asked = kind.steps_named(&voided.event.step).flat_map(|step| &step.asks);
        let mut told = asked.filter(|ask| self.material.words().sight.shows(kind.field(ask.field)));
        let asked = told.find_map(|ask| voided.record.get(ask.field)?.as_text().map(str::to_owned));
        asked.or_else(|| voided.event.note.clone())
    }
}
