//! Replay of history: every commit is checked against the rules, the staff and the records of its parent. The rules
//! of steps are not repeated here. Recorded events are taken once more through `lifecycle`, and the result must be
//! the recorded one.
//!
//! Nothing here knows git. [`Auditor`] gets commits as values, parents before children, and returns [`Finding`]s.
//! `book` walks the repository, and `render` prints.
//!
//! Older rule books could not declare `import`, and everybody could make edits that they did not declare. If the
//! book's format is 1 and no kind of the parent's policy declares `import`, undeclared imports and edits are accepted
//! (`Operation::again`). In a book of format 2 an import without a declared step is a finding (`no-import`). Lowering
//! the format is a finding, too (`format-lowered`). Commands that write always require the right, even under old rule
//! books.

mod alteration;
mod auditor;
mod commit;
mod delta;
mod difference;
mod finding;
mod flips;
mod leaves;
mod ledger;
mod listed;
mod past;
mod recorded;
mod replay;
mod report;
pub mod rules;
mod said;
mod scene;
mod tracks;

pub use alteration::{Alteration, Part, Window};
pub use auditor::{Act, Alternative, Auditor, Imported};
pub use commit::{
    Begun, Blob, Commit, FileChange, Joining, Judging, Rulebook, Rulebooks, Source, Undone, claimed, clock_after,
};
pub use delta::{Delta, Fate};
pub use finding::{Finding, Severity};
pub use ledger::Ledger;
pub use past::Past;
pub use report::{FINDINGS, Looked, Result, report, scope};
pub use said::{Said, SaidStep, Subject, TRAILER, harmless, is_whole_id};
pub use scene::Scene;
