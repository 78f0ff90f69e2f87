//! Runs of deadlines that are kept from one report to the next. Whatever happens to the book, the calendar, the rules
//! and the file itself, the answers are the same as from the records.

use std::fs;
use std::path::{Path, PathBuf};

use redress::book::Book;
use redress::book::index::Selection;
use redress::book::repo::Environment;
use redress::calendar::Moment;
use redress::gather::BookSource;
use redress::lifecycle::Shown;
use redress::model::Facts;
use redress::record::{Record, parse_time};
use redress::report::{Clock, Source};

use crate::sandbox::Sandbox;

const NOW: &str = "2026-11-02T17:00:00+08:00";

/// Random numbers from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    fn pick<'p, T>(&mut self, pool: &'p [T]) -> &'p T {
        &pool[self.roll(pool.len())]
    }
}

fn book(sandbox: &Sandbox) -> Book {
    Book::open(&sandbox.dir().join("book"), &Environment::default()).expect("a book")
}

fn file(sandbox: &Sandbox, name: &str) -> PathBuf {
    sandbox.dir().join("book/.git/redress").join(name)
}

fn records(view: &redress::book::View<'_>) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    for kind in view.policy().kinds.values().filter(|kind| !kind.deadlines.is_empty()) {
        records.extend(view.index().expect("an index").select(&Selection::of(kind.name())).expect("records"));
    }
    records
}

/// Checks that the runs of every record are those that its events make, at the tip or at a past commit.
fn hold(sandbox: &Sandbox, past: Option<&str>, before: Moment, said: &str) -> usize {
    let book = book(sandbox);
    let past = past.map(|commit| commit.parse().expect("a commit"));
    let view = book.view(past, parse_time(NOW).expect("a time")).expect("it can be read");
    let source = BookSource::new(&view, Facts::default());
    let records = records(&view);
    for record in &records {
        for shown in [Shown::Now, Shown::Before(before), Shown::Each] {
            let runs = Clock::of(&view.standings_shown(record, shown).expect("standings"), view.now());
            let found = source.clocks(record, shown, None).expect("runs");
            assert_eq!(found, runs, "{said}: {} {shown:?}", record.id);
            let one: Vec<Clock> = runs.iter().filter(|run| run.name() == "handling").cloned().collect();
            assert_eq!(source.clocks(record, shown, Some("handling")).expect("runs"), one, "{said}: {}", record.id);
        }
    }
    records.len()
}

/// All files in a kind's folder.
fn files(sandbox: &Sandbox, folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![sandbox.dir().join("book").join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn one<'p>(dice: &mut Dice, pool: &'p [PathBuf]) -> &'p Path {
    dice.pick::<PathBuf>(pool)
}

fn id_of(path: &Path) -> String {
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}

fn change(path: &Path, change: impl FnOnce(String) -> String) {
    let text = fs::read_to_string(path).expect("a file");
    fs::write(path, change(text)).expect("written");
}

/// The text with another hour or minute in one event.
fn later(text: &str, dice: &mut Dice) -> String {
    let times: Vec<usize> = text.match_indices("at: 20").map(|(at, _)| at + "at: 2018-02-05T".len()).collect();
    let at = *dice.pick(&times);
    format!("{}{:02}{}", &text[..at], 8 + dice.roll(10), &text[at + 2..])
}

