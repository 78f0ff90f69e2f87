//! The command line: one command a file, terminal, prompts, exit codes. It parses, calls the core and renders.
//!
//! Only this module reads environment, clock and terminal. What a command may know of them is in
//! [`context::Context`].

pub mod alike;
pub mod asked;
pub mod at_sign;
pub mod beside;
mod beside_rules;
pub mod bulk;
mod cautions;
pub mod cells;
mod changes;
mod chinese;
mod choices;
pub mod commands;
mod complete;
pub mod context;
mod covering;
mod dealt;
pub mod done;
pub mod doubles;
mod early;
pub mod editor;
pub mod entries;
pub mod environment;
pub mod exit;
pub mod failure;
mod filed_again;
pub mod filing;
pub mod flags;
pub mod importing;
pub mod input;
pub mod invented;
pub mod listing;
pub mod naming;
pub mod opening;
pub mod output;

mod opener;
mod owed;
pub mod own_rules;
mod page;
mod pager;
mod paths;
mod persons;
pub mod planned;
mod progress;
pub mod prompt;
mod record_columns;
pub mod registry;
pub mod session;
mod settled;
mod subject;
pub mod table;
pub mod templates;
pub mod topics;
pub mod tree;
pub mod typed;
mod updating;
mod usage;
pub mod words;

use std::ffi::OsString;

use clap::FromArgMatches;
use clap::error::ErrorKind;

use context::Context;
use early::{Early, Opened};
use exit::Exit;
use failure::Failure;
use flags::{Flags, Tongue};
use output::Output;

use crate::locale::Lang;
use crate::locale::messages::CliText;

/// The only command whose output can be in both languages.
const PRINT: &str = "print";
/// The command that goes on from where it was broken off, whatever it has recorded.
const SYNC: &str = "sync";

/// Runs the command that the words name. The first word is the program's name.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    crate::book::memory::small_pages();
    let words: Vec<OsString> = words.into_iter().collect();
    if words.len() == 2 && words[1] == templates::WORD {
        return templates::serve();
    }
    crate::book::repo::end_on_interrupt();
    let early = Early::scan(words.get(1..).unwrap_or_default());
    match early.lang() {
        Ok((lang, _)) if complete::answer(&words, lang) => Exit::Done,
        Ok((lang, opened)) => dispatch(words, &early, lang, opened),
        Err(failure) => Output::standard(Lang::default(), early.json, false).finish("", Err(failure)),
    }
}

fn dispatch(mut words: Vec<OsString>, early: &Early, lang: Lang, opened: Option<Opened>) -> Exit {
    let parse = |words: &[OsString]| {
        let read = tree::needed(lang, words).try_get_matches_from(words);
        match read {
            // help and errors speak of everything that could have been typed
            Err(error) if error.kind() != ErrorKind::DisplayVersion => tree::build(lang).try_get_matches_from(words),
            read => read,
        }
    };
    let mut matches = parse(&words);
    if matches.as_ref().is_ok_and(|matches| matches.subcommand_name().is_none()) {
        // `redress` alone: what is due, inside a book; help elsewhere
        let due = registry::named("due").filter(|_| early.book().is_some());
        words.push(due.map_or("--help", |due| due.name).into());
        matches = parse(&words);
    }
    let outcome = matches.map_err(|error| explain(&error, &words, lang));
    let ready = outcome.and_then(|matches| {
        let flags = Flags::from_arg_matches(&matches).map_err(|error| explain(&error, &words, lang))?;
        let context = Context::new(flags, lang).map_err(Stop::Failed)?;
        context.opened.replace(opened);
        Ok((matches, context))
    });
    let (matches, mut context) = match ready {
        Ok(ready) => ready,
        Err(Stop::Shown(text)) => {
            let mut out = Output::standard(lang, false, false);
            if let Some(pager) = early.pager() {
                out.page(pager);
            }
            out.text(&text);
            return out.finish("", Ok(Exit::Done));
        }
        Err(Stop::Failed(failure)) => return Output::standard(lang, early.json, false).finish("", Err(failure)),
    };
    let Some((name, below)) = matches.subcommand() else { return Exit::Usage };
    let result = match registry::named(name) {
        Some(command) if context.flags.lang == Some(Tongue::Both) && command.name != PRINT => {
            Err(Failure::usage("lang", CliText::BothForPrint))
        }
        Some(command) => (command.run)(below, &mut context),
        None => Ok(Exit::Usage),
    };
    for output::Warning { code, message } in context.later.take() {
        context.out.warn(code, message);
    }
    cautions::warn_of_misjudged(&mut context);
    if name != SYNC {
        cautions::note_recorded(&mut context);
    }
    let result = result.map_err(|failure| persons::named(failure, &context));
    context.out.finish(name, result)
}

/// Why no command runs.
enum Stop {
    /// Help or version, for standard output.
    Shown(String),
    Failed(Failure),
}

fn explain(error: &clap::Error, words: &[OsString], lang: Lang) -> Stop {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Shown(tree::shown(error, lang)),
        _ => {
            let words: Vec<String> = words.iter().map(|word| word.to_string_lossy().into_owned()).collect();
            Stop::Failed(usage::failure(error, &words))
        }
    }
}
