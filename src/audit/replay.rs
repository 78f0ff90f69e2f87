//! Takes recorded events again. The steps of one commit are taken in an order in which each finds what it needs, as
//! the people did who took them. The records that they open and advance must exist as well. A step that cannot be
//! taken is one finding. Then it is applied as recorded, so that the steps after it are judged independently.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::finding::Finding;
use super::recorded::Recorded;
use super::scene::{Scene, moment};
use super::tracks::{Track, Tracks};
use crate::kind::{EDIT, IMPORT};
use crate::label;
use crate::lifecycle::{
    Actor, Arrival, Change, Lookup, Operation, Refusal, Request, SKEW, Setting, Unauthorised, Unentitled, untrue,
};
use crate::locale::messages::AuditText as Text;
use crate::locale::{Label, Lang};
use crate::policy::Policy;
use crate::record::{Event, Fields, Id, Record};

/// Replays the new events of a commit and returns the findings.
pub(super) fn replay(scene: &Scene<'_>) -> Vec<Finding> {
    let Some(policy) = scene.policy else { return Vec::new() };
    let mut run = Run { scene, policy, tracks: Tracks::of(scene, policy), forced: BTreeSet::new(), found: Vec::new() };
    run.all();
    run.found
}

/// Up to this number, wrong steps are accepted one at a time. Beyond it their number doubles each time, so that
/// thousands of wrong steps do not cause all others to be tried again for each.
const ONE_BY_ONE: usize = 64;

struct Run<'s> {
    scene: &'s Scene<'s>,
    policy: &'s Policy,
    tracks: Tracks<'s>,
    /// Steps that were applied as recorded, as `ID#step`. Their consequences are not required.
    forced: BTreeSet<String>,
    found: Vec<Finding>,
}

/// How a replayed step differs from the recorded one.
enum Wrong {
    Refused(Refusal),
    Differs(&'static str, Label),
}

impl<'s> Run<'s> {
    fn all(&mut self) {
        // A record that the parent holds in unreadable form starts from its last readable version.
        for track in &self.tracks.all {
            if let Some(before) = track.delta.before.as_ref().filter(|_| self.scene.past.sound(track.id).is_none()) {
                self.scene.past.lay(before.as_ref().clone());
            }
        }
        // how many steps were accepted without making another one possible
        let mut in_vain = 0;
        loop {
            let mut moved = false;
            let mut stuck: Vec<(usize, Wrong)> = Vec::new();
            for i in 0..self.tracks.all.len() {
                while self.tracks.all[i].event().is_some_and(|event| event.via.is_none()) {
                    match self.take(i) {
                        Ok(changes) => self.accept(changes),
                        Err(wrong) => {
                            stuck.push((i, wrong));
                            break;
                        }
                    }
                    moved = true;
                }
            }
            if moved {
                in_vain = 0;
                continue;
            }
            if stuck.is_empty() && !self.force_caused() {
                self.tell_holds();
                return;
            }
            // one at a time, because the others may wait for it; if that has not helped for long, several at once
            let many = if in_vain < ONE_BY_ONE { 1 } else { in_vain };
            for (i, wrong) in stuck.into_iter().take(many) {
                let finding = self.say(&self.tracks.all[i], wrong);
                self.found.push(finding);
                self.force(i);
                in_vain += 1;
            }
        }
    }

    /// Replays the next event of a record.
    fn take(&self, i: usize) -> Result<Vec<Change>, Wrong> {
        let track = &self.tracks.all[i];
        let Some(event) = track.event() else { return Ok(Vec::new()) };
        let now = self.scene.zone().local(event.recorded());
        let mut first = None;
        for actor in actors(event) {
            let outcome = self.run(track, event, actor.clone(), now, event.noted.map(|_| event.at));
            match outcome.and_then(|changes| self.compare(track, changes)) {
                Ok(changes) => {
                    self.in_time(track, event, actor)?;
                    return Ok(changes);
                }
                Err(wrong) => first = first.or(Some(wrong)),
            }
        }
        // An event has at least one actor.
        first.map_or(Ok(Vec::new()), Err)
    }

