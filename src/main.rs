//! The `redress` command.

fn main() -> std::process::ExitCode {
    redress::cli::run(std::env::args_os())
}
