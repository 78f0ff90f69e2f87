//! Records that are made in the same command because another record names them: `client.+name=…` makes the client.

use super::context::Context;
use super::doubles;
use super::entries;
use super::failure::Failure;
use super::naming::{self, Names};
use super::session::{self, Session};
use crate::book::{View, Writing};
use crate::entry::Assignment;
use crate::kind::{Ask, Kind};
use crate::label;
use crate::lifecycle::{Actor, Request};
use crate::locale::messages::FindText as Text;
use crate::locale::text::half_width;
use crate::policy::Policy;
use crate::record::{FieldId, Fields, Id, Shape, Type, Value};

/// A record to be made.
struct Beside {
    /// Its kind.
    kind: String,
    /// The field that names it, as it was typed: `client`, `lines.0.item`.
    path: Vec<String>,
    /// Its own fields.
    assignments: Vec<Assignment>,
}

/// The records that the assignments of a command make in addition.
#[derive(Default)]
pub struct Besides(Vec<Beside>);

impl Besides {
    /// Takes the assignments `REF.+FIELD=VALUE` out of these. At a terminal it asks for what such a record still
    /// needs.
    ///
    /// # Errors
    /// If the field names no record, or has another value too.
    pub fn take(
        context: &Context,
        session: &Session,
        view: &View<'_>,
        kind: &Kind,
        assignments: &mut Vec<Assignment>,
    ) -> Result<Self, Failure> {
        let mut found = Besides::default();
        let (made, others): (Vec<_>, Vec<_>) =
            assignments.drain(..).partition(|assignment| place(assignment).is_some());
        *assignments = others;
        for assignment in made {
            let Some(at) = place(&assignment) else { continue };
            let path = named(&kind.shape, &assignment.path[..at]);
            let field = path.join(".");
            let kinds = referred(&kind.shape, &path);
            let of = match kinds.as_deref() {
                Some([one]) => one.clone(),
                Some(_) => return Err(Failure::usage("no-kind", label!(Text::MadeOfOneKind, field = field))),
                None => return Err(Failure::usage("no-reference", label!(Text::NoReference, field = field))),
            };
            if assignments.iter().any(|other| named(&kind.shape, &other.path) == path) {
                return Err(Failure::usage("given-twice", label!(Text::MadeAndNamed, field = field)));
            }
            let mut own = assignment.clone();
            own.path = assignment.path[at..].to_vec();
            own.path[0] = own.path[0].trim_start_matches('+').to_owned();
            match found.0.iter_mut().find(|beside| beside.path == path) {
                Some(beside) => beside.assignments.push(own),
                None => found.0.push(Beside { kind: of, path, assignments: vec![own] }),
            }
        }
        if context.may_ask() {
            for beside in &mut found.0 {
                let kind = session::kind(view.policy(), &beside.kind)?;
                let wanted = entries::wanted(kind, &beside.assignments, None);
                let asks: Vec<&Ask> = kind.first_step().asks.iter().collect();
                entries::ask(context, session, view, kind, (&wanted, &asks), None, &mut beside.assignments)?;
                entries::settle(context, session, view, kind, &Fields::new(), &mut beside.assignments)?;
            }
        }
        Ok(found)
    }

    /// Makes the records and puts their ids into the fields that name them.
    ///
    /// # Errors
    /// If a record is refused.
    pub fn make(
        &self,
        context: &Context,
        writing: &mut Writing<'_>,
        names: &Names<'_>,
        actor: &Actor,
        (kind, fields): (&Kind, &mut Fields),
        sure: bool,
    ) -> Result<(), Failure> {
        let policy: &Policy = writing.view.policy();
        for beside in &self.0 {
            let of = session::kind(policy, &beside.kind)?;
            let own = naming::read_assignments(names, of, &Fields::new(), &beside.assignments, None)?;
            doubles::refuse(context, (writing.view, &writing.operation), of, &own, sure)?;
            let mut request = Request::new(of.first_step().name.as_str(), actor.clone());
            request.set = naming::difference(of, &Fields::new(), &own);
            let made = writing.operation.create(of.name(), None, &request);
            let id = made.map_err(|refusal| session::refused(&refusal, policy))?;
            put(&kind.shape, fields, &beside.path, &id);
        }
        Ok(())
    }
}

