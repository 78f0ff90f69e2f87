//! Filters that the program itself asks, built term by term from values. No text is made and read again, so a value is never taken
//! for something else.

use std::fmt::Display;

use super::error::At;
use super::eval::Unanswered;
use super::scope::{Scope, Shapes};
use super::syntax::{Comparison, Expr, Literal, Op, Operand, Term};
use super::typed::Filter;
use crate::label;
use crate::locale::messages::StoredText;

impl Expr {
    /// The filter that every record fits. The other functions here add a term to it.
    pub fn every() -> Self {
        Expr::default()
    }

    /// One of these values is what `name` is.
    #[must_use]
    pub fn is<V: Display>(self, name: &str, any: impl IntoIterator<Item = V>) -> Self {
        self.compared(name, any.into_iter().map(value).collect(), false)
    }

    /// None of these values is what `name` is. What is absent fits.
    #[must_use]
    pub fn is_not<V: Display>(self, name: &str, none: impl IntoIterator<Item = V>) -> Self {
        self.compared(name, none.into_iter().map(value).collect(), true)
    }

    /// What `name` is lies between these, both included; open where an end is left out. A date that is an end of instants means
    /// the whole day.
    #[must_use]
    pub fn between<V: Display>(self, name: &str, from: Option<V>, until: Option<V>) -> Self {
        self.compared(name, vec![Operand::Range(from.map(literal), until.map(literal), At::default())], false)
    }

    /// There is nothing that `name` is.
    #[must_use]
    pub fn lacks(self, name: &str) -> Self {
        self.compared(name, vec![Operand::Range(None, None, At::default())], true)
    }

    /// There is something that `name` is.
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

    /// Adds a term. Nothing if there is nothing to compare with.
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
    /// The kind does not know what is asked, as where a field of its own is called so and holds something else: what is found then
    /// would be no answer.
    pub fn ask(&self, kind: &str, shapes: &dyn Shapes, scope: &Scope<'_>) -> Result<Filter, Unanswered> {
        self.bind(kind, shapes, scope).map_err(|error| {
            let asked = self.to_string();
            Unanswered(label!(StoredText::Unbound, kind = kind, asked = asked; why = &error.message))
        })
    }
}

impl Filter {
    /// A filter that records fit which fit both.
    #[must_use]
    pub fn and(mut self, other: &Filter) -> Self {
        self.conditions.extend(other.conditions.iter().cloned());
        self.canonical.terms.extend(other.canonical.terms.iter().cloned());
        self
    }
}

/// A value that is taken as it is.
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
