//! What a merge has settled, in words: which record, what became of it, and which colleague was first.

use crate::book::View;
use crate::calendar::words;
use crate::cli::done;
use crate::kind::{EDIT, Kind};
use crate::locale::messages::MergeText as Text;
use crate::locale::{Label, Lang};
use crate::record::{Event, Id, Record, UNITE};
use crate::unite::Told;
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
            Told::Overruled { id, event } => self.overruled(id, event),
            Told::Renamed { from, .. } => {
                let who = self.opener(from);
                label!(Text::Renamed, from = from; who = who)
            }
            Told::Renumbered { from, first, .. } => {
                let who = first.as_ref().map_or_else(colleague, |first| self.opener(first));
                let other = first.as_ref().map_or(Label::default(), |first| self.other(first));
                label!(Text::Renumbered, from = from; who = who, other = other)
            }
            Told::Same { gone, stays } => label!(Text::Same, gone = gone; who = self.opener(stays)),
            Told::Doubted { by, .. } => match by.split_once('#') {
                Some((cause, step)) => label!(Text::Doubted; step = self.step_of(cause, step)),
                None => label!(Text::DoubtedByKey, other = by),
            },
            Told::Voided { id, by } => match by.split_once('#') {
                Some((own, step)) if own == id.as_str() => {
                    label!(Text::VoidedItself; step = self.step_of(own, step))
                }
                Some((cause, step)) => label!(Text::Voided, id = cause; step = self.step_of(cause, step)),
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
            "" => called.clone(),
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
    fn overruled(&self, id: &Id, event: &Event) -> Label {
        let Some(kind) = self.kind(id.as_str()) else { return Label::verbatim(event.step.as_str()) };
        if event.step == UNITE {
            return label!(Text::Unsaid; fields = fields_of(kind, event));
        }
        let (step, by) = (done_as(kind, event), self.name(&event.by));
        let first = self.first.read(id).ok().flatten();
        let base = self.base.and_then(|base| base.read(id).ok().flatten());
        // an earlier merge can have taken the effect from events that were there before
        let known = |event: &Event| base.as_ref().is_some_and(|base| base.history.contains(event));
        let first = first.map(|first| first.history).unwrap_or_default();
        let new: Vec<Event> = first.into_iter().filter(|event| !known(event)).collect();
        let Some(rival) = rival(&new, event) else {
            return match event.via {
                Some(_) => label!(Text::OverruledToo; step = step, by = by),
                None => label!(Text::OverruledElsewhere; step = step, by = by),
            };
        };
        let zone = self.merged.policy().settings.time_zone;
        let when = Label::each(|lang| words::moment(rival.at, zone, lang));
        label!(Text::Overruled; step = step, by = by, who = self.name(&rival.by), theirs = done_as(kind, rival), when = when)
    }
}

/// The new event of the first line that most likely stood in the way: the last one that set one of the same fields,
/// else the last one that led to another state, else the last one.
fn rival<'r>(new: &'r [Event], event: &Event) -> Option<&'r Event> {
    let same = |other: &&Event| other.set.iter().any(|field| event.set.contains(field));
    let moves = |other: &&Event| other.to.is_some();
    let edits = event.step == EDIT;
    let by_field = || new.iter().rev().find(same);
    let by_state = || new.iter().rev().find(moves);
    let found = if edits { by_field().or_else(by_state) } else { by_state().or_else(by_field) };
    found.or(new.last())
}

/// A step as people call it; a correction with its fields.
fn done_as(kind: &Kind, event: &Event) -> Label {
    let step = wording::step(kind, &event.step, None);
    if event.step != EDIT || event.set.is_empty() {
        return step;
    }
    let fields = fields_of(kind, event);
    Label::each(|lang: Lang| say!(lang, Text::StepOn, step = step.get(lang), fields = fields.get(lang)))
}

/// The fields that an event names, as people call them.
fn fields_of(kind: &Kind, event: &Event) -> Label {
    let label = |name: &String| match kind.shape.field_id(name) {
        Some(field) => kind.field(field).label.clone(),
        None => Label::verbatim(name.as_str()),
    };
    wording::joined(&event.set.iter().map(label).collect::<Vec<_>>())
}

fn colleague() -> Label {
    Text::Colleague.into()
}
