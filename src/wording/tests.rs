//! What words come to, held against a small rule book.
