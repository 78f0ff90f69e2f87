//! HTML: one file that loads nothing, can be read without script, and prints on A4.
//!
//! Figures are cards. Tables have numbers on the right and can be sorted. Charts are SVG ([`super::chart`]). The
//! style and the script are part of the page. Its security policy lets no other script run and nothing be loaded.

mod figures;
mod table;

use crate::locale::messages::RenderText;
use crate::locale::text::visible_lines;
use crate::locale::{Label, Lang};
use crate::model::{Body, Identity, Level, Note, Report, Section};

use super::format::OfList;
use super::markup::Markup;
use super::words::words;
use super::{Format, Options, RenderError, text};

pub(super) const FORMAT: Format = Format { name: "html", extension: "html", write, list: OfList::Table };

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("sort.js");
/// Only the script with this SHA-256 may run. Any style may be used, and nothing else is loaded.
const SECURITY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-iVYWCV2TWgBi8FRM6/goq1INjzWAuEz5ob5gt2x0/3Q='";
/// From this number of headed sections on, a page begins with a list of them.
const MANY_SECTIONS: usize = 4;

fn write(report: &Report, options: &Options) -> Result<Vec<u8>, RenderError> {
    let mut page = Page { out: Markup::default(), lang: options.lang };
    page.begin(report);
    page.head(report);
    page.contents(report);
    page.out.raw("<main id=\"content\">\n");
    for section in &report.sections {
        page.section(section);
    }
    page.notes(&report.notes);
    page.out.raw("</main>\n<script>").raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    Ok(page.out.finish().into_bytes())
}

/// A page that is being made.
struct Page {
    out: Markup,
    lang: Lang,
}

impl Page {
    fn begin(&mut self, report: &Report) {
        let lang = match self.lang {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        };
        self.out
            .raw("<!DOCTYPE html>\n")
            .open("html", &[("lang", Some(lang))])
            .raw("\n<head>\n<meta charset=\"utf-8\">\n");
        self.out.open("meta", &[("http-equiv", Some("Content-Security-Policy")), ("content", Some(SECURITY))]);
        self.out.raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        self.out.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
        self.out
            .element("title", &[], &self.title(report))
            .raw("\n<style>\n")
            .raw(STYLE)
            .raw("</style>\n</head>\n<body>\n");
        self.out.element(
            "a",
            &[("class", Some("skip")), ("href", Some("#content"))],
            RenderText::ToContent.get(self.lang),
        );
        self.out.line();
    }

    /// The title of the page in the window and in a list of files, with its period and its book.
    fn title(&self, report: &Report) -> String {
        let list = || report.sections.first().map(|section| section.title.get(self.lang)).unwrap_or_default();
        let title = Some(report.title.get(self.lang)).filter(|title| !title.is_empty()).unwrap_or_else(list);
        let period = report.period.as_ref().map(|period| period.name.as_str());
        let parts = [Some(title), period, report.facts.book.as_deref()];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    fn head(&mut self, report: &Report) {
        let (title, facts) = (report.title.get(self.lang), text::fact_pairs(report));
        if title.is_empty() && facts.is_empty() {
            return;
        }
        self.out.raw("<header>\n");
        if !title.is_empty() {
            self.out.element("h1", &[], title).line();
        }
        self.out.raw("<dl class=\"facts\">");
        for (name, value) in facts {
            let whole = report.facts.commit.as_deref().filter(|_| name == RenderText::Commit);
            self.out.raw("<div>").element("dt", &[], name.get(self.lang));
            self.out.element("dd", &[("title", whole)], &words(&value, self.lang)).raw("</div>");
        }
        self.out.raw("</dl>\n</header>\n");
    }

    /// Links to all sections of a long page.
    fn contents(&mut self, report: &Report) {
        let headed: Vec<&Section> =
            report.sections.iter().filter(|section| !section.title.get(self.lang).is_empty()).collect();
        if headed.len() < MANY_SECTIONS {
            return;
        }
        self.out.open("nav", &[("aria-label", Some(RenderText::Contents.get(self.lang)))]).raw("<ul>");
        for section in headed {
            let target = format!("#{}", anchor(section));
            self.out.raw("<li>").element("a", &[("href", Some(&target))], section.title.get(self.lang)).raw("</li>");
        }
        self.out.raw("</ul></nav>\n");
    }

    fn section(&mut self, section: &Section) {
        let (anchor, title) = (anchor(section), section.title.get(self.lang));
        let columns = match &section.body {
            Body::Table(table) => table.columns.len(),
            _ => 0,
        };
        let class = table::is_wide(columns).then_some("wide");
        self.out.open("section", &[("id", Some(&anchor)), ("class", class)]).line();
        if !title.is_empty() {
            self.out.element("h2", &[("id", Some(&format!("{anchor}-title")))], title).line();
        }
        match &section.body {
            Body::Table(table) => {
                super::chart::draw(&mut self.out, &anchor, title, table, self.lang);
                table::write(&mut self.out, &anchor, title, table, self.lang);
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
