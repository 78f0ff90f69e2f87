//! What rows of the index depend on besides the files of records: the fields of a kind with their types, its states,
//! and what its records are known by. Labels and rules are not included, so changing them makes no row stale.

use std::fmt::Write as _;

use super::Kind;
use crate::record::{FieldId, Shape, Type};

impl Kind {
    /// Everything in the kind that rows depend on, as a line of text that is only compared.
    pub(crate) fn rows_follow_from(&self) -> String {
        let shape = &self.shape;
        let mut text = format!("{} {} {}", shape.name, shape.prefix, shape.folder);
        fields(&mut text, shape);
        for state in shape.states() {
            let _ = write!(text, " {}={}", state.name, state.class.name());
        }
        for computed in shape.computed() {
            let _ = write!(text, " {}={}", computed.name, computed.rule);
        }
        for path in &self.known_by {
            let _ = write!(text, " {:?}", path.iter().map(|id: &FieldId| id.index()).collect::<Vec<_>>());
        }
        if let Some(numbering) = &self.numbering {
            let _ = write!(text, " running {numbering:?}");
        }
        for unique in &self.uniques {
            let _ = write!(text, " unique {}", unique.name());
        }
        if let Some(near) = &self.near {
            let _ = write!(text, " {}", near.follow_from());
        }
        text.push('\n');
        text
    }
}

fn fields(text: &mut String, shape: &Shape) {
    text.push_str(" {");
    for field in shape.fields() {
        let _ = write!(text, " {}{}:", field.name, if field.private { "*" } else { "" });
        ty(text, &field.ty);
    }
    text.push_str(" }");
}

fn ty(text: &mut String, of: &Type) {
    text.push_str(of.name());
    match of {
        Type::List(element) => ty(text, element),
        Type::Group(shape) => fields(text, shape),
        Type::Choice(choices) => {
            for choice in choices {
                let _ = write!(text, "|{}", choice.name);
            }
        }
        _ => {}
    }
}
