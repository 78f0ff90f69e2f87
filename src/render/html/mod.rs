//! HTML: one file that loads nothing, can be read without script, and prints on A4.
//!
//! Figures are cards. Tables have numbers on the right and can be sorted. Charts are SVG ([`super::chart`]). The
//! style and the script are part of the page. Its security policy lets no other script run and nothing be loaded.

mod columns;
mod figures;
mod head;
mod table;

use crate::locale::messages::RenderText;
use crate::locale::text::visible_lines;
use crate::locale::{Label, Lang};
use crate::model::{Body, Identity, Level, Note, Report, Section};

use super::format::OfList;
use super::markup::Markup;
use super::words::words;
use super::{Format, Options, RenderError, text};
use columns::{Drawn, Sheet};

pub(super) const FORMAT: Format = Format { name: "html", extension: "html", write, list: OfList::Page, binary: false };

const SCRIPT: &str = include_str!("sort.js");

fn write(report: &Report, options: &Options) -> Result<Vec<u8>, RenderError> {
    let mut page = Page { out: Markup::default(), lang: options.lang };
    let columns: Vec<Vec<Drawn<'_>>> = report.sections.iter().map(|section| page.columns(section)).collect();
    // one wide table turns all sheets: signed papers are bound together, and each turn would begin a new sheet
    let across = columns.iter().any(|columns| Sheet::of(columns) != Sheet::Upright);
    page.begin(report, across);
    page.head(report);
    page.contents(report);
    page.out.raw("<main id=\"content\">\n");
    // notes stand above the lines that people sign at the end
    let signed = report.sections.last().is_some_and(|section| matches!(section.body, Body::Signatures(_)));
    let noted = report.sections.len() - usize::from(signed);
    for (at, (section, columns)) in report.sections.iter().zip(&columns).enumerate() {
        if at == noted {
            page.notes(&report.notes);
        }
        page.section(report, section, columns);
    }
    if !signed {
        page.notes(&report.notes);
    }
    page.out.raw("</main>\n<script>").raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    Ok(page.out.finish().into_bytes())
}

/// A page that is being made.
struct Page {
    out: Markup,
    lang: Lang,
}

impl Page {
    /// The columns of a section's table. Other sections have none.
    fn columns<'r>(&self, section: &'r Section) -> Vec<Drawn<'r>> {
        match &section.body {
            Body::Table(table) => Drawn::columns(table, self.lang),
            _ => Vec::new(),
        }
    }

    fn section(&mut self, report: &Report, section: &Section, columns: &[Drawn<'_>]) {
        let (anchor, title) = (anchor(section), section.title.get(self.lang));
        let class = match (&section.body, Sheet::of(columns)) {
            (Body::Signatures(_), _) => Some("signed"),
            (_, Sheet::Blocks) => Some("wide blocks"),
            (_, Sheet::Across) => Some("wide"),
            (_, Sheet::Upright) => None,
        };
        self.out.open("section", &[("id", Some(&anchor)), ("class", class)]).line();
        let mut labelled = head::TITLE.to_owned();
        if !title.is_empty() && !self.is_headed_by(report, section) {
            labelled = format!("{anchor}-title");
            self.out.element("h2", &[("id", Some(&labelled))], title).line();
        }
        match &section.body {
            Body::Table(table) => {
                let name = if title.is_empty() { report.title.get(self.lang) } else { title };
                super::chart::draw(&mut self.out, &anchor, title, table, self.lang);
                table::write(&mut self.out, name, &labelled, table, columns, self.lang);
            }
            Body::Fields(fields) => {
                self.out.raw("<dl class=\"fields\">");
                for field in fields {
                    self.out.raw("<div>").element("dt", &[], field.label.get(self.lang)).raw("<dd>");
                    table::text(&mut self.out, &words(&field.value, self.lang));
                    self.out.raw("</dd></div>");
                }
                self.out.raw("</dl>\n");
            }
            Body::Figures(figures) => figures::write(&mut self.out, figures, self.lang),
            Body::Identities(identities) => self.identities(identities),
            Body::Signatures(who) => self.signatures(who),
            Body::Verbatim { text, .. } => {
                let label = Some(title).filter(|title| !title.is_empty());
                self.out.open("pre", &[("tabindex", Some("0")), ("aria-label", label)]);
                self.out.text(visible_lines(text).trim_end_matches('\n')).raw("</pre>\n");
            }
        }
        self.out.raw("</section>\n");
    }

    fn identities(&mut self, identities: &[Identity]) {
        self.out.raw("<ul class=\"identities\">");
        for identity in identities {
            let class = if identity.holds() { "holds" } else { "off" };
            self.out.element("li", &[("class", Some(class))], &text::identity_line(identity, self.lang));
        }
        self.out.raw("</ul>\n");
    }

    /// Lines to sign by hand: who signs, with space for the name and the date.
    fn signatures(&mut self, who: &[Label]) {
        self.out.raw("<div class=\"signatures\">");
        for label in who {
            self.out.raw("<p>").element("span", &[("class", Some("who"))], label.get(self.lang));
            self.out.raw("<span class=\"line\"></span>");
            self.out
                .element("span", &[], RenderText::SignedOn.get(self.lang))
                .raw("<span class=\"line day\"></span></p>");
        }
        self.out.raw("</div>\n");
    }

    fn notes(&mut self, notes: &[Note]) {
        if notes.is_empty() {
            return;
        }
        self.out.raw("<ul class=\"notes\">");
        for note in notes {
            let class = match note.level {
                Level::Note => "note",
                Level::Warning => "warning",
                Level::Error => "error",
            };
            self.out.element("li", &[("class", Some(class))], &text::note_line(note, self.lang));
        }
        self.out.raw("</ul>\n");
    }
}

/// The id of a section in the page. Names of sections are unique in a report.
fn anchor(section: &Section) -> String {
    format!("s-{}", section.name)
}

#[cfg(test)]
mod tests;
