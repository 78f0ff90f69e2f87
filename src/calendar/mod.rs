//! Working time: calendars, spans, runs of deadlines, expressions of time, periods.
//!
//! No records and no clock: `now` is always an argument.

#[allow(clippy::module_inception)]
mod calendar;
mod due;
mod ics;
mod load;
mod span;
mod window;
pub mod words;
mod year;
mod zone;

pub use calendar::{Calendar, Dates, DayKind, Outside};
pub use due::Roll;
pub use load::{Calendars, ReadFile};
pub use span::{Measure, Span, SpanError, Unit, Within};
pub use window::{Window, WindowError};
pub use zone::{UnknownZone, Zone};

/// An instant with the offset that it was written with, to the second.
pub type Moment = chrono::DateTime<chrono::FixedOffset>;
