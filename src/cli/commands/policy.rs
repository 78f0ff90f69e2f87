//! `redress policy check|show|diff|upgrade|new-kind`: whether the rule book holds together, what is in force, what a
//! newer program brings, and the file of a kind of the company's own.

mod diff;
mod new_kind;
mod upgrade;

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::book::sources;
use crate::check::policy::{Rulebook, cautions, findings};
use crate::check::{Finding, Severity};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{table, templates};
use crate::form::{Press, invented};
use crate::label;
use crate::locale::Lang;
use crate::locale::messages::{CliText, LanguageText, PolicyText as Text};
use crate::place::Problem;
use crate::policy::{Invalid, People, Policy, Sources};
use crate::render;
use crate::report::language::Library;
use crate::report::{named, rulebook};
use crate::say;

/// Check the rule book, or show what is in force
///
/// `check` reads the files as they lie on disk, so that a change can be tried before it is committed; with --at it
/// reads that commit. It is silent and ends with 0 where nothing is wrong.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Say everything that is wrong with the rule book
    Check {
        /// Also what is only good to know
        #[arg(long)]
        notes: bool,
    },
    /// Show the rules of a kind with their places, and its lifecycle; without KIND the kinds
    Show {
        /// The kind
        #[arg(value_name = "KIND")]
        kind: Option<String>,
        /// The lifecycle as a Mermaid diagram
        #[arg(long, requires = "kind")]
        mermaid: bool,
    },
    /// Say in words what two rule books of the book differ in: who may do what, limits, fields, deadlines
    ///
    /// A and B are commits, branches, tags or dates. Entries are told by their names: a comment, or an entry that has
    /// moved, is no difference.
    Diff(diff::Args),
    /// Bring the rule book to the one that this program ships
    ///
    /// The book's own changes are kept. They are merged line by line with what the preset has changed since the book
    /// began, shown as a difference, and written as one commit. If both changed the same lines, the files lie on disk
    /// with both texts, for you to mend and commit.
    Upgrade(upgrade::Args),
    /// Write the file of a kind of your own, as an example to change
    ///
    /// The file policy/kinds/NAME.toml shows each type of field, each class of state, steps, deadlines and who may do
    /// what, with comments in the language of the book. It is valid as it is written, and in force once it is
    /// committed.
    NewKind(new_kind::Args),
}

