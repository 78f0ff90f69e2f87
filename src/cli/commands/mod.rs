//! The commands: one file each, named as typed. A command parses, calls the core and renders. It holds no business
//! rule.

pub mod advance;
pub mod assign;
pub mod attach;
pub mod audit;
pub mod batch;
pub mod calendar;
pub mod clone;
pub mod commit;
pub mod completions;
pub mod demo;
pub mod doctor;
pub mod due;
pub mod edit;
pub mod explain;
pub mod find;
pub mod help;
pub mod import;
pub mod init;
pub mod list;
pub mod log;
pub mod merge_driver;
pub mod new;
pub mod plan;
pub mod policy;
pub mod print;
pub mod query;
pub mod remind;
pub mod report;
pub mod show;
pub mod status;
pub mod sync;
pub mod undo;
pub mod validate;
pub mod work;
