//! Acknowledges that an own event was overruled by a merge. Every kind has this step, and it changes nothing but the
//! history: the person has seen it. For somebody who has left, those do it who may take the overruled step now.

use super::entitled::Case;
use super::time::Floor;
use super::{Hand, Held, Operation, Party, Refusal, Request, Setting, time};
use crate::kind::{Kind, Step};
use crate::record::{ACKNOWLEDGE, Entry, Id, Record};

/// Who has to take note of what merges have changed of a person's work on a record: the person. For a person who has
/// left, those do it who may take the steps that have no effect; if nobody may take them, everybody may take note.
pub fn informed(kind: &Kind, setting: &Setting<'_>, record: &Record, person: &Id) -> Held {
    let (people, day) = (setting.people, setting.day());
    if people.get(person).is_some_and(|person| person.active) {
        return Party::Person(person.clone()).into();
    }
    let edit = Step::edit_like(kind.first_step());
    let parties = |entry: Entry<'_>| {
        let step = kind.steps_named(&entry.event().step).next().unwrap_or(&edit);
        Case { kind, step, record: Some(record), fields: &record.fields }.parties(setting, record)
    };
    let held: Held = record.unseen(person).flat_map(parties).collect();
    match people.iter().any(|person| person.active && held.is_for(&person.id, people, day)) {
        true => held,
        false => Party::Anybody.into(),
    }
}

/// Who may take a step with a record, apart from four eyes.
pub fn takers(kind: &Kind, setting: &Setting<'_>, record: &Record, step: &Step) -> Held {
    Case { kind, step, record: Some(record), fields: &record.fields }.parties(setting, record).into_iter().collect()
}

impl Operation<'_> {
    /// Whether the request acknowledges what merges have changed: the kind has no step of its own with this name, or
    /// the person cannot take that step now and has something to acknowledge.
    pub(super) fn acknowledges(&self, kind: &Kind, before: &Record, request: &Request) -> bool {
        if request.step != ACKNOWLEDGE {
            return false;
        }
        let (setting, actor) = (self.setting, &request.actor);
        let is_due =
            |person: &Id| informed(kind, &setting, before, person).is_for(&actor.person, setting.people, setting.day());
        let may =
            |step| Case { kind, step, record: Some(before), fields: &before.fields }.hands(&setting, actor).is_ok();
        kind.steps_named(ACKNOWLEDGE).next().is_none()
            || (before.uninformed().any(is_due) && !kind.step_from(ACKNOWLEDGE, &before.state).is_some_and(may))
    }

    /// Notes on a record that the person has seen what was overruled. The record may be in any state.
    ///
    /// # Errors
    /// If the person has nothing to acknowledge there, or has left.
    pub(super) fn acknowledge(&mut self, kind: &Kind, before: Record, request: &Request) -> Result<(), Refusal> {
        let (setting, by) = (self.setting, &request.actor.person);
        let (people, day) = (setting.people, setting.day());
        let informed = |person: &Id| informed(kind, &setting, &before, person);
        let is_own = before.unseen(by).next().is_some();
        let for_ = before.uninformed().find(|person| informed(person).is_for(by, people, day));
        if !is_own && for_.is_none() {
            let held: Held = before.uninformed().flat_map(|person| informed(person).parties().to_vec()).collect();
            let others = people.iter().filter(|person| held.is_for(&person.id, people, day));
            let others = others.map(|person| person.id.clone()).collect();
            return Err(Refusal::NothingToAcknowledge { id: before.id.clone(), others });
        }
        let (at, noted) = time::of(request, &Floor::Opened(&before), setting.now)?;
        let step = Step::undeclared(ACKNOWLEDGE, &kind.place);
        let case = Case { kind, step: &step, record: Some(&before), fields: &before.fields };
        let mut hands = case.hands(&setting, &request.actor)?;
        if let Some(left) = for_.filter(|_| !is_own) {
            hands = vec![Hand { by: by.clone(), for_: Some(left.clone()) }];
        }
        let event = self.event(ACKNOWLEDGE, request, hands, None, at, noted);
        let after = self.append(kind, Some(&before), before.clone(), event)?;
        self.pending.put(Some(before), after);
        Ok(())
    }
}
