//! The tree of commands that clap reads. It is built from the registry, with help in the user's language.

use std::ffi::OsString;

use clap::{Arg, ArgAction};

use super::chinese;
use super::flags::Flags;
use super::registry::{COMMANDS, Command, Group};
use super::topics::{TOPICS, Topic};
use crate::locale::Lang;
use crate::locale::messages::CliText;
use crate::locale::text::{pad_right, width};
use crate::render::with_names;

/// The program's name.
pub const PROGRAM: &str = "redress";
const GLOBAL: &str = "global-";

/// Everything that can be typed, with all of its help.
pub fn build(lang: Lang) -> clap::Command {
    let top = grammar(lang).about(CliText::About.get(lang));
    let top = top.subcommands(COMMANDS.iter().map(|command| subcommand(command, lang)));
    let template = format!(
        "{{about}}\n\n{}: {{usage}}\n\n{}{}:\n{{options}}\n\n{}\n",
        CliText::Usage.get(lang),
        format_args!("{}{}", groups(lang), topics(lang)),
        CliText::Options.get(lang),
        CliText::HelpOfCommand.get(lang)
    );
    let top = headings(top, lang).help_template(template);
    match lang {
        Lang::En => top.override_usage("redress [OPTIONS] COMMAND …"),
        // clap breaks lines only between words; `chinese::wrapped` breaks them
        Lang::Zh => top.override_usage("redress [选项] 命令 …").term_width(0),
    }
}

/// The help or version text of clap, with its lines broken for this terminal.
pub(super) fn shown(help: &clap::Error, lang: Lang) -> String {
    let text = help.render().ansi().to_string();
    match lang {
        Lang::En => text,
        Lang::Zh => chinese::wrapped(&text),
    }
}

/// The part of the tree that these words can mean. If this tree accepts a line, the whole tree accepts it in the same
/// way, and building the whole tree is most of the work of a short command. The whole tree explains lines that this
/// one refuses.
pub fn needed(lang: Lang, words: &[OsString]) -> clap::Command {
    let named = COMMANDS.iter().filter(|command| words.iter().skip(1).any(|word| word == command.name));
    let plain = |command: &&'static Command| (command.augment)(clap::Command::new(command.name));
    grammar(lang).disable_help_subcommand(true).subcommands(named.map(plain))
}

/// The program with its global flags and no command.
fn grammar(lang: Lang) -> clap::Command {
    <Flags as clap::Args>::augment_args(clap::Command::new(PROGRAM))
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help_flag(lang))
        .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version).help(match lang {
            Lang::En => "Print the version",
            Lang::Zh => "显示版本",
        }))
}

fn help_flag(lang: Lang) -> Arg {
    Arg::new("help").short('h').long("help").action(ArgAction::Help).global(true).help(match lang {
        Lang::En => "Explain it: -h briefly, --help with everything",
        Lang::Zh => "说明用法：-h 简略，--help 详尽",
    })
}

fn subcommand(command: &'static Command, lang: Lang) -> clap::Command {
    let clap = (command.augment)(clap::Command::new(command.name));
    let clap = match lang {
        Lang::En => clap,
        Lang::Zh => chinese::translated(clap, command),
    };
    let clap = if command.examples.is_empty() { clap } else { clap.after_help(examples(command, lang)) };
    deep(clap, &|clap| headings(clap, lang).mut_args(with_formats).help_template(template(lang)))
}

/// Puts the names of formats into the help of an argument that takes one.
fn with_formats(arg: Arg) -> Arg {
    let help = arg.get_help().map(ToString::to_string).filter(|help| help.contains('{'));
    match help {
        Some(help) => arg.help(with_names(&help)),
        None => arg,
    }
}

/// Applies a change to a command and those below it.
fn deep(clap: clap::Command, change: &impl Fn(clap::Command) -> clap::Command) -> clap::Command {
    let names: Vec<String> = clap.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    names.iter().fold(change(clap), |clap, name| clap.mut_subcommand(name, |below| deep(below, change)))
}

fn template(lang: Lang) -> String {
    format!("{{about-with-newline}}\n{}: {{usage}}\n\n{{all-args}}{{after-help}}\n", CliText::Usage.get(lang))
}

/// Sets the headings of arguments and options in the language, and the texts of the global ones.
fn headings(clap: clap::Command, lang: Lang) -> clap::Command {
    clap.subcommand_help_heading(CliText::Commands.get(lang)).disable_help_subcommand(true).mut_args(|arg| {
        let global = arg.get_id().as_str().starts_with(GLOBAL);
        let arg = if lang == Lang::Zh { chinese::global(arg) } else { arg };
        let heading = match (global || arg.get_id() == "help", arg.is_positional()) {
            (true, _) => CliText::GlobalOptions,
            (_, true) => CliText::Arguments,
            (_, false) => CliText::Options,
        };
        arg.help_heading(heading.get(lang))
    })
}

