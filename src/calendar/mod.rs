//! Working time: windows, holidays, spans, runs of deadlines, expressions of time. No record and no policy.

/// An instant, to the second, with the offset that it is shown in.
pub type Moment = chrono::DateTime<chrono::FixedOffset>;
