//! `redress import KIND FILE`: records from CSV and JSON, with their own dates and states, all of them or none, as one commit.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::book::{View, Writing};
use crate::calendar::Zone;
use crate::cli::bulk::{self, Exact, Wrong};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::write_file;
use crate::cli::progress;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::entry::import::{BadCell, Draft, Mapping, Row, Table, Wanted, decode, table};
use crate::entry::{EntryError, Reading, apply_json};
use crate::kind::{IMPORT, Kind};
use crate::lifecycle::{Actor, Arrival, Refusal, Request};
use crate::locale::messages::{ImportText as Text, RecordText};
use crate::locale::text::fold;
use crate::locale::{Label, Lang};
use crate::record::{Fields, Id};
use crate::render::{guarded, unguard};
use crate::{label, say};

/// Bring records in from a file, with their own dates and states
///
/// Reads CSV (UTF-8 or GB18030), JSON and NDJSON by extension. Headings that are names or labels of fields need nothing more; a
/// mapping file says what other columns are, how dates are written, and which states a record went through. A row that came
/// in before is passed over. Where rows are wrong, each is named with line and column and nothing is written, unless
/// --rejects takes them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The kind, by its name or label
    #[arg(value_name = "KIND")]
    kind: String,
    /// The file: .csv, .json or .ndjson
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
}

