//! Within a folder no module imports another one that imports it back, directly or through others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Folders whose modules still import one another in a circle. The list may only get shorter.
const CIRCULAR: &[&str] = &[
    "src/book",
    "src/cli",
    "src/filter",
    "src/kind",
    "src/lifecycle",
    "src/locale",
    "src/place",
    "src/policy",
    "src/record",
    "src/record/yaml",
    "src/render",
    "src/report",
    "src/report/monthly",
];

type Edges = BTreeMap<String, BTreeSet<String>>;

/// The code of a file without comments, texts and its tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source file");
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let line = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        code.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The paths that a group of imports names: `a::{b, c::d}` names `a::b` and `a::c::d`.
fn flat(group: &str, before: &str, found: &mut Vec<String>) {
    let group = group.trim();
    let Some((head, inner)) = group.split_once('{') else {
        let name = group.split(" as ").next().unwrap_or_default().trim();
        if !name.is_empty() {
            found.push(format!("{before}{name}").trim_end_matches("::self").to_owned());
        }
        return;
    };
    let (mut depth, mut part) = (0, String::new());
    for sign in inner.strip_suffix('}').unwrap_or(inner).chars().chain([',']) {
        match sign {
            ',' if depth == 0 => flat(&std::mem::take(&mut part), &format!("{before}{}", head.trim()), found),
            _ => {
                depth += i32::from(sign == '{') - i32::from(sign == '}');
                part.push(sign);
            }
        }
    }
}

/// Every path that a file names, in imports and elsewhere.
fn paths(code: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), String::new());
    let mut import: Option<String> = None;
    for line in code.lines() {
        let (visibility, named) = line.trim().split_once("use ").unwrap_or(("-", ""));
        if import.is_none() && (visibility.is_empty() || visibility.starts_with("pub")) {
            import = Some(named.to_owned());
        } else if let Some(import) = &mut import {
            import.push_str(line);
        } else {
            rest.push_str(line);
            rest.push('\n');
        }
        if import.as_ref().is_some_and(|import| import.trim_end().ends_with(';')) {
            flat(import.take().unwrap_or_default().trim_end().trim_end_matches(';'), "", &mut found);
        }
    }
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let elsewhere =
        rest.split(|c| !is_path(c)).filter(|path| path.starts_with("crate::") || path.starts_with("super::"));
    found.extend(elsewhere.map(|path| path.trim_end_matches(':').to_owned()));
    found
}

/// The file that declares the modules of a folder.
fn head(folder: &Path) -> Option<PathBuf> {
    [folder.join("mod.rs"), folder.with_extension("rs")].into_iter().find(|path| path.is_file())
}

/// The modules of a folder, each with its files, without those for tests.
fn modules(folder: &Path, declared: &str) -> BTreeMap<String, Vec<PathBuf>> {
    let lines: Vec<&str> = declared.lines().map(str::trim).collect();
    let for_tests =
        lines.windows(2).filter(|two| two[0] == "#[cfg(test)]").filter_map(|two| two[1].split("mod ").nth(1));
    let tests: BTreeSet<&str> = for_tests.map(|name| name.trim_end_matches(';')).collect();
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let path = entry.expect("src can be read").into_path();
        let below = path.strip_prefix(folder).expect("walked from the folder");
        let Some(first) = below.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned()) else {
            continue;
        };
        let name = first.trim_end_matches(".rs");
        let ignored =
            name == "mod" || tests.contains(name) || below.iter().any(|part| part.to_string_lossy().contains("tests"));
        if !ignored && path.extension().is_some_and(|extension| extension == "rs") {
            found.entry(name.to_owned()).or_default().push(path);
        }
    }
    found
}

/// Which modules of a folder import which. A name that the head of the folder re-exports counts for the module that
/// defines it.
fn edges(folder: &Path, head: &Path) -> Edges {
    let declared = code(head);
    let modules = modules(folder, &declared);
    let mut passed_on = BTreeMap::new();
    for path in paths(&declared) {
        let path = path.trim_start_matches("self::");
        let (first, last) = (path.split("::").next().unwrap_or_default(), path.rsplit("::").next().unwrap_or_default());
        if modules.contains_key(first) && first != path {
            passed_on.insert(last.to_owned(), first.to_owned());
        }
    }
    let own: Vec<String> = folder.iter().skip(1).map(|part| part.to_string_lossy().into_owned()).collect();
    let absolute = format!("crate::{}::", own.join("::"));
    let mut found = Edges::new();
    for (module, files) in &modules {
        for file in files {
            let below = file.strip_prefix(folder).expect("a file of the folder");
            let depth = below.components().count() - usize::from(below.ends_with("mod.rs"));
            let relative = "super::".repeat(depth);
            for path in paths(&code(file)) {
                let relative = path.strip_prefix(&relative).filter(|rest| !rest.starts_with("super"));
                let Some(rest) = relative.or_else(|| path.strip_prefix(&absolute)) else { continue };
                let first = rest.split("::").next().unwrap_or_default();
                let used =
                    if modules.contains_key(first) { Some(first) } else { passed_on.get(first).map(String::as_str) };
                if let Some(used) = used.filter(|used| used != module) {
                    found.entry(module.clone()).or_default().insert(used.to_owned());
                }
            }
        }
    }
    found
}

/// The modules that import one another in a circle. All modules that import none of the rest, or that none of the
/// rest imports, are removed, and the others remain.
fn circle(mut edges: Edges) -> Edges {
    loop {
        let importing: BTreeSet<String> = edges.keys().cloned().collect();
        let imported: BTreeSet<String> = edges.values().flatten().cloned().collect();
        let before = edges.values().map(BTreeSet::len).sum::<usize>();
        edges.retain(|module, _| imported.contains(module));
        edges.values_mut().for_each(|used| used.retain(|used| importing.contains(used)));
        edges.retain(|_, used| !used.is_empty());
        if edges.values().map(BTreeSet::len).sum::<usize>() == before {
            return edges;
        }
    }
}

#[test]
fn modules_of_a_folder_import_one_another_in_no_circle() {
    let mut wrong = Vec::new();
    for entry in walkdir::WalkDir::new("src").min_depth(1).sort_by_file_name() {
        let folder = entry.expect("src can be read").into_path();
        let Some(head) = head(&folder).filter(|_| folder.is_dir()) else { continue };
        let shown = folder.display().to_string();
        let circle = circle(edges(&folder, &head));
        match (CIRCULAR.contains(&&*shown), circle.is_empty()) {
            (false, false) => wrong.push(format!("{shown}: these import one another in a circle: {circle:?}")),
            (true, true) => wrong.push(format!("{shown}: has no circle any more, take it off the list")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
