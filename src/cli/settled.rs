//! What a merge has settled, in words: which record, what became of it, and which colleague was first.

use std::collections::BTreeSet;

use crate::book::View;
use crate::calendar::words;
use crate::cli::{done, filed_again};
use crate::kind::{EDIT, Kind};
use crate::locale::messages::MergeText as Text;
use crate::locale::{Label, Lang};
use crate::record::{Event, Id, Record, UNITE};
use crate::unite::{Told, differing_rows};
use crate::wording;
use crate::{label, say};

/// The books that a merge was made from, to look things up.
pub(super) struct Settled<'s, 'b> {
    /// The last commit that both lines had.
    pub(super) base: Option<&'s View<'b>>,
    /// The line that was published first.
    pub(super) first: &'s View<'b>,
    /// The merged book; in a dry run, this clone's line.
    pub(super) merged: &'s View<'b>,
    /// A record as the merge has made it.
    pub(super) record: &'s dyn Fn(&Id) -> Option<Record>,
}

impl Settled<'_, '_> {
    /// The record as people name it: number, id, kind, state, and whom and what it is about.
    pub(super) fn named(&self, told: &Told) -> Label {
        let record = self.now(told.about());
        Label::each(|lang| match &record {
            Some(record) => done::named(self.merged, record, lang),
            None => told.about().to_string(),
        })
    }

    /// What became of it, and why.
    pub(super) fn what(&self, told: &Told) -> Label {
        match told {
            Told::Overruled { id, event, because } => self.overruled(id, event, because.as_ref()),
            Told::Replaced { id, first, second, fields } => {
                let Some(kind) = self.kind(id.as_str()) else { return Label::verbatim(second.step.as_str()) };
                let (step, by, who) = (step_of(kind, second), self.name(&second.by), self.name(&first.by));
                let fields = called_rows(kind, fields);
                let (theirs, when) = (step_of(kind, first), self.when(first));
                label!(Text::Replaced; step = step, by = by, fields = fields, who = who, theirs = theirs, when = when)
            }
            Told::Renamed { from, .. } => {
                let who = self.opener(from);
                label!(Text::Renamed, from = from; who = who)
            }
            Told::Renumbered { from, first, .. } => {
                let who = first.as_ref().map_or_else(colleague, |first| self.opener(first));
                let other = first.as_ref().map_or(Label::default(), |first| self.other(first));
                label!(Text::Renumbered, from = from; who = who, other = other)
            }
            Told::Kept { .. } => Text::Kept.into(),
            Told::Same { gone, stays } => label!(Text::Same, gone = gone; who = self.opener(stays)),
            Told::Doubted { by, .. } => match by.split_once('#') {
                Some((cause, step)) => label!(Text::Doubted; step = self.step_of(cause, step)),
                None => label!(Text::DoubtedByKey, other = by),
            },
            Told::Voided { id, by, because } => match by.split_once('#') {
                Some((own, step)) if own == id.as_str() => {
                    let step = self.step_of(own, step);
                    let what = match because.as_ref().and_then(|other| self.rival_in(other)) {
                        Some(Rival { who, other, theirs, when }) => {
                            label!(Text::VoidedItselfBy; step = step, who = who, other = other, theirs = theirs, when = when)
                        }
                        None => label!(Text::VoidedItself; step = step),
                    };
                    let again = self.now(id).and_then(|record| filed_again::command(self.merged, &record));
                    match again {
                        Some(command) => label!(Text::FileAgain; what = what, command = command.said()),
                        None => what,
                    }
                }
                Some((cause, step)) => {
                    let what = label!(Text::Voided, id = cause; step = self.step_of(cause, step));
                    self.in_its_place(id, by, what)
                }
                None => {
                    let first = by.parse::<Id>().ok();
                    let who = first.as_ref().map_or_else(colleague, |first| self.opener(first));
                    let other = first.as_ref().map_or_else(|| Label::verbatim(by.as_str()), |first| self.other(first));
                    label!(Text::VoidedByKey; who = who, other = other)
                }
            },
            Told::Refiled { from, to, .. } => label!(Text::Refiled, from = from, to = to),
        }
    }

    fn now(&self, id: &Id) -> Option<Record> {
        (self.record)(id).or_else(|| self.first.read(id).ok().flatten())
    }

