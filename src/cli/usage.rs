//! Turns what clap finds wrong with a command line into a failure in both languages, with the corrected command if it
//! is clear.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::failure::{Candidate, Failure};
use super::registry;
use super::tree::PROGRAM;
use super::words::join;
use crate::label;
use crate::locale::messages::CliText;
use crate::locale::{Label, Lang};
use crate::place::toml::nearest;
use crate::record::Id;

/// The failure. `words` is the command line with the program's name first. It is empty if the line is not known.
pub(super) fn failure(error: &clap::Error, words: &[String]) -> Failure {
    let one = |kind| context(error, kind).into_iter().next();
    let argument = one(ContextKind::InvalidArg).unwrap_or_default();
    let see_help = label!(CliText::SeeHelp, command = command_named(words));
    let failure = |code, message: Label| Failure::usage(code, message);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = one(ContextKind::InvalidSubcommand).unwrap_or_default();
            let near = context(error, ContextKind::SuggestedSubcommand);
            unknown_command(&word, &near, words)
        }
        ErrorKind::UnknownArgument => {
            let near = one(ContextKind::SuggestedArg);
            let (code, message) = match argument.starts_with('-') {
                true => ("unknown-flag", label!(CliText::UnknownFlag, word = argument)),
                false => ("stray-word", label!(CliText::UnknownArgument, word = argument)),
            };
            let corrected = match &near {
                Some(near) => replaced(words, &argument, Some(near)),
                None if !argument.starts_with('-') => replaced(words, &argument, None),
                None => None,
            };
            let hint = match (corrected, &near) {
                (Some(line), _) => label!(CliText::WriteInstead, command = line),
                (None, Some(near)) => label!(CliText::DidYouMean, word = near),
                (None, None) => see_help,
            };
            failure(code, message).hint(hint).candidates(near.map(Candidate::named))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = one(ContextKind::InvalidValue).unwrap_or_default();
            let valid = context(error, ContextKind::ValidValue);
            if value.is_empty() {
                let message = label!(CliText::MissingValue, argument = argument);
                return failure("missing-value", message)
                    .hint(see_help)
                    .candidates(valid.into_iter().map(Candidate::named));
            }
            let near = one(ContextKind::SuggestedValue);
            let source = std::error::Error::source(error);
            let number = source.is_some_and(|source| {
                source.is::<std::num::ParseIntError>() || source.to_string().contains(" is not in ")
            });
            let reason = source.filter(|_| !number).map(ToString::to_string);
            let message = match reason {
                Some(reason) => {
                    label!(CliText::InvalidValueBecause, value = value, argument = argument, reason = reason)
                }
                None => label!(CliText::InvalidValue, value = value, argument = argument),
            };
            let hint = match near {
                Some(near) => label!(CliText::DidYouMean, word = near),
                None if number => CliText::WholeNumber.label(),
                None if !valid.is_empty() => label!(CliText::OneOf; words = Label::words(&valid)),
                None => see_help,
            };
            failure("invalid-value", message).hint(hint).candidates(valid.into_iter().map(Candidate::named))
        }
        ErrorKind::MissingRequiredArgument => {
            let all = context(error, ContextKind::InvalidArg);
            let message = label!(CliText::MissingArguments, words = all.join(" "));
            failure("missing-argument", message).hint(see_help)
        }
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let all = below(words);
            let command = command_named(words);
            let message = label!(CliText::MissingCommand, command = command; words = Label::words(&all));
            failure("missing-command", message).hint(see_help).candidates(all.into_iter().map(Candidate::named))
        }
        ErrorKind::ArgumentConflict => {
            let other = one(ContextKind::PriorArg).unwrap_or_default();
            let message = match other == argument {
                true => label!(CliText::TooMany, argument = argument),
                false => label!(CliText::Conflict, argument = argument, other = other),
            };
            failure("conflict", message).hint(see_help)
        }
        ErrorKind::TooManyValues => {
            let value = one(ContextKind::InvalidValue).unwrap_or_default();
            failure("too-many-values", label!(CliText::ValueNotTaken, argument = argument, value = value))
                .hint(see_help)
        }
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            failure("missing-value", label!(CliText::MissingValue, argument = argument)).hint(see_help)
        }
        ErrorKind::InvalidUtf8 => failure("not-utf8", CliText::NotUtf8.label()).hint(see_help),
        _ => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
            failure("usage", label!(CliText::BadUsage, what = line)).hint(see_help)
        }
    }
}

