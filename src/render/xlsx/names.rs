//! Names of sheets as Excel takes them: at most 31 UTF-16 units, without `[]:*?/\`, without an apostrophe at either
//! end, each once whatever the case, and not `History`.

use std::collections::BTreeSet;

use crate::locale::text::is_hidden;

/// The most UTF-16 units of a name.
const MOST: usize = 31;
/// What Excel keeps for itself.
const RESERVED: &str = "history";

/// The names that are taken in a workbook.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A name like this title; if there is nothing left of it, like the other one. A name that is taken gets a number.
    pub(super) fn give(&mut self, title: &str, other: &str) -> String {
        let name = [title, other].into_iter().map(allowed).find(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| "1".to_owned());
        let numbered = (2_u32..).map(|number| {
            let suffix = format!(" ({number})");
            format!("{}{suffix}", cut(&name, MOST - suffix.len()))
        });
        let free = std::iter::once(cut(&name, MOST).to_owned()).chain(numbered).find(|name| self.is_free(name));
        let name = free.unwrap_or_default();
        self.taken.insert(name.to_lowercase());
        name
    }

    fn is_free(&self, name: &str) -> bool {
        let folded = name.to_lowercase();
        folded != RESERVED && !self.taken.contains(&folded)
    }
}

/// A sheet's name as formulas and links write it.
pub(super) fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}

/// A title with what a name may have.
fn allowed(title: &str) -> String {
    let replaced = title.chars().filter_map(|c| match c {
        '[' => Some('('),
        ']' => Some(')'),
        '/' | '\\' | ':' => Some('-'),
        '*' | '?' => None,
        '\n' | '\t' | '\r' => Some(' '),
        c if is_hidden(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => None,
        c => Some(c),
    });
    let name: String = replaced.collect();
    bare(cut(bare(&name), MOST)).to_owned()
}

fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| c == '\'' || c.is_whitespace())
}

/// The beginning of a name that has at most so many UTF-16 units.
fn cut(name: &str, most: usize) -> &str {
    let mut units = 0;
    let end = name.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > most
    });
    bare(end.map_or(name, |(at, _)| &name[..at]))
}

#[cfg(test)]
mod tests {
    use super::{Names, quoted};
    use proptest::prelude::*;

    #[test]
    fn hostile_titles_become_names() {
        let mut names = Names::default();
        for (title, name) in [
            ("投诉 [2026] (测试)", "投诉 (2026) (测试)"),
            ("'quoted'", "quoted"),
            ("a/b\\c:d*e?", "a-b-c-de"),
            ("", "section"),
            ("' '", "section (2)"),
            ("History", "History (2)"),
            ("Quoted", "Quoted (2)"),
            ("投诉 [2026] (测试)", "投诉 (2026) (测试) (2)"),
            ("a\u{202e}b\u{0}c", "abc"),
        ] {
            assert_eq!(names.give(title, "section"), name, "{title}");
        }
        let long = "一二三四五六七八九十".repeat(4);
        assert_eq!(names.give(&long, "x").encode_utf16().count(), 31);
        assert!(names.give(&long, "x").ends_with(" (2)"));
        assert_eq!(names.give(&"😀".repeat(40), "x"), "😀".repeat(15));
        assert_eq!(quoted("it's"), "'it''s'");
    }

    proptest! {
        #[test]
        fn every_title_becomes_a_name_of_its_own(titles in prop::collection::vec(".{0,40}", 1..8)) {
            let mut names = Names::default();
            let mut book = rust_xlsxwriter::Workbook::new();
            for title in &titles {
                let name = names.give(title, "");
                prop_assert!(book.add_worksheet().set_name(&name).is_ok(), "{name:?}");
            }
            prop_assert!(book.save_to_buffer().is_ok());
        }
    }
}
