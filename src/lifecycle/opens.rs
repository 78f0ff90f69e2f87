//! The consequences of a step: the records that it makes, and the steps of other records that it takes.

use super::sources::{From, chosen, in_shape};
use super::{Actor, Operation, Refusal, Request, linked};
use crate::kind::{Condition, OnlyOnce, Opens, Source, Step};
use crate::record::{Class, FieldId, Fields, Record, Type, Value};

impl Operation<'_> {
    /// Makes and advances the records of a step. No role is checked, because the step itself was allowed.
    pub(super) fn consequences(
        &mut self,
        step: &Step,
        record: &Record,
        request: &Request,
        depth: usize,
    ) -> Result<(), Refusal> {
        let via = format!("{}#{}", record.id, step.name);
        // What existed before the step counts. What the step itself makes does not prevent it from making more.
        let stands = |opens: &Opens| {
            let stands = opens.once.is_none() && self.stands(opens, record, &via)?;
            Ok((stands || self.served(opens, record)?, self.before(opens, record, &via)?))
        };
        let stands = step.opens.iter().map(stands).collect::<Result<Vec<_>, Refusal>>()?;
        for (opens, (stands, before)) in step.opens.iter().zip(stands) {
            let kept = opens.unless.as_ref().map_or(Ok(false), |unless| self.holds(Some(unless), record))?;
            let wanted = !kept && self.holds(opens.when.as_ref(), record)?;
            let through = opens.through.filter(|_| wanted && !stands);
            let other = through.map_or(Ok(None), |field| self.other(field, &record.fields))?;
            let lists = opens.through.map_or(Some(&record.fields), |_| other.as_ref().map(|other| &other.fields));
            for line in lines(opens, lists).into_iter().filter(|_| wanted && !stands) {
                let consequence = |cause| Refusal::Consequence {
                    of: record.kind.clone(),
                    step: step.name.clone(),
                    on: None,
                    what: opens.kind.clone(),
                    cause: Box::new(cause),
                    place: opens.place.clone(),
                };
                let request = self.opening(opens, record, line, request)?;
                if opens.once.as_ref().is_some_and(|once| before.iter().any(|other| alike(once, other, &request))) {
                    continue;
                }
                if let Some((id, joining)) = self.joined(opens, record, &request)? {
                    if let Some(joining) = joining {
                        self.take(&id, &joining, Some(&via), depth + 1).map_err(consequence)?;
                    }
                    continue;
                }
                self.make(&opens.kind, None, &request, Some(&via), depth + 1).map_err(consequence)?;
            }
        }
        for advance in &step.advances {
            if !self.holds(advance.when.as_ref(), record)? {
                continue;
            }
            for id in &self.advanced(advance, record)? {
                let set = self.given(advance, record, id, &request.actor)?;
                let next =
                    Request { set, on: request.on, ..Request::new(advance.step.as_str(), request.actor.clone()) };
                self.take(id, &next, Some(&via), depth + 1).map_err(|cause| Refusal::Consequence {
                    of: record.kind.clone(),
                    step: step.name.clone(),
                    on: self.record(id).ok().map(|other| (id.clone(), other.kind.clone())),
                    what: advance.step.clone(),
                    cause: Box::new(cause),
                    place: advance.place.clone(),
                })?;
            }
        }
        Ok(())
    }

    pub(super) fn holds(&self, when: Option<&Condition>, record: &Record) -> Result<bool, Refusal> {
        Ok(when.map_or(Ok(true), |when| when.filter.matches(record, &self.pending))?)
    }

    /// The source values for a step of the record that makes or advances another one.
    pub(super) fn from<'f>(
        &self,
        record: &'f Record,
        line: Option<&'f Fields>,
        actor: &'f Actor,
    ) -> Result<From<'f>, Refusal>
    where
        Self: 'f,
    {
        Ok(From {
            id: Some(&record.id),
            kind: self.kind(&record.kind)?,
            fields: &record.fields,
            line,
            actor,
            note: None,
            at: record.history.last().map_or(self.setting.now, |event| event.at),
        })
    }

    /// Whether a record that the same step made before is not closed yet.
    pub(super) fn stands(&self, opens: &Opens, record: &Record, via: &str) -> Result<bool, Refusal> {
        let Some(kind) = self.setting.policy.kind(&opens.kind) else { return Ok(false) };
        let made = |other: &Record| {
            let first = other.history.first().and_then(|event| event.via.as_deref());
            first == Some(via) && kind.shape.class(&other.state) != Class::Closed
        };
        Ok(self.lookup().linked(&record.id, &opens.kind)?.iter().any(made))
    }

    /// The records that the same step of the record has opened before, if it opens nothing twice.
    pub(super) fn before(&self, opens: &Opens, record: &Record, via: &str) -> Result<Vec<Record>, Refusal> {
        let (Some(once), Some(kind)) = (&opens.once, self.setting.policy.kind(&opens.kind)) else {
            return Ok(Vec::new());
        };
        let mut found = self.lookup().linked(&record.id, &opens.kind)?;
        found.retain(|other| {
            let first = other.history.first().and_then(|event| event.via.as_deref());
            first == Some(via) && !kind.shape.is_void(&other.state) && !once.without.contains(&other.state)
        });
        Ok(found)
    }

    /// Whether the record that this one repeats already has what would be opened, or will get it: one of its forms is
    /// still open, or has an open record of that kind. It only counts if both are about the same, such as the same
    /// client.
    fn served(&self, opens: &Opens, record: &Record) -> Result<bool, Refusal> {
        let Some(field) = opens.shared else { return Ok(false) };
        let (kind, target) = (self.kind(&record.kind)?, self.kind(&opens.kind)?);
        let Some(first) = linked::repeated(record, field, self.lookup())? else { return Ok(false) };
        let same = |(field, source): &(FieldId, Source)| match source {
            Source::Field(own) if matches!(target.field(*field).ty, Type::Ref(_)) => {
                first.get(*own) == record.get(*own)
            }
            _ => true,
        };
        if !opens.with.iter().all(same) {
            return Ok(false);
        }
        for form in linked::forms(kind, &first, self.lookup())? {
            let open = |other: &Record| target.shape.class(&other.state) != Class::Closed;
            let is_open = kind.shape.class(&form.state) != Class::Closed;
            if form.id != record.id && (is_open || self.lookup().linked(&form.id, &opens.kind)?.iter().any(open)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn opening(
        &self,
        opens: &Opens,
        record: &Record,
        line: Option<&Fields>,
        request: &Request,
    ) -> Result<Request, Refusal> {
        let kind = self.kind(&opens.kind)?;
        let from = self.from(record, line, &request.actor)?;
        let from = From { note: request.note.as_deref(), ..from };
        let mut set = Vec::new();
        for (field, source) in &opens.with {
            let ty = &kind.field(*field).ty;
            let value = self.value(source, &from, ty)?;
            set.extend(value.map(|value| (*field, Some(in_shape(value, ty)))));
        }
        let step = opens.step.as_ref().map_or(kind.first_step().name.as_str(), |step| step.value.as_str());
        Ok(Request { set, on: request.on, ..Request::new(step, request.actor.clone()) })
    }

    /// The record that a field refers to.
    pub(super) fn other(&self, field: FieldId, fields: &Fields) -> Result<Option<Record>, Refusal> {
        let Some(Value::Ref(id)) = fields.get(field) else { return Ok(None) };
        Ok(crate::filter::Resolver::record(&self.pending, id)?.map(std::borrow::Cow::into_owned))
    }
}

/// Whether a record has the same values as a new one would get, in the fields that decide.
fn alike(once: &OnlyOnce, other: &Record, request: &Request) -> bool {
    once.alike.iter().all(|field| {
        let given = request.set.iter().find(|(set, _)| set == field).and_then(|(_, value)| value.as_ref());
        given == other.get(*field)
    })
}

/// The lines for which a record is opened. One entry without a line if a record is opened for the record itself.
/// Empty if the record with the lines does not exist.
pub(super) fn lines<'f>(opens: &Opens, fields: Option<&'f Fields>) -> Vec<Option<&'f Fields>> {
    fields.map(|fields| chosen(opens.each, opens.lines.as_ref(), fields, None)).unwrap_or_default()
}
