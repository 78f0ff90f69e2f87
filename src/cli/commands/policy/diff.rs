//! `redress policy diff A [B]`: says in words how two rule books of the book differ.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::Session;
use crate::cli::{opening, table};
use crate::locale::messages::PolicyText as Text;
use crate::render;
use crate::report::rulebook;

/// Two revisions or dates.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The older rule book: a commit, branch, tag or date
    #[arg(value_name = "A")]
    older: String,
    /// The newer one; without it the one in force
    #[arg(value_name = "B")]
    newer: Option<String>,
}

/// Shows the differences.
///
/// # Errors
/// There is no such revision, or it holds no book.
pub(super) fn run(args: &Args, session: &Session, context: &mut Context) -> Result<Exit, Failure> {
    let repo = session.book.repo();
    let zone = opening::zone(repo, repo.tip()?)?;
    let view =
        |word: &str| -> Result<_, Failure> { Ok(session.book.view(Some(repo.revision(word, zone)?), session.now)?) };
    let older = view(&args.older)?;
    let newer = match &args.newer {
        Some(word) => view(word)?,
        None => session.view(context)?,
    };
    let report = rulebook::changes(&older.rule_files()?, &newer.rule_files()?, table::facts(&newer));
    context.out.data(render::value(&report));
    if report
        .sections
        .iter()
        .all(|section| matches!(&section.body, crate::model::Body::Table(table) if table.body().next().is_none()))
    {
        context.out.note(Text::NoChanges.get(context.lang));
        return Ok(Exit::Done);
    }
    table::show(context, &report)?;
    Ok(Exit::Done)
}
