//! Who may take a step: roles, fields, departments, deputies, four eyes, and who may type for whom.

use std::collections::BTreeSet;

use super::{Actor, Hand, Lookup, Refusal, Setting, Staffing, Unentitled, Whom};
use crate::filter::{self, Unanswered};
use crate::kind::{Bar, Kind, NotBy, Post, Step, Who};
use crate::policy::{Person, Seat, Term, sharers};
use crate::record::{Event, FieldId, Fields, Id, Record, Shape, Type, Value};

/// The step and record about which somebody asks who may take it.
#[derive(Clone, Copy)]
pub(super) struct Case<'c> {
    pub(super) kind: &'c Kind,
    pub(super) step: &'c Step,
    /// The record before the step. `None` if the step makes it.
    pub(super) record: Option<&'c Record>,
    /// The fields that `by` and `not-by` read.
    pub(super) fields: &'c Fields,
}

impl Case<'_> {
    /// The hands with which the actor may take the step by its `by`, the actor's own first. `authority` then narrows
    /// them.
    ///
    /// # Errors
    /// If there is none; the refusal says why.
    pub(super) fn hands(&self, setting: &Setting<'_>, actor: &Actor) -> Result<Vec<Hand>, Refusal> {
        let day = setting.day();
        if self.founds(setting) {
            return Ok(vec![Hand { by: actor.person.clone(), for_: None }]);
        }
        for person in [&actor.person, &actor.typist] {
            if setting.people.get(person).is_none_or(|person| !person.active) {
                return Err(Refusal::Unentitled(Unentitled::NotStaff { person: person.clone() }));
            }
        }
        let hands = match self.typed(setting, actor)? {
            Some(hand) => setting.people.get(&actor.person).map(|person| vec![(hand, person)]).unwrap_or_default(),
            None => Hand::all(setting.people, &actor.person, day),
        };
        let fits = |person: &Person| {
            self.step.by.is_empty() || self.step.by.iter().any(|who| self.is(who, person, setting.staffing()))
        };
        let (able, others): (Vec<_>, Vec<_>) = hands.into_iter().partition(|(_, person)| fits(person));
        // a person who acts in place of barred people may also be a deputy of one of them; a bar against that role
        // does not bar the person
        let role = self.instead(setting.staffing(), setting.lookup, &|_| true)?;
        let stands_in = |person: &Person| role.is_some_and(|role| self.is(role, person, setting.staffing()));
        let standing_in = others.into_iter().filter(|(_, person)| stands_in(person));
        let hands: Vec<Hand> = able.into_iter().chain(standing_in).map(|(hand, _)| hand).collect();
        if !hands.is_empty() {
            return Ok(hands);
        }
        let fit = |term: &Term| setting.people.get(&term.principal).is_some_and(fits);
        Err(Refusal::Unentitled(Unentitled::NotEntitled {
            actor: actor.person.clone(),
            kind: self.kind.name().to_owned(),
            step: self.step.name.clone(),
            by: self.step.by.iter().map(|who| self.whom(who)).collect(),
            terms: setting.people.other_terms(&actor.person, day).into_iter().filter(fit).collect(),
            could: self.could(setting),
            place: self.step.place.clone(),
        }))
    }

    /// Whether this records the first member of staff, whom nobody can have entitled.
    pub(super) fn founds(&self, setting: &Setting<'_>) -> bool {
        setting.people.is_empty() && self.kind.name() == crate::policy::STAFF
    }

    /// Everybody who could take the step today by role and four eyes, in person or as a deputy.
    pub(super) fn could(&self, setting: &Setting<'_>) -> Vec<Id> {
        let fits = |person: &Person| {
            self.step.by.is_empty() || self.step.by.iter().any(|who| self.is(who, person, setting.staffing()))
        };
        // a failed lookup does not remove anybody from the list
        let free = |fits: &dyn Fn(&Person) -> bool| -> Vec<Id> {
            let may = |person: &&Person| self.free(setting.staffing(), setting.lookup, person, fits).unwrap_or(false);
            setting.people.iter().filter(may).map(|person| person.id.clone()).collect()
        };
        let able = free(&fits);
        match self.instead(setting.staffing(), setting.lookup, &|_| true) {
            Ok(Some(role)) if able.is_empty() => free(&|person| self.is(role, person, setting.staffing())),
            _ => able,
        }
    }

    /// Whether somebody of the staff could act for a person who fits, without being barred by four eyes.
    fn free(
        &self,
        staffing: Staffing<'_>,
        lookup: &dyn Lookup,
        person: &Person,
        fits: &dyn Fn(&Person) -> bool,
    ) -> Result<bool, Unanswered> {
        if !person.active {
            return Ok(false);
        }
        let actor = Actor::own(person.id.clone());
        for (hand, principal) in Hand::all(staffing.people, &person.id, staffing.day()) {
            if fits(principal) && self.conflict(&self.step.not_by, staffing, lookup, &hand, &actor)?.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The role that may take the step because four eyes bar everybody else who could: the first role of the step's
    /// `instead` that an unbarred person has. `decides` says who has the authority, if the step asks for one.
    ///
    /// If it cannot be found out who is barred. Who is barred cannot be looked up.
    pub(super) fn instead(
        &self,
        staffing: Staffing<'_>,
        lookup: &dyn Lookup,
        decides: &dyn Fn(&Person) -> bool,
    ) -> Result<Option<&Who>, Unanswered> {
        if self.step.instead.is_empty() {
            return Ok(None);
        }
        let fits = |person: &Person| {
            let by = self.step.by.is_empty() || self.step.by.iter().any(|who| self.is(who, person, staffing));
            by && decides(person)
        };
        for person in staffing.people.iter() {
            if self.free(staffing, lookup, person, &fits)? {
                return Ok(None);
            }
        }
        for role in &self.step.instead {
            let holds = |person: &Person| self.is(role, person, staffing);
            for person in staffing.people.iter() {
                if self.free(staffing, lookup, person, &holds)? {
                    return Ok(Some(role));
                }
            }
        }
        Ok(None)
    }

    /// Whether the typist may type for the actor. A deputy who types in the principal's name acts as deputy.
    fn typed(&self, setting: &Setting<'_>, actor: &Actor) -> Result<Option<Hand>, Refusal> {
        let (policy, people, day) = (setting.policy, setting.people, setting.day());
        let (kind, step) = (self.kind.name(), self.step.name.as_str());
        if policy.acting.allows(people, &actor.typist, &actor.person, kind, step, day) {
            return Ok(None);
        }
        if people.principals(&actor.typist, day).any(|person| person.id == actor.person) {
            return Ok(Some(Hand { by: actor.typist.clone(), for_: Some(actor.person.clone()) }));
        }
        let may_type = |person: &Id| {
            policy.acting.allows(people, person, &actor.person, kind, step, day)
                || people.principals(person, day).any(|principal| principal.id == actor.person)
        };
        Err(Refusal::Unentitled(Unentitled::NotActing {
            typist: actor.typist.clone(),
            actor: actor.person.clone(),
            kind: kind.to_owned(),
            step: step.to_owned(),
            terms: people.other_terms(&actor.typist, day).into_iter().filter(|t| t.principal == actor.person).collect(),
            could: people.iter().filter(|p| p.active && may_type(&p.id)).map(|p| p.id.clone()).collect(),
            place: policy.acting.place.clone(),
        }))
    }

    pub(super) fn is(&self, who: &Who, person: &Person, staffing: Staffing<'_>) -> bool {
        let day = staffing.day();
        match who {
            Who::Role(role) => person.has_role(role, day),
            Who::Field(field) if matches!(self.kind.field(*field).ty.element(), Type::Role) => {
                let roles = self.fields.get(*field).map(Value::elements).unwrap_or_default();
                roles.iter().filter_map(Value::as_text).any(|role| person.has_role(role, day))
            }
            Who::Field(field) => self.persons(*field).contains(person.id.as_str()),
            Who::Department(field) => self.is_of(*field, person),
            Who::Post(post) => {
                self.seats(post, staffing).iter().any(|seat| person.has_seat(&seat.role, &seat.department, day))
            }
            Who::Own => self.record.is_some_and(|record| record.id == person.id),
            // A person who types what somebody else has done does not count as the one who did it. Four eyes is the
            // exception.
            Who::Step(step) => {
                // the person who makes a record takes the step that makes it
                let making = self.record.is_none() && self.step.name == *step;
                let history = self.record.map(|record| record.history.as_slice()).unwrap_or_default();
                making || history.iter().any(|event| event.step == *step && event.takers().any(|id| *id == person.id))
            }
        }
    }

    /// The roles in departments that a post means for the record.
    pub(super) fn seats(&self, post: &Post, staffing: Staffing<'_>) -> Vec<Seat> {
        let of = (&self.kind.shape, self.fields);
        staffing.policy.departments.seats(post, of, staffing.people, staffing.day())
    }

    /// Whether a person belongs to a department that a field names, also in the lines of a list.
    fn is_of(&self, field: FieldId, person: &Person) -> bool {
        person.department.as_deref().is_some_and(|own| self.departments(field).any(|name| name == own))
    }

    /// The departments that a field names, also in the lines of a list.
    pub(super) fn departments(&self, field: FieldId) -> impl Iterator<Item = &str> {
        let lines = match self.kind.field(field).ty.element() {
            Type::Group(lines) => Some(lines),
            _ => None,
        };
        let values = self.fields.get(field).map(Value::elements).unwrap_or_default();
        let named = values.iter().flat_map(move |value| -> Vec<&Value> {
            match (value, lines) {
                (Value::Group(line), Some(lines)) => {
                    let of = |id: FieldId| matches!(lines.field(id).ty.element(), Type::Department);
                    line.iter().filter(|(id, _)| of(*id)).flat_map(|(_, value)| value.elements()).collect()
                }
                _ => vec![value],
            }
        });
        named.filter_map(Value::as_text)
    }

    /// Four eyes: of the hands, those that may take the step.
    ///
    /// # Errors
    /// If there is none; the refusal says why.
    pub(super) fn four_eyes(
        &self,
        setting: &Setting<'_>,
        lookup: &dyn Lookup,
        hands: Vec<Hand>,
        actor: &Actor,
    ) -> Result<Vec<Hand>, Refusal> {
        let mut because = None;
        let mut left = Vec::new();
        for hand in hands {
            match self.conflict(&self.step.not_by, setting.staffing(), lookup, &hand, actor)? {
                None => left.push(hand),
                Some(found) => because = because.or(Some(found)),
            }
        }
        match because {
            Some((person, because)) if left.is_empty() => Err(Refusal::Unentitled(Unentitled::SameEyes {
                person,
                kind: self.kind.name().to_owned(),
                step: self.step.name.clone(),
                because,
                could: self.could(setting),
                place: self.step.place.clone(),
            })),
            _ => Ok(left),
        }
    }

    /// Which of the people of these hands is barred by a rule, and by what.
    pub(super) fn conflict<'r>(
        &self,
        rules: impl IntoIterator<Item = &'r Bar>,
        staffing: Staffing<'_>,
        lookup: &dyn Lookup,
        hand: &Hand,
        actor: &Actor,
    ) -> Result<Option<(Id, Whom)>, Unanswered> {
        let eyes: BTreeSet<&Id> = hand.people().chain([&actor.typist]).collect();
        for bar in rules {
            if let (Some(when), Some(record)) = (&bar.when, self.record)
                && !when.filter.matches(record, lookup)?
            {
                continue;
            }
            if !self.has_come_to(bar, staffing, lookup)? {
                continue;
            }
            let rule = &bar.who;
            let history = self.record.map(|record| record.history.as_slice()).unwrap_or_default();
            let mut wrote = None;
            let mut missed = None;
            let found = match rule {
                NotBy::Step(step) => {
                    let last = history.iter().rfind(|event| event.step == *step);
                    let took = last.and_then(|event| event.people().find(|person| eyes.contains(person)).cloned());
                    took.or_else(|| {
                        let (person, field) = self.writer(step, &eyes)?;
                        wrote = Some(field);
                        Some(person)
                    })
                }
                NotBy::Anything => {
                    let own = history.iter().filter(|event| event.via.is_none());
                    own.flat_map(Event::people).find(|person| eyes.contains(person)).cloned()
                }
                // the change is not known yet: see `guarded`
                NotBy::Sealed => None,
                NotBy::Missed(named) => {
                    let found = self.late(staffing, lookup, named.as_deref(), &eyes)?;
                    found.map(|(person, deadline)| {
                        missed = Some(deadline);
                        person
                    })
                }
                NotBy::Field(field) => {
                    let persons = charged(staffing, self.kind, *field, self.fields);
                    eyes.iter().find(|person| persons.contains(person.as_str())).map(|person| (*person).clone())
                }
                NotBy::Beyond(through, name) => {
                    let persons = self.persons_beyond(staffing, lookup, *through, name)?;
                    eyes.iter().find(|person| persons.contains(person.as_str())).map(|person| (*person).clone())
                }
                NotBy::Department(field) => {
                    let of = |id: &&Id| staffing.people.get(id).is_some_and(|person| self.is_of(*field, person));
                    eyes.iter().find(|id| of(id)).map(|id| (*id).clone())
                }
                NotBy::Post(post) => {
                    let who = Who::Post(post.clone());
                    let holds =
                        |id: &&&Id| staffing.people.get(id).is_some_and(|person| self.is(&who, person, staffing));
                    eyes.iter().find(holds).map(|id| (*id).clone())
                }
                NotBy::Own => {
                    let own = self.record.map(|record| &record.id);
                    eyes.iter().find(|person| own == Some(**person)).map(|person| (*person).clone())
                }
            };
            if let Some(person) = found {
                let because = match rule {
                    NotBy::Step(step) => wrote.map_or_else(|| Whom::Step(step.clone()), Whom::Wrote),
                    NotBy::Anything | NotBy::Sealed => Whom::Anything,
                    NotBy::Missed(_) => Whom::Missed(missed.unwrap_or_default()),
                    NotBy::Field(field) => Whom::Field(self.kind.field(*field).name.clone()),
                    NotBy::Beyond(field, of) => Whom::Field(format!("{}.{of}", self.kind.field(*field).name)),
                    NotBy::Department(field) => Whom::Department(self.kind.field(*field).name.clone()),
                    NotBy::Post(post) => whom(&Who::Post(post.clone()), &self.kind.shape),
                    NotBy::Own => Whom::Own,
                };
                return Ok(Some((person, because)));
            }
        }
        Ok(None)
    }

    /// The people in a field of the record that another field refers to.
    fn persons_beyond(
        &self,
        staffing: Staffing<'_>,
        lookup: &dyn Lookup,
        through: FieldId,
        name: &str,
    ) -> Result<BTreeSet<String>, Unanswered> {
        let Some(Value::Ref(id)) = self.fields.get(through) else { return Ok(BTreeSet::new()) };
        let by = |record: &Record| staffing.policy.merged_by(record);
        let Some(record) = filter::survivor(id, &by, lookup)? else { return Ok(BTreeSet::new()) };
        let kind = staffing.policy.kind(&record.kind);
        let Some((kind, field)) = kind.and_then(|kind| Some((kind, kind.shape.field_id(name)?))) else {
            return Ok(BTreeSet::new());
        };
        Ok(charged(staffing, kind, field, &record.fields))
    }

    /// The people that a field names, also in groups.
    pub(super) fn persons(&self, field: FieldId) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        if let Some(value) = self.fields.get(field) {
            persons(&self.kind.field(field).ty, value, &mut found);
        }
        found
    }

    pub(super) fn whom(&self, who: &Who) -> Whom {
        whom(who, &self.kind.shape)
    }
}