    /// Another record by its number or id, with its title.
    fn other(&self, id: &Id) -> Label {
        let Some(record) = self.first.read(id).ok().flatten() else { return Label::verbatim(id.to_string()) };
        let words = self.first.words();
        let called = words.called(&record);
        Label::each(|lang| match words.about(&record).get(lang) {
            about if about.is_empty() || about == called => called.clone(),
            about => format!("{called} · {about}"),
        })
    }

    fn kind(&self, id: &str) -> Option<&Kind> {
        self.merged.policy().kind_of(&id.parse().ok()?)
    }

    fn step_of(&self, id: &str, step: &str) -> Label {
        self.kind(id).map_or_else(|| Label::verbatim(step), |kind| wording::step(kind, step, None))
    }

    /// Who made a record of the first line.
    fn opener(&self, id: &Id) -> Label {
        let record = self.first.read(id).ok().flatten();
        record.and_then(|record| Some(self.name(&record.history.first()?.by))).unwrap_or_else(colleague)
    }

    fn name(&self, person: &Id) -> Label {
        Label::verbatim(self.merged.words().person(person.as_str()))
    }

    /// A step of the second line that has no effect, and the step of the first line that stood in its way.
    fn overruled(&self, id: &Id, event: &Event, because: Option<&Id>) -> Label {
        let Some(kind) = self.kind(id.as_str()) else { return Label::verbatim(event.step.as_str()) };
        if event.step == UNITE {
            return label!(Text::Unsaid; fields = called(kind, &event.set));
        }
        let base = self.base.and_then(|base| base.read(id).ok().flatten());
        let merged = self.now(id);
        let lost = merged.as_ref().and_then(|record| record.overruled.iter().find(|one| one.event == *event));
        let rows = |name: &String| {
            let was = base.as_ref().and_then(|base| base.get(kind.shape.field_id(name)?));
            let would = lost.and_then(|lost| lost.values.iter().find(|(known, _)| known == name));
            differing_rows(was, would.map(|(_, value)| value))
        };
        let set: Vec<_> = event.set.iter().map(|name| (name.clone(), rows(name))).collect();
        let fields = called_rows(kind, &set);
        let (step, by) = (done_with(kind, event, fields), self.name(&event.by));
        if let Some(Rival { who, other, theirs, when }) = because.and_then(|other| self.rival_in(other)) {
            return label!(Text::OverruledBy; step = step, by = by, who = who, other = other, theirs = theirs, when = when);
        }
        // who has left may take no step at all
        let has_left = self.first.people().get(&event.by).is_none_or(|person| !person.active);
        let person = || event.via.is_none().then(|| self.rival_in(&event.by)).flatten();
        let by_person = |rival: Rival| {
            let Rival { who, other, theirs, when } = rival;
            label!(Text::OverruledBy; step = step.clone(), by = by.clone(), who = who, other = other, theirs = theirs, when = when)
        };
        if let Some(rival) = person().filter(|_| has_left) {
            return by_person(rival);
        }
        let new = self.new_events(id);
        let Some(rival) = rival(&new, event) else {
            return match (&event.via, person()) {
                (Some(_), _) => label!(Text::OverruledToo; step = step, by = by),
                (None, Some(rival)) => by_person(rival),
                (None, None) if new.is_empty() => label!(Text::OverruledElsewhere; step = step, by = by),
                (None, None) => label!(Text::OverruledSince, id = id; step = step, by = by),
            };
        };
        let (who, theirs, when) = (self.name(&rival.by), done_as(kind, rival), self.when(rival));
        label!(Text::Overruled; step = step, by = by, who = who, theirs = theirs, when = when)
    }

