//! `redress import KIND FILE`: takes records from a file, with their own dates and states. All or none are taken, as
//! one commit.

mod into;
mod lines;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::book::{View, Writing};
use crate::cli::bulk::{self, Wrong};
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::importing::{Done, Import, Rejected};
use crate::cli::input::{self, OF_A_RECORD, OF_MANY};
use crate::cli::output::write_file;
use crate::cli::progress;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::entry::import::{BadCell, Mapping, Row, Table, decode, is_workbook, table, workbook};
use crate::kind::Kind;
use crate::locale::messages::RenderText;
use crate::locale::messages::{ImportText as Text, RecordText};
use crate::locale::{Label, Lang};
use crate::record::Id;
use crate::render::{guarded, unguard};
use crate::{label, say};

/// Bring records in from a file, with their own dates and states
///
/// Reads workbooks (XLSX, the first sheet), CSV (UTF-8 or GB18030), JSON and NDJSON by extension. Headings that are names or labels of fields need nothing more; a
/// mapping file says what other columns are, how dates are written, and which states a record went through. A row that came
/// in before is passed over. Where rows are wrong, each is named with line and column and nothing is written, unless
/// --rejects takes them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The kind, by its name or label
    #[arg(value_name = "KIND")]
    kind: String,
    /// The file: .xlsx, .csv, .json or .ndjson
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the columns are, in TOML
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// The column by which a row is known again; without, all that is mapped
    #[arg(long, value_name = "COLUMN")]
    key: Option<String>,
    /// Write rows that cannot be taken to this file, with what is wrong, and take the others
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The rows are lines of this list, such as the days of a clock, or answers to the questions of this record
    #[arg(long, value_name = "LIST|ID", conflicts_with_all = ["map", "key", "rejects"])]
    into: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "import",
    group: Group::Records,
    zh: "从文件导入记录，保留其日期和状态\n\n按扩展名读取工作簿（XLSX，第一张工作表）、CSV（UTF-8 或 GB18030）、JSON、NDJSON。列标题为字段名称或中文标签时无需映射；映射文件说明其他列的含义、日期写法以及记录经过的状态。已导入的行会跳过。有误的行会指出行号和列，不写入任何内容；用 --rejects 可收下有误的行而导入其余。",
    zh_args: &[
        ("kind", "种类，可写名称或中文标签"),
        ("file", "文件：.xlsx、.csv、.json 或 .ndjson"),
        ("map", "说明各列含义的 TOML 文件"),
        ("key", "识别同一行的列；不写则按全部映射列识别"),
        ("rejects", "把无法接受的行连同原因写入此文件，其余照常导入"),
        ("into", "各行为此列表的明细（如考勤的逐日打卡），或为该记录（如满意度调查）所提问题的答卷"),
    ],
    examples: &[
        Example {
            line: "redress import client 客户.csv --rejects 有误.csv",
            en: "clients whose headings are field names or labels",
            zh: "redress import 客户 客户.csv --rejects 有误.csv\n列标题即字段名称的客户表",
        },
        Example {
            line: "redress import survey answers.csv --into V-260316-7K3F2",
            en: "answers of a survey: who, and a column for each question",
            zh: "redress import 调查 答卷.csv --into V-260316-7K3F2\n调查答卷：客户一列，每题一列",
        },
        Example {
            line: "redress import attendance clock.csv --into days",
            en: "days of a clock: who, which day, in and out",
            zh: "redress import 考勤 打卡.csv --into 出勤记录\n打卡数据：姓名、日期、上班、下班",
        },
        Example {
            line: "redress import complaint complaints.csv --map examples/cfpb/map.toml --dry-run",
            en: "look first what a mapping makes of a file",
            zh: "先看映射的结果，不写入",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let file = args.file.display().to_string();
    let mut read = read(&args.file, &file)?;
    let view = session.view(context)?;
    let kind = session::kind(view.policy(), &args.kind)?;
    if let Some(into) = &args.into {
        if let Some(list) = lines::Lines::named(kind, into) {
            return lines::Lines { kind, list, table: &read, file: &file }.run(&session, &view, context);
        }
        return into::Answers { kind, into, table: &read, file: &file }.run(&session, &view, context);
    }
    let mapping = mapping(&view, kind, &args, &read, &file)?;
    let actor = session.actor(context, &view)?;
    let count = read.rows.len();
    if context.may_ask() && count > 1 && !context.confirm(&say!(context.lang, Text::SureImport, count = count))? {
        return Ok(Exit::Interrupted);
    }
    let bad = std::mem::take(&mut read.bad);
    let bar = progress::bar(context, count, Text::WordRows.get(context.lang));
    let (done, written) = session
        .write(context, None, |writing: &mut Writing<'_>| {
            let kind = session::kind(writing.view.policy(), kind.name())?;
            let mut import = Import {
                context,
                kind,
                mapping: &mapping,
                actor: &actor,
                found: HashMap::new(),
                done: Done::default(),
            };
            let mut rejected: Vec<(&Row, Vec<BadCell>)> =
                bad.iter().map(|(row, bad)| (row, vec![bad.clone()])).collect();
            let mut seen = HashMap::new();
            for row in &read.rows {
                if let Err(wrong) = import.row(writing, row, &mut seen)? {
                    rejected.push((row, wrong));
                }
                bar.inc(1);
            }
            rejected.sort_by_key(|(row, _)| row.line);
            let mut done = import.done;
            done.rejected = rejected.len();
            if !rejected.is_empty() {
                match &args.rejects {
                    None => return Err(refused(context, &file, &rejected)),
                    Some(_) if context.flags.dry_run => {}
                    Some(path) => write_file(path, &rejects(&read.headings, &rejected, context.lang)?)?,
                }
            }
            writing.say(summary(&done, Lang::En, false));
            Ok(done)
        })
        .inspect_err(|_| bar.finish_and_clear())?;
    bar.finish_and_clear();
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    context.out.data(json!({
        "imported": done.imported.len(), "existing": done.existing, "rejected": done.rejected, "made": done.made,
        "commit": commit, "ids": done.imported.iter().map(Id::as_str).collect::<Vec<_>>(),
    }));
    if context.flags.quiet {
        done.imported.iter().for_each(|id| context.out.line(id.as_str()));
    } else {
        let dry_run = context.flags.dry_run;
        let imported: HashSet<&Id> = done.imported.iter().collect();
        done::say_changes(context, &session.view(context)?, &written.changes, &|id| imported.contains(id));
        context.out.line(&summary(&done, context.lang, dry_run));
        for (kind, count) in &done.made {
            let label = view.policy().kind(kind).map_or(kind.as_str(), |kind| kind.shape.label.get(context.lang));
            context.out.line(&match dry_run {
                true => say!(context.lang, Text::WouldAlsoMake, kind = label, count = count),
                false => say!(context.lang, Text::AlsoMade, kind = label, count = count),
            });
        }
        if context.flags.dry_run {
            context.out.aside(RecordText::WouldBe.get(context.lang));
        }
    }
    if let Some(path) = args.rejects.filter(|_| done.rejected > 0 && !context.flags.dry_run) {
        context.out.warn("rejected", label!(Text::Rejected, count = done.rejected, file = path.display()));
    }
    Ok(Exit::Done)
}

