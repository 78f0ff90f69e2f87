//! Command lines that are written wrongly: the error, and what to write instead.

use snapbox::{assert_data_eq, str};

use crate::sandbox::Sandbox;

#[test]
fn an_unknown_command_is_corrected() {
    let sandbox = Sandbox::empty();
    assert_data_eq!(
        sandbox.run("completion bash --quiet"),
        str![[r#"
--- stderr
error: there is no command `completion`
help: write: redress commit bash --quiet
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("--lang zh bash completions"),
        str![[r#"
--- stderr
错误：没有命令 `bash`
可能是：
  batch
帮助：应写作：redress --lang zh completions bash
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("frobnicate"),
        str![[r#"
--- stderr
error: there is no command `frobnicate`
help: see `redress --help`
--- exit 2

"#]]
    );
}

#[test]
fn usage_errors_say_what_to_write() {
    let sandbox = Sandbox::empty();
    assert_data_eq!(
        sandbox.run("completions"),
        str![[r#"
--- stderr
error: what is missing: <SHELL>
help: see `redress completions --help`
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions bsh"),
        str![[r#"
--- stderr
error: `bsh` is not a value of <SHELL>
could be:
  bash
  elvish
  fish
  powershell
  zsh
help: did you mean `bash`?
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions bash stray"),
        str![[r#"
--- stderr
error: `stray` does not belong here
help: write: redress completions bash
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions bash --quite"),
        str![[r#"
--- stderr
error: there is no flag `--quite`
help: write: redress completions bash --quiet
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions bash --now"),
        str![[r#"
--- stderr
error: --now <TIME> takes a value
help: see `redress completions --help`
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions bash --now 2026-11-31 --lang zh"),
        str![[r#"
--- stderr
错误：没有“2026-11-31”这一天
帮助：--now（或 REDRESS_NOW）可写 2026-11-24T17:00、2026-11-24T17:00:00+08:00，或以 2026-11-24 指当日结束时
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions bash --lang fr"),
        str![[r#"
--- stderr
error: `fr` is not a value of --lang <zh|en>
help: one of en, zh
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions bash -C nowhere"),
        str![[r#"
--- stderr
error: nowhere is not a folder that can be read
help: name the book's folder with -C DIR or REDRESS_DIR
--- exit 4

"#]]
    );
}

#[test]
fn json_errors_are_on_standard_output_and_never_localised() {
    let sandbox = Sandbox::empty();
    assert_data_eq!(
        sandbox.run("completion bash --json --lang zh"),
        str![[r#"
{"schema":1,"error":{"code":"unknown-command","message":"there is no command `completion`","hint":"write: redress commit bash --json --lang zh","at":null,"candidates":["commit"]}}
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("--json completions"),
        str![[r#"
{"schema":1,"error":{"code":"missing-argument","message":"what is missing: <SHELL>","hint":"see `redress completions --help`","at":null,"candidates":[]}}
--- exit 2

"#]]
    );
    assert_data_eq!(
        sandbox.run("completions bash --json -C nowhere"),
        str![[r#"
{"schema":1,"error":{"code":"no-folder","message":"nowhere is not a folder that can be read","hint":"name the book's folder with -C DIR or REDRESS_DIR","at":null,"candidates":[]}}
--- exit 4

"#]]
    );
}

#[test]
fn blanks_say_nothing() {
    let sandbox = Sandbox::empty();
    sandbox.run("init --name x --lang en");
    sandbox.run("new client name=First --key K1");
    for blank in ["   ", "\u{3000}", "\u{a0}"] {
        for line in [["new", "client", "name="], ["edit", "K1", "name="]] {
            let mut command = sandbox.command(env!("CARGO_BIN_EXE_redress"));
            let said = command.args(&line[..2]).arg(format!("{}{blank}", line[2])).output().expect("it runs");
            assert!(!said.status.success(), "{line:?} {blank:?}");
        }
        let json = format!("{{\"op\":\"new\",\"kind\":\"client\",\"fields\":{{\"name\":\"{blank}\"}}}}\n");
        assert!(!sandbox.run_with("batch", &json).ends_with("--- exit 0\n"), "{blank:?}");
    }
    assert!(sandbox.run("edit K1 note=a\u{3000}b").ends_with("--- exit 0\n"));
}