/// Where the fields of the new record begin in the path of an assignment.
fn place(assignment: &Assignment) -> Option<usize> {
    assignment.path.iter().position(|part| part.len() > 1 && part.starts_with('+')).filter(|at| *at > 0)
}

/// A path by the names of its fields. They may have been typed as labels.
fn named(shape: &Shape, path: &[String]) -> Vec<String> {
    let mut shape = Some(shape);
    let mut found = Vec::new();
    for part in path {
        match shape.and_then(|shape| shape.find(part)) {
            Some((_, field)) => {
                found.push(field.name.clone());
                shape = if let Type::Group(inner) = field.ty.element() { Some(inner) } else { None };
            }
            None => found.push(part.clone()),
        }
    }
    found
}

/// The kinds that the field at a path may name. `None` if the field names no record.
fn referred(shape: &Shape, path: &[String]) -> Option<Vec<String>> {
    let mut shape = Some(shape);
    let mut last = None;
    for part in path {
        if part == "+" || part.parse::<usize>().is_ok() {
            continue;
        }
        let (_, field) = shape?.find(part)?;
        last = Some(&field.ty);
        shape = if let Type::Group(inner) = field.ty.element() { Some(inner) } else { None };
    }
    match last?.element() {
        Type::Ref(kinds) => Some(kinds.clone()),
        _ => None,
    }
}

/// Puts an id into the field at a path. In a list `+` means the last line if that line has no such field yet,
/// otherwise a new line.
fn put(shape: &Shape, fields: &mut Fields, path: &[String], id: &Id) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some((field, declared)) = shape.find(first) else { return };
    let old = fields.get(field).cloned();
    fields.set(field, within(&declared.ty, old, rest, id));
}

fn within(ty: &Type, old: Option<Value>, rest: &[String], id: &Id) -> Value {
    match (ty, rest) {
        (Type::List(element), rest) => {
            let mut values = if let Some(Value::List(values)) = old { values } else { Vec::new() };
            let (at, rest) = match rest.split_first() {
                Some((at, rest)) => (at.parse::<usize>().ok(), rest),
                None => (None, rest),
            };
            let lacks = |value: &Value| match (value, element.as_ref(), rest.first()) {
                (Value::Group(line), Type::Group(shape), Some(part)) => {
                    shape.find(part).is_some_and(|(part, _)| line.get(part).is_none())
                }
                _ => false,
            };
            let at = at.or_else(|| values.len().checked_sub(1).filter(|last| lacks(&values[*last])));
            match at.filter(|at| *at < values.len()) {
                Some(at) => values[at] = within(element, Some(values[at].clone()), rest, id),
                None => values.push(within(element, None, rest, id)),
            }
            Value::List(values)
        }
        (Type::Group(shape), rest) if !rest.is_empty() => {
            let mut fields = if let Some(Value::Group(fields)) = old { fields } else { Fields::new() };
            put(shape, &mut fields, rest, id);
            Value::Group(fields)
        }
        _ => Value::Ref(id.clone()),
    }
}

/// The assignment that would make the record which a reference does not find: `client.+name=…`. `None` if the field
/// may name records of several kinds, or if records of that kind have no title of their own.
pub fn making(policy: &Policy, kind: &Kind, assignment: &Assignment) -> Option<(String, Assignment)> {
    // a row of a list and the last record name something that exists
    let typed = half_width(assignment.value.trim());
    if typed == "@" || typed.is_empty() || typed.len() < 4 && typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let path = named(&kind.shape, &assignment.path);
    let kinds = referred(&kind.shape, &path)?;
    let [one] = kinds.as_slice() else { return None };
    let of = policy.kind(one)?;
    // a case is registered by a command of its own
    let title: FieldId = of.title.filter(|_| !of.identified_by.is_empty())?;
    let title = &of.field(title).name;
    let mut made = assignment.clone();
    made.path = path;
    made.path.push(format!("+{title}"));
    made.typed = format!("{}={}", made.path.join("."), assignment.value);
    Some((of.name().to_owned(), made))
}
