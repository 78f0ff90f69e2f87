//! The property that the index rests on.
