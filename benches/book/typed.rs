//! The measure for the index: every record of the working tree, read into a typed struct with `yaml_serde`, on one
//! thread.

use std::path::Path;

use serde::Deserialize;

/// The folders of records that invented books have. They have no others.
const FOLDERS: [&str; 3] = ["clients", "complaints", "callbacks"];

/// A record as a struct of a program that knows its fields.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code)] // only the reading counts
struct Typed {
    id: String,
    kind: String,
    state: String,
    rules: Option<String>,
    name: Option<String>,
    grade: Option<String>,
    owner: Option<String>,
    client: Option<String>,
    channel: Option<String>,
    received: Option<String>,
    category: Option<String>,
    severity: Option<String>,
    product: Option<String>,
    content: Option<String>,
    promised: Option<String>,
    decline_reason: Option<String>,
    assignee: Option<String>,
    #[serde(default)]
    remedies: Vec<Remedy>,
    about: Option<String>,
    reason: Option<String>,
    due: Option<String>,
    summary: Option<String>,
    score: Option<u64>,
    history: Vec<Event>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Remedy {
    kind: String,
    amount: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code)]
struct Event {
    at: String,
    noted: Option<String>,
    by: String,
    step: String,
    to: Option<String>,
    via: Option<String>,
    key: Option<String>,
    #[serde(default)]
    set: Vec<String>,
    note: Option<String>,
}

/// Reads all records and returns how many there are.
pub(crate) fn read_all(book: &Path) -> usize {
    let mut read = 0;
    for folder in FOLDERS {
        for entry in walkdir::WalkDir::new(book.join(folder)) {
            let entry = entry.expect("the book can be read");
            if entry.file_type().is_file() {
                let bytes = std::fs::read(entry.path()).expect("a record");
                let record: Typed = serde_yaml::from_slice(&bytes).expect("a typed record");
                read += usize::from(!std::hint::black_box(record).history.is_empty());
            }
        }
    }
    read
}
