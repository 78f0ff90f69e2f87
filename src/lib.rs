//! `redress` keeps a company's customer service records as YAML files in a git repository, the *book*.
//!
//! The modules form layers that import only downwards. `ARCHITECTURE.md` has the table, and `tests/layers.rs` checks
//! it.

pub mod audit;
pub mod book;
pub mod bounds;
pub mod calendar;
pub mod check;
pub mod cli;
pub mod compute;
pub mod demo;
pub mod entry;
pub mod filter;
pub mod form;
pub mod gather;
pub mod kind;
pub mod lifecycle;
pub mod locale;
pub mod model;
pub mod money;
pub mod place;
pub mod planning;
pub mod policy;
pub mod record;
pub mod render;
pub mod report;
pub mod unite;
pub mod wording;
