//! Reads and binds a report file: its head, then each part in its own module. Every problem has its file, line and
//! key.

mod figures;
mod sets;
mod tables;

pub(super) use tables::heading;

use std::collections::BTreeSet;

use super::figure_plan::Figure;
use super::plan::{Earlier, Head, Include, Plan, Set};
use crate::bounds::REPORT_PERIODS;
use crate::calendar::{Every, Moment};
use crate::filter::Scope;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText as Text, LoadText};
use crate::place::toml::{Section, nearest, read};
use crate::place::{Place, Placed, Problem, Problems, did_you_mean};
use crate::policy::Policy;
use crate::record::is_kebab;
use crate::report::signatures;

/// The folder of reports, from the top of the book.
pub const FOLDER: &str = "reports/";
/// The ending of their files.
pub const ENDING: &str = ".toml";
/// The period of a report about the present state of the book.
const NOW: &str = "now";

/// The result of reading a report file.
#[derive(Debug)]
pub(super) struct Read {
    /// The head of the report.
    pub head: Head,
    /// The report; `None` if it has mistakes, or if a kind does not exist.
    pub plan: Option<Plan>,
    /// The kind that the report is about but the company does not have.
    pub lacks: Option<Placed<String>>,
}

/// The context in which the parts of a report are read.
pub(super) struct Reading<'r> {
    pub(super) policy: &'r Policy,
    pub(super) scope: Scope<'r>,
    pub(super) problems: &'r Problems,
    /// Whether the report is about now.
    pub(super) of_now: bool,
}

/// The report's name from the path of its file.
pub(super) fn name_of(path: &str) -> &str {
    path.strip_prefix(FOLDER).and_then(|name| name.strip_suffix(ENDING)).unwrap_or(path)
}

/// Reads a report file and binds it to the rule book. Words for times in filters are relative to `now`.
///
/// Problems are noted. `None` if the file is not TOML.
pub(super) fn report(path: &str, text: &str, policy: &Policy, now: Moment, problems: &Problems) -> Option<Read> {
    let file = read(path, text, problems)?;
    let before = problems.len();
    let head = head(path, &file, problems);
    let scope = Scope::question(policy.settings.time_zone, policy.calendars.default(), now);
    let reading = Reading { policy, scope, problems, of_now: head.every.is_none() };
    if let Some(lacks) = reading.lacks(&file) {
        return Some(Read { head, plan: None, lacks: Some(lacks) });
    }
    let compare = reading.compare(&file);
    let sets = reading.sets(&file);
    let figures = reading.figures(&file, &sets);
    let (tables, lists) = (reading.tables(&file, &sets, &figures), reading.lists(&file, &sets));
    let includes = reading.includes(&file);
    let signatures = signatures::read(&file, policy, problems);
    file.finish(problems);
    let plan = Plan { head: head.clone(), compare, sets, figures, tables, lists, includes, signatures };
    reading.distinct(&plan);
    let plan = (problems.len() == before).then_some(plan);
    Some(Read { head, plan, lacks: None })
}

fn head(path: &str, file: &Section, problems: &Problems) -> Head {
    let name = name_of(path).to_owned();
    let place = Place::of_file(path);
    if !is_kebab(&name) {
        problems.say(&place, label!(LoadText::NoName, name = name; what = Text::WordReport));
    }
    let label = file.label("label", problems).unwrap_or_else(|| Label::new(name.as_str(), ""));
    let about = file.label("about", problems).unwrap_or_default();
    let also = file.texts("also", problems).into_iter().map(|word| word.value).collect();
    let every = file.required_text("period", problems).and_then(|period| every(&period, problems));
    let mut periods = 1;
    if let Some(count) = file.count("periods", problems) {
        match u32::try_from(count.value) {
            Ok(count) if (1..=REPORT_PERIODS).contains(&u64::from(count)) => periods = count,
            _ => problems.say(&count.place, label!(Text::TooManyPeriods, most = REPORT_PERIODS)),
        }
        if every.is_none() {
            problems.say(&count.place, Text::NowHasNoPeriods);
        }
    }
    Head { name, label, about, also, every, periods, place }
}

