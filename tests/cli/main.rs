//! What people and scripts see: standard output, standard error and exit code together. Each area has a file.
//! `sandbox` makes the book and runs the program.

mod agency;
mod agenda;
mod assign;
mod at_fault;
mod attach;
mod audit;
mod batch;
mod begun;
mod calendar;
mod callbacks;
mod case_forms;
mod cases;
mod chromium;
mod clients;
mod clocks;
#[cfg(unix)]
mod clone;
#[cfg(unix)]
mod clones;
mod closing;
mod complete;
mod damaged;
mod decisions;
mod demo;
mod departments;
#[cfg(unix)]
mod doctor_repository;
mod documented;
mod dry_run;
mod due;
mod duplicates;
mod edited;
mod example;
mod false_merge;
mod finding;
mod frame;
#[cfg(unix)]
mod full_disk;
mod gather;
#[cfg(unix)]
mod given_twice;
#[cfg(unix)]
mod gone;
mod hand;
mod help;
mod import;
mod imports;
mod invariants;
mod kept_back;
mod kept_runs;
mod language;
mod lists;
#[cfg(unix)]
mod locks;
mod loss;
mod manufacturer;
mod measures;
mod merging;
mod money;
#[cfg(unix)]
mod needed;
mod new_kind;
mod next;
#[cfg(unix)]
mod notices;
#[cfg(unix)]
mod odd_history;
mod overruled;
mod overtaken;
mod owed;
mod own_reports;
mod own_rules;
mod pages;
mod paper;
mod parts;
mod payer;
mod plan;
mod policy;
mod print;
mod private;
mod procedure;
mod property;
mod reaching;
mod real_clock;
mod remind;
mod renaming;
mod report;
#[cfg(unix)]
mod repository;
mod rights;
mod rollups;
mod rules;
mod sandbox;
mod screens;
mod service_desk;
mod settled;
mod shares;
mod shells;
#[cfg(target_os = "linux")]
mod staff;
#[cfg(unix)]
mod sync;
mod templates;
mod terminal;
mod terminals;
mod together;
mod told;
mod undo;
mod unknown;
mod unsound;
mod unwritable;
mod upgrade;
mod usage;
mod validate;
mod vip_sales;
mod void;
mod waiting;
mod words;
mod work;
mod workbooks;
mod written_over;
