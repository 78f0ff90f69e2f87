//! What a shape had earlier. Older rules may use fields, choices and states that the kind has since dropped because
//! no record used them. Such rules are read against today's shape with the dropped parts added.

use std::sync::LazyLock;

use super::{Choice, Field, FieldId, Shape, State, Type};
use crate::locale::Label;
use crate::place::Place;

impl Shape {
    /// This shape, plus the fields, choices and states that only the former shape had. Handles of this shape stay the
    /// same. States that the former shape did not have are retired in the result, because none of its steps leads
    /// there.
    #[must_use]
    pub fn with_former(&self, former: &Shape) -> Shape {
        let mut shape = self.clone();
        for old in &former.fields {
            match shape.field_id(&old.name) {
                Some(id) => beside(&mut shape.fields[id.index()].ty, &old.ty),
                None => {
                    let Ok(index) = u16::try_from(shape.fields.len()) else { break };
                    shape.by_name.insert(old.name.clone(), FieldId(index));
                    shape.fields.push(Field { retired: true, required: false, ..old.clone() });
                }
            }
        }
        if !former.states.is_empty() {
            shape.states.iter_mut().for_each(|state| state.retired |= former.state(&state.name).is_none());
        }
        let gone: Vec<State> = former.states.iter().filter(|old| shape.state(&old.name).is_none()).cloned().collect();
        shape.states.extend(gone);
        shape
    }
}

impl Shape {
    /// This shape with the handles of another one of the same kind. Fields that only the other one has are added. No
    /// record must have them.
    #[must_use]
    pub fn with_handles_of(&self, known: &Shape) -> Shape {
        let own = |known: &Field| match self.field_id(&known.name).map(|id| self.field(id)) {
            Some(own) => Field { ty: own.ty.with_handles_of(&known.ty), ..own.clone() },
            None => Field { required: false, ..known.clone() },
        };
        let more = self.fields.iter().filter(|own| known.field_id(&own.name).is_none()).cloned();
        let fields = known.fields.iter().map(own).chain(more).collect();
        let shape = Shape::new(&self.name, fields, self.states.clone());
        match self.either() {
            Some((either, place)) => {
                let either = either.iter().filter_map(|id| shape.field_id(&self.field(*id).name)).collect();
                shape.having(either, place.clone())
            }
            None => shape,
        }
    }
}

impl Type {
    fn with_handles_of(&self, known: &Type) -> Type {
        match (self, known) {
            (Type::List(own), Type::List(known)) => Type::List(Box::new(own.with_handles_of(known))),
            (Type::Group(own), Type::Group(known)) => Type::Group(own.with_handles_of(known)),
            _ => self.clone(),
        }
    }
}

/// Adds to a type what a former type of the same sort had.
fn beside(ty: &mut Type, former: &Type) {
    match (ty, former) {
        (Type::List(own), Type::List(former)) => beside(own, former),
        (Type::Group(own), Type::Group(former)) => *own = own.with_former(former),
        (Type::Choice(own), Type::Choice(former)) => {
            let gone: Vec<Choice> =
                former.iter().filter(|old| own.iter().all(|choice| choice.name != old.name)).cloned().collect();
            own.extend(gone.into_iter().map(|choice| Choice { retired: true, ..choice }));
        }
        _ => {}
    }
}

/// The field that older rules get for a field that today's kind no longer has. No record has a value of it.
pub(in crate::record) static GONE: LazyLock<Field> = LazyLock::new(|| Field {
    name: String::new(),
    ty: Type::Text,
    label: Label::default(),
    also: Vec::new(),
    help: Label::default(),
    required: false,
    private: true,
    ahead: false,
    retired: true,
    place: Place::of_file(""),
});
