//! The bounds of a TOML file: bytes, levels, rows and values. A file beyond them is not read any further.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::bounds::{MEGABYTE, RULE_DEPTH, RULE_FILE_BYTES, RULE_ROWS, RULE_VALUES};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;

/// The problem of a file with too many bytes.
pub(super) fn too_large(text: &str) -> Option<Label> {
    let size = text.len() as u64;
    (size > RULE_FILE_BYTES).then(|| label!(LoadText::FileTooLarge, size = size, limit = RULE_FILE_BYTES / MEGABYTE))
}

/// The problem of keys, tables and lists that are nested too deeply.
pub(super) fn too_deep() -> Label {
    label!(LoadText::FileTooDeep, limit = RULE_DEPTH)
}

/// Whether an error of the parser says that it gave up on the depth.
pub(super) fn is_depth(message: &str) -> bool {
    message.contains("recurs")
}

/// The line that nests most, for an error of the parser that has no place.
pub(super) fn deepest(text: &str) -> Range<usize> {
    let (mut at, mut most) = (0..0, 0);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let nests = line.bytes().filter(|byte| matches!(byte, b'.' | b'[' | b'{')).count();
        if nests > most {
            (at, most) = (start..start, nests);
        }
        start += line.len();
    }
    at
}

/// The first place beyond a bound, and what is wrong there.
pub(super) fn beyond(table: &DeTable<'_>) -> Option<(Range<usize>, Label)> {
    let mut walk = Walk { values: 0 };
    walk.table(table, 1)
}

struct Walk {
    values: usize,
}

impl Walk {
    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Option<(Range<usize>, Label)> {
        for (row, (key, value)) in table.iter().enumerate() {
            if row >= RULE_ROWS {
                return Some((key.span(), label!(LoadText::FileRows, limit = RULE_ROWS)));
            }
            if let Some(found) = self.value(value, key.span(), depth) {
                return Some(found);
            }
        }
        None
    }

    fn value(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        key: Range<usize>,
        depth: usize,
    ) -> Option<(Range<usize>, Label)> {
        self.values += 1;
        if self.values > RULE_VALUES {
            return Some((key, label!(LoadText::FileValues, limit = RULE_VALUES)));
        }
        if depth > RULE_DEPTH {
            return Some((key, too_deep()));
        }
        match value.get_ref() {
            DeValue::Array(items) if items.len() > RULE_ROWS => {
                Some((key, label!(LoadText::FileRows, limit = RULE_ROWS)))
            }
            DeValue::Array(items) => items.iter().find_map(|item| self.value(item, key.clone(), depth + 1)),
            DeValue::Table(table) => self.table(table, depth + 1),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::bounds::{RULE_DEPTH, RULE_FILE_BYTES, RULE_ROWS, RULE_VALUES};
    use crate::place::{Problems, toml};

    /// What is said of a text, and in which line.
    fn said(text: &str) -> Vec<(usize, String)> {
        let problems = Problems::new();
        let read = toml::read("x.toml", text, &problems);
        let found = problems.into_sorted();
        assert_eq!(read.is_none(), !found.is_empty());
        found.into_iter().map(|problem| (problem.place.line, problem.message.en)).collect()
    }

    #[test]
    fn a_file_beyond_a_bound_is_refused_with_the_bound_and_the_line() {
        let nested = |levels: usize| format!("x = 1\n{} = 1\n", vec!["a"; levels].join("."));
        let lists = |levels: usize| format!("x = 1\na = {}{}\n", "[".repeat(levels), "]".repeat(levels));
        let tables = |levels: usize| {
            let level = |n: usize| format!("[{}]\n", vec!["a"; n].join("."));
            (1..=levels).map(level).collect::<String>()
        };
        let rows = |rows: usize| format!("x = 1\na = [{}]\n", "1,".repeat(rows));
        let named = |rows: usize| (0..rows).map(|row| format!("[[a]]\nn = {row}\n")).collect::<String>();
        let values = |lists: usize| {
            let list = |n: usize| format!("a{n:02} = [{}]\n", "1,".repeat(4_000));
            (0..lists).map(list).collect::<String>()
        };
        let deep = format!("nested more than {RULE_DEPTH} levels");
        let table = [
            (nested(RULE_DEPTH), None),
            (nested(RULE_DEPTH + 1), Some((2, deep.as_str()))),
            (nested(50_000), Some((2, &deep))),
            (lists(RULE_DEPTH - 1), None),
            (lists(RULE_DEPTH + 1), Some((2, &deep))),
            (lists(50_000), Some((2, &deep))),
            (tables(RULE_DEPTH + 1), Some((RULE_DEPTH + 1, &deep))),
            (rows(RULE_ROWS), None),
            (rows(RULE_ROWS + 1), Some((2, "more than 5000 rows"))),
            (named(RULE_ROWS + 1), Some((1, "more than 5000 rows"))),
            (values(RULE_VALUES / 4_000 + 1), Some((13, "more than 50000 values"))),
            (format!("# {}\n", "x".repeat(RULE_FILE_BYTES as usize)), Some((1, "more than 1 MB"))),
        ];
        for (text, wanted) in table {
            let found = said(&text);
            let start: String = text.chars().take(60).collect();
            match wanted {
                None => assert_eq!(found, [], "{start}"),
                Some((line, words)) => {
                    assert!(found.iter().any(|(at, said)| *at == line && said.contains(words)), "{start}: {found:?}");
                }
            }
        }
    }
}
