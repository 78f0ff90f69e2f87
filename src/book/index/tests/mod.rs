//! The index's main property: whatever happens to the book and the file, it gives the same answer as looking at every
//! record.

mod oracle;
mod packed;
mod property;
mod query;
mod together;
mod world;
