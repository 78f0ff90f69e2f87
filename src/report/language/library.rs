//! All reports of a book: those that can be made, those about kinds that the company does not have, and those with
//! mistakes.

use std::collections::BTreeMap;

use super::make::Maker;
use super::plan::{Head, Plan};
use super::read::{self, ENDING, FOLDER};
use crate::calendar::{Moment, Period};
use crate::label;
use crate::locale::messages::{LanguageText as Text, LoadText};
use crate::model::Report;
use crate::place::toml::nearest;
use crate::place::{Place, Placed, Problem, Problems, did_you_mean};
use crate::policy::{Policy, Sources};
use crate::record::Id;
use crate::report::layout::laid_out;
use crate::report::{Answer, Definition, Layout, REPORTS, Source, named};

/// The reports of a book, sorted by name.
#[derive(Debug, Default)]
pub struct Library {
    /// Each report file.
    pub reports: Vec<Listed>,
}

/// A report file.
#[derive(Debug)]
pub struct Listed {
    /// The report's name: that of its file.
    pub name: String,
    /// The head of the report; `None` if the file is not TOML.
    pub head: Option<Head>,
    /// Whether it can be made.
    pub standing: Standing,
}

/// Whether a report can be made.
#[derive(Debug)]
pub enum Standing {
    /// It can.
    Ready(Box<Plan>),
    /// It only has the layout of the computed report with its name.
    Lays(Box<Layout>),
    /// It is about a kind that the company does not have.
    Lacks(Placed<String>),
    /// It has mistakes.
    Broken(Vec<Problem>),
}

impl Library {
    /// The reports among these files. Words for times in their filters are relative to `now`.
    pub fn of(sources: &Sources, policy: &Policy, now: Moment) -> Library {
        let mut reports: Vec<Listed> = Vec::new();
        for (path, bytes) in sources.under(FOLDER).filter(|(path, _)| path.ends_with(ENDING)) {
            let listed = match laid_out(path) {
                Some(report) => layout(report, path, sources, policy),
                None => listed(path, bytes, policy, now),
            };
            reports.push(listed);
        }
        let mut library = Library { reports };
        library.hold_together();
        library
    }

    /// Only the layouts of computed reports, for commands that name one of those. They depend on no other file, and
    /// all reports of a book take much longer to read.
    pub fn of_layouts(sources: &Sources, policy: &Policy) -> Library {
        let files = sources.under(FOLDER).filter(|(path, _)| path.ends_with(ENDING));
        let laid = files.filter_map(|(path, _)| Some(layout(laid_out(path)?, path, sources, policy)));
        Library { reports: laid.collect() }
    }

    /// The report with this name, label in any language, or other word.
    pub fn find(&self, word: &str) -> Option<&Listed> {
        let called = |listed: &&Listed| {
            let head = listed.head.as_ref();
            head.is_some_and(|head| head.label.matches(word) || head.also.iter().any(|also| also == word))
        };
        self.reports.iter().find(|listed| listed.name == word).or_else(|| self.reports.iter().find(called))
    }

    /// The reports that can be made.
    pub fn ready(&self) -> impl Iterator<Item = &Plan> {
        self.reports.iter().filter_map(|listed| match &listed.standing {
            Standing::Ready(plan) => Some(&**plan),
            _ => None,
        })
    }

