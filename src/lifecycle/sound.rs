//! Whether the fields of a record are valid in the book: references, people, required and retired fields.

use super::{Lookup, Refusal, Setting, Unfit};
use crate::kind::Kind;
use crate::place::toml::nearest;
use crate::record::{Fields, Id, Shape, Type, Value};

/// What is wrong with fields that are about to be written. Only differences from `before` are checked, so that people
/// can still work on an old record whose reference has become invalid.
pub(super) fn check(
    kind: &Kind,
    id: Option<&Id>,
    before: &Fields,
    after: &Fields,
    setting: &Setting<'_>,
    lookup: &dyn Lookup,
) -> Result<(), Refusal> {
    let empty = |field: &crate::record::FieldId| after.get(*field).is_none_or(Value::is_empty);
    let required = kind.shape.handles().filter(|(_, field)| field.required && !field.retired);
    let lacking = required.filter(|(handle, _)| empty(handle) && (id.is_none() || before.get(*handle).is_some()));
    let lacking: Vec<String> = lacking.map(|(_, field)| field.name.clone()).collect();
    if !lacking.is_empty() {
        return Err(Refusal::Unfit(Unfit::Required { id: id.cloned(), kind: kind.name().to_owned(), fields: lacking }));
    }
    if let Some(refusal) = too_many(kind, before, after).next() {
        return Err(refusal);
    }
    let check = Check { kind: kind.name(), setting, lookup };
    for (handle, value) in after.iter() {
        let old = before.get(handle);
        if old == Some(value) {
            continue;
        }
        let field = kind.field(handle);
        if field.retired {
            return Err(Refusal::Unfit(Unfit::Retired { kind: kind.name().to_owned(), field: field.name.clone() }));
        }
        check.value(&field.ty, value, old, &field.name)?;
    }
    Ok(())
}

struct Check<'c> {
    kind: &'c str,
    setting: &'c Setting<'c>,
    lookup: &'c dyn Lookup,
}

impl Check<'_> {
    fn value(&self, ty: &Type, value: &Value, old: Option<&Value>, field: &str) -> Result<(), Refusal> {
        let kind = || self.kind.to_owned();
        match (ty, value) {
            (Type::List(element), Value::List(values)) => {
                let old = old.map(Value::elements).unwrap_or_default();
                let new = values.iter().enumerate().filter(|(_, value)| !old.contains(value));
                new.into_iter().try_for_each(|(i, value)| self.value(element, value, None, &format!("{field}.{i}")))
            }
            (Type::Group(shape), Value::Group(fields)) => self.group(shape, fields, field),
            (Type::Ref(kinds), Value::Ref(to)) => {
                let found = self.lookup.record(to)?;
                let fits = found.is_some_and(|record| kinds.is_empty() || kinds.contains(&record.kind));
                let bad = || {
                    Refusal::Unfit(Unfit::BadReference {
                        kind: kind(),
                        field: field.to_owned(),
                        to: to.clone(),
                        kinds: kinds.clone(),
                    })
                };
                fits.then_some(()).ok_or_else(bad)
            }
            (Type::Person, Value::Text(person)) => {
                let known = match person.parse::<Id>() {
                    Ok(id) => self.setting.people.get(&id).is_some() || self.lookup.record(&id)?.is_some(),
                    Err(_) => false,
                };
                let bad = || {
                    Refusal::Unfit(Unfit::NoPerson { kind: kind(), field: field.to_owned(), person: person.clone() })
                };
                known.then_some(()).ok_or_else(bad)
            }
            (Type::Role, Value::Text(role)) => {
                let roles = &self.setting.policy.roles;
                match roles.get(role) {
                    _ if roles.is_empty() => Ok(()),
                    Some(known) if known.retired => {
                        Err(Refusal::Unfit(Unfit::Retired { kind: kind(), field: format!("{field}={role}") }))
                    }
                    Some(_) => Ok(()),
                    None => {
                        let near = nearest(role, roles.iter().map(|role| role.name.as_str())).map(str::to_owned);
                        Err(Refusal::Unfit(Unfit::NoRole {
                            kind: kind(),
                            field: field.to_owned(),
                            role: role.clone(),
                            near,
                        }))
                    }
                }
            }
            (Type::Department, Value::Text(name)) => {
                let departments = &self.setting.policy.departments;
                match departments.get(name) {
                    _ if departments.is_empty() => Ok(()),
                    Some(known) if known.retired => {
                        Err(Refusal::Unfit(Unfit::Retired { kind: kind(), field: format!("{field}={name}") }))
                    }
                    Some(_) => Ok(()),
                    None => {
                        let (field, department) = (field.to_owned(), name.clone());
                        let near = nearest(name, departments.iter().map(|known| known.name.as_str()));
                        let near = near.map(str::to_owned);
                        Err(Refusal::Unfit(Unfit::NoDepartment { kind: kind(), field, department, near }))
                    }
                }
            }
            (Type::Choice(choices), Value::Text(name)) => {
                let retired = choices.iter().any(|choice| choice.name == *name && choice.retired);
                let bad = || Refusal::Unfit(Unfit::Retired { kind: kind(), field: format!("{field}={name}") });
                (!retired).then_some(()).ok_or_else(bad)
            }
            _ => Ok(()),
        }
    }

    fn group(&self, shape: &Shape, fields: &Fields, path: &str) -> Result<(), Refusal> {
        whole(self.kind, shape, fields, path)?;
        fields.iter().try_for_each(|(id, value)| {
            let field = shape.field(id);
            self.value(&field.ty, value, None, &format!("{path}.{}", field.name))
        })
    }
}

