//! The pages of docs/ describe output and input as the program has them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

fn page(name: &str) -> String {
    std::fs::read_to_string(format!("docs/{name}")).expect("a page")
}

/// The first and second cells of the rows of all tables whose first heading is this.
fn table(page: &str, heading: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if line.starts_with(&format!("| {heading} |")) {
            inside = true;
        } else if !line.starts_with('|') {
            inside = false;
        } else if inside && !line.starts_with("|---") {
            let mut cells = line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned());
            found.push((cells.next().unwrap_or_default(), cells.next().unwrap_or_default()));
        }
    }
    found
}

fn codes(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// A book in which every command has something to answer.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    sandbox.run("init --preset manufacturer");
    sandbox.run("new client name=恒泰 phone=0571-88886666 city=杭州 --key client");
    sandbox.run("new complaint client=client channel=phone content=leak quantity=12 --key one");
    sandbox.write("photo.txt", "a photograph");
    sandbox.write("clients.csv", "name,phone\n万山,0571-1\n");
    sandbox
}

/// What is typed for each row of the table.
const TYPED: [(&str, &str); 35] = [
    ("init", "init"),
    ("demo", "demo sample"),
    ("new", "new complaint client=client channel=phone content=broken --key two"),
    ("edit", "edit one note=once"),
    ("advance ID STEP", "advance one assign assignee=li.na"),
    ("advance ID", "advance one"),
    ("batch", ""),
    ("import", "import client clients.csv"),
    ("attach", "attach one photo.txt"),
    ("undo", "undo -y"),
    ("show", "show one"),
    ("list", "list complaint"),
    ("find", "find leak"),
    ("due", "due --all"),
    ("due --by holder", "due --by holder"),
    ("explain", "explain one"),
    ("log", "log"),
    ("log ID", "log one"),
    ("query", "query 'select id from complaint'"),
    ("report", "report"),
    ("report NAME", "report monthly 2026-10"),
    ("report NAME --close", "report monthly 2026-10 --close -m early"),
    ("remind", "remind"),
    ("plan callbacks", "plan callbacks 2026-12"),
    ("assign", "assign client"),
    ("print", "print one complaint-slip -o slip.html"),
    ("calendar day", "calendar day 2026-10-01"),
    ("calendar add", "calendar add 2026-11-24T09:00 2wd"),
    ("calendar between", "calendar between 2026-11-24T09:00 2026-11-25T09:00"),
    ("clone", "clone . copy"),
    ("doctor", "doctor"),
    ("audit", "audit"),
    ("policy show", "policy show"),
    ("policy upgrade", "policy upgrade"),
    ("policy new-kind", "policy new-kind repair"),
];

/// Rows whose answer is an empty array in this book, or has the keys of another row or of the requested rows; and
/// commands without an answer for scripts.
const TOLD: [&str; 10] = [
    "status",
    "commit",
    "sync",
    "merge-driver",
    "validate",
    "policy check",
    "work",
    "plan tasks",
    "plan grades",
    "plan signs",
];

