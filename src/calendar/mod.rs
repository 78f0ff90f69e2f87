//! Working time: calendars, spans, runs of deadlines, expressions of time, periods.
//!
//! There are no records and no clock: `now` is always an argument.

mod by_hand;
#[allow(clippy::module_inception)]
mod calendar;
mod civil;
mod counting;
mod course;
mod due;
pub mod expression;
mod ics;
mod ledger;
mod load;
#[cfg(test)]
mod oracle;
mod outside;
mod period;
mod promised;
mod run;
mod runs;
mod shift;
mod span;
mod window;
pub mod words;
mod year;
mod zone;

pub use calendar::{Calendar, Dates, DayKind, Era};
pub use civil::{CivilDays, Said};
pub use due::Roll;
pub use expression::{Direction, ExpressionError, Understood};
pub use ics::lines_of_events;
pub use ledger::{Entry, Why, ledger};
pub use load::{Calendars, ReadFile};
pub use outside::Outside;
pub use period::{Every, Period, PeriodError};
pub use run::{Due, End, Extension, Laid, MarkKind, Outcome, Pause, PauseKind, Reopen, Run, Target, TimedMark};
pub use runs::runs;
pub use shift::Shift;
pub use span::{Measure, Span, SpanError, Unit, Waiting, Within};
pub use window::{Window, WindowError};
pub use zone::{UnknownZone, Zone};

/// An instant with the offset with which it was written, in whole seconds.
pub type Moment = chrono::DateTime<chrono::FixedOffset>;