/// The people that a field names, also in groups, and the superiors who share what it charges them with.
fn charged(staffing: Staffing<'_>, kind: &Kind, field: FieldId, fields: &Fields) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some(value) = fields.get(field) {
        persons(&kind.field(field).ty, value, &mut found);
    }
    let sharers = sharers(staffing.policy, staffing.people, (kind.name(), field), fields, staffing.day());
    found.into_iter().map(str::to_owned).chain(sharers.iter().map(Id::to_string)).collect()
}

/// A term of `by` with names in place of handles.
pub(super) fn whom(who: &Who, shape: &Shape) -> Whom {
    match who {
        Who::Role(role) => Whom::Role(role.clone()),
        Who::Field(field) => Whom::Field(shape.field(*field).name.clone()),
        Who::Department(field) => Whom::Department(shape.field(*field).name.clone()),
        Who::Post(post) => Whom::Post { role: post.role.clone(), field: post.field(shape), above: post.above },
        Who::Step(step) => Whom::Step(step.clone()),
        Who::Own => Whom::Own,
    }
}

fn persons<'v>(ty: &Type, value: &'v Value, into: &mut BTreeSet<&'v str>) {
    match (ty, value) {
        (Type::Person, Value::Text(person)) => {
            into.insert(person);
        }
        (Type::List(element), Value::List(values)) => values.iter().for_each(|value| persons(element, value, into)),
        (Type::Group(shape), Value::Group(fields)) => {
            for (id, value) in fields.iter() {
                persons(&shape.field(id).ty, value, into);
            }
        }
        _ => {}
    }
}