/// Something that happens to the book or to the file. Returns its name for messages.
fn step(sandbox: &Sandbox, dice: &mut Dice) -> &'static str {
    let (complaints, callbacks) = (files(sandbox, "complaints"), files(sandbox, "callbacks"));
    let kept = file(sandbox, "runs.sqlite");
    let done = match dice.roll(15) {
        0 | 1 => {
            change(one(dice, &complaints), |text| later(&text, dice));
            "another time"
        }
        2 => {
            for complaint in complaints.iter().take(40) {
                change(complaint, |text| later(&text, dice));
            }
            "other times of many"
        }
        3 => {
            change(one(dice, &callbacks), |text| later(&text, dice));
            "another time of a callback"
        }
        4 | 5 => {
            // the forms of a case, also in a circle
            let original = id_of(one(dice, &complaints));
            change(one(dice, &complaints), |text| {
                let text = text.lines().filter(|line| !line.starts_with("original:")).collect::<Vec<_>>().join("\n");
                text.replace("\nhistory:", &format!("\noriginal: {original}\nhistory:")) + "\n"
            });
            "another form"
        }
        6 => {
            let about = id_of(one(dice, &complaints));
            change(one(dice, &callbacks), |text| {
                let line = text.lines().find(|line| line.starts_with("complaint:")).map(str::to_owned);
                line.map_or(text.clone(), |line| text.replace(&line, &format!("complaint: {about}")))
            });
            "a callback about another complaint"
        }
        7 => {
            fs::remove_file(one(dice, &[complaints, callbacks].concat())).expect("removed");
            "a record is gone"
        }
        8 => {
            let hours = *dice.pick(&["09:00-12:00", "08:00-11:00"]);
            change(&sandbox.dir().join("book/policy/calendar.toml"), |text| {
                let line = text.lines().find(|line| line.starts_with("mon-fri")).expect("a line").to_owned();
                text.replace(&line, &format!("mon-fri = [\"{hours}\", \"13:00-17:30\"]"))
            });
            "another calendar"
        }
        9 => {
            let days = 3 + dice.roll(9);
            change(&sandbox.dir().join("book/policy/kinds/complaint.toml"), |text| {
                let at = text.find("name = \"handling\"").expect("a deadline");
                let from = at + text[at..].find("within = \"").expect("a limit") + "within = \"".len();
                let until = from + text[from..].find(' ').expect("a unit");
                format!("{}{days}{}", &text[..from], &text[until..])
            });
            "another limit"
        }
        10 => {
            sandbox.git("-C book reset --quiet --hard HEAD~1");
            return "undo";
        }
        11 => {
            fs::remove_file(&kept).ok();
            return "the file is gone";
        }
        12 => {
            if let Ok(mut bytes) = fs::read(&kept) {
                for _ in 0..20 {
                    let at = dice.roll(bytes.len());
                    bytes[at] ^= 0x5a;
                }
                fs::write(&kept, bytes).expect("written");
            }
            return "the file is damaged";
        }
        13 => {
            // a client is merged into another one, or no longer
            let clients = files(sandbox, "clients");
            let other = id_of(one(dice, &clients));
            change(one(dice, &clients), |text| match text.contains("\nmerged-into:") {
                true => {
                    text.lines().filter(|line| !line.starts_with("merged-into:")).collect::<Vec<_>>().join("\n") + "\n"
                }
                false => text.replace("\nhistory:", &format!("\nmerged-into: {other}\nhistory:")),
            });
            "a client is merged"
        }
        _ => {
            fs::write(file(sandbox, "runs.stamp"), "no stamp").ok();
            fs::write(file(sandbox, "runs.sqlite-journal"), "no journal").ok();
            return "the stamp is another";
        }
    };
    sandbox.git("-C book add --all");
    sandbox.git("-C book commit --quiet --allow-empty --message change");
    done
}

#[test]
fn what_is_kept_changes_no_answer() {
    let sandbox = Sandbox::empty();
    sandbox.run("demo book --records 80");
    let mut dice = Dice(20_261_102);
    let before = |dice: &mut Dice| {
        let day = format!("{}-{:02}-15T00:00:00+08:00", 2017 + dice.roll(10), 1 + dice.roll(12));
        parse_time(&day).expect("a time")
    };
    let first = before(&mut dice);
    assert!(hold(&sandbox, None, first, "at first") > 150);
    let kept = fs::metadata(file(&sandbox, "runs.sqlite")).expect("the runs of closed records are kept").len();
    assert!(kept > 8192, "{kept}");
    hold(&sandbox, None, first, "once more");
    let mut told = Vec::new();
    for _ in 0..24 {
        told.push(step(&sandbox, &mut dice));
        let said = told.join(", ");
        let at = before(&mut dice);
        hold(&sandbox, None, at, &said);
        let commits = sandbox.git("-C book log --format=%H --max-count=9");
        let commits: Vec<&str> = commits.lines().collect();
        let past = *dice.pick(&commits);
        if dice.roll(3) == 0 {
            hold(&sandbox, Some(past), at, &format!("{said}, at {past}"));
        }
    }
}

#[test]
fn who_holds_a_deadline_is_not_kept() {
    let sandbox = Sandbox::empty();
    sandbox.run("demo book --records 80");
    let report = || sandbox.run("-C book report timeliness 2016-01-01..2026-11-02 --format csv");
    let first = report();
    // everybody gets another name
    for staff in files(&sandbox, "staff") {
        change(&staff, |text| text.replace("\nname: ", "\nname: Another "));
    }
    sandbox.git("-C book commit --quiet --all --message change");
    let kept = report();
    assert_ne!(first, kept);
    fs::remove_file(file(&sandbox, "runs.sqlite")).expect("the runs are kept");
    assert_eq!(kept, report());
}
