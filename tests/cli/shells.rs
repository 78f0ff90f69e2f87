//! Completion where it is used: each shell at a terminal, a line that is typed in part, and the words that result.
//!
//! A shell that is not installed is left out, and the test says so. With `REDRESS_SHELLS=required`, as in `.ci/run`,
//! that is a failure.

use std::io::Write;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::sandbox::Sandbox;
use crate::terminal::Terminal;

/// A shell: its name, the command that starts it without the user's settings, and how it loads completion.
struct Shell {
    name: &'static str,
    start: &'static [&'static str],
    load: &'static str,
}

/// Each defines a function with the program's name that shows the words that it gets.
const SHELLS: [Shell; 3] = [
    Shell {
        name: "bash",
        start: &["--noprofile", "--norc", "-i"],
        load: "source <(command redress completions bash); redress() { printf '<%s>' \"$@\"; echo; }",
    },
    Shell {
        name: "zsh",
        start: &["-f", "-i"],
        load: "autoload -Uz compinit; compinit -u -D; source <(command redress completions zsh); redress() { printf '<%s>' \"$@\"; echo }",
    },
    Shell {
        name: "fish",
        start: &["--no-config", "-i"],
        load: "command redress completions fish | source; function redress; printf '<%s>' $argv; echo; end",
    },
];

#[allow(clippy::disallowed_methods, reason = "whether a shell is there, and must be, the environment says")]
fn is_there(shell: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = |program: &str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let both = there(shell) && there("setsid");
    if !both {
        let required = std::env::var_os("REDRESS_SHELLS").is_some_and(|value| value == "required");
        assert!(!required, "completion must be tried here, and {shell} or setsid is not on the PATH");
        writeln!(std::io::stderr(), "completion is not tried: {shell} or setsid is not on the PATH").ok();
    }
    both
}

/// A shell at a terminal of its own, ready to complete.
fn start(sandbox: &Sandbox, shell: &Shell, terminal: &mut Terminal, seen: &mut String) -> Child {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_redress")).parent().expect("a folder");
    let mut command = sandbox.command("setsid");
    let path = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path);
    let path = format!("{}:{}", program.display(), path.unwrap_or_default().to_string_lossy());
    command.args(["--ctty", "--wait", shell.name]).args(shell.start);
    command.env("PATH", path).env("TERM", "xterm").env("PS1", "> ");
    command.stdin(terminal.device()).stdout(Stdio::from(terminal.device())).stderr(Stdio::from(terminal.device()));
    let mut child = command.spawn().expect("the shell runs");
    // words that are typed before the shell reads lines may be shown and forgotten
    std::thread::sleep(Duration::from_millis(800));
    terminal.type_in(&format!("{}; echo rea''dy\n", shell.load));
    let at = terminal.until(seen, 0, "ready", &mut child);
    seen.drain(..at);
    child
}

#[test]
fn each_shell_completes_words_values_and_ids() {
    let sandbox = Sandbox::empty();
    sandbox.run("init");
    let client = sandbox.json("new client name=清泉自来水公司")["data"]["id"].as_str().expect("an id").to_owned();
    let key = r#"{"op":"new","kind":"complaint","key":"erp:2026:17","fields":{"client":"清泉自来水公司","channel":"phone","content":"漏水"}}"#;
    sandbox.run_with("batch", key);
    let lines = [
        ("redress adv\t", "<advance>".to_owned()),
        ("redress new complaint chan\tph\t", "<new><complaint><channel=phone>".to_owned()),
        ("redress new complaint channel=ph\t x=1", "<new><complaint><channel=phone><x=1>".to_owned()),
        ("redress new complaint department=q\t", "<new><complaint><department=qm>".to_owned()),
        ("redress new complaint demand=return,ex\t", "<new><complaint><demand=return,exchange>".to_owned()),
        ("redress edit erp:2026:17 assignee=li\t", "<edit><erp:2026:17><assignee=li.na>".to_owned()),
        (&format!("redress new complaint client={}\t", &client[..5]), format!("<new><complaint><client={client}>")),
        ("redress list complaint --as=li\t", "<list><complaint><--as=li.na>".to_owned()),
        ("redress show erp:20\t", "<show><erp:2026:17>".to_owned()),
        ("redress show erp:2026:\t", "<show><erp:2026:17>".to_owned()),
        ("redress list complaint state=acc\t", "<list><complaint><state=accepted>".to_owned()),
    ];
    for shell in SHELLS.iter().filter(|shell| is_there(shell.name)) {
        let mut terminal = Terminal::open();
        let mut seen = String::new();
        let mut child = start(&sandbox, shell, &mut terminal, &mut seen);
        for (typed, wanted) in &lines {
            for part in typed.split_inclusive('\t') {
                terminal.type_in(part);
                // a shell that has more to read does not complete
                std::thread::sleep(Duration::from_millis(if part.ends_with('\t') { 1_500 } else { 50 }));
            }
            terminal.type_in("\n");
            seen.push_str(&format!("\n[{}: {typed:?}]\n", shell.name));
            let at = terminal.until(&mut seen, 0, wanted, &mut child);
            seen.drain(..at);
        }
        child.kill().expect("the shell ends");
        child.wait().expect("the shell has ended");
    }
}
