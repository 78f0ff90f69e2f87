//! Thousands of random pairs of histories, merged by [`unite`] and by a second, slow and obvious implementation. It
//! knows every value that anybody ever set, and takes each step of the second person again, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{bench, kind, record, text};
use crate::record::{Entry, Record};
use crate::unite::unite;

const ID: &str = "C-260302-00001";

/// The steps of the kind: name, states that they lead from, target.
const STEPS: &[(&str, &[&str], Option<&str>)] = &[
    ("take", &["open"], Some("taken")),
    ("assign", &["open", "taken"], None),
    ("visit", &["open", "taken", "answered"], None),
    ("remind", &["open", "taken", "answered"], None),
    ("answer", &["taken"], Some("answered")),
    ("close", &["taken", "answered"], Some("closed")),
    ("mistake", &["open"], Some("wrong")),
    ("edit", &["open", "taken", "answered", "waiting"], None),
];
/// The fields that a step may set.
const FIELDS: [&str; 3] = ["title", "owner", "answer"];

/// What somebody did: a step, and the values that it set.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Deed {
    step: usize,
    set: BTreeMap<&'static str, String>,
    /// A row that it added to `tags`.
    row: Option<String>,
}

/// A record in the obvious implementation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct State {
    state: &'static str,
    values: BTreeMap<&'static str, String>,
    tags: Vec<String>,
    taken: Vec<&'static str>,
}

impl State {
    /// Whether a step leads on, with sealed answers and what is done only once.
    fn allows(&self, deed: &Deed) -> bool {
        let (name, from, _) = STEPS[deed.step];
        let sealed = self.taken.contains(&"answer") && deed.set.contains_key("answer");
        from.contains(&self.state) && !sealed && !(name == "remind" && self.taken.contains(&"remind"))
    }

    fn take(&mut self, deed: &Deed) {
        let (name, _, to) = STEPS[deed.step];
        self.values.extend(deed.set.clone());
        self.tags.extend(deed.row.clone());
        self.state = to.unwrap_or(self.state);
        self.taken.push(name);
    }
}

/// What the program's rules make of a random list of wishes: the deeds that were possible, and that changed something.
fn possible(start: &State, wishes: &[(usize, usize, usize, bool)], person: &str) -> (Vec<Deed>, State) {
    let (mut state, mut deeds) = (start.clone(), Vec::new());
    for (number, (step, field, value, row)) in wishes.iter().enumerate() {
        let step = step % STEPS.len();
        let name = STEPS[step].0;
        let people = ["ann", "bob", "cy"];
        let mut set = BTreeMap::new();
        let field = FIELDS[field % FIELDS.len()];
        let free = matches!(name, "edit" | "take" | "assign") || (name == "answer" && field == "answer");
        if free {
            let value = if field == "owner" { people[value % 3].to_owned() } else { format!("v{}", value % 3) };
            if state.values.get(field) != Some(&value) {
                set.insert(field, value);
            }
        }
        let row = (*row && name == "visit").then(|| format!("{person}{number}"));
        let deed = Deed { step, set, row };
        let idle = name == "edit" && deed.set.is_empty();
        if !idle && state.allows(&deed) {
            state.take(&deed);
            deeds.push(deed);
        }
    }
    (deeds, state)
}

/// The slow way: tries the second person's deeds again and again, each time without those that cannot count.
/// `overtaken`: the first person has led the record to another state, later than all that the second one did.
fn slowly(base: &State, first: &State, second: &[Deed], last: &State, overtaken: bool) -> (BTreeSet<usize>, State) {
    let mut out: BTreeSet<usize> = BTreeSet::new();
    // corrections of what both changed to different values
    for field in FIELDS {
        let (was, here, there) = (base.values.get(field), first.values.get(field), last.values.get(field));
        if was != here && here != there {
            out.extend(
                (0..second.len())
                    .filter(|at| STEPS[second[*at].step].0 == "edit" && second[*at].set.contains_key(field)),
            );
        }
    }
    // what the second person has not set, or set as the first person did, is as the first line left it
    let differs = |field: &str| {
        let (here, there) = (first.values.get(field), last.values.get(field));
        there != here && second.iter().any(|deed| deed.set.contains_key(field))
    };
    loop {
        let mut state = first.clone();
        let mut now = out.clone();
        for (at, deed) in second.iter().enumerate() {
            let overtaken = overtaken && STEPS[deed.step].2.is_some();
            match !out.contains(&at) && !overtaken && state.allows(deed) {
                true => {
                    let mut moved = deed.clone();
                    moved.set.retain(|field, _| differs(field));
                    let mut next = state.clone();
                    next.take(&moved);
                    // nobody seals an answer of the first person that they have not seen
                    let answer = |state: &State| state.values.get("answer").cloned();
                    let unseen = answer(base) != answer(first) && answer(&next) != answer(last);
                    if STEPS[deed.step].0 == "answer" && !deed.set.contains_key("answer") && unseen {
                        now.insert(at);
                        continue;
                    }
                    state = next;
                }
                false => {
                    now.insert(at);
                }
            }
        }
        // nobody has the values in between: where the last one to set a field is out, all are
        let mut more = now.clone();
        for field in FIELDS {
            let setters: Vec<usize> = (0..second.len()).filter(|at| second[*at].set.contains_key(field)).collect();
            if differs(field) && setters.last().is_some_and(|at| now.contains(at)) {
                more.extend(setters);
            }
        }
        let setters: Vec<usize> = (0..second.len()).filter(|at| second[*at].row.is_some()).collect();
        if last.tags != base.tags && last.tags != first.tags && setters.last().is_some_and(|at| now.contains(at)) {
            more.extend(setters);
        }
        if more == now {
            return (now, state);
        }
        out = more;
    }
}

