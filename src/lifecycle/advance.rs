//! Takes a step of an existing record.

use super::awaited::waits_for;
use super::entitled::Case;
use super::fallen::fallen;
use super::guarded::{Changed, differs};
use super::time::Floor;
use super::{DEEPEST, Hand, Operation, Refusal, Request, Unauthorised, Unfit, linked, sound, time};
use crate::calendar::Moment;
use crate::kind::{Branch, Condition, EDIT, Kind, Step, Target};
use crate::place::toml::nearest;
use crate::record::{Event, FieldId, Fields, Id, Record, Type, Value};

impl<'s> Operation<'s> {
    /// Takes a step of a record.
    ///
    /// # Errors
    /// If the step is refused; the refusal says why. The operation may then hold half of the step, so the caller must
    /// drop it.
    pub fn advance(&mut self, id: &Id, request: &Request) -> Result<(), Refusal> {
        self.take(id, request, None, 0)
    }

    pub(super) fn kind(&self, name: &str) -> Result<&'s Kind, Refusal> {
        self.setting.policy.kind(name).ok_or_else(|| Refusal::NoKind { kind: name.to_owned() })
    }

    pub(super) fn take(&mut self, id: &Id, request: &Request, via: Option<&str>, depth: usize) -> Result<(), Refusal> {
        let setting = self.setting;
        let before = self.record(id)?;
        let kind = self.kind(&before.kind)?;
        if via.is_none() && self.acknowledges(kind, &before, request) {
            return self.acknowledge(kind, before, request);
        }
        let step =
            find(kind, &before, &request.step).map_err(|refusal| self.told_instead(id, request, via, refusal))?;
        if depth > DEEPEST {
            return Err(Refusal::Endless { step: step.name.clone(), place: step.place.clone() });
        }
        let (at, noted) = time::of(request, &Floor::of(&step.name, &before), setting.now)?;
        let outer = self.pending.stand_at(at);
        if via.is_none() {
            time::in_time(&setting, (kind.name(), &step.name), &request.actor, (at, noted))?;
        }
        let case = Case { kind, step, record: Some(&before), fields: &before.fields };
        let hands = match via {
            Some(_) => Vec::new(),
            None => {
                let hands = case.hands(&setting, &request.actor);
                let hands = hands.and_then(|hands| case.four_eyes(&setting, &self.pending, hands, &request.actor));
                hands.map_err(|refusal| self.refused(&case, &before, request, refusal))?
            }
        };
        if let Some(refusal) = emptied(kind, step, request) {
            return Err(refusal);
        }
        let mut after = self.filled(kind, step, &before, request)?;
        let hands = match via {
            Some(_) => hands,
            None => {
                let by_rule = self.by_rule(step, kind, request, at, Some(&before), &after.fields)?;
                // who keeps what the step empties, by giving it again, must be one who may fill it in
                let mut kept = before.fields.clone();
                let again = request.set.iter().filter(|(field, _)| step.clears.contains(field));
                again.for_each(|(field, _)| kept.clear(*field));
                let changed = Changed { before: &kept, after: &after.fields, by_rule };
                let hands = case.guarded(&setting, &self.pending, hands, &request.actor, &changed)?;
                match step.name == EDIT {
                    true => Case { fields: &after.fields, ..case }.not_named(&setting, hands, &request.actor)?,
                    false => hands,
                }
            }
        };
        cleared(kind, step, request, &mut after);
        self.climbed(step, &before, request, &mut after)?;
        self.set_by_rule(step, kind, request, at, Some(id), &mut after.fields)?;
        fallen(kind, request, &before.fields, &mut after.fields);
        self.responded(kind, request, &before, &mut after.fields, at)?;
        self.clocked(kind, &step.name, &before.fields, &mut after.fields, at)?;
        self.renumber(kind, &before, &mut after)?;
        if let Some(refusal) = case.hindrances(&setting, &self.pending, &after, at)?.into_iter().next() {
            // do not ask for values if the step is above the person's authority
            if via.is_none()
                && !refusal.missing().is_empty()
                && let Err(above @ Refusal::Unauthorised(Unauthorised::AboveAuthority { .. })) =
                    case.authority(&setting, &self.pending, hands, &after)
            {
                return Err(self.naming(&case, &after, above));
            }
            return Err(refusal.of(request));
        }
        let hands = match via {
            Some(_) => hands,
            None => {
                let hands = case.authority(&setting, &self.pending, hands, &after);
                hands.map_err(|refusal| self.naming(&case, &after, refusal))?
            }
        };
        let to = self.target(kind, step, &before.fields, &after)?;
        let set = after.fields.changed(&before.fields, &kind.shape);
        if (step.name == EDIT || step.only_corrects()) && set.is_empty() && to.is_none() && request.note.is_none() {
            return Err(Refusal::Unchanged { id: id.clone() });
        }
        time::ahead(kind, &set, &after.fields, at)?;
        let event = Event { to, ..self.event(&step.name, request, hands, via, at, noted) };
        let after = self.append(kind, Some(&before), after, event)?;
        self.invariants(kind, Some(&before), &after)?;
        self.pending.put(Some(before), after.clone());
        self.consequences(step, &after, request, depth)?;
        self.settle_notices(&after, &step.name, request, depth)?;
        self.pending.stand_at(outer);
        Ok(())
    }

    /// The record with the fields of the request; nothing else is changed.
    pub(super) fn filled(
        &self,
        kind: &Kind,
        step: &Step,
        before: &Record,
        request: &Request,
    ) -> Result<Record, Refusal> {
        let fields = request.apply(&before.fields);
        for (field, declared) in kind.shape.handles() {
            if before.fields.get(field) == fields.get(field) {
                continue;
            }
            let empty = before.get(field).is_none_or(Value::is_empty);
            let sealed = linked::seal(kind, before, field).filter(|_| !step.unseals(field, None, empty));
            if let Some(by) = sealed {
                return Err(Refusal::Unfit(Unfit::Sealed {
                    id: before.id.clone(),
                    kind: kind.name().to_owned(),
                    field: declared.name.clone(),
                    by: by.name.clone(),
                    place: by.place.clone(),
                }));
            }
            let differs =
                |inner| linked::column(before.fields.get(field), inner) != linked::column(fields.get(field), inner);
            let within = linked::seals_within(kind, before, field)
                .find(|(_, inner)| differs(*inner) && !step.unseals(field, Some(*inner), empty));
            if let (Some((by, inner)), Type::Group(lines)) = (within, declared.ty.element()) {
                return Err(Refusal::Unfit(Unfit::Sealed {
                    id: before.id.clone(),
                    kind: kind.name().to_owned(),
                    field: format!("{}.{}", declared.name, lines.field(inner).name),
                    by: by.name.clone(),
                    place: by.place.clone(),
                }));
            }
        }
        if let Some(once) = kind.once.iter().find(|once| {
            let inner = once.path.get(1).copied();
            let named = once.path.first().is_some_and(|field| step.unseals(*field, inner, false));
            !named && overwritten(&once.path, &before.fields, &fields)
        }) {
            return Err(Refusal::Unfit(Unfit::Given {
                id: before.id.clone(),
                kind: kind.name().to_owned(),
                field: super::guarded::named(&once.path, &kind.shape),
                place: once.place.clone(),
            }));
        }
        let mut left = fields.clone();
        fallen(kind, request, &before.fields, &mut left);
        sound::check(kind, Some(&before.id), &before.fields, &left, &self.setting, &self.pending)?;
        Ok(Record { fields, ..before.clone() })
    }

    /// The event of a step, without its new state and without the fields that it sets.
    pub(super) fn event(
        &self,
        step: &str,
        request: &Request,
        hands: Vec<Hand>,
        via: Option<&str>,
        at: Moment,
        noted: Option<Moment>,
    ) -> Event {
        let actor = &request.actor;
        let hand = hands.into_iter().next().unwrap_or(Hand { by: actor.person.clone(), for_: None });
        let entered = actor.entered().filter(|typist| **typist != hand.by).cloned();
        Event {
            noted,
            for_: hand.for_,
            entered,
            via: via.map(str::to_owned),
            key: request.key.clone(),
            note: request.note.clone(),
            ..Event::new(at, hand.by, step)
        }
    }

    fn target(&self, kind: &Kind, step: &Step, before: &Fields, after: &Record) -> Result<Option<String>, Refusal> {
        Ok(match &step.to {
            Target::Stay => None,
            Target::State(state) => Some(state.clone()),
            Target::Previous => {
                let stack = linked::stack(kind, &after.history);
                let before = stack.iter().rev().nth(1).map(|(state, _)| (*state).to_owned());
                let nowhere = || Refusal::NoPrevious {
                    id: Some(after.id.clone()),
                    step: step.name.clone(),
                    place: step.place.clone(),
                };
                Some(before.ok_or_else(nowhere)?)
            }
            Target::First(branches) => first(branches, |branch| {
                let changed = branch.changes.iter().any(|path| differs(path, before, &after.fields));
                let matches = |when: &Condition| when.filter.matches(after, &self.pending);
                Ok((changed || branch.changes.is_empty()) && branch.when.as_ref().map_or(Ok(true), matches)?)
            })?,
        })
    }
}

