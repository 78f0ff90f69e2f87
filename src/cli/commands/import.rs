//! `redress import KIND FILE`: takes records from a file, with their own dates and states. All or none are taken, as
//! one commit.

mod again;
mod into;
mod lines;
mod preview;
mod rejects;
mod sums;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::book::{View, Writing};
use crate::cli::bulk::{self, Wrong};
use crate::cli::context::Context;
use crate::cli::done;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::importing::{Done, Import, Outcome, Rejected};
use crate::cli::input::{self, OF_A_RECORD, OF_MANY};
use crate::cli::listing;
use crate::cli::output::write_file;
use crate::cli::progress;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::updating::Update;
use crate::entry::import::table::open;
use crate::entry::import::{BadCell, Choice, Layout, Mapping, Row, Table, of_rejects};
use crate::kind::Kind;
use crate::locale::messages::{ImportText as Text, RecordText};
use crate::locale::{Label, Lang};
use crate::record::{FieldId, Id};
use crate::render::unguard;
use crate::{label, say};
use preview::Preview;
use sums::Sum;

/// The long help. The example stands in lines, which clap joins in a comment.
const LONG: &str = "Bring records in from a file, with their own dates and states

Reads XLSX, CSV, JSON and NDJSON; the content of the file says which it is. Headings that are names or labels of fields need nothing \
more. A map says what other columns are, how dates are written, and which states a record went through; --write-map drafts one. A row \
that came in before is passed over, or taken as an edit with --update. Where rows are wrong, each is named with line and column and \
nothing is written, unless --rejects takes them.

