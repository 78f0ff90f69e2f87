//! Plain text for terminals: exact column widths for Chinese, lines wrapped to the given width, and colour only if
//! allowed.
//!
//! The sentences about facts, figures, identities and notes are here, for all formats that people read.

mod layout;
mod table;

use anstyle::{AnsiColor, Style};

use crate::locale::messages::RenderText;
use crate::locale::text::{visible, visible_lines, width, wrap};
use crate::locale::{Label, Lang};
use crate::model::{Body, Cell, Column, Field, Figure, Identity, Level, Note, Part, Report, ReportPeriod, Table, Tone};
use crate::say;

use super::format::OfList;
use super::words::words;
use super::{Format, Options, RenderError};

pub(super) const FORMAT: Format = Format { name: "text", extension: "txt", write, list: OfList::Table, binary: false };

fn write(report: &Report, options: &Options) -> Result<Vec<u8>, RenderError> {
    let lang = options.lang;
    let mut page = Page { options, blocks: Vec::new() };
    let mut head = page.prose(report.title.get(lang), Style::new().bold());
    let facts = facts(report, lang);
    if !facts.is_empty() {
        for line in packed(&facts, options.width) {
            head.extend(page.prose(&line, Style::new().dimmed()));
        }
    }
    if !head.is_empty() {
        page.blocks.push(head);
    }
    for section in &report.sections {
        let mut block = page.prose(section.title.get(lang), Style::new().bold());
        block.extend(match &section.body {
            Body::Table(table) => table::lines(table, options),
            Body::Fields(fields) => table::lines(&fields_table(fields), options),
            Body::Figures(figures) => table::lines(&figures_table(figures, lang), options),
            Body::Signatures(who) => table::lines(&signatures_table(who), options),
            Body::Identities(identities) => identities
                .iter()
                .flat_map(|identity| {
                    page.prose(
                        &identity_line(identity, lang),
                        tone(if identity.holds() { Tone::Plain } else { Tone::Bad }),
                    )
                })
                .collect(),
            Body::Verbatim { text, .. } => visible_lines(text)
                .trim_end_matches('\n')
                .split('\n')
                .flat_map(|line| drawn(line, options.width))
                .collect(),
        });
        page.blocks.push(block);
    }
    let notes = report.notes.iter().flat_map(|note| page.prose(&note_line(note, lang), level(note.level))).collect();
    page.blocks.push(notes);
    page.blocks.retain(|block| !block.is_empty());
    let blocks: Vec<String> = page.blocks.iter().map(|block| block.join("\n")).collect();
    Ok((blocks.join("\n\n") + "\n").into_bytes())
}

/// The separator between facts.
const FACTS: &str = " · ";

struct Page<'o> {
    options: &'o Options,
    blocks: Vec<Vec<String>>,
}

impl Page<'_> {
    /// Text wrapped to the page; no line for an empty text.
    fn prose(&self, text: &str, style: Style) -> Vec<String> {
        if text.is_empty() {
            return Vec::new();
        }
        let text = visible(text);
        let lines = self.options.width.map_or_else(|| vec![text.to_string()], |page| wrap(&text, page));
        lines.into_iter().map(|line| styled(&line, style, self.options.colour)).collect()
    }
}

/// A line of a drawing. If it is wider than the page, it continues on the next line under the beginning of its words,
/// and the lines of the drawing continue beside it.
fn drawn(line: &str, page: Option<usize>) -> Vec<String> {
    let words = line.find(|c: char| !"│├└─ ".contains(c)).unwrap_or(line.len());
    let (branch, words) = line.split_at(words);
    let Some(room) = page.filter(|page| width(line) > *page).and_then(|page| page.checked_sub(width(branch))) else {
        return vec![line.to_owned()];
    };
    let beside: String = branch.chars().map(|c| if "│├".contains(c) { '│' } else { ' ' }).collect();
    let lines = wrap(words, room).into_iter().enumerate();
    lines.map(|(at, words)| format!("{}{words}", if at == 0 { branch } else { &beside })).collect()
}

/// Facts side by side, as many as fit on a line.
fn packed(facts: &[String], page: Option<usize>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for fact in facts {
        match lines.last_mut() {
            Some(line) if page.is_none_or(|page| width(line) + FACTS.len() + width(fact) <= page) => {
                line.push_str(FACTS);
                line.push_str(fact);
            }
            _ => lines.push(fact.clone()),
        }
    }
    lines
}

/// A line in a style, if colour is allowed.
fn styled(line: &str, style: Style, colour: bool) -> String {
    if colour && style != Style::new() { format!("{style}{line}{style:#}") } else { line.to_owned() }
}

fn tone(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Good => AnsiColor::Green.on_default(),
        Tone::Warning => AnsiColor::Yellow.on_default(),
        Tone::Bad => AnsiColor::Red.on_default(),
        Tone::Muted => Style::new().dimmed(),
    }
}

fn level(level: Level) -> Style {
    tone(match level {
        Level::Note => Tone::Muted,
        Level::Warning => Tone::Warning,
        Level::Error => Tone::Bad,
    })
}

/// What a report was made from, as names and values.
pub(super) fn fact_pairs(report: &Report) -> Vec<(RenderText, Cell)> {
    let facts = &report.facts;
    let mut pairs = Vec::new();
    let mut add = |name, value: Option<Cell>| pairs.extend(value.map(|value| (name, value)));
    add(RenderText::Book, facts.book.as_ref().map(Cell::text));
    add(RenderText::Period, report.period.as_ref().map(|period| Cell::Label(period_label(period))));
    add(RenderText::Asked, facts.asked.as_ref().map(Cell::text));
    add(RenderText::AsOf, facts.moment.map(Cell::Moment));
    add(RenderText::Commit, facts.commit.as_ref().map(|commit| Cell::id(commit.get(..12).unwrap_or(commit))));
    add(RenderText::Currency, facts.currency.as_ref().map(Cell::id));
    pairs
}

