//! A company's own names for the figures, headings and columns of a computed report: `[words]` of
//! `reports/NAME.toml`. They replace the program's words.

use std::collections::BTreeMap;

use super::model::{Body, Cell, Report};
use crate::kind::label_of;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::place::toml::{Section, nearest};
use crate::place::{Place, Placed, Problem, Problems};

/// The words of one report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnWords {
    /// Its title.
    title: Option<Label>,
    /// The labels of its figures and named values.
    figures: Vec<Word>,
    /// The headings of its parts.
    headings: Vec<Word>,
    /// The headings of the columns of its tables.
    columns: Vec<Word>,
}

/// The company's label for one thing in a report.
#[derive(Debug, Clone, PartialEq)]
struct Word {
    /// Its name in `--format json`.
    name: String,
    label: Label,
    place: Place,
}

/// `[words] title = …, figures = { received = … }`.
pub(super) fn read(file: &Section, problems: &Problems) -> OwnWords {
    let Some(table) = file.section("words", problems) else { return OwnWords::default() };
    let words = |key: &str| -> Vec<Word> {
        let Some(inner) = table.section(key, problems) else { return Vec::new() };
        let names: Vec<Placed<String>> = inner.entries().map(|(name, _)| name.clone()).collect();
        let word = |name: Placed<String>| {
            let label = label_of(inner, &name.value, "", problems);
            Word { label, name: name.value, place: name.place }
        };
        names.into_iter().map(word).collect()
    };
    let title = table.item("title").is_some().then(|| label_of(table, "title", "", problems));
    let found = OwnWords { title, figures: words("figures"), headings: words("headings"), columns: words("columns") };
    table.finish(problems);
    found
}

/// Replaces the words of a report by the company's.
pub(super) fn put(words: &OwnWords, report: &mut Report) {
    if let Some(title) = &words.title {
        report.title = title.clone();
    }
    let figures = by_name(&words.figures);
    let (headings, columns) = (by_name(&words.headings), by_name(&words.columns));
    // a figure may also be in a table, under its label
    let mut called: Vec<(Label, Label)> = Vec::new();
    let mut rename = |name: &str, label: &mut Label| {
        if let Some(own) = figures.get(name) {
            called.push((std::mem::replace(label, (*own).clone()), (*own).clone()));
        }
    };
    for section in &mut report.sections {
        if let Some(own) = headings.get(section.name.as_str()) {
            section.title = (*own).clone();
        }
        match &mut section.body {
            Body::Figures(figures) => figures.iter_mut().for_each(|figure| rename(&figure.name, &mut figure.label)),
            Body::Fields(fields) => fields.iter_mut().for_each(|field| rename(&field.name, &mut field.label)),
            Body::Table(table) => {
                for column in &mut table.columns {
                    if let Some(own) = columns.get(column.name.as_str()) {
                        column.label = (*own).clone();
                    }
                }
            }
            Body::Identities(_) | Body::Verbatim { .. } | Body::Signatures(_) => {}
        }
    }
    let own = |label: &mut Label| {
        if let Some((_, own)) = called.iter().find(|(program, _)| program == label) {
            label.clone_from(own);
        }
    };
    for section in &mut report.sections {
        if let Body::Figures(figures) = &mut section.body {
            for figure in figures {
                let parts = figure.numerator.iter_mut().chain(&mut figure.denominator).chain(&mut figure.beside);
                parts.for_each(|part| own(&mut part.label));
            }
            continue;
        }
        let Body::Table(table) = &mut section.body else { continue };
        for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
            if let Cell::Label(label) = cell {
                own(label);
            }
        }
    }
}

fn by_name(words: &[Word]) -> BTreeMap<&str, &Label> {
    words.iter().map(|word| (word.name.as_str(), &word.label)).collect()
}

/// Words of a computed report for what it shows in none of these trials.
pub(super) fn unknown(words: &OwnWords, report: &str, made: &[Report]) -> Vec<Problem> {
    let mut found = Vec::new();
    for (words, names) in [
        (&words.figures, made.iter().flat_map(figures).collect::<Vec<_>>()),
        (&words.headings, made.iter().flat_map(headings).collect()),
        (&words.columns, made.iter().flat_map(columns).collect()),
    ] {
        for word in words.iter().filter(|word| !names.contains(&word.name)) {
            let near = nearest(&word.name, names.iter().map(String::as_str));
            let message = label!(Text::NoSuchWord, report = report, name = word.name);
            let problem = Problem::new(word.place.clone(), message);
            found.push(problem.help_if(near.map(|near| label!(Text::NearWord, near = near))));
        }
    }
    found
}

fn figures(report: &Report) -> Vec<String> {
    let of = |body: &Body| match body {
        Body::Figures(figures) => figures.iter().map(|figure| figure.name.clone()).collect(),
        Body::Fields(fields) => fields.iter().map(|field| field.name.clone()).collect(),
        _ => Vec::new(),
    };
    report.sections.iter().flat_map(|section| of(&section.body)).collect()
}

fn headings(report: &Report) -> Vec<String> {
    report.sections.iter().map(|section| section.name.clone()).collect()
}

fn columns(report: &Report) -> Vec<String> {
    let tables = report.sections.iter().filter_map(|section| match &section.body {
        Body::Table(table) => Some(table),
        _ => None,
    });
    tables.flat_map(|table| &table.columns).map(|column| column.name.clone()).collect()
}
