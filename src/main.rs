//! The `redress` command.

use std::io::Write;

/// Making the index hands millions of small values from the threads that read to the one that writes; the C library's
/// allocator spends a quarter of the time on it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let exit = redress::cli::run(std::env::args_os());
    std::io::stdout().flush().ok();
    // the system takes back at once what the allocator would give back piece by piece
    signal_hook::low_level::exit(i32::from(exit.code()))
}