/// The lists that have more lines than allowed, and more than before.
fn too_many(kind: &Kind, before: &Fields, after: &Fields) -> impl Iterator<Item = Refusal> {
    let lines = |fields: &Fields, field| fields.get(field).map_or(0, |value| value.elements().len() as u64);
    kind.most_lines.iter().filter_map(move |bound| {
        let (was, are) = (lines(before, bound.field), lines(after, bound.field));
        (are > bound.most && are > was).then(|| {
            Refusal::Unfit(Unfit::TooMany {
                kind: kind.name().to_owned(),
                field: kind.field(bound.field).name.clone(),
                are,
                most: bound.most,
                place: bound.place.clone(),
            })
        })
    })
}

/// What is wrong with changed lists: too many lines, or lines without a required field. Each with its key and the
/// refusal.
pub fn lacking_lines(kind: &Kind, before: &Fields, after: &Fields) -> Vec<(String, Refusal)> {
    let named = |refusal: Refusal| match &refusal {
        Refusal::Unfit(Unfit::TooMany { field, .. }) => (field.clone(), refusal),
        _ => (String::new(), refusal),
    };
    let mut found: Vec<(String, Refusal)> = too_many(kind, before, after).map(named).collect();
    for (handle, value) in after.iter() {
        let field = kind.field(handle);
        let (Type::List(_), Type::Group(shape)) = (&field.ty, field.ty.element()) else { continue };
        let old = before.get(handle).map(Value::elements).unwrap_or_default();
        for (at, line) in value.elements().iter().enumerate().filter(|(_, line)| !old.contains(line)) {
            let Value::Group(fields) = line else { continue };
            let key = format!("{}.{at}", field.name);
            found.extend(whole(kind.name(), shape, fields, &key).err().map(|refusal| (key, refusal)));
        }
    }
    found
}

/// Checks that a line of a list, or a group, has its required fields.
fn whole(kind: &str, shape: &Shape, fields: &Fields, path: &str) -> Result<(), Refusal> {
    let lacking = shape.handles().filter(|(id, field)| field.required && fields.get(*id).is_none());
    let lacking: Vec<String> = lacking.map(|(_, field)| format!("{path}.{}", field.name)).collect();
    if !lacking.is_empty() {
        return Err(Refusal::Unfit(Unfit::Required { id: None, kind: kind.to_owned(), fields: lacking }));
    }
    if let Some((either, place)) = shape.either()
        && either.iter().all(|field| fields.get(*field).is_none_or(Value::is_empty))
    {
        return Err(Refusal::Unfit(Unfit::Neither {
            kind: kind.to_owned(),
            line: path.to_owned(),
            fields: either.iter().map(|field| shape.field(*field).name.clone()).collect(),
            place: place.clone(),
        }));
    }
    Ok(())
}
