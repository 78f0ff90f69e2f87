//! The pager for output that is longer than the screen, chosen and started as git does it: `REDRESS_PAGER`,
//! `GIT_PAGER`, `core.pager`, `PAGER`, `less`.
//!
//! Commands that only read call `Context::page`. Their output is kept until they end, and shown then. Questions are
//! asked before, on standard error.

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::process::{Child, Command, Stdio};

use crate::book::repo::hold_interrupts;
use crate::locale::text::width;

/// The pager if nothing says otherwise.
const USUAL: &str = "less";
/// What pagers are told unless the user has told them: leave a page that fits, show colours, keep what was shown;
/// UTF-8.
const TOLD: [(&str, &str); 3] = [("LESS", "FRX"), ("LESSCHARSET", "utf-8"), ("LV", "-c")];
/// Characters that only a shell understands.
const OF_SHELL: &str = "|&;<>()$`\\\"'*?[#~=%\n";
/// The exit codes by which shells say that there is no such command.
const NOT_FOUND: [i32; 2] = [126, 127];

/// A screen, and the program that shows longer text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pager {
    command: String,
    rows: usize,
    columns: usize,
    unset: Vec<(&'static str, &'static str)>,
}

impl Pager {
    /// The pager for a screen of this many rows and columns. `configured` is `core.pager` of git's configuration.
    /// `variable` reads the environment, in which an empty value means no pager. `None` if the user wants none.
    pub(super) fn chosen(
        (rows, columns): (usize, usize),
        configured: Option<String>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Option<Self> {
        let named = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
        let own = named("REDRESS_PAGER").or_else(|| named("GIT_PAGER"));
        let command = own.or(configured).or_else(|| named("PAGER")).unwrap_or_else(|| USUAL.to_owned());
        let command = command.trim();
        let unset = TOLD.into_iter().filter(|(name, _)| variable(name).is_none()).collect();
        let wanted = !command.is_empty() && command != "cat";
        wanted.then(|| Pager { command: command.to_owned(), rows, columns, unset })
    }

    /// Whether the text needs more rows than the screen has. One row is left for the next prompt.
    pub(super) fn is_needed(&self, text: &[u8]) -> bool {
        let text = anstream::adapter::strip_bytes(text).into_vec();
        let text = String::from_utf8_lossy(&text);
        let taken = text.lines().map(|line| width(line).div_ceil(self.columns.max(1)).max(1));
        taken.sum::<usize>() >= self.rows
    }

    /// Shows the text and waits until the reader has seen enough. False if no pager could be started: the text was
    /// not shown.
    pub(super) fn show(&self, text: &[u8]) -> bool {
        // while the pager runs, an interrupt belongs to it
        let _held = hold_interrupts();
        let Ok(mut child) = self.start() else { return false };
        let written = child.stdin.take().map(|mut input| input.write_all(text));
        let ended = child.wait().ok().and_then(|status| status.code());
        let read = written.is_some_and(|written| written.is_ok());
        read || !ended.is_some_and(|code| NOT_FOUND.contains(&code))
    }

    fn start(&self) -> std::io::Result<Child> {
        let started = |mut command: Command| command.stdin(Stdio::piped()).envs(self.unset.iter().copied()).spawn();
        let words: Vec<&str> = self.command.split_whitespace().collect();
        let of_shell = || {
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(&self.command);
            started(shell)
        };
        match words.split_first() {
            Some((program, rest)) if !self.command.contains(|c| OF_SHELL.contains(c)) => {
                let mut command = Command::new(program);
                command.args(rest);
                match started(command) {
                    Err(error) if error.kind() != ErrorKind::NotFound => of_shell(),
                    started => started,
                }
            }
            _ => of_shell(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pager;

    fn chosen(configured: Option<&str>, environment: &[(&str, &str)]) -> Option<Pager> {
        let variable = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        };
        Pager::chosen((24, 80), configured.map(str::to_owned), &variable)
    }

    #[test]
    fn the_pager_is_chosen_as_git_chooses_it() {
        let all = [("REDRESS_PAGER", "own"), ("GIT_PAGER", "gits"), ("PAGER", "anybodys")];
        for (configured, environment, command) in [
            (None, &[][..], Some("less")),
            (Some("configured"), &all[..], Some("own")),
            (Some("configured"), &all[1..], Some("gits")),
            (Some("configured"), &all[2..], Some("configured")),
            (None, &all[2..], Some("anybodys")),
            (Some("configured"), &[("REDRESS_PAGER", "")], None),
            (None, &[("GIT_PAGER", "cat"), ("PAGER", "less")], None),
            (Some("cat"), &[("PAGER", "less")], None),
        ] {
            let found = chosen(configured, environment).map(|pager| pager.command);
            assert_eq!(found.as_deref(), command, "{configured:?} {environment:?}");
        }
    }

    #[test]
    fn pagers_are_told_what_the_user_has_not_told_them() {
        let told = chosen(None, &[("LESS", "S")]).expect("a pager").unset;
        assert_eq!(told, [("LESSCHARSET", "utf-8"), ("LV", "-c")]);
    }

    #[test]
    fn a_page_is_needed_where_lines_and_what_wraps_take_the_whole_screen() {
        let pager = chosen(None, &[]).expect("a pager");
        for (text, needed) in [
            ("一行\n".repeat(23), false),
            ("一行\n".repeat(24), true),
            ("投诉".repeat(20 * 23), false),
            ("投诉".repeat(20 * 23 + 1), true),
            (format!("\u{1b}[1m{}\u{1b}[0m\n", "a".repeat(80)).repeat(23), false),
        ] {
            assert_eq!(pager.is_needed(text.as_bytes()), needed, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_no_pager_shows_is_left_to_be_written() {
        let shown = |command: &str, text: &[u8]| chosen(Some(command), &[]).expect("a pager").show(text);
        let long = "x".repeat(1 << 20);
        assert!(shown("true", b"one\n"));
        assert!(shown("head -1 >/dev/null", long.as_bytes()), "a reader that goes away has seen enough");
        assert!(!shown("/no/such/pager", long.as_bytes()));
        assert!(!shown("no-such-pager; exit 127", long.as_bytes()));
    }
}
