//! Layers import only downwards: every `crate::module` in `src` is in the table of `ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[path = "layers/circles.rs"]
mod circles;

/// Each module with the modules that it may use, from the rows `| layer | `module` | what | may use |`.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let page = std::fs::read_to_string("ARCHITECTURE.md").expect("ARCHITECTURE.md is in the project");
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    page.lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            let module = names(cells[1]).pop_first().expect("a module in back quotes");
            (module, names(cells[3]))
        })
        .collect()
}

fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").expect("walked from src");
    let first = inside.components().next().expect("a file").as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The top-level modules that a line of code names.
fn used(line: &str, crate_name: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let mut found = Vec::new();
    for prefix in ["crate::", crate_name] {
        for (at, _) in code.match_indices(prefix) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
                continue;
            }
            let rest = &code[at + prefix.len()..];
            match rest.strip_prefix('{') {
                Some(group) => found.extend(group.split([',', '}']).map(|name| first_word(name.trim()))),
                None => found.push(first_word(rest)),
            }
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn layers_import_downward_only() {
    let table = table();
    assert!(table.len() > 5, "the table of ARCHITECTURE.md was not found");
    let mut wrong = Vec::new();
    for entry in walkdir::WalkDir::new("src").sort_by_file_name() {
        let entry = entry.expect("src can be read");
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let module = module_of(path);
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(may_use) = table.get(&module) else {
            wrong.push(format!("{}: module `{module}` is not in the table", path.display()));
            continue;
        };
        let text = std::fs::read_to_string(path).expect("a source file");
        for (number, line) in text.lines().enumerate() {
            for name in used(line, "redress::") {
                if name != module && table.contains_key(&name) && !may_use.contains(&name) {
                    wrong.push(format!("{}:{}: `{module}` may not use `{name}`", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_use_that_the_table_allows_is_made() {
    let mut unused = table();
    for entry in walkdir::WalkDir::new("src").sort_by_file_name() {
        let entry = entry.expect("src can be read");
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "rs")
            && let Some(allowed) = unused.get_mut(&module_of(path))
        {
            let text = std::fs::read_to_string(path).expect("a source file");
            for name in text.lines().flat_map(|line| used(line, "redress::")) {
                allowed.remove(&name);
            }
        }
    }
    unused.retain(|_, allowed| !allowed.is_empty());
    assert!(unused.is_empty(), "the table of ARCHITECTURE.md allows what nothing uses: {unused:?}");
}

#[test]
fn the_table_has_no_cycle() {
    let table = table();
    let mut order: Vec<&String> = Vec::new();
    while order.len() < table.len() {
        let next = table
            .iter()
            .find(|(module, uses)| !order.contains(module) && uses.iter().all(|used| order.contains(&used)))
            .map(|(module, _)| module);
        order.push(next.unwrap_or_else(|| panic!("a cycle among {:?}", table.keys().collect::<Vec<_>>())));
    }
}

/// The modules below the policy. The names that they need are in policy files, or in the one file of a computed kind.
const ENGINE: [&str; 4] = ["record", "kind", "calendar", "filter"];

/// Names of kinds and fields of the presets that are also the program's own words: keys of files and of JSON.
const WORDS: [&str; 61] = [
    "name",
    "label",
    "prefix",
    "folder",
    "kind",
    "from",
    "until",
    "by",
    "at",
    "to",
    "step",
    "note",
    "due",
    "text",
    "answer",
    "day",
    "date",
    "person",
    "role",
    "department",
    "phone",
    "email",
    "needs",
    "reason",
    "type",
    "of",
    "labels",
    "assignee",
    "deadline",
    "source",
    "files",
    "missed",
    "file",
    "who",
    "unit",
    "id",
    "title",
    "milestones",
    "values",
    "with",
    "holder",
    "changes",
    "pending",
    "late",
    "asked",
    "answers",
    "questions",
    "responses",
    "month",
    "days",
    "record",
    "proposals",
    "starts",
    "hours",
    "leave",
    "joined",
    "in",
    "out",
    "excuse",
    "early",
    "absent",
];

/// The names of all kinds of the presets and of their fields.
fn names_of_presets() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in walkdir::WalkDir::new("src/policy/presets") {
        let entry = entry.expect("the presets can be read");
        if !entry.path().to_string_lossy().contains("/kinds/") || !entry.file_type().is_file() {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a kind file");
        found.insert(entry.path().file_stem().expect("a name").to_string_lossy().into_owned());
        let headings = text.lines().filter_map(|line| line.strip_prefix("[fields.")?.strip_suffix(']'));
        found.extend(headings.filter_map(|path| path.rsplit('.').next()).map(str::to_owned));
    }
    found.retain(|name| !WORDS.contains(&name.as_str()));
    found
}

#[test]
fn the_engine_names_no_kind_and_no_field() {
    let names = names_of_presets();
    assert!(names.len() > 60 && names.contains("complaint") && names.contains("promised"), "{names:?}");
    let mut wrong = Vec::new();
    for entry in ENGINE.iter().flat_map(|module| walkdir::WalkDir::new(format!("src/{module}")).sort_by_file_name()) {
        let entry = entry.expect("src can be read");
        let path = entry.path();
        let shown = path.display().to_string();
        let of_tests = ["/tests", "fixture", "agree", "random", "oracle", "ground", "properties", "mutations", "nasty"];
        if path.extension().is_none_or(|extension| extension != "rs")
            || of_tests.iter().any(|part| shown.contains(part))
        {
            continue;
        }
        let text = std::fs::read_to_string(path).expect("a source file");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (number, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            let foreign = |word: &str| FOREIGN.iter().any(|(file, words)| shown == *file && words.contains(&word));
            let quoted = line.split('"').skip(1).step_by(2).filter(|word| names.contains(*word) && !foreign(word));
            wrong.extend(quoted.map(|literal| format!("{shown}:{}: \"{literal}\"", number + 1)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The modules above the policy. The policy names what they do with a company's records.
const ABOVE: [&str; 12] =
    ["lifecycle", "money", "entry", "check", "planning", "report", "audit", "book", "gather", "render", "form", "cli"];

/// Files with invented words. The demonstration fills a new book of a preset, in the words of that preset, and the
/// sample shows renderers what a report can hold.
const INVENTED: [&str; 2] = ["src/cli/invented.rs", "src/render/sample.rs"];

/// Words of the program's own that presets use too, by file, and what they are there.
const OWN: &[(&str, &[&str], &str)] = &[
    ("src/entry/batch.rs", &["edit"], "what a line of a batch does"),
    ("src/audit/rules/files.rs", &["kind", "id"], "a key of every record"),
    ("src/report/plain.rs", &["closed", "id"], "a column that every kind has"),
    ("src/report/language/column.rs", &["closed", "id"], "a column that every kind has"),
    ("src/report/language/read/figures.rs", &["rate", "score"], "a key of figures"),
    (
        "src/book/index",
        &["closed", "commit", "id", "holder"],
        "columns that every kind has; a part of what is printed for engineers",
    ),
    ("src/report/monthly/figures.rs", &["closed"], "a column that every kind has"),
    ("src/cli/commands/list.rs", &["kind"], "what every record has"),
    ("src/cli/record_columns.rs", &["id"], "what every record has"),
    ("src/cli/commands/report.rs", &["text"], "a format of reports"),
    ("src/cli/complete.rs", &["holder"], "a term of filters"),
    ("src/cli/commands/due.rs", &["kind"], "what every record has"),
];

/// Words that others write into files which the program reads, and that presets use too: the file, and the words.
const FOREIGN: &[(&str, &[&str])] = &[("src/calendar/ics/kinds.rs", &["birthday", "meeting"])];

/// What stands before a text that is used to look something up: the methods that find by name, and comparisons. In a
/// `match` the arrow comes after it.
const LOOKUPS: [&str; 18] = [
    ".kind(",
    ".field(",
    ".find(",
    ".field_id(",
    ".state(",
    ".deadline(",
    ".step(",
    ".role(",
    ".department(",
    ".steps_named(",
    ".step_label(",
    ".milestone(",
    ".shape(",
    ".is(",
    ".is_not(",
    ".between(",
    "==",
    "!=",
];

/// The names of kinds, fields, states, steps and deadlines of the presets, and of their roles and departments.
fn words_of_presets() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in walkdir::WalkDir::new("src/policy/presets") {
        let entry = entry.expect("the presets can be read");
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let file = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let is_kind = path.to_string_lossy().contains("/kinds/");
        let mut section = "";
        for line in std::fs::read_to_string(path).expect("a preset's file").lines() {
            if let Some(heading) = line.strip_prefix('[') {
                let heading = heading.trim_start_matches('[').split(']').next().unwrap_or_default();
                let mut parts = heading.split('.');
                section = match parts.next().unwrap_or_default() {
                    "steps" => "steps",
                    "deadlines" => "deadlines",
                    named @ ("fields" | "states" | "roles" | "departments") => {
                        let own = is_kind == matches!(named, "fields" | "states");
                        let name = parts.rfind(|part| !["of", "labels"].contains(part)).filter(|_| own);
                        found.extend(name.map(str::to_owned));
                        ""
                    }
                    _ => "",
                };
            }
            if is_kind && !section.is_empty() {
                let name = line.strip_prefix("name = \"").and_then(|rest| rest.split('"').next());
                found.extend(name.map(str::to_owned));
            }
        }
        if is_kind {
            found.insert(file);
        }
    }
    found
}

/// The texts in quotes of a source file that are used to look something up, each with its line. Comments and code for
/// tests are left out. A column of a report, a key of JSON or a word of a message may have the same name as something
/// of a company.
fn looked_up(source: &str) -> Vec<(usize, String)> {
    let code = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let (mut rest, mut before) = (line, String::new());
        while let Some(c) = rest.chars().next() {
            if rest.starts_with("//") {
                break;
            }
            // a quote as a character is no text
            if let Some(after) = rest.strip_prefix("'\"'") {
                rest = after;
                continue;
            }
            rest = &rest[c.len_utf8()..];
            if c != '"' {
                before.push(c);
                continue;
            }
            let mut text = String::new();
            while let Some(c) = rest.chars().next() {
                rest = &rest[c.len_utf8()..];
                match c {
                    '"' => break,
                    '\\' => rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default(),
                    c => text.push(c),
                }
            }
            let call = before.trim_end_matches(['&', '[', ' ']);
            let call = call.strip_suffix("Some(").unwrap_or(call).trim_end();
            let after = rest.trim_start();
            let arm = after.starts_with("=>") || after.starts_with('|') && !after.starts_with("||");
            if arm || LOOKUPS.iter().any(|lookup| call.ends_with(lookup)) {
                found.push((number + 1, text));
            }
            before.clear();
        }
    }
    found
}

#[test]
fn what_a_company_calls_its_things_stands_in_its_policy() {
    let words = words_of_presets();
    for known in ["complaint", "duplicate-of", "accepted", "attribute", "cs-manager", "warehouse", "handling"] {
        assert!(words.contains(known), "{known} is a word of the presets: {words:?}");
    }
    let all = OWN.iter().flat_map(|(place, words, _)| words.iter().map(move |word| (*place, *word)));
    let (mut wrong, mut unused) = (Vec::new(), all.collect::<BTreeSet<(&str, &str)>>());
    for entry in ABOVE.iter().flat_map(|module| walkdir::WalkDir::new(format!("src/{module}")).sort_by_file_name()) {
        let entry = entry.expect("src can be read");
        let shown = entry.path().display().to_string();
        let of_tests = ["/tests", "fixture", "testing", "ground", "oracle"];
        if !shown.ends_with(".rs") || of_tests.iter().any(|part| shown.contains(part)) || INVENTED.contains(&&*shown) {
            continue;
        }
        for (line, text) in looked_up(&std::fs::read_to_string(entry.path()).expect("a source file")) {
            // of a condition, what it is about
            let word = text.split(['=', '!', '~', '<', '>']).next().unwrap_or_default();
            if !words.contains(word) {
                continue;
            }
            let own = OWN.iter().filter(|(place, words, _)| shown.starts_with(place) && words.contains(&word));
            let own: Vec<&str> = own.map(|(place, ..)| *place).collect();
            if own.is_empty() {
                wrong.push(format!("{shown}:{line}: \"{word}\" is a word of the presets: let the policy name it"));
            }
            unused.retain(|(place, known)| *known != word || !own.contains(place));
        }
    }
    wrong.extend(unused.iter().map(|(place, word)| format!("{place}: nothing is called \"{word}\" any more")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
