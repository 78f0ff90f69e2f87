//! The leaves of a file of the rules: each value by its key, without comments and layout. Two versions of a file differ
//! in the leaves that differ.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use toml::Value;

use crate::bounds::{RULE_FILE_BYTES, RULE_VALUES};
use crate::place::toml::is_within_bounds;

/// The longest value that is kept as it is; of a longer one its beginning and its digest are.
const LONGEST: usize = 120;

/// The leaves of a file by their keys. A file that is no TOML has its lines.
pub(super) fn of_file(path: &str, bytes: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = BTreeMap::new();
    if path.ends_with(".ics") {
        events(&text, &mut found);
        return found;
    }
    // a file beyond the bounds of a rule book does not load, and is told apart as a whole
    let is_toml = path.ends_with(".toml");
    let is_large = bytes.len() as u64 > RULE_FILE_BYTES || text.lines().count() > RULE_VALUES;
    if is_large || is_toml && !is_within_bounds(&text) {
        found.insert("*".to_owned(), crate::record::FileRef::digest(bytes));
        return found;
    }
    match text.parse::<toml::Table>() {
        Ok(table) if is_toml => collect(&Value::Table(table), "", &mut found),
        _ => lines(&text, &mut found),
    }
    found
}

fn collect(value: &Value, key: &str, found: &mut BTreeMap<String, String>) {
    // many keys may be in a table with a long name
    let join = |name: &str| short(&if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") });
    match value {
        Value::Table(table) => table.iter().for_each(|(name, value)| collect(value, &join(name), found)),
        Value::Array(items) if items.iter().any(Value::is_table) => {
            let mut times: HashMap<String, usize> = HashMap::new();
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
                while taken(&place, found) {
                    place.push('\'');
                }
                collect(item, &place, found);
            }
        }
        value => {
            found.insert(key.to_owned(), short(&value.to_string()));
        }
    }
}

/// The events of an iCalendar file, by their first day and their name.
fn events(text: &str, found: &mut BTreeMap<String, String>) {
    for event in text.split("BEGIN:VEVENT").skip(1) {
        let event = event.split("END:VEVENT").next().unwrap_or_default();
        let of = |name: &str| event.lines().find(|line| line.starts_with(name)).map(|line| line.trim_end().to_owned());
        let key = ["DTSTART", "SUMMARY"].into_iter().filter_map(of).collect::<Vec<_>>().join(" ");
        let rest = event.lines().map(str::trim_end).filter(|line| {
            !line.is_empty() && !["DTSTART", "SUMMARY", "DTSTAMP", "UID"].iter().any(|name| line.starts_with(name))
        });
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
        Some((end, _)) => format!("{}… {}", &text[..end], crate::record::FileRef::digest(text.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::of_file;

    #[test]
    fn comments_and_layout_are_no_leaves_and_entries_are_known_by_name() {
        let one = "# a limit\n[[rows]]\nname = \"a\"\nup-to = \"5.00\"\n[[rows]]\nname=\"a\"\nup-to = \"6.00\"\n[x]\nlist = [1, 2]\n";
        let leaves = of_file("policy/x.toml", one.as_bytes());
        let shown: Vec<String> = leaves.iter().map(|(key, value)| format!("{key}={value}")).collect();
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
        assert_eq!(leaves.keys().collect::<Vec<_>>(), ["DTSTART;VALUE=DATE:20261001 SUMMARY:国庆节"]);
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
            let kept: usize = leaves.iter().map(|(key, value)| key.len() + value.len()).sum();
            assert!(!leaves.is_empty() && kept < 3_000_000, "{kept} of {}", &text[..40]);
        }
    }
}
