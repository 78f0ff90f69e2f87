//! How many elements a list has, such as the departments that a complaint concerns.

use super::Computation;
use super::bind::{Bindings, Given, Input, Viewing, Within, bind, outputs};
use crate::record::{FieldId, Fields, Type, Value};

/// The number of elements of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Elements(u64);

#[derive(Debug, Clone, Copy)]
struct Bound(FieldId);

pub(super) const COMPUTATION: Computation = Computation {
    name: "elements",
    inputs: &[Input { name: "of", within: Within::Record, types: &["list"], required: true }],
    outputs: outputs::<Bound>,
    bind: bind::<Bound>,
};

impl Viewing for Bound {
    type View = Elements;

    const GIVES: &'static [Given<Elements>] = &[Given("count", Type::Count, |view| Some(Value::Count(view.0)))];

    fn bound(bindings: &Bindings) -> Option<Self> {
        bindings.own("of").map(Bound)
    }

    fn view(&self, fields: &Fields) -> Elements {
        let elements = fields.get(self.0).map(Value::elements).unwrap_or_default();
        Elements(elements.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Elements};
    use crate::compute::bind::Viewing;
    use crate::record::{FieldId, Fields, Value};

    #[test]
    fn elements_are_counted() {
        let mut fields = Fields::new();
        assert_eq!(Bound(FieldId(0)).view(&fields), Elements(0));
        fields.set(FieldId(0), Value::List(vec![Value::Text("a".into()), Value::Text("b".into())]));
        assert_eq!(Bound(FieldId(0)).view(&fields), Elements(2));
    }
}
