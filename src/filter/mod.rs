//! The filter language: `class=open amount=5000.. client.city=杭州 not tag=test overdue`. One language for lists, callback
//! selection, conditions of steps, deadlines and authority (docs/filters.md).
//!
//! A text is read into an [`Expr`], which is bound to a kind as a [`Filter`]. The filter is evaluated on a record in
//! memory, or as SQL over the index, with the same answer. The caller says which records are overdue, and which are
//! the reader's.
//!
//! A name at the start of a path means the first of these that fits:
//! 1. a field of the kind, unless its name is reserved ([`is_reserved`]; policies refuse such fields);
//! 2. `id`, `kind`, `state`, `class`, `opened` (the first event), `changed` (the last event), `closed` (when the
//!    record entered its present closed state), `by` (who opened it);
//! 3. a milestone of the kind: the last time that the record entered one of its states. `milestone.NAME` always means the
//!    milestone: `closed=2026-10` is about the end of the record, `milestone.closed=2026-10` about what reports count;
//! 4. a computed value or a rollup of the kind; a yes-or-no value may stand alone like a flag, also in rules;
//! 5. a condition that the kind names (`[conditions.NAME]`), which stands alone: `urgent`, `client.important`;
//! 6. the singular of a list: `tag` for `tags`;
//! 7. the label of a field, computed value, state or word of the program, in any language;
//! 8. `holder`: who holds a running deadline or, if none runs, the next step. The answer depends on the moment, so
//!    rules do not know this word, nor flags. It is only known for the record itself, not for records that it refers
//!    to.

mod bind;
pub mod columns;
mod domain;
mod either;
mod error;
mod eval;
mod guess;
mod merged;
mod name;
mod operand;
mod paired;
mod rollup;
mod rollup_sql;
mod scan;
mod scope;
mod show;
mod sql;
mod syntax;
mod terms;
mod typed;

pub use error::{At, FilterError};
pub use eval::{Alone, Resolver, Unanswered};
pub(crate) use eval::{closing, entering};
pub use merged::{Merged, ahead, standing, survivor};
pub use name::{HOLDER, is_holder, is_own, is_reserved, is_taken, own_label, own_name};
pub use paired::Reached;
pub(crate) use rollup::{Alike, Join, Take, Through, What, When};
pub use rollup::{Rollup, alike_key, alike_name, span_start};
pub use scan::{parse, parse_words};
pub use scope::{Scope, Shapes, Wanted};
pub use sql::{Fragment, Index};
pub use syntax::{Comparison, Expr, Flag, Literal, MAX_LENGTH, Op, Operand, Term};
pub(crate) use typed::{Classes, Handle, Merging};
pub use typed::{Filter, Holds, Named};

#[cfg(test)]
mod agree;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod random;
#[cfg(test)]
mod random_pools;
#[cfg(test)]
mod tests;
