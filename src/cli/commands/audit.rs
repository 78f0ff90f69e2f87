//! `redress audit [PERIOD] [--since REV] [ID]`: replays history against the rules that were in force each day.

use crate::audit::{self, Finding, Looked, Severity};
use crate::book::{AuditScope, View};
use crate::calendar::{Period, Zone};
use crate::cli::commands::report::Doubted;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::{opening, progress, table};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::AuditText as Text;
use crate::model::Facts;
use crate::policy::Clock;
use crate::record::Id;
use crate::render;

/// Replay history against the rules of the day
///
/// Events may only have been appended; each must have been a step that the rule book of its day allowed, by somebody
/// entitled that day; messages must be true. No finding and exit code 0 where all is well; otherwise each finding with
/// its commit, and exit code 1. Imports are listed, since nothing that happened before them can be audited, and so are
/// changes of the rules. At the end stands what was looked at. docs/audit.md says what a silent audit proves and what
/// it does not.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Commits of a period, such as 2026-10, or what concerns a record; either, both or none
    #[arg(value_name = "PERIOD|ID", num_args = 0..=2)]
    what: Vec<String>,
    /// Only what came after this commit
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Hash each object again, and take nothing from an earlier audit
    #[arg(long)]
    strict: bool,
    /// Show each change of the rules whole, with the steps that the rules before it refuse
    #[arg(long)]
    rules: bool,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "audit",
    group: Group::Book,
    zh: "按当日的制度核对历史\n\n事件只能追加；每个事件都必须是当日制度允许、由当日有权者办理的步骤；提交说明必须属实。一切正常时没有问题、退出码为 0；否则列出每个问题及其提交，退出码为 1。每次导入均会列出，因其此前的经过无法审计；制度的更改也会列出。最后说明核对的范围。无问题的审计能证明什么、不能证明什么，见 docs/zh/audit.md。",
    zh_args: &[
        ("what", "某期间的提交（如 2026-10），或某条记录；可写其一、两者或都不写"),
        ("since", "只看此提交之后的历史"),
        ("strict", "重新校验所读的每个对象，不采用以往审计的结果"),
        ("rules", "完整列出制度的每次更改，以及此前制度不允许的步骤"),
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
        Example {
            line: "redress audit --strict --rules",
            en: "everything anew, and what each change of the rules allowed",
            zh: "全部重新核对，并列出制度每次更改放行的步骤",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open_history(context)?;
    context.page();
    let repo = session.book.repo();
    let to = opening::commit(context, repo)?;
    // without settings that can be read, the history is audited all the same
    let settings = opening::settings(repo, to).ok();
    let zone = settings.as_ref().map_or_else(Zone::utc, |settings| settings.time_zone);
    // a simulated clock says nothing about when a commit was made
    let is_real = settings.is_none_or(|settings| settings.clock == Clock::Real);
    let now = is_real.then(|| session.now.timestamp());
    let mut scope = AuditScope { to: Some(to), now, strict: args.strict, rules: args.rules, ..AuditScope::default() };
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
    let mut audited = session.book.audit(&scope, &mut |done, total| {
        let bar = bar.get_or_insert_with(|| progress::bar(context, total, Text::Progress.get(context.lang)));
        bar.set_position(u64::try_from(done).unwrap_or(u64::MAX));
    })?;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    // A book whose policy does not hold together still has a history.
    let view = session.view(context).ok();
    if let Some(view) = view.as_ref().filter(|_| args.strict) {
        audited.findings.extend(closed(&session, view, &scope)?);
    }
    let facts = view.as_ref().map_or_else(Facts::default, table::facts);
    let quiet = context.flags.quiet;
    let result = audit::Result {
        findings: &audited.findings,
        imports: &audited.imports,
        changes: if quiet { &[] } else { &audited.changes },
        whole: args.rules,
        looked: &audited.looked,
    };
    if context.flags.json {
        let mut told = audit::report(&result, zone, None, facts.clone());
        told.table("scope", Label::default(), audit::scope(&audited.looked, zone));
        context.out.data(render::value(&told));
    }
    if !(result.findings.is_empty() && result.imports.is_empty() && result.changes.is_empty()) {
        let words = view.as_ref().map(View::words);
        let mut shown = audit::report(&result, zone, words.as_ref(), facts);
        shown.sections.retain(|section| section.name != audit::FINDINGS || !result.findings.is_empty());
        table::show(context, &shown)?;
    }
    for line in said(&audited.looked, &scope, zone) {
        context.out.note(line.get(context.lang));
    }
    let controlled = view.is_none_or(|view| !view.policy().control.is_empty() || view.people().is_empty());
    if !controlled {
        context.out.note(Text::NoControl.get(context.lang));
    }
    Ok(if audited.findings.is_empty() { Exit::Done } else { Exit::Refused })
}

/// The closed months whose kept reports are not what this program makes of their commits. That takes as long as the
/// reports themselves.
fn closed(session: &Session, view: &View<'_>, scope: &AuditScope) -> Result<Vec<Finding>, Failure> {
    let wanted = |id: &Id| scope.record.as_ref().is_none_or(|(record, _)| record == id);
    let found = super::report::doubted(session, view)?.into_iter().filter(|doubted| wanted(&doubted.record.id));
    Ok(found
        .map(|Doubted { record, report, closing }| Finding {
            rule: "closed-otherwise",
            severity: Severity::Warning,
            commit: closing.id.to_string(),
            at: record.opened(),
            author: closing.author,
            file: view.path(&record.id),
            record: Some(record.id),
            event: Some(0),
            message: label!(Text::ClosedOtherwise, report = report),
        })
        .collect())
}

/// What was looked at, and what was not.
fn said(looked: &Looked, scope: &AuditScope, zone: Zone) -> Vec<Label> {
    let short = |id: &str| id.get(..12).unwrap_or(id).to_owned();
    let day = |seconds: i64| {
        let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
        zone.local(at.fixed_offset()).format("%Y-%m-%d %H:%M").to_string()
    };
    let tip = short(&looked.tip);
    let mut first = match looked.dates {
        Some((first, last)) => {
            label!(Text::LookedAt, commits = looked.commits, tip = tip, first = day(first), last = day(last))
        }
        None => label!(Text::LookedAtNone, tip = tip),
    };
    if !looked.roots.is_empty() {
        let roots = looked.roots.iter().map(|root| short(root)).collect::<Vec<_>>().join(", ");
        let began = label!(Text::BeganWith, roots = roots);
        first = Label::each(|lang| format!("{}{}", first.get(lang), began.get(lang)));
    }
    let mut lines = vec![first];
    let others = looked.all.saturating_sub(looked.commits);
    match (&scope.record, others) {
        (Some(_), _) => lines.push(label!(Text::NotLookedAtRecord, others = others)),
        (None, 0) => {}
        (None, _) => lines.push(label!(Text::NotLookedAt, others = others)),
    }
    lines.push(match (looked.shallow, looked.grafted, looked.replaced) {
        (false, false, 0) => Text::NotCutOff.into(),
        (shallow, grafted, replaced) => {
            let yes = |is: bool| Label::from(if is { Text::Yes } else { Text::No });
            label!(Text::CutOff, replaced = replaced; shallow = yes(shallow), grafted = yes(grafted))
        }
    });
    if scope.strict {
        lines.push(Text::WasStrict.into());
    }
    lines
}