    fn run(
        &self,
        track: &Track<'_>,
        event: &Event,
        actor: Actor,
        now: crate::calendar::Moment,
        on: Option<crate::calendar::Moment>,
    ) -> Result<Vec<Change>, Wrong> {
        let ids = Recorded { tracks: &self.tracks, spare: track.id, given: RefCell::default() };
        let setting =
            Setting { policy: self.policy, people: &self.scene.people, lookup: self.scene.past, ids: &ids, now };
        self.scene.past.stand_at(on.unwrap_or(now));
        let mut operation = Operation::again(setting);
        let request = Request {
            set: track.given(event, self.scene.past.draft(track.id).as_ref()),
            note: event.note.clone(),
            on,
            key: event.key.clone(),
            ..Request::new(event.step.as_str(), actor)
        };
        let id = track.id;
        let done = match (track.next, event.step.as_str()) {
            (0, IMPORT) => {
                let arrivals =
                    track.after.history.iter().take_while(|event| event.step == IMPORT && event.via.is_none());
                let stages = arrivals.map(|event| (event.at, event.to.clone().unwrap_or_default())).collect();
                let arrival = Arrival { stages, running: event.running };
                operation.import(track.kind.name(), Some(id.clone()), &arrival, &request).map(drop)
            }
            (0, _) => operation.create(track.kind.name(), Some(id.clone()), &request).map(drop),
            (_, EDIT) => operation.edit(id, &request),
            _ => operation.advance(id, &request),
        };
        match done {
            Ok(()) => Ok(operation.finish()),
            // The values that it changed were changed back, or once more, before the commit was made.
            Err(Refusal::Unchanged { .. })
                if !event.set.is_empty() && event.set.iter().all(|name| track.again.contains(name.as_str())) =>
            {
                Ok(self.as_recorded(track).map(|change| vec![change]).unwrap_or_default())
            }
            Err(refusal) => Err(Wrong::Refused(refusal)),
        }
    }

    /// The change with its recorded event, if nothing differs.
    fn as_recorded(&self, track: &Track<'_>) -> Option<Change> {
        let before = self.scene.past.draft(track.id)?;
        let mut after = before.clone();
        after.history.push(track.event()?.clone());
        Some(Change::recorded(Some(before), after))
    }

    /// Compares the result with what is recorded.
    fn compare(&self, taken: &Track<'_>, mut changes: Vec<Change>) -> Result<Vec<Change>, Wrong> {
        for change in &mut changes {
            let Some(track) = self.tracks.get(change.id()) else {
                let step = change.events().first().map(|event| event.step.clone()).unwrap_or_default();
                let message = label!(Text::Unfollowed, kind = change.after().kind, step = step);
                return Err(Wrong::Differs("unfollowed", message));
            };
            let recorded = track.after.history.get(track.next..).unwrap_or_default();
            for (i, event) in change.events().iter().enumerate() {
                match recorded.get(i) {
                    Some(other) => {
                        same(event, other)?;
                        if event.holds != other.holds && !self.untold(track, change, other) {
                            let message = label!(Text::HoldsFalse, step = event.step);
                            return Err(Wrong::Differs("holds-false", message));
                        }
                    }
                    None => {
                        let message = label!(Text::Unfollowed, kind = change.after().kind, step = event.step);
                        return Err(Wrong::Differs("unfollowed", message));
                    }
                }
            }
            self.values(track, change, track.id != taken.id)?;
            if change.events().iter().zip(recorded).any(|(event, other)| event.holds != other.holds) {
                *change = telling(change, recorded);
            }
        }
        Ok(changes)
    }

    /// Whether the commit does not show which deadline conditions held after an event. This is so if the event sets a
    /// field that another event of the commit sets too, or if the book's events did not keep conditions yet.
    fn untold(&self, track: &Track<'_>, change: &Change, recorded: &Event) -> bool {
        let old = self.policy.settings.format < HOLDS_FROM;
        let before = change.before().map(|before| before.history.as_slice()).unwrap_or_default();
        let none = recorded.holds.is_empty() && before.iter().all(|event| event.holds.is_empty());
        (old && none) || recorded.set.iter().any(|name| track.again.contains(name.as_str()))
    }

