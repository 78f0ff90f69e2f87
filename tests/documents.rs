//! The documents are true: duties name commands, policy files and tests that exist, pages and code refer only to
//! things in the repository, and the links of pages lead somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where text is that must make sense to a reader who has only the repository.
const PLACES: [&str; 6] = ["src", "tests", "benches", "examples", "docs", "proptest-regressions"];
const PAGES: [&str; 3] = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"];
/// This file names what no other file may name.
const OWN: &str = "tests/documents.rs";

fn files() -> Vec<PathBuf> {
    let walked = PLACES.iter().flat_map(|place| walkdir::WalkDir::new(place).sort_by_file_name());
    let found = walked.filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    found.map(walkdir::DirEntry::into_path).chain(PAGES.iter().map(PathBuf::from)).collect()
}

/// The rows of the tables of a page, each as its cells.
fn rows(page: &str) -> Vec<Vec<String>> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("|---"));
    let cells = |row: &str| row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    rows.map(cells).collect()
}

/// The texts in back quotes.
fn codes(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path.as_ref()).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

fn duties() -> Vec<Vec<String>> {
    let is_duty = |row: &Vec<String>| row[0].len() > 2 && row[0][2..].bytes().all(|byte| byte.is_ascii_digit());
    rows(&read("docs/duties.md")).into_iter().filter(is_duty).collect()
}