fn unknown_command(word: &str, near: &[String], words: &[String]) -> Failure {
    let message = label!(CliText::UnknownCommand, word = word);
    let at = words.iter().skip(1).position(|typed| typed == word).map(|at| at + 1);
    let names: Vec<String> = match at {
        Some(2..) if !below(words).is_empty() => below(words),
        _ => registry::COMMANDS.iter().map(|command| command.name.to_owned()).collect(),
    };
    let near = near.first().cloned();
    let near = near.or_else(|| nearest(word, names.iter().map(String::as_str)).map(str::to_owned));
    // `redress complaint new …`: the verb comes first
    let swapped = at.filter(|at| words.get(at + 1).is_some_and(|next| registry::named(next).is_some())).map(|at| {
        let mut words = program(words);
        words.swap(at, at + 1);
        join(words)
    });
    let is_id = word.parse::<Id>().is_ok_and(|id| !id.is_person()) && registry::named("show").is_some();
    let shown = at.filter(|_| is_id).map(|at| {
        let mut words = program(words);
        words.insert(at, "show".to_owned());
        join(words)
    });
    let corrected = swapped
        .or(shown)
        .or_else(|| inserted(word, near.is_some(), at?, words))
        .or_else(|| replaced(words, word, Some(near.as_ref()?)));
    let hint = match corrected {
        Some(line) => label!(CliText::WriteInstead, command = line),
        None => label!(CliText::SeeHelp, command = PROGRAM),
    };
    Failure::usage("unknown-command", message).hint(hint).candidates(near.map(Candidate::named))
}

/// The command line with the subcommand before the word that was typed in its place: the first one that takes it, such
/// as `redress calendar day 2026-11-28`.
fn inserted(word: &str, is_near: bool, at: usize, words: &[String]) -> Option<String> {
    let below = below(words);
    let begins = |name: &String| name.starts_with(word);
    if at < 2 || is_near || below.iter().any(begins) {
        return None;
    }
    below.into_iter().find_map(|name| {
        let mut corrected = program(words);
        corrected.insert(at, name);
        let parsed = super::tree::build(Lang::En).try_get_matches_from(&corrected);
        parsed.is_ok().then(|| join(corrected))
    })
}

/// The command line with one word replaced or left out. `None` if it does not contain the word.
fn replaced(words: &[String], word: &str, with: Option<&str>) -> Option<String> {
    let at = words.iter().skip(1).position(|typed| typed.split('=').next() == word.split('=').next())? + 1;
    let mut corrected = program(words);
    match with {
        Some(with) => {
            let value =
                words[at].split_once('=').filter(|_| word.starts_with('-')).map(|(_, value)| format!("={value}"));
            corrected[at] = format!("{with}{}", value.unwrap_or_default());
        }
        None => _ = corrected.remove(at),
    }
    Some(join(corrected))
}

/// The command line with the bare name of the program, without a path.
fn program(words: &[String]) -> Vec<String> {
    std::iter::once(PROGRAM.to_owned()).chain(words.iter().skip(1).cloned()).collect()
}

/// The subcommands of the command that was typed.
fn below(words: &[String]) -> Vec<String> {
    let command = words.iter().skip(1).find_map(|word| registry::named(word));
    let tree = command.map(|command| (command.augment)(clap::Command::new(command.name)));
    tree.iter().flat_map(clap::Command::get_subcommands).map(|below| below.get_name().to_owned()).collect()
}

/// The program and the command that was typed, to point at its help.
fn command_named(words: &[String]) -> String {
    let command = words.iter().skip(1).find(|word| registry::named(word).is_some());
    command.map_or_else(|| PROGRAM.to_owned(), |command| format!("{PROGRAM} {command}"))
}

fn context(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}
