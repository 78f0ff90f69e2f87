//! Replay of history: every commit is held against the rules, the staff and the records of its parent. What a step demands is not
//! said here again: recorded events are taken once more through `lifecycle`, and what comes out must be what is recorded.
//!
//! Nothing here knows git: [`Auditor`] is handed commits as values, in an order in which parents come first, and gives
//! [`Finding`]s. Walking the repository is `book`'s, printing is `render`'s.

mod auditor;
mod commit;
mod delta;
mod finding;
mod listed;
mod past;
mod recorded;
mod replay;
mod report;
pub mod rules;
mod said;
mod tracks;

pub use auditor::Auditor;
pub use commit::{Blob, Commit, FileChange, Rulebook, Source, Undone};
pub use delta::{Delta, Fate};
pub use finding::{Finding, Severity};
pub use past::Past;
pub use report::report;
pub use said::{Said, SaidStep, TRAILER};
