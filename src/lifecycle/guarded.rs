//! Fields with owners: who may change which field, whatever the step (`by` and `not-by` of a field).

use super::entitled::Case;
use super::linked::{self, column};
use super::{Actor, Hand, Lookup, Refusal, Setting, Unentitled, Whom};
use crate::filter::Unanswered;
use crate::kind::{Guard, NotBy, Step, Who};
use crate::policy::Person;
use crate::record::{Event, FieldId, Fields, Id, Record, Shape, Type, Value};

/// A change of fields by somebody: the values before, and the requested values.
pub(super) struct Changed<'c> {
    pub(super) before: &'c Fields,
    pub(super) after: &'c Fields,
    /// The fields whose value the rule book sets itself: nobody counts as their writer.
    pub(super) by_rule: Vec<FieldId>,
}

impl Case<'_> {
    /// Of the hands, those that may change every changed field that has owners.
    ///
    /// # Errors
    /// If none may; the refusal names the field and says why.
    pub(super) fn guarded(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        hands: Vec<Hand>,
        actor: &Actor,
        changed: &Changed<'_>,
    ) -> Result<Vec<Hand>, Refusal> {
        if self.founds(setting) {
            return Ok(hands);
        }
        let by_rule = |guard: &&Guard| guard.path.first().is_some_and(|field| changed.by_rule.contains(field));
        let guards = self.kind.guards.iter().filter(|guard| !by_rule(guard));
        let guards = guards.filter(|guard| differs(&guard.path, changed.before, changed.after));
        let hands = guards.into_iter().try_fold(hands, |hands, guard| {
            let hands = self.owners(setting, hands, guard)?;
            self.others(setting, lookup, hands, actor, guard, changed)
        })?;
        self.not_sealers(setting, hands, actor, changed)
    }

    /// Whether the step excludes people who sealed what it changes.
    fn bars_sealers(&self) -> bool {
        self.step.not_by.iter().any(|bar| bar.who == NotBy::Sealed)
    }

    /// The events with which steps sealed the value at a path of the record.
    fn sealing(&self, record: &Record, path: &[FieldId]) -> Vec<Event> {
        let seals = |step: &&Step| match path {
            [field] => step.seals.contains(field) || step.seals_within.iter().any(|(list, _)| list == field),
            [list, inner] => step.seals_within.contains(&(*list, *inner)) || step.seals.contains(list),
            _ => false,
        };
        let holding = self.kind.steps.iter().filter(seals).filter(|step| linked::holds(self.kind, record, step));
        let last = |step: &Step| record.history.get(linked::taken(record, step)?).cloned();
        holding.filter_map(last).collect()
    }

    /// The remaining hands, if the step excludes people who took the step that sealed what it changes.
    fn not_sealers(
        &self,
        setting: &Setting<'_>,
        hands: Vec<Hand>,
        actor: &Actor,
        changed: &Changed<'_>,
    ) -> Result<Vec<Hand>, Refusal> {
        let (Some(record), true) = (self.record, self.bars_sealers()) else { return Ok(hands) };
        let paths = self.step.unseals.iter().filter(|path| differs(path, changed.before, changed.after));
        let paths: Vec<&Vec<FieldId>> = paths.collect();
        for event in paths.iter().flat_map(|path| self.sealing(record, path)) {
            let eyes =
                |hand: &Hand| event.people().find(|id| hand.people().any(|own| own == *id) || **id == actor.typist);
            let Some(person) = hands.iter().find_map(eyes).filter(|_| hands.iter().all(|hand| eyes(hand).is_some()))
            else {
                continue;
            };
            let guards = self.kind.guards.iter().filter(|guard| paths.contains(&&guard.path));
            let guards: Vec<&Guard> = guards.collect();
            let could = |id: &Id| {
                let owns = |person: &Person| guards.iter().all(|guard| self.may_give(setting, guard, person));
                event.people().all(|other| other != id) && setting.people.get(id).is_some_and(owns)
            };
            return Err(Refusal::Unentitled(Unentitled::SameEyes {
                person: person.clone(),
                kind: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                because: Whom::Step(event.step.clone()),
                could: self.could(setting).into_iter().filter(could).collect(),
                place: self.step.place.clone(),
            }));
        }
        Ok(hands)
    }

    /// Whether a person may set a guarded field with the step. A person who acts in place of barred people may set
    /// what the step asks for. If everybody who owns the field has sealed it, the people of `instead` may set what
    /// the step corrects.
    fn may_give(&self, setting: &Setting<'_>, guard: &Guard, person: &Person) -> bool {
        let any = |by: &[Who], person: &Person| {
            by.is_empty() || by.iter().any(|who| self.is(who, person, setting.staffing()))
        };
        if any(&guard.by, person) {
            return true;
        }
        let asked = guard.path.first().is_some_and(|field| self.step.asks.iter().any(|ask| ask.field == *field));
        if asked && !self.step.instead.is_empty() && !any(&self.step.by, person) {
            return true;
        }
        let Some(record) = self.record.filter(|_| self.bars_sealers() && self.step.unseals.contains(&guard.path))
        else {
            return false;
        };
        let sealing = self.sealing(record, &guard.path);
        let sealed = |person: &Person| sealing.iter().any(|event| event.people().any(|id| *id == person.id));
        let mut owners = setting.people.iter().filter(|person| person.active && any(&guard.by, person));
        owners.all(sealed) && self.step.instead.iter().any(|role| self.is(role, person, setting.staffing()))
    }

    /// The hands of an edit, without the people whom the edit puts into a field that its `not-by` names. Somebody
    /// else must write down who is charged or rewarded. `self` has the fields as the edit leaves them.
    ///
    /// # Errors
    /// If no hand is left; the refusal says who is named where.
    pub(super) fn not_named(
        &self,
        setting: &Setting<'_>,
        hands: Vec<Hand>,
        actor: &Actor,
    ) -> Result<Vec<Hand>, Refusal> {
        let fields = self.step.not_by.iter().filter_map(|bar| match &bar.who {
            NotBy::Field(field) if bar.when.is_none() => Some(*field),
            _ => None,
        });
        for field in fields {
            let named = self.persons(field);
            let eyes =
                |hand: &Hand| hand.people().chain([&actor.typist]).find(|id| named.contains(id.as_str())).cloned();
            let Some(person) = hands.iter().find_map(eyes) else { continue };
            if hands.iter().all(|hand| eyes(hand).is_some()) {
                return Err(Refusal::Unentitled(Unentitled::SameEyes {
                    person,
                    kind: self.kind.name().to_owned(),
                    step: self.step.name.clone(),
                    because: Whom::Field(self.kind.field(field).name.clone()),
                    could: self.could(setting),
                    place: self.step.place.clone(),
                }));
            }
        }
        Ok(hands)
    }

    /// Of the hands, those of people who own the field.
    fn owners(&self, setting: &Setting<'_>, hands: Vec<Hand>, guard: &Guard) -> Result<Vec<Hand>, Refusal> {
        let may = |person: &Person| self.may_give(setting, guard, person);
        let of = |hand: &Hand| setting.people.get(hand.for_.as_ref().unwrap_or(&hand.by)).is_some_and(may);
        let (able, unable): (Vec<Hand>, Vec<Hand>) = hands.into_iter().partition(of);
        match unable.into_iter().next() {
            Some(hand) if able.is_empty() => Err(Refusal::Unentitled(Unentitled::NotTheirs {
                actor: hand.by,
                kind: self.kind.name().to_owned(),
                field: named(&guard.path, &self.kind.shape),
                by: guard.by.iter().map(|who| self.whom(who)).collect(),
                could: self.owning(setting, guard),
                place: guard.place.clone(),
            })),
            _ => Ok(able),
        }
    }

    /// Everybody who may set a guarded field with the step, as far as that is known before it is set.
    fn owning(&self, setting: &Setting<'_>, guard: &Guard) -> Vec<Id> {
        let sealing = self.record.filter(|_| self.bars_sealers()).map(|record| self.sealing(record, &guard.path));
        let sealed = |person: &Person| sealing.iter().flatten().any(|event| event.people().any(|id| *id == person.id));
        let may = |person: &&Person| person.active && self.may_give(setting, guard, person) && !sealed(person);
        setting.people.iter().filter(may).map(|person| person.id.clone()).collect()
    }

    /// Four eyes: the hands without the people who would gain by the change.
    fn others(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        hands: Vec<Hand>,
        actor: &Actor,
        guard: &Guard,
        changed: &Changed<'_>,
    ) -> Result<Vec<Hand>, Refusal> {
        let mut because = None;
        let mut left = Vec::new();
        for hand in hands {
            match self.gains(setting, lookup, &hand, actor, guard, changed)? {
                None => left.push(hand),
                Some(found) => because = because.or(Some(found)),
            }
        }
        let Some((person, because)) = because.filter(|_| left.is_empty()) else { return Ok(left) };
        let could = |person: &&Person| {
            let owns = guard.by.is_empty() || guard.by.iter().any(|who| self.is(who, person, setting.staffing()));
            let (hand, own) = (Hand { by: person.id.clone(), for_: None }, Actor::own(person.id.clone()));
            // a failed lookup does not remove anybody from the list
            let free = || self.gains(setting, lookup, &hand, &own, guard, changed).is_ok_and(|found| found.is_none());
            person.active && owns && free()
        };
        Err(Refusal::Unentitled(Unentitled::OwnGain {
            person,
            kind: self.kind.name().to_owned(),
            field: named(&guard.path, &self.kind.shape),
            because,
            could: setting.people.iter().filter(could).map(|person| person.id.clone()).collect(),
            place: guard.place.clone(),
        }))
    }

    /// Who would gain by the change. People whom a rule finds in the record before the change are barred. For other
    /// records that it refers to, the requested values are checked too: changing `client` together with a field that
    /// the client's salesperson may not write does not help. People whom the field itself names may add themselves
    /// but not remove themselves. In their own record they may remove lines of a list but add none: a person who
    /// gives up a role gains nothing.
    fn gains(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        hand: &Hand,
        actor: &Actor,
        guard: &Guard,
        changed: &Changed<'_>,
    ) -> Result<Option<(Id, Whom)>, Unanswered> {
        let before = Case { fields: changed.before, ..*self };
        let gives_up = takes_away(&guard.path, changed.before, changed.after);
        let rules = guard.not_by.iter().filter(|bar| !(gives_up && bar.who == NotBy::Own));
        if let Some(found) = before.conflict(rules, setting.staffing(), lookup, hand, actor)? {
            return Ok(Some(found));
        }
        let beyond = guard.not_by.iter().filter(|bar| match &bar.who {
            NotBy::Beyond(through, _) => guard.path.first() != Some(through),
            _ => false,
        });
        Case { fields: changed.after, ..*self }.conflict(beyond, setting.staffing(), lookup, hand, actor)
    }
}

