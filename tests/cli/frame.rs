//! What every command has in common: environment, language, pipes, colour.

use std::io::Read;
use std::process::Stdio;

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn the_environment_stands_for_flags() {
    let sandbox = Sandbox::empty();
    let run = |name: &str, value: &str, line: &str| {
        sandbox.shown(&sandbox.redress(line).env(name, value).output().expect("redress runs"))
    };
    assert_data_eq!(
        run("REDRESS_LANG", "zh", "completions"),
        str![[r#"
--- stderr
错误：还缺少：<SHELL>
帮助：参见 `redress completions --help`
--- exit 2

"#]]
    );
    assert_data_eq!(run("LANG", "zh_CN.UTF-8", "completions"), sandbox.run("completions --lang zh"));
    assert_data_eq!(run("REDRESS_LANG", "en", "completions --lang zh"), sandbox.run("completions --lang zh"));
    assert_data_eq!(
        run("REDRESS_LANG", "fr", "completions bash"),
        str![[r#"
--- stderr
error: there is no language `fr`
help: one of zh, en
--- exit 2

"#]]
    );
    assert_data_eq!(
        run("REDRESS_NOW", "soon", "completions bash"),
        str![[r#"
--- stderr
error: `soon` is not a time for --now
help: write it as 2026-11-24T17:00, 2026-11-24T17:00:00+08:00, or 2026-11-24 for the end of that day
--- exit 2

"#]]
    );
    assert_data_eq!(
        run("REDRESS_DIR", "nowhere", "completions bash"),
        str![[r#"
--- stderr
error: nowhere is not a folder that can be read
help: name the book's folder with -C DIR or REDRESS_DIR
--- exit 4

"#]]
    );
}

#[test]
fn the_language_is_the_users_before_the_books_before_the_locales() {
    let sandbox = Sandbox::empty();
    let chinese = sandbox.run("completions --lang zh");
    let english = sandbox.run("completions --lang en");
    assert_ne!(chinese, english);
    sandbox.git("init -q");
    sandbox.write("redress.toml", "language = \"zh\"\n");
    assert_eq!(sandbox.run("completions"), chinese, "the book's");
    sandbox.git("config --global redress.lang en");
    assert_eq!(sandbox.run("completions"), english, "the user's");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = Sandbox::empty();
    let mut child = sandbox
        .redress("completions bash")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("redress runs");
    let mut first = [0; 1];
    child.stdout.take().expect("a pipe").read_exact(&mut first).expect("some output");
    let ended = child.wait_with_output().expect("redress ends");
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0));
}

#[test]
fn colour_is_for_terminals() {
    let sandbox = Sandbox::empty();
    assert!(!sandbox.run("--help").contains('\u{1b}'));
    assert!(!sandbox.run("frobnicate").contains('\u{1b}'));
}