/// The length of a period by its name; `None` means now.
fn every(period: &Placed<String>, problems: &Problems) -> Option<Every> {
    let found = Every::ALL.into_iter().find(|every| every.name() == period.value);
    if found.is_none() && period.value != NOW {
        let names: Vec<&str> = Every::ALL.iter().map(|every| every.name()).chain([NOW]).collect();
        problems.push(choose(period, Text::NoSuchPeriod, &names));
        // so that the rest of the file gives no further problems about periods
        return Some(Every::Month);
    }
    found
}

/// The problem of a word that is none of `names`.
pub(in crate::report) fn choose(word: &Placed<String>, what: Text, names: &[&str]) -> Problem {
    let help = match nearest(&word.value, names.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => label!(Text::WriteOneOf, names = names.join(", ")),
    };
    Problem::new(word.place.clone(), label!(Text::IsNone, word = word.value; what = what)).help(help)
}

impl Reading<'_> {
    fn compare(&self, file: &Section) -> Vec<Earlier> {
        let mut found = Vec::new();
        for word in file.texts("compare", self.problems) {
            match Earlier::ALL.into_iter().find(|earlier| earlier.name() == word.value) {
                _ if self.of_now => self.problems.say(&word.place, Text::NowIsNotCompared),
                Some(earlier) => found.push(earlier),
                None => self.problems.push(choose(&word, Text::NoSuchEarlier, &Earlier::ALL.map(Earlier::name))),
            }
        }
        found
    }

    fn includes(&self, file: &Section) -> Vec<Include> {
        let tables = file.list("include", self.problems).into_iter();
        let include = |table: &Section| {
            let report = table.required_text("report", self.problems);
            let sections = table.texts("sections", self.problems);
            table.finish(self.problems);
            Some(Include { report: report?, sections })
        };
        tables.filter_map(include).collect()
    }

    /// Checks that no two sections and no two figures have the same name.
    fn distinct(&self, plan: &Plan) {
        let mut seen: BTreeSet<&str> = [super::FIGURES, super::COMPARISON, super::SETS].into();
        let tables = plan.tables.iter().map(|table| (table.name.as_str(), &table.place));
        let lists = plan.lists.iter().map(|list| (list.name.as_str(), &list.place));
        self.once(tables.chain(lists), &mut seen);
        self.once(plan.figures.iter().map(|figure| (figure.name.as_str(), &figure.place)), &mut BTreeSet::new());
    }

    fn once<'n>(&self, names: impl Iterator<Item = (&'n str, &'n Place)>, seen: &mut BTreeSet<&'n str>) {
        for (name, place) in names {
            if !seen.insert(name) {
                self.problems.say(place, label!(Text::ThereIs, name = name));
            }
        }
    }

    /// The name of a part under `name`; it must be in kebab case.
    pub(super) fn name(&self, table: &Section) -> Option<Placed<String>> {
        let name = table.required_text("name", self.problems)?;
        if !is_kebab(&name.value) {
            let message = label!(LoadText::NoName, name = name.value; what = Text::WordPart);
            self.problems.say(&name.place, message);
        }
        Some(name)
    }

    /// The index of a set.
    pub(super) fn set(&self, name: &Placed<String>, sets: &[Set]) -> Option<usize> {
        let found = sets.iter().position(|set| set.name == name.value);
        if found.is_none() {
            let near = nearest(&name.value, sets.iter().map(|set| set.name.as_str())).map(did_you_mean);
            let message = label!(Text::NoSet, name = name.value);
            self.problems.push(Problem::new(name.place.clone(), message).help_if(near));
        }
        found
    }

    /// The index of a figure.
    pub(super) fn figure(&self, name: &Placed<String>, figures: &[Figure]) -> Option<usize> {
        let found = figures.iter().position(|figure| figure.name == name.value);
        if found.is_none() {
            let near = nearest(&name.value, figures.iter().map(|figure| figure.name.as_str())).map(did_you_mean);
            let message = label!(Text::NoFigure, name = name.value);
            self.problems.push(Problem::new(name.place.clone(), message).help_if(near));
        }
        found
    }
}
