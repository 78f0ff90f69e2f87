//! `docs/policy.md` describes the whole rule book. Each key that the loaders ask for is in one of its tables. Each
//! key of its tables is asked for, and is in an example. Every example loads.

use std::collections::BTreeSet;

use super::{Sources, said, sources_of, text};
use crate::calendar::Calendars;
use crate::compute::COMPUTATIONS;
use crate::locale::Label;
use crate::place::Problems;
use crate::place::toml::asked::{Asked, during};
use crate::place::toml::{Item, Section, read};
use crate::policy::CALENDAR;
use crate::policy::preset::{Preset, merge};

/// The page with every key.
pub(crate) fn reference() -> String {
    std::fs::read_to_string("docs/policy.md").expect("docs/policy.md")
}

/// A block of the page with a file name: `toml policy/kinds/inquiry.toml manufacturer instead`.
pub(crate) struct Example {
    /// The language of the block.
    language: String,
    /// The file that it is a part of.
    pub(crate) file: String,
    /// The preset that has the file.
    pub(crate) preset: String,
    /// Whether it replaces the whole file.
    instead: bool,
    pub(crate) text: String,
}

pub(crate) fn examples(page: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(_) if inside => inside = false,
            Some(info) => {
                let mut words = info.split(' ').map(str::to_owned);
                let language = words.next().unwrap_or_default();
                let file = words.next().unwrap_or_default();
                let preset = words.next().unwrap_or_else(|| Preset::DEFAULT.to_owned());
                inside = true;
                found.push(Example { language, file, preset, instead: words.next().is_some(), text: String::new() });
            }
            None if inside => {
                let example = found.last_mut().expect("a block has begun");
                example.text.push_str(line);
                example.text.push('\n');
            }
            None => {}
        }
    }
    found.retain(|example| !example.file.is_empty());
    found
}

/// The book of the example's preset, with the example in it.
fn with(example: &Example, templates: &[&Example]) -> Sources {
    let mut sources = sources_of(&example.preset);
    for template in templates {
        sources.insert(&template.file, template.text.clone().into_bytes());
    }
    let whole = match sources.bytes(&example.file).is_some() && !example.instead {
        true => merge(&example.file, text(&sources, &example.file), &example.text).expect("it fits the file"),
        false => example.text.clone(),
    };
    sources.insert(&example.file, whole.into_bytes());
    sources
}

/// Another module reads reports; its tests load their examples.
const REPORTS: &str = "reports/";

/// Loads every example of a page, and returns what was asked for.
fn loaded(page: &str) -> BTreeSet<Asked> {
    let examples = examples(page);
    let ours = examples.iter().filter(|example| !example.file.starts_with(REPORTS));
    let (templates, pieces): (Vec<&Example>, Vec<&Example>) = ours.partition(|example| example.language == "html");
    let mut wrong = String::new();
    let asked = during(|| {
        for example in pieces {
            let sources = with(example, &templates);
            for problem in said(&sources) {
                wrong.push_str(&format!("{problem}: {} as\n{}\n", example.file, example.text));
            }
            // a rule book reads its calendars on another thread
            let file = |path: &str| sources.bytes(path).map(<[u8]>::to_vec).ok_or_else(Label::default);
            let read = Calendars::read(CALENDAR, text(&sources, CALENDAR), &file, &Problems::new());
            assert!(read.is_some(), "{CALENDAR} with {}", example.file);
        }
    });
    assert!(wrong.is_empty(), "{wrong}");
    asked
}

/// Paths of tables whose keys are names, by file.
type Named = BTreeSet<(String, Vec<String>)>;

/// The parts of a path, without the numbers of entries.
fn parts(path: &str) -> Vec<String> {
    path.split('.').filter(|part| !part.is_empty() && part.parse::<usize>().is_err()).map(str::to_owned).collect()
}

