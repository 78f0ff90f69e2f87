//! `redress policy new-kind NAME`: writes the file of a kind of the company's own, for a person to change.

use serde_json::json;

use crate::book::index::OWN_VIEWS;
use crate::book::repo::BookPath;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::write_file;
use crate::cli::session::Session;
use crate::filter::columns::table_name;
use crate::locale::messages::{CliText, NewKindText as Text};
use crate::policy::new_kind::{NewKind, Wanted};
use crate::{label, say};

/// What the kind is to be.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The name of the kind: lower-case letters and dashes, such as site-visit
    #[arg(value_name = "NAME")]
    name: String,
    /// What people read, in the language of the book
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// What ids begin with: one to three capital letters; without it a free one is chosen
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<String>,
    /// The folder of the records; without it the plural of the name
    #[arg(long, value_name = "NAME")]
    folder: Option<String>,
}

/// Writes the file and says what to do next.
///
/// # Errors
/// If the name, prefix, folder or label is invalid or taken, the rule book on disk does not load, or the file cannot
/// be written.
pub(super) fn run(args: &Args, session: &Session, context: &mut Context) -> Result<Exit, Failure> {
    session.check_present()?;
    let top = super::top(session)?;
    let (policy, ..) = super::on_disk(session, context)?;
    if OWN_VIEWS.contains(&table_name(&args.name).as_str()) {
        return Err(Failure::usage("new-kind", label!(Text::TakenView, name = args.name)));
    }
    let wanted = Wanted {
        name: &args.name,
        prefix: args.prefix.as_deref(),
        folder: args.folder.as_deref(),
        label: args.label.as_deref(),
    };
    let there = |name: &str| top.join(name).symlink_metadata().is_ok();
    let kind = NewKind::of(&policy, wanted, there).map_err(|wrong| Failure::usage("new-kind", wrong))?;
    let text = kind.text(&policy);
    let path = kind.path();
    let lang = context.lang;
    context.out.data(json!({
        "kind": kind.name, "prefix": kind.prefix, "folder": kind.folder, "path": path, "written": !context.flags.dry_run,
    }));
    let (name, prefix, folder) = (&kind.name, &kind.prefix, &kind.folder);
    if context.flags.dry_run {
        context.out.text(&text);
        context.out.aside(&say!(lang, Text::WouldWrite, path = path, name = name, prefix = prefix, folder = folder));
        return Ok(Exit::Done);
    }
    let file = BookPath::new(&path)?.under(top);
    if let Some(above) = file.parent() {
        std::fs::create_dir_all(above).map_err(|error| {
            let reason = crate::locale::os_error(&error);
            Failure::unreadable("io", label!(CliText::CannotWriteFile, file = above.display(); reason = reason))
        })?;
    }
    write_file(&file, text.as_bytes())?;
    context.out.note(&say!(lang, Text::Made, path = path, name = name, prefix = prefix, folder = folder));
    context.out.note(Text::Next.get(lang));
    for next in ["policy check".to_owned(), format!("commit {path} -m …"), format!("new {name} subject=…")] {
        context.out.note(&format!("  redress {next}"));
    }
    Ok(Exit::Done)
}
