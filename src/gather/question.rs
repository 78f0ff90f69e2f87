//! Questions of the program's own: filters built from values, bound to a kind of the book.

use crate::book::View;
use crate::filter::{Expr, Filter, Scope, Unanswered};
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::StoredText;
use crate::record::Class;

/// The filter of terms, bound to a kind.
///
/// # Errors
/// The kind does not know what is asked, as where a field of its own is called so and holds something else: what is found then
/// would be no answer.
pub(super) fn bound(view: &View<'_>, kind: &Kind, terms: &Expr) -> Result<Filter, Unanswered> {
    let policy = view.policy();
    let scope = Scope::question(policy.settings.time_zone, policy.calendars.default(), view.now());
    terms.bind(kind.name(), policy, &scope).map_err(|error| {
        let (kind, asked) = (kind.name(), terms.to_string());
        Unanswered(label!(StoredText::Unbound, kind = kind, asked = asked; why = &error.message))
    })
}

/// What is not closed, as the classes that there are beside: they are found by their index, where `!=` looks at every record.
pub(super) fn unclosed() -> Expr {
    let others = Class::ALL.into_iter().filter(|class| *class != Class::Closed);
    Expr::every().is("class", others.map(Class::name))
}
