//! Random walks through rule books: small random ones, and the manufacturer's whole procedure.

mod book;
mod procedure;
mod rulebook;
#[cfg(unix)]
mod sharing;