/// The state of the first branch that fits.
pub(super) fn first(
    branches: &[Branch],
    fits: impl Fn(&Branch) -> Result<bool, Refusal>,
) -> Result<Option<String>, Refusal> {
    for branch in branches {
        if fits(branch)? {
            return Ok(Some(branch.state.clone()));
        }
    }
    Ok(None)
}

/// Refuses a private field that is given with the step that empties it, unless the step asks for it: what is to be
/// erased must not stay because somebody gave it again.
fn emptied(kind: &Kind, step: &Step, request: &Request) -> Option<Refusal> {
    let mut given = request.set.iter().filter(|(_, value)| value.is_some()).map(|(field, _)| *field);
    given.find(|field| step.erases(&kind.shape, *field)).map(|field| {
        Refusal::Unfit(Unfit::Emptied {
            kind: kind.name().to_owned(),
            step: step.name.clone(),
            field: kind.field(field).name.clone(),
            place: step.place.clone(),
        })
    })
}

/// Empties the fields that the step clears, unless the request gives them. Seals do not prevent it, because the rule
/// book does it.
pub(super) fn cleared(kind: &Kind, step: &Step, request: &Request, after: &mut Record) {
    for field in step.clears.iter().filter(|field| request.set.iter().all(|(given, _)| given != *field)) {
        after.fields.clear(*field);
        forgotten(kind, *field, after);
    }
}

