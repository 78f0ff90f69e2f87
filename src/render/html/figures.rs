//! Figures as cards: the number in large print, what it was computed from below it, and its definition on demand.

use crate::locale::Lang;
use crate::locale::messages::RenderText;
use crate::model::Figure;
use crate::render::markup::Markup;
use crate::render::text;
use crate::render::words::words;
use crate::say;

/// Writes the cards of a section.
pub(super) fn write(page: &mut Markup, figures: &[Figure], lang: Lang) {
    page.raw("<div class=\"cards\">");
    for figure in figures {
        page.line().raw("<article>").element("h3", &[], figure.label.get(lang));
        let value = words(&figure.value, lang);
        page.element("p", &[("class", Some("value"))], if value.is_empty() { "–" } else { &value });
        if let Some(period) = &figure.period {
            page.element("p", &[("class", Some("of"))], text::period_label(period).get(lang));
        }
        for said in text::calculation(figure, lang) {
            page.element("p", &[("class", Some("of"))], &said);
        }
        let definition = figure.definition.get(lang);
        if !definition.is_empty() {
            // a list of all buttons says which definition each is
            let told = say!(lang, RenderText::DefinitionOf, what = figure.label.get(lang));
            page.raw("<details>").element("summary", &[("aria-label", Some(&told))], RenderText::Definition.get(lang));
            page.element("p", &[], definition).raw("</details>");
        }
        page.raw("</article>");
    }
    page.raw("</div>\n");
}
