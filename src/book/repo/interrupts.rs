//! Delays interrupts while a commit is published, so that the message to the user agrees with the state of the disk.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// While this exists, an interrupt is only noted and does not end the process.
#[derive(Debug)]
pub struct Held(Option<&'static Signals>);

#[derive(Debug)]
struct Signals {
    /// Whether a signal ends the process, which is the default.
    ends: Arc<AtomicBool>,
    noted: Arc<AtomicUsize>,
}

/// The exit code of a process that is ended by an interrupt.
const INTERRUPTED: i32 = 130;

static SIGNALS: OnceLock<Option<Signals>> = OnceLock::new();

/// Makes an interrupt end the process at once with exit code 130, except while a commit is published. If the system
/// allows no handler, its own default ends the process too.
pub fn end_on_interrupt() {
    SIGNALS.get_or_init(|| register().ok());
}

/// Begins to delay interrupts. If the system allows no handler, only recovery helps.
pub fn hold() -> Held {
    let signals = SIGNALS.get_or_init(|| register().ok()).as_ref();
    if let Some(signals) = signals {
        signals.noted.store(0, Ordering::SeqCst);
        signals.ends.store(false, Ordering::SeqCst);
    }
    Held(signals)
}

fn register() -> std::io::Result<Signals> {
    let signals = Signals { ends: Arc::new(AtomicBool::new(true)), noted: Arc::new(AtomicUsize::new(0)) };
    for signal in [SIGINT, SIGTERM] {
        flag::register_usize(signal, Arc::clone(&signals.noted), usize::try_from(signal).unwrap_or_default())?;
    }
    flag::register_conditional_shutdown(SIGINT, INTERRUPTED, Arc::clone(&signals.ends))?;
    flag::register_conditional_default(SIGTERM, Arc::clone(&signals.ends))?;
    Ok(signals)
}

impl Held {
    /// Stops delaying interrupts, and returns one that came in the meantime. The caller must report what was done and
    /// then end the process.
    pub(super) fn release(self) -> Option<i32> {
        let noted = self.0.map_or(0, |signals| {
            signals.ends.store(true, Ordering::SeqCst);
            signals.noted.swap(0, Ordering::SeqCst)
        });
        i32::try_from(noted).ok().filter(|signal| *signal != 0)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(signals) = self.0 {
            signals.ends.store(true, Ordering::SeqCst);
        }
    }
}