/// Takes the values of a private field out of overruled events: what a step clears must not stay there.
fn forgotten(kind: &Kind, field: FieldId, after: &mut Record) {
    let field = kind.field(field);
    if field.holds_private() {
        after.overruled.iter_mut().for_each(|one| one.values.retain(|(name, _)| *name != field.name));
    }
}

/// Whether a field, or a field of a list's lines, has another value than before, and had one.
fn overwritten(path: &[FieldId], before: &Fields, after: &Fields) -> bool {
    let filled = |value: Option<&Value>| value.is_some_and(|value| !value.is_empty());
    match path {
        [field] => filled(before.get(*field)) && before.get(*field) != after.get(*field),
        [list, inner] => {
            let (was, is) = (linked::column(before.get(*list), *inner), linked::column(after.get(*list), *inner));
            (0..was.len()).any(|at| filled(was[at]) && was.get(at) != is.get(at))
        }
        _ => false,
    }
}

/// The step with this name that leads from the record's state.
pub(super) fn find<'k>(kind: &'k Kind, record: &Record, name: &str) -> Result<&'k Step, Refusal> {
    if let Some(step) = kind.step_from(name, &record.state) {
        return Ok(step);
    }
    let named: Vec<&Step> = kind.steps_named(name).collect();
    let Some(first) = named.first() else {
        let near = nearest(name, kind.steps.iter().map(|step| step.name.as_str())).map(str::to_owned);
        return Err(Refusal::NoStep { kind: kind.name().to_owned(), step: name.to_owned(), near });
    };
    Err(Refusal::NotFrom {
        id: record.id.clone(),
        kind: kind.name().to_owned(),
        step: name.to_owned(),
        state: record.state.clone(),
        from: named.iter().flat_map(|step| step.from.iter().cloned()).collect(),
        instead: kind
            .steps_from(&record.state)
            .filter(|step| waits_for(kind, step))
            .map(|step| step.name.clone())
            .collect(),
        place: first.place.clone(),
    })
}
