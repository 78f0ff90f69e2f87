//! The `redress` command.

use std::io::Write;

/// To make the index, reading threads hand millions of small values to the writing thread. The C library's allocator
/// would spend a quarter of the time on this.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let exit = redress::cli::run(std::env::args_os());
    std::io::stdout().flush().ok();
    // the system takes memory back at once, and the allocator would give it back piece by piece
    signal_hook::low_level::exit(i32::from(exit.code()))
}
