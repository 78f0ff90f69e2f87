//! Makes a whole report: figures, comparison, tables, lists, included reports, and how records belong to the period.

use std::collections::BTreeSet;

use super::belongs::{Stretch, stretch};
use super::figure::Of;
use super::members::Filled;
use super::plan::{Belongs, Earlier, Plan, Set};
use super::told::Told;
use super::{COMPARISON, FIGURES, SETS};
use crate::calendar::{Every, Period};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText as Text, ReportText};
use crate::model::{Cell, Column, ColumnType, Field, Level, Report, Section, Table};
use crate::record::Id;
use crate::report::monthly::change;
use crate::report::signatures::{is_signed, sign};
use crate::report::{Answer, Source, Subject};

/// Makes an included report by name over the same period, and returns its title too. `None` if there is no such
/// report.
pub(super) type Others<'o> = &'o dyn Fn(&str, &Period) -> Answer<Option<(Label, Report)>>;

/// A report of the book that is being made.
pub struct Maker<'m> {
    plan: &'m Plan,
    source: &'m dyn Source,
    period: &'m Period,
    person: Option<&'m Id>,
}

impl<'m> Maker<'m> {
    /// A report over a period that comes from [`Plan::covering`].
    pub fn new(plan: &'m Plan, source: &'m dyn Source, period: &'m Period) -> Self {
        Maker { plan, source, period, person: None }
    }

    /// The same for the events of one person only.
    #[must_use]
    pub fn of(self, person: Option<&'m Id>) -> Self {
        Maker { person, ..self }
    }

    pub(super) fn filled(&self) -> Filled<'m> {
        Filled::new(self.plan, self.source, self.period.clone(), self.person)
    }

    pub(super) fn subject(&self) -> Subject<'m> {
        Subject::of(self.source, self.period)
    }

    /// Makes the report. `others` makes the reports that it includes.
    ///
    /// # Errors
    /// If something that it is made from cannot be read.
    pub(super) fn report(&self, others: Others<'_>) -> Answer<Report> {
        let (plan, subject) = (self.plan, self.subject());
        let mut report = subject.report(&plan.head.name, ReportText::Figures)?;
        report.title = plan.head.label.clone();
        if subject.policy().settings.clock == crate::policy::Clock::Simulated {
            report.title = label!(ReportText::OfDemonstration; title = report.title);
        }
        if plan.head.every.is_some() {
            report = report.over(subject.model_period());
        }
        let filled = self.filled();
        let told = all_figures(&filled, &filled.whole)?;
        if !told.is_empty() {
            let figures = told.iter().map(|told| told.figure(filled.is_small(told)));
            report.figures(FIGURES, ReportText::Figures, figures.collect::<Vec<_>>());
        }
        if !told.is_empty() && !plan.compare.is_empty() {
            let table = self.comparison(&told)?;
            report.table(COMPARISON, Text::Comparison, table);
        }
        for table in &plan.tables {
            report.table(&table.name, table.label.clone(), filled.table(table)?);
        }
        for list in &plan.lists {
            report.table(&list.name, list.label.clone(), filled.list(list)?);
        }
        self.include(&mut report, others)?;
        if !plan.sets.is_empty() {
            report.fields(SETS, Text::Sets, plan.sets.iter().map(|set| self.belonging(set)));
        }
        self.notes(&mut report, &filled, &told)?;
        sign(&mut report, &plan.signatures);
        Ok(report)
    }

    fn notes(&self, report: &mut Report, filled: &Filled<'_>, told: &[Told]) -> Answer<()> {
        let mut empty = !self.plan.sets.is_empty();
        for at in 0..self.plan.sets.len() {
            empty &= filled.members(at, &filled.whole)?.is_empty();
        }
        if empty {
            report.note(Level::Note, Text::NothingHere);
        }
        let mut imported = BTreeSet::new();
        for at in 0..self.plan.sets.len() {
            let members = filled.members(at, &filled.whole)?;
            let from_elsewhere = members.iter().flat_map(|member| member.forms()).filter(|form| form.is_imported());
            imported.extend(from_elsewhere.map(|form| form.id.clone()));
        }
        if !imported.is_empty() {
            report.note(Level::Note, label!(Text::SomeImported, count = imported.len()));
        }
        if let Some(small) = filled.policy().reports.small
            && told.iter().any(|told| filled.is_small(told))
        {
            report.note(Level::Note, label!(Text::FewMeans, small = small));
        }
        if self.plan.head.every.is_some() && !self.subject().is_over() {
            report.note(Level::Note, ReportText::PeriodNotOver);
        }
        Ok(())
    }

    /// The figures with those of earlier periods beside them.
    fn comparison(&self, told: &[Told]) -> Answer<Table> {
        let name = Period::called;
        let mut columns =
            vec![Column::label("figure", Text::Figure), Column::new("now", name(&self.period.label), ColumnType::Any)];
        let mut earlier: Vec<Option<Vec<Told>>> = Vec::new();
        for one in &self.plan.compare {
            let (period, text, change) = match one {
                Earlier::Previous => (self.period.previous(), Text::PeriodBefore, Text::AgainstBefore),
                Earlier::YearBefore => (self.period.year_before(), Text::YearBefore, Text::AgainstYearBefore),
            };
            let label = period.as_ref().map_or_else(|| text.label(), |period| name(&period.label));
            columns.push(Column::new(one.name(), label, ColumnType::Any));
            columns.push(Column::new(format!("{}-change", one.name()), change, ColumnType::Any));
            let figures = match &period {
                Some(period) => {
                    let filled = Maker { period, ..*self }.filled();
                    Some(all_figures(&filled, &filled.whole)?)
                }
                None => None,
            };
            earlier.push(figures);
        }
        let mut table = Table::new(columns);
        for (at, one) in told.iter().enumerate() {
            let mut cells = vec![Cell::Label(one.label.clone()), one.value.clone()];
            for figures in &earlier {
                let before = figures.as_ref().and_then(|figures| figures.get(at));
                let before = before.map_or(Cell::Empty, |before| before.value.clone());
                let changed = change(&one.value, &before);
                cells.extend([before, changed]);
            }
            table.row(cells);
        }
        Ok(table)
    }

    fn include(&self, report: &mut Report, others: Others<'_>) -> Answer<()> {
        for include in &self.plan.includes {
            let name = &include.report.value;
            let Some((title, made)) = others(name, self.period)? else {
                report.note(Level::Note, label!(Text::NotIncluded, name = name));
                continue;
            };
            let wanted = |section: &str| {
                include.sections.is_empty() || include.sections.iter().any(|wanted| wanted.value == section)
            };
            // each report is signed separately
            let signed = |section: &Section| is_signed(&section.body);
            for missing in &include.sections {
                if made.sections.iter().all(|section| section.name != missing.value) {
                    report.note(Level::Note, label!(Text::NoSection, name = missing.value, report = name));
                }
            }
            for mut section in made.sections.into_iter().filter(|section| wanted(&section.name) && !signed(section)) {
                section.title = match section.title.en.is_empty() {
                    true => title.clone(),
                    false => label!(Text::SectionOf; report = title.clone(), section = section.title),
                };
                section.name = format!("{name}-{}", section.name);
                report.sections.push(section);
            }
            for note in made.notes {
                if !report.notes.contains(&note) {
                    report.notes.push(note);
                }
            }
        }
        Ok(())
    }

    /// How the records of a set belong to the period, in words.
    fn belonging(&self, set: &Set) -> Field {
        let said = self.how(set);
        let of = set.of.and_then(|of| self.plan.sets.get(of));
        let said = of.map_or(said.clone(), |of| match said.en.is_empty() {
            true => label!(Text::PartOf; set = of.label.clone()),
            false => label!(Text::PartOfBy; set = of.label.clone(), how = said),
        });
        Field::new(set.name.as_str(), set.label.clone(), said)
    }

    fn how(&self, set: &Set) -> Label {
        let kind = set.kinds.first().and_then(|kind| self.source.basis().policy.kind(kind));
        let kind = match (&set.belongs, kind) {
            (_, None) => return Label::default(),
            (None, Some(_)) if set.events && set.of.is_none() => return Text::ByEvent.label(),
            (None, Some(_)) => return Label::default(),
            (Some(_), Some(kind)) => kind,
        };
        match set.belongs.as_ref() {
            Some(Belongs::Opened) => Text::ByOpened.label(),
            Some(Belongs::Closed) => Text::ByClosed.label(),
            Some(Belongs::Milestone { states, .. }) => {
                label!(Text::ByReached; state = super::column::reached(kind, states))
            }
            Some(Belongs::Step(step)) => label!(Text::ByStep; step = crate::wording::step(kind, step, None)),
            Some(Belongs::Field(field)) => label!(Text::ByField; field = kind.field(*field).label.clone()),
            Some(Belongs::Touched) => Text::ByTouched.label(),
            Some(Belongs::OpenAtEnd) => Text::ByOpenAtEnd.label(),
            Some(Belongs::All) => Text::ByAll.label(),
            None => Label::default(),
        }
    }
}

