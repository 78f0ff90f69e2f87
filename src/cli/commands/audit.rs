//! `redress audit [PERIOD] [--since REV] [ID]`: replays history against the rules that were in force each day.

use crate::audit;
use crate::book::AuditScope;
use crate::calendar::Period;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::{opening, progress, table};
use crate::label;
use crate::locale::messages::AuditText as Text;
use crate::model::Facts;
use crate::render;

/// Replay history against the rules of the day
///
/// Events may only have been appended; each must have been a step that the rule book of its day allowed, by somebody entitled
/// that day; messages must be true. Silent where all is well; otherwise each finding with its commit, and exit code 1. Imports are listed,
/// since nothing that happened before them can be audited.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Commits of a period, such as 2026-10, or what concerns a record; either, both or none
    #[arg(value_name = "PERIOD|ID", num_args = 0..=2)]
    what: Vec<String>,
    /// Only what came after this commit
    #[arg(long, value_name = "REV")]
    since: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "audit",
    group: Group::Book,
    zh: "按当日的制度核对历史\n\n事件只能追加；每个事件都必须是当日制度允许、由当日有权者办理的步骤；提交说明必须属实。一切正常时不作输出，否则列出每个问题及其提交，退出码为 1。每次导入均会列出，因其此前的经过无法审计。",
    zh_args: &[
        ("what", "某期间的提交（如 2026-10），或某条记录；可写其一、两者或都不写"),
        ("since", "只看此提交之后的历史"),
    ],
    examples: &[
        Example { line: "redress audit", en: "the whole history", zh: "全部历史" },
        Example { line: "redress audit 2026-10", en: "what was committed in October", zh: "十月份的提交" },
        Example {
            line: "redress audit 7K3F2 --json", en: "a record, for a script", zh: "一条记录，供脚本使用"
        },
        Example {
            line: "redress audit --since origin/main", en: "what is not published yet", zh: "尚未发布的部分"
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    context.page();
    let repo = session.book.repo();
    let to = opening::commit(context, repo)?;
    let zone = opening::zone(repo, to)?;
    let mut scope = AuditScope { to: Some(to), ..AuditScope::default() };
    scope.since = args.since.as_deref().map(|revision| repo.named(revision)).transpose()?;
    for word in &args.what {
        match Period::parse(word, session.now.date_naive()) {
            Ok(period) if scope.made.is_none() => {
                let (from, until) = period.moments(zone);
                scope.made = Some((from.timestamp(), until.timestamp()));
            }
            _ if scope.record.is_none() => {
                let view = session.view(context)?;
                let id = session.record(context, &view, &[], word)?;
                let path = view.path(&id);
                scope.record = path.map(|path| (id, path));
            }
            _ => return Err(Failure::usage("scope", label!(Text::NeedsPeriodOrRecord, word = word))),
        }
    }
    let mut bar = None;
    let audited = session.book.audit(&scope, &mut |done, total| {
        let bar = bar.get_or_insert_with(|| progress::bar(context, total, Text::Progress.get(context.lang)));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    })?;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    // A book whose policy does not hold together still has a history.
    let facts = session.view(context).map_or_else(|_| Facts::default(), |view| table::facts(&view));
    let report = audit::report(&audited.findings, &audited.imports, audited.commits, zone, facts);
    if context.flags.json {
        context.out.data(render::value(&report));
    }
    if audited.findings.is_empty() && audited.imports.is_empty() {
        return Ok(Exit::Done);
    }
    table::show(context, &report)?;
    Ok(if audited.findings.is_empty() { Exit::Done } else { Exit::Refused })
}
