//! Random days of two clones in which clerks come and go and send slips of one case up to a limit. They are merged by
//! [`unite_books`](crate::unite::unite_books) and by a second, slow and obvious implementation: it knows who was there
//! and takes each deed of the second person again, one after the other.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::books::{C1, Tree, merged, person};
use super::{path, record, text};
use crate::record::Entry;

const PEOPLE: [&str; 3] = ["ann", "bob", "cy"];
const LIMIT: u32 = 1000;

/// Somebody drafts a slip over an amount, or sends one.
#[derive(Debug, Clone, Copy)]
struct Deed {
    minute: usize,
    by: usize,
    slip: usize,
    /// The amount of a draft.
    drafts: Option<u32>,
}

/// A slip: its amount, and whether it was sent.
type Slips = BTreeMap<usize, (u32, bool)>;

fn sent(slips: &Slips) -> u32 {
    slips.values().filter(|(_, sent)| *sent).map(|(amount, _)| amount).sum()
}

/// Does something if it is possible.
fn does(slips: &mut Slips, deed: &Deed) -> bool {
    match (deed.drafts, slips.get(&deed.slip).copied()) {
        (Some(amount), None) => slips.insert(deed.slip, (amount, false)).is_none(),
        (None, Some((amount, false))) if sent(slips) + amount <= LIMIT => {
            slips.insert(deed.slip, (amount, true)).is_some()
        }
        _ => false,
    }
}

/// What is possible of random wishes, each at its minute. New slips of a line have numbers from `from` on.
fn possible(start: &Slips, wishes: &[(usize, usize, u32, bool)], from: usize) -> (Vec<Deed>, Slips) {
    let (mut slips, mut deeds) = (start.clone(), Vec::new());
    for (minute, (by, slip, amount, draft)) in wishes.iter().enumerate() {
        let new = from + deeds.len();
        let known: Vec<usize> = slips.keys().copied().collect();
        let slip = if *draft { new } else { known.get(slip % known.len().max(1)).copied().unwrap_or(new) };
        let deed = Deed { minute, by: by % 3, slip, drafts: draft.then_some(100 * amount) };
        if does(&mut slips, &deed) {
            deeds.push(deed);
        }
    }
    (deeds, slips)
}

fn id(slip: usize) -> String {
    format!("S-260302-{slip:05}")
}

fn tree(deeds: &[&[Deed]], slips: &Slips) -> Tree {
    let all = |slip: usize| {
        deeds
            .iter()
            .enumerate()
            .flat_map(|(hour, deeds)| deeds.iter().map(move |deed| (hour + 8, deed)))
            .filter(move |(_, deed)| deed.slip == slip)
    };
    let event = |(hour, deed): (usize, &Deed)| {
        let step = if deed.drafts.is_some() { "draft>drafted case,amount" } else { "send>sent" };
        format!("{hour:02}:{:02} {} {step}", deed.minute, PEOPLE[deed.by])
    };
    let one = |(slip, (amount, sent)): (&usize, &(u32, bool))| {
        let events: Vec<String> = all(*slip).map(event).collect();
        let fields = format!("case: {C1}\namount: \"{amount}.00\"\n");
        (path(&id(*slip)), text(&id(*slip), if *sent { "sent" } else { "drafted" }, &fields, &events.join("; ")))
    };
    let mut tree: Tree = slips.iter().map(one).collect();
    let case = text(C1, "open", &format!("title: a\nlimit: \"{LIMIT}.00\"\n"), "07:00 cy report>open title,limit");
    tree.insert(path(C1), case);
    tree.extend(PEOPLE.map(|name| person(name, "clerk", "active")));
    tree
}

/// What became of a person in the first line: a clerk, a typist, or gone.
fn role(what: u8) -> (&'static str, &'static str) {
    [("clerk", "active"), ("typist", "active"), ("clerk", "left")][usize::from(what % 3)]
}

/// The slow way: the slips in the end, and for each deed of the second line whether it has effect.
fn slowly(first: &Slips, second: &[Deed], roles: &[(&str, &str)]) -> (Slips, Vec<bool>) {
    let mut slips = first.clone();
    let one = |deed: &Deed| {
        let (role, state) = roles[deed.by];
        let may = state == "active" && (deed.drafts.is_none() || role == "clerk");
        may && does(&mut slips, deed)
    };
    let effective = second.iter().map(one).collect();
    (slips, effective)
}

fn wishes() -> impl Strategy<Value = Vec<(usize, usize, u32, bool)>> {
    proptest::collection::vec((0usize..3, 0usize..8, 1u32..6, any::<bool>()), 0..9)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_quick_way_is_the_slow_way(before in wishes(), one in wishes(), other in wishes(), left in any::<[u8; 2]>()) {
        let (common, base) = possible(&Slips::new(), &before, 100);
        let (of_first, first) = possible(&base, &one, 200);
        let (of_second, second) = possible(&base, &other, 300);
        let roles = [role(left[0]), role(left[1]), ("clerk", "active")];
        let mut first_tree = tree(&[&common, &of_first], &first);
        first_tree.extend(PEOPLE.iter().zip(roles).map(|(name, (role, state))| person(name, role, state)));
        let (now, joined) = merged(&tree(&[&common], &base), &first_tree, &tree(&[&common, &of_second], &second));
        let (expected, effective) = slowly(&first, &of_second, &roles);
        for slip in second.keys() {
            let slip_now = record(&now[&path(&id(*slip))]);
            let state = match expected.get(slip) {
                None => "void",
                Some((_, true)) => "sent",
                Some((_, false)) => "drafted",
            };
            prop_assert_eq!(&slip_now.state, state, "{} {:?}", slip, joined.told);
            let old = if base.contains_key(slip) { record(&first_tree[&path(&id(*slip))]).entries().count() } else { 0 };
            // a record that is void has no effect as a whole, and its events are as they were
            let own: Vec<bool> = slip_now.entries().skip(old).filter(|entry| entry.event().step != "unite")
                .map(|entry| matches!(entry, Entry::Event(_)) && state != "void").collect();
            let deeds = of_second.iter().zip(&effective).filter(|(deed, _)| deed.slip == *slip);
            prop_assert_eq!(own, deeds.map(|(_, effective)| *effective).collect::<Vec<bool>>(), "{}", slip);
        }
    }
}
