//! Taking steps: the one way in which a record changes. Everything that a rule book demands of a step is checked here, and
//! what it opens and advances follows here; nothing is read from disk and nothing is written.

mod actor;
mod advance;
mod append;
mod asks;
mod authority;
mod awaited;
mod barred;
mod before;
mod change;
mod climb;
mod compared;
mod create;
mod deadlines;
mod doings;
mod duties;
mod edit;
mod entitled;
mod fallen;
mod guarded;
mod held;
mod histories;
mod hours;
mod import;
mod invariants;
mod letter;
mod limits;
mod linked;
mod lookup;
mod marks;
mod noticed;
mod numbers;
mod opens;
mod operation;
mod options;
mod others;
mod overdue;
mod pending;
mod pressed;
mod questionnaire;
mod refusal;
mod rolled;
mod sound;
mod sources;
mod standings;
mod time;
mod total;

#[cfg(test)]
mod tests;

pub use crate::wording::{Held, Party};
pub use actor::{Actor, Hand};
pub(crate) use append::untrue;
pub use awaited::{Awaited, awaited};
pub use change::Change;
pub use compared::{Misplaced, misplaced};
pub use deadlines::{calendar_of, deadlines, deadlines_shown, deadlines_unheld};
pub use duties::{Duty, Whose, duties};
pub use fallen::unfallen;
pub use held::holder;
pub use histories::{Bearing, Shown, bearing, shown_by};
pub use import::Arrival;
pub use invariants::disagreeing;
pub use letter::Letters;
pub use linked::{forms, repeated, stands};
pub use lookup::{Ids, Lookup};
pub use marks::untold;
pub use noticed::{Addressee, Noticed, noticed, occasion};
pub use operation::{Operation, Request, Setting, Staffing};
pub use options::{StepChoice, may_begin, options};
pub use refusal::{Lacking, Named, Over, Refusal, Unauthorised, Unentitled, Unfit, Unfulfilled, Waits, Whom};
pub use rolled::{At, behind, linked_to, rolled};
pub use sound::lacking_lines;
pub use standings::{Running, Standing, Standings};
pub use time::{ahead_of, backward, looks_ahead, noted_later, passed};

/// How far a clock may run behind the last event's before that is not skew but a slip.
pub const SKEW: chrono::TimeDelta = chrono::TimeDelta::minutes(5);
/// How many records one step may open and advance in a chain.
const DEEPEST: usize = 8;
