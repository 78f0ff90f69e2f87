//! The report that a word means, computed or a file of the book. Both are found in one way and made in one way.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::book::View;
use crate::calendar::{Every, Period};
use crate::cli::failure::Failure;
use crate::cli::{asked, table};
use crate::filter::{Expr, Filter, Scope};
use crate::gather::BookSource;
use crate::kind::Kind;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{CliText, LanguageText, RecordText, ReportText as Text};
use crate::model::{Level, Report};
use crate::place::Problem;
use crate::place::toml::nearest;
use crate::policy::preset::Preset;
use crate::policy::{Policy, Sources};
use crate::record::{Class, Id};
use crate::report::language::{ENDING, FOLDER, Library, Listed, Maker, Plan, Standing};
use crate::report::{Definition, REPORTS, Source, named};

/// The report if the user names only a period.
const USUAL: &str = "monthly";

/// The reports that can be made of a commit: the computed ones, and the files of the book.
pub(super) struct Reports<'v> {
    policy: &'v Policy,
    sources: Sources,
    /// The files of the book.
    pub(super) library: Library,
}

/// A report: computed, or a file of the book.
#[derive(Clone, Copy)]
pub(super) enum Which<'r> {
    /// It is computed.
    Computed(&'static Definition),
    /// The book says it.
    OfBook(&'r Plan),
}

/// A report with the period that it covers.
pub(super) struct Chosen<'r> {
    reports: &'r Reports<'r>,
    which: Which<'r>,
    /// The period.
    pub(super) period: Period,
}

/// Which part of everything a report is made of.
#[derive(Default)]
pub(super) struct Part {
    /// Only what this person did.
    pub(super) person: Option<Id>,
    /// Only the records that fit these words of a filter.
    pub(super) filter: Vec<String>,
}

impl Part {
    /// Whether it is everything.
    pub(super) fn is_all(&self) -> bool {
        self.person.is_none() && self.filter.is_empty()
    }
}

impl<'v> Reports<'v> {
    /// The reports of a commit.
    ///
    /// # Errors
    /// If git cannot be read.
    pub(super) fn of(view: &'v View<'_>) -> Result<Self, Failure> {
        let sources = view.reports()?;
        let library = Library::of(&sources, view.policy(), view.now());
        Ok(Reports { policy: view.policy(), sources, library })
    }

    /// The reports that a word may mean: for the name of a computed report, only those.
    ///
    /// # Errors
    /// If git cannot be read.
    pub(super) fn meant(word: &str, view: &'v View<'_>) -> Result<Self, Failure> {
        if named(word).is_none() {
            return Reports::of(view);
        }
        let sources = view.reports()?;
        let library = Library::of_layouts(&sources, view.policy());
        Ok(Reports { policy: view.policy(), sources, library })
    }

    /// The report that a word means, over the period that another word names, or over its usual period.
    ///
    /// # Errors
    /// If there is no such report, it is wrong, or it does not have such a period.
    pub(super) fn choose(&self, word: &str, period: Option<&str>, view: &View<'_>) -> Result<Chosen<'_>, Failure> {
        let which = self.find(word)?.ok_or_else(|| self.unknown(word, period, view))?;
        let period = which.period(period, view.today())?;
        Ok(Chosen { reports: self, which, period })
    }

    fn find(&self, word: &str) -> Result<Option<Which<'_>>, Failure> {
        let computed = named(word);
        let listed = self.library.find(computed.map_or(word, |report| report.name));
        match (listed.map(|listed| (listed, &listed.standing)), computed) {
            (Some((listed, Standing::Broken(problems))), _) => Err(self.broken(listed, problems)),
            (_, Some(computed)) => match computed.lacks(self.policy) {
                None => Ok(Some(Which::Computed(computed))),
                Some(needed) => {
                    let [message, hint] = needed.missing(computed.called());
                    Err(Failure::missing("no-rules", message).hint(hint))
                }
            },
            (Some((_, Standing::Ready(plan))), None) => Ok(Some(Which::OfBook(plan))),
            (Some((_, Standing::Lacks(kind))), None) => {
                let message = label!(LanguageText::Lacks, kind = kind.value);
                let hint = label!(LanguageText::LacksHint, kind = kind.value, file = kind.place.file);
                Err(Failure::missing("no-kind", message).hint(hint))
            }
            (Some((_, Standing::Lays(_))) | None, None) => Ok(None),
        }
    }

