//! `redress help [COMMAND|TOPIC]`: explains a command, or prints a page about something that several commands share.

use clap::error::ErrorKind;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::{Candidate, Failure};
use crate::cli::registry::{self, COMMANDS, Command, Example, Group, args};
use crate::cli::topics::{self, TOPICS};
use crate::cli::{page, tree, usage};
use crate::label;
use crate::locale::messages::CliText;
use crate::place::toml::nearest;

/// Explain a command, or print a page: day, filters, times, policy, import, git, together, bounds, json, exit-codes
///
/// `redress help` alone lists every command and topic. Pages are the files of docs/, which are part of the program. At
/// a terminal a page fits the screen; in a file or a pipe it is Markdown.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A command, or a topic
    #[arg(value_name = "COMMAND|TOPIC")]
    what: Vec<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "help",
    group: Group::Book,
    zh: "说明一个命令，或显示一个专题：day、filters、times、policy、import、git、together、bounds、json、exit-codes\n\n只写 `redress help` 列出全部命令和专题。专题就是 docs/ 中的文件，已包含在程序中。在终端上按屏幕宽度排版，写入文件或管道时为 Markdown。",
    zh_args: &[("what", "命令或专题")],
    examples: &[
        Example { line: "redress help filters", en: "how filters are written", zh: "筛选条件的写法" },
        Example { line: "redress help advance", en: "one command, with examples", zh: "一个命令及示例" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let lang = context.lang;
    let topic = match args.what.as_slice() {
        [word] => topics::named(word),
        _ => None,
    };
    let text = match topic {
        Some(topic) => {
            let markdown = topic.text(lang);
            context.out.data(json!({ "topic": topic.name, "text": markdown }));
            // `import` and `policy` are commands too
            if registry::named(topic.name).is_some() {
                let command = format!("{} {}", tree::PROGRAM, topic.name);
                context.out.aside(label!(CliText::SeeHelp, command = command).get(lang));
            }
            context.terminal.width.map_or_else(|| markdown.to_owned(), |columns| page::shown(markdown, columns))
        }
        None => {
            let text = of_command(&args.what, context)?;
            context.out.data(
                json!({ "command": args.what.join(" "), "text": anstream::adapter::strip_str(&text).to_string() }),
            );
            text
        }
    };
    context.page();
    context.out.text(&text);
    Ok(Exit::Done)
}

/// What `redress COMMAND --help` says. Without words, the help of the whole program.
fn of_command(what: &[String], context: &Context) -> Result<String, Failure> {
    let program = std::iter::once(tree::PROGRAM.to_owned());
    let words: Vec<String> = program.chain(what.iter().cloned()).chain(["--help".to_owned()]).collect();
    match tree::build(context.lang).try_get_matches_from(&words) {
        Err(error) if error.kind() == ErrorKind::DisplayHelp => Ok(tree::shown(&error, context.lang)),
        Err(error) if error.kind() == ErrorKind::InvalidSubcommand && what.len() == 1 => {
            let names = COMMANDS.iter().map(|command| command.name).chain(TOPICS.iter().map(|topic| topic.name));
            let failure = Failure::missing("no-topic", label!(CliText::NoTopic, word = what[0]));
            let near = nearest(&what[0], names);
            let hint = near.map_or(label!(CliText::SeeHelp, command = tree::PROGRAM), |near| {
                label!(CliText::DidYouMean, word = near)
            });
            Err(failure.hint(hint).candidates(near.map(Candidate::named)))
        }
        Err(error) => Err(usage::failure(&error, &words)),
        Ok(_) => Err(Failure::usage("usage", label!(CliText::SeeHelp, command = tree::PROGRAM))),
    }
}
