//! Which steps an invented person takes next on a record, and how often.

use std::collections::BTreeMap;

use super::world::{World, draw};
use crate::kind::{After, EDIT, IMPORT, Kind, Mark, Step, Target, Who};
use crate::record::{Class, FieldId, Id, Record, Value};

/// How many records of a hundred end before their time.
const EARLY: u64 = 12;

/// How many records of a hundred wait for the client once, how many are led back once, and how many get each step
/// that nothing asks for.
const WAITS: u64 = 12;

const BACK: u64 = 8;

const BESIDE: u64 = 15;

/// How many records of a hundred get a step that a deadline waits for, or that a field asks a person for.
const OWED: u64 = 95;

impl World {
    /// The steps that could come next, in a random order for the record. Most lead on; a few end the record early or
    /// lead back. Each step that changes no state comes once.
    pub(super) fn wanted<'k>(&mut self, kind: &'k Kind, record: &'k Record, person: &Id) -> Vec<&'k Step> {
        // since it was led back the last time
        let mut course: Vec<&str> = Vec::new();
        for to in record.history.iter().filter_map(|event| event.to.as_deref()) {
            if course.contains(&to) {
                course.clear();
            }
            course.push(to);
        }
        let entered = |state: &str| course.contains(&state);
        // the events since a state was last entered
        let since = |state: &str| {
            let from = record.history.iter().rposition(|event| event.to.as_deref() == Some(state)).unwrap_or(0);
            &record.history[from..]
        };
        let waits = |state: &&str| kind.shape.class(state) == Class::Waiting;
        // the steps before which a leading step may not come are taken first
        let leading = || kind.steps_from(&record.state).filter(|step| !matches!(step.to, Target::Stay));
        let mut asked: BTreeMap<&str, &After> = BTreeMap::new();
        let mut next: Vec<&After> = leading().flat_map(|step| &step.after).collect();
        while let Some(after) = next.pop() {
            if asked.insert(after.step.as_str(), after).is_none() {
                next.extend(kind.steps_named(&after.step).flat_map(|step| &step.after));
            }
        }
        // once by each of several departments, or as often as asked
        let wanted = |step: &Step| {
            asked.get(step.name.as_str()).is_some_and(|after| {
                let events = since(after.since.as_deref().unwrap_or(&record.state));
                let mut taken = events.iter().filter(|event| event.step == step.name);
                match after.each {
                    Some(_) => !taken.any(|event| event.by == *person),
                    None => taken.count() < after.times,
                }
            })
        };
        let goes_on = leading().any(|step| {
            let on = |state: &&str| !entered(state) && kind.shape.class(state) != Class::Closed && !waits(state);
            matches!(step.to, Target::Previous) || step.targets().iter().any(on)
        });
        let mut steps: Vec<(u64, &Step)> = Vec::new();
        for step in kind.steps_from(&record.state) {
            if [EDIT, IMPORT].contains(&step.name.as_str()) || step.voids(&kind.shape) || step.only_corrects() {
                continue;
            }
            let taken = record.history.iter().filter(|event| event.step == step.name).count();
            let targets = step.targets();
            // a step that ends only some records ends none before its time
            let ends = !targets.is_empty() && targets.iter().all(|state| kind.shape.class(state) == Class::Closed);
            // a step that could have ended the record before, such as that the client gives up, does not end it now
            let before = |state: &String| *state != record.state && entered(state);
            let early = ends && (goes_on || step.from.iter().any(before));
            let back = !targets.is_empty() && targets.iter().all(|state| entered(state));
            let drawn = |salt: &str| draw(&record.id, salt);
            let weight = match &step.to {
                Target::Stay if wanted(step) => 20,
                Target::Stay if owed(kind, record, step, person) && drawn(&step.name) < OWED => 15,
                Target::Stay if taken > 0 || drawn(&step.name) >= BESIDE => continue,
                Target::Stay => 10,
                Target::Previous => 0,
                _ if early && drawn("early") >= EARLY => continue,
                _ if early => 0,
                _ if targets.iter().any(waits) && (taken > 0 || drawn("waits") >= WAITS) => continue,
                _ if back && (taken > 0 || drawn("back") >= BACK) => continue,
                _ => 5,
            };
            steps.push((weight + self.random.below(10), step));
        }
        steps.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.name.cmp(&b.1.name)));
        steps.into_iter().map(|(_, step)| step).collect()
    }
}

/// Whether a person owes a step that changes no state. Either a field names them for it and they have not taken it,
/// or a deadline waits for it and nobody has taken it.
fn owed(kind: &Kind, record: &Record, step: &Step, person: &Id) -> bool {
    let mut taken = record.history.iter().filter(|event| event.step == step.name);
    let names = |field: &FieldId| {
        let named = record.get(*field).map(Value::elements).unwrap_or_default();
        named.iter().any(|value| value.as_text() == Some(person.as_str()))
    };
    if step.by.iter().any(|who| matches!(who, Who::Field(field) if names(field))) {
        return !taken.any(|event| event.by == *person);
    }
    let ends = |mark: &Mark| matches!(mark, Mark::Step(name) if *name == step.name);
    taken.next().is_none() && kind.deadlines.iter().any(|deadline| deadline.stops.iter().any(ends))
}
