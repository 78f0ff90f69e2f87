//! `redress validate [PATH|ID…]`: checks the files as they lie on disk.

use crate::book::repo::RepoError;
use crate::book::{Part, View, Whole};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::{beside_rules, cautions, doubles};
use crate::filter::Unanswered;
use crate::kind::Kind;
use crate::locale::messages::{RecordText as Text, RepoText};
use crate::place::{Place, Problem};
use crate::policy::{Settings, Sources};
use crate::record::{Class, Record};
use crate::{label, render};

/// Check the files as they lie on disk; silent where all is well
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files or records; without any the whole book with its policy
    #[arg(value_name = "PATH|ID")]
    names: Vec<String>,
    /// Read every file again, also what has not changed since it was last found sound
    #[arg(long)]
    full: bool,
    /// Only what is staged for the next commit of git; for hooks
    #[arg(long, conflicts_with_all = ["names", "full"])]
    staged: bool,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "validate",
    group: Group::Book,
    zh: "检查磁盘上的文件；没有问题时不输出",
    zh_args: &[
        ("names", "文件或记录；不写则检查整个台账及其制度"),
        ("full", "重新读取全部文件，包括自上次检查无误后未变的文件"),
        ("staged", "只检查已暂存、将由 git 提交的内容；供钩子使用"),
    ],
    examples: &[
        Example { line: "redress validate", en: "the whole book", zh: "整个台账" },
        Example { line: "redress validate 7K3F2", en: "one record", zh: "一条记录" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    context.page();
    session.check_present()?;
    let view = session.view(context)?;
    view.repo().check_work_tree()?;
    if args.staged {
        let staged = view.repo().staged()?;
        let (mut problems, rules) = view.validate_staged(&staged)?;
        if let Some((policy, sources)) = rules {
            problems.extend(beside_rules::unreadable(&policy, &sources, view.now()));
        }
        report(context, &problems, |path| {
            let blob = staged.iter().find(|staged| staged.path == path)?.blob?;
            view.repo().blob(blob).ok()
        });
        return Ok(if problems.is_empty() { Exit::Done } else { Exit::Refused });
    }
    cautions::note_unfinished(context, view.repo());
    let problems = if args.names.is_empty() {
        whole(context, &view, args.full)?
    } else {
        named(context, &session, &view, &args.names)?
    };
    report(context, &problems, |path| view.on_disk(path));
    if args.names.is_empty() {
        doubles::warn(context, &view)?;
    }
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Refused })
}

/// What is wrong in the book and its policy. Remarks on closed records appear only if asked for.
fn whole(context: &mut Context, view: &View<'_>, full: bool) -> Result<Vec<Problem>, Failure> {
    let mut problems = beside_rules::on_disk(view);
    problems.extend(view.stray_files());
    problems.extend(view.homeless());
    let whole = view.whole()?;
    let misplaced = view.misplaced_of(&whole);
    // one that keeps the rules from being read was told with them
    problems.retain(|problem| !misplaced.contains(problem));
    problems.extend(deleted(view, &whole, &misplaced));
    problems.extend(folders(view, &whole, &misplaced));
    let beside = misplaced.iter().map(|problem| problem.place.file.to_string()).collect();
    problems.extend(misplaced);
    let found = view.validate_whole(&whole, &beside, full, &mut |record| {
        let kind = view.policy().kind(&record.kind);
        let kind = kind.filter(|kind| kind.shape.class(&record.state) != Class::Closed);
        let unknown = cautions::warn_of_unknown(context, record);
        kind.is_some_and(|kind| remark(context, view, kind, record)) || unknown
    })?;
    problems.extend(found);
    Ok(problems)
}

/// Checks a new book once, so that its sound files need not be read again.
///
/// # Errors
/// If the book cannot be read.
pub(super) fn note_sound(view: &View<'_>) -> Result<(), Failure> {
    let whole = view.whole()?;
    let beside = view.misplaced_of(&whole).iter().map(|problem| problem.place.file.to_string()).collect();
    view.validate_whole(&whole, &beside, false, &mut |record| {
        let kind = view.policy().kind(&record.kind);
        let kind = kind.filter(|kind| kind.shape.class(&record.state) != Class::Closed);
        kind.is_some_and(|kind| cautions::remarks(view, kind, record).is_ok_and(|remarks| !remarks.is_empty()))
            || !record.unknown().is_empty()
    })?;
    Ok(())
}

