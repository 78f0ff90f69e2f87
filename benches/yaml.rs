//! Reads one record of 1.1 KB: in canonical form, through the parser, and through `serde_yaml` as other programs
//! would. `cargo bench --bench yaml` prints the times. What counts is the ratio of the rows.

use std::collections::BTreeMap;

use divan::Bencher;
use divan::counter::BytesCount;
use redress::record::yaml::{Reader, read, write};
use serde::Deserialize;

const RECORD: &str = include_str!("record.yaml");

/// The record as a struct of a program that knows its fields.
#[derive(Deserialize)]
struct Typed {
    #[serde(rename = "id")]
    _id: String,
    #[serde(rename = "quantity")]
    _quantity: u32,
    #[serde(rename = "history")]
    _history: Vec<Event>,
    #[serde(flatten)]
    _others: BTreeMap<String, serde_yaml::Value>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "at")]
    _at: String,
    #[serde(rename = "by")]
    _by: String,
    #[serde(rename = "step")]
    _step: String,
    #[serde(rename = "to")]
    _to: String,
    #[serde(rename = "set")]
    _set: Option<Vec<String>>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

fn main() {
    divan::main();
}

#[divan::bench]
fn canonical(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(RECORD)).bench(|| read(divan::black_box(RECORD).as_bytes()).is_ok());
}

#[divan::bench]
fn parser(bencher: Bencher<'_, '_>) {
    let reader = Reader::default();
    bencher.counter(BytesCount::of_str(RECORD)).bench(|| reader.parse(divan::black_box(RECORD).as_bytes()).is_ok());
}

#[divan::bench]
fn serde_yaml_typed(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::of_str(RECORD))
        .bench(|| serde_yaml::from_str::<Typed>(divan::black_box(RECORD)).is_ok());
}

#[divan::bench]
fn writing(bencher: Bencher<'_, '_>) {
    let Ok(document) = read(RECORD.as_bytes()) else { return };
    bencher.counter(BytesCount::of_str(RECORD)).bench(|| write(divan::black_box(&document.root)));
}