fn summary(done: &Done, lang: Lang, dry_run: bool) -> String {
    let (imported, existing, rejected) = (done.imported.len(), done.existing, done.rejected);
    if dry_run {
        return say!(lang, Text::WouldImport, imported = imported, existing = existing, rejected = rejected);
    }
    say!(lang, Text::DoneImport, imported = imported, existing = existing, rejected = rejected)
}

/// The rows of a file. Its extension says the format.
fn read(path: &Path, file: &str) -> Result<Table, Failure> {
    let wrong = |message: Label| {
        let at = |lang, colon| format!("{file}{colon}{}", message.get(lang));
        Failure::usage("file", Label::new(at(Lang::En, ": "), at(Lang::Zh, "：")))
    };
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let format =
        extension.as_deref().filter(|extension| ["xlsx", "csv", "json", "ndjson", "jsonl"].contains(extension));
    let Some(format) = format else { return Err(Failure::usage("format", label!(Text::NoFormat, file = file))) };
    let bytes = input::bytes(path, OF_MANY)?;
    if format == "xlsx" || is_workbook(&bytes) {
        return workbook(&bytes, None).map_err(wrong);
    }
    let text = decode(&bytes).map_err(wrong)?;
    match format {
        "csv" => table::csv(&text, unguard).map_err(wrong),
        "json" => table::json(&text).map_err(wrong),
        _ => Ok(table::ndjson(&text)),
    }
}

