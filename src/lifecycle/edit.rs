//! Changes fields without a step of the kind, and takes over changes that somebody made in a file by hand.

use super::entitled::Case;
use super::fallen::fallen;
use super::guarded::Changed;
use super::time::Floor;
use super::{Operation, Refusal, Request, time};
use crate::kind::{EDIT, Step};
use crate::record::{FieldId, Id, Record, Value};

impl Operation<'_> {
    /// Changes fields of a record, or adds a note to it. The kind's step `edit` says who may. If a kind has none,
    /// those who may take its first step may edit.
    ///
    /// # Errors
    /// If the edit is refused; the refusal says why.
    pub fn edit(&mut self, id: &Id, request: &Request) -> Result<(), Refusal> {
        let before = self.record(id)?;
        let kind = self.kind(&before.kind)?;
        if kind.step_from(EDIT, &before.state).is_some() {
            return self.advance(id, &Request { step: EDIT.to_owned(), ..request.clone() });
        }
        let first = kind.shape.is_void(&before.state).then(|| kind.first_step());
        if let Some(declared) = kind.steps_named(EDIT).next().or(first) {
            let refusal = Refusal::NotFrom {
                id: id.clone(),
                kind: kind.name().to_owned(),
                step: EDIT.to_owned(),
                state: before.state.clone(),
                from: declared.from.clone(),
                instead: kind.steps_from(&before.state).map(|step| step.name.clone()).collect(),
                place: declared.place.clone(),
            };
            return Err(self.told_instead(id, request, None, refusal));
        }
        let (at, noted) = time::of(request, &Floor::Opened(&before), self.setting.now)?;
        self.pending.stand_at(at);
        time::in_time(&self.setting, (kind.name(), EDIT), &request.actor, (at, noted))?;
        let step = match self.rights_were_free() {
            true => Step::undeclared(EDIT, &kind.place),
            false => Step::edit_like(kind.first_step()),
        };
        let case = Case { kind, step: &step, record: Some(&before), fields: &before.fields };
        let hands = case.hands(&self.setting, &request.actor)?;
        let hands = case.four_eyes(&self.setting, &self.pending, hands, &request.actor)?;
        let mut after = self.filled(kind, &step, &before, request)?;
        let changed = Changed { before: &before.fields, after: &after.fields, by_rule: Vec::new() };
        let hands = case.guarded(&self.setting, &self.pending, hands, &request.actor, &changed)?;
        fallen(kind, request, &before.fields, &mut after.fields);
        self.clocked(kind, EDIT, &before.fields, &mut after.fields, at)?;
        self.renumber(kind, &before, &mut after)?;
        let edited = Case { fields: &after.fields, ..case };
        let hands = edited.not_named(&self.setting, hands, &request.actor)?;
        let hands = edited.authority(&self.setting, &self.pending, hands, &after);
        let hands = hands.map_err(|refusal| self.naming(&edited, &after, refusal))?;
        let set = after.fields.changed(&before.fields, &kind.shape);
        if set.is_empty() && request.note.is_none() {
            return Err(Refusal::Unchanged { id: id.clone() });
        }
        time::ahead(kind, &set, &after.fields, at)?;
        let event = self.event(EDIT, request, hands, None, at, noted);
        let after = self.append(kind, Some(&before), after, event)?;
        self.invariants(kind, Some(&before), &after)?;
        self.pending.put(Some(before), after.clone());
        self.settle_notices(&after, EDIT, request, 0)
    }

    /// Takes over a record whose file was changed by hand. Changed fields become an edit; nothing else may be
    /// changed.
    ///
    /// # Errors
    /// If it is refused; the refusal says why.
    pub fn take_over(&mut self, edited: &Record, request: &Request) -> Result<(), Refusal> {
        let before = self.record(&edited.id)?;
        let kind = self.kind(&before.kind)?;
        let same = [
            ("kind", before.kind == edited.kind),
            ("state", before.state == edited.state),
            ("rules", before.rules == edited.rules),
            ("history", before.history == edited.history && before.overruled == edited.overruled),
        ];
        if let Some((what, _)) = same.into_iter().find(|(_, same)| !same) {
            return Err(Refusal::Untouchable { id: edited.id.clone(), what });
        }
        let differs = kind.shape.handles().filter(|(field, _)| before.get(*field) != edited.get(*field));
        let set: Vec<(FieldId, Option<Value>)> =
            differs.map(|(field, _)| (field, edited.get(field).cloned())).collect();
        self.edit(&edited.id, &Request { set, ..request.clone() })
    }
}