/// The command.
pub static COMMAND: Command = Command {
    name: "import",
    group: Group::Records,
    zh: "从文件导入记录，保留其日期和状态\n\n按扩展名读取 CSV（UTF-8 或 GB18030）、JSON、NDJSON。列标题为字段名称或中文标签时无需映射；映射文件说明其他列的含义、日期写法以及记录经过的状态。已导入的行会跳过。有误的行会指出行号和列，不写入任何内容；用 --rejects 可收下有误的行而导入其余。",
    zh_args: &[
        ("kind", "种类，可写名称或中文标签"),
        ("file", "文件：.csv、.json 或 .ndjson"),
        ("map", "说明各列含义的 TOML 文件"),
        ("key", "识别同一行的列；不写则按全部映射列识别"),
        ("rejects", "把无法接受的行连同原因写入此文件，其余照常导入"),
    ],
    examples: &[
        Example {
            line: "redress import client 客户.csv --rejects 有误.csv",
            en: "clients whose headings are field names or labels",
            zh: "列标题即字段名称的客户表",
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

/// What came in.
#[derive(Default)]
struct Done {
    imported: Vec<Id>,
    existing: usize,
    /// Records that were made because rows name them, by kind.
    made: BTreeMap<String, usize>,
    rejected: usize,
}

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_present()?;
    let file = args.file.display().to_string();
    let mut read = read(&args.file, &file)?;
    let view = session.view(context)?;
    let kind = session::kind(view.policy(), &args.kind)?;
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
            let mut import =
                Import { kind, mapping: &mapping, actor: &actor, found: HashMap::new(), done: Done::default() };
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
            writing.say(summary(&done, Lang::En));
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
        context.out.line(&summary(&done, context.lang));
        for (kind, count) in &done.made {
            let label = view.policy().kind(kind).map_or(kind.as_str(), |kind| kind.shape.label.get(context.lang));
            context.out.line(&say!(context.lang, Text::AlsoMade, kind = label, count = count));
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

fn summary(done: &Done, lang: Lang) -> String {
    let (imported, existing, rejected) = (done.imported.len(), done.existing, done.rejected);
    say!(lang, Text::DoneImport, imported = imported, existing = existing, rejected = rejected)
}

/// The rows of a file, by its extension.
fn read(path: &Path, file: &str) -> Result<Table, Failure> {
    let wrong = |message: Label| {
        let at = |lang, colon| format!("{file}{colon}{}", message.get(lang));
        Failure::usage("file", Label::new(at(Lang::En, ": "), at(Lang::Zh, "：")))
    };
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let format = extension.as_deref().filter(|extension| ["csv", "json", "ndjson", "jsonl"].contains(extension));
    let Some(format) = format else { return Err(Failure::usage("format", label!(Text::NoFormat, file = file))) };
    let text = decode(&bulk::bytes(path)?).map_err(wrong)?;
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
            let text = String::from_utf8_lossy(&bulk::bytes(path)?).into_owned();
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

/// An import in the making.
struct Import<'i> {
    kind: &'i Kind,
    mapping: &'i Mapping,
    actor: &'i Actor,
    /// What records are called that rows name, by kind and folded name.
    found: HashMap<(String, String), Id>,
    done: Done,
}

type Rejected = Vec<BadCell>;

impl Import<'_> {
    /// Takes a row. The outer error is the book's, the inner one what is wrong with the row, of which nothing is left then.
    fn row(
        &mut self,
        writing: &mut Writing<'_>,
        row: &Row,
        seen: &mut HashMap<String, usize>,
    ) -> Result<Result<(), Rejected>, Failure> {
        let key = match self.mapping.key(row, seen) {
            Ok(key) => key,
            Err(wrong) => return Ok(Err(vec![wrong])),
        };
        if let Some(id) = writing.operation.by_key(&key) {
            if writing.view.policy().kind_of(&id).is_some_and(|kind| kind.name() == self.kind.name()) {
                self.done.existing += 1;
                return Ok(Ok(()));
            }
            let message = label!(Text::KeyOfOther, key = key, id = id, kind = self.kind.name());
            return Ok(Err(vec![BadCell { column: String::new(), message }]));
        }
        let zone = session::calendar(writing.view).zone();
        let now = writing.view.now();
        let draft = match self.mapping.draft(row, self.kind, zone, now) {
            Ok(draft) => draft,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let mark = writing.operation.mark();
        let taken = self.take(writing, draft, key, zone)?;
        Ok(match taken {
            Ok((id, made)) => {
                for (kind, called, id) in made {
                    *self.done.made.entry(kind.clone()).or_default() += 1;
                    self.found.insert((kind, called), id);
                }
                self.done.imported.push(id);
                Ok(())
            }
            Err(wrong) => {
                writing.operation.back_to(mark);
                Err(wrong)
            }
        })
    }

    #[allow(clippy::type_complexity, reason = "the book's errors apart from the row's, and what was made on the way")]
    fn take(
        &self,
        writing: &mut Writing<'_>,
        mut draft: Draft,
        key: String,
        zone: Zone,
    ) -> Result<Result<(Id, Vec<(String, String, Id)>), Rejected>, Failure> {
        let view = writing.view;
        let first = self.kind.shape.states().first().map(|state| state.name.clone()).unwrap_or_default();
        if draft.stages.is_empty() {
            draft.stages.push((zone.local(view.now()), first));
        }
        let arrival = Arrival { stages: draft.stages };
        let mut made = Vec::new();
        for wanted in draft.wanted {
            let called = fold(&wanted.called);
            let id = match self.found.get(&(wanted.kind.clone(), called.clone())) {
                Some(id) => id.clone(),
                None => match self.named(writing, &wanted, &arrival)? {
                    Ok((id, new)) => {
                        if new {
                            made.push((wanted.kind, called, id.clone()));
                        }
                        id
                    }
                    Err(wrong) => return Ok(Err(wrong)),
                },
            };
            draft.object.insert(wanted.field, id.to_string().into());
        }
        let fields = match fields(writing, self.kind, &draft.object) {
            Ok(fields) => fields,
            Err(errors) => {
                let bad = |error: EntryError| BadCell {
                    column: self.mapping.heading_of(self.kind, &error.field),
                    message: said(&error),
                };
                return Ok(Err(errors.into_iter().map(bad).collect()));
            }
        };
        let id = match draft.id.as_deref().map(str::parse::<Id>).transpose() {
            Ok(id) => id,
            Err(_) => {
                let text = draft.id.unwrap_or_default();
                let message = label!(RecordText::BadStaffId, text = text);
                return Ok(Err(vec![BadCell { column: String::new(), message }]));
            }
        };
        let set = session::difference(self.kind, &Fields::new(), &fields);
        let request = Request { set, key: Some(key), ..Request::new(IMPORT, self.actor.clone()) };
        Ok(match writing.operation.import(self.kind.name(), id, &arrival, &request) {
            Ok(id) => Ok((id, made)),
            Err(refusal) => Err(self.refused(&refusal, view)?),
        })
    }

    /// The record that a row names by what it is called, and whether it had to be made.
    fn named(
        &self,
        writing: &mut Writing<'_>,
        wanted: &Wanted,
        arrival: &Arrival,
    ) -> Result<Result<(Id, bool), Rejected>, Failure> {
        let view = writing.view;
        let column = self.mapping.heading_of(self.kind, &wanted.field);
        let one = |message| Ok(Err(vec![BadCell { column: column.clone(), message }]));
        let known = view.index()?.known_as(std::slice::from_ref(&wanted.kind), &wanted.called)?;
        match known.as_slice() {
            [id] => return Ok(Ok((id.clone(), false))),
            [] => {}
            several => {
                return one(label!(Text::CalledSeveral, called = wanted.called, count = several.len()));
            }
        }
        let kind = session::kind(view.policy(), &wanted.kind)?;
        let mut object = wanted.object.clone();
        if object.is_empty()
            && let Some(title) = kind.title
        {
            object.insert(kind.field(title).name.clone(), wanted.called.clone().into());
        }
        let fields = match fields(writing, kind, &object) {
            Ok(fields) => fields,
            Err(errors) => {
                let bad = errors.iter().map(|error| BadCell { column: column.clone(), message: said(error) });
                return Ok(Err(bad.collect()));
            }
        };
        let set = session::difference(kind, &Fields::new(), &fields);
        let request = Request { set, ..Request::new(IMPORT, self.actor.clone()) };
        let arrived = arrival.stages.first().map(|(at, _)| (*at, wanted.state.clone()));
        let arrival = Arrival { stages: arrived.into_iter().collect() };
        match writing.operation.import(kind.name(), None, &arrival, &request) {
            Ok(id) => Ok(Ok((id, true))),
            Err(refusal) => Ok(Err(self.refused(&refusal, view)?)),
        }
    }

    /// What the rules say against a row. That nothing may be imported at all is no row's fault.
    fn refused(&self, refusal: &Refusal, view: &View<'_>) -> Result<Rejected, Failure> {
        let failure = session::refused(refusal, view.policy());
        if matches!(refusal, Refusal::NotEntitled { .. } | Refusal::NotStaff { .. } | Refusal::NotActing { .. }) {
            return Err(failure);
        }
        let column = refusal.missing().first().map(|field| self.mapping.heading_of(self.kind, field));
        Ok(vec![BadCell { column: column.unwrap_or_default(), message: bulk::words(&failure) }])
    }
}

fn fields(
    writing: &Writing<'_>,
    kind: &Kind,
    object: &serde_json::Map<String, serde_json::Value>,
) -> Result<Fields, Vec<EntryError>> {
    let resolver = Exact { view: writing.view, operation: &writing.operation };
    let times = session::times(writing.view);
    let reading = Reading {
        resolver: &resolver,
        times: &times,
        iso_only: true,
        input: None,
        forward: std::collections::BTreeSet::new(),
    };
    apply_json(&kind.shape, &Fields::new(), object, &reading)
}

fn said(error: &EntryError) -> Label {
    let [en, zh] = Lang::ALL.map(|lang| {
        let message = error.message.get(lang);
        match &error.hint {
            Some(hint) => format!("{message} ({})", hint.get(lang)),
            None => message.to_owned(),
        }
    });
    Label { en, zh }
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

/// The rows that could not be taken, as CSV: line, what is wrong, and the cells as they were, none of which a spreadsheet
/// computes.
fn rejects(headings: &[String], rejected: &[(&Row, Rejected)], lang: Lang) -> Result<Vec<u8>, Failure> {
    let failed = |error: csv::Error| Failure::plain(Exit::Unreadable, "csv", error);
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
    writer.into_inner().map_err(|error| Failure::plain(Exit::Unreadable, "csv", error))
}
