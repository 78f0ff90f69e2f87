//! Checks a lifecycle as a whole: every state can be reached and left, every named step exists, and deadlines can
//! stop.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::{Kind, Step, Target};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::{Problem, Problems};
use crate::record::Class;

/// Notes what is wrong with the lifecycle of a kind. Returns for each state how many steps lead to it from the
/// beginning.
pub(super) fn lifecycle(kind: &Kind, problems: &Problems) -> BTreeMap<String, usize> {
    one_step_of_a_name(kind, problems);
    void(kind, problems);
    // `previous` returns to an earlier state, so it makes no state reachable and no way shorter.
    let forward = forward(kind);
    let ranks = ranks(kind, &forward, problems);
    leavable(kind, &with_previous(kind, &forward), problems);
    ranks
}

fn one_step_of_a_name(kind: &Kind, problems: &Problems) {
    let mut by_name: HashMap<&str, Vec<&Step>> = HashMap::new();
    for step in &kind.steps {
        let namesakes = by_name.entry(&step.name).or_default();
        for before in namesakes.iter() {
            let shared = step.from.iter().find(|state| before.leads_from(state));
            if let Some(state) = shared {
                let message = label!(LoadText::StepTwice, step = step.name, state = state);
                problems.push(
                    Problem::new(step.place.clone(), message).help(label!(LoadText::FirstAt, place = before.place)),
                );
            } else if step.from.is_empty() && before.from.is_empty() {
                problems.say(&step.place, label!(LoadText::MakesTwice, step = step.name));
            }
        }
        namesakes.push(step);
    }
}

/// A void record stays void, and a kind has at most one void state.
fn void(kind: &Kind, problems: &Problems) {
    for second in kind.shape.states().iter().filter(|state| state.void).skip(1) {
        problems.say(&second.place, label!(LoadText::VoidSecond, state = second.name));
    }
    for step in &kind.steps {
        for state in step.from.iter().filter(|state| kind.shape.is_void(state)) {
            let message = label!(LoadText::VoidLeft, step = step.name, state = state);
            problems.push(Problem::new(step.place.clone(), message).help(label!(LoadText::VoidNoTake, state = state)));
        }
        for state in step.targets().into_iter().filter(|state| step.from.is_empty() && kind.shape.is_void(state)) {
            problems.say(&step.place, label!(LoadText::VoidFirst, step = step.name, state = state));
        }
    }
}

/// For each state, the states that its steps name.
pub(super) fn forward(kind: &Kind) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for step in &kind.steps {
        for from in &step.from {
            edges.entry(from).or_default().extend(step.targets());
        }
    }
    edges
}

/// The same, and for each state also those that `previous` can lead to: the states from which it can be entered.
pub(super) fn with_previous<'k>(
    kind: &'k Kind,
    entered: &BTreeMap<&'k str, BTreeSet<&'k str>>,
) -> BTreeMap<&'k str, BTreeSet<&'k str>> {
    let mut edges = entered.clone();
    for step in kind.steps.iter().filter(|step| matches!(step.to, Target::Previous)) {
        for from in &step.from {
            let before = entered.iter().filter(|(_, to)| to.contains(from.as_str())).map(|(state, _)| *state);
            edges.entry(from).or_default().extend(before);
        }
    }
    edges
}

/// The length of the shortest way to each state. Notes a problem for each state without a way.
fn ranks(kind: &Kind, edges: &BTreeMap<&str, BTreeSet<&str>>, problems: &Problems) -> BTreeMap<String, usize> {
    for step in kind.making().filter(|step| step.targets().is_empty()) {
        problems.say(&step.place, LoadText::FirstLeads);
    }
    let first = kind.making().flat_map(Step::targets);
    let mut ranks: BTreeMap<String, usize> = BTreeMap::new();
    let mut open: VecDeque<(&str, usize)> = first.map(|state| (state, 0)).collect();
    while let Some((state, rank)) = open.pop_front() {
        if !ranks.contains_key(state) {
            ranks.insert(state.to_owned(), rank);
            open.extend(edges.get(state).into_iter().flatten().map(|next| (*next, rank + 1)));
        }
    }
    if problems.mention(&kind.first_step().place.file) {
        // a misspelt state in a step is the likely reason why other states are not reached
        return ranks;
    }
    for state in kind.shape.states().iter().filter(|state| !state.retired && !ranks.contains_key(&state.name)) {
        let message = label!(LoadText::Unreached, state = state.name);
        problems.push(Problem::new(state.place.clone(), message).help(LoadText::StepOrRetired));
    }
    ranks
}