    /// The layouts of computed reports, by name.
    pub(super) fn layouts(&self) -> BTreeMap<&'static str, Layout> {
        let layouts = self.reports.iter().filter_map(|listed| match &listed.standing {
            Standing::Lays(layout) => Some((named(&listed.name)?.name, (**layout).clone())),
            _ => None,
        });
        layouts.collect()
    }

    /// Makes a report, with the reports that it includes. With `person`, only steps of that person count.
    ///
    /// # Errors
    /// If something that it is made from cannot be read.
    pub fn make(&self, plan: &Plan, source: &dyn Source, period: &Period, person: Option<&Id>) -> Answer<Report> {
        let others = |name: &str, period: &Period| match named(name) {
            Some(computed) => Ok(Some((computed.title.label(), computed.make(source, period)?))),
            None => {
                let found = self.ready().find(|plan| plan.head.name == name);
                found.map(|plan| Ok((plan.head.label.clone(), self.make(plan, source, period, person)?))).transpose()
            }
        };
        Maker::new(plan, source, period).of(person).report(&others)
    }

    /// All mistakes, in the order of the files.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.reports.iter().flat_map(|listed| match &listed.standing {
            Standing::Broken(problems) => problems.as_slice(),
            _ => &[],
        })
    }

    /// Checks the reports against each other: no two have the same name, and an included report exists and forms no
    /// circle.
    fn hold_together(&mut self) {
        let mut wrong: Vec<(usize, Problem)> = Vec::new();
        for (at, listed) in self.reports.iter().enumerate() {
            let Some(head) = &listed.head else { continue };
            wrong.extend(self.called_alike(at, head).map(|problem| (at, problem)));
            let Standing::Ready(plan) = &listed.standing else { continue };
            for include in &plan.includes {
                let problem = self.included(&listed.name, include);
                wrong.extend(problem.into_iter().map(|problem| (at, problem)));
            }
        }
        for (at, problem) in wrong {
            let standing = &mut self.reports[at].standing;
            match standing {
                Standing::Broken(problems) => problems.push(problem),
                _ => *standing = Standing::Broken(vec![problem]),
            }
        }
    }

    fn called_alike(&self, at: usize, head: &Head) -> Option<Problem> {
        let words = || {
            [head.name.as_str(), &head.label.en, &head.label.zh].into_iter().chain(head.also.iter().map(String::as_str))
        };
        let computed = words().filter(|word| !word.is_empty()).find(|word| named(word).is_some());
        if let Some(word) = computed {
            return Some(Problem::new(head.place.clone(), label!(Text::IsComputed, name = word)));
        }
        let before = self.reports[..at].iter().filter_map(|listed| listed.head.as_ref());
        let same =
            |other: &Head| words().find(|word| !word.is_empty() && (other.name == *word || other.label.matches(word)));
        before.into_iter().find_map(|other| {
            let word = same(other)?;
            Some(Problem::new(head.place.clone(), label!(Text::CalledAlike, name = word, other = other.name)))
        })
    }

    fn included(&self, name: &str, include: &super::plan::Include) -> Option<Problem> {
        let report = &include.report;
        if REPORTS.iter().any(|computed| computed.name == report.value) {
            return None;
        }
        let Some(found) = self.reports.iter().find(|listed| listed.name == report.value) else {
            let names = self.reports.iter().map(|listed| listed.name.as_str());
            let near = nearest(&report.value, names.chain(REPORTS.iter().map(|report| report.name)));
            let message = label!(Text::NoReport, name = report.value);
            return Some(Problem::new(report.place.clone(), message).help_if(near.map(did_you_mean)));
        };
        if let Some(way) = self.circle(name, vec![report.value.as_str()]) {
            let message = label!(Text::IncludesItself, name = name, way = way);
            return Some(Problem::new(report.place.clone(), message));
        }
        let Standing::Ready(plan) = &found.standing else { return None };
        let sections = plan.sections();
        let missing = include.sections.iter().find(|section| !sections.contains(&section.value.as_str()))?;
        let help = match nearest(&missing.value, sections.iter().copied()) {
            Some(near) => did_you_mean(near),
            None => label!(Text::WriteOneOf, names = sections.join(", ")),
        };
        let message = label!(Text::NoSection, name = missing.value, report = report.value);
        Some(Problem::new(missing.place.clone(), message).help(help))
    }

    /// The way in which a report includes itself, if it does.
    fn circle<'l>(&'l self, start: &str, way: Vec<&'l str>) -> Option<String> {
        let last = way.last()?;
        if *last == start {
            return Some(std::iter::once(start).chain(way.iter().copied()).collect::<Vec<_>>().join(" → "));
        }
        let found = self.reports.iter().find(|listed| listed.name == *last)?;
        let Standing::Ready(plan) = &found.standing else { return None };
        plan.includes
            .iter()
            .filter(|next| !way.contains(&next.report.value.as_str()))
            .find_map(|next| self.circle(start, way.iter().copied().chain([next.report.value.as_str()]).collect()))
    }
}

/// Reads the layout file of a computed report.
fn layout(report: &'static Definition, path: &str, sources: &Sources, policy: &Policy) -> Listed {
    let problems = Problems::new();
    let layout = match Problem::of_merge(path, sources.bytes(path).unwrap_or_default()) {
        Some(merge) => {
            problems.push(merge);
            Layout::default()
        }
        None => Layout::of(report, sources, policy, &problems),
    };
    let standing = match problems.is_empty() {
        true => Standing::Lays(Box::new(layout)),
        false => Standing::Broken(problems.into_sorted()),
    };
    Listed { name: report.name.to_owned(), head: None, standing }
}

fn listed(path: &str, bytes: &[u8], policy: &Policy, now: Moment) -> Listed {
    let name = read::name_of(path).to_owned();
    let problems = Problems::new();
    if let Some(merge) = Problem::of_merge(path, bytes) {
        return Listed { name, head: None, standing: Standing::Broken(vec![merge]) };
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let message = label!(LoadText::NotUtf8, byte = error.valid_up_to());
            let problem = Problem::new(Place::of_file(path), message).help(LoadText::SaveUtf8);
            return Listed { name, head: None, standing: Standing::Broken(vec![problem]) };
        }
    };
    let read = read::report(path, text, policy, now, &problems);
    let (head, plan, lacks) = read.map_or((None, None, None), |read| (Some(read.head), read.plan, read.lacks));
    let standing = match (plan, lacks) {
        (Some(plan), _) if problems.is_empty() => Standing::Ready(Box::new(plan)),
        (_, Some(lacks)) if problems.is_empty() => Standing::Lacks(lacks),
        _ => Standing::Broken(problems.into_sorted()),
    };
    Listed { name, head, standing }
}
