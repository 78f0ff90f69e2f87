//! How long records and fields are kept (`[[retention]]` of kinds), and what is past its time. It erases nothing.

use std::collections::BTreeSet;

use super::language::Unknown;
use super::model::{Cell, Column, Level, Report, Table};
use super::sheet::{Line, Sheet, SheetRow, Side};
use super::{Answer, Belonging, RecordSet, Source, Subject};
use crate::bounds::RETENTION_RECORDS;
use crate::calendar::Period;
use crate::kind::{KeptFrom, Kind, Retention};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::record::{Id, Record};

/// Whether its figures are about a kind.
pub(super) fn is_of(kind: &Kind) -> bool {
    !kind.retention.is_empty()
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("retention", Text::Retention)?;
    let mut rules = Table::new([
        Column::label("kind", Text::Kind),
        Column::label("what", Text::Kept).weighing(Column::MUCH),
        Column::label("after", Text::KeptFor).weighing(Column::MUCH),
        Column::label("from", Text::KeptFrom),
        Column::label("holder", Text::Holder),
        Column::label("reason", Text::RetentionWhy).weighing(Column::LITTLE),
        Column::count("past", Text::PastRetention).weighing(Column::MUCH),
    ]);
    let mut past = Table::new([
        Column::id("id", Text::Number),
        Column::label("kind", Text::Kind),
        Column::label("title", Text::What).weighing(Column::MUCH),
        Column::label("what", Text::Kept),
        Column::date("until", Text::KeptUntil).weighing(Column::MUCH),
    ]);
    let (mut shown, mut all) = (0, 0);
    for kind in subject.policy().kinds.values() {
        for rule in &kind.retention {
            let ids = past_of(subject, kind, rule)?;
            all += ids.len();
            rules.row([
                Cell::Label(kind.shape.label.clone()),
                Cell::Label(kept_of(kind, rule)),
                Cell::Label(Label::each(|lang| rule.after.in_years(lang))),
                Cell::Label(from(kind, rule)),
                Cell::Label(holder(subject, rule)),
                Cell::Label(rule.reason.clone()),
                Cell::count(ids.len()),
            ]);
            let wanted: BTreeSet<Id> = ids.into_iter().take(RETENTION_RECORDS - shown).collect();
            let mut records: Vec<Record> = source.read(&wanted)?;
            records.sort_by_key(|record| (rule.until(kind, record, subject.zone()), record.id.clone()));
            for record in &records {
                let title = subject.words().title_of(record);
                past.row([
                    Cell::id(&record.id),
                    Cell::Label(kind.shape.label.clone()),
                    Cell::Label(title),
                    Cell::Label(kept_of(kind, rule)),
                    Cell::from(rule.until(kind, record, subject.zone())),
                ]);
            }
            shown += records.len();
        }
    }
    report.table("rules", Text::RetentionRules, rules);
    report.table("past", Text::PastRetention, past);
    if shown < all {
        report.note(Level::Note, label!(Text::RetentionShown, shown = shown, all = all));
    }
    report.note(Level::Note, Text::NothingErased);
    Ok(report)
}

/// A record with something past its time, and its kind.
#[derive(Debug, Clone)]
struct Past {
    kind: String,
    label: Label,
}

/// The records behind `FIGURE[@ROW]`: for `past`, the records with something past its time, once for each rule.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let mut items: Vec<(Id, Past)> = Vec::new();
    for kind in subject.policy().kinds.values() {
        for rule in &kind.retention {
            let past = || Past { kind: kind.name().to_owned(), label: kind.shape.label.clone() };
            items.extend(past_of(subject, kind, rule)?.into_iter().map(|id| (id, past())));
        }
    }
    let lines = vec![Line::sum("past", Text::PastRetention, Side::count(Text::PastRetention, |_: &Past| 1))];
    let rows = |past: &Past| {
        let (table, stored, label) = ("rules".to_owned(), past.kind.clone(), past.label.clone());
        vec![(SheetRow { table, stored, label }, past.clone())]
    };
    let sheet = Sheet { items, lines, rows: Box::new(rows) };
    sheet.records(subject, subject.report("retention", Text::Retention)?, text)
}

/// The records with something past its time today.
pub fn past_of(subject: Subject<'_>, kind: &Kind, rule: &Retention) -> Answer<BTreeSet<Id>> {
    let today = subject.zone().date(subject.now());
    let mut found = BTreeSet::new();
    for terms in rule.past(kind, today) {
        let mut filter = subject.asking(kind, &terms)?;
        if let Some(when) = &rule.when {
            filter = filter.and(&when.filter);
        }
        let ids = subject.source.ids(&RecordSet::of(kind, Belonging::All).filtered(&filter))?;
        found.extend(ids.iter().cloned());
    }
    Ok(found)
}

/// What a rule keeps, in words.
pub fn kept_of(kind: &Kind, rule: &Retention) -> Label {
    match rule.fields.is_empty() {
        true => Text::WholeRecord.label(),
        false => Label::list(rule.fields.iter().map(|field| kind.field(*field).label.clone())),
    }
}

fn from(kind: &Kind, rule: &Retention) -> Label {
    match &rule.from {
        KeptFrom::Closed => Text::FromClosed.label(),
        KeptFrom::Field(field) => kind.field(*field).label.clone(),
        KeptFrom::Milestone(name, states) => {
            let state = states.first().and_then(|state| kind.shape.state(state));
            state.map_or_else(|| Label::verbatim(name), |state| state.label.clone())
        }
    }
}

fn holder(subject: Subject<'_>, rule: &Retention) -> Label {
    let policy = subject.policy();
    let role = |name: &String| policy.roles.get(name).map_or_else(|| Label::verbatim(name), |role| role.label.clone());
    let department = |name: &String| {
        let found = policy.departments.get(name);
        found.map_or_else(|| Label::verbatim(name), |department| department.label.clone())
    };
    Label::list(rule.roles.iter().map(role).chain(rule.departments.iter().map(department)))
}