fn printed(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_redress")).args(words).output().expect("the program runs");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn duties_name_what_there_is() {
    let duties = duties();
    assert!(duties.len() > 60, "the tables of docs/duties.md were not found");
    let help = printed(&["--help"]);
    let commands: BTreeSet<&str> = help
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let mut wrong = Vec::new();
    for duty in &duties {
        let [id, _, done, policy, test] = duty.as_slice() else { panic!("{duty:?} has not five cells") };
        if policy.is_empty() && !done.starts_with("not yet") {
            wrong.push(format!("{id}: no policy file"));
        }
        for line in codes(done) {
            let command = line.strip_prefix("redress ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
            if !commands.contains(command) {
                wrong.push(format!("{id}: no command `{line}`"));
            }
        }
        for file in codes(policy) {
            let preset = |preset: &&str| {
                Path::new("src/policy/presets").join(preset).join(file.trim_start_matches("policy/")).is_file()
            };
            let known = [
                "base",
                "basic",
                "manufacturer",
                "agency",
                "service-desk",
                "terminals",
                "vip-sales",
                "property",
                "parts/regulator",
            ];
            if !known.iter().any(preset) {
                wrong.push(format!("{id}: no preset has {file}"));
            }
        }
        for named in codes(test) {
            let (file, name) = named.split_once("::").unwrap_or((named, ""));
            let there = std::fs::read_to_string(file).is_ok_and(|text| text.contains(&format!("fn {name}(")));
            if !there {
                wrong.push(format!("{id}: no test {named}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn invariants_name_the_tests_that_hold_them() {
    let page = read("ARCHITECTURE.md");
    let named: Vec<&str> = codes(&page).filter(|code| code.contains(".rs::")).collect();
    assert!(named.len() > 10, "the table of invariants was not found");
    for code in named {
        let (file, name) = code.split_once("::").expect("a test");
        let text = read(file);
        assert!(text.contains(&format!("fn {name}(")), "there is no test {code}");
    }
}

#[test]
fn code_names_only_duties_that_the_page_has() {
    let duties: BTreeSet<String> = duties().into_iter().map(|row| row[0].clone()).collect();
    let areas: BTreeSet<&str> = duties.iter().map(|id| &id[..2]).collect();
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs")) {
        for (number, line) in read(file).lines().enumerate() {
            let comment = line.split_once("//").map_or("", |(_, comment)| comment);
            for word in comment.split(|c: char| !c.is_ascii_alphanumeric()) {
                let is_id = word.len() > 2
                    && word.is_ascii()
                    && areas.contains(&word[..2])
                    && word[2..].bytes().all(|byte| byte.is_ascii_digit());
                if is_id && !duties.contains(word) {
                    wrong.push(format!("{}:{}: {word}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_refers_to_what_is_not_in_the_repository() {
    let elsewhere =
        ["(design: ", "the design's", "(names: JSON", "(names: exit", "(names: time", "Rules: names", "spec/"];
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| file.as_path() != Path::new(OWN)) {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", file.display(), number + 1);
            wrong.extend(elsewhere.iter().filter(|word| line.contains(**word)).map(|word| format!("{place}: {word}")));
            // pages that are named
            for (at, _) in line.match_indices(".md") {
                let part_of_name = |c: char| c.is_ascii_alphanumeric() || "-_/.".contains(c);
                if line[at + 3..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
                    continue;
                }
                let start = line[..at]
                    .rfind(|c: char| !part_of_name(c))
                    .map_or(0, |before| before + line[before..].chars().next().map_or(1, char::len_utf8));
                let page = &line[start..at + 3];
                let beside = file.parent().unwrap_or(Path::new("")).join(page);
                let there = [PathBuf::from(page), Path::new("docs").join(page), beside];
                let of_tests = ["other.md", ".md"].contains(&page) || page.starts_with('/');
                if !of_tests && !there.iter().any(|path| path.is_file()) {
                    wrong.push(format!("{place}: there is no page {page}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_chinese_page_is_of_a_page() {
    let pages = |folder: &str| -> BTreeMap<String, String> {
        let entries = std::fs::read_dir(folder).expect("docs").filter_map(Result::ok);
        let pages = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "md"));
        pages.map(|entry| (entry.file_name().to_string_lossy().into_owned(), read(entry.path()))).collect()
    };
    let english = pages("docs");
    for (name, text) in pages("docs/zh") {
        assert!(english.contains_key(&name), "docs/zh/{name} is of no page");
        assert!(text.contains(|c: char| c > '\u{4e00}'), "docs/zh/{name} is not Chinese");
        // the page of the rule book is a cookbook with a list of its tables, which `policy::tests::documented` checks
        if name != "policy.md" {
            let parts = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
            assert_eq!(parts(&text), parts(&english[&name]), "docs/zh/{name} has other parts than docs/{name}");
        }
    }
}

/// The pictures of a page, each with what it says in words.
fn pictures(page: &str) -> Vec<(&str, &str)> {
    let parts = page.split("![").skip(1).filter_map(|rest| rest.split_once("]("));
    parts.filter_map(|(words, rest)| Some((words, rest.split_once(')')?.0))).collect()
}

#[test]
fn pictures_are_small_told_in_words_and_made_by_their_script() {
    let script = read("docs/pictures/make");
    let (mut found, mut shown) = (BTreeSet::new(), BTreeSet::new());
    for page in files().iter().filter(|file| file.extension().is_some_and(|ending| ending == "md")) {
        for (words, file) in pictures(&read(page)).iter().filter(|(_, file)| !file.starts_with("http")) {
            let path = page.parent().unwrap_or(Path::new("")).join(file);
            let size = std::fs::metadata(&path).map(|file| file.len());
            assert!(size.is_ok_and(|size| size < 150_000), "{}: {file} is not there, or not small", page.display());
            assert!(words.chars().count() > 20, "{}: {file} is not told in words", page.display());
            shown.insert(path);
        }
    }
    for entry in std::fs::read_dir("docs/pictures").expect("pictures").filter_map(Result::ok) {
        let path = entry.path();
        if path.extension().is_some_and(|ending| ending == "png") {
            let name = entry.file_name().to_string_lossy().into_owned();
            assert!(script.contains(&name), "{name} is made by no script");
            found.insert(path);
        }
    }
    assert_eq!(found, shown, "pictures that there are, and pictures that pages show");
    assert!(found.len() > 2, "{found:?}");
    // its shell is right, and so are the commands that it gives
    let checked = Command::new("sh").args(["-n", "docs/pictures/make"]).status().expect("a shell");
    assert!(checked.success());
    let commands: Vec<Vec<&str>> = script
        .lines()
        .filter_map(|line| line.split_once("redress ").map(|(_, rest)| rest.split_whitespace().collect()))
        .filter(|words: &Vec<&str>| words.iter().any(|word| *word == "--lang" || *word == "--quiet"))
        .collect();
    assert!(commands.len() > 4, "{commands:?}");
    for words in commands {
        let command = words.iter().find(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())).expect("a command");
        let help = printed(&[command, "--help"]);
        let flags = words.iter().filter(|word| word.starts_with("--")).map(|word| word.trim_end_matches(')'));
        for flag in flags {
            assert!(help.contains(flag), "docs/pictures/make: `{command}` has no {flag}");
        }
    }
}

#[test]
fn the_pages_of_bounds_have_the_figures_of_the_program() {
    for (page, chinese) in [("docs/bounds.md", false), ("docs/zh/bounds.md", true)] {
        let rows = rows(&read(page));
        let shown: Vec<(&str, &str)> = rows
            .iter()
            .filter_map(|row| Some((row.first()?.strip_prefix('`')?.strip_suffix('`')?, row.get(2)?.as_str())))
            .collect();
        let wanted: Vec<(&str, String)> =
            redress::bounds::ALL.iter().map(|bound| (bound.name, bound.shown(chinese))).collect();
        let wanted: Vec<(&str, &str)> = wanted.iter().map(|(name, shown)| (*name, shown.as_str())).collect();
        assert_eq!(shown, wanted, "{page}");
    }
}
