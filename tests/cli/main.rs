//! What people and scripts see: standard output, standard error and exit code together. A file an area; `sandbox` makes the
//! book and runs the program.

mod at_fault;
mod attach;
mod audit;
mod batch;
mod calendar;
mod callbacks;
mod case_forms;
mod cases;
mod clocks;
mod closing;
mod complete;
mod decisions;
mod demo;
mod documented;
mod dry_run;
mod due;
mod duplicates;
mod edited;
mod example;
mod finding;
mod frame;
mod gather;
mod hand;
mod help;
mod import;
mod invariants;
mod lists;
mod manufacturer;
mod measures;
mod money;
mod new_kind;
mod next;
#[cfg(unix)]
mod notices;
mod owed;
mod own_reports;
mod own_rules;
mod paper;
mod plan;
mod policy;
mod print;
mod private;
mod procedure;
mod real_clock;
mod remind;
mod renaming;
mod report;
#[cfg(unix)]
mod repository;
mod rights;
mod rules;
mod sandbox;
mod screens;
mod shares;
mod shells;
#[cfg(target_os = "linux")]
mod staff;
mod terminal;
mod undo;
mod upgrade;
mod usage;
mod validate;
mod void;
mod waiting;
mod words;
