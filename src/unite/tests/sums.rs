//! What steps ask of many records together is asked again: limits, sums and counts over the records of both lines.

use super::books::{C1, Tree, merged};
use super::{path, text};
use crate::record::Record;

const MADE: &str = "08:00 ann report>open title; 08:10 ann take>taken";

/// A slip of the case over an amount, that was sent if there is a time.
fn slip(number: usize, drafted: &str, sent: Option<&str>, amount: u32) -> (String, String) {
    let id = format!("S-260302-{number:05}");
    let fields = format!("case: {C1}\namount: \"{amount}.00\"\n");
    let events = format!("{drafted} ann draft>drafted case,amount");
    let (state, events) = match sent {
        Some(time) => ("sent", format!("{events}; {time} ann send>sent")),
        None => ("drafted", events),
    };
    (path(&id), text(&id, state, &fields, &events))
}

fn case(more: &str, state: &str) -> (String, String) {
    (path(C1), text(C1, state, "title: a\nlimit: \"1000.00\"\n", &format!("{MADE}{more}")))
}

fn read(tree: &Tree, path: &str) -> Record {
    super::record(&tree[path])
}

/// The numbers of the second line's slips whose sending has no effect.
fn unsent(tree: &Tree) -> Vec<String> {
    let slips = tree.keys().filter(|path| path.starts_with("slips/")).map(|path| read(tree, path));
    slips.filter(|slip| !slip.overruled.is_empty()).map(|slip| slip.id.to_string()).collect()
}

#[test]
fn a_limit_over_the_records_of_both_lines_is_kept() {
    // the slips of the base, the first and the second line; those of the second without effect
    type Slips = &'static [(usize, Option<&'static str>, u32)];
    let rows: [(Slips, Slips, Slips, &[usize]); 6] = [
        (&[], &[(1, Some("09:00"), 600)], &[(2, Some("09:00"), 400)], &[]),
        (&[], &[(1, Some("09:00"), 600)], &[(2, Some("09:00"), 401)], &[2]),
        // unchanged ones count, and drafts do not
        (&[(1, Some("08:30"), 500), (2, None, 400)], &[(3, Some("09:00"), 300)], &[(4, Some("09:00"), 300)], &[4]),
        // what was sent by the second line itself, in the order of the times
        (&[], &[(1, Some("09:00"), 500)], &[(2, Some("09:30"), 300), (3, Some("09:20"), 300)], &[2]),
        // a sending without effect takes no part of the limit
        (
            &[],
            &[(1, Some("09:00"), 500)],
            &[(2, Some("09:10"), 400), (3, Some("09:20"), 200), (4, Some("09:30"), 100)],
            &[3],
        ),
        // an earlier draft that is sent now
        (&[(1, None, 600), (2, None, 600)], &[(1, Some("09:00"), 600)], &[(2, Some("09:10"), 600)], &[2]),
    ];
    for (number, (base, first, second, out)) in rows.into_iter().enumerate() {
        let slips = |all: &[(usize, Option<&str>, u32)]| -> Tree {
            all.iter().map(|(number, sent, amount)| slip(*number, "08:20", *sent, *amount)).collect()
        };
        let mut old = Tree::from([case("", "taken")]);
        old.extend(slips(base));
        let side = |more| old.clone().into_iter().chain(slips(more)).collect::<Tree>();
        let (merged, joined) = merged(&old, &side(first), &side(second));
        let expected: Vec<String> = out.iter().map(|number| format!("S-260302-{number:05}")).collect();
        assert_eq!(unsent(&merged), expected, "{number}: {:?}", joined.told);
        assert_eq!(joined.told.len(), out.len(), "{number}: {:?}", joined.told);
    }
}

#[test]
fn some_record_of_a_kind_and_counts_are_asked_again() {
    let old = Tree::from([case("", "taken"), slip(1, "08:20", Some("08:30"), 1)]);
    let recalled = text(
        "S-260302-00001",
        "void",
        &format!("case: {C1}\namount: \"1.00\"\n"),
        "08:20 ann draft>drafted case,amount; 08:30 ann send>sent; 09:00 bob recall>void",
    );
    let mut first = old.clone();
    first.insert(path("S-260302-00001"), recalled);
    let mut second = old.clone();
    second.extend([case("; 09:30 ann settle>closed", "closed")]);
    // the only slip was recalled
    let (now, _) = merged(&old, &first, &second);
    assert_eq!(read(&now, &path(C1)).state, "taken");
    // another one, which nobody changed, is enough
    let with = |tree: &Tree| tree.clone().into_iter().chain([slip(2, "08:20", Some("08:30"), 1)]).collect::<Tree>();
    let (now, _) = merged(&with(&old), &with(&first), &with(&second));
    assert_eq!(read(&now, &path(C1)).state, "closed");
    // no more than two slips are open: one was there, one is new on either side
    let one_more =
        |tree: &Tree, number| tree.clone().into_iter().chain([slip(number, "09:00", None, 1)]).collect::<Tree>();
    let rested = old.clone().into_iter().chain([case("; 09:30 ann rest", "taken")]).collect::<Tree>();
    for (first, second, stands) in [
        (one_more(&old, 3), rested.clone(), true),
        (one_more(&old, 3), one_more(&rested, 4), false),
        (one_more(&one_more(&old, 3), 4), rested.clone(), false),
    ] {
        let (now, joined) = merged(&old, &first, &second);
        assert_eq!(read(&now, &path(C1)).overruled.is_empty(), stands, "{:?}", joined.told);
    }
}
