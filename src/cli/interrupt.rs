//! Interrupts end the process with exit code 130. While a commit is being published they wait: that is `book`'s.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::SIGINT;
use signal_hook::flag::register_conditional_shutdown;

use super::exit::Exit;

/// Makes SIGINT end the process at once. What is written is written whole or not at all, so nothing has to be undone.
pub(super) fn install() {
    let always = Arc::new(AtomicBool::new(true));
    // where the system lets no handler be set, its own default ends the process too
    register_conditional_shutdown(SIGINT, i32::from(Exit::Interrupted.code()), always).ok();
}
