//! The property that the index rests on: whatever happens to book and file, it answers as a look at every record would.

mod oracle;
mod property;
mod query;
mod together;
mod world;
