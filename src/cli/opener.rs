//! Opens a file in the program that the desktop has for it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::context::Context;
use crate::label;
use crate::locale::messages::FormText;

/// The programs that open files, by system. The first one that exists and takes the file is used.
#[cfg(target_os = "macos")]
const OPENERS: &[&[&str]] = &[&["open"]];
#[cfg(windows)]
const OPENERS: &[&[&str]] = &[&["cmd", "/c", "start", ""]];
#[cfg(not(any(target_os = "macos", windows)))]
const OPENERS: &[&[&str]] = &[&["xdg-open"], &["wslview"], &["gio", "open"]];

/// A program that still runs after this time has taken the file.
const TAKEN: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(20);

/// Opens a file. Returns whether a program took it. If none did, a warning says where the file lies.
pub(super) fn open(context: &mut Context, file: &Path) -> bool {
    let file = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let opened = is_taken(&file);
    if !opened {
        context.out.warn("not-opened", label!(FormText::NotOpened, file = file.display()));
    }
    opened
}

fn is_taken(file: &Path) -> bool {
    OPENERS.iter().any(|words| {
        let Some((program, rest)) = words.split_first() else { return false };
        let mut command = Command::new(program);
        // its messages about a missing display help nobody: we say where the file lies
        command.args(rest).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let Ok(mut child) = command.spawn() else { return false };
        let begun = Instant::now();
        while begun.elapsed() < TAKEN {
            match child.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) => std::thread::sleep(LOOK),
                Err(_) => return false,
            }
        }
        true
    })
}
