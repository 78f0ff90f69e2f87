//! What a shape had before. Older rules name fields, choices and states that have left the kind since, because no
//! record used them. The rules are read against today's shape with these beside it.

use std::sync::LazyLock;

use super::{Choice, Field, FieldId, Shape, State, Type};
use crate::locale::Label;
use crate::place::Place;

impl Shape {
    /// This shape with the fields, choices and states that a former one had and this one lacks. Handles of this shape stay as they
    /// are. States that the former one did not have are retired in it: none of its steps leads there.
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

/// Adds to a type what a former one of the same sort had.
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

/// What stands for a field that older rules name and today's kind has no longer: no record has a value of it.
pub(super) static GONE: LazyLock<Field> = LazyLock::new(|| Field {
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