    fn broken(&self, listed: &Listed, problems: &[Problem]) -> Failure {
        let message = label!(LanguageText::Broken, name = listed.name);
        let mut failure = Failure::refused("report", message);
        for problem in problems {
            let file = &*problem.place.file;
            if let Some(text) = self.sources.bytes(file).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
                failure = failure.source(file, text);
            }
        }
        failure.problems(problems.iter().cloned())
    }

    /// Every report that can be made, computed ones first. A report is left out if the company does not have its
    /// rules.
    pub(super) fn each(&self) -> impl Iterator<Item = Which<'_>> {
        let policy = self.policy;
        let computed = REPORTS.iter().filter(move |report| report.lacks(policy).is_none());
        computed.map(Which::Computed).chain(self.library.ready().map(Which::OfBook))
    }

    fn unknown(&self, word: &str, period: Option<&str>, view: &View<'_>) -> Failure {
        // The same words are a period on every day.
        let is_period = Period::parse(word, NaiveDate::default()).is_ok();
        let known = |name: &&str| named(name).is_some() || self.library.find(name).is_some();
        let name = period.filter(known).unwrap_or(USUAL);
        let preset = Preset::named(&view.policy().settings.preset);
        let ships = || preset.is_some_and(|preset| preset.ships(&format!("{FOLDER}{word}{ENDING}")));
        let hint = match nearest(word, self.each().map(Which::name)) {
            _ if is_period => label!(CliText::WriteInstead, command = format!("redress report {name} {word}")),
            _ if ships() => LanguageText::NotInBook.label(),
            Some(near) => label!(RecordText::DidYouMean, word = near),
            None => {
                let names = self.each().map(|which| Label::typed(which.name(), &which.called()));
                label!(Text::ReportsAre; names = Label::list(names))
            }
        };
        Failure::missing("no-report", label!(Text::NoReport, name = word)).hint(hint)
    }
}

/// The name for people of the report with this name. `None` if there is no such report, or no longer.
pub(in crate::cli::commands) fn called(name: &str, view: &View<'_>) -> Option<Label> {
    let reports = Reports::of(view).ok()?;
    reports.find(name).ok().flatten().map(Which::called)
}

impl<'r> Which<'r> {
    /// Its name.
    pub(super) fn name(self) -> &'r str {
        match self {
            Which::Computed(report) => report.name,
            Which::OfBook(plan) => &plan.head.name,
        }
    }

    /// The name of the report that users type, for people.
    pub(super) fn called(self) -> Label {
        match self {
            Which::Computed(report) => report.called(),
            Which::OfBook(plan) => plan.head.called(),
        }
    }

    /// Its title, and what it shows.
    pub(super) fn told(self) -> [Label; 2] {
        match self {
            Which::Computed(report) => [report.title.label(), report.about.label()],
            Which::OfBook(plan) => [plan.head.label.clone(), plan.head.about.clone()],
        }
    }

    /// The length of its usual period. `None` for a report of now.
    pub(super) fn every(self) -> Option<Every> {
        match self {
            Which::Computed(report) => report.every,
            Which::OfBook(plan) => plan.head.every,
        }
    }

    /// The period that a word names, or the usual one. For a report of now this is today.
    fn period(self, text: Option<&str>, today: NaiveDate) -> Result<Period, Failure> {
        let none = || Failure::usage("no-period", label!(Text::NoPeriodHere, name = self.name()));
        let period = match (self.every(), text) {
            (None, Some(_)) => return Err(none()),
            (_, Some(text)) => {
                Period::parse(text, today).map_err(|error| Failure::usage("no-period", error.label()))?
            }
            (every, None) => Period::default_of(every.unwrap_or(Every::Day), today).ok_or_else(none)?,
        };
        match self {
            Which::Computed(_) => Ok(period),
            Which::OfBook(plan) => plan.covering(period).ok_or_else(none),
        }
    }
}

