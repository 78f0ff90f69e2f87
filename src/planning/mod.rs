//! What falls into a period by the policy, and who does it when. These are pure functions of records, staff and
//! calendar; commands make the records.

mod assign;
mod callbacks;
mod called;
mod deal;
mod draft;
mod grades;
mod holders;
mod issued;
mod notices;
mod occasions;
mod question;
mod recurring;
mod sanctions;
mod signs;

pub use assign::{Assigned, Assignments, Hands, assign, is_wanted};
pub use callbacks::{callbacks, kinds};
pub use deal::Why;
pub use draft::Draft;
pub use grades::{GradePlan, Graded, Grounds, grades};
pub use notices::{Due, DueLine, Pressing, notices, since};
pub use question::{Plan, Planned, Question, Unplanned};
pub use recurring::{DutyPlan, PlannedDuty, Recurrences, recurring, unplanned};
pub use sanctions::{Findings, Left, Proposal, Proposals, concerned_kinds, sanctions};
pub use signs::{SignPlan, Warned, Watch, signs};

#[cfg(test)]
mod tests;
