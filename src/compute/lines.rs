//! Counts the lines of a list, and those in which a certain field has a value, such as an answer.

use super::Computation;
use super::bind::{Bindings, Given, Input, Viewing, Within, bind, lines, outputs};
use crate::record::{FieldId, Fields, Type, Value};

/// The lines of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lines {
    /// How many there are.
    pub(super) count: u64,
    /// How many have the field.
    pub(super) filled: u64,
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    list: FieldId,
    field: FieldId,
}

/// A field of any type is allowed: only whether it has a value matters.
const ANY: &[&str] = &[
    "text",
    "count",
    "decimal",
    "money",
    "date",
    "day",
    "time",
    "bool",
    "choice",
    "list",
    "person",
    "role",
    "department",
    "phone",
    "email",
    "ref",
    "file",
];

pub(super) const COMPUTATION: Computation = Computation {
    name: "lines",
    inputs: &[Input { name: "filled", within: Within::Lines('l'), types: ANY, required: true }],
    outputs: outputs::<Bound>,
    bind: bind::<Bound>,
};

impl Viewing for Bound {
    type View = Lines;

    const GIVES: &'static [Given<Lines>] = &[
        // a list without lines gives no count
        Given("count", Type::Count, |view| (view.count > 0).then_some(Value::Count(view.count))),
        Given("filled", Type::Count, |view| (view.count > 0).then_some(Value::Count(view.filled))),
        Given("any", Type::Bool, |view| Some(Value::Bool(view.filled > 0))),
        Given("all", Type::Bool, |view| Some(Value::Bool(view.count > 0 && view.filled == view.count))),
    ];

    fn bound(bindings: &Bindings) -> Option<Self> {
        Some(Bound { list: bindings.list("filled")?, field: bindings.of_line("filled")? })
    }

    fn view(&self, fields: &Fields) -> Lines {
        let mut found = Lines { count: 0, filled: 0 };
        for line in lines(fields, self.list) {
            found.count += 1;
            found.filled += u64::from(line.get(self.field).is_some_and(|value| !value.is_empty()));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{Bound, Lines};
    use crate::compute::bind::Viewing;
    use crate::record::{FieldId, Fields, Value};

    #[test]
    fn what_is_filled_in_is_counted_line_by_line() {
        let [list, field] = [FieldId(0), FieldId(1)];
        for (filled, count, some) in [(&[][..], 0, 0), (&[false], 1, 0), (&[true, false], 2, 1), (&[true, true], 2, 2)]
        {
            let line = |filled: &bool| {
                let mut line = Fields::new();
                if *filled {
                    line.set(field, Value::Text("x".into()));
                }
                Value::Group(line)
            };
            let mut fields = Fields::new();
            fields.set(list, Value::List(filled.iter().map(line).collect()));
            assert_eq!(Bound { list, field }.view(&fields), Lines { count, filled: some }, "{filled:?}");
        }
    }
}
