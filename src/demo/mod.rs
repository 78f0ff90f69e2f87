//! Invented books: the stories that a demonstration book is told by, and numbers that only look random. Which commands take the
//! steps, and where the book lies, is not here.

mod bulk;
mod random;
mod story;

pub use bulk::{Case, Client, case, client, day_at, moment};
pub use random::Random;
pub use story::{Line, Story, StoryError};
