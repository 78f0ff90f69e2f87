//! The leaves of a file of the rules: each value by its key, without comments and layout. Two versions of a file differ
//! in the leaves that differ, in the order of rows that both have, or else in their text.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use toml::Value;

use crate::bounds::{RULE_FILE_BYTES, RULE_VALUES};
use crate::calendar::lines_of_events;
use crate::place::toml::is_within_bounds;
use crate::record::FileRef;

/// The longest value that is kept as it is; of a longer one its beginning and its digest are.
const LONGEST: usize = 120;

/// The key of a file as a whole.
const WHOLE: &str = "*";

/// The leaves of two versions of a file by their keys. `None` for a version that is missing. If both have the same rows
/// in another order, that order is a leaf of each. If no leaf differs and the texts do, such as in a comment, the
/// digest of each text is one.
pub(super) fn of_both(path: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> [BTreeMap<String, String>; 2] {
    let [old, new] = [before, after].map(|bytes| of_file(path, bytes.unwrap_or_default()));
    let (mut before_leaves, mut after_leaves) = (old.values, new.values);
    for (key, rows) in &old.orders {
        let Some(others) = new.orders.get(key) else { continue };
        before_leaves.insert(key.clone(), in_common(rows, others));
        after_leaves.insert(key.clone(), in_common(others, rows));
    }
    if before_leaves == after_leaves && before != after {
        for (leaves, bytes) in [(&mut before_leaves, before), (&mut after_leaves, after)] {
            leaves.extend(bytes.map(|bytes| (WHOLE.to_owned(), FileRef::digest(bytes))));
        }
    }
    [before_leaves, after_leaves]
}

/// The rows that others have, too, in their order.
fn in_common(rows: &[String], others: &[String]) -> String {
    let others: HashSet<&String> = others.iter().collect();
    let rows: Vec<&str> = rows.iter().filter(|row| others.contains(row)).map(String::as_str).collect();
    short(&rows.join(", "))
}

/// What a file says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Leaves {
    values: BTreeMap<String, String>,
    /// The rows of each array of tables, in their order.
    orders: BTreeMap<String, Vec<String>>,
}

/// The leaves of a file by their keys. A file that is no TOML has its lines.
fn of_file(path: &str, bytes: &[u8]) -> Leaves {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Leaves::default();
    if path.ends_with(".ics") {
        match lines_of_events(bytes) {
            Some(all) => events(&all, &mut found.values),
            None if bytes.is_empty() => {}
            None => drop(found.values.insert(WHOLE.to_owned(), FileRef::digest(bytes))),
        }
        return found;
    }
    // a file beyond the bounds of a rule book does not load, and is told apart as a whole
    let is_toml = path.ends_with(".toml");
    let is_large = bytes.len() as u64 > RULE_FILE_BYTES || text.lines().count() > RULE_VALUES;
    if is_large || is_toml && !is_within_bounds(&text) {
        found.values.insert(WHOLE.to_owned(), FileRef::digest(bytes));
        return found;
    }
    match text.parse::<toml::Table>() {
        Ok(table) if is_toml => collect(&Value::Table(table), "", &mut found),
        _ => lines(&text, &mut found.values),
    }
    found
}

