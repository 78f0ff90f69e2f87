//! The `redress` command.

/// Making the index hands millions of small values from the threads that read to the one that writes; the C library's
/// allocator spends a quarter of the time on it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    redress::cli::run(std::env::args_os())
}
