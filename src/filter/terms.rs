//! Filters that the program itself asks. They are built from values term by term, not from text that is read again,
//! so a value can never be misread.

use std::fmt::Display;

use super::error::At;
use super::eval::Unanswered;
use super::scope::{Scope, Shapes};
use super::syntax::{Comparison, Expr, Literal, Op, Operand, Term};
use super::typed::Filter;
use crate::label;
use crate::locale::messages::StoredText;

impl Expr {
    /// A filter that every record fits. The other functions here add terms to it.
    pub fn every() -> Self {
        Expr::default()
    }

    /// The value of `name` is one of these.
    #[must_use]
    pub fn is<V: Display>(self, name: &str, any: impl IntoIterator<Item = V>) -> Self {
        self.compared(name, any.into_iter().map(value).collect(), false)
    }

    /// The value of `name` is none of these. An absent value fits.
    #[must_use]
    pub fn is_not<V: Display>(self, name: &str, none: impl IntoIterator<Item = V>) -> Self {
        self.compared(name, none.into_iter().map(value).collect(), true)
    }

    /// The value of `name` lies in this range, both ends included; `None` is an open end. A date at an end of
    /// instants means the whole day.
    #[must_use]
    pub fn between<V: Display>(self, name: &str, from: Option<V>, until: Option<V>) -> Self {
        self.compared(name, vec![Operand::Range(from.map(literal), until.map(literal), At::default())], false)
    }

    /// `name` has no value.
    #[must_use]
    pub fn lacks(self, name: &str) -> Self {
        self.compared(name, vec![Operand::Range(None, None, At::default())], true)
    }

    /// `name` has a value.
    #[must_use]
    pub fn has(self, name: &str) -> Self {
        self.compared(name, vec![Operand::Range(None, None, At::default())], false)
    }

    /// Both filters.
    #[must_use]
    pub fn and(mut self, other: Expr) -> Self {
        self.terms.extend(other.terms);
        self
    }

    /// Adds a term. Adds nothing if there is no value to compare with.
    fn compared(mut self, name: &str, any: Vec<Operand>, negated: bool) -> Self {
        if !any.is_empty() {
            let path = name.split('.').map(str::to_owned).collect();
            self.terms.push(Term { negated, path, test: Some(Comparison { op: Op::Is, any }), at: At::default() });
        }
        self
    }
}

impl Expr {
    /// Binds a question of the program's own to a kind.
    ///
    /// # Errors
    /// If the kind does not know what is asked, for example because its own field has the name and holds something
    /// else. What would be found then is not an answer.
    pub fn ask(&self, kind: &str, shapes: &dyn Shapes, scope: &Scope<'_>) -> Result<Filter, Unanswered> {
        self.bind(kind, shapes, scope).map_err(|error| {
            let asked = self.to_string();
            Unanswered(label!(StoredText::Unbound, kind = kind, asked = asked; why = &error.message))
        })
    }
}

impl Filter {
    /// A filter that a record fits if it fits both.
    #[must_use]
    pub fn and(mut self, other: &Filter) -> Self {
        self.conditions.extend(other.conditions.iter().cloned());
        self.canonical.terms.extend(other.canonical.terms.iter().cloned());
        self
    }
}

/// A value that is used exactly as it is.
fn literal(value: impl Display) -> Literal {
    Literal { text: value.to_string(), quoted: true, at: At::default() }
}

fn value(value: impl Display) -> Operand {
    Operand::One(literal(value))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::World;
    use super::super::parse;
    use super::Expr;

    #[test]
    fn a_filter_of_values_is_the_one_of_the_same_text() {
        let world = World::new();
        for (built, text) in [
            (Expr::every().is("state", ["accepted", "decided"]), "state=accepted,decided"),
            (Expr::every().is_not("state", ["accepted"]), "state!=accepted"),
            (Expr::every().between("opened", Some("2026-10-01"), None), "opened=2026-10-01.."),
            (Expr::every().lacks("client"), "not client=.."),
            (Expr::every().is("content", [r#"a "b", c.. = d\e"#]), r#"content="a \"b\", c.. = d\\e""#),
        ] {
            let bound = built.bind("complaint", &world, &World::rule()).expect(text);
            let read = parse(text).and_then(|expr| expr.bind("complaint", &world, &World::rule())).expect(text);
            assert_eq!(bound, read, "{text}");
        }
    }
}