    /// If events of a commit set a field more than once, their deadline conditions are compared with the record after
    /// the commit.
    fn tell_holds(&mut self) {
        for track in self.tracks.all.iter().filter(|track| !track.again.is_empty()) {
            // a failed lookup is found when the step is replayed
            let Ok(rules) = self.scene.past.rules(track.after) else { continue };
            let kind = rules.as_deref().and_then(|rules| rules.kind(track.kind.name())).unwrap_or(track.kind);
            let wrong = untrue(kind, track.after, self.scene.past).unwrap_or_default();
            if wrong && !self.forced.iter().any(|forced| forced.starts_with(&format!("{}#", track.id))) {
                let last = track.after.history.len() - 1;
                let message = label!(Text::HoldsFalse, step = track.after.history[last].step);
                self.found.push(self.scene.of_record("holds-false", track.delta, Some(last), message));
            }
        }
    }

    /// Checks that a record has the fields that the step gives it, except those of which the commit does not show the
    /// value that they had after it.
    fn values(&self, track: &Track<'_>, change: &Change, caused: bool) -> Result<(), Wrong> {
        let last = track.next + change.events().len().saturating_sub(1);
        let later = track.after.history.get(last + 1..).unwrap_or_default().iter().flat_map(|event| &event.set);
        let later: BTreeSet<&String> = later.filter(|_| !track.between).collect();
        let shown = |name: &&String| !track.again.contains(name.as_str()) && !later.contains(name);
        let differing = track.fields(last).changed(&change.after().fields, &track.kind.shape);
        let differing = differing.iter().filter(shown).map(String::as_str).collect::<Vec<_>>().join(", ");
        if differing.is_empty() {
            return Ok(());
        }
        Err(if caused && change.before().is_none() {
            Wrong::Differs("opened-false", label!(Text::OpenedFalse, id = track.id, fields = differing))
        } else {
            let step = change.events().last().map(|event| event.step.as_str()).unwrap_or_default();
            Wrong::Differs("field-false", label!(Text::FieldFalse, step = step, id = track.id, fields = differing))
        })
    }

    /// For a commit that is dated before its parent: the actor must also be entitled on the parent's day.
    fn in_time(&self, track: &Track<'_>, event: &Event, actor: Actor) -> Result<(), Wrong> {
        let Some(parent) = self.scene.commit.parent_seconds else { return Ok(()) };
        let made = self.scene.commit.seconds.min(self.scene.commit.authored);
        if made + SKEW.num_seconds() >= parent {
            return Ok(());
        }
        let now = moment(self.scene.zone(), parent);
        match self.run(track, event, actor, now, Some(event.at)) {
            Err(Wrong::Refused(
                Refusal::Unentitled(
                    Unentitled::NotEntitled { .. }
                    | Unentitled::NotTheirs { .. }
                    | Unentitled::NoImport { .. }
                    | Unentitled::NotStaff { .. }
                    | Unentitled::NotActing { .. },
                )
                | Refusal::Unauthorised(Unauthorised::AboveAuthority { .. }),
            )) => {
                let message = label!(Text::Backdated, by = event.by, day = now.date_naive());
                Err(Wrong::Differs("backdated", message))
            }
            _ => Ok(()),
        }
    }

    fn accept(&mut self, changes: Vec<Change>) {
        for change in changes {
            if let Some(track) = self.tracks.get_mut(change.id()) {
                track.next += change.events().len();
            }
            self.scene.past.lay(change.after().clone());
        }
    }