fn mapping(view: &View<'_>, kind: &Kind, args: &Args, read: &Table, file: &str) -> Result<Mapping, Failure> {
    let mut mapping = match &args.map {
        None => Mapping::by_headings(&read.headings, kind).map_err(|message| {
            let at = |lang, colon| format!("{file}{colon}{}", message.get(lang));
            Failure::usage("columns", Label::new(at(Lang::En, ": "), at(Lang::Zh, "：")))
        })?,
        Some(path) => {
            let name = path.display().to_string();
            let text = input::text(path, OF_A_RECORD)?;
            let kinds = |name: &str| view.policy().kind(name);
            Mapping::read(&name, &text, &read.headings, kind, &kinds).map_err(|problems| {
                Failure::usage("map", label!(Text::BadMap, file = name)).problems(problems).source(name, text)
            })?
        }
    };
    if let Some(key) = &args.key {
        mapping.keyed_by(key).map_err(|message| Failure::usage("key", message))?;
    }
    Ok(mapping)
}

fn refused(context: &Context, file: &str, rejected: &[(&Row, Rejected)]) -> Failure {
    let wrong: Vec<Wrong> = rejected
        .iter()
        .flat_map(|(row, bad)| {
            bad.iter().map(|bad| Wrong { line: row.line, key: bad.column.clone(), message: bad.message.clone() })
        })
        .collect();
    let message = label!(Text::BadRows, count = wrong.len(), file = file);
    let failure = Failure::refused("bad-rows", message).hint(Text::BadRowsHint);
    bulk::named(context, failure, file, &wrong, |wrong| {
        let [en, zh] = Lang::ALL.map(|lang| {
            let what = wrong.message.get(lang);
            match wrong.key.is_empty() {
                true => say!(lang, Text::OnLine, line = wrong.line, what = what),
                false => say!(lang, Text::OnLineColumn, line = wrong.line, column = wrong.key, what = what),
            }
        });
        Label { en, zh }
    })
}

/// The rows that could not be taken, as CSV: line, what is wrong, and the cells unchanged. No cell is a formula for a
/// spreadsheet.
fn rejects(headings: &[String], rejected: &[(&Row, Rejected)], lang: Lang) -> Result<Vec<u8>, Failure> {
    let failed =
        |error: csv::Error| Failure::unreadable("csv", label!(RenderText::NotWritten, format = "CSV", reason = error));
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(b"\xef\xbb\xbf".to_vec());
    let own = [Text::ColumnReason.get(lang), Text::ColumnLine.get(lang)];
    let heads = headings.iter().map(|heading| guarded(heading)).chain(own.map(str::to_owned));
    writer.write_record(heads.collect::<Vec<_>>()).map_err(failed)?;
    for (row, bad) in rejected {
        let reasons = bad.iter().map(|bad| match bad.column.is_empty() {
            true => bad.message.get(lang).to_owned(),
            false => format!("{}: {}", bad.column, bad.message.get(lang)),
        });
        let reasons = reasons.collect::<Vec<_>>().join("; ");
        let width = headings.len().max(row.cells.len());
        let text = |column: usize| match row.cells.get(column) {
            Some(serde_json::Value::String(text)) => Cow::Borrowed(text.as_str()),
            _ => Cow::Owned(row.text(column)),
        };
        let cells = (0..width).map(|column| guarded(&text(column)));
        let own = [guarded(&reasons), row.line.to_string()];
        writer.write_record(cells.chain(own).collect::<Vec<_>>()).map_err(failed)?;
    }
    writer
        .into_inner()
        .map_err(|error| Failure::unreadable("csv", label!(RenderText::NotWritten, format = "CSV", reason = error)))
}
