//! Long histories: the audit of a book that two clones have shared day by day, with a commit for each operation, and a
//! sync in which each side brings many operations into a large book.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::process::{git, memory, redress, settle, timed};
use crate::say;

/// How many commits each clone makes on a day.
const OF_A_DAY: usize = 500;
/// How many operations each side brings into a sync.
pub(crate) const OF_A_SIDE: usize = 1_000;
/// How many of them are about the same records on both sides.
const THE_SAME: usize = 50;
/// The first day of the shared book.
const FIRST: &str = "2026-01-05";

/// The seconds of an audit, and the most memory.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) seconds: f64,
    pub(crate) bytes: u64,
}

/// The audits of a long history.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) commits: usize,
    /// From nothing, after one more commit, and without anything that was kept.
    pub(crate) audit: Took,
    pub(crate) next: Took,
    pub(crate) strict: Took,
    /// git's list of all commits with their changed files.
    pub(crate) log: f64,
}

impl History {
    /// Makes the book, unless it exists, and audits it.
    pub(crate) fn measure(root: &Path, commits: usize) -> History {
        let folder = root.join(format!("history-{commits}"));
        if !folder.exists() {
            make(&folder, commits);
        }
        let book = folder.join("li");
        let commits = git(&book, &["rev-list", "--count", "HEAD"]).trim().parse().expect("a number");
        say(&format!("a history of {commits} commits is there"));
        // what an earlier audit has kept, and of the same build
        std::fs::remove_file(book.join(".git/redress/audit")).ok();
        let audit = |words: &[&str]| {
            settle();
            let mut bytes = 0;
            let seconds = timed(|| bytes = memory(&book, words));
            Took { seconds, bytes }
        };
        let from_nothing = audit(&["audit", "--quiet"]);
        assert_eq!(redress(&book, &["audit", "--quiet"]), "", "an honest history");
        redress(&book, &["new", "client", "name=Another", "--quiet"]);
        let next = audit(&["audit", "--quiet"]);
        let log = timed(|| git(&book, &["log", "--raw"]));
        History { commits, audit: from_nothing, next, strict: audit(&["audit", "--strict", "--quiet"]), log }
    }
}

/// Two clones with a shared repository. Both work at the same time of each day, and share what they did in the evening.
fn make(folder: &Path, commits: usize) {
    std::fs::create_dir_all(folder).expect("a folder");
    git(folder, &["init", "--quiet", "--bare", "-b", "main", "shared.git"]);
    let now = at(0, 9);
    redress(folder, &["init", "li", "--clock", "simulated", "--name", "Bench", "--lang", "en", "--now", &now]);
    let li = folder.join("li");
    git(&li, &["branch", "-M", "main"]);
    git(&li, &["remote", "add", "origin", "../shared.git"]);
    for n in 0..20 {
        let client = format!("name=Client {n}");
        redress(&li, &["--now", &now, "new", "client", &client, "--key", &format!("c{n}"), "--quiet"]);
    }
    redress(&li, &["--now", &now, "sync", "--quiet"]);
    redress(folder, &["clone", "shared.git", "wang"]);
    let wang = folder.join("wang");
    for day in 1..=commits.div_ceil(2 * OF_A_DAY) {
        let lines = folder.join("lines.ndjson");
        // both lines have commits of each hour
        for hour in 10..=13 {
            for (name, book) in [("li", &li), ("wang", &wang)] {
                std::fs::write(&lines, of_hour(name, day, hour - 10)).expect("a file");
                let file = lines.to_string_lossy();
                redress(book, &["--now", &at(day, hour), "batch", &file, "--each", "--quiet"]);
            }
        }
        for book in [&li, &wang, &li] {
            redress(book, &["--now", &at(day, 18), "sync", "--quiet"]);
        }
    }
}

/// An hour of a day of the book.
fn at(day: usize, hour: usize) -> String {
    let first: chrono::NaiveDate = FIRST.parse().expect("a date");
    let date = first + chrono::Days::new(u64::try_from(day).expect("a small number"));
    format!("{date}T{hour:02}:00:00+08:00")
}