fn collect(value: &Value, key: &str, found: &mut Leaves) {
    // many keys may be in a table with a long name
    let join = |name: &str| short(&if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") });
    match value {
        Value::Table(table) => table.iter().for_each(|(name, value)| collect(value, &join(name), found)),
        Value::Array(items) if items.iter().any(Value::is_table) => {
            let mut times: HashMap<String, usize> = HashMap::new();
            let mut rows = Vec::with_capacity(items.len());
            for (at, item) in items.iter().enumerate() {
                let name = ["name", "role"].iter().find_map(|name| item.get(*name)).and_then(Value::as_str);
                let place = name.map_or_else(|| (at + 1).to_string(), str::to_owned);
                let mut place = join(&place);
                // entries of one name are told apart by their order
                match times.entry(place.clone()).and_modify(|times| *times += 1).or_insert(1) {
                    1 => {}
                    2 => place.push('\''),
                    times => place.push_str(&format!("'{times}")),
                }
                let taken = |place: &str, found: &BTreeMap<String, String>| {
                    let within = format!("{place}.");
                    found.range(within.clone()..).next().is_some_and(|(other, _)| other.starts_with(&within))
                };
                while taken(&place, &found.values) {
                    place.push('\'');
                }
                collect(item, &place, found);
                rows.push(place);
            }
            found.orders.insert(key.to_owned(), rows);
        }
        value => {
            found.values.insert(key.to_owned(), short(&value.to_string()));
        }
    }
}

/// The events of an iCalendar file, by their first day and their name.
fn events(all: &[Vec<String>], found: &mut BTreeMap<String, String>) {
    for event in all {
        let begins = |line: &str, names: &[&str]| names.iter().any(|name| line.split([':', ';']).next() == Some(*name));
        let of = |name: &str| event.iter().find(|line| begins(line, &[name])).map(String::as_str);
        let key = ["DTSTART", "SUMMARY"].into_iter().filter_map(of).collect::<Vec<_>>().join(" ");
        let rest = event.iter().map(String::as_str).filter(|line| !begins(line, &["DTSTART", "SUMMARY", "UID"]));
        let rest = short(&rest.collect::<Vec<_>>().join(" "));
        match found.entry(short(&key)) {
            Entry::Vacant(entry) => drop(entry.insert(rest)),
            Entry::Occupied(mut entry) => entry.get_mut().extend(["; ", &rest]),
        }
    }
}

fn lines(text: &str, found: &mut BTreeMap<String, String>) {
    for (at, line) in text.lines().enumerate() {
        found.insert(format!("{:05}", at + 1), short(line.trim_end()));
    }
}

/// A value that is not too long to be kept.
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… {}", &text[..end], FileRef::digest(text.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::{of_both, of_file};

    #[test]
    fn comments_and_layout_are_no_leaves_and_entries_are_known_by_name() {
        let one = "# a limit\n[[rows]]\nname = \"a\"\nup-to = \"5.00\"\n[[rows]]\nname=\"a\"\nup-to = \"6.00\"\n[x]\nlist = [1, 2]\n";
        let leaves = of_file("policy/x.toml", one.as_bytes());
        let shown: Vec<String> = leaves.values.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(
            shown,
            [
                "rows.a'.name=\"a\"",
                "rows.a'.up-to=\"6.00\"",
                "rows.a.name=\"a\"",
                "rows.a.up-to=\"5.00\"",
                "x.list=[1, 2]"
            ]
        );
        let other =
            "x = { list = [ 1,2 ] } # two\nrows = [{name = \"a\", up-to = '5.00'}, {name = \"a\", up-to = \"6.00\"}]\n";
        assert_eq!(of_file("policy/x.toml", other.as_bytes()), leaves);
        let calendar = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:7\nDTSTART;VALUE=DATE:20261001\nSUMMARY:国庆节\nEND:VEVENT\nEND:VCALENDAR\n";
        let leaves = of_file("calendar/cn.ics", calendar.as_bytes());
        assert_eq!(leaves.values.keys().collect::<Vec<_>>(), ["DTSTART;VALUE=DATE:20261001 SUMMARY:国庆节"]);
    }

    /// The keys of the leaves that differ.
    fn differing(path: &str, before: Option<&str>, after: Option<&str>) -> Vec<String> {
        let [before, after] = of_both(path, before.map(str::as_bytes), after.map(str::as_bytes));
        let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        keys.into_iter().filter(|key| before.get(*key) != after.get(*key)).cloned().collect()
    }

    #[test]
    fn whatever_differs_in_two_texts_differs_in_a_leaf() {
        let rows =
            |names: &[&str]| names.iter().map(|name| format!("[[rows]]\nname = \"{name}\"\n")).collect::<String>();
        let (all, path) = (rows(&["a", "b", "c"]), "policy/x.toml");
        let cases: &[(&str, Option<&str>, &[&str])] = &[
            (&all, Some(&all), &[]),
            (&all, Some(&rows(&["a", "c", "b"])), &["rows"]),
            (&all, Some(&rows(&["a", "x", "b", "c"])), &["rows.x.name"]),
            (&all, Some(&rows(&["c", "x", "a"])), &["rows", "rows.b.name", "rows.x.name"]),
            (&all, Some(&format!("# a\n{all}")), &["*"]),
            ("", None, &["*"]),
            (&all, None, &["rows.a.name", "rows.b.name", "rows.c.name"]),
        ];
        for (before, after, keys) in cases {
            assert_eq!(differing(path, Some(before), *after), *keys, "{before}{after:?}");
            assert_eq!(differing(path, *after, Some(before)), *keys, "{before}{after:?}");
        }
        let event = "BEGIN:VEVENT\nUID:7\nDTSTART;VALUE=DATE:20261001\nSUMMARY:国庆节\nEND:VEVENT\n";
        let calendar = |text: &str| format!("BEGIN:VCALENDAR\n{text}END:VCALENDAR\n");
        let key: &[&str] = &["DTSTART;VALUE=DATE:20261001 SUMMARY:国庆节"];
        let (none, one) = (calendar(""), calendar(event));
        let lower = event.to_ascii_lowercase().replace("value=date", "VALUE=DATE");
        let cases: &[(&str, &str, &[&str])] = &[
            (&one, &none, key),
            (&none, &calendar(&lower), key),
            (&one, &calendar(&lower), &["*"]),
            (&one, &calendar(&format!("BEGIN:X-OLD\n{event}END:X-OLD\n")), key),
            (&one, &calendar(&format!("METHOD:CANCEL\n{event}")), key),
            (&one, &calendar(&format!("X-A:1\n{event}")), &["*"]),
        ];
        for (before, after, keys) in cases {
            assert_eq!(differing("calendar/cn.ics", Some(before), Some(after)), *keys, "{after}");
        }
    }

    /// A file that no command reads is beyond no bound when the rules are loaded. What is kept of it stays small.
    #[test]
    fn little_is_kept_of_a_file_that_is_made_to_be_large() {
        let deep = format!("{}a = 1\n", "a.".repeat(50_000));
        let tables = format!("[{}a]\nb = 1\n", "a.".repeat(50_000));
        let long =
            format!("[{}]\n{}", "a".repeat(500_000), (0..4_000).map(|n| format!("k{n} = 1\n")).collect::<String>());
        let alike = format!("rows = [{}]\n", "{ name = \"a\" },".repeat(4_000));
        let many = format!("rows = [{}]\n", "{ name = \"a\" },".repeat(60_000));
        for text in [deep, tables, long, alike, many] {
            let leaves = of_file("policy/nobody.toml", text.as_bytes());
            let kept: usize = leaves.values.iter().map(|(key, value)| key.len() + value.len()).sum();
            assert!(!leaves.values.is_empty() && kept < 3_000_000, "{kept} of {}", &text[..40]);
        }
    }
}
