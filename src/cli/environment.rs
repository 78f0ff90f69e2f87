//! The environment of the process: variables, terminals, the clock. Only this module reads them, and `context`
//! decides what they mean.

use std::ffi::OsString;
use std::io::IsTerminal;

use chrono::{DateTime, Utc};

use crate::book::repo::Environment;

/// Columns of a terminal that does not report them.
const COLUMNS: usize = 80;
/// Rows of a terminal that does not report them.
const ROWS: usize = 24;

/// Where standard input and outputs lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terminal {
    /// Whether standard input is a terminal: somebody types.
    pub input: bool,
    /// Whether standard output is a terminal: somebody reads.
    pub output: bool,
    /// Whether standard error is a terminal: questions and progress are seen.
    pub error: bool,
    /// Columns of the terminal. `None` if standard output is not a terminal.
    pub width: Option<usize>,
    /// Its rows.
    pub height: usize,
}

impl Terminal {
    /// Asks the system.
    pub(super) fn ask() -> Self {
        let output = std::io::stdout().is_terminal();
        Terminal {
            input: std::io::stdin().is_terminal(),
            output,
            error: std::io::stderr().is_terminal(),
            width: output.then(|| size().0),
            height: size().1,
        }
    }
}

/// Columns and rows of the terminal that standard output is.
#[cfg(unix)]
fn size() -> (usize, usize) {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    let said = |count: Option<u16>, usual| count.filter(|count| *count > 0).map_or(usual, usize::from);
    (said(size.map(|size| size.ws_col), COLUMNS), said(size.map(|size| size.ws_row), ROWS))
}

#[cfg(not(unix))]
fn size() -> (usize, usize) {
    (COLUMNS, ROWS)
}

/// What distinguishes this build of the program from every other: its version, and the path, length and modification
/// time of its file. `None` if the system does not say.
fn program() -> Option<String> {
    let file = std::env::current_exe().ok()?;
    let meta = std::fs::metadata(&file).ok()?;
    let written = meta.modified().ok()?;
    Some(format!("{} {} {} {written:?}", env!("CARGO_PKG_VERSION"), file.display(), meta.len()))
}

/// The environment in which a repository is opened.
pub(super) fn of_repository() -> Environment {
    Environment { program: program(), ..Environment::read(variable) }
}

/// A name of this terminal that no other terminal has, not even a later one on the same device: the device and the
/// moment in which its rights were set. `None` if nobody types.
///
/// The number of the session would do the same, but a process cannot see it if the session began outside its
/// namespace.
#[cfg(unix)]
pub(super) fn terminal_id() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let device = rustix::termios::ttyname(std::io::stdin(), Vec::new()).ok()?.into_string().ok()?;
    let made = std::fs::metadata(&device).ok()?;
    let device: String = device.trim_start_matches("/dev/").chars().map(plain).collect();
    Some(format!("{device}-{}-{}", made.ctime(), made.ctime_nsec()))
}

#[cfg(not(unix))]
pub(super) fn terminal_id() -> Option<String> {
    std::io::stdin().is_terminal().then(|| "console".to_owned())
}

#[cfg(unix)]
fn plain(c: char) -> char {
    if c.is_ascii_alphanumeric() { c } else { '-' }
}

/// An environment variable; an empty one counts as unset.
#[allow(clippy::disallowed_methods)] // the one place that reads the environment
pub(super) fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// An environment variable whose empty value means something.
#[allow(clippy::disallowed_methods)] // the one place that reads the environment
pub(super) fn variable_even_empty(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The time on the machine's clock.
#[allow(clippy::disallowed_methods)] // the one place that reads the clock
pub(super) fn clock() -> DateTime<Utc> {
    Utc::now()
}

/// Where this program lies, to be named in a configuration.
pub(super) fn place_of_program() -> std::path::PathBuf {
    std::env::current_exe().unwrap_or_else(|_| "redress".into())
}
