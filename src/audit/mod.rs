//! Replay of history: every commit is held against the rules, the staff and the records of its parent. What a step
//! demands is not said here again: recorded events are taken once more through `lifecycle`, and the result must be what
//! is recorded.
//!
//! Nothing here knows git: [`Auditor`] is handed commits as values, in an order in which parents come first, and gives
//! [`Finding`]s. Walking the repository is `book`'s, printing is `render`'s.
//!
//! Older rule books could not declare `import`, and an edit that they did not declare was anybody's. If the book's format is 1 and
//! no kind of the parent's policy declares `import`, undeclared imports and edits are let pass (`Operation::again`). In a book of
//! format 2 an import that no step declares is a finding (`no-import`). Lowering the format is a finding of its own
//! (`format-lowered`). Writing commands always ask for the right, under old rule books too.

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
mod scene;
mod tracks;

pub use auditor::Auditor;
pub use commit::{Blob, Commit, FileChange, Judging, Rulebook, Source, Undone};
pub use delta::{Delta, Fate};
pub use finding::{Finding, Severity};
pub use past::Past;
pub use report::report;
pub use said::{Said, SaidStep, TRAILER};
pub use scene::Scene;
