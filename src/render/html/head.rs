//! The head of a page: its title, what it was made from, and links to its sections.

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::model::{Report, Section};
use crate::render::text;
use crate::render::words::words;

use super::{Page, anchor, table};

const STYLE: &str = include_str!("page.css");
/// Only the script with this SHA-256 may run. Any style may be used, and nothing else is loaded.
pub(super) const SECURITY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-cxX8NUvquIvETn2P48lR/vBQcOEtCLT/IARVRr5K4Gw='";
/// From this number of headed sections on, a page begins with a list of them.
const MANY_SECTIONS: usize = 4;
/// The id of the first heading.
pub(super) const TITLE: &str = "title";

impl Page {
    /// The head of the file, up to the first visible element.
    pub(super) fn begin(&mut self, report: &Report, across: bool) {
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
        let title = self.title(report);
        self.out.element("title", &[], &title).raw("\n<style>\n").raw(STYLE).raw("@media print { @page { ");
        if across {
            self.out.raw("size: A4 landscape; ");
        }
        self.out.raw("@bottom-left { content: ").css(&title).raw("; } } }\n</style>\n</head>\n");
        self.out.open("body", &[("class", across.then_some("across"))]).line();
        self.out.element(
            "a",
            &[("class", Some("skip")), ("href", Some("#content"))],
            RenderText::ToContent.get(self.lang),
        );
        self.out.line();
    }

    /// The title of the page in the window and in a list of files, with its period and its book.
    fn title(&self, report: &Report) -> String {
        let period = report.period.as_ref().map(|period| period.name.as_str());
        let parts = [Some(self.heading(report)), period, report.facts.book.as_deref()];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// The first heading: the title of the report, or of the first table in a list.
    fn heading<'r>(&self, report: &'r Report) -> &'r str {
        let list = || report.sections.first().map(|section| section.title.get(self.lang)).unwrap_or_default();
        Some(report.title.get(self.lang)).filter(|title| !title.is_empty()).unwrap_or_else(list)
    }

    /// Whether the heading of the page is that of this section, which then needs none.
    pub(super) fn is_headed_by(&self, report: &Report, section: &Section) -> bool {
        report.title.get(self.lang).is_empty()
            && report.sections.first().is_some_and(|first| first.name == section.name)
    }

    pub(super) fn head(&mut self, report: &Report) {
        let (title, facts) = (self.heading(report), text::fact_pairs(report));
        self.out.raw("<header>\n");
        if !title.is_empty() {
            self.out.element("h1", &[("id", Some(TITLE))], title).line();
        }
        if !facts.is_empty() {
            self.out.raw("<dl class=\"facts\">");
            for (name, value) in facts {
                let whole = report.facts.commit.as_deref().filter(|_| name == RenderText::Commit);
                self.out.raw("<div>").element("dt", &[], name.get(self.lang));
                self.out.open("dd", &[("title", whole)]);
                table::whole(&mut self.out, &words(&value, self.lang));
                self.out.raw("</dd></div>");
            }
            self.out.raw("</dl>\n");
        }
        self.out.raw("</header>\n");
    }

    /// Links to all sections of a long page.
    pub(super) fn contents(&mut self, report: &Report) {
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
}