/// A quarter of what one clone does on a day: new complaints, then the next step of those of the days before.
fn of_hour(name: &str, day: usize, part: usize) -> String {
    let each = OF_A_DAY / 4;
    let mut lines = String::new();
    for n in 0..each {
        let id = |back: usize| format!("{name}-{}-{n}", day - back);
        let fields = match part {
            0 => format!(
                "\"op\":\"new\",\"kind\":\"complaint\",\"key\":\"{}\",\"fields\":{{\"client\":\"c{}\",\"channel\":\"phone\",\"category\":\"product\",\"content\":\"漏水 {n}\"}}",
                id(0),
                n % 20
            ),
            1 if day > 1 => format!(
                "\"op\":\"advance\",\"id\":\"{}\",\"step\":\"accept\",\"fields\":{{\"promised\":\"{}\"}}",
                id(1),
                at(day + 3, 17)
            ),
            // the colleague's too
            2 if day > 2 => {
                let name = if n % 5 == 0 { "li" } else { name };
                format!(
                    "\"op\":\"edit\",\"id\":\"{name}-{}-{n}\",\"fields\":{{\"content\":\"漏水 {n} {day}\"}}",
                    day - 2
                )
            }
            3 if day > 2 => format!(
                "\"op\":\"advance\",\"id\":\"{}\",\"step\":\"propose\",\"fields\":{{\"remedies\":[{{\"remedy\":\"exchange\"}}]}}",
                id(2)
            ),
            _ => format!(
                "\"op\":\"new\",\"kind\":\"client\",\"key\":\"{}-{part}\",\"fields\":{{\"name\":\"{} {part}\"}}",
                id(0),
                id(0)
            ),
        };
        let _ = writeln!(lines, "{{{fields}}}");
    }
    lines
}

/// A sync of a clone that has many operations, with a remote that has as many others.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// The complaints of the book.
    pub(crate) size: usize,
    pub(crate) sync: Took,
    /// `git status` in the same book.
    pub(crate) status: f64,
}

impl Shared {
    /// Shares a copy of a book that exists.
    pub(crate) fn measure(root: &Path, size: usize) -> Shared {
        let book = root.join(size.to_string());
        let folder = root.join(format!("shared-{size}"));
        std::fs::remove_dir_all(&folder).ok();
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = |name: &str| folder.join(name);
        git(&folder, &["clone", "--quiet", "--bare", &book.to_string_lossy(), "shared.git"]);
        for clone in ["li", "wang"] {
            redress(&folder, &["clone", "shared.git", clone]);
        }
        let ids = redress(&path("li"), &["query", "select id from complaint order by id desc limit 1500", "--json"]);
        let ids: Vec<&str> = ids.split("\"id\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for (clone, skipped) in [("li", 0), ("wang", OF_A_SIDE / 2 - THE_SAME)] {
            operations(&path(clone), clone, &ids[skipped.min(ids.len())..]);
        }
        redress(&path("li"), &["sync", "--quiet"]);
        settle();
        let mut bytes = 0;
        let seconds = timed(|| bytes = memory(&path("wang"), &["sync", "--quiet"]));
        let tips = ["wang", "shared.git"].map(|name| git(&path(name), &["rev-parse", "HEAD"]));
        assert_eq!(tips[0], tips[1], "what was done is published");
        let status = timed(|| git(&path("wang"), &["status"]));
        std::fs::remove_dir_all(&folder).expect("the clones can be removed");
        Shared { size, sync: Took { seconds, bytes }, status }
    }
}

/// One half edits complaints, the other makes clients. Each is a commit.
fn operations(book: &Path, name: &str, ids: &[&str]) {
    let mut lines = String::new();
    for n in 0..OF_A_SIDE {
        let _ = match ids.get(n).filter(|_| n < OF_A_SIDE / 2) {
            Some(id) => {
                writeln!(lines, "{{\"op\":\"edit\",\"id\":\"{id}\",\"fields\":{{\"content\":\"{name} {n}\"}}}}")
            }
            None => writeln!(
                lines,
                "{{\"op\":\"new\",\"kind\":\"client\",\"key\":\"{name}-{n}\",\"fields\":{{\"name\":\"{name} {n}\"}}}}"
            ),
        };
    }
    let file: PathBuf = book.with_extension("ndjson");
    std::fs::write(&file, lines).expect("a file");
    redress(book, &["batch", &file.to_string_lossy(), "--each", "--quiet"]);
}
