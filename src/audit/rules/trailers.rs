//! The message of a commit is true about its events and names all of them. The git author is the person who typed.

use std::collections::{BTreeMap, BTreeSet};

use super::super::scene::{Scene, renamed_from};
use super::{Of, Rule, joined};
use crate::audit::finding::{Finding, Severity};
use crate::audit::said::SaidStep;
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::locale::text::fold;
use crate::policy::{People, STAFF};
use crate::record::{Event, Id};

pub(super) static RULE: Rule = Rule {
    name: "trailers",
    ids: &["hand-commit", "trailer-missing", "trailer-false", "typist"],
    of: Of::Ordinary,
    look,
};

fn look(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    if scene.midway {
        return;
    }
    if !scene.said.any && !scene.deltas.is_empty() && !scene.founding {
        let records = joined(scene.deltas.iter().map(|delta| delta.path.as_str()).take(5));
        let message = label!(Text::HandCommit, count = scene.deltas.len(), records = records);
        found.push(scene.finding("hand-commit", Severity::Warning, message));
    }
    if scene.said.any && !scene.founding {
        trailers(scene, found);
    }
    typists(scene, found);
}

fn trailers(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let mut said: BTreeMap<&str, Vec<&SaidStep>> = BTreeMap::new();
    for step in &scene.said.steps {
        said.entry(step.record.as_str()).or_default().push(step);
    }
    for delta in scene.deltas {
        let Some(id) = &delta.id else { continue };
        let steps = said.remove(id.as_str()).unwrap_or_default();
        if steps.is_empty() {
            found.push(scene.of_record("trailer-missing", delta, None, label!(Text::TrailerMissing, id = id)));
            continue;
        }
        // If history was rewritten or cannot be read, that is the finding.
        if delta.after.is_none() || !delta.is_appended() {
            continue;
        }
        let events: Vec<(usize, &Event)> = delta.new_events().collect();
        if events.len() != steps.len() {
            let (said, done) = (steps.len(), events.len());
            let message = label!(Text::TrailerCount, id = id, said = said, done = done);
            found.push(scene.of_record("trailer-false", delta, None, message));
            continue;
        }
        let mut state = delta.before.as_ref().map(|before| before.state.clone());
        for ((at, event), said) in events.iter().zip(&steps) {
            let to = event.to.clone().or_else(|| state.clone());
            if let Some((what, is, should)) = differs(said, event, state.as_deref(), to.as_deref()) {
                let message = label!(Text::TrailerFalse, id = id, what = what, said = is, done = should);
                found.push(scene.of_record("trailer-false", delta, Some(*at), message));
            }
            state = to;
        }
    }
    for id in said.keys() {
        let message = label!(Text::TrailerIdle, id = id);
        found.push(Finding {
            record: id.parse::<Id>().ok(),
            ..scene.finding("trailer-false", Severity::Error, message)
        });
    }
}

/// The first part in which message and event differ: its name, the message's text, and the event's.
fn differs(
    said: &SaidStep,
    event: &Event,
    from: Option<&str>,
    to: Option<&str>,
) -> Option<(&'static str, String, String)> {
    let parts = [
        ("step", said.step.as_deref(), Some(event.step.as_str()), true),
        ("from", said.from.as_deref(), from, true),
        ("to", said.to.as_deref(), to, true),
        ("by", said.by.as_deref(), Some(event.by.as_str()), true),
        ("for", said.for_.as_deref(), event.for_.as_ref().map(Id::as_str), said.whole),
        ("entered", said.entered.as_deref(), event.entered.as_ref().map(Id::as_str), said.whole),
    ];
    let shown = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let wrong = parts.into_iter().find(|(_, said, done, told)| *told && said != done);
    wrong.map(|(what, said, done, _)| (what, shown(said), shown(done)))
}

pub(super) fn typists(scene: &Scene<'_>, found: &mut Vec<Finding>) {
    let mut seen: BTreeSet<&Id> = BTreeSet::new();
    let author = fold(&scene.commit.email);
    for delta in scene.deltas.iter().filter(|delta| renamed_from(scene, delta).is_none()) {
        for (at, event) in delta.new_events().filter(|(_, event)| event.via.is_none()) {
            let typist = event.entered.as_ref().unwrap_or(&event.by);
            if seen.insert(typist) && addresses(scene, typist).is_some_and(|known| !known.contains(&author)) {
                let message = label!(Text::Typist, author = scene.commit.email, typist = typist);
                found.push(scene.of_record("typist", delta, Some(at), message));
            }
        }
    }
}

/// The addresses of a person, from the staff record before or after the commit. `None` if the person has none.
fn addresses(scene: &Scene<'_>, person: &Id) -> Option<BTreeSet<String>> {
    let after = scene.deltas.iter().filter_map(|delta| delta.after.as_ref()).filter(|record| record.id == *person);
    let after = scene.policy.and_then(|policy| {
        let kind = policy.kind(STAFF)?;
        Some(People::of(after.map(AsRef::as_ref), &kind.shape, &policy.roles))
    });
    let after = after.unwrap_or_default();
    let known: Vec<_> = [scene.people.get(person), after.get(person)].into_iter().flatten().collect();
    let emails = known.iter().flat_map(|person| &person.emails).map(|email| fold(email));
    (!known.is_empty()).then(|| emails.collect())
}
