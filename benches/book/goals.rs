//! The goals, the measured values, and whether each goal was met.

use crate::history::{History, OF_A_SIDE, Shared, Took};
use crate::imports::Imports;
use crate::kinds::{DEALT, Kinds};
use crate::measure::Measured;
use crate::say;

/// The size of a book from which the goals for a hundred thousand records apply.
const LARGE: usize = 100_000;

struct Row {
    what: String,
    seen: String,
    goal: String,
    met: Option<bool>,
}

/// Prints the table. Returns whether every goal was met.
pub(crate) fn print(
    books: &[Measured],
    kinds: &Kinds,
    imports: &Imports,
    (history, shared): (&History, &Shared),
) -> bool {
    let mut rows: Vec<Row> = books.iter().flat_map(rows).collect();
    rows.extend(of_kinds(kinds));
    rows.extend(of_imports(imports));
    rows.extend(of_history(history));
    rows.push(of_sync(shared));
    if let [small, .., large] = books {
        rows.extend(across(small, large));
    }
    let wide = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0);
    let (what, seen, goal) = (wide(|row| &row.what), wide(|row| &row.seen), wide(|row| &row.goal));
    for row in &rows {
        let met = row.met.map_or("", |met| if met { "met" } else { "MISSED" });
        say(&format!("{:<what$}  {:<seen$}  {:<goal$}  {met}", row.what, row.seen, row.goal));
    }
    rows.iter().all(|row| row.met != Some(false))
}

fn rows(book: &Measured) -> Vec<Row> {
    let at = |what: &str| format!("{} at {}", what, book.size);
    let large = book.size >= LARGE;
    // how many times as fast as theirs
    let faster = |what: &str, ours: f64, theirs: f64, goal: Option<f64>| Row {
        what: at(what),
        seen: format!("{:.1} times ({} against {})", theirs / ours, time(ours), time(theirs)),
        goal: goal.map_or_else(String::new, |goal| format!("at least {goal}")),
        met: goal.map(|goal| theirs / ours >= goal),
    };
    // the share of theirs
    let share = |what: &str, ours: f64, theirs: f64, goal: f64| Row {
        what: at(what),
        seen: format!("{:.3} ({} against {})", ours / theirs, time(ours), time(theirs)),
        goal: if large { format!("at most {goal}") } else { String::new() },
        met: large.then_some(ours / theirs <= goal),
    };
    let (add, status) = (median(&book.add), median(&book.status));
    let most = book.memory.iter().max_by_key(|(_, bytes)| *bytes).copied().unwrap_or(("", 0));
    let demo = book.made.map(|made| Row {
        what: at("demo --records"),
        seen: time(made),
        goal: if large { "at most 180 s".to_owned() } else { String::new() },
        met: large.then_some(made * LARGE as f64 / book.size as f64 <= 180.0),
    });
    let mut rows: Vec<Row> = demo.into_iter().collect();
    let one = if large { Some(3.0) } else { Some(2.5) };
    rows.push(faster("new, to git add + git commit", median(&book.new), add, one));
    let batch = median(&book.batch);
    rows.push(faster("batch of 1000, to 1000 of those", batch, add * 1000.0, large.then_some(100.0)));
    let each = median(&book.each);
    rows.push(Row {
        what: at("batch --each of 1000"),
        seen: format!("{:.0} commits a second, {:.0} times git add + git commit", 1000.0 / each, add * 1000.0 / each),
        goal: if large { String::new() } else { "at least 1000 a second".to_owned() },
        met: (!large).then_some(each <= 1.0),
    });
    rows.push(share("validate, to git status", median(&book.validate), status, 3.0));
    rows.push(share("validate --full, to git status", median(&book.validate_full), status, 20.0));
    rows.push(share("list, 50 rows, to git status", median(&book.list), status, 0.1));
    rows.push(share("list of closed, latest first", median(&book.list_closed), status, 0.1));
    rows.push(Row {
        what: at("list of all as a workbook"),
        seen: time(median(&book.workbook)),
        goal: if large { "under 10 s".to_owned() } else { String::new() },
        met: large.then_some(median(&book.workbook) < 10.0),
    });
    rows.push(share("report monthly, to git status", median(&book.report), status, 0.12));
    rows.push(share("report monthly of 2021", median(&book.report_past), status, 0.12));
    rows.push(share("report monthly as a page, to text", median(&book.page), median(&book.report), 2.0));
    rows.push(Row {
        what: at("report trends"),
        seen: time(median(&book.trends)),
        goal: if large { "under 1 s".to_owned() } else { String::new() },
        met: large.then_some(median(&book.trends) < 1.0),
    });
    rows.push(share("due of everybody, 50 rows", median(&book.due), status, 1.0));
    rows.push(share("report overdue", median(&book.overdue), status, 1.0));
    let grep = median(&book.grep);
    rows.push(share("find a rare word, to git grep", median(&book.find), grep, 0.1));
    rows.push(share("find a frequent word, to git grep", median(&book.find_often), grep, 0.1));
    rows.push(share("index from nothing, to typed YAML", median(&book.index), median(&book.typed), 1.0));
    rows.push(Row {
        what: at("object bytes of new"),
        seen: book.bytes.to_string(),
        goal: "at most 6144".to_owned(),
        met: Some(book.bytes <= 6144),
    });
    rows.extend(book.version.map(|version| Row {
        what: at("--version, processor time"),
        seen: time(version),
        goal: "under 10 ms".to_owned(),
        met: Some(version < 0.01),
    }));
    rows.push(Row {
        what: at("memory"),
        seen: format!("{} MiB ({})", most.1 >> 20, most.0),
        goal: "under 300 MiB".to_owned(),
        met: Some(most.1 < 300 << 20),
    });
    rows
}