#[test]
fn json_has_the_keys_that_the_page_names() {
    let sandbox = book();
    let page = page("json.md");
    let rows: BTreeMap<String, String> = table(&page, "command")
        .into_iter()
        .map(|(command, said)| (codes(&command).first().copied().unwrap_or_default().to_owned(), said))
        .collect();
    let named: BTreeSet<&str> = rows.keys().map(String::as_str).collect();
    let typed: BTreeSet<&str> = TYPED.iter().map(|(name, _)| *name).chain(TOLD).collect();
    assert_eq!(named, typed, "the table of docs/json.md and what is tried here");
    // a new command needs a row
    let help = sandbox.run("help");
    let first = |line: &str| line.strip_prefix("  ").and_then(|line| line.split(' ').next()).map(str::to_owned);
    let commands = help.lines().take_while(|line| !line.starts_with("Topics")).filter_map(first);
    let is_name = |name: &String| name.starts_with(|c: char| c.is_ascii_lowercase());
    for command in commands.filter(is_name).filter(|name| !["completions", "help"].contains(&name.as_str())) {
        let told = named.iter().any(|row| row.split(' ').next() == Some(command.as_str()));
        assert!(told, "docs/json.md does not say what `redress {command} --json` prints");
    }
    let record = ["id", "kind", "state", "rules", "history", "derived"];
    let derived =
        ["class", "opened", "age", "due", "deadline", "deadlines", "holder", "holders", "overdue", "next", "links"];
    let mut wrong = Vec::new();
    for (name, line) in TYPED {
        let answer: Json = match line {
            "" => {
                let said = sandbox
                    .run_with("batch --json", "{\"op\":\"edit\",\"id\":\"one\",\"fields\":{\"note\":\"again\"}}\n");
                serde_json::from_str(said.lines().next().unwrap_or_default()).expect("JSON")
            }
            // these make a book themselves
            line if ["init", "demo"].contains(&name) => Sandbox::empty().json(line),
            line => sandbox.json(line),
        };
        let data = &answer["data"];
        let one = data.get(0).unwrap_or(data);
        let Some(object) = one.as_object() else {
            wrong.push(format!("{name}: {answer}"));
            continue;
        };
        let keys: BTreeSet<&str> = object.keys().map(String::as_str).collect();
        let said = rows[name].as_str();
        let documented: BTreeSet<&str> = match name {
            "show" | "list" | "find" => record.into_iter().collect(),
            "edit" | "advance ID STEP" | "batch" => codes(&rows["new"]).into_iter().collect(),
            "query" => ["id"].into_iter().collect(),
            "report NAME" | "audit" | "policy show" => {
                ["name", "title", "period", "book", "commit", "moment", "currency", "sections", "notes"]
                    .into_iter()
                    .collect()
            }
            // what follows a colon describes each entry
            "advance ID" | "attach" => codes(said.split(": of each").next().unwrap_or_default()).into_iter().collect(),
            _ => codes(said).into_iter().collect(),
        };
        let optional = ["number", "file", "opened", "dry-run", "extensions", "not-printed"];
        let missing = documented.difference(&keys).filter(|key| !optional.contains(key));
        let unknown = keys.difference(&documented).filter(|_| !["show", "list", "find"].contains(&name));
        wrong.extend(missing.map(|key| format!("{name}: there is no {key}")));
        wrong.extend(unknown.map(|key| format!("{name}: {key} is not documented")));
        if ["show", "list", "find"].contains(&name) {
            let keys: BTreeSet<&str> =
                one["derived"].as_object().expect("derived").keys().map(String::as_str).collect();
            wrong.extend(
                derived.iter().filter(|key| !keys.contains(**key)).map(|key| format!("{name}: derived has no {key}")),
            );
        }
        if let Some((_, each)) = said.split_once(": of each").filter(|_| ["advance ID", "attach"].contains(&name)) {
            let list = object.values().find_map(|value| value.as_array()?.first()?.as_object()).expect("entries");
            let keys: BTreeSet<&str> = list.keys().map(String::as_str).collect();
            assert_eq!(keys, codes(each).into_iter().collect(), "{name}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_filter_of_the_pages_is_understood() {
    let sandbox = book();
    let mut tried = 0;
    for name in ["filters.md", "zh/filters.md"] {
        let page = page(name);
        let terms = ["term", "条件"].iter().flat_map(|heading| table(&page, heading));
        for (term, _) in terms {
            let [term] = codes(&term)[..] else { panic!("{term}") };
            let mut list = sandbox.redress("list complaint");
            let output = list.args(term.split(' ')).output().expect("redress runs");
            assert!(output.status.success(), "{name}: {term}: {}", sandbox.shown(&output));
            tried += 1;
        }
    }
    assert!(tried > 30, "the tables of docs/filters.md were not found");
}

#[test]
fn help_prints_the_pages_and_explains_commands() {
    let sandbox = Sandbox::empty();
    let help = sandbox.run("help");
    for (topic, page_name) in [
        ("day", "day"),
        ("filters", "filters"),
        ("times", "times"),
        ("policy", "policy"),
        ("git", "git"),
        ("json", "json"),
    ] {
        assert!(help.contains(&format!("  {topic} ")), "{topic} is listed: {help}");
        let shown = sandbox.run(&format!("help {topic} --lang en"));
        assert!(shown.contains(page(&format!("{page_name}.md")).trim_end()), "{topic}: {shown}");
    }
    assert!(sandbox.run("help filters --lang zh").starts_with("# 筛选条件"));
    let codes = sandbox.run("help exit-codes");
    assert!(codes.starts_with("## Exit codes") && codes.contains("| 130 |"), "{codes}");
    assert_eq!(sandbox.run("help advance"), sandbox.run("advance --help"));
    assert_eq!(sandbox.run("help plan callbacks"), sandbox.run("plan callbacks --help"));
    let wrong = sandbox.run("help filtres");
    assert!(wrong.contains("did you mean `filters`?") && wrong.contains("exit 3"), "{wrong}");
}

/// The blocks of a page that name a file, with the file and whether they replace it.
fn pieces(page: &str) -> Vec<(String, bool, String)> {
    let mut found: Vec<(String, bool, String)> = Vec::new();
    let mut rest = page;
    while let Some((_, block)) = rest.split_once("\n```") {
        let (info, body) = block.split_once('\n').expect("a block has lines");
        let (text, after) = body.split_once("\n```").expect("a block ends");
        let words: Vec<&str> = info.split(' ').collect();
        if let Some(file) = words.get(1) {
            found.push(((*file).to_owned(), words.len() > 3, format!("{text}\n")));
        }
        rest = after;
    }
    found
}

#[test]
fn the_recipes_of_the_cookbook_work_in_a_book() {
    let english = page("policy.md");
    let cookbook = english.split("## What a change means").next().expect("the cookbook").to_owned();
    for (page, paper) in [(cookbook, "Thank you for telling us."), (page("zh/policy.md"), "感谢贵方的意见与配合。")]
    {
        let sandbox = Sandbox::empty();
        sandbox.run("init --preset basic");
        let recipes = pieces(&page);
        assert!(recipes.len() > 5, "the recipes were not found");
        for (file, instead, text) in recipes {
            let whole = match sandbox.dir().join(&file).is_file() && !instead {
                true => format!("{}\n{text}", sandbox.read(&file)),
                false => text,
            };
            sandbox.write(&file, &whole);
        }
        assert_eq!(sandbox.run("policy check"), "--- exit 0\n");
        sandbox.run("commit -m rules");
        sandbox.run("new client name=恒泰 --key client");
        sandbox.run("new repair client=client item=阀门 --key repair");
        sandbox.run("new inquiry client=client content=密封圈 product=DN50 --key inquiry");
        for (shown, said) in [
            ("advance repair finish cost=80", "Open → Done"),
            ("list inquiry product=DN50", "密封圈"),
            ("explain inquiry", "Assignment"),
            ("report monthly", "by Severity"),
            ("report by-channel", "Received"),
        ] {
            let output = sandbox.run(shown);
            assert!(output.contains(said) && output.contains("exit 0"), "{shown}: {output}");
        }
        sandbox.run("new complaint client=client channel=phone content=漏水 --key case");
        sandbox.run("advance case accept promised=2026-12-24");
        let closed = sandbox.run("advance case propose,approve,agree,close,confirm remedies.+.kind=apology");
        assert!(closed.contains("exit 0"), "{closed}");
        let lang = if paper.is_ascii() { "en" } else { "zh" };
        sandbox.run(&format!("print case thank-you -o thanks.html --lang {lang}"));
        assert!(sandbox.read("thanks.html").contains(paper), "{}", sandbox.read("thanks.html"));
    }
}