/// Whether a list, or a field of its lines, has no value that it did not have before.
fn takes_away(path: &[FieldId], before: &Fields, after: &Fields) -> bool {
    match path {
        [field] => match (before.get(*field), after.get(*field)) {
            (Some(Value::List(before)), Some(Value::List(after))) => after.iter().all(|value| before.contains(value)),
            (Some(Value::List(_)), None) => true,
            _ => false,
        },
        [list, field] => {
            let before = column(before.get(*list), *field);
            column(after.get(*list), *field).iter().all(|value| value.is_none() || before.contains(value))
        }
        _ => false,
    }
}

/// Whether a field, or a field of a list's lines, differs between the two.
pub(super) fn differs(path: &[FieldId], before: &Fields, after: &Fields) -> bool {
    match path {
        [field] => before.get(*field) != after.get(*field),
        [list, field] => {
            let filled = |fields: &Fields| -> Vec<Option<Value>> {
                let mut column: Vec<_> =
                    column(fields.get(*list), *field).into_iter().map(Option::<&Value>::cloned).collect();
                // a line without a value counts as no line
                while column.last().is_some_and(Option::is_none) {
                    column.pop();
                }
                column
            };
            filled(before) != filled(after)
        }
        _ => false,
    }
}

/// The name of a field, or of a field of a list's lines.
pub(super) fn named(path: &[FieldId], shape: &Shape) -> String {
    match path {
        [list, inner] => match shape.field(*list).ty.element() {
            Type::Group(lines) => format!("{}.{}", shape.field(*list).name, lines.field(*inner).name),
            _ => shape.field(*list).name.clone(),
        },
        _ => path.first().map(|field| shape.field(*field).name.clone()).unwrap_or_default(),
    }
}
