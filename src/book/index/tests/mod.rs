//! The property that the index rests on: whatever happens to book and file, it gives the answer that a look at every
//! record gives.

mod oracle;
mod property;
mod query;
mod together;
mod world;
