//! A whole report: what it is about, its parts, its footer.

use chrono::{DateTime, FixedOffset};

use super::{Body, Field, Figure, Identity, ReportPeriod, Section, Table};
use crate::locale::Label;

/// A report, list or view, ready for every format. The same report always renders to the same bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Kebab-case name, also of its file and its command.
    pub name: String,
    /// Its title; empty for a bare list.
    pub title: Label,
    /// The time that it is about, if there is one.
    pub period: Option<ReportPeriod>,
    /// What it was made from.
    pub facts: Facts,
    /// Its parts, in reading order.
    pub sections: Vec<Section>,
    /// Its footer.
    pub notes: Vec<Note>,
}

/// What a report was made from: a reader needs these facts to make the same report again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// The book's name.
    pub book: Option<String>,
    /// The commit that was read, as its full hash.
    pub commit: Option<String>,
    /// The moment that it is about: now, or the moment of `--at`.
    pub moment: Option<DateTime<FixedOffset>>,
    /// What a list was asked for: its filter, as it was typed.
    pub asked: Option<String>,
    /// The currency of all amounts, such as `CNY`.
    pub currency: Option<String>,
}

/// How grave a note is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Good to know.
    Note,
    /// The figures may be incomplete: an unreadable record.
    Warning,
    /// Something is wrong: exit 1.
    Error,
}

/// A line of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// How grave it is.
    pub level: Level,
    /// What it says.
    pub text: Label,
}

impl Report {
    /// A report without parts.
    pub fn new(name: impl Into<String>, title: impl Into<Label>, facts: Facts) -> Self {
        Report { name: name.into(), title: title.into(), period: None, facts, sections: Vec::new(), notes: Vec::new() }
    }

    /// Says which time it is about.
    #[must_use]
    pub fn over(mut self, period: ReportPeriod) -> Self {
        self.period = Some(period);
        self
    }

    /// Its tables, each with the name of its section.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &Table)> {
        self.sections.iter().filter_map(|section| match &section.body {
            Body::Table(table) => Some((section.name.as_str(), table)),
            _ => None,
        })
    }

    /// Its tables, to be changed.
    pub fn tables_mut(&mut self) -> impl Iterator<Item = (&str, &mut Table)> {
        self.sections.iter_mut().filter_map(|section| match &mut section.body {
            Body::Table(table) => Some((section.name.as_str(), table)),
            _ => None,
        })
    }

    /// Adds a table.
    pub fn table(&mut self, name: impl Into<String>, title: impl Into<Label>, table: Table) -> &mut Self {
        self.section(name, title, Body::Table(table))
    }

    /// Adds named values.
    pub fn fields(
        &mut self,
        name: impl Into<String>,
        title: impl Into<Label>,
        fields: impl IntoIterator<Item = Field>,
    ) -> &mut Self {
        self.section(name, title, Body::Fields(fields.into_iter().collect()))
    }

    /// Adds figures.
    pub fn figures(
        &mut self,
        name: impl Into<String>,
        title: impl Into<Label>,
        figures: impl IntoIterator<Item = Figure>,
    ) -> &mut Self {
        self.section(name, title, Body::Figures(figures.into_iter().collect()))
    }

    /// Adds identities.
    pub fn identities(
        &mut self,
        name: impl Into<String>,
        title: impl Into<Label>,
        identities: impl IntoIterator<Item = Identity>,
    ) -> &mut Self {
        self.section(name, title, Body::Identities(identities.into_iter().collect()))
    }

    /// Adds lines that people sign by hand.
    pub fn signatures(
        &mut self,
        name: impl Into<String>,
        title: impl Into<Label>,
        who: impl IntoIterator<Item = Label>,
    ) -> &mut Self {
        self.section(name, title, Body::Signatures(who.into_iter().collect()))
    }

    /// Adds text to be shown as it is.
    pub fn verbatim(
        &mut self,
        name: impl Into<String>,
        title: impl Into<Label>,
        language: &str,
        text: impl Into<String>,
    ) -> &mut Self {
        self.section(name, title, Body::Verbatim { language: language.to_owned(), text: text.into() })
    }

    fn section(&mut self, name: impl Into<String>, title: impl Into<Label>, body: Body) -> &mut Self {
        self.sections.push(Section { name: name.into(), title: title.into(), body });
        self
    }

    /// Adds a line to the footer.
    pub fn note(&mut self, level: Level, text: impl Into<Label>) -> &mut Self {
        self.notes.push(Note { level, text: text.into() });
        self
    }

    /// The identities that do not balance. Each is an error that is printed with the report.
    pub fn broken(&self) -> impl Iterator<Item = &Identity> {
        let identities = self.sections.iter().filter_map(|section| match &section.body {
            Body::Identities(identities) => Some(identities),
            _ => None,
        });
        identities.flatten().filter(|identity| !identity.holds())
    }

    /// The gravest level of what the report says; an error means exit 1. `None` if there is nothing to remark.
    pub fn level(&self) -> Option<Level> {
        let broken = self.broken().next().map(|_| Level::Error);
        self.notes.iter().map(|note| note.level).max().max(broken)
    }
}

impl Level {
    /// The name that JSON uses.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Error => "error",
        }
    }
}
