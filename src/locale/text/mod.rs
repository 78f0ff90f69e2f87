//! Text for people: its width, its line breaks, what must not reach a terminal, and when two texts are the same.
//!
//! Nothing here knows a language, a record or a terminal.

mod escape;
mod fold;
mod simplified;
mod width;
mod wrap;

pub use escape::{is_hidden, one_line, visible, visible_lines};
pub use fold::{as_seen, fold, half_width};
pub use simplified::simplified;
pub use width::{pad_left, pad_right, truncate, truncate_middle, width};
pub use wrap::{longest_word, wrap};
