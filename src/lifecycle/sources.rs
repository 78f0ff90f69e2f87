//! The values of sources: what a step writes into fields by rule, and what it passes to the records that it opens.

use std::borrow::Cow;

use rust_decimal::{Decimal, RoundingStrategy};

use super::entitled::Case;
use super::{Actor, Hand, Lookup, Operation, Refusal, Request, Unfit};
use crate::calendar::{Moment, Shift, Span};
use crate::filter::{Scope, Unanswered};
use crate::kind::{Fill, Kind, Lines, Source, Step, Which};
use crate::record::{FieldId, Fields, Id, Record, Type, Value};

/// The record from which sources take their values.
pub(super) struct From<'f> {
    /// Its id. `None` while the record is being made.
    pub(super) id: Option<&'f Id>,
    pub(super) kind: &'f Kind,
    pub(super) fields: &'f Fields,
    /// The line of a list for which a record is opened.
    pub(super) line: Option<&'f Fields>,
    pub(super) actor: &'f Actor,
    /// The note of the step.
    pub(super) note: Option<&'f str>,
    pub(super) at: Moment,
}

impl Operation<'_> {
    /// Sets the fields that a step fills in by itself: those that are empty and not in the request. Seals and guards
    /// do not prevent it, because the rule book does it.
    pub(super) fn set_by_rule(
        &self,
        step: &Step,
        kind: &Kind,
        request: &Request,
        at: Moment,
        id: Option<&Id>,
        fields: &mut Fields,
    ) -> Result<(), Refusal> {
        for (field, source) in &step.sets {
            if let Some(doings) = source.doings() {
                let from =
                    From { id, kind, fields, line: None, actor: &request.actor, note: request.note.as_deref(), at };
                // what a person did is always written down by the program, whatever is given; a replay finds it in
                // the step itself
                if let Some(done) = self.doings(doings, &from, &kind.field(*field).ty)? {
                    if done.is_empty() { fields.clear(*field) } else { fields.set(*field, Value::List(done)) }
                }
                continue;
            }
            let given = request.set.iter().any(|(given, _)| given == field);
            let stands = fields.get(*field).is_some_and(|value| !value.is_empty());
            if given || stands && !source.renews(*field) {
                continue;
            }
            let ty = &kind.field(*field).ty;
            let from = From { id, kind, fields, line: None, actor: &request.actor, note: request.note.as_deref(), at };
            if let Some(value) = self.value(source, &from, ty)? {
                fields.set(*field, in_shape(value, ty));
            }
        }
        for (field, changed) in self.listed_by_rule(step, kind, request, at, id, fields)? {
            if request.set.iter().all(|(given, _)| *given != field) {
                fields.set(field, changed);
            }
        }
        Ok(())
    }

    /// The lists to which a step adds a line or from which it removes a value, with their new values.
    fn listed_by_rule(
        &self,
        step: &Step,
        kind: &Kind,
        request: &Request,
        at: Moment,
        id: Option<&Id>,
        fields: &Fields,
    ) -> Result<Vec<(FieldId, Value)>, Refusal> {
        let from = From { id, kind, fields, line: None, actor: &request.actor, note: request.note.as_deref(), at };
        let stands = |field: FieldId| fields.get(field).map(Value::elements).unwrap_or_default().to_vec();
        let mut found = Vec::new();
        for (field, with) in &step.adds {
            let Type::Group(shape) = kind.field(*field).ty.element() else { continue };
            let mut line = Fields::new();
            for (inner, source) in with {
                let ty = &shape.field(*inner).ty;
                let value = self.value(source, &from, ty)?;
                value.into_iter().for_each(|value| line.set(*inner, in_shape(value, ty)));
            }
            let mut lines = stands(*field);
            lines.push(Value::Group(line));
            found.push((*field, Value::List(lines)));
        }
        for (field, source) in &step.drops {
            let Some(gone) = self.value(source, &from, kind.field(*field).ty.element())? else { continue };
            let mut left = stands(*field);
            left.retain(|value| *value != gone);
            found.push((*field, Value::List(left)));
        }
        Ok(found)
    }

    /// The records of a kind that a filter finds, as values for a list of this type.
    fn every(&self, kind: &str, which: &Which, from: &From<'_>, ty: &Type) -> Result<Option<Value>, Refusal> {
        let text = match which {
            Which::Text(text) => text.clone(),
            Which::Field(field) => from.fields.get(*field).and_then(Value::stored).unwrap_or_default(),
        };
        let policy = self.setting.policy;
        let scope = Scope::rule(policy.settings.time_zone);
        let voids: Vec<&str> = policy.kind(kind).into_iter().flat_map(|kind| kind.shape.voids()).collect();
        let read = crate::filter::parse(&text).and_then(|terms| {
            let terms = if voids.is_empty() { terms } else { terms.is_not("state", voids) };
            terms.bind(kind, policy, &scope)
        });
        let filter = match (read, which) {
            (Ok(filter), _) => filter,
            (Err(error), Which::Field(field)) => {
                let (kind, field) = (from.kind.name().to_owned(), from.kind.field(*field).name.clone());
                return Err(Refusal::Unfit(Unfit::NoFilter { kind, field, text, why: error.message }));
            }
            (Err(error), Which::Text(_)) => return Err(Unanswered(error.message).into()),
        };
        let Some(found) = self.pending.every(&filter)? else { return Ok(None) };
        let value = |id: Id| if id.is_person() { Value::Text(id.to_string()) } else { Value::Ref(id) };
        let found = Value::List(found.into_iter().map(value).collect());
        Ok(matches!(ty, Type::List(_)).then_some(found))
    }

    /// The fields to which a request gives exactly the value that the step would set by itself, or that rise with it.
    /// The record does not say who set such a value, and it does not matter: nobody counts as the writer.
    pub(super) fn by_rule(
        &self,
        step: &Step,
        kind: &Kind,
        request: &Request,
        at: Moment,
        before: Option<&Record>,
        after: &Fields,
    ) -> Result<Vec<FieldId>, Refusal> {
        let from = From {
            id: before.map(|record| &record.id),
            kind,
            fields: after,
            line: None,
            actor: &request.actor,
            note: request.note.as_deref(),
            at,
        };
        let mut found: Vec<FieldId> = step.climbs.iter().map(|climb| climb.field).collect();
        for (field, source) in &step.sets {
            let was = before.and_then(|record| record.get(*field)).filter(|value| !value.is_empty());
            let renews = source.renews(*field);
            let asked = was.is_none() || renews || step.clears.contains(field);
            let Some(given) = after.get(*field).filter(|_| asked) else { continue };
            let ty = &kind.field(*field).ty;
            // a source that moves its own field uses the field's earlier value
            let mut fields = Cow::Borrowed(after);
            if renews {
                match was {
                    Some(was) => fields.to_mut().set(*field, was.clone()),
                    None => fields.to_mut().clear(*field),
                }
            }
            let from = From { fields: &fields, ..from };
            if self.value(source, &from, ty)?.is_some_and(|value| in_shape(value, ty) == *given) {
                found.push(*field);
            }
        }
        let stood = before.map(|record| &record.fields);
        let nothing = Fields::new();
        let id = before.map(|record| &record.id);
        for (field, listed) in self.listed_by_rule(step, kind, request, at, id, stood.unwrap_or(&nothing))? {
            if after.get(field).map(Value::elements).unwrap_or_default() == listed.elements() {
                found.push(field);
            }
        }
        Ok(found)
    }

    /// The value of a source, for a field of this type.
    pub(super) fn value(&self, source: &Source, from: &From<'_>, ty: &Type) -> Result<Option<Value>, Refusal> {
        let value = match source {
            Source::Id => from.id.cloned().map(Value::Ref),
            Source::Field(field) => from.fields.get(*field).cloned(),
            Source::Line(field) => from.line.and_then(|line| line.get(*field)).cloned(),
            Source::Within(list, field) => {
                let lines = from.fields.get(*list).map(Value::elements).unwrap_or_default().iter();
                let mut groups = lines.filter_map(|line| if let Value::Group(line) = line { Some(line) } else { None });
                groups.find_map(|line| line.get(*field)).cloned()
            }
            Source::Head(field) => from.fields.get(*field).and_then(Value::as_text).and_then(|department| {
                let (people, day) = (self.setting.people, self.setting.day());
                let heads = self.setting.policy.departments.heads(department, people, day);
                heads.first().map(|head| Value::Text(head.id.to_string()))
            }),
            Source::Computed(name) => {
                let computed = from.kind.shape.computed().iter().find(|computed| computed.name == *name);
                computed.and_then(|computed| computed.value(from.fields))
            }
            Source::Beyond(field, kinds) => self.beyond(*field, kinds, from, ty)?,
            Source::Sum { list, of, only } => from.fields.get(*list).and_then(|list| sum(list, *of, only.as_ref())),
            Source::Divided(amount, by) => {
                let [amount, by] = [self.value(amount, from, ty)?, self.value(by, from, ty)?];
                amount.zip(by).and_then(|(amount, by)| divided(&amount, &by))
            }
            Source::Lines { through, each, lines, with, required } => {
                let Type::Group(shape) = ty.element() else { return Ok(None) };
                let other = through.map_or(Ok(None), |field| self.other(field, from.fields))?;
                let lists = match (through, &other) {
                    (None, _) => from.fields,
                    (Some(_), Some(other)) => &other.fields,
                    (Some(_), None) => return Ok(None),
                };
                let mut made = Vec::new();
                for line in chosen(*each, lines.as_ref(), lists, from.line) {
                    let mut fields = Fields::new();
                    for (field, source) in with {
                        let ty = &shape.field(*field).ty;
                        let value = self.value(source, &From { line, ..*from }, ty)?;
                        value.into_iter().for_each(|value| fields.set(*field, in_shape(value, ty)));
                    }
                    let whole = required.iter().all(|field| fields.get(*field).is_some());
                    made.extend(whole.then_some(Value::Group(fields)));
                }
                Some(Value::List(made))
            }
            Source::Every { kind, which } => self.every(kind, which, from, ty)?,
            Source::Doings(doings) => self.doings(doings, from, ty)?.map(Value::List),
            Source::Authority(named) => self.level(&named.value, from)?.map(Value::Text),
            Source::Ahead(number, unit) => match self.value(number, from, &Type::Count)? {
                Some(Value::Count(count)) => {
                    u32::try_from(count).ok().and_then(|count| self.after(Span { count, unit: *unit }, ty, from))
                }
                _ => None,
            },
            Source::Extreme { of, latest } => self.extreme(of, *latest, from, ty)?,
            Source::Shifted(of, shift) => {
                let value = self.value(of, from, ty)?;
                value.and_then(|value| self.shifted(&value, *shift, ty))
            }
            Source::Fill(fill) => self.fill(fill, ty, from),
            Source::First(all) => {
                for source in all {
                    if let Some(value) = self.value(source, from, ty)? {
                        return Ok(Some(value));
                    }
                }
                None
            }
        };
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// The latest of dates or times, if each has a value, or the earliest of those that have one.
    fn extreme(&self, of: &[Source], latest: bool, from: &From<'_>, ty: &Type) -> Result<Option<Value>, Refusal> {
        let mut found: Vec<(Moment, Value)> = Vec::new();
        for source in of {
            let value = self.value(source, from, ty)?.and_then(|value| self.dated(&value, ty));
            let Some(value) = value else {
                if latest {
                    return Ok(None);
                }
                continue;
            };
            found.extend(self.moment_of(&value).map(|at| (at, value)));
        }
        let by = |(at, _): &(Moment, Value)| *at;
        let found = if latest { found.into_iter().max_by_key(by) } else { found.into_iter().min_by_key(by) };
        Ok(found.map(|(_, value)| value))
    }

    /// The beginning of a date, or the moment of a time.
    fn moment_of(&self, value: &Value) -> Option<Moment> {
        match value {
            Value::Date(date) => Some(self.setting.policy.calendars.default().zone().start_of_day(*date)),
            Value::Time(at) => Some(*at),
            _ => None,
        }
    }

    /// A date or time in the type of a field: of a time its day, of a date the end of its working time.
    fn dated(&self, value: &Value, ty: &Type) -> Option<Value> {
        let calendar = self.setting.policy.calendars.default();
        Some(match (value, ty) {
            (Value::Time(at), Type::Date) => Value::Date(calendar.zone().date(*at)),
            (Value::Date(date), Type::Time) => {
                Value::Time(calendar.end_of_work(*date).unwrap_or_else(|| calendar.end_of_date(*date)))
            }
            (Value::Date(_) | Value::Time(_), _) => value.clone(),
            _ => return None,
        })
    }

    /// A date or time, moved later or earlier by a span. `None` outside the days that the calendar knows.
    fn shifted(&self, value: &Value, shift: Shift, ty: &Type) -> Option<Value> {
        let calendar = self.setting.policy.calendars.default();
        let value = self.dated(value, ty)?;
        if shift.is_civil() {
            return Some(match value {
                Value::Date(date) => Value::Date(shift.date(date)?),
                Value::Time(at) => Value::Time(shift.moment(at, calendar.zone())?),
                _ => return None,
            });
        }
        let due = calendar.proposed(self.moment_of(&value)?, shift.span).ok()?;
        Some(match ty {
            Type::Date => Value::Date(calendar.zone().date(due - chrono::TimeDelta::seconds(1))),
            _ => Value::Time(due),
        })
    }

    /// The lowest level that may decide on the record with its present values.
    fn level(&self, named: &str, from: &From<'_>) -> Result<Option<String>, Refusal> {
        let Some(id) = from.id else { return Ok(None) };
        let record = Record { fields: from.fields.clone(), ..self.record(id)? };
        let case =
            Case { kind: from.kind, step: from.kind.first_step(), record: Some(&record), fields: &record.fields };
        Ok(case.level(named, &self.setting, &self.pending, &record)?.map(|row| row.role))
    }

    /// The value of a source in the record that a field refers to.
    fn beyond(
        &self,
        field: FieldId,
        kinds: &[(String, Source)],
        from: &From<'_>,
        ty: &Type,
    ) -> Result<Option<Value>, Refusal> {
        let Some(Value::Ref(id)) = from.fields.get(field) else { return Ok(None) };
        let by = |record: &Record| self.setting.policy.merged_by(record);
        let Some(other) = crate::filter::survivor(id, &by, &self.pending)? else { return Ok(None) };
        let Some((name, source)) = kinds.iter().find(|(kind, _)| *kind == other.kind) else { return Ok(None) };
        let kind = self.kind(name)?;
        self.value(source, &From { id: Some(&other.id), kind, fields: &other.fields, ..*from }, ty)
    }

    fn fill(&self, fill: &Fill, ty: &Type, from: &From<'_>) -> Option<Value> {
        match fill {
            Fill::Value(value) => Some(value.clone()),
            Fill::Actor => Some(Value::Text(from.actor.person.to_string())),
            Fill::Department => self.department(from),
            Fill::Note => from.note.map(|note| Value::Text(note.to_owned())),
            Fill::Span(span) => self.after(*span, ty, from),
        }
    }

    /// The department for which the actor takes the step: the first department of the actor, or of the people whose
    /// deputy the actor is, that the record names. If it names none of them, it is the actor's own.
    fn department(&self, from: &From<'_>) -> Option<Value> {
        let day = from.at.date_naive();
        let hands = Hand::all(self.setting.people, &from.actor.person, day);
        let all: Vec<&str> = hands.iter().filter_map(|(_, person)| person.department.as_deref()).collect();
        let named = |own: &&&str| {
            let of = |field: &FieldId| matches!(from.kind.field(*field).ty.element(), Type::Department);
            let fields = from.fields.iter().filter(|(field, _)| of(field));
            fields.flat_map(|(_, value)| value.elements()).any(|value| value.as_text() == Some(**own))
        };
        let own = all.iter().find(named).or_else(|| all.first())?;
        Some(Value::Text((*own).to_owned()))
    }

    /// A time after the step. In years whose holidays are not laid down yet it counts their weekdays, since a step that
    /// opens a task with this end must not be refused for that. Outside the days of a calendar with an end of its own
    /// it is `None`.
    fn after(&self, span: Span, ty: &Type, from: &From<'_>) -> Option<Value> {
        let calendar = self.setting.policy.calendars.default();
        let due = calendar.proposed(from.at, span).ok()?;
        Some(match ty {
            Type::Date => Value::Date(calendar.zone().date(due - chrono::TimeDelta::seconds(1))),
            _ => Value::Time(due),
        })
    }
}