/// The page's name for a key: `fields.*.type`, with `*` in place of names. `None` for a name, or a language of a
/// label.
fn called(file: &str, path: &[String], named: &Named) -> Option<(String, String)> {
    let name = |at: usize| {
        let above = &path[..at];
        named.contains(&(file.to_owned(), above.to_vec())) || above.last().is_some_and(|part| part == "labels")
    };
    let mut key: Vec<&str> = (0..path.len()).map(|at| if name(at) { "*" } else { path[at].as_str() }).collect();
    if ["*", "en", "zh"].contains(key.last()?) {
        return None;
    }
    // fields of lines and of groups are described with those of the record
    while key.starts_with(&["fields", "*", "of", "*"]) || key.starts_with(&["fields", "*", "fields", "*"]) {
        key.drain(2..4);
    }
    if key.starts_with(&["fields", "*", "of"]) && key.len() > 3 {
        key.remove(2);
    }
    let mut key = key.join(".");
    let places =
        ["steps.sets.*.", "steps.adds.*.*.", "steps.opens.with.*.", "steps.opens.set.*.", "steps.advances.with.*."];
    for place in places {
        if let Some(rest) = key.strip_prefix(place) {
            let mut rest = rest;
            while let Some(inner) = rest.strip_prefix("with.*.") {
                rest = inner;
            }
            key = format!("VALUE.{rest}");
        }
    }
    if let Some(rest) = key.strip_prefix("fields.*.not-by.") {
        key = format!("steps.not-by.{rest}");
    }
    let input = |rest: &str| !["by", "gives"].contains(&rest) && !rest.starts_with("gives.");
    if key.strip_prefix("computed.*.").is_some_and(input) {
        return None; // a separate table describes the inputs
    }
    let file = match file {
        kind if kind.starts_with("policy/kinds/") => "policy/kinds/KIND.toml",
        report if report.starts_with(REPORTS) => "reports/NAME.toml",
        file => file,
    };
    Some((file.to_owned(), key))
}

/// The keys in the tables of the page, by file.
fn documented(page: &str) -> BTreeSet<(String, String)> {
    let (mut file, mut above, mut table) = (String::new(), String::new(), false);
    let mut found = BTreeSet::new();
    for line in page.lines() {
        let heading = |mark: &str| Some(line.strip_prefix(mark)?.split('`').nth(1).unwrap_or_default().to_owned());
        if let Some(named) = heading("## ") {
            (file, above) = (named, String::new());
        } else if let Some(named) = heading("### ") {
            let bare = named.trim_matches(['[', ']']);
            if bare == named {
                above = named;
            } else {
                above = generic(bare);
                // the heading describes the table itself
                found.insert((file.clone(), above.trim_end_matches(".*").to_owned()));
            }
        } else if line == "| key | what it says |" {
            table = true;
        } else if !line.starts_with('|') {
            table = false;
        } else if table && line.starts_with("| `") {
            let cell = line[2..].split(" | ").next().unwrap_or_default();
            for key in cell.split('`').skip(1).step_by(2) {
                let key = generic(key);
                let key = if above.is_empty() { key } else { format!("{above}.{key}") };
                found.insert((file.clone(), key));
            }
        }
    }
    found
}

/// `gives.NAME.value` as `gives.*.value`.
fn generic(key: &str) -> String {
    let is_name = |part: &str| part.bytes().all(|byte| byte.is_ascii_uppercase());
    key.split('.').map(|part| if is_name(part) { "*" } else { part }).collect::<Vec<_>>().join(".")
}

/// The paths of all keys of a table.
fn paths(section: &Section, above: &[String], found: &mut Vec<Vec<String>>) {
    for (name, item) in section.entries() {
        let path: Vec<String> = above.iter().cloned().chain([name.value.clone()]).collect();
        let mut inside = |item: &Item| {
            if let Item::Section(section) = item {
                paths(section, &path, found);
            }
        };
        match item {
            Item::List(_, items) => items.iter().for_each(&mut inside),
            item => inside(item),
        }
        found.push(path);
    }
}

