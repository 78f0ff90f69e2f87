//! Money that needs more than one record: what a case has lost, who bears what of it, what a salesperson's bonus loses, what a
//! month deducts. What follows from one record alone is `compute`'s; the rules stand in `policy/sharing.toml` and
//! `policy/deductions.toml`.

mod attribution;
mod deductions;
mod loss;
mod recovery;
mod shares;

pub use attribution::{Attribution, Borne, Level, attribute};
pub use deductions::{Charge, Month, bound, carry, wage_bound};
pub use loss::{Complaint, Part, losses, sums};
pub use recovery::{Affected, affected};
pub use shares::split;
