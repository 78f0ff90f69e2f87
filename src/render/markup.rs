//! Markup (HTML and SVG) as it is written: text of records always goes through [`Markup::text`] or an attribute, which
//! escape it.
//!
//! Markup itself comes from literals of this program alone: [`Markup::raw`] and the names of elements take `&'static
//! str`.

use crate::locale::text::visible_lines;

/// A page or a drawing that grows from its beginning to its end.
#[derive(Debug, Default)]
pub(super) struct Markup {
    out: String,
}

/// An attribute of an element. One whose value is `None` is left out.
pub(super) type Attribute<'a> = (&'static str, Option<&'a str>);

impl Markup {
    /// Markup of this program.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attribute<'_>]) -> &mut Self {
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes {
            let Some(value) = value else { continue };
            self.out.push(' ');
            self.out.push_str(attribute);
            self.out.push_str("=\"");
            self.text(value);
            self.out.push('"');
        }
        self.out.push('>');
        self
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &'static str) -> &mut Self {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
        self
    }

    /// An element that holds nothing but text.
    pub(super) fn element(&mut self, name: &'static str, attributes: &[Attribute<'_>], text: &str) -> &mut Self {
        self.open(name, attributes).text(text).close(name)
    }

    /// Text as a string of a style sheet, in which nothing but letters and digits stands as it is.
    pub(super) fn css(&mut self, text: &str) -> &mut Self {
        self.out.push('"');
        for c in visible_lines(text).chars() {
            match c {
                c if c.is_alphanumeric() => self.out.push(c),
                c => self.out.push_str(&format!("\\{:06x}", u32::from(c))),
            }
        }
        self.out.push('"');
        self
    }

    /// A line break in the source, so that lines of the page stay short.
    pub(super) fn line(&mut self) -> &mut Self {
        self.out.push('\n');
        self
    }

    /// What was written elsewhere.
    pub(super) fn append(&mut self, other: Markup) -> &mut Self {
        self.out.push_str(&other.out);
        self
    }

    /// What was written.
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Text. Characters that nobody would see, or that turn the writing direction, are written out.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in visible_lines(text).chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                c => self.out.push(c),
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn text_never_leaves_a_string_of_a_style_sheet() {
        let mut page = Markup::default();
        page.css("报表\"</style>\\\n1");
        assert_eq!(page.finish(), "\"报表\\000022\\00003c\\00002fstyle\\00003e\\00005c\\00000a1\"");
    }

    #[test]
    fn text_never_becomes_markup() {
        let mut page = Markup::default();
        page.element("td", &[("title", Some("\"><b>")), ("class", None)], "</td><script>&'\u{202e}\u{1b}");
        assert_eq!(
            page.finish(),
            "<td title=\"&quot;&gt;&lt;b&gt;\">&lt;/td&gt;&lt;script&gt;&amp;&#39;\\u{202e}\\u{1b}</td>"
        );
    }
}