/// Compares the tables and examples of the page with what was asked for, for the files that are `ours`.
pub(crate) fn hold(asked: &BTreeSet<Asked>, ours: fn(&str) -> bool) {
    let page = reference();
    let names = asked.iter().filter(|question| question.key.is_none());
    let named: Named = names.map(|question| (question.file.clone(), parts(&question.section))).collect();
    let keys: BTreeSet<(String, String)> = asked
        .iter()
        .filter(|question| ours(&question.file))
        .filter_map(|question| {
            let mut path = parts(&question.section);
            path.push(question.key.clone()?);
            called(&question.file, &path, &named)
        })
        .collect();
    let mut shown = BTreeSet::new();
    for example in examples(&page).iter().filter(|example| example.language == "toml") {
        let (section, mut found) = (read(&example.file, &example.text, &Problems::new()).expect("TOML"), Vec::new());
        paths(&section, &[], &mut found);
        shown.extend(found.iter().filter_map(|path| called(&example.file, path, &named)));
    }
    let mut documented = documented(&page);
    documented.retain(|(file, _)| ours(file));
    assert!(documented.len() > 20, "the tables of docs/policy.md were not found");
    let missing: Vec<_> = keys.difference(&documented).collect();
    assert!(missing.is_empty(), "docs/policy.md does not describe these keys: {missing:#?}");
    let unknown: Vec<_> = documented.difference(&keys).collect();
    assert!(unknown.is_empty(), "docs/policy.md describes what no loader asks for: {unknown:#?}");
    let bare: Vec<_> = documented.difference(&shown).collect();
    assert!(bare.is_empty(), "docs/policy.md has no example with these keys: {bare:#?}");
}

#[test]
fn every_key_of_the_rule_book_is_documented_with_an_example() {
    let mut asked = loaded(&reference());
    for preset in ["basic", "manufacturer", "agency", "vip-sales", "terminals"] {
        asked.extend(during(|| drop(said(&sources_of(preset)))));
    }
    hold(&asked, |file| !file.starts_with(REPORTS));
}

#[test]
fn the_computations_of_the_reference_are_those_of_the_program() {
    let page = reference();
    let (_, table) = page.split_once("| computation | inputs | values |\n|---|---|---|\n").expect("the table");
    let rows = table.lines().take_while(|line| line.starts_with("| `"));
    let codes = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let written: Vec<Vec<Vec<String>>> =
        rows.map(|row| row.trim_matches('|').split('|').map(codes).collect()).collect();
    let own: Vec<Vec<Vec<String>>> = COMPUTATIONS
        .iter()
        .map(|computation| {
            let inputs = computation.inputs.iter().map(|input| input.name.to_owned()).collect();
            let values = (computation.outputs)().iter().map(|output| output.name.to_owned()).collect();
            vec![vec![computation.name.to_owned()], inputs, values]
        })
        .collect();
    assert_eq!(written, own);
}

/// The tables of a page, each with its file: headings in English; in Chinese, lines below the heading of the file.
fn tables(page: &str, file_mark: &str, table_mark: &str) -> BTreeSet<(String, String)> {
    let (mut file, mut found) = (String::new(), BTreeSet::new());
    for line in page.lines() {
        let named = |mark: &str| Some(line.strip_prefix(mark)?.strip_prefix('`')?.split('`').next()?.to_owned());
        if let Some(named) = named(file_mark) {
            file = named;
        } else if let Some(named) = named(table_mark).filter(|_| !file.is_empty()) {
            found.insert((file.clone(), named));
        }
    }
    found
}

#[test]
fn every_table_of_the_reference_stands_in_the_chinese_page() {
    let chinese = std::fs::read_to_string("docs/zh/policy.md").expect("docs/zh/policy.md");
    let (_, list) = chinese.split_once("## 全部文件和键").expect("the list of tables");
    assert_eq!(tables(list, "### ", "- "), tables(&reference(), "## ", "### "));
}

#[test]
fn the_examples_of_the_chinese_cookbook_load() {
    let page = std::fs::read_to_string("docs/zh/policy.md").expect("docs/zh/policy.md");
    assert!(loaded(&page).iter().any(|question| question.file == "policy/kinds/repair.toml"));
}
