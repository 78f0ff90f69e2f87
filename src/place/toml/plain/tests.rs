//! The plain reader against the full parser: what it takes, what it leaves, and that the two never differ.

use proptest::prelude::{any, prop, proptest};

use super::read;
use crate::place::Problems;
use crate::place::toml::Section;
use crate::place::toml::read::any as full;

/// Whether a text is plain; then the full parser must read it just so.
pub(crate) fn is_plain(text: &str) -> bool {
    let Some(plain) = read("policy/x.toml", text) else { return false };
    let problems = Problems::new();
    let full = full("policy/x.toml", text, &problems);
    let said = problems.into_sorted();
    let full = full.unwrap_or_else(|| panic!("{text}\nis plain, and wrong: {said:?}"));
    // places show line, column and key; spans are compared besides
    assert_eq!(format!("{plain:#?}"), format!("{full:#?}"), "{text}");
    assert_eq!(spans(&plain), spans(&full), "{text}");
    true
}

fn spans(section: &Section) -> Vec<(usize, usize)> {
    fn item(of: &super::Item, into: &mut Vec<(usize, usize)>) {
        into.push((of.place().span.start, of.place().span.end));
        match of {
            super::Item::List(_, items) => items.iter().for_each(|of| item(of, into)),
            super::Item::Section(inner) => into.extend(spans(inner)),
            _ => {}
        }
    }
    let mut all = vec![(section.place.span.start, section.place.span.end)];
    for entry in &section.entries {
        all.push((entry.name.place.span.start, entry.name.place.span.end));
        item(&entry.item, &mut all);
    }
    all
}

#[test]
fn what_is_plain_is_read_as_by_the_full_parser() {
    for text in [
        "",
        "# nothing",
        "a = 1 # one\nb = \"投诉\" # 客户\nc = \"后\"\n",
        "list = [\n  \"一\", # first\n  { a = 1, b = [] },\n  [true, false],\n]\n[t]\nd = 2026-01-31\n",
        "[a.b]\nx = 0\n[a.c]\n[[d]]\n[[d]]\ny = 1\n[d.e]\nz = 2\n[[d.f]]\n[[d.f]]\n[a.b.g]\n",
        "d = 2026-01-31 # no time\nt = { }\n\ta\t=\t1\t\nempty = \"\"",
    ] {
        assert!(is_plain(text), "{text}");
    }
}

#[test]
fn what_is_not_plain_is_left_to_the_full_parser() {
    for text in [
        "a = 01",
        "a = +1",
        "a = 1_0",
        "a = 1.5",
        "a.b = 1",
        "\"a\" = 1",
        "a = 'b'",
        "a = \"\\n\"",
        "a = \"\"\"b\"\"\"",
        "a = 1979-05-27T07:32:00",
        "a = 1979-05-27 07:32:00",
        "a = 2026-02-30",
        "a = 12345678901234567890",
        "a = 07:32:00",
        "a = {\nb = 1 }",
        "a = { b = 1, }",
        "a = 1\r\n",
        "a",
        "a =",
        "a = 1 b = 2",
        "a = tru",
        "[a",
        "[a]]",
        "[[a]",
        "[a] b = 1",
        "[ a ]",
        "a = 1\na = 2",
        "[a]\n[a]",
        "[a.b]\n[a]",
        "[[a]]\n[a]",
        "[a]\n[[a]]",
        "a = []\n[[a]]",
        "a = [{ b = 1 }]\n[[a]]",
        "a = {}\n[a.b]",
        "a = 1\n[a.b]",
        "a = [1, , 2]",
        "a = [1 2]",
        "# \u{7}",
        "a = \"\u{7f}\"",
        "\u{feff}a = 1",
        "[]",
        "= 1",
        "a = \"b",
        "a = [",
        "a = {",
    ] {
        assert!(read("x.toml", text).is_none(), "{text}");
    }
}

proptest! {
    /// Whatever becomes of a file by small changes, the two agree where the plain reader answers.
    #[test]
    fn the_two_readers_agree(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..3, "[ \\t\\n\"\\[\\]{}=,.#a-c0-3_'\\-投]"), 0..6),
    ) {
        const TEXT: &str = "a = 1 # 一\nb = [ \"投诉\", 2 ]\n[c.a]\nd = { a = true, b = [{ c = 2026-01-31 }] }\n[[c.b]]\na = \"x\"\n[[c.b]]\n[c.b.c]\na = 0\n";
        let mut text: Vec<char> = TEXT.chars().collect();
        for (at, what, with) in edits {
            let at = at.index(text.len().max(1)).min(text.len().saturating_sub(1));
            match what {
                _ if text.is_empty() => text.extend(with.chars()),
                0 => drop(text.remove(at)),
                1 => text.splice(at..at, with.chars()).for_each(drop),
                _ => text.splice(at..=at, with.chars()).for_each(drop),
            }
        }
        is_plain(&text.into_iter().collect::<String>());
    }
}
