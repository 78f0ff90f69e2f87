//! The example of a manufacturer's six cases runs as it is written, and says what it is expected to say.

use crate::sandbox::Sandbox;

#[test]
fn the_manufacturers_six_cases_go_as_expected() {
    let sandbox = Sandbox::empty();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/manufacturer/run");
    let mut command = sandbox.command("sh");
    command.arg(script).arg(sandbox.dir().join("cases")).env("REDRESS", env!("CARGO_BIN_EXE_redress"));
    let shown = sandbox.shown(&command.output().expect("sh runs"));
    snapbox::assert_data_eq!(without_lines(&shown), snapbox::file!["../../examples/manufacturer/expected.txt"].raw());
}

/// Places in the policy without their lines, which move with every comment above them.
fn without_lines(text: &str) -> String {
    let mut pieces = text.split(".toml:");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(".toml:LINE");
        out.push_str(piece.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}
