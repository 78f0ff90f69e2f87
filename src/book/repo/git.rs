//! Runs the `git` program for things that the library cannot do: hooks, signatures, rare forms of the index.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::error::RepoError;
use super::open::Repo;
use crate::locale::messages::RepoText;

/// Variables of the caller that would make our git use another repository.
const LEADING: &[&str] = &[
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_QUARANTINE_PATH",
    "GIT_LITERAL_PATHSPECS",
];

/// A git command in the repository: at the top of its working tree, with the repository's own index.
pub(super) fn command(repo: &Repo) -> Command {
    let mut command = Command::new("git");
    leave_others(&mut command);
    command.env("GIT_DIR", repo.git_dir()).env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    match repo.top() {
        Some(top) => command.env("GIT_WORK_TREE", top).current_dir(top),
        None => command.current_dir(repo.git_dir()),
    };
    command
}

/// Removes what would lead a command to another repository.
pub(super) fn leave_others(command: &mut Command) {
    for name in LEADING {
        command.env_remove(name);
    }
}

/// Runs a command to its end. Its messages and questions go to the terminal; only its answer is returned.
pub(super) fn output_shown(command: &mut Command) -> Result<Output, RepoError> {
    let starting = RepoError::io(RepoText::DoRun, Path::new("git"));
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).output().map_err(starting)
}

/// Runs a command with `input` on its standard input, and returns its output.
///
/// # Errors
/// [`RepoError::Io`] if git cannot be started, [`RepoError::Command`] if it fails.
pub(super) fn run(command: &mut Command, input: &[u8]) -> Result<Vec<u8>, RepoError> {
    let output = output(command, input)?;
    if output.status.success() { Ok(output.stdout) } else { Err(failure(command, &output)) }
}

/// Runs a command to its end, whether it succeeds or fails.
pub(super) fn output(command: &mut Command, input: &[u8]) -> Result<Output, RepoError> {
    let starting = |error| RepoError::io(RepoText::DoRun, Path::new("git"))(error);
    command.stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(starting)?;
    let feeder = child.stdin.take().map(|mut pipe| {
        let input = input.to_owned();
        // A command that ends early closes the pipe. Its status says more than our failed write.
        std::thread::spawn(move || pipe.write_all(&input).ok())
    });
    let output = child.wait_with_output().map_err(starting)?;
    if let Some(feeder) = feeder {
        feeder.join().ok();
    }
    Ok(output)
}

/// The error for a failed command.
pub(super) fn failure(command: &Command, output: &Output) -> RepoError {
    let arguments: Vec<_> = command.get_args().map(|part| part.to_string_lossy().into_owned()).collect();
    RepoError::Command { command: arguments.join(" "), output: said(output) }
}

/// The output of a command, with its errors last.
pub(super) fn said(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).trim().to_owned()
}
