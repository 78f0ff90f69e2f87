//! Measures the figures that the tool must reach, on books that it makes: `cargo bench --bench book -- 1000 100000`.
//!
//! It times whole processes. Every goal is a ratio to git's own commands, or to plain reading, within one run and in
//! turn, so that a slow machine slows both sides. `--in DIR` keeps the books and uses them again. `--strict` fails if
//! a goal is missed.

mod goals;
mod history;
mod imports;
mod kinds;
mod measure;
mod process;
mod typed;

use std::path::PathBuf;
use std::process::ExitCode;

use history::{History, Shared};
use imports::Imports;
use kinds::Kinds;
use measure::Measured;

/// How often each short command runs. The median counts.
const RUNS: usize = 9;
/// About how many records of all kinds an agency has for each complaint.
const RECORDS_OF_ONE: usize = 5;
/// How often each long command runs.
const LONG_RUNS: usize = 3;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut sizes: Vec<usize> = words.iter().filter_map(|word| word.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![1_000, 100_000];
    }
    sizes.sort_unstable();
    let kept = words.iter().position(|word| word == "--in").and_then(|at| words.get(at + 1)).map(PathBuf::from);
    let own = std::env::temp_dir().join(format!("redress-bench-{}", std::process::id()));
    let root = kept.clone().unwrap_or_else(|| own.clone());
    std::fs::create_dir_all(&root).expect("a folder for the books");
    let mut books: Vec<Measured> = sizes.iter().map(|size| Measured::make(&root, *size)).collect();
    let complaints = sizes.last().map_or(0, |size| size / RECORDS_OF_ONE);
    let mut kinds = Kinds::make(&root, complaints.max(1));
    for run in 0..RUNS {
        books.iter_mut().for_each(|book| book.round(run));
        kinds.round(run);
    }
    for run in 0..LONG_RUNS {
        books.iter_mut().for_each(|book| book.long_round(run));
    }
    books.iter_mut().for_each(Measured::count);
    kinds.deal();
    let imports = Imports::measure(&root, sizes.last().copied().unwrap_or(1_000));
    let most = sizes.last().copied().unwrap_or(1_000);
    let (history, shared) = (History::measure(&root, most), Shared::measure(&root, most));
    let met = goals::print(&books, &kinds, &imports, (&history, &shared));
    if kept.is_none() {
        std::fs::remove_dir_all(&own).expect("the books can be removed");
    }
    match met || !words.iter().any(|word| word == "--strict") {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

#[allow(clippy::disallowed_macros)] // a benchmark prints what it measured
fn say(line: &str) {
    println!("{line}");
}
