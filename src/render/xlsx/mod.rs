//! Workbooks for Excel and LibreOffice: a first sheet with what the report says in a few figures, then a sheet for each
//! table.
//!
//! Numbers, dates and durations are numbers with a format, everything else is text and never a formula. A list, or one
//! table of a report, is one sheet whose first row has the headings, so that programs and `redress import` read it. The
//! same report gives the same bytes: a workbook was made at the moment that its report is about.

mod chart;
mod cover;
mod names;
mod sheet;
mod value;

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format as Look, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::locale::text::{one_line, width};
use crate::model::{Body, Report, Role, Section, Tone};

use super::format::OfList;
use super::{Format, Options, RenderError, csv, text};
use names::Names;

pub(super) const FORMAT: Format = Format { name: "xlsx", extension: "xlsx", write, list: OfList::Page, binary: true };

/// The paper of a printed sheet: A4.
const A4: u8 = 9;
/// Sheets that are wider than so many characters lie on their side when they are printed.
const UPRIGHT: usize = 95;
/// The most UTF-16 units of a property, a header or a note.
const MOST_TOLD: usize = 200;

fn write(report: &Report, options: &Options) -> Result<Vec<u8>, RenderError> {
    let mut book = Book {
        workbook: Workbook::new(),
        lang: options.lang,
        looks: Looks::default(),
        data_name: String::new(),
        blocks: chart::Blocks::default(),
    };
    let mut names = Names::default();
    if let Some(section) = &options.section {
        let table = csv::find(report, section)?;
        let title = report.sections.iter().find(|part| part.name == *section).map(|part| &part.title);
        let name = names.give(title.map(|title| title.get(book.lang)).unwrap_or_default(), section);
        book.table(report, (&name, ""), table, true)?;
    } else {
        let cover = names.give(RenderText::Overview.get(book.lang), "1");
        let own: Vec<(&Section, String)> = report
            .sections
            .iter()
            .filter(|section| !cover::takes(section))
            .map(|section| (section, names.give(section.title.get(options.lang), &section.name)))
            .collect();
        book.data_name = names.give(RenderText::ChartData.get(options.lang), "data");
        book.cover(report, &cover, &own)?;
        for (section, name) in &own {
            let title = section.title.get(options.lang);
            match &section.body {
                Body::Table(table) => book.table(report, (name, title), table, false)?,
                Body::Fields(fields) => book.table(report, (name, title), &text::fields_table(fields), false)?,
                Body::Verbatim { text, .. } => book.verbatim(name, text)?,
                Body::Figures(_) | Body::Identities(_) | Body::Signatures(_) => {}
            }
        }
        book.chart_data()?;
    }
    book.workbook.set_properties(&properties(report, options.lang));
    Ok(book.workbook.save_to_buffer()?)
}

/// A workbook as it grows.
struct Book {
    workbook: Workbook,
    lang: Lang,
    looks: Looks,
    /// The name of the sheet with numbers that are drawn but stand in no table.
    data_name: String,
    blocks: chart::Blocks,
}

/// What a cell is for, by which it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Title,
    /// A heading of a column; numbers have theirs on the right.
    Head {
        right: bool,
    },
    /// A cell of a row.
    Row {
        role: Role,
        tone: Tone,
        flow: Flow,
    },
    Link,
    Verbatim,
}

/// How what a cell holds lies in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Flow {
    /// In one line, from the left.
    Left,
    /// In one line, to the right: numbers, and words that stand among them.
    Right,
    /// In several lines.
    Wrapped,
}

impl Kind {
    const PLAIN: Kind = Kind::plain(Flow::Left);
    const WRAPPED: Kind = Kind::plain(Flow::Wrapped);
    const BOLD: Kind = Kind::Row { role: Role::Group, tone: Tone::Plain, flow: Flow::Left };

    const fn plain(flow: Flow) -> Kind {
        Kind::Row { role: Role::Body, tone: Tone::Plain, flow }
    }
}

/// How cells are drawn, each way made once.
#[derive(Debug, Default)]
struct Looks {
    made: HashMap<(Kind, String), Look>,
}

impl Looks {
    /// How a cell is drawn, with the format of its number.
    fn of(&mut self, kind: Kind, number: &str) -> &Look {
        self.made.entry((kind, number.to_owned())).or_insert_with(|| look(kind, number))
    }
}

