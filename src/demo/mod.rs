//! Invented books: the stories of demonstration books, and pseudo-random numbers. This module knows neither the
//! commands that take the steps nor where the book is.

mod bulk;
mod random;
mod shares;
mod story;
mod values;

pub use bulk::{Case, Client, case, client, day_at, moment};
pub use random::Random;
pub use shares::Shares;
pub use story::{Line, Story, StoryError};
pub use values::{Values, Wanted};
