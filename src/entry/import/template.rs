//! Texts made from columns: `{Issue}: {Sub-issue}`. If one of two columns is empty, the text between them is left
//! out, so that no separator is left over. `{{` and `}}` are braces.

use super::table::Row;

/// A text with columns in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Words(String),
    Column(usize),
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BadTemplate {
    /// A brace without its counterpart.
    Brace,
    /// A column that the file does not have.
    Column(String),
}

impl Template {
    /// Reads a template. `column` finds the column of a heading.
    pub(super) fn parse(text: &str, column: impl Fn(&str) -> Option<usize>) -> Result<Self, BadTemplate> {
        let (mut parts, mut words) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            words.push_str(&rest[..at]);
            let (brace, after) = rest[at..].split_at(1);
            if let Some(after) = after.strip_prefix(brace) {
                words.push_str(brace);
                rest = after;
                continue;
            }
            let end = after.find('}').filter(|_| brace == "{").ok_or(BadTemplate::Brace)?;
            let name = after[..end].trim();
            if !words.is_empty() {
                parts.push(Part::Words(std::mem::take(&mut words)));
            }
            parts.push(Part::Column(column(name).ok_or_else(|| BadTemplate::Column(name.to_owned()))?));
            rest = &after[end + 1..];
        }
        words.push_str(rest);
        if !words.is_empty() {
            parts.push(Part::Words(words));
        }
        Ok(Template { parts })
    }

    /// The columns that it uses.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().filter_map(|part| if let Part::Column(column) = part { Some(*column) } else { None })
    }

    /// The text for a row. Empty if the template has columns and all of them are empty.
    pub(super) fn fill(&self, row: &Row) -> String {
        let (mut out, mut words, mut filled) = (String::new(), "", false);
        for part in &self.parts {
            match part {
                Part::Words(between) => words = between,
                Part::Column(column) => {
                    let cell = row.text(*column);
                    let leads = !filled && !self.precedes(part);
                    if !cell.is_empty() {
                        if filled || leads {
                            out.push_str(words);
                        }
                        out.push_str(&cell);
                        filled = true;
                    }
                    words = "";
                }
            }
        }
        if filled || self.columns().next().is_none() {
            out.push_str(words);
        }
        out
    }

    /// Whether a column comes before this part.
    fn precedes(&self, part: &Part) -> bool {
        self.parts.iter().take_while(|other| !std::ptr::eq(*other, part)).any(|part| matches!(part, Part::Column(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::{BadTemplate, Template};
    use crate::entry::import::table::Row;
    use serde_json::json;

    fn filled(template: &str, a: &str, b: &str) -> String {
        let column = |name: &str| ["a", "b"].iter().position(|known| *known == name);
        let template = Template::parse(template, column).expect("a template");
        template.fill(&Row { line: 1, cells: vec![json!(a), json!(b)] })
    }

    #[test]
    fn separators_of_empty_columns_are_left_out() {
        for (template, a, b, text) in [
            ("{a}: {b}", "x", "y", "x: y"),
            ("{a}: {b}", "x", "", "x"),
            ("{a}: {b}", "", "y", "y"),
            ("{a}: {b}", "", "", ""),
            ("No. {a}/{b}!", "x", "y", "No. x/y!"),
            ("No. {a}/{b}!", "", "", ""),
            ("fixed", "x", "y", "fixed"),
            ("{{{a}}}", "x", "", "{x}"),
        ] {
            assert_eq!(filled(template, a, b), text, "{template} {a} {b}");
        }
    }

    #[test]
    fn braces_belong_together_and_columns_exist() {
        let none = |_: &str| None;
        assert_eq!(Template::parse("{a", none), Err(BadTemplate::Brace));
        assert_eq!(Template::parse("a}", none), Err(BadTemplate::Brace));
        assert_eq!(Template::parse("{ c }", none), Err(BadTemplate::Column("c".into())));
    }
}