/// What is wrong in the files and records that are named.
fn named(context: &mut Context, session: &Session, view: &View<'_>, names: &[String]) -> Result<Vec<Problem>, Failure> {
    let mut problems: Vec<Problem> = Vec::new();
    let paths = |name: &String| {
        let path = session.path(context, name);
        let below = |file: &String| file.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/'));
        if Sources::is_source(&format!("{path}/")) || path == Settings::FILE {
            problems.extend(beside_rules::on_disk(view));
            return Ok(Vec::new());
        }
        let within: Vec<String> = view.record_files().into_iter().filter(below).collect();
        if !within.is_empty() {
            return Ok(within);
        }
        if view.lies_on_disk(&path) {
            return Ok(vec![path]);
        }
        let id = session.record(context, view, &[], name)?;
        let path = view.path(&id);
        path.map(|path| vec![path]).ok_or_else(|| Failure::missing("no-record", label!(Text::NoRecord, id = id)))
    };
    let paths = names.iter().map(paths).collect::<Result<Vec<_>, Failure>>()?.concat();
    problems.extend(view.validate_all(paths.iter().map(String::as_str), &mut |record| {
        cautions::warn_of_unknown(context, record);
        if let Some(kind) = view.policy().kind(&record.kind) {
            remark(context, view, kind, record);
        }
    }));
    Ok(problems)
}

/// Warns of the remarks on a record. Returns whether there are any.
fn remark(context: &mut Context, view: &View<'_>, kind: &Kind, record: &Record) -> bool {
    match cautions::remarks(view, kind, record) {
        Ok(remarks) => {
            remarks.iter().for_each(|remark| cautions::warn_of(context, &record.id, remark));
            !remarks.is_empty()
        }
        Err(Unanswered(why)) => {
            context.out.warn("unanswered", why);
            true
        }
    }
}

/// The records that a hand has deleted, without those below a file that lies in the place of a folder.
fn deleted(view: &View<'_>, whole: &Whole, misplaced: &[Problem]) -> Vec<Problem> {
    let below = |path: &str| misplaced.iter().any(|problem| path.starts_with(&format!("{}/", problem.place.file)));
    let gone = whole.changes.iter().filter(|change| {
        let there = change.disk.is_some() || view.lies_on_disk(&change.path) || below(&change.path);
        change.tip.is_some() && !there && matches!(view.part(&change.path), Part::Record(_))
    });
    gone.filter_map(|change| refused(&change.path, "deleted")).collect()
}

/// The folders that lie in the place of a record's file.
fn folders(view: &View<'_>, whole: &Whole, misplaced: &[Problem]) -> Vec<Problem> {
    let told = |path: &str| misplaced.iter().any(|problem| *problem.place.file == *path);
    let gone = whole.changes.iter().filter(|change| change.tip.is_some() && change.disk.is_none());
    let folder = gone.filter(|change| !told(&change.path)).filter_map(|change| {
        let error = view.repo().file_on_disk(&change.path).err()?;
        let is_folder =
            matches!(&error, RepoError::NotAFile { path, found: RepoText::Folder, .. } if *path == change.path);
        let problem = || Problem::new(Place::of_file(&*change.path), error.label()).help_if(error.hint());
        (is_folder && matches!(view.part(&change.path), Part::Record(_))).then(problem)
    });
    folder.collect()
}

/// A problem as JSON.
pub fn json(problem: &Problem) -> serde_json::Value {
    let place = &problem.place;
    serde_json::json!({
        "message": problem.message.en, "hint": problem.help.as_ref().map(|help| &help.en),
        "at": { "file": &*place.file, "line": place.line, "key": &*place.key },
    })
}

/// Prints problems with their excerpts, or as JSON.
pub fn report(context: &mut Context, problems: &[Problem], source: impl Fn(&str) -> Option<Vec<u8>>) {
    context.out.data(problems.iter().map(json).collect());
    show(context, problems, source);
}

/// Prints problems with their excerpts for people.
pub fn show(context: &mut Context, problems: &[Problem], source: impl Fn(&str) -> Option<Vec<u8>>) {
    if !problems.is_empty() && !context.flags.json {
        let options = crate::cli::table::options(context);
        let text = |path: &str| {
            let bytes = source(path)?;
            Some(std::borrow::Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
        };
        let text = render::problem::excerpts(problems, text, &options);
        context.out.text(&text);
    }
}

/// The problem of a path that `commit` refuses whatever the file says.
pub(super) fn refused(path: &str, what: &str) -> Option<Problem> {
    let place = Place::of_file(path);
    match what {
        "new" => Some(Problem::new(place, label!(Text::NewByHand, path = path))),
        "deleted" => {
            let problem = Problem::new(place, label!(Text::DeletedByHand, path = path));
            Some(problem.help(label!(Text::RestoreHint, path = path)))
        }
        _ => None,
    }
}
