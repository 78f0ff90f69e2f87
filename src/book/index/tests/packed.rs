//! Records as compact bytes.

use super::world::{Dice, World, random_id, random_record};
use crate::record::{Event, Overruled, Record, Value};

/// A record with everything that an event can have.
fn full(record: &Record) -> Record {
    let mut record = record.clone();
    let first = record.history.first().expect("an event").clone();
    let last = Event {
        noted: Some(first.at),
        for_: Some(first.by.clone()),
        entered: Some(first.by.clone()),
        to: Some("closed".to_owned()),
        running: true,
        via: Some("C-261122-7K3F2#close".to_owned()),
        key: Some("a key".to_owned()),
        set: vec!["content".to_owned(), "contact".to_owned()],
        was: vec![("promised".to_owned(), Value::Time(first.at)), ("tags".to_owned(), Value::List(Vec::new()))],
        had: vec![("remedies".to_owned(), 300)],
        holds: vec![("answer".to_owned(), true), ("visit".to_owned(), false)],
        note: Some("已\n告知".to_owned()),
        ..first
    };
    let values = vec![("content".to_owned(), Value::Text("漏水".to_owned()))];
    record.overruled.push(Overruled { after: record.history.len(), event: last.clone(), values });
    record.history.push(last);
    record
}

#[test]
fn a_record_comes_back_from_its_bytes() {
    let world = World::new();
    let mut dice = Dice(7);
    for kind in world.policies[0].kinds.values() {
        for _ in 0..60 {
            let id = random_id(&kind.shape, &mut dice);
            let record = full(&random_record(&kind.shape, id.clone(), &mut dice));
            let bytes = record.pack();
            assert_eq!(Record::unpack(&bytes, &id, kind.name()).as_ref(), Some(&record));
        }
    }
}

#[test]
fn damaged_bytes_make_no_record_and_no_panic() {
    let world = World::new();
    let mut dice = Dice(11);
    let kind = world.policies[0].kind("complaint").expect("a kind");
    let id = random_id(&kind.shape, &mut dice);
    let bytes = full(&random_record(&kind.shape, id.clone(), &mut dice)).pack();
    for length in 0..bytes.len() {
        assert_eq!(Record::unpack(&bytes[..length], &id, kind.name()), None, "{length}");
    }
    for at in 0..bytes.len() {
        for byte in [0x00, 0x0b, 0x7f, 0xff] {
            let mut bytes = bytes.clone();
            bytes[at] = byte;
            let _ = Record::unpack(&bytes, &id, kind.name());
        }
    }
    // lists within lists without end
    assert_eq!(
        Record::unpack(&[0, 0, 0, 1, 0].into_iter().chain([10, 1].repeat(10_000)).collect::<Vec<u8>>(), &id, ""),
        None
    );
}