/// What must hold in a book that uses every kind, as in a book with only complaints.
fn of_kinds(book: &Kinds) -> Vec<Row> {
    let large = book.size * crate::RECORDS_OF_ONE >= LARGE;
    let at = |what: &str| format!("{} at {} of an agency", what, book.size);
    let share = |what: &str, ours: f64, theirs: f64, goal: f64| Row {
        what: at(what),
        seen: format!("{:.3} ({} against {})", ours / theirs, time(ours), time(theirs)),
        goal: if large { format!("at most {goal}") } else { String::new() },
        met: large.then_some(ours / theirs <= goal),
    };
    let status = median(&book.status);
    let made = book.made.map(|made| Row {
        what: at("demo --records"),
        seen: format!("{}, {} MiB", time(made), book.most >> 20),
        goal: String::new(),
        met: None,
    });
    let mut rows: Vec<Row> = made.into_iter().collect();
    rows.push(share("new, to git add + git commit", median(&book.new), median(&book.add), 1.0 / 3.0));
    rows.push(share("list, 50 rows, to git status", median(&book.list), status, 0.1));
    rows.push(share("show, to git status", median(&book.show), status, 0.1));
    rows.push(share("due of everybody, 50 rows", median(&book.due), status, 1.0));
    rows.push(share("report monthly", median(&book.monthly), status, 0.5));
    rows.push(share("report quarterly", median(&book.quarterly), status, 4.0));
    rows.extend(book.rollups.iter().map(|(what, seen)| share(what, median(seen), status, 0.5)));
    rows.extend(book.assign.map(|[assign, commit]| Row {
        what: at(&format!("assign of {DEALT}")),
        seen: format!("{} ({:.2} of git add + git commit of as many files)", time(assign), assign / commit),
        goal: "under 2 s".to_owned(),
        met: Some(assign < 2.0),
    }));
    rows
}

/// What must hold for the audit of a long history.
fn of_history(history: &History) -> Vec<Row> {
    let large = history.commits >= LARGE;
    let row = |what: &str, took: Took, most: f64| Row {
        what: format!("{what} of {} commits, to git log --raw", history.commits),
        seen: format!(
            "{:.1} ({} against {}), {} MiB",
            took.seconds / history.log,
            time(took.seconds),
            time(history.log),
            took.bytes >> 20
        ),
        goal: if large { format!("under {most} s and 700 MiB") } else { String::new() },
        met: large.then_some(took.seconds < most && took.bytes < 700 << 20),
    };
    vec![
        row("audit", history.audit, 60.0),
        row("audit after one more", history.next, 1.0),
        row("audit --strict", history.strict, 60.0),
    ]
}

/// What must hold for a sync that brings much in from both sides.
fn of_sync(shared: &Shared) -> Row {
    let large = shared.size >= LARGE;
    let sync = shared.sync;
    Row {
        what: format!("sync of {OF_A_SIDE} operations a side at {}, to git status", shared.size),
        seen: format!(
            "{:.1} ({} against {}), {} MiB",
            sync.seconds / shared.status,
            time(sync.seconds),
            time(shared.status),
            sync.bytes >> 20
        ),
        goal: if large { "under 10 s".to_owned() } else { String::new() },
        met: large.then_some(sync.seconds < 10.0),
    }
}

/// What must hold for records that come in from files.
fn of_imports(imports: &Imports) -> Vec<Row> {
    let large = imports.rows >= LARGE;
    let goal = |goal: &str| if large { goal.to_owned() } else { String::new() };
    let time_of = |what: &str, seen: f64, most: f64| Row {
        what: format!("import of {} rows as {what}", imports.rows),
        seen: format!("{} ({:.2} of git add + git commit of its files)", time(seen), seen / imports.commit),
        goal: goal(&format!("at most {most} s")),
        met: large.then_some(seen <= most),
    };
    let mut rows = vec![time_of("CSV", imports.csv, 22.0), time_of("a workbook", imports.xlsx, 66.0)];
    for (what, bytes) in ["CSV", "a workbook"].into_iter().zip(imports.memory) {
        rows.push(Row {
            what: format!("memory of {} rows as {what}", imports.rows),
            seen: format!("{} MiB", bytes >> 20),
            goal: goal("at most 600 MiB"),
            met: large.then_some(bytes <= 600 << 20),
        });
    }
    rows
}

/// What must not grow with the book.
fn across(small: &Measured, large: &Measured) -> Vec<Row> {
    let sizes = format!("at {} to {}", large.size, small.size);
    let growth = |what: &str, ratio: f64, seen: String, goal: f64| Row {
        what: format!("{what} {sizes}"),
        seen: format!("{ratio:.2} ({seen})"),
        goal: format!("at most {goal}"),
        met: Some(ratio <= goal),
    };
    let (first, last) = (median(&small.show), median(&large.show));
    let mut rows = vec![growth("show", last / first, format!("{} against {}", time(last), time(first)), 1.2)];
    // a small book must not be slower because more is checked in it
    for (what, small, large) in [("list", &small.list, &large.list), ("show", &small.show, &large.show)] {
        let (first, last) = (median(small), median(large));
        rows.push(Row {
            what: format!("{what}, the other way round"),
            seen: format!("{:.2} ({} against {})", first / last, time(first), time(last)),
            goal: "at most 1.1".to_owned(),
            met: Some(first / last <= 1.1),
        });
    }
    if let (Some(first), Some(last)) = (small.calls, large.calls) {
        let seen = format!("{last} against {first}");
        rows.push(growth("system calls of new", last as f64 / first as f64, seen, 1.5));
    }
    rows
}

fn time(seconds: f64) -> String {
    if seconds < 1.0 { format!("{:.1} ms", seconds * 1e3) } else { format!("{seconds:.1} s") }
}

fn median(times: &[f64]) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
