//! Reports as data: one TOML file for each report, in the folder `reports/` of the book, as of the commit that is
//! read.
//!
//! [`read`] turns a file into a [`Plan`] that is bound to the rule book, and notes every mistake with file, line and
//! key. A [`Maker`] makes the neutral model from a plan and a source of records. Nothing here knows a kind or a field
//! by name.

mod behind;
mod belongs;
mod column;
mod figure;
mod figure_plan;
mod library;
mod list;
mod make;
mod members;
mod plan;
mod read;
mod show;
pub(super) mod stats;
mod table;
mod told;
mod trial;
mod units;

pub use behind::Unknown;
pub(super) use column::{MILESTONE, reached};
pub use library::{Library, Listed, Standing};
pub use make::Maker;
pub use plan::{Head, Plan};
pub(super) use read::choose;
pub use read::{ENDING, FOLDER};
pub(super) use show::period_of;

/// The section of all figures.
const FIGURES: &str = "figures";
/// The section that compares the figures with earlier periods.
const COMPARISON: &str = "comparison";
/// The section that says how records belong to the period.
const SETS: &str = "sets";

#[cfg(test)]
mod tests;
