//! Layers import downward only: every `crate::module` in `src` stands in the table of `ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// module → the modules that it may use, from the rows `| layer | `module` | what | may use |`.
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

/// The modules that know no company's kinds: what they name stands in policy files, or in the one file of a computed kind
/// (design: types).
const ENGINE: [&str; 6] = ["record", "kind", "calendar", "filter", "lifecycle", "book"];

/// Names of kinds and fields of the presets that are words of the program's own as well: keys of files and of JSON.
const WORDS: [&str; 31] = [
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
            let quoted = line.split('"').skip(1).step_by(2).filter(|literal| names.contains(*literal));
            wrong.extend(quoted.map(|literal| format!("{shown}:{}: \"{literal}\"", number + 1)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
