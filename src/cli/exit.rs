//! Exit codes, exactly those that scripts rely on (docs/json.md).

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Exit {
    /// Done, also when a list is empty.
    #[default]
    Done,
    /// Findings, or the rules refuse what was asked for.
    Refused,
    /// The command is written wrongly, or something that it needs is missing.
    Usage,
    /// A named record, kind or report does not exist, or a list is empty with `--fail-empty`.
    Missing,
    /// The book or git could not be read or written.
    Unreadable,
    /// The user broke it off.
    Interrupted,
}

impl Exit {
    /// The number that the process ends with.
    pub const fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Refused => 1,
            Exit::Usage => 2,
            Exit::Missing => 3,
            Exit::Unreadable => 4,
            Exit::Interrupted => 130,
        }
    }
}
