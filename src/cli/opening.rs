//! Opens what a command works on: the book, the commit that it reads, its zone. It also turns the errors of the book
//! into failures of a command.

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use crate::book::index::IndexError;
use crate::book::repo::{Oid, Repo, RepoError};
use crate::book::{Book, BookError};
use crate::calendar::Zone;
use crate::filter::Unanswered;
use crate::label;
use crate::lifecycle::Refusal;
use crate::locale::messages::{AttachText, CliText, EntryText, RefusalText};
use crate::locale::{Label, Lang};
use crate::place::Problems;
use crate::policy::{Policy, Settings};
use crate::record::Unknown;

const SETTINGS: &str = "redress.toml";

/// The book around the command's folder.
///
/// # Errors
/// If there is none, or it cannot be read.
pub fn open(context: &Context) -> Result<Book, Failure> {
    // errors name the full path of the folder
    let dir = std::fs::canonicalize(context.dir()).unwrap_or_else(|_| context.dir().to_owned());
    match context.opened.take().filter(|opened| opened.dir == dir) {
        Some(opened) => Ok(Book::over(opened.repo)),
        None => Ok(Book::open(&dir, &super::environment::of_repository())?),
    }
}

/// The commit that the command reads: that of `--at`, otherwise the last one of the branch.
///
/// # Errors
/// If there is no such commit.
pub fn commit(context: &Context, repo: &Repo) -> Result<Oid, Failure> {
    let Some(at) = &context.flags.at else { return Ok(repo.tip()?) };
    // which commit a date means depends on the zone that the book has now
    let zone = zone(repo, repo.tip()?)?;
    Ok(repo.revision(at, zone)?)
}

/// The book's zone, as its `redress.toml` says it.
///
/// # Errors
/// If the commit holds no book, or its `redress.toml` is wrong.
pub fn zone(repo: &Repo, commit: Oid) -> Result<Zone, Failure> {
    settings(repo, commit).map(|settings| settings.time_zone)
}

/// What the `redress.toml` of a commit says.
///
/// # Errors
/// If the commit holds no book, or its `redress.toml` is wrong.
pub fn settings(repo: &Repo, commit: Oid) -> Result<Settings, Failure> {
    if let Some(wrong) = repo.not_a_file(commit, SETTINGS, false)? {
        return Err(wrong.into());
    }
    let bytes = repo.read(commit, SETTINGS)?.ok_or_else(|| BookError::NoBook { commit: commit.to_string() })?;
    let text = String::from_utf8_lossy(&bytes);
    let problems = Problems::new();
    let settings = Settings::load(&text, &problems);
    let sound = settings.filter(|_| problems.is_empty());
    sound.ok_or_else(|| {
        Failure::unreadable("policy", CliText::BadPolicy).problems(problems.into_sorted()).source(SETTINGS, text)
    })
}

/// A rule's refusal in both languages. The rule book gives the labels of steps, roles and fields.
pub fn refusal(refusal: &Refusal, policy: &Policy) -> Failure {
    let [en, zh] = Lang::ALL.map(|lang| refusal.message(lang, policy));
    let help = match Lang::ALL.map(|lang| refusal.help(lang, policy)) {
        [Some(en), Some(zh)] => Some(Label::new(en, zh)),
        _ => None,
    };
    let exit = match refusal {
        Refusal::NoKind { .. } | Refusal::NoRecord { .. } => Exit::Missing,
        _ => Exit::Refused,
    };
    Failure { of_rules: true, ..Failure::new(exit, refusal.code(), Label::new(en, zh)).hint_if(help) }
}

impl From<RepoError> for Failure {
    fn from(error: RepoError) -> Self {
        let exit = match &error {
            RepoError::HandEdits { .. }
            | RepoError::Conflicted { .. }
            | RepoError::Occupied { .. }
            | RepoError::HookRefused { .. } => Exit::Refused,
            RepoError::NothingToCommit => Exit::Refused,
            RepoError::Rewritten { .. }
            | RepoError::OtherHistory { .. }
            | RepoError::SeveralBases { .. }
            | RepoError::NoBranch { .. }
            | RepoError::BranchRenamed { .. }
            | RepoError::NoRemote { asked: None, .. } => Exit::Refused,
            RepoError::NoRemote { .. } | RepoError::UnknownRevision { .. } | RepoError::NoCommitBefore { .. } => {
                Exit::Missing
            }
            _ => Exit::Unreadable,
        };
        Failure::new(exit, error.code(), error.label()).hint_if(error.hint())
    }
}

impl From<BookError> for Failure {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Repo(error) => error.into(),
            BookError::NoBook { commit } => {
                Failure::unreadable("no-book", label!(CliText::NoBook, commit = commit)).hint(CliText::PullBook)
            }
            BookError::Displaced(error) => {
                let path = if let RepoError::NotAFile { path, .. } = &error { path.clone() } else { String::new() };
                Failure::unreadable(error.code(), error.label()).hint(label!(CliText::DisplacedHint, path = path))
            }
            BookError::Policy(invalid) => Failure::unreadable("policy", CliText::BadPolicy).problems(invalid.0),
            BookError::Unreadable { path, problems, misfits } => {
                let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml");
                let hint = match misfits.is_empty() {
                    true => label!(CliText::UnreadableRecordHint, id = name, path = path),
                    false => misfit_hint(name, &misfits),
                };
                Failure::refused("unreadable", label!(CliText::UnreadableRecord, path = path))
                    .problems(problems)
                    .hint(hint)
            }
            BookError::Refused(refusal) => match *refusal {
                Refusal::Unanswered { why } => Unanswered(why).into(),
                // if the rule book is at hand, `refusal` says it in words
                refusal => Failure::refused(refusal.code(), Label::verbatim(refusal.code())),
            },
            BookError::NotFiled { path } => {
                Failure::refused("not-filed", label!(AttachText::NotFiled, path = path)).hint(EntryText::File)
            }
            BookError::Commented { ref path } => Failure::refused("comments", error.label())
                .hint(label!(CliText::WriteInstead, command = format!("redress commit --comments=note {path}"))),
            BookError::TooLong { ref problem, .. } => {
                Failure::refused("too-large", error.label()).hint_if(problem.help.clone())
            }
            BookError::FilesClash { path, other } => {
                Failure::refused("name-taken", label!(AttachText::FilesClash, path = path, other = other))
                    .hint(AttachText::NameTakenHint)
            }
            BookError::Index(IndexError::Repo(error)) => error.into(),
            BookError::Index(IndexError::Io { doing, path, source }) => {
                RepoError::Io { doing, path: path.into(), source }.into()
            }
            other => Failure::unreadable("book", other),
        }
    }
}

/// What helps where entries of a record do not fit their fields.
pub(super) fn misfit_hint(id: &str, misfits: &[Unknown]) -> Label {
    let stands = misfits.iter().map(|misfit| misfit.text.split_whitespace().collect::<Vec<_>>().join(" "));
    let command: String = misfits.iter().map(|misfit| format!(" {}=VALUE", misfit.key)).collect();
    let stands = stands.collect::<Vec<_>>().join("; ");
    label!(CliText::MisfitHint, stands = stands, command = format!("redress edit {id}{command}"))
}

impl From<Unanswered> for Failure {
    fn from(error: Unanswered) -> Self {
        Failure::unreadable("unanswered", label!(RefusalText::Unanswered; why = error.0))
            .hint(RefusalText::UnansweredHelp)
    }
}

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        BookError::from(error).into()
    }
}