/// One number divided by another, rounded down. `None` if the divisor is zero.
fn divided(amount: &Value, by: &Value) -> Option<Value> {
    let (amount, decimals) = match amount {
        Value::Money(amount) => (*amount, 2),
        Value::Decimal(amount) => (*amount, 6),
        _ => return None,
    };
    let by = match by {
        Value::Money(by) | Value::Decimal(by) => *by,
        Value::Count(by) => Decimal::from(*by),
        _ => return None,
    };
    let mut quotient = amount.checked_div(by)?.round_dp_with_strategy(decimals, RoundingStrategy::ToZero);
    Some(match decimals {
        2 => {
            quotient.rescale(2);
            Value::Money(quotient)
        }
        _ => Value::Decimal(quotient.normalize()),
    })
}

/// The sum over the lines of a list whose choice counts. `None` if no line counts, or none has a number.
fn sum(list: &Value, of: FieldId, only: Option<&(FieldId, Vec<String>)>) -> Option<Value> {
    let lines = list.elements().iter().filter_map(|line| if let Value::Group(line) = line { Some(line) } else { None });
    let counts = |line: &&Fields| {
        only.is_none_or(|(field, names)| {
            line.get(*field).and_then(Value::as_text).is_some_and(|name| names.iter().any(|known| known == name))
        })
    };
    lines.filter(counts).filter_map(|line| line.get(of)).cloned().reduce(|sum, value| match (&sum, &value) {
        (Value::Money(a), Value::Money(b)) => Value::Money(a.saturating_add(*b)),
        (Value::Decimal(a), Value::Decimal(b)) => Value::Decimal(a.saturating_add(*b)),
        (Value::Count(a), Value::Count(b)) => Value::Count(a.saturating_add(*b)),
        _ => sum,
    })
}

/// Turns a single value into a list, if the field is a list.
pub(super) fn in_shape(value: Value, ty: &Type) -> Value {
    match (ty, &value) {
        (Type::List(_), Value::List(_)) => value,
        (Type::List(_), _) => Value::List(vec![value]),
        _ => value,
    }
}

/// The lines of a list that are meant. If no list is given, it is the present line.
pub(super) fn chosen<'f>(
    each: Option<FieldId>,
    meant: Option<&Lines>,
    fields: &'f Fields,
    at_hand: Option<&'f Fields>,
) -> Vec<Option<&'f Fields>> {
    let Some(each) = each else { return vec![at_hand] };
    let lines = fields.get(each).map(Value::elements).unwrap_or_default().iter();
    let groups = lines.filter_map(|line| if let Value::Group(line) = line { Some(line) } else { None });
    groups.filter(|line| meant.is_none_or(|meant| meant.hold(line))).map(Some).collect()
}
