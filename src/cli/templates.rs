//! Fills templates in with a process of its own, because a few characters of a template can ask for any amount of
//! memory and time. The process is this program again, with [`WORD`] as its only word. It limits itself, reads
//! requests from its standard input, one a line, and writes an answer for each to its standard output. It opens no
//! file. One process serves all forms of a command; if it ends, another one is started for the next request.

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use serde::{Deserialize, Serialize};

use super::exit::Exit;
use crate::form::{Answer, Ask, Ended, Renderer, Worker};

/// The word that makes this program a renderer. It is for the program itself, so no help lists it.
pub(super) const WORD: &str = "render-templates";

/// The first thing that a renderer says.
#[derive(Debug, Serialize, Deserialize)]
struct Greeting {
    /// Whether its memory and time are limited.
    limited: bool,
}

/// The renderer for a command.
pub fn renderer() -> Box<dyn Renderer> {
    match cfg!(test) {
        // the program of a unit test is not this one
        true => Box::new(crate::form::Inside::default()),
        false => Box::new(Process::default()),
    }
}

/// A renderer in another process.
#[derive(Default)]
struct Process {
    running: RefCell<Option<Running>>,
    /// The requests that another process needs before it can go on: the templates.
    kept: RefCell<Vec<Vec<u8>>>,
    unlimited: Cell<bool>,
}

struct Running {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Renderer for Process {
    fn ask(&self, ask: &Ask<'_>) -> Result<Answer, Ended> {
        let broken = |error: serde_json::Error| Ended::NotStarted(error.to_string());
        let mut line = serde_json::to_vec(ask).map_err(broken)?;
        line.push(b'\n');
        if let Ask::Begin { .. } = ask {
            self.kept.borrow_mut().clear();
        }
        let present = self.running.borrow_mut().take();
        let mut running = present.map_or_else(|| self.start(), Ok)?;
        let Some(answer) = running.exchange(&line) else { return Err(running.ended()) };
        if !matches!(ask, Ask::Fill(_)) {
            self.kept.borrow_mut().push(line);
        }
        self.running.replace(Some(running));
        Ok(answer)
    }

    fn is_limited(&self) -> bool {
        !self.unlimited.get()
    }
}

impl Process {
    fn start(&self) -> Result<Running, Ended> {
        let not_started = |error: std::io::Error| Ended::NotStarted(error.to_string());
        let mut command = Command::new(program().map_err(not_started)?);
        command.arg(WORD).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // memory that the allocator reserves in advance would count as used
        command.env("MIMALLOC_ARENA_RESERVE", "0");
        let mut child = command.spawn().map_err(not_started)?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Ended::NotStarted(String::new()));
        };
        let mut running = Running { child, to, from: BufReader::new(from) };
        let greeting: Option<Greeting> = running.line();
        let Some(greeting) = greeting else {
            running.child.kill().ok();
            return Err(Ended::NotStarted(running.child.wait().map_or_else(|e| e.to_string(), |s| s.to_string())));
        };
        self.unlimited.set(!greeting.limited);
        for line in self.kept.borrow().iter() {
            if running.exchange(line).is_none() {
                return Err(running.ended());
            }
        }
        Ok(running)
    }
}

impl Running {
    /// Sends a request and waits for its answer. `None` if the process ended.
    fn exchange(&mut self, line: &[u8]) -> Option<Answer> {
        self.to.write_all(line).and_then(|()| self.to.flush()).ok()?;
        self.line()
    }

    fn line<T: for<'d> Deserialize<'d>>(&mut self) -> Option<T> {
        let mut line = Vec::new();
        self.from.read_until(b'\n', &mut line).ok()?;
        serde_json::from_slice(&line).ok()
    }

    /// Why the process ended.
    fn ended(mut self) -> Ended {
        drop(self.to);
        self.child.wait().map_or_else(|error| Ended::NotStarted(error.to_string()), why)
    }
}

#[cfg(unix)]
fn why(status: ExitStatus) -> Ended {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;
    let signal = status.signal();
    let is = |wanted: Signal| signal == Some(wanted.as_raw());
    match () {
        () if is(Signal::XCPU) || is(Signal::KILL) => Ended::Time,
        // the program ends itself so if it gets no memory
        () if is(Signal::ABORT) => Ended::Memory,
        () => Ended::Broken,
    }
}

#[cfg(not(unix))]
fn why(_: ExitStatus) -> Ended {
    Ended::Broken
}

/// This program. The system knows it even after its file was replaced by a newer one.
fn program() -> std::io::Result<PathBuf> {
    let own = PathBuf::from("/proc/self/exe");
    if own.exists() { Ok(own) } else { std::env::current_exe() }
}

/// The renderer's side: answers until no more requests come.
pub(super) fn serve() -> Exit {
    let limited = limits::memory();
    let (mut from, mut to) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut worker = Worker::default();
    let mut say = |answer: std::io::Result<Vec<u8>>| -> std::io::Result<()> {
        let mut line = answer?;
        line.push(b'\n');
        to.write_all(&line)?;
        to.flush()
    };
    let mut said = say(serde_json::to_vec(&Greeting { limited }).map_err(Into::into));
    let mut line = Vec::new();
    while said.is_ok() {
        line.clear();
        let Ok(1..) = from.read_until(b'\n', &mut line) else { return Exit::Done };
        let Ok(ask) = serde_json::from_slice::<Ask<'_>>(&line) else { return Exit::Usage };
        if let Ask::Fill(fill) = &ask {
            limits::time(fill.seconds);
        }
        said = say(serde_json::to_vec(&worker.answer(&ask)).map_err(Into::into));
    }
    Exit::Unreadable
}

#[cfg(unix)]
mod limits {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    use crate::bounds::{MEGABYTE, TEMPLATE_MEGABYTES};

    /// Limits the memory of this process, and takes away what it does not need. Returns whether the system keeps to
    /// the limit.
    pub(super) fn memory() -> bool {
        let none = |resource| setrlimit(resource, Rlimit { current: Some(0), maximum: Some(0) });
        // no file is written, not even the memory of a process that the system ends
        let closed = none(Resource::Core).is_ok() && none(Resource::Fsize).is_ok();
        let most = size() + TEMPLATE_MEGABYTES * MEGABYTE;
        let maximum = getrlimit(Resource::As).maximum.map_or(most, |there| there.min(most));
        let limited = setrlimit(Resource::As, Rlimit { current: Some(maximum), maximum: Some(maximum) }).is_ok();
        // other systems accept the limit and do not keep to it
        closed && limited && cfg!(target_os = "linux")
    }

    /// Allows so many more seconds of the processor.
    pub(super) fn time(seconds: u64) {
        let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default();
        let maximum = getrlimit(Resource::Cpu).maximum;
        let most = used + seconds + 1;
        let current = Some(maximum.map_or(most, |there| there.min(most)));
        // without a limit of time the steps are still counted
        setrlimit(Resource::Cpu, Rlimit { current, maximum }).ok();
    }

    /// The bytes that the program itself takes, as the system counts them.
    fn size() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
        kilobytes.unwrap_or_default() << 10
    }
}

#[cfg(not(unix))]
mod limits {
    /// This system has no such limits.
    pub(super) fn memory() -> bool {
        false
    }

    /// This system has no such limits; the steps are still counted.
    pub(super) fn time(_: u64) {}
}