fn look(kind: Kind, number: &str) -> Look {
    let look = match number {
        "" => Look::new(),
        number => Look::new().set_num_format(number),
    };
    let look = look.set_align(FormatAlign::Top);
    match kind {
        Kind::Title => look.set_bold().set_font_size(14).set_align(FormatAlign::Left).set_indent(1),
        Kind::Head { right } => {
            let look = look.set_bold().set_text_wrap().set_background_color(Color::RGB(0xE8EEF5));
            let look = look.set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
            if right { look.set_align(FormatAlign::Right) } else { look.set_align(FormatAlign::Left).set_indent(1) }
        }
        Kind::Link => look.set_font_color(Color::RGB(0x0A58A8)).set_align(FormatAlign::Left).set_indent(1),
        Kind::Verbatim => look.set_font_name("Consolas"),
        Kind::Row { role, tone, flow } => {
            let look = match flow {
                Flow::Left => look.set_align(FormatAlign::Left).set_indent(1),
                Flow::Right => look.set_align(FormatAlign::Right),
                Flow::Wrapped => look.set_align(FormatAlign::Left).set_indent(1).set_text_wrap(),
            };
            let look = match role {
                Role::Body => look,
                Role::Group => look.set_bold().set_background_color(Color::RGB(0xF3F5F7)),
                Role::Subtotal => look.set_bold(),
                Role::Total => look.set_bold().set_border_top(FormatBorder::Thin),
                Role::Note => look.set_italic().set_font_color(Color::RGB(0x5A5F66)),
            };
            match tone {
                Tone::Plain => look,
                Tone::Good => look.set_font_color(Color::RGB(0x006100)),
                Tone::Warning => look.set_background_color(Color::RGB(0xFFEB9C)),
                Tone::Bad => look.set_background_color(Color::RGB(0xFFC7CE)).set_font_color(Color::RGB(0x9C0006)),
                Tone::Muted => look.set_font_color(Color::RGB(0x7A7F86)),
            }
        }
    }
}

/// How a sheet is printed: on A4, as wide as the page, with its heads on every page.
fn print(sheet: &mut Worksheet, report: &Report, lang: Lang, wide: usize) {
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0);
    if wide > UPRIGHT {
        sheet.set_landscape();
    }
    let told = headed(report, lang).replace('&', "&&");
    sheet.set_header(format!("&L{told}&R&A")).set_footer("&R&P / &N");
}

/// What the report is called, with its period and its book.
fn headed(report: &Report, lang: Lang) -> String {
    let period = report.period.as_ref().map(|period| period.name.as_str());
    let parts = [Some(report.title.get(lang)), period, report.facts.book.as_deref()];
    short(&parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "))
}

/// A text in one line, cut where it is long.
fn short(text: &str) -> String {
    one_line(text).chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).take(MOST_TOLD).collect()
}

fn properties(report: &Report, lang: Lang) -> DocProperties {
    let facts = &report.facts;
    let list = || report.sections.first().map(|section| section.title.get(lang)).unwrap_or_default();
    let title = Some(report.title.get(lang)).filter(|title| !title.is_empty()).unwrap_or_else(list);
    let period = report.period.as_ref().map(|period| text::period_label(period).get(lang).to_owned());
    let commit = facts.commit.as_ref().map(|commit| format!("{} {commit}", RenderText::Commit.get(lang)));
    let mut properties = DocProperties::new()
        .set_title(short(title))
        .set_subject(short(&period.unwrap_or_default()))
        .set_company(short(facts.book.as_deref().unwrap_or_default()))
        .set_author("redress")
        .set_comment(short(&commit.unwrap_or_default()));
    if let Some(made) = made(facts.moment) {
        properties = properties.set_creation_datetime(&made);
    }
    properties
}

/// When a workbook was made: at the moment that its report is about, so that the same report gives the same bytes.
fn made(moment: Option<DateTime<FixedOffset>>) -> Option<ExcelDateTime> {
    let seconds = moment.map_or(0, |moment| moment.timestamp());
    ExcelDateTime::from_timestamp(seconds).or_else(|_| ExcelDateTime::from_timestamp(0)).ok()
}

/// The first and the last of rows, if they stand together.
fn together(rows: &[u32]) -> Option<(u32, u32)> {
    let (first, last) = (*rows.first()?, *rows.last()?);
    (u32::try_from(rows.len()).ok()? == last - first + 1).then_some((first, last))
}

/// The height of a line, in points.
const LINE: u32 = 15;
/// The most lines that a row shows at first.
const MOST_LINES: usize = 12;

/// The height of a row whose texts stand in columns of these widths, if one of them takes several lines. Excel finds it
/// itself, other programs do not.
fn height<'t>(texts: impl IntoIterator<Item = (&'t str, usize)>) -> Option<u32> {
    let lines =
        |text: &str, wide: usize| text.lines().map(|line| width(line).div_ceil(wide.max(1)).max(1)).sum::<usize>();
    let most = texts.into_iter().map(|(text, wide)| lines(text, wide)).max().unwrap_or_default().min(MOST_LINES);
    u32::try_from(most).ok().filter(|most| *most > 1).map(|most| most * LINE)
}

/// The characters that a text takes: its longest line.
fn longest(text: &str) -> usize {
    if text.is_ascii() && !text.contains('\n') { text.len() } else { text.lines().map(width).max().unwrap_or_default() }
}

#[cfg(test)]
mod tests;