fn leavable(kind: &Kind, edges: &BTreeMap<&str, BTreeSet<&str>>, problems: &Problems) {
    for state in kind.shape.states() {
        let out = edges.get(state.name.as_str()).is_some_and(|to| to.iter().any(|to| *to != state.name));
        if state.class != Class::Closed && !state.retired && !out {
            let message = label!(LoadText::Unleft, state = state.name);
            problems.push(Problem::new(state.place.clone(), message).help(LoadText::StepOrClosed));
        }
    }
}

/// Notes kinds whose first steps open each other without end. Conditions that would prevent it are not examined.
pub(crate) fn endless<'k>(kinds: impl Fn(&str) -> Option<&'k Kind>, from: &'k Kind, problems: &Problems) {
    let mut open = vec![(from, vec![from.name()])];
    while let Some((kind, way)) = open.pop() {
        for opens in kind.making().flat_map(|step| &step.opens).filter(|opens| opens.when.is_none()) {
            if opens.kind == from.name() {
                let way = way.join(" → ");
                let message = label!(LoadText::MakesEndless, kind = from.name(), again = from.name(), way = way);
                problems.push(Problem::new(opens.place.clone(), message).help(LoadText::OpensWhen));
            } else if !way.contains(&opens.kind.as_str())
                && let Some(next) = kinds(&opens.kind)
            {
                open.push((next, way.iter().copied().chain([next.name()]).collect()));
            }
        }
    }
}

/// A step may only open records with a step meant for that (`opened`), and some step must open with each of those.
pub(crate) fn openings(kinds: &BTreeMap<String, Kind>, problems: &Problems) {
    let opens = || kinds.values().flat_map(|kind| &kind.steps).flat_map(|step| &step.opens);
    for (opens, named) in opens().filter_map(|opens| Some((opens, opens.step.as_ref()?))) {
        let Some(kind) = kinds.get(&opens.kind) else { continue };
        if kind.opened(&named.value).is_none() {
            let message = label!(LoadText::OpensNoStep, step = named.value, kind = opens.kind);
            problems.push(Problem::new(named.place.clone(), message).help(LoadText::SayOpened));
        }
    }
    for (opens, joins) in opens().filter_map(|opens| Some((opens, opens.joins.as_ref()?))) {
        let Some(kind) = kinds.get(&opens.kind) else { continue };
        if !kind.uniques.iter().any(|unique| unique.found && unique.name() == joins.alike.name()) {
            let names: Vec<String> =
                joins.alike.fields.iter().map(|field| format!("\"{}\"", kind.field(*field).name)).collect();
            let message = label!(LoadText::JoinsNoAlike, kind = opens.kind);
            let help = label!(LoadText::SayAlike, fields = names.join(", "), kind = opens.kind);
            problems.push(Problem::new(joins.alike.place.clone(), message).help(help));
        }
    }
    for kind in kinds.values() {
        for step in kind.steps.iter().filter(|step| step.opened) {
            let by = |opens: &&super::Opens| opens.step.as_ref().is_some_and(|named| named.value == step.name);
            if !opens().filter(|opens| opens.kind == kind.name()).any(|opens| by(&opens)) {
                let message = label!(LoadText::OpenedByNone, step = step.name, kind = kind.name());
                problems.push(Problem::new(step.place.clone(), message).help(LoadText::NameInOpens));
            }
        }
    }
}
