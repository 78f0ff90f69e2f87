//! Reads roles in rules: alone, or in a department that the record names, such as `head@department` and
//! `officer@above:department`.

use super::reader::AllShapes;
use super::steps::Reader;
use super::{Post, Who};
use crate::label;
use crate::locale::messages::LoadText;
use crate::place::{Placed, Problem, Problems};
use crate::record::{Shape, Type};

/// The prefix after `@` if the departments above are meant.
const ABOVE: &str = "above:";

impl Reader<'_> {
    /// A role alone, or in a department of the record.
    pub(super) fn role(&self, named: &Placed<String>) -> Option<Who> {
        match is_post(&named.value) {
            true => post(named, self.shape, self.shapes, self.problems).map(Who::Post),
            false => {
                self.shapes.roles.check(named, self.problems);
                Some(Who::Role(named.value.clone()))
            }
        }
    }
}

/// Whether a text means a role in a department.
pub(crate) fn is_post(text: &str) -> bool {
    text.contains('@')
}

/// A role in a department that a field of the record names. Notes everything that is wrong with it.
pub(crate) fn post(named: &Placed<String>, shape: &Shape, shapes: &AllShapes, problems: &Problems) -> Option<Post> {
    let (role, of) = named.value.split_once('@')?;
    let (above, name) = of.strip_prefix(ABOVE).map_or((false, of), |name| (true, name));
    if role.is_empty() || name.is_empty() {
        let message = label!(LoadText::SaysNobody, text = named.value);
        problems.push(Problem::new(named.place.clone(), message).help(LoadText::WritePost));
        return None;
    }
    shapes.roles.check(&Placed { value: role.to_owned(), place: named.place.clone() }, problems);
    let path = super::shape::path(shape, name, &named.place, problems)?;
    let ty = match path.as_slice() {
        [field] => Some(&shape.field(*field).ty),
        [list, inner] => match shape.field(*list).ty.element() {
            Type::Group(lines) => Some(&lines.field(*inner).ty),
            _ => None,
        },
        _ => None,
    };
    if !ty.is_some_and(holds_departments) {
        let message = label!(LoadText::HoldsNoDepartment, name = name);
        problems.push(Problem::new(named.place.clone(), message).help(LoadText::WritePost));
        return None;
    }
    Some(Post { role: role.to_owned(), path, above })
}

/// Whether a field of this type holds departments, directly or in the lines of a list.
pub(super) fn holds_departments(ty: &Type) -> bool {
    match ty.element() {
        Type::Department => true,
        Type::Group(lines) => lines.fields().iter().any(|field| matches!(field.ty.element(), Type::Department)),
        _ => false,
    }
}
