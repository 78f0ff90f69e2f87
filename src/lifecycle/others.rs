//! Other records that a step affects: those that take a step with it, and the one that it joins in place of opening
//! another.

use super::sources::in_shape;
use super::{Actor, Operation, Refusal, Request, linked, linked_to};
use crate::kind::{Advance, Opens, Whose};
use crate::record::{FieldId, Fields, Id, Record, Value};

impl Operation<'_> {
    /// The records that take the step.
    pub(super) fn advanced(&self, advance: &Advance, record: &Record) -> Result<Vec<Id>, Refusal> {
        let mut found: Vec<Id> = match &advance.whose {
            Whose::Named(field) => {
                let named = record.get(*field).map(Value::elements).unwrap_or_default();
                named
                    .iter()
                    .filter_map(|value| if let Value::Ref(id) = value { Some(id.clone()) } else { None })
                    .collect()
            }
            Whose::Linked(name) => {
                let kind = self.setting.policy.kind(name);
                let leads =
                    |other: &Record| kind.is_some_and(|kind| kind.step_from(&advance.step, &other.state).is_some());
                let of = self.kind(&record.kind)?;
                let forms = match advance.forms {
                    true => linked::forms(of, record, self.lookup())?,
                    false => vec![record.clone()],
                };
                let mut found = Vec::new();
                for form in forms {
                    let linked = linked_to(self.lookup(), of, &form.id, name)?.into_iter();
                    found.extend(linked.filter(|other| leads(other)).map(|other| other.id));
                }
                found.sort();
                found.dedup();
                found
            }
        };
        if let Some(only) = &advance.only {
            let mut fits = Vec::new();
            for id in found {
                if only.filter.matches(&self.record(&id)?, &self.pending)? {
                    fits.push(id);
                }
            }
            found = fits;
        }
        Ok(found)
    }

    /// The values that another record gets with its step.
    pub(super) fn given(
        &self,
        advance: &Advance,
        record: &Record,
        id: &Id,
        actor: &Actor,
    ) -> Result<Vec<(FieldId, Option<Value>)>, Refusal> {
        let target = self.kind(&self.record(id)?.kind)?;
        let from = self.from(record, None, actor)?;
        let mut set = Vec::new();
        for (field, source) in &advance.with {
            let ty = &target.field(*field).ty;
            let value = self.value(source, &from, ty)?;
            set.extend(value.map(|value| (*field, Some(in_shape(value, ty)))));
        }
        Ok(set)
    }

    /// The record that is joined in place of opening another one, and how. `None` if a record was already joined or
    /// opened.
    pub(super) fn joined(
        &self,
        opens: &Opens,
        record: &Record,
        opening: &Request,
    ) -> Result<Option<(Id, Option<Request>)>, Refusal> {
        let Some(joins) = &opens.joins else { return Ok(None) };
        let kind = self.kind(&opens.kind)?;
        let probe = Record {
            id: record.id.clone(),
            kind: opens.kind.clone(),
            state: String::new(),
            rules: None,
            fields: opening.apply(&Fields::new()),
            history: Vec::new(),
            overruled: Vec::new(),
        };
        let alike = self.lookup().alike(&joins.alike, &probe)?.into_iter();
        let mut open = alike.filter(|other| kind.step_from(&joins.step.value, &other.state).is_some());
        let Some(other) = open.next() else { return Ok(None) };
        if self.setting.policy.refers(&other, &record.id) {
            return Ok(Some((other.id, None)));
        }
        let listed = other.get(joins.list).map(Value::elements).unwrap_or_default().to_vec();
        let listed = listed.into_iter().chain([Value::Ref(record.id.clone())]).collect();
        let set = vec![(joins.list, Some(Value::List(listed)))];
        let request = Request { set, on: opening.on, ..Request::new(joins.step.value.as_str(), opening.actor.clone()) };
        Ok(Some((other.id, Some(request))))
    }
}
