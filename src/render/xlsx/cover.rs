//! The first sheet: what the report is, its figures with their definitions, its identities, the other sheets, who
//! signs.

use rust_xlsxwriter::{Note as Remark, Url, Worksheet};

use crate::locale::messages::RenderText;
use crate::locale::text::visible_lines;
use crate::model::{Body, Cell, Figure, Level, Report, Role, Section, Tone};
use crate::render::{RenderError, text};

use super::names::quoted;
use super::value::{AS_TEXT, Telling, Value, fitting};
use super::{Book, Flow, Kind, height, print, short};

/// The widths of the columns: name, value, how it was computed, what it means.
const WIDTHS: [u32; 4] = [30, 24, 44, 60];
/// The most characters of a remark on a cell.
const MOST_NOTE: usize = 2_000;

/// Whether a section stands on the first sheet rather than on one of its own.
pub(super) fn takes(section: &Section) -> bool {
    matches!(section.body, Body::Figures(_) | Body::Identities(_) | Body::Signatures(_))
}

/// The sheet with the row that is written next.
struct Cover<'b> {
    book: &'b mut Book,
    sheet: Worksheet,
    row: u32,
}

impl Book {
    /// Writes the first sheet; `own` are the sections that have a sheet of their own, with its name.
    pub(super) fn cover(&mut self, report: &Report, name: &str, own: &[(&Section, String)]) -> Result<(), RenderError> {
        let lang = self.lang;
        let mut cover = Cover { book: self, sheet: Worksheet::new(), row: 0 };
        cover.sheet.set_name(name)?;
        for (at, width) in (0_u16..).zip(WIDTHS) {
            cover.sheet.set_column_width(at, width)?;
        }
        let title = report.title.get(lang);
        if !title.is_empty() {
            cover.text(0, title, Kind::Title)?.next();
        }
        for (label, value) in text::fact_pairs(report) {
            cover.text(0, label.get(lang), Kind::PLAIN)?.cell(1, &value, Kind::PLAIN)?.next();
        }
        for section in report.sections.iter().filter(|section| takes(section)) {
            // lines to be signed stand last
            match &section.body {
                Body::Figures(figures) => cover.heading(section)?.figures(figures)?,
                Body::Identities(_) => cover.heading(section)?.identities(section)?,
                _ => {}
            }
        }
        if !own.is_empty() {
            cover.next();
            cover.text(0, RenderText::Contents.get(lang), Kind::BOLD)?.next();
            for (_, name) in own {
                cover.link(name)?;
            }
        }
        if !report.notes.is_empty() {
            cover.next();
        }
        for note in &report.notes {
            let tone = match note.level {
                Level::Note => Tone::Muted,
                Level::Warning => Tone::Warning,
                Level::Error => Tone::Bad,
            };
            let kind = Kind::Row { role: Role::Body, tone, flow: Flow::Left };
            cover.text(0, &text::note_line(note, lang), kind)?.next();
        }
        for section in &report.sections {
            if let Body::Signatures(who) = &section.body {
                cover.heading(section)?;
                for label in who {
                    cover.text(0, label.get(lang), Kind::PLAIN)?.text(1, &"_".repeat(20), Kind::PLAIN)?;
                    cover
                        .text(2, &format!("{} {}", RenderText::SignedOn.get(lang), "_".repeat(12)), Kind::PLAIN)?
                        .next();
                    cover.next();
                }
            }
        }
        let Cover { mut sheet, .. } = cover;
        print(&mut sheet, report, lang, WIDTHS.iter().map(|width| *width as usize).sum());
        self.workbook.push_worksheet(sheet);
        Ok(())
    }
}

impl Cover<'_> {
    fn next(&mut self) {
        self.row += 1;
    }

    fn text(&mut self, column: u16, text: &str, kind: Kind) -> Result<&mut Self, RenderError> {
        let Book { looks, lang, .. } = &mut *self.book;
        let text = fitting(&visible_lines(text), *lang);
        self.sheet.write_string_with_format(self.row, column, text, looks.of(kind, ""))?;
        Ok(self)
    }

    fn cell(&mut self, column: u16, cell: &Cell, kind: Kind) -> Result<&mut Self, RenderError> {
        let in_hours = matches!(cell, Cell::Minutes(minutes) if *minutes < 0);
        match (Telling { lang: self.book.lang, in_hours }).value(cell) {
            Value::Blank => {}
            Value::Text(text) => {
                let look = self.book.looks.of(kind, AS_TEXT);
                self.sheet.write_string_with_format(self.row, column, text, look)?;
            }
            Value::Number(number, format) => {
                let look = self.book.looks.of(kind, &format);
                self.sheet.write_number_with_format(self.row, column, number, look)?;
            }
        }
        Ok(self)
    }

    /// An empty row, and the title of a section.
    fn heading(&mut self, section: &Section) -> Result<&mut Self, RenderError> {
        self.next();
        let title = section.title.get(self.book.lang);
        if !title.is_empty() {
            self.text(0, title, Kind::BOLD)?.next();
        }
        Ok(self)
    }

    fn figures(&mut self, figures: &[Figure]) -> Result<(), RenderError> {
        let lang = self.book.lang;
        let heads = [RenderText::Figure, RenderText::Value, RenderText::Calculation, RenderText::Definition];
        for (at, head) in (0_u16..).zip(heads) {
            self.text(at, head.get(lang), Kind::Head { right: at == 1 })?;
        }
        self.next();
        for figure in figures {
            let period = figure.period.as_ref().map(|period| text::period_label(period).get(lang).to_owned());
            let said =
                text::calculation(figure, lang).into_iter().chain(period).collect::<Vec<_>>().join(lang.semicolon());
            let definition = figure.definition.get(lang);
            self.text(0, figure.label.get(lang), Kind::WRAPPED)?.cell(1, &figure.value, Kind::plain(Flow::Right))?;
            self.text(2, &said, Kind::WRAPPED)?.text(3, definition, Kind::WRAPPED)?;
            let texts = [figure.label.get(lang), "", &said, definition].into_iter();
            let wide = WIDTHS.iter().map(|width| *width as usize - 2);
            if let Some(height) = height(texts.zip(wide)) {
                self.sheet.set_row_height(self.row, height)?;
            }
            if !definition.is_empty() {
                let remark: String = visible_lines(definition).chars().take(MOST_NOTE).collect();
                let remark = Remark::new(remark).set_author("redress").add_author_prefix(false).set_width(320);
                self.sheet.insert_note(self.row, 0, &remark)?;
            }
            self.next();
        }
        Ok(())
    }

    fn identities(&mut self, section: &Section) -> Result<(), RenderError> {
        let Body::Identities(identities) = &section.body else { return Ok(()) };
        for identity in identities {
            let tone = if identity.holds() { Tone::Plain } else { Tone::Bad };
            let kind = Kind::Row { role: Role::Body, tone, flow: Flow::Left };
            self.text(0, &text::identity_line(identity, self.book.lang), kind)?.next();
        }
        Ok(())
    }

    fn link(&mut self, name: &str) -> Result<(), RenderError> {
        let look = self.book.looks.of(Kind::Link, "");
        let target = Url::new(format!("internal:{}!A1", quoted(name))).set_text(short(name));
        self.sheet.write_url_with_format(self.row, 0, target, look)?;
        self.next();
        Ok(())
    }
}
