//! Reports: the neutral model that every table and figure of the tool is written in.
//!
//! How a report looks is `render`'s affair; a report is a pure function to the model.

pub mod model;
