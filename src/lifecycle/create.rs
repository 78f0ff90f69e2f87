//! Makes a record: the first step of its kind.

use super::advance::first;
use super::entitled::Case;
use super::guarded::Changed;
use super::{DEEPEST, Operation, Refusal, Request, sound, time};
use crate::calendar::Moment;
use crate::kind::{Branch, Condition, Kind, Rules, Step, Target};
use crate::record::{Event, Fields, Id, Record, is_device};

impl Operation<'_> {
    /// Makes a record of a kind. `id` is given for kinds whose ids are names, such as staff. For other kinds an id is
    /// drawn.
    ///
    /// # Errors
    /// If the record is refused; the refusal says why. The operation may then hold half of it, so the caller must
    /// drop it.
    pub fn create(&mut self, kind: &str, id: Option<Id>, request: &Request) -> Result<Id, Refusal> {
        self.make(kind, id, request, None, 0)
    }

    pub(super) fn make(
        &mut self,
        kind: &str,
        id: Option<Id>,
        request: &Request,
        via: Option<&str>,
        depth: usize,
    ) -> Result<Id, Refusal> {
        let setting = self.setting;
        let kind = self.kind(kind)?;
        // another step than the first makes a record only if another record opens it
        let opened = via.and_then(|_| kind.opened(&request.step));
        let step = opened.unwrap_or_else(|| kind.first_step());
        if depth > DEEPEST {
            return Err(Refusal::Endless { step: step.name.clone(), place: step.place.clone() });
        }
        let (at, noted) = time::of(request, &time::Floor::Free, setting.now)?;
        let outer = self.pending.stand_at(at);
        if via.is_none() {
            time::in_time(&setting, (kind.name(), &step.name), &request.actor, (at, noted))?;
        }
        let given = request.apply(&Fields::new());
        let mut fields = given.clone();
        self.set_by_rule(step, kind, request, at, None, &mut fields)?;
        self.clocked(kind, &step.name, &Fields::new(), &mut fields, at)?;
        let case = Case { kind, step, record: None, fields: &fields };
        let hands = match via {
            Some(_) => Vec::new(),
            None => case.four_eyes(&setting, &self.pending, case.hands(&setting, &request.actor)?, &request.actor)?,
        };
        let by_rule = self.by_rule(step, kind, request, at, None, &fields)?;
        let changed = Changed { before: &Fields::new(), after: &given, by_rule };
        let hands = case.guarded(&setting, &self.pending, hands, &request.actor, &changed)?;
        sound::check(kind, None, &Fields::new(), &fields, &setting, &self.pending)?;
        let state = first_state(step, &fields, self)?;
        let id = match via {
            Some(via) if !kind.shape.prefix.is_empty() => {
                setting.ids.opened(&kind.shape.prefix, at.date_naive(), via, &fields)
            }
            _ => self.id_for(kind, id, at)?,
        };
        let mut record = Record {
            id: id.clone(),
            kind: kind.name().to_owned(),
            state: state.clone(),
            rules: (kind.rules == Rules::Opened).then(|| setting.policy.id.clone()),
            fields: fields.clone(),
            history: Vec::new(),
            overruled: Vec::new(),
        };
        self.number(kind, &mut record, at.date_naive(), false)?;
        if let Some(refusal) = case.hindrances(&setting, &self.pending, &record, at)?.into_iter().next() {
            return Err(refusal.of(request));
        }
        let hands = match via {
            Some(_) => hands,
            None => {
                let hands = case.authority(&setting, &self.pending, hands, &record);
                hands.map_err(|refusal| self.naming(&case, &record, refusal))?
            }
        };
        let set = record.fields.changed(&Fields::new(), &kind.shape);
        time::ahead(kind, &set, &record.fields, at)?;
        let event = Event { to: Some(state), ..self.event(&step.name, request, hands, via, at, noted) };
        let record = self.append(kind, None, record, event)?;
        self.invariants(kind, None, &record)?;
        self.pending.put(None, record.clone());
        self.consequences(step, &record, request, depth)?;
        self.pending.stand_at(outer);
        Ok(id)
    }
}

impl Operation<'_> {
    /// The given id, if it is free and fits the kind, or else a new one.
    pub(super) fn id_for(&self, kind: &Kind, id: Option<Id>, at: Moment) -> Result<Id, Refusal> {
        let named = kind.shape.prefix.is_empty();
        match id {
            Some(id) if id.is_person() != named => Err(Refusal::NoId { kind: kind.name().to_owned() }),
            Some(id) if is_device(id.as_str()) => Err(Refusal::ReservedId { id }),
            Some(id) if self.pending.get(&id)?.is_some() => Err(Refusal::IdTaken { id }),
            Some(id) => Ok(id),
            None if named => Err(Refusal::NoId { kind: kind.name().to_owned() }),
            None => Ok(self.setting.ids.fresh(&kind.shape.prefix, at.date_naive())),
        }
    }
}

/// The state of a new record after its first step. So far the record only has fields.
fn first_state(step: &Step, fields: &Fields, operation: &Operation<'_>) -> Result<String, Refusal> {
    let fits = |branch: &Branch| -> Result<bool, Refusal> {
        let matches = |when: &Condition| when.filter.matches_fields(fields, &operation.pending);
        Ok(branch.changes.is_empty() && branch.when.as_ref().map_or(Ok(true), matches)?)
    };
    let state = match &step.to {
        Target::State(state) => Some(state.clone()),
        Target::First(branches) => first(branches, fits)?,
        Target::Stay | Target::Previous => None,
    };
    state.ok_or_else(|| Refusal::NoPrevious { id: None, step: step.name.clone(), place: step.place.clone() })
}