/// The record after the deeds of people, each in an hour of the day.
fn written(deeds: &[(&str, &str, &[Deed])], state: &State) -> Record {
    let mut events = "08:00 ann report>open title".to_owned();
    let mut minute = 0;
    for (person, hour, deeds) in deeds {
        for deed in *deeds {
            let (name, _, to) = STEPS[deed.step];
            let to = to.map(|to| format!(">{to}")).unwrap_or_default();
            let set: Vec<&str> = deed.set.keys().copied().chain(deed.row.as_ref().map(|_| "tags")).collect();
            minute += 1;
            events.push_str(&format!("; {hour}:{minute:02} {person} {name}{to} {}", set.join(",")));
        }
    }
    let mut fields: String =
        FIELDS.iter().filter_map(|field| Some(format!("{field}: {}\n", state.values.get(field)?))).collect();
    if !state.tags.is_empty() {
        fields.push_str(&format!("tags: [{}]\n", state.tags.join(", ")));
    }
    let events = events.replace(" ;", ";");
    record(&text(ID, state.state, &fields, events.trim_end()))
}

fn wishes() -> impl Strategy<Value = Vec<(usize, usize, usize, bool)>> {
    proptest::collection::vec((0usize..32, 0usize..3, 0usize..3, any::<bool>()), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_quick_way_is_the_slow_way(before in wishes(), one in wishes(), other in wishes(), early in any::<bool>()) {
        let mut start = State { state: "open", ..State::default() };
        start.values.insert("title", "a".to_owned());
        let (common, base) = possible(&start, &before, "x");
        let (of_first, first) = possible(&base, &one, "y");
        let (of_second, second) = possible(&base, &other, "z");
        let base_record = written(&[("ann", "09", &common)], &base);
        let first_record = written(&[("ann", "09", &common), ("ann", "11", &of_first)], &first);
        let second_record = written(&[("ann", "09", &common), ("bob", if early { "10" } else { "12" }, &of_second)], &second);
        let kind = kind("case");
        let united = unite(bench(), kind, Some(&base_record), &first_record, &second_record);
        let overtaken = early && of_first.iter().any(|deed| STEPS[deed.step].2.is_some());
        let (out, state) = slowly(&base, &first, &of_second, &second, overtaken);
        // the history: everything is there, in order, and marked as in the slow way
        let expected: Vec<(String, bool)> = first_record.history.iter().map(|event| (event.step.clone(), false))
            .chain(of_second.iter().enumerate().map(|(at, deed)| (STEPS[deed.step].0.to_owned(), out.contains(&at))))
            .collect();
        let history: Vec<(String, bool)> = united.record.entries()
            .map(|entry| (entry.event().step.clone(), matches!(entry, Entry::Overruled(_))))
            .collect();
        prop_assert_eq!(history, expected);
        prop_assert_eq!(united.record.state.as_str(), state.state);
        // the fields: what the slow way has, where both did the same once
        let again = written(&[("ann", "09", &common)], &state);
        prop_assert_eq!(
            crate::record::write_fields(&united.record.fields, &kind.shape),
            crate::record::write_fields(&again.fields, &kind.shape)
        );
        // what it writes can be read again, and a merge with it changes nothing more
        let text = united.record.write(&kind.shape);
        prop_assert_eq!(&record(&text), &united.record);
        prop_assert_eq!(&unite(bench(), kind, Some(&second_record), &second_record, &united.record).record, &united.record);
        prop_assert_eq!(&unite(bench(), kind, Some(&base_record), &first_record, &base_record).record, &first_record);
    }
}