/// Every figure over a time span.
fn all_figures(filled: &Filled<'_>, stretch: &Stretch) -> Answer<Vec<Told>> {
    let members = |set| filled.members(set, stretch);
    let of = Of { members: &members, stretch, place: None };
    let mut told = Vec::new();
    for figure in &filled.plan.figures {
        told.extend(filled.figure(figure, &of)?);
    }
    Ok(told)
}

impl Plan {
    /// The period that the report covers if the user names this one. A report over several periods ends with the
    /// named one.
    pub fn covering(&self, named: Period) -> Option<Period> {
        let mut first = named.clone();
        for _ in 1..self.head.periods {
            first = first.previous()?;
        }
        if first == named {
            return Some(named);
        }
        let words = format!("{}..{}", first.from, named.last());
        Period::parse(&words, named.from).ok()
    }

    /// The period that the report covers by default; for a report of now, today.
    pub fn usual(&self, today: chrono::NaiveDate) -> Option<Period> {
        let every = self.head.every.unwrap_or(Every::Day);
        self.covering(Period::default_of(every, today)?)
    }
}

/// A part of the period as a time span, limited to the period.
pub(super) fn part(filled: &Filled<'_>, period: &Period) -> Option<Stretch> {
    let whole = &filled.whole.period;
    let (from, until) = (whole.from.max(period.from), whole.until.min(period.until));
    let part = match from == period.from && until == period.until {
        true => period.clone(),
        false => Period::parse(&format!("{from}..{}", until.pred_opt()?), from).ok()?,
    };
    Some(stretch(filled.source, part))
}