A map is TOML:

  dates = \"%m/%d/%Y %H:%M\"
  source = \"helpdesk\"
  [key]
  columns = [\"Ticket ID\"]
  [fields]
  content = \"{Subject}: {Detail}\"
  received = { column = \"Created\" }
  channel = { column = \"Via\", values = { Web = \"web\", \"*\" = \"phone\" } }
  [[stages]]
  state = \"registered\"
  at = \"Created\"

Every key stands in docs/import.md, with an example.";

/// Bring records in from a file, with their own dates and states
#[derive(Debug, clap::Args)]
#[command(long_about = LONG)]
pub struct Args {
    /// The kind, by its name or label
    #[arg(value_name = "KIND")]
    kind: String,
    /// The file: a workbook, CSV, JSON or NDJSON
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the columns are, in TOML
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Draft a map with every column of the file, and take nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["map", "rejects", "update", "differences", "into"])]
    write_map: Option<PathBuf>,
    /// The column by which a row is known again; without, all that is mapped
    #[arg(long, value_name = "COLUMN")]
    key: Option<String>,
    /// The sheet of a workbook; without, the first
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Write rows that cannot be taken to this file, with what is wrong, and take the others; CSV, or JSON by its
    /// ending
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Take what differs in rows that came in before as an edit
    #[arg(long)]
    update: bool,
    /// Write what differs in rows that came in before to this file; CSV, or JSON by its ending
    #[arg(long, value_name = "FILE")]
    differences: Option<PathBuf>,
    /// Leave columns out that are no field
    #[arg(long)]
    ignore: bool,
    /// Deadlines of records that are not finished start when they entered their state
    #[arg(long)]
    running: bool,
    /// The rows are lines of this list, such as the days of a clock, or answers to the questions of this record
    #[arg(long, value_name = "LIST|ID", conflicts_with_all = ["key", "rejects", "update", "differences", "ignore", "running"])]
    into: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "import",
    group: Group::Records,
    zh: "从文件导入记录，保留其日期和状态\n\n读取 XLSX、CSV、JSON、NDJSON，按内容判断类型。列标题为字段名称或中文标签时无需映射；映射文件说明其他列的含义、日期写法以及记录经过的状态，--write-map 可起草。已导入的行会跳过，--update 则把更改作为编辑收下。有误的行会指出行号和列，不写入任何内容；用 --rejects 可收下有误的行而导入其余。\n\n映射文件为 TOML：\n\n  dates = \"%Y/%m/%d %H:%M\"\n  source = \"台账\"\n  [key]\n  columns = [\"编号\"]\n  [fields]\n  content = \"{投诉事项}：{详情}\"\n  received = { column = \"日期\", time = \"时间\" }\n  channel = { column = \"来源\", values = { \"网站\" = \"web\", \"*\" = \"phone\" } }\n  [[stages]]\n  state = \"registered\"\n  at = \"日期\"\n\n各键见 docs/import.md，附示例。",
    zh_args: &[
        ("kind", "种类，可写名称或中文标签"),
        ("file", "文件：工作簿、CSV、JSON 或 NDJSON"),
        ("map", "说明各列含义的 TOML 文件"),
        ("write_map", "按文件的全部列起草映射文件，不导入"),
        ("key", "识别同一行的列；不写则按全部映射列识别"),
        ("sheet", "工作簿的工作表；不写则为第一个"),
        ("rejects", "把无法接受的行连同原因写入此文件，其余照常导入；CSV，或按扩展名为 JSON"),
        ("update", "已导入过的行如有更改，作为编辑收下"),
        ("differences", "把已导入过的行的差异写入此文件；CSV，或按扩展名为 JSON"),
        ("ignore", "略去不是字段的列"),
        ("running", "未办结的记录自进入其状态时起算期限"),
        ("into", "各行为此列表的明细（如考勤的逐日打卡），或为该记录（如满意度调查）所提问题的答卷"),
    ],
    examples: &[
        Example {
            line: "redress import client 客户.csv --rejects 有误.csv",
            en: "clients whose headings are field names or labels",
            zh: "redress import 客户 客户.csv --rejects 有误.csv\n列标题即字段名称的客户表",
        },
        Example {
            line: "redress import complaint 投诉台账.xlsx --write-map 台账.toml",
            en: "a draft of a map for the first sheet of a workbook",
            zh: "为工作簿的第一个工作表起草映射文件",
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
    for path in args.rejects.iter().chain(&args.differences) {
        rejects::check_name(path)?;
    }
    if args.write_map.is_none() {
        session.check_writing(context)?;
    }
    let file = args.file.display().to_string();
    let map = args.map.as_ref().map(|path| input::text(path, OF_A_RECORD)).transpose()?;
    let mut table = read(&args, &file, map.as_deref())?;
    check_outputs(&args, &table, context)?;
    let view = session.view(context)?;
    let kind = session::kind(view.policy(), &args.kind)?;
    for note in &table.notes {
        context.out.warn("file", at(&file, note));
    }
    if let Some(into) = &args.into {
        if let Some(list) = lines::Lines::named(kind, into) {
            let mapping = line_mapping(&view, (kind, list), &args, &table, map.as_deref())?;
            left_out(&file, mapping.as_ref(), context);
            let lines = lines::Lines { kind, list, table: &table, file: &file, mapping: mapping.as_ref() };
            return lines.run(&session, &view, context);
        }
        if args.map.is_some() {
            return Err(Failure::usage("map", Text::MapForAnswers).hint(Text::MapForAnswersDo));
        }
        return into::Answers { kind, into, table: &table, file: &file }.run(&session, &view, context);
    }
    if let Some(path) = &args.write_map {
        return drafted((path, args.sheet.as_deref()), &table, kind, &view, context);
    }
    let mut updating = match args.update && args.map.is_none() && args.key.is_none() {
        true => Update::of(&view, kind, &table)?,
        false => None,
    };
    let mapping = match &updating {
        Some(updating) => updating.mapping(),
        None => mapping(&view, kind, &args, &table, (&file, map.as_deref()))?,
    };
    let left_alone = updating.as_ref().map(Update::left_alone).unwrap_or_default();
    if !left_alone.is_empty() {
        context.out.warn("left-alone", label!(Text::LeftAlone, columns = left_alone.join(", ")));
    }
    for note in mapping.notes() {
        context.out.warn("columns", at(&file, note));
    }
    left_out(&file, Some(&mapping), context);
    let actor = session.actor(context, &view)?;
    let count = table.count;
    if context.may_ask() && count > 1 && !context.confirm(&say!(context.lang, Text::SureImport, count = count))? {
        return Ok(Exit::Interrupted);
    }
    let bar = progress::bar(context, count, Text::WordRows.get(context.lang));
    let mut preview = Preview::new(context.flags.dry_run);
    let rows = table.take_rows();
    let written = session.write(context, None, |writing: &mut Writing<'_>| {
        let kind = session::kind(writing.view.policy(), kind.name())?;
        let mut import = Import {
            context,
            kind,
            mapping: &mapping,
            actor: &actor,
            update: args.update,
            running: args.running,
            found: HashMap::new(),
            done: Done::default(),
        };
        let mut rejected: Vec<(Row, Vec<BadCell>)> = Vec::new();
        let mut seen = HashMap::new();
        updating.iter_mut().for_each(Update::begin);
        let rows = rows;
        for row in rows.rows() {
            bar.inc(1);
            let row = match row {
                Ok(row) => row,
                Err((row, bad)) => {
                    preview.rejected(row.line, std::slice::from_ref(&bad));
                    rejected.push((row, vec![bad]));
                    continue;
                }
            };
            let taken = match &mut updating {
                Some(updating) => updating.row(&mut import, writing, &row, &mut seen)?,
                None => import.row(writing, &row, &mut seen)?,
            };
            match taken {
                Ok(outcome) => {
                    preview.taken(row.line, &outcome, kind, writing);
                    if let Outcome::Made(id) = &outcome {
                        writing.operation.settle(id);
                    }
                }
                Err(wrong) => {
                    preview.rejected(row.line, &wrong);
                    rejected.push((row, wrong));
                }
            }
        }
        let mut done = import.done;
        (done.rows, done.rejected) = (count, rejected.len());
        if !rejected.is_empty() && args.rejects.is_none() {
            return Err(Sum::of(&done).with(refused(context, &file, &rejected), args.update));
        }
        writing.say(Sum::of(&done).said(Lang::En, false, args.update));
        Ok((done, rejected))
    });
    bar.finish_and_clear();
    let ((done, rejected), written) = match written {
        Ok(written) => written,
        Err(failure) => {
            preview.show(context);
            return Err(failure);
        }
    };
    // nothing is left of a file that could not be written: its rows still stand where they came from
    if !context.flags.dry_run {
        if let Some(path) = args.rejects.as_ref().filter(|_| !rejected.is_empty()) {
            write_file(path, &rejects::written(path, &table, &rejected, context.lang)?)?;
        }
        if let Some(path) = &args.differences {
            write_file(path, &again::written(path, &done.differences, context.lang)?)?;
        }
    }
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let mut data = json!({
        "rows": done.rows, "imported": done.imported.len(), "existing": done.existing, "changed": done.changed,
        "rejected": done.rejected, "made": done.made, "commit": commit,
        "ids": done.imported.iter().map(Id::as_str).collect::<Vec<_>>(),
        "differences": again::data(&done.differences),
    });
    if let (Some(rows), Some(data)) = (preview.data(), data.as_object_mut()) {
        data.insert("first".to_owned(), rows);
    }
    context.out.data(data);
    if context.flags.quiet {
        done.imported.iter().for_each(|id| context.out.line(id.as_str()));
    } else {
        let dry_run = context.flags.dry_run;
        let imported: HashSet<&Id> = done.imported.iter().collect();
        if dry_run {
            preview.show(context);
        } else {
            done::say_changes(context, &session.view(context)?, &written, &|id| imported.contains(id));
        }
        again::show(&done.differences, args.update, context);
        context.out.line(&Sum::of(&done).said(context.lang, dry_run, args.update));
        for (kind, count) in &done.made {
            let label = view.policy().kind(kind).map_or(kind.as_str(), |kind| kind.shape.label.get(context.lang));
            context.out.line(&match dry_run {
                true => say!(context.lang, Text::WouldAlsoMake, kind = label, count = count),
                false => say!(context.lang, Text::AlsoMade, kind = label, count = count),
            });
        }
        if dry_run {
            context.out.aside(RecordText::WouldBe.get(context.lang));
        }
    }
    if let Some(path) = args.rejects.filter(|_| done.rejected > 0 && !context.flags.dry_run) {
        context.out.warn("rejected", label!(Text::Rejected, count = done.rejected, file = path.display()));
    }
    Ok(Exit::Done)
}

/// Looks whether the files that the import writes can be written, before it records anything. What an import has
/// rejected may be written over by what it rejects of that.
fn check_outputs(args: &Args, table: &Table, context: &Context) -> Result<(), Failure> {
    let map = args.map.as_deref();
    let own = of_rejects(table.headings.iter().map(String::as_str));
    if let Some(path) = &args.rejects {
        let reads: Vec<&Path> = (!own).then_some(args.file.as_path()).into_iter().chain(map).collect();
        listing::check_output(context, path, &reads)?;
    }
    for path in args.differences.iter().chain(&args.write_map) {
        let reads: Vec<&Path> = [args.file.as_path()].into_iter().chain(map).collect();
        listing::check_output(context, path, &reads)?;
    }
    Ok(())
}

/// Says which columns nothing comes from.
fn left_out(file: &str, mapping: Option<&Mapping>, context: &mut Context) {
    let unused = mapping.map(Mapping::unused).unwrap_or_default();
    if !unused.is_empty() {
        context.out.warn("left-out", label!(Text::LeftOut, file = file, columns = unused.join(", ")));
    }
}

/// A sentence about a file.
fn at(file: &str, message: &Label) -> Label {
    Label::new(format!("{file}: {}", message.en), format!("{file}：{}", message.zh))
}

/// The rows of a file, as it lies and as a map says that it lies.
fn read(args: &Args, file: &str, map: Option<&str>) -> Result<Table, Failure> {
    let mut layout = match (&args.map, map) {
        (Some(path), Some(text)) => {
            let name = path.display().to_string();
            Layout::read(&name, text).map_err(|problems| bad_map(&name, text, problems))?
        }
        _ => Layout::default(),
    };
    if args.sheet.is_some() {
        layout.sheet.clone_from(&args.sheet);
    }
    let extension = Path::new(file).extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let bytes = input::bytes(&args.file, OF_MANY)?;
    let read = |layout: &Layout, bytes| {
        let opened = open(bytes, extension.as_deref().unwrap_or_default(), layout, unguard);
        opened.map(|opened| opened.table).map_err(|message| Failure::usage("file", at(file, &message)))
    };
    if args.write_map.is_none() {
        return read(&layout, bytes);
    }
    // the draft says that the headings take two rows, so that its columns are called by both
    let table = read(&layout, bytes.clone())?;
    let Some(above) = table.two_heads else { return Ok(table) };
    (layout.skip, layout.head) = (Some(above), Some(2));
    let mut both = read(&layout, bytes)?;
    both.two_heads = Some(above);
    Ok(both)
}

fn bad_map(name: &str, text: &str, problems: Vec<crate::place::Problem>) -> Failure {
    Failure::usage("map", label!(Text::BadMap, file = name)).problems(problems).source(name, text.to_owned())
}

/// What the map says of lines of a list. `None` if there is no map.
fn line_mapping(
    view: &View<'_>,
    (kind, list): (&Kind, FieldId),
    args: &Args,
    table: &Table,
    map: Option<&str>,
) -> Result<Option<Mapping>, Failure> {
    let Some((path, text)) = args.map.as_ref().zip(map) else { return Ok(None) };
    let name = path.display().to_string();
    let kinds = |name: &str| view.policy().kind(name);
    let mapping = Mapping::of_lines(&name, text, &table.headings, (kind, list), &kinds);
    mapping.map(Some).map_err(|problems| bad_map(&name, text, problems))
}

fn mapping(
    view: &View<'_>,
    kind: &Kind,
    args: &Args,
    table: &Table,
    (file, map): (&str, Option<&str>),
) -> Result<Mapping, Failure> {
    let (mut mapping, source) = match (&args.map, map) {
        (Some(path), Some(text)) => {
            let name = path.display().to_string();
            let kinds = |name: &str| view.policy().kind(name);
            let mapping = Mapping::read(&name, text, &table.headings, kind, &kinds);
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            (mapping.map_err(|problems| bad_map(&name, text, problems))?, stem.unwrap_or_default())
        }
        _ => {
            let choice = Choice { ignore: args.ignore, key: args.key.as_deref() };
            let mapping = Mapping::by_headings(&table.headings, kind, choice);
            (mapping.map_err(|message| Failure::usage("columns", at(file, &message)))?, kind.name().to_owned())
        }
    };
    if let Some(key) = &args.key {
        mapping.keyed_by(key, &source).map_err(|message| Failure::usage("key", message))?;
    }
    Ok(mapping)
}

/// Writes the draft of a map.
fn drafted(
    (path, sheet): (&Path, Option<&str>),
    table: &Table,
    kind: &Kind,
    view: &View<'_>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let zone = session::calendar(view).zone();
    let draft = crate::entry::import::draft(table, kind, (zone, sheet), context.lang);
    if !context.flags.dry_run {
        write_file(path, draft.text.as_bytes())?;
    }
    context.out.data(json!({ "map": path.display().to_string(), "mapped": draft.mapped, "left": draft.left }));
    if context.flags.dry_run {
        context.out.text(&draft.text);
    } else {
        let (mapped, left) = (draft.mapped, draft.left);
        context.out.line(&say!(context.lang, Text::MapWritten, file = path.display(), mapped = mapped, left = left));
    }
    Ok(Exit::Done)
}

fn refused(context: &Context, file: &str, rejected: &[(Row, Rejected)]) -> Failure {
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
