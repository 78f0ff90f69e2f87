//! Checks the words for values, people and records with a small rule book.
