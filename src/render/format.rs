//! The registry of formats, and the options of rendering.

use crate::label;
use crate::locale::messages::RenderText;
use crate::locale::{Label, Lang};
use crate::model::{Misfit, Report};
use crate::place::did_you_mean;
use crate::place::toml::nearest;

use super::{csv, html, ics, json, markdown, ndjson, text, xlsx};
use serde_json::Value;

/// The options of a rendering. Only they and the report decide the result.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// The language of labels; JSON has all languages.
    pub lang: Lang,
    /// The columns of the terminal. `None` if lines may have any length.
    pub width: Option<usize>,
    /// Whether colour may be used.
    pub colour: bool,
    /// The most lines of a cell in a text table, before it is cut with `…`. `None` means all lines.
    pub lines: Option<usize>,
    /// Whether the reader can choose the columns with `--fields`; a hint says so if columns are left out.
    pub chooses: bool,
    /// CSV for Excel: with a byte order mark, and with codes protected from becoming numbers.
    pub excel: bool,
    /// CSV with only this section's data, without sums and headings. `None` means the whole report.
    pub section: Option<String>,
}

/// A format of reports.
#[derive(Debug)]
pub struct Format {
    /// Its name for `--format`.
    pub name: &'static str,
    /// The extension of its files, without the dot.
    pub extension: &'static str,
    pub(super) write: fn(&Report, &Options) -> Result<Vec<u8>, RenderError>,
    pub(super) list: OfList,
    /// Whether its files are bytes that no terminal can show.
    pub binary: bool,
}

