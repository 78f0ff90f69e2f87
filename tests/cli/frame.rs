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
错误：还缺少：<终端程序>
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
error: `soon` is not a time that is understood; [..]
help: give --now (or REDRESS_NOW) as 2026-11-24T17:00, 2026-11-24T17:00:00+08:00, or 2026-11-24 for the end of that day
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
fn now_takes_the_words_that_times_take() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --lang en");
    let year = |now: &str| sandbox.run(&format!("--now {now} calendar add 2026-11-24T16:30 '0 days'"));
    for now in ["17:00", "tomorrow", "明天@17:00", "2wd", "eod", "下班前", "mon", "20m-ago"] {
        assert_eq!(year(now), "2026-11-24 24:00 Tue\n--- exit 0\n", "{now}");
        assert!(sandbox.run(&format!("--now {now} due")).ends_with("--- exit 0\n"), "{now}");
    }
    let said = sandbox.run("--now 5点 due");
    assert!(said.contains("could be morning or evening") && said.ends_with("--- exit 2\n"), "{said}");
    // the words give the day, and a day alone means its end
    let today = sandbox.json("--now today calendar between 2020-01-01 today")["data"]["minutes"].as_i64();
    let later = sandbox.json("--now 7d calendar between 2020-01-01 today")["data"]["minutes"].as_i64();
    assert!(today < later, "{today:?} {later:?}");
    // without a book nobody knows the working time
    for line in ["init other", "demo other"] {
        let said = sandbox.run(&format!("--now 2wd {line}"));
        assert!(said.contains("depends on a book's calendar") && said.ends_with("--- exit 2\n"), "{said}");
    }
    assert!(Sandbox::empty().run("--now tomorrow init other").ends_with("--- exit 0\n"));
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