/// The command.
pub static COMMAND: Command = Command {
    name: "policy",
    group: Group::Book,
    zh: "检查制度文件，或显示现行规定\n\ncheck 读取磁盘上的文件，修改后可先检查再提交；加 --at 则读取该次提交。没有问题时不输出任何内容，退出码为 0。",
    zh_args: &[
        ("policy check", "检查制度文件中的全部问题"),
        ("notes", "同时列出提示"),
        ("policy show", "显示某一种类的规定及其所在，并附流程；不写种类则列出各种类"),
        ("kind", "记录种类"),
        ("mermaid", "以 Mermaid 图输出流程"),
        (
            "policy diff",
            "用文字说明两个版本的制度有何不同：谁可办理、时限、字段、权限\n\nA 和 B 为提交、分支、标签或日期。按名称对照：注释改动、条目移位不算不同。",
        ),
        ("older", "较早的版本：提交、分支、标签或日期"),
        ("newer", "较新的版本；不写则为现行制度"),
        (
            "policy upgrade",
            "将制度升级到本程序所附的版本\n\n台账自己的改动予以保留：与预设制度自建账以来的变化逐行合并，先显示差异，再作一次提交。若双方改了同一行，两种写法都留在文件中，由您修正后提交。",
        ),
        ("parts", "预设之外另选的制度部件，如监管转办时限；台账会记住"),
        (
            "policy new-kind",
            "写出自己的记录种类的示例文件，供修改\n\n文件 policy/kinds/名称.toml 中，各种字段、各类状态、步骤、时限和权限都有一例，并附台账语言的注释。写出即有效，提交后生效。",
        ),
        ("name", "新记录种类的名称：小写字母和连字符，如 site-visit"),
        ("label", "显示的名称，用台账的语言"),
        ("prefix", "记录号前缀：一至三个大写字母；不写则自动选取"),
        ("folder", "存放记录的文件夹；不写则由名称得出"),
    ],
    examples: &[
        Example { line: "redress policy check", en: "is anything wrong with the rules?", zh: "检查制度文件" },
        Example {
            line: "redress policy show complaint",
            en: "the rules for complaints",
            zh: "redress policy show 投诉\n投诉的现行规定",
        },
        Example {
            line: "redress policy show complaint --mermaid",
            en: "their lifecycle as a diagram",
            zh: "redress policy show 投诉 --mermaid\n投诉流程图",
        },
        Example {
            line: "redress policy diff 2026-10-01",
            en: "what has changed in the rules since October?",
            zh: "十月以来制度有哪些改动？",
        },
        Example {
            line: "redress policy upgrade --dry-run",
            en: "what would a newer program change in the rules?",
            zh: "新版本程序会改动哪些规定？",
        },
        Example {
            line: "redress policy upgrade --part regulator",
            en: "take the time limits of a regulator",
            zh: "选用监管转办时限",
        },
        Example {
            line: "redress policy new-kind site-visit --label 上门服务",
            en: "begin a kind of record of your own",
            zh: "新建自己的记录种类",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    context.page();
    match args.action {
        Action::Check { notes } => check(&session, notes, context),
        Action::Show { kind, mermaid } => show(&session, kind.as_deref(), mermaid, context),
        Action::Diff(args) => diff::run(&args, &session, context),
        Action::Upgrade(args) => upgrade::run(&args, &session, context),
        Action::NewKind(args) => new_kind::run(&args, &session, context),
    }
}

/// The finding that no report has the name of the checklist for `report --close`. `None` if the report exists, or if
/// the rule book has no reports of its own: every other command works without them.
fn no_checklist(sources: &Sources, policy: &Policy, library: &Library) -> Option<Finding> {
    let name = policy.reports.closing.as_ref()?.checklist.as_ref()?;
    let known = sources.under("reports").next().is_none();
    let known = known || library.find(&name.value).is_some() || named(&name.value).is_some();
    (!known).then(|| Finding {
        check: "no-checklist",
        severity: Severity::Warning,
        place: name.place.clone(),
        message: label!(LanguageText::NoReport, name = name.value),
    })
}

fn check(session: &Session, notes: bool, context: &mut Context) -> Result<Exit, Failure> {
    let today = session.now.date_naive();
    let (view, lying, sources, people);
    let policy: Arc<Policy> = match context.flags.at {
        Some(_) => {
            view = session.view(context)?;
            sources = view.sources()?;
            people = view.people().clone();
            view.shared_policy()
        }
        None => {
            (lying, people, sources) = on_disk(session, context)?;
            Arc::new(lying)
        }
    };
    let policy = &policy;
    let broken = Press::check(policy, &*templates::renderer(), session.now);
    if !broken.is_empty() {
        return Err(super::print::wrong(&policy.forms, broken));
    }
    let library = Library::of(&sources, policy, session.now);
    let mut wrong: Vec<Problem> = library.problems().cloned().collect();
    wrong.extend(library.tried(policy, &invented(policy, session.now), session.now));
    if !wrong.is_empty() {
        return Err(bad_policy(&sources, wrong));
    }
    let rulebook = Rulebook { policy, sources: &sources, people: &people, today };
    let mut found = findings(&rulebook);
    for caution in cautions(&rulebook) {
        context.out.warn("calendar", caution.line());
    }
    found.extend(no_checklist(&sources, policy, &library));
    let worst = found.iter().map(|finding| finding.severity).max();
    found.retain(|finding| notes || finding.severity > Severity::Note);
    context.out.data(found.iter().map(as_json).collect());
    for finding in &found {
        let severity = match finding.severity {
            Severity::Error => Text::Error,
            Severity::Warning => Text::Warning,
            Severity::Note => Text::Note,
        };
        let (lang, message) = (context.lang, finding.message.get(context.lang));
        let (severity, place, check) = (severity.get(lang), &finding.place, finding.check);
        let line = match &*place.key {
            "" => say!(lang, Text::Finding, severity = severity, place = place, message = message, check = check),
            key => {
                say!(
                    lang,
                    Text::FindingAt,
                    severity = severity,
                    place = place,
                    key = key,
                    message = message,
                    check = check
                )
            }
        };
        context.out.line(&line);
    }
    Ok(if worst > Some(Severity::Note) { Exit::Refused } else { Exit::Done })
}

/// The folder of the working tree.
fn top(session: &Session) -> Result<&Path, Failure> {
    let top = session.book.repo().top();
    top.ok_or_else(|| Failure::unreadable("no-work-tree", Text::NoWorkTree))
}

/// The failure for wrong files of the rule book, with the wrong lines.
fn bad_policy(files: &Sources, problems: impl IntoIterator<Item = Problem>) -> Failure {
    let problems: Vec<Problem> = problems.into_iter().collect();
    let mut failure = Failure::refused("policy", CliText::BadPolicy);
    for problem in &problems {
        let file = &*problem.place.file;
        if let Some(text) = files.bytes(file).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
            failure = failure.source(file, text);
        }
    }
    failure.problems(problems)
}

/// The rule book as it lies in the working tree, with its files and the files of the staff.
fn on_disk(session: &Session, context: &Context) -> Result<(Policy, People, Sources), Failure> {
    let top = top(session).map_err(|failure| failure.hint(Text::NoWorkTreeHint))?;
    let mut files = sources::on_disk(top)?;
    let policy = Policy::load(&files, "").map_err(|Invalid(problems)| bad_policy(&files, problems))?;
    // If the last commit's rule book cannot be read, nothing of it can be missed.
    let unfit = session.view(context).map_or(Ok(Vec::new()), |view| view.unfit(&policy, &files))?;
    match unfit.is_empty() {
        true => {
            let people = sources::staff_on_disk(top, &policy, &mut files);
            Ok((policy, people, files))
        }
        false => Err(Failure::refused("policy", CliText::BadPolicy).problems(unfit)),
    }
}

fn as_json(finding: &Finding) -> Json {
    let place = &finding.place;
    json!({
        "check": finding.check,
        "severity": finding.severity.name(),
        "message": render::label(&finding.message),
        "at": { "file": &*place.file, "line": place.line, "key": &*place.key },
    })
}

fn show(session: &Session, kind: Option<&str>, mermaid: bool, context: &mut Context) -> Result<Exit, Failure> {
    let view = session.view(context)?;
    let (policy, facts) = (view.policy(), table::facts(&view));
    let Some(word) = kind else {
        let report = rulebook::kinds(policy, facts);
        context.out.data(render::value(&report));
        table::show(context, &report)?;
        return Ok(Exit::Done);
    };
    let kind = session::kind(policy, word)?;
    if mermaid {
        let drawn = rulebook::mermaid(kind, context.lang);
        context.out.data(json!({ "kind": kind.name(), "mermaid": rulebook::mermaid(kind, Lang::En) }));
        context.out.text(&drawn);
        return Ok(Exit::Done);
    }
    let report = rulebook::rulebook(policy, kind, facts, context.lang);
    context.out.data(render::value(&report));
    table::show(context, &report)?;
    Ok(Exit::Done)
}
