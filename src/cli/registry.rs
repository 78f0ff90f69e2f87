//! What a command is, and the list of all commands. Help, completion and dispatch use it.

use clap::{ArgMatches, FromArgMatches};

use super::commands;
use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use crate::locale::messages::CliText;

/// A command. Each file under `commands/` declares one.
#[derive(Debug)]
pub struct Command {
    /// What is typed.
    pub name: &'static str,
    /// The group of `--help` that lists it.
    pub group: Group,
    /// Its help in Chinese. The first line is the summary. The English help is the doc comment of its `Args`.
    pub zh: &'static str,
    /// The Chinese help of its arguments and subcommands. An argument has its id as key, a subcommand its name after
    /// the name of this command, such as `policy check`. A value of an argument that has help of its own has the key
    /// `ID=VALUE`.
    pub zh_args: &'static [(&'static str, &'static str)],
    /// Examples. A test reads them as the command line would.
    pub examples: &'static [Example],
    /// Adds its arguments.
    pub augment: fn(clap::Command) -> clap::Command,
    /// Runs the command.
    pub run: fn(&ArgMatches, &mut Context) -> Result<Exit, Failure>,
}

/// A command line and what it does.
#[derive(Debug)]
pub struct Example {
    /// The whole line, beginning with `redress`.
    pub line: &'static str,
    /// What it does.
    pub en: &'static str,
    /// The same in Chinese. If its first line begins like `line`, that line is how the example is typed in Chinese.
    pub zh: &'static str,
}

impl Example {
    /// The line and what it does, for Chinese readers.
    pub fn chinese(&self) -> (&'static str, &'static str) {
        let typed = self.zh.split_once('\n').filter(|(line, _)| line.starts_with("redress "));
        typed.unwrap_or((self.line, self.zh))
    }
}

/// Groups of `--help`, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Making, advancing and looking at single records.
    Records,
    /// Lists, queries and reports.
    Reports,
    /// Planning work, and working time.
    Planning,
    /// The book itself and its policy.
    Book,
}

impl Group {
    /// Every group, in the order of help.
    pub const ALL: [Group; 4] = [Group::Records, Group::Reports, Group::Planning, Group::Book];

    /// Its heading.
    pub const fn heading(self) -> CliText {
        match self {
            Group::Records => CliText::GroupRecords,
            Group::Reports => CliText::GroupReports,
            Group::Planning => CliText::GroupPlanning,
            Group::Book => CliText::GroupBook,
        }
    }
}

/// Every command, in the order of help within its group.
pub static COMMANDS: &[&Command] = &[
    &commands::new::COMMAND,
    &commands::edit::COMMAND,
    &commands::advance::COMMAND,
    &commands::work::COMMAND,
    &commands::batch::COMMAND,
    &commands::undo::COMMAND,
    &commands::import::COMMAND,
    &commands::attach::COMMAND,
    &commands::show::COMMAND,
    &commands::log::COMMAND,
    &commands::explain::COMMAND,
    &commands::print::COMMAND,
    &commands::due::COMMAND,
    &commands::list::COMMAND,
    &commands::find::COMMAND,
    &commands::query::COMMAND,
    &commands::report::COMMAND,
    &commands::remind::COMMAND,
    &commands::plan::COMMAND,
    &commands::assign::COMMAND,
    &commands::calendar::COMMAND,
    &commands::init::COMMAND,
    &commands::clone::COMMAND,
    &commands::demo::COMMAND,
    &commands::status::COMMAND,
    &commands::commit::COMMAND,
    &commands::sync::COMMAND,
    &commands::validate::COMMAND,
    &commands::doctor::COMMAND,
    &commands::audit::COMMAND,
    &commands::policy::COMMAND,
    &commands::merge_driver::COMMAND,
    &commands::completions::COMMAND,
    &commands::help::COMMAND,
];

/// The command with a name.
pub fn named(name: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.name == name).copied()
}

/// The arguments of a command as its own type.
///
/// # Errors
/// If they do not fit. Reading the command line has found this already.
pub fn args<A: FromArgMatches>(matches: &ArgMatches) -> Result<A, Failure> {
    A::from_arg_matches(matches).map_err(|error| super::usage::failure(&error, &[]))
}
