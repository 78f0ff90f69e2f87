//! Money that needs more than one record: what a case has lost, who bears what of it, what a salesperson's bonus loses,
//! what a month deducts. What follows from one record alone is `compute`'s. The rules stand in `policy/sharing.toml`
//! and `policy/deductions.toml`.
//!
//! Shares are by largest remainder, and of equal remainders the first gets the cent. Superiors follow `reports-to` from
//! the lowest role of the person: at each level it is the holder of the person's department, else the only holder;
//! otherwise the level is passed over. A case is shared by the policy under which it was opened and the staff of the
//! day on which it was signed off. The bound of a month is today's policy's. A sanction is charged on the day on which
//! it is applied, and paid back if it is waived after that.

mod attribution;
mod deductions;
mod loss;
mod recovery;
mod shares;

pub use attribution::{Attribution, Borne, Capacity, attribute};
pub use deductions::{Charge, Month, bound, carry, wage_bound};
pub use loss::{Complaint, LossPart, losses, sums};
pub use recovery::{Affected, affected};
pub use shares::split;
