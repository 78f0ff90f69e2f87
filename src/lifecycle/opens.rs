//! What follows from a step: the records that it makes, and the steps of other records that it takes.

use super::{Actor, Operation, Refusal, Request};
use crate::calendar::Moment;
use crate::kind::{Condition, Fill, Kind, Opens, Source, Step};
use crate::record::{Class, FieldId, Record, Type, Value};

impl Operation<'_> {
    /// Makes and advances what a step makes and advances. None of it needs a role: the step was allowed.
    pub(super) fn consequences(
        &mut self,
        step: &Step,
        record: &Record,
        request: &Request,
        depth: usize,
    ) -> Result<(), Refusal> {
        let via = format!("{}#{}", record.id, step.name);
        for opens in &step.opens {
            let wanted = self.holds(opens.when.as_ref(), record)?;
            if wanted && !self.stands(opens, record, &via)? {
                let consequence = |cause| Refusal::Consequence {
                    step: step.name.clone(),
                    what: opens.kind.clone(),
                    cause: Box::new(cause),
                    place: opens.place.clone(),
                };
                let request = self.opening(opens, record, request)?;
                self.make(&opens.kind, None, &request, Some(&via), depth + 1).map_err(consequence)?;
            }
        }
        for advance in &step.advances {
            let wanted = self.holds(advance.when.as_ref(), record)?;
            let named = record.get(advance.reference).map(Value::elements).unwrap_or_default();
            for id in named.iter().filter_map(|value| if let Value::Ref(id) = value { Some(id) } else { None }) {
                if !wanted {
                    continue;
                }
                let next = Request { on: request.on, ..Request::new(advance.step.as_str(), request.actor.clone()) };
                self.take(id, &next, Some(&via), depth + 1).map_err(|cause| Refusal::Consequence {
                    step: step.name.clone(),
                    what: format!("{id} {}", advance.step),
                    cause: Box::new(cause),
                    place: advance.place.clone(),
                })?;
            }
        }
        Ok(())
    }

    fn holds(&self, when: Option<&Condition>, record: &Record) -> Result<bool, Refusal> {
        Ok(when.map_or(Ok(true), |when| when.filter.matches(record, &self.pending))?)
    }

    /// Whether a record that the same step made before is not closed yet.
    fn stands(&self, opens: &Opens, record: &Record, via: &str) -> Result<bool, Refusal> {
        let Some(kind) = self.setting.policy.kind(&opens.kind) else { return Ok(false) };
        let made = |other: &Record| {
            let first = other.history.first().and_then(|event| event.via.as_deref());
            first == Some(via) && kind.shape.class(&other.state) != Class::Closed
        };
        Ok(self.lookup().linked(&record.id, &opens.kind)?.iter().any(made))
    }

    fn opening(&self, opens: &Opens, record: &Record, request: &Request) -> Result<Request, Refusal> {
        let kind = self.kind(&opens.kind)?;
        let actor = &request.actor;
        let at = record.history.last().map_or(self.setting.now, |event| event.at);
        let mut set = Vec::new();
        for (field, source) in &opens.with {
            let value = match source {
                Source::Id => Some(Value::Ref(record.id.clone())),
                Source::Field(from) => record.get(*from).cloned(),
                Source::Fill(fill) => self.fill(fill, kind, *field, actor, at),
            };
            set.extend(value.map(|value| (*field, Some(in_shape(value, &kind.field(*field).ty)))));
        }
        let step = kind.first_step().name.as_str();
        Ok(Request { set, on: request.on, ..Request::new(step, actor.clone()) })
    }

    fn fill(&self, fill: &Fill, kind: &Kind, field: FieldId, actor: &Actor, at: Moment) -> Option<Value> {
        let calendar = self.setting.policy.calendars.default();
        match fill {
            Fill::Value(value) => Some(value.clone()),
            Fill::Actor => Some(Value::Text(actor.person.to_string())),
            // Outside the days that the calendar knows the date stays empty, as a deadline would be unknown there.
            Fill::Span(span) => {
                let due = calendar.add(at, *span, crate::calendar::Roll::Stay).ok()?;
                Some(match kind.field(field).ty {
                    Type::Date => Value::Date(calendar.zone().date(due - chrono::TimeDelta::seconds(1))),
                    _ => Value::Time(due),
                })
            }
        }
    }
}

/// A single value where the field is a list of such.
fn in_shape(value: Value, ty: &Type) -> Value {
    match (ty, &value) {
        (Type::List(_), Value::List(_)) => value,
        (Type::List(_), _) => Value::List(vec![value]),
        _ => value,
    }
}