impl Chosen<'_> {
    /// The report's name.
    pub(super) fn name(&self) -> &str {
        self.which.name()
    }

    /// The report's name for people.
    pub(super) fn called(&self) -> Label {
        self.which.called()
    }

    /// The report, of everything or of a part.
    ///
    /// # Errors
    /// If the report cannot be made of such a part, or its data cannot be read.
    pub(super) fn make(&self, source: &dyn Source, part: &Part, view: &View<'_>) -> Result<Report, Failure> {
        match self.which {
            Which::Computed(report) => match only(report, part, view)? {
                Some(source) => {
                    let mut made = report.make(&source, &self.period)?;
                    remark(&mut made, part, &[]);
                    Ok(made)
                }
                None => {
                    self.whole_alone(part)?;
                    Ok(report.make(source, &self.period)?)
                }
            },
            Which::OfBook(plan) => {
                let narrowed = self.narrowed(plan, part, view)?;
                let plan = narrowed.as_ref().map_or(plan, |(plan, _)| plan);
                let mut made = self.reports.library.make(plan, source, &self.period, part.person.as_ref())?;
                narrowed.iter().for_each(|(_, left)| remark(&mut made, part, left));
                Ok(made)
            }
        }
    }

    /// The records behind a figure, or behind a figure in a row.
    ///
    /// # Errors
    /// If there is no such figure; otherwise as [`Chosen::make`].
    pub(super) fn records(
        &self,
        source: &dyn Source,
        part: &Part,
        (figure, view): (&str, &View<'_>),
    ) -> Result<Report, Failure> {
        let found = match self.which {
            Which::Computed(report) => match only(report, part, view)? {
                Some(source) => report.records(&source, &self.period, figure)?.map(|mut made| {
                    remark(&mut made, part, &[]);
                    made
                }),
                None => {
                    self.whole_alone(part)?;
                    report.records(source, &self.period, figure)?
                }
            },
            Which::OfBook(plan) => {
                let narrowed = self.narrowed(plan, part, view)?;
                let plan = narrowed.as_ref().map_or(plan, |(plan, _)| plan);
                let found = Maker::new(plan, source, &self.period).of(part.person.as_ref()).records(figure)?;
                found.map(|mut made| {
                    narrowed.iter().for_each(|(_, left)| remark(&mut made, part, left));
                    made
                })
            }
        };
        found.map_err(|unknown| Failure::missing("no-figure", unknown.message).hint(unknown.hint))
    }

    /// Refuses a part if the report is always made of everything.
    fn whole_alone(&self, part: &Part) -> Result<(), Failure> {
        let name = self.name();
        match part {
            Part { person: Some(_), .. } => Err(Failure::usage("no-steps", label!(LanguageText::NoSteps, name = name))),
            Part { filter, .. } if !filter.is_empty() => {
                let of_cases = matches!(self.which, Which::Computed(_));
                let hint = if of_cases { LanguageText::NoFilterOfCases } else { LanguageText::NoFilterOfSeveral };
                Err(Failure::usage("no-filter", label!(LanguageText::NoFilter, name = name)).hint(hint))
            }
            _ => Ok(()),
        }
    }

    /// The plan of the report for the records that fit a filter, and the sets that become empty because their kinds
    /// do not have what the filter asks for. `None` without a filter.
    fn narrowed(&self, plan: &Plan, part: &Part, view: &View<'_>) -> Result<Option<(Plan, Vec<Label>)>, Failure> {
        if part.person.is_some() && !plan.lists_steps() {
            return Err(Failure::usage("no-steps", label!(LanguageText::NoSteps, name = plan.head.name)));
        }
        if part.filter.is_empty() {
            return Ok(None);
        }
        if !plan.includes.is_empty() {
            let failure = Failure::usage("no-filter", label!(LanguageText::NoFilter, name = plan.head.name));
            return Err(failure.hint(LanguageText::NoFilterOfSeveral));
        }
        let asked = plan.asked();
        let kinds: Vec<&Kind> = asked.iter().filter_map(|(kind, _)| view.policy().kind(kind)).collect();
        let found = asked::filter_of_any(view, kinds, &part.filter)?;
        let mut filters: BTreeMap<String, Filter> =
            found.into_iter().filter_map(|(kind, filter)| Some((kind.name().to_owned(), filter?))).collect();
        for (kind, through) in asked {
            let further = through.zip(view.policy().kind(kind)).filter(|_| !filters.contains_key(kind));
            let filter = further.and_then(|(field, kind)| asked::filter_through(view, kind, field, &part.filter));
            filters.extend(filter.map(|filter| (kind.to_owned(), filter)));
        }
        Ok(Some(plan.narrowed(&filters)))
    }
}

/// The source of a computed report that takes a filter, limited to the records that fit. Records of kinds that do not
/// have what the filter asks for are left out. `None` without a filter, or if the report takes none.
fn only<'v>(report: &Definition, part: &Part, view: &'v View<'v>) -> Result<Option<BookSource<'v, 'v>>, Failure> {
    let Some(is_of) = report.narrowed_by.filter(|_| part.person.is_none() && !part.filter.is_empty()) else {
        return Ok(None);
    };
    let kinds: Vec<&Kind> = view.policy().kinds.values().filter(|kind| is_of(kind)).collect();
    let found = asked::filter_of_any(view, kinds.clone(), &part.filter)?;
    let mut filters: BTreeMap<String, Filter> =
        found.into_iter().filter_map(|(kind, filter)| Some((kind.name().to_owned(), filter?))).collect();
    let closed = [Class::Closed.name()];
    let none = Expr::every().is("class", closed).is_not("class", closed);
    let scope = Scope::rule(view.policy().settings.time_zone);
    for kind in kinds {
        if !filters.contains_key(kind.name()) {
            filters.insert(kind.name().to_owned(), none.ask(kind.name(), view.policy(), &scope)?);
        }
    }
    Ok(Some(BookSource::new(view, table::facts(view)).only(filters)))
}

/// Says which records the report was limited to.
fn remark(made: &mut Report, part: &Part, left: &[Label]) {
    made.note(Level::Note, label!(LanguageText::OnlyFitting, filter = part.filter.join(" ")));
    if !left.is_empty() {
        made.note(Level::Note, label!(LanguageText::SetsLeftOut; sets = Label::list(left.iter().cloned())));
    }
}
