//! Money that needs more than one record: the loss of a case, who bears it, what a salesperson's bonus loses, and
//! what a month deducts. Values that follow from one record alone belong to `compute`. The rules are in
//! `policy/sharing.toml` and `policy/deductions.toml`.
//!
//! * Amounts are divided by largest remainder; of equal remainders the first gets the cent.
//! * Superiors follow `reports-to`, beginning at the person's lowest role. At each level it is the holder in the
//!   person's own department, else the only holder. If there is neither, the level is skipped.
//! * A case is shared by the policy under which it was opened, and by the staff of the day on which it was signed
//!   off.
//! * The limit of a month is that of today's policy.
//! * A sanction is charged on the day on which it is applied, and paid back if it is waived later.

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
