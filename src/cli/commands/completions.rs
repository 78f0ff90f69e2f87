//! `redress completions SHELL`: prints a script that completes commands, flags, and what is in the book.

use clap_complete::Shell;
use clap_complete::env::Shells;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::{complete, tree};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::CliText;
use crate::locale::os_error;

/// Print a script that completes commands, flags, ids, steps and fields in a shell
///
/// Load it from the shell's start-up file, or put it where the shell looks for completions.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "completions",
    group: Group::Book,
    zh: "输出补全脚本：命令、选项、编号、步骤、字段\n\n在 shell 的启动文件中加载，或放到 shell 查找补全脚本的地方。",
    zh_args: &[("shell", "哪种 shell")],
    examples: &[
        Example { line: "source <(redress completions bash)", en: "for bash", zh: "用于 bash" },
        Example {
            line: "source <(redress completions zsh)",
            en: "for zsh, behind compinit",
            zh: "用于 zsh，写在 compinit 之后",
        },
        Example { line: "redress completions fish | source", en: "for fish", zh: "用于 fish" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    // The script asks the program itself, so that it offers what is in the book.
    let script = match args.shell {
        Shell::Bash => include_str!("../shells/redress.bash").to_owned(),
        Shell::Zsh => include_str!("../shells/redress.zsh").to_owned(),
        Shell::Fish => include_str!("../shells/redress.fish").to_owned(),
        shell => registration(&shell.to_string())?,
    };
    context.out.bytes(script.as_bytes());
    Ok(Exit::Done)
}

/// The script for a shell for which the library's script is enough.
fn registration(name: &str) -> Result<String, Failure> {
    let shells = Shells::builtins();
    let shell = shells.completer(name).ok_or_else(|| Failure::usage("shell", Label::new(name, "")))?;
    let mut script = Vec::new();
    let written =
        shell.write_registration(complete::ASKED_BY, tree::PROGRAM, tree::PROGRAM, tree::PROGRAM, &mut script);
    written.map_err(|error| {
        Failure::unreadable("output", label!(CliText::CannotWriteOutput; reason = os_error(&error)))
    })?;
    Ok(String::from_utf8_lossy(&script).into_owned())
}