    /// Why a record is void, and which one of the first line, made by the same step, stands in its place. What people
    /// have recorded in the void one since counts nowhere.
    fn in_its_place(&self, id: &Id, by: &str, what: Label) -> Label {
        let place = || {
            let record = self.now(id)?;
            let cause = by.split_once('#')?.0.parse().ok()?;
            let all = self.first.index().ok()?.linked(&cause, &record.kind).ok()?;
            let is_same = |other: &Id| {
                let other = self.first.read(other).ok().flatten().filter(|other| !self.first.policy().is_void(other));
                other.is_some_and(|other| other.history.first().is_some_and(|made| made.via.as_deref() == Some(by)))
            };
            Some((all.into_iter().find(|other| other != id && is_same(other))?, record))
        };
        let Some((other, record)) = place() else { return what };
        let (who, called) = (self.opener(&other), self.other(&other));
        let later = record.history.iter().skip(1).filter(|event| event.step != UNITE).flat_map(|event| &event.set);
        let set: BTreeSet<&String> = later.collect();
        match self.kind(id.as_str()).filter(|_| !set.is_empty()) {
            None => label!(Text::InItsPlace; what = what, other = called, who = who),
            Some(kind) => {
                let fields = self::called(kind, &set.into_iter().cloned().collect::<Vec<_>>());
                label!(Text::RecordThere, other = other; what = what, called = called, who = who, fields = fields)
            }
        }
    }

    fn when(&self, event: &Event) -> Label {
        let zone = self.merged.policy().settings.time_zone;
        Label::each(|lang| words::moment(event.at, zone, lang))
    }

    /// The events of the first line that the second line did not know.
    fn new_events(&self, id: &Id) -> Vec<Event> {
        let first = self.first.read(id).ok().flatten();
        let base = self.base.and_then(|base| base.read(id).ok().flatten());
        // an earlier merge can have taken the effect from events that were there before
        let known = |event: &Event| base.as_ref().is_some_and(|base| base.history.contains(event));
        let first = first.map(|first| first.history).unwrap_or_default();
        first.into_iter().filter(|event| !known(event)).collect()
    }

    /// What the first line did last to a record that stood in the way of another one's step.
    fn rival_in(&self, other: &Id) -> Option<Rival> {
        let (kind, event) = (self.kind(other.as_str())?, self.new_events(other).pop()?);
        let (who, theirs, when) = (self.name(&event.by), done_as(kind, &event), self.when(&event));
        Some(Rival { who, other: self.other(other), theirs, when })
    }
}

/// What a colleague did to another record, in words.
struct Rival {
    who: Label,
    other: Label,
    theirs: Label,
    when: Label,
}

/// The new event of the first line that most likely stood in the way: the last one that set one of the same fields,
/// else the last one that led to another state. Any other one may have stood in nobody's way.
fn rival<'r>(new: &'r [Event], event: &Event) -> Option<&'r Event> {
    let edits = event.step == EDIT;
    let same =
        |other: &&Event| !edits && other.step == event.step || other.set.iter().any(|field| event.set.contains(field));
    let moves = |other: &&Event| other.to.is_some();
    let by_field = || new.iter().rev().find(same);
    let by_state = || new.iter().rev().find(moves);
    if edits { by_field().or_else(by_state) } else { by_state().or_else(by_field) }
}

fn step_of(kind: &Kind, event: &Event) -> Label {
    wording::step(kind, &event.step, None)
}

/// A step as people call it; a correction with its fields.
fn done_as(kind: &Kind, event: &Event) -> Label {
    done_with(kind, event, called(kind, &event.set))
}

fn done_with(kind: &Kind, event: &Event, fields: Label) -> Label {
    let step = step_of(kind, event);
    if event.step != EDIT || event.set.is_empty() {
        return step;
    }
    Label::each(|lang: Lang| say!(lang, Text::StepOn, step = step.get(lang), fields = fields.get(lang)))
}

/// Fields as people call them.
fn called(kind: &Kind, fields: &[String]) -> Label {
    let label = |name: &String| match kind.shape.field_id(name) {
        Some(field) => kind.field(field).label.clone(),
        None => Label::verbatim(name.as_str()),
    };
    wording::joined(&fields.iter().map(label).collect::<Vec<_>>())
}

/// Fields as people call them, each with the rows of its list that are meant.
fn called_rows(kind: &Kind, fields: &[(String, Vec<usize>)]) -> Label {
    let one = |(name, rows): &(String, Vec<usize>)| {
        let label = called(kind, std::slice::from_ref(name));
        let rows: Vec<String> = rows.iter().map(usize::to_string).collect();
        match rows.is_empty() {
            true => label,
            false => Label::each(|lang| format!("{} {}", label.get(lang), done::enumerated(&rows, lang))),
        }
    };
    wording::joined(&fields.iter().map(one).collect::<Vec<_>>())
}

fn colleague() -> Label {
    Text::Colleague.into()
}