/// The same as short texts for one line.
pub(super) fn facts(report: &Report, lang: Lang) -> Vec<String> {
    let pairs = fact_pairs(report).into_iter();
    let said = pairs.map(|(name, value)| match (name, &value) {
        (RenderText::Book, _) | (RenderText::Period, _) => words(&value, lang),
        (RenderText::AsOf, Cell::Moment(moment)) => {
            format!("{} {}", name.get(lang), moment.format("%Y-%m-%d %H:%M %:z"))
        }
        _ => format!("{} {}", name.get(lang), words(&value, lang)),
    });
    said.collect()
}

/// A period with its first and last day.
pub(super) fn period_label(period: &ReportPeriod) -> Label {
    let (first, last) = (period.first.format("%Y-%m-%d").to_string(), period.last.format("%Y-%m-%d"));
    if period.name == first {
        return Label::verbatim(first);
    }
    let zh = crate::calendar::Period::called(&period.name).zh;
    Label::new(format!("{} ({first} – {last})", period.name), format!("{zh}（{first} 至 {last}）"))
}

/// Named values as a table without headings.
pub(super) fn fields_table(fields: &[Field]) -> Table {
    let mut table = Table::new([
        Column::label("field", Label::default()),
        Column::new("value", Label::default(), crate::model::ColumnType::Any),
    ]);
    for field in fields {
        table.row([Cell::from(&field.label), field.value.clone()]);
    }
    table
}

/// Lines to be signed as a table: who signs, with room for the name and the date.
pub(super) fn signatures_table(who: &[Label]) -> Table {
    let mut table = Table::new([
        Column::label("who", RenderText::SignedBy),
        Column::text("name", RenderText::Signature),
        Column::text("date", RenderText::SignedOn),
    ]);
    for label in who {
        table.row([Cell::from(label), Cell::text("_".repeat(20)), Cell::text("_".repeat(10))]);
    }
    table
}

/// Figures as a table: name, value, what it was computed from, and definition.
pub(super) fn figures_table(figures: &[Figure], lang: Lang) -> Table {
    let mut table = Table::new([
        Column::label("figure", RenderText::Figure),
        Column::new("value", RenderText::Value, crate::model::ColumnType::Decimal),
        Column::text("calculation", RenderText::Calculation),
        Column::text("definition", RenderText::Definition),
    ]);
    let periods = figures.iter().any(|figure| figure.period.is_some());
    if periods {
        table.columns.push(Column::label("period", RenderText::Period));
    }
    for figure in figures {
        let said = calculation(figure, lang);
        let calculation = match said.is_empty() {
            true => Cell::Empty,
            false => Cell::Text(said.join(lang.semicolon())),
        };
        let mut row =
            vec![Cell::from(&figure.label), figure.value.clone(), calculation, Cell::from(&figure.definition)];
        if periods {
            row.push(figure.period.as_ref().map_or(Cell::Empty, |period| Cell::Label(period_label(period))));
        }
        table.row(row);
    }
    table
}

/// What a figure was computed from, and the values beside it.
pub(super) fn calculation(figure: &Figure, lang: Lang) -> Vec<String> {
    let part = |part: &Part| format!("{} {}", part.label.get(lang), words(&part.value, lang)).trim().to_owned();
    let quotient = match (&figure.numerator, &figure.denominator) {
        (Some(over), Some(under)) => Some(format!("{} / {}", part(over), part(under))),
        (Some(only), None) | (None, Some(only)) => Some(part(only)),
        (None, None) => None,
    };
    quotient.into_iter().chain(figure.beside.iter().map(part)).collect()
}

/// `案件：期初未结 12 + 新收 30 - 办结 28 = 期末未结 14（平衡）`.
pub(super) fn identity_line(identity: &Identity, lang: Lang) -> String {
    let amount = |value| words(&identity.cell(value), lang);
    let mut line = String::new();
    for (at, term) in identity.terms.iter().enumerate() {
        line.push_str(match (at, term.minus) {
            (0, false) => "",
            (0, true) => "- ",
            (_, false) => " + ",
            (_, true) => " - ",
        });
        line.push_str(&format!("{} {}", term.label.get(lang), amount(term.value)));
    }
    let result = format!("{} {}", identity.result.label.get(lang), amount(identity.result.value));
    let name = identity.label.get(lang);
    let name = if name.is_empty() { String::new() } else { format!("{name}{}", lang.colon()) };
    let verdict = verdict(identity, lang);
    match lang {
        Lang::En => format!("{name}{line} = {result} ({verdict})"),
        Lang::Zh => format!("{name}{line} = {result}（{verdict}）"),
    }
}

/// Whether an identity balances, in words.
pub(super) fn verdict(identity: &Identity, lang: Lang) -> String {
    if identity.holds() {
        return RenderText::Holds.get(lang).to_owned();
    }
    let off = identity.off_by().map_or(Cell::Unknown, |off| identity.cell(off));
    format!("{}{}{}", RenderText::Error.get(lang), lang.colon(), say!(lang, RenderText::Off, by = words(&off, lang)))
}

/// `警告：…`.
pub(super) fn note_line(note: &Note, lang: Lang) -> String {
    let level = match note.level {
        Level::Note => RenderText::Note,
        Level::Warning => RenderText::Warning,
        Level::Error => RenderText::Error,
    };
    format!("{}{}{}", level.get(lang), lang.colon(), note.text.get(lang))
}

#[cfg(test)]
mod tests;
