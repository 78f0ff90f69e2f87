//! Taking steps: the only way in which a record changes. This module checks everything that a rule book demands of a
//! step, and carries out what the step opens and advances. It reads and writes no disk.

mod acknowledge;
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
mod legal;
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
mod reserved;
mod rolled;
mod sound;
mod sources;
mod standings;
mod time;
mod total;

#[cfg(test)]
mod tests;

pub use crate::wording::{Held, Party};
pub use acknowledge::{informed, takers};
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
pub use legal::{Apart, Bench, Follow, only_corrects};
pub use letter::Letters;
pub use linked::{forms, is_sealed, repeated, stands};
pub use lookup::{Ids, Lookup};
pub use marks::untold;
pub use noticed::{Addressee, Noticed, noticed, occasion};
pub use operation::{Operation, Request, Setting, Staffing};
pub use options::{StepChoice, may_begin, options};
pub use refusal::{Lacking, Named, Over, Refusal, Unauthorised, Unentitled, Unfit, Unfulfilled, Waits, Whom};
pub use reserved::{bears, is_reserved};
pub use rolled::{At, behind, linked_to, rolled};
pub use sound::lacking_lines;
pub use standings::{Running, Standing, Standings};
pub use time::{ahead_of, backward, looks_ahead, noted_later, passed};

/// How much earlier than the last event's time a clock may be. A larger difference means a wrong clock.
pub const SKEW: chrono::TimeDelta = chrono::TimeDelta::minutes(5);
/// The longest chain of records that one step may open and advance.
const DEEPEST: usize = 8;
