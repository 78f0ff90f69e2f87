//! The new events of a commit, by record, in the order in which its message names them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::delta::Delta;
use super::scene::{Scene, renamed_from};
use crate::kind::Kind;
use crate::lifecycle::unfallen;
use crate::policy::{BETWEEN_FROM, Policy};
use crate::record::{Event, FieldId, Fields, Id, Record, Value};

/// The new events of one record.
pub(super) struct Track<'s> {
    pub(super) delta: &'s Delta,
    pub(super) id: &'s Id,
    pub(super) after: &'s Record,
    pub(super) kind: &'s Kind,
    /// The next event to be replayed.
    pub(super) next: usize,
    /// Fields that several of the events change, in a book whose events do not keep the values in between.
    pub(super) again: BTreeSet<&'s str>,
    /// Whether events keep the values of fields between two steps of the commit.
    pub(super) between: bool,
}

impl<'s> Track<'s> {
    pub(super) fn event(&self) -> Option<&'s Event> {
        self.after.history.get(self.next)
    }

    /// The values that the next event sets, as far as they are known. If a later event of the commit keeps the
    /// earlier value, that is the value; otherwise it is the value after the commit.
    pub(super) fn set(&self, event: &Event) -> Vec<(FieldId, Option<Value>)> {
        let field = |name: &String| self.kind.shape.field_id(name);
        event.set.iter().filter_map(field).map(|field| (field, self.stood(field, self.next))).collect()
    }

    /// The fields after an event of the commit.
    pub(super) fn fields(&self, event: usize) -> Fields {
        let mut fields = self.after.fields.clone();
        let later = self.after.history.get(event + 1..).unwrap_or_default();
        let changed: BTreeSet<&String> = later.iter().flat_map(|event| &event.set).collect();
        for field in changed.into_iter().filter_map(|name| self.kind.shape.field_id(name)) {
            match self.stood(field, event) {
                Some(value) => fields.set(field, value),
                None => fields.clear(field),
            }
        }
        fields
    }

    /// The value of a field after an event of the commit.
    fn stood(&self, field: FieldId, event: usize) -> Option<Value> {
        let name = &self.kind.field(field).name;
        let later = self.after.history.get(event + 1..).unwrap_or_default();
        let told = self.between || self.kind.kept().any(|kept| kept == field);
        let until = self.after.history.get(self.delta.old_events()..=event).unwrap_or_default();
        if told && until.iter().all(|event| !event.set.contains(name)) {
            return self.delta.before.as_ref().and_then(|before| before.get(field)).cloned();
        }
        let mut changes = later.iter().filter(|event| told && event.set.contains(name));
        // a list that only got more lines has the same beginning
        let mut lines = None;
        let changed = changes.find(|event| match event.had.iter().find(|(had, _)| had == name) {
            Some((_, had)) => {
                lines.get_or_insert(*had);
                false
            }
            None => true,
        });
        let value = match changed {
            Some(changed) => changed.was.iter().find(|(was, _)| was == name).map(|(_, value)| value.clone()),
            None => self.after.get(field).cloned(),
        };
        match (value, lines) {
            (Some(Value::List(mut all)), Some(lines)) => {
                all.truncate(lines);
                Some(Value::List(all))
            }
            (value, _) => value,
        }
    }

    /// The values that somebody gave with an event, without those that its step emptied by itself or that
    /// `falls-with` emptied. If the step would have emptied a field that did not change, somebody gave the same value
    /// again.
    pub(super) fn given(&self, event: &Event, before: Option<&Record>) -> Vec<(FieldId, Option<Value>)> {
        let steps = || self.kind.steps_named(&event.step);
        let mut set = self.set(event);
        set.retain(|(field, value)| value.is_some() || !steps().any(|step| step.clears.contains(field)));
        let from = before.map(|before| before.state.as_str()).unwrap_or_default();
        let step = steps().find(|step| step.from.iter().any(|state| state == from));
        let clears =
            step.iter().flat_map(|step| step.clears.iter().filter(|field| !step.erases(&self.kind.shape, **field)));
        for field in clears.filter(|field| !event.set.contains(&self.kind.field(**field).name)) {
            let stood = before.and_then(|before| before.get(*field));
            set.extend(stood.map(|value| (*field, Some(value.clone()))));
        }
        if let Some(before) = before {
            unfallen(self.kind, &before.fields, &self.fields(self.next), &mut set);
        }
        set
    }
}

/// All tracks of a commit, found by record and by cause.
pub(super) struct Tracks<'s> {
    pub(super) all: Vec<Track<'s>>,
    places: HashMap<&'s Id, usize>,
    /// New records, by the step that is said to have opened them.
    opened: HashMap<&'s str, Vec<usize>>,
    /// How many tracks at the beginning have no event left.
    ended: usize,
}

impl<'s> Tracks<'s> {
    pub(super) fn of(scene: &'s Scene<'_>, policy: &'s Policy) -> Tracks<'s> {
        let all = in_order(scene, policy);
        let places = all.iter().enumerate().map(|(place, track)| (track.id, place)).collect();
        let mut opened: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, track) in all.iter().enumerate().filter(|(_, track)| track.delta.before.is_none()) {
            if let Some(via) = track.after.history.first().and_then(|event| event.via.as_deref()) {
                opened.entry(via).or_default().push(place);
            }
        }
        Tracks { all, places, opened, ended: 0 }
    }

    /// The track of a record.
    pub(super) fn get(&self, id: &Id) -> Option<&Track<'s>> {
        self.all.get(*self.places.get(id)?)
    }

    /// The track of a record, to move it on.
    pub(super) fn get_mut(&mut self, id: &Id) -> Option<&mut Track<'s>> {
        self.all.get_mut(*self.places.get(id)?)
    }

    /// The tracks of new records that a step is said to have opened.
    pub(super) fn opened_by(&self, via: &str) -> impl Iterator<Item = &Track<'s>> {
        self.opened.get(via).into_iter().flatten().filter_map(|place| self.all.get(*place))
    }

    /// The first track that has an event left.
    pub(super) fn first_left(&mut self) -> Option<usize> {
        while self.all.get(self.ended)?.event().is_none() {
            self.ended += 1;
        }
        Some(self.ended)
    }
}

fn in_order<'s>(scene: &'s Scene<'_>, policy: &'s Policy) -> Vec<Track<'s>> {
    let order: BTreeMap<&str, usize> =
        scene.said.steps.iter().enumerate().rev().map(|(i, s)| (s.record.as_str(), i)).collect();
    let between = policy.settings.format >= BETWEEN_FROM;
    let track = |delta: &'s Delta| {
        let (id, after) = (delta.id.as_ref()?, delta.after.as_ref()?);
        let renamed = renamed_from(scene, delta).is_some();
        if renamed
            || !delta.is_appended()
            || delta.new_events().next().is_none()
            || delta.existed && delta.before.is_none()
        {
            return None;
        }
        let mut named: BTreeSet<&str> = BTreeSet::new();
        let all = delta.new_events().flat_map(|(_, event)| &event.set);
        let again = all.map(String::as_str).filter(|name| !between && !named.insert(name)).collect();
        Some(Track { delta, id, after, kind: policy.kind(&after.kind)?, next: delta.old_events(), again, between })
    };
    let mut tracks: Vec<Track<'s>> = scene.deltas.iter().filter_map(track).collect();
    tracks.sort_by_key(|track| order.get(track.id.as_str()).copied().unwrap_or(usize::MAX));
    tracks
}
