//! What the policy says falls into a period, and who does it when: pure functions of records, staff and calendar. Making the
//! records is not here.

mod callbacks;
mod deal;

pub use callbacks::{Plan, Planned, Question, Unplanned, callbacks, kinds};

#[cfg(test)]
mod tests;
