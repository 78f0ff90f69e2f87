//! Whole processes against git's own, on books that it makes: `cargo bench --bench book -- 1000 100000`.
//!
//! Every figure is a ratio of medians within one run, so that a slow machine slows both sides.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const REDRESS: &str = env!("CARGO_BIN_EXE_redress");
const RUNS: usize = 7;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 100_000] } else { sizes };
    let root = std::env::temp_dir().join(format!("redress-bench-{}", std::process::id()));
    std::fs::create_dir_all(&root).expect("a folder for the books");
    let mut shows = Vec::new();
    for size in sizes {
        let book = root.join(size.to_string());
        let made = Instant::now();
        redress(&root, &["demo", &book.to_string_lossy(), "--records", &size.to_string(), "--quiet"]);
        say(&format!("\n{size} records: made in {:.1} s", made.elapsed().as_secs_f64()));
        shows.push((size, measure(&book)));
    }
    if let [(small, first), .., (large, last)] = shows.as_slice() {
        say(&format!("\nshow at {large} / show at {small}: {:.2}", last / first));
    }
    std::fs::remove_dir_all(&root).expect("the books can be removed");
}

/// Prints the ratios for one book and returns the seconds that `show` takes.
fn measure(book: &Path) -> f64 {
    let id = redress(book, &["new", "client", "name=测量示例有限公司", "--quiet"]);
    let month = redress(book, &["query", "select substr(max(opened), 1, 7) as m from complaint", "--json"]);
    let month = month.split("\"m\":\"").nth(1).map_or("2026-10", |rest| &rest[..7]).to_owned();
    let status = median(|_| git(book, &["status", "--porcelain"]));
    let add = median(|run| {
        let file = book.join(format!("measure-{run}.yaml"));
        std::fs::write(&file, format!("run: {run}\n").repeat(60)).expect("a file");
        git(book, &["add", &file.to_string_lossy()]);
        git(book, &["commit", "--quiet", "-m", "measure"]);
    });
    let new = median(|run| redress(book, &["new", "client", &format!("name=测量{run}"), "--quiet"]));
    let list = median(|_| redress(book, &["list", "complaint", "class=open", "--limit", "50"]));
    let report = median(|_| redress(book, &["report", "monthly", &month]));
    let show = median(|_| redress(book, &["show", id.trim()]));
    let lines: String = (0..1000)
        .map(|n| {
            format!(
                "{{\"op\":\"new\",\"kind\":\"client\",\"key\":\"bench-{n}\",\"fields\":{{\"name\":\"批量{n}\"}}}}\n"
            )
        })
        .collect();
    let batch = book.join("../batch.ndjson");
    std::fs::write(&batch, lines).expect("a file");
    let batched = timed(|| redress(book, &["batch", &batch.to_string_lossy(), "--quiet"]));
    let version = median(|_| redress(book, &["--version"]));
    let line = |what: &str, ours: f64, theirs: f64| {
        say(&format!("  {what:<52} {:>9.1} ms {:>11.1} ms  1 : {:.2}", ours * 1e3, theirs * 1e3, theirs / ours));
    };
    line("new, against git add + git commit", new, add);
    line("list with a filter, 50 rows, against git status", list, status);
    line("report monthly, against git status", report, status);
    line("batch of 1000, against 1000 × git add + git commit", batched, add * 1000.0);
    say(&format!("  show {:.1} ms, --version {:.1} ms", show * 1e3, version * 1e3));
    show
}

fn median<T>(mut run: impl FnMut(usize) -> T) -> f64 {
    run(usize::MAX);
    let mut times: Vec<f64> = (0..RUNS).map(|n| timed(|| run(n))).collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

fn timed<T>(run: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

fn redress(dir: &Path, words: &[&str]) -> String {
    run(Command::new(REDRESS).args(words), dir)
}

fn git(dir: &Path, words: &[&str]) -> String {
    run(Command::new("git").args(words), dir)
}

fn run(command: &mut Command, dir: &Path) -> String {
    let command = command.current_dir(dir).stdin(Stdio::null());
    for (name, value) in [("NAME", "Bench"), ("EMAIL", "bench@example.com")] {
        command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[allow(clippy::disallowed_macros)] // a benchmark prints what it measured
fn say(line: &str) {
    println!("{line}");
}
