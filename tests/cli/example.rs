//! The example of a manufacturer's six cases runs as it is written, and says what it is expected to say.

use crate::sandbox::Sandbox;

#[test]
fn the_manufacturers_six_cases_go_as_expected() {
    let sandbox = Sandbox::empty();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/manufacturer/run");
    let mut command = sandbox.command("sh");
    command.arg(script).arg(sandbox.dir().join("cases")).env("REDRESS", env!("CARGO_BIN_EXE_redress"));
    let shown = sandbox.shown(&command.output().expect("sh runs"));
    snapbox::assert_data_eq!(shown, snapbox::file!["../../examples/manufacturer/expected.txt"].raw());
}