/// How a format writes a list.
#[derive(Debug)]
pub(super) enum OfList {
    /// The table that people read.
    Table,
    /// The table with a head that says from which book and commit it was made, and when.
    Page,
    /// The data of each record for scripts.
    Data(fn(&List<'_>) -> Result<Vec<u8>, RenderError>),
    /// Only a list of what falls due, as an [`Agenda`](super::Agenda). Other lists are refused.
    Agenda,
}

/// A list: a table for people, and data for scripts. Each format uses one of them.
#[derive(Debug)]
pub struct List<'l> {
    /// The command that lists.
    pub command: &'l str,
    /// The table as the only section of a report.
    pub report: &'l Report,
    /// The data of each record for scripts.
    pub data: &'l [Value],
    /// How many records there are in all, if `data` may hold only some of them.
    pub total: Option<u64>,
}

/// Every format, in the order of help.
pub static FORMATS: &[&Format] = &[
    &text::FORMAT,
    &markdown::FORMAT,
    &html::FORMAT,
    &xlsx::FORMAT,
    &csv::FORMAT,
    &json::FORMAT,
    &ndjson::FORMAT,
    &ics::FORMAT,
];

/// Why a report was not rendered.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.label().en)]
pub enum RenderError {
    /// There is no format with this name.
    UnknownFormat {
        /// What was asked for.
        name: String,
        /// The format with the most similar name.
        nearest: Option<&'static str>,
    },
    /// There is no section with this name and rows.
    UnknownSection {
        /// The report.
        report: String,
        /// What was asked for.
        section: String,
        /// The tables that exist.
        tables: Vec<String>,
    },
    /// Only a list of what falls due can be written as a calendar.
    NoAgenda,
    /// The parts of the report do not fit together.
    Misfit(#[from] Misfit),
    /// The CSV writer refused.
    Csv(#[from] ::csv::Error),
    /// The JSON writer refused.
    Json(#[from] serde_json::Error),
    /// The writer of workbooks refused.
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

impl RenderError {
    /// What is wrong, one sentence without a full stop.
    pub fn label(&self) -> Label {
        match self {
            RenderError::UnknownFormat { name, .. } => label!(RenderText::NoFormat, name = name),
            RenderError::UnknownSection { report, section, tables } => {
                label!(RenderText::NoTable, report = report, table = section, known = tables.join(", "))
            }
            RenderError::NoAgenda => RenderText::NoAgenda.into(),
            RenderError::Misfit(misfit) => label!(RenderText::Defect, what = misfit),
            RenderError::Csv(error) => label!(RenderText::NotWritten, format = "CSV", reason = error),
            RenderError::Json(error) => label!(RenderText::NotWritten, format = "JSON", reason = error),
            RenderError::Xlsx(error) => label!(RenderText::NotWritten, format = "XLSX", reason = error),
        }
    }

    /// The name that was probably meant, or the names that exist.
    pub fn hint(&self) -> Option<Label> {
        match self {
            RenderError::UnknownFormat { nearest: Some(near), .. } => Some(did_you_mean(near)),
            RenderError::UnknownFormat { nearest: None, .. } => Some(label!(RenderText::FormatsAre, names = names())),
            _ => None,
        }
    }
}

/// The names of all formats, for hints.
pub fn names() -> String {
    joined(|_| true)
}

/// A text with the names of formats in place of `{formats}`, and with those of formats for calendars in place of
/// `{calendars}`.
pub fn with_names(text: &str) -> String {
    let named = text.replace("{formats}", &joined(|format| !format.is_for_calendars()));
    named.replace("{calendars}", &joined(Format::is_for_calendars))
}

fn joined(wanted: impl Fn(&Format) -> bool) -> String {
    FORMATS.iter().filter(|format| wanted(format)).map(|format| format.name).collect::<Vec<_>>().join(", ")
}

impl Format {
    /// The report in this format, ending with a line break.
    ///
    /// # Errors
    /// If the parts of the report do not fit together, or it does not have the section.
    pub fn render(&self, report: &Report, options: &Options) -> Result<Vec<u8>, RenderError> {
        report.check()?;
        (self.write)(report, options)
    }

    /// Whether lists are written from the data for scripts, so that no table is needed.
    pub fn takes_data(&self) -> bool {
        matches!(self.list, OfList::Data(_))
    }

    /// Whether a list has a head that says what it was made from, as a report has.
    pub fn heads_lists(&self) -> bool {
        matches!(self.list, OfList::Page)
    }

    /// Whether it is a format for calendars. Only lists of what falls due can be written in it.
    pub fn is_for_calendars(&self) -> bool {
        matches!(self.list, OfList::Agenda)
    }

    /// A list in this format: one table, or one value for each record.
    ///
    /// # Errors
    /// If the parts of the table do not fit together, or the format is one for calendars.
    pub fn render_list(&self, list: &List<'_>, options: &Options) -> Result<Vec<u8>, RenderError> {
        let section = list.report.sections.first().map(|section| section.name.clone());
        match self.list {
            OfList::Table | OfList::Page => self.render(list.report, &Options { section, ..options.clone() }),
            OfList::Data(write) => write(list),
            OfList::Agenda => Err(RenderError::NoAgenda),
        }
    }
}

/// The format that `--format` names.
///
/// # Errors
/// If no format has the name.
pub fn format(name: &str) -> Result<&'static Format, RenderError> {
    FORMATS.iter().find(|format| format.name == name).copied().ok_or_else(|| RenderError::UnknownFormat {
        name: name.to_owned(),
        nearest: nearest(name, FORMATS.iter().map(|format| format.name)),
    })
}

/// The format whose extension a file name ends with, in any case.
pub fn format_of_file(name: &str) -> Option<&'static Format> {
    let (_, extension) = name.rsplit_once('.')?;
    FORMATS.iter().find(|format| format.extension.eq_ignore_ascii_case(extension)).copied()
}

#[cfg(test)]
mod tests {
    use super::{FORMATS, Options, format, format_of_file};
    use crate::locale::Lang;
    use crate::render::sample;

    #[test]
    fn formats_are_found_by_name_and_extension() {
        for known in FORMATS {
            assert!(std::ptr::eq(format(known.name).expect("its own name"), *known));
            let file = format!("报表.{}", known.extension.to_uppercase());
            assert!(std::ptr::eq(format_of_file(&file).expect("its own extension"), *known));
        }
        assert_eq!(format("jso").expect_err("no such format").to_string(), "there is no format `jso`");
        assert!(format_of_file("README").is_none());
    }

    #[test]
    fn the_same_report_is_the_same_bytes() {
        for known in FORMATS.iter().filter(|known| !known.is_for_calendars()) {
            let options = Options { lang: Lang::Zh, width: Some(80), ..Options::default() };
            let once = known.render(&sample::monthly(), &options).expect("a report that fits");
            assert_eq!(once, known.render(&sample::monthly(), &options).expect("a report that fits"), "{}", known.name);
            let ends = once.ends_with(b"\n") && !once.ends_with(b"\n\n");
            assert!(ends || known.binary, "{}", known.name);
        }
    }
}
