//! Entries that neither the kind nor the program knows: they are read, kept, written and merged as they stand.

use super::{bench, kind, path, record, text};
use crate::record::yaml::Reader;
use crate::record::{Record, Value, decode};
use crate::unite::unite;

const ID: &str = "C-260302-00001";
const MADE: &str = "08:00 ann report>open title";

/// A file with entries that nobody knows, wherever a newer program could have written some.
const STRANGE: &str = "id: C-260302-00001
kind: case
state: open
format: 9
title: a
weather: 'sunny'
tags: [x]
map: {north: 1, south: [a, 'b', \"c\"]}
deep:
  - one: |
      two
       lines
    kept: |+
      end

  - - 1
    - ~
folded: >-
  a
  b
history:
  - device: kiosk
    at: 2026-03-02T08:00:00+08:00
    by: ann
    mood: {good: true}
    step: report
    to: open
    set: [title]
  - at: 2026-03-02T08:10:00+08:00
    by: bob
    step: visit
    set: [tags, colour]
    was:
      colour: 'red'
    had:
      rooms: 3
    note: there
    seen: [ann,   bob]
  - at: 2026-03-02T08:20:00+08:00
    by: ann
    step: visit
    overruled:
      colour: |
        blue
      title: b
      size: 5
signature: abc
";

#[test]
fn every_byte_survives_reading_writing_and_packing() {
    let read = record(STRANGE);
    assert_eq!(read.write(&kind("case").shape), STRANGE);
    assert_eq!(Record::unpack(&read.pack(), &read.id, "case"), Some(read.clone()));
    let keys: Vec<&str> = read.unknown().into_iter().map(|unknown| unknown.key.as_str()).collect();
    let expected = "format weather map deep folded signature device mood seen colour rooms colour size";
    assert_eq!(keys.join(" "), expected);
    // a known field beside it changes, comes and goes
    let shape = &kind("case").shape;
    let (title, tags) = (shape.field_id("title").unwrap(), shape.field_id("tags").unwrap());
    let mut changed = read.clone();
    changed.fields.set(title, Value::Text("z".into()));
    changed.fields.clear(tags);
    assert_eq!(changed.write(shape), STRANGE.replacen("title: a", "title: z", 1).replacen("tags: [x]\n", "", 1));
}

#[test]
fn it_is_json_without_a_type_and_counts_as_private() {
    let (read, shape) = (record(STRANGE), &kind("case").shape);
    let clear = read.json(shape, &|_| true);
    let expected = serde_json::json!({ "north": "1", "south": ["a", "b", "c"] });
    assert_eq!((&clear["map"], clear["format"].as_str()), (&expected, Some("9")));
    assert!(read.json(shape, &|field| !field.private)["map"].is_null());
}

#[test]
fn another_layout_is_written_so_that_it_can_be_read() {
    // indented by four, as an editor could have left it
    let text = "id: C-260302-00001\nkind: case\nstate: open\ntitle: a\nhistory:\n    - at: 2026-03-02T08:00:00+08:00\n      by: ann\n      step: report\n      to: open\n      set: [title]\n      mood:\n          good: true\n          why: |\n              sun\n";
    let read = record(text);
    let written = read.write(&kind("case").shape);
    assert!(written.contains("    mood:\n      good: true\n      why: |\n        sun\n"), "{written}");
    assert_eq!(record(&written), read);
}

#[test]
fn a_hand_neither_adds_nor_changes_nor_removes_it() {
    let tip = record(STRANGE);
    for (from, to, expected) in [
        ("", "", ""),
        ("title: a", "title: b", ""),
        ("weather: 'sunny'", "weather: 'rain'", "weather"),
        ("weather: 'sunny'\n", "", "weather"),
        ("title: a", "title: a\ntilte: b", "tilte"),
        ("    mood: {good: true}\n", "    mood: {good: false}\n", "history.0.mood"),
    ] {
        let edited = STRANGE.replacen(from, to, 1);
        let read = decode(edited.as_bytes(), &path(ID), &kind("case").shape, &Reader::of_hand_edits()).unwrap();
        let found: Vec<String> = read.strange(Some(&tip)).iter().map(|problem| problem.place.key.to_string()).collect();
        assert_eq!(found.join(" "), expected, "{from} > {to}");
    }
}

#[test]
fn a_comment_in_it_goes_with_the_others() {
    let text = STRANGE.replacen("weather: 'sunny'", "weather: 'sunny' # odd", 1);
    let read = decode(text.as_bytes(), &path(ID), &kind("case").shape, &Reader::of_hand_edits()).unwrap();
    assert_eq!(read.comments.len(), 1);
    let written = read.record.write(&kind("case").shape);
    assert_eq!(written, STRANGE.replacen("weather: 'sunny'", "weather: \"sunny\"", 1));
}

/// The unknown entries of the merged record, and what is overruled, with its unknown entries.
fn merged(base: &str, first: (&str, &str), second: (&str, &str)) -> String {
    let side = |fields: &str, events: &str| {
        record(&text(ID, "open", &format!("title: a\n{fields}"), &format!("{MADE};{events}")))
    };
    let (base, first, second) = (side(base, ""), side(first.0, first.1), side(second.0, second.1));
    let united = unite(bench(), kind("case"), Some(&base), &first, &second);
    let written = united.record.write(&kind("case").shape);
    assert_eq!(record(&written), united.record, "{written}");
    let fields: String = united.record.fields.unknown().iter().map(|unknown| unknown.text.replace('\n', " ")).collect();
    let lost = united.record.overruled.iter().flat_map(|one| one.event.unknown.iter());
    let lost: String = lost.map(|(_, unknown)| format!("!{}", unknown.text.replace('\n', " "))).collect();
    format!("{fields}{lost}").trim_end().to_owned()
}

#[test]
fn two_clones_merge_it_by_its_text() {
    let nothing = ("w: 1\n", "");
    for (base, first, second, expected) in [
        ("w: 1\n", nothing, nothing, "w: 1"),
        ("w: 1\n", ("w: 2\n", "09:00 ann edit w"), nothing, "w: 2"),
        ("w: 1\n", nothing, ("w: 2\n", "09:00 bob edit w"), "w: 2"),
        ("w: 1\n", ("w: 2\n", "09:00 ann edit w"), ("w: 2\n", "09:10 bob edit w"), "w: 2"),
        ("w: 1\n", nothing, ("", "09:00 bob edit w"), ""),
        ("", ("v: 1\n", "09:00 ann edit v"), ("w: 1\n", "09:00 bob edit w"), "v: 1 w: 1"),
        // what the second line loses stays with its event
        ("w: 1\n", ("w: 2\n", "09:00 ann edit w"), ("w: 3\n", "09:10 bob edit w"), "w: 2 !w: 3"),
        ("w: 1\n", ("w: 2\n", "09:00 ann edit w"), ("", "09:10 bob edit w"), "w: 2"),
        // also if no event names it
        ("w: 1\n", ("w: 2\n", ""), ("w: 3\n", ""), "w: 2 !w: 3"),
        ("w: 1\n", ("w: 2\n", ""), ("", ""), "w: 2"),
    ] {
        assert_eq!(merged(base, first, second), expected, "{base} | {first:?} | {second:?}");
    }
}

#[test]
fn a_row_that_is_set_anew_keeps_it() {
    let list = kind("case").shape.field_id("lines").unwrap();
    let rows = |rows: &str| record(&text(ID, "open", &format!("lines:\n{rows}"), MADE)).get(list).cloned().unwrap();
    let old = rows("  - item: a\n    odd: 1\n  - item: b\n");
    let mut new = rows("  - item: c\n  - item: a\n");
    new.inherit(&old);
    assert_eq!(new, rows("  - item: c\n  - item: a\n    odd: 1\n"));
}