fn examples(command: &Command, lang: Lang) -> String {
    let mut text = format!("{}:\n", CliText::Examples.get(lang));
    for example in command.examples {
        let (line, said) = match lang {
            Lang::En => (example.line, example.en),
            Lang::Zh => example.chinese(),
        };
        text.push_str(&format!("  {line}\n      {said}\n"));
    }
    text.trim_end().to_owned()
}

/// Every command with its summary, by groups.
fn groups(lang: Lang) -> String {
    let room = COMMANDS.iter().map(|command| width(command.name)).max().unwrap_or_default();
    let mut text = String::new();
    for group in Group::ALL {
        let mut commands = COMMANDS.iter().filter(|command| command.group == group).peekable();
        if commands.peek().is_some() {
            text.push_str(&format!("{}:\n", group.heading().get(lang)));
            for command in commands {
                text.push_str(&format!("  {}  {}\n", pad_right(command.name, room), summary(command, lang)));
            }
            text.push('\n');
        }
    }
    text
}

/// Every topic of `redress help`, with what it is about.
fn topics(lang: Lang) -> String {
    let room = TOPICS.iter().map(|topic| width(topic.name)).max().unwrap_or_default();
    let line = |topic: &Topic| format!("  {}  {}\n", pad_right(topic.name, room), topic.about(lang));
    let lines: String = TOPICS.iter().map(line).collect();
    format!("{}:\n{lines}\n", CliText::Topics.get(lang))
}

/// The one line about a command in lists.
pub fn summary(command: &'static Command, lang: Lang) -> String {
    match lang {
        Lang::Zh => command.zh.lines().next().unwrap_or_default().to_owned(),
        Lang::En => {
            let clap = (command.augment)(clap::Command::new(command.name));
            clap.get_about().map(ToString::to_string).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::FromArgMatches;

    use super::{Flags, build, needed, summary};
    use crate::cli::registry::COMMANDS;
    use crate::locale::Lang;

    #[test]
    fn the_tree_holds_together() {
        for lang in Lang::ALL {
            build(lang).debug_assert();
        }
    }

    #[test]
    fn every_command_says_what_it_does_in_both_languages() {
        for command in COMMANDS {
            let [en, zh] = Lang::ALL.map(|lang| summary(command, lang));
            assert!(!en.is_empty() && en.is_ascii() && !en.ends_with('.'), "{}: {en}", command.name);
            assert!(zh.contains(|c: char| c > '\u{4e00}') && !zh.ends_with('。'), "{}: {zh}", command.name);
            assert!(!command.examples.is_empty(), "{}: no example", command.name);
        }
    }

    #[test]
    fn every_example_is_understood() {
        for command in COMMANDS {
            for line in command.examples.iter().flat_map(|example| [example.line, example.chinese().0]) {
                let line = line.split(" > ").next().unwrap_or_default();
                let line = line.rsplit(" | ").find(|part| part.contains("redress")).unwrap_or_default();
                let line = line.strip_prefix("source <(").and_then(|line| line.strip_suffix(')')).unwrap_or(line);
                let words = crate::cli::words::split(line);
                let parsed = build(Lang::En).try_get_matches_from(&words);
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                assert_eq!(parsed.unwrap().subcommand_name(), Some(command.name), "{line}");
            }
        }
    }

    #[test]
    fn what_the_tree_of_one_line_takes_means_the_same_to_the_whole() {
        let examples = COMMANDS.iter().flat_map(|command| command.examples).map(|example| example.line);
        let more = [
            "redress",
            "redress --version",
            "redress --help",
            "redress help",
            "redress -C new list complaint --json",
            "redress --lang zh show due",
            "redress list -h",
            "redress lst complaint",
            "redress complaint new",
            "redress show C-261122-7K3F2 --at list --colour",
            "redress plan",
            "redress plan callbacks --per-person=3",
            "redress policy shwo",
            "redress new",
        ];
        for line in examples.chain(more) {
            let words: Vec<OsString> = crate::cli::words::split(line).into_iter().map(Into::into).collect();
            let few = needed(Lang::Zh, &words).try_get_matches_from(&words);
            let all = build(Lang::Zh).try_get_matches_from(&words);
            match (few, all) {
                (Ok(few), Ok(all)) => {
                    assert_eq!(few.subcommand(), all.subcommand(), "{line}");
                    let flags = |matches| format!("{:?}", Flags::from_arg_matches(matches).expect("flags"));
                    assert_eq!(flags(&few), flags(&all), "{line}");
                }
                (Err(few), Err(all)) if line.contains("--version") => {
                    assert_eq!((few.kind(), few.to_string()), (all.kind(), all.to_string()));
                }
                (Err(_), Err(_)) => {}
                (few, all) => panic!("{line}: {few:?} and {all:?}"),
            }
        }
    }
}
