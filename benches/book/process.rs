//! Runs commands: how long they take, how much memory they use at most, and how often they call the system.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const REDRESS: &str = env!("CARGO_BIN_EXE_redress");
/// The time at which invented books end.
const NOW: &str = "2026-11-02T17:00:00+08:00";

/// Runs the program and returns its output.
pub(crate) fn redress(dir: &Path, words: &[&str]) -> String {
    run(&mut command(dir, REDRESS, words))
}

/// Runs git and returns its output.
pub(crate) fn git(dir: &Path, words: &[&str]) -> String {
    run(&mut command(dir, "git", words))
}

/// Runs a line of shell and returns its output.
pub(crate) fn shell(dir: &Path, line: &str) -> String {
    run(&mut command(dir, "sh", &["-c", line]))
}

/// Makes the disk write what is still waiting, so that one program does not wait for the writes of another.
pub(crate) fn settle() {
    #[cfg(unix)]
    rustix::fs::sync();
}

/// How many seconds something takes.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64()
}

/// The most memory that the program uses, in bytes, sampled every millisecond. 0 if the system does not say.
pub(crate) fn memory(dir: &Path, words: &[&str]) -> u64 {
    let mut child = command(dir, REDRESS, words).stdout(Stdio::null()).spawn().expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        most = most.max(kibibytes.unwrap_or_default() * 1024);
        std::thread::sleep(Duration::from_millis(1));
    }
    most
}

/// The processor time of the program, in seconds, averaged over several runs. `None` if the system does not say.
pub(crate) fn processor(dir: &Path, words: &[&str], runs: u32) -> Option<f64> {
    let before = ticks()?;
    for _ in 0..runs {
        redress(dir, words);
    }
    // a tick is a hundredth of a second on every Linux
    Some((ticks()? - before) / 100.0 / f64::from(runs))
}

/// The ticks that child processes have used, in user and system time.
fn ticks() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after) = text.rsplit_once(") ")?;
    let mut fields = after.split(' ').skip(13);
    let mut number = || fields.next()?.parse::<f64>().ok();
    Some(number()? + number()?)
}

/// How many system calls the program makes. `None` without `strace`.
pub(crate) fn calls(dir: &Path, words: &[&str]) -> Option<u64> {
    let into = dir.join("../calls");
    let file = into.to_string_lossy().into_owned();
    let mut all = vec!["-f", "-qq", "-c", "-o", &file, REDRESS];
    all.extend(words);
    let status = command(dir, "strace", &all).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.ok().filter(|status| status.success())?;
    let text = std::fs::read_to_string(&into).ok()?;
    let total = text.lines().rfind(|line| line.trim_end().ends_with("total"))?;
    total.split_whitespace().nth(3)?.parse().ok()
}

fn command(dir: &Path, program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words).current_dir(dir).stdin(Stdio::null()).env("REDRESS_NOW", NOW).env("LC_ALL", "C.UTF-8");
    // git's own commits would start to pack in the background while others are measured
    command.envs([("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "gc.auto"), ("GIT_CONFIG_VALUE_0", "0")]);
    for (name, value) in [("NAME", "Bench"), ("EMAIL", "bench@example.com")] {
        command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
    }
    command
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