    /// Applies the next event of a record as recorded.
    fn force(&mut self, i: usize) {
        let track = &mut self.tracks.all[i];
        let Some(event) = track.event() else { return };
        let mut record = self.scene.past.draft(track.id).unwrap_or_else(|| Record {
            fields: Fields::new(),
            history: Vec::new(),
            overruled: Vec::new(),
            ..track.after.clone()
        });
        for (field, value) in track.set(event) {
            match value {
                Some(value) => record.fields.set(field, value),
                None => record.fields.clear(field),
            }
        }
        if let Some(to) = &event.to {
            record.state.clone_from(to);
        }
        record.history.push(event.clone());
        self.forced.insert(format!("{}#{}", track.id, event.step));
        track.next += 1;
        self.scene.past.lay(record);
    }

    /// Applies an event that claims to be caused by another which did not cause it. Returns whether there is one.
    fn force_caused(&mut self) -> bool {
        let Some(i) = self.tracks.first_left() else { return false };
        let track = &self.tracks.all[i];
        if let Some(via) = track.event().and_then(|event| event.via.as_deref())
            && !self.forced.contains(via)
        {
            let message = label!(Text::Uncaused, via = via);
            self.found.push(self.scene.of_record("uncaused", track.delta, Some(track.next), message));
        }
        self.force(i);
        true
    }

    fn say(&self, track: &Track<'_>, wrong: Wrong) -> Finding {
        let (rule, message) = match wrong {
            Wrong::Differs(rule, message) => (rule, message),
            Wrong::Refused(refusal) => {
                let words = |lang: Lang| refusal.message(lang, self.policy);
                (refusal.code(), Label::new(words(Lang::En), words(Lang::Zh)))
            }
        };
        self.scene.of_record(rule, track.delta, Some(track.next), message)
    }
}

/// The first format of a book whose events keep deadline conditions.
const HOLDS_FROM: u64 = 2;

/// A change whose events have the recorded deadline conditions.
fn telling(change: &Change, recorded: &[Event]) -> Change {
    let mut after = change.after().clone();
    let from = after.history.len() - change.events().len();
    for (event, other) in after.history[from..].iter_mut().zip(recorded) {
        event.holds.clone_from(&other.holds);
    }
    Change::recorded(change.before().cloned(), after)
}

/// Who may have taken an event: the person, through a typist; or a principal, through a deputy.
fn actors(event: &Event) -> Vec<Actor> {
    let typist = event.entered.clone().unwrap_or_else(|| event.by.clone());
    let mut actors = vec![Actor { person: event.by.clone(), typist }];
    if let (Some(principal), None) = (&event.for_, &event.entered) {
        actors.push(Actor { person: principal.clone(), typist: event.by.clone() });
    }
    actors
}

/// Compares an event with the recorded one. The values that it set are compared with the fields after it.
fn same(event: &Event, recorded: &Event) -> Result<(), Wrong> {
    let differs = |rule, message| Err(Wrong::Differs(rule, message));
    let shown = |text: Option<&str>| text.unwrap_or("-").to_owned();
    if event.step != recorded.step || event.via != recorded.via {
        let (step, other) = (&event.step, &recorded.step);
        return differs("step-false", label!(Text::StepFalse, recorded = other, expected = step));
    }
    if (&event.by, &event.for_, &event.entered) != (&recorded.by, &recorded.for_, &recorded.entered) {
        let who = |event: &Event| event.people().map(Id::as_str).collect::<Vec<_>>().join(" / ");
        return differs("actor-false", label!(Text::ActorFalse, recorded = who(recorded), expected = who(event)));
    }
    if event.to != recorded.to {
        let (to, other) = (shown(event.to.as_deref()), shown(recorded.to.as_deref()));
        return differs("target-false", label!(Text::TargetFalse, step = event.step, recorded = other, expected = to));
    }
    if event.was != recorded.was || event.had != recorded.had {
        return differs("was-false", label!(Text::WasFalse, step = event.step));
    }
    let told = |event: &'_ Event| (event.at, event.noted, event.running);
    if told(event) != told(recorded) || (&event.key, &event.note) != (&recorded.key, &recorded.note) {
        return differs("event-false", label!(Text::EventFalse, step = event.step));
    }
    Ok(())
}
