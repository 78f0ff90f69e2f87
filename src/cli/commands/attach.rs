//! `redress attach ID FILE…`: puts files beside a record and names them in it, with their digests.

use std::path::PathBuf;

use serde_json::{Value as Json, json};

use crate::book::Writing;
use crate::cli::context::Context;
use crate::cli::done::say_written;
use crate::cli::entries::{self, Given};
use crate::cli::exit::Exit;
use crate::cli::failure::{Candidate, Failure};
use crate::cli::filing;
use crate::cli::prompt::MenuItem;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::kind::{EDIT, Kind};
use crate::lifecycle::Request;
use crate::locale::Label;
use crate::locale::messages::AttachText as Text;
use crate::locale::messages::RecordText;
use crate::record::{Field, FieldId, FileRef, Id, Type, Value};
use crate::{label, say};

/// Put files beside a record: photographs, stamped papers
///
/// They are copied to files/ID/NAME and named with their digest in the record, which is an edit of it. What is attached
/// is never replaced: another file of the same name needs another name. A file that is there already is not added
/// twice.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record
    #[arg(value_name = "ID")]
    id: String,
    /// The files; links and folders are refused
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The field that names them; asked for where the kind has several for files
    #[arg(long, value_name = "FIELD")]
    field: Option<String>,
    /// What the one file is called in the book, where not as it is called now
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A note kept with the change, `-` for standard input
    #[arg(short, long, value_name = "TEXT|-")]
    message: Option<String>,
    /// When it really happened
    #[arg(long, value_name = "TIME")]
    on: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "attach",
    group: Group::Records,
    zh: "为记录附上文件：照片、盖章单据等\n\n文件复制到 files/编号/文件名，并连同摘要值记入记录，作为一次修改。已附文件不会被替换：同名的另一文件须另取名称；已附过的文件不会重复添加。",
    zh_args: &[
        ("id", "记录"),
        ("files", "文件；不接受链接和文件夹"),
        ("field", "记入哪个字段；该种类有多个文件字段时必须指明"),
        ("name", "单个文件在台账中的名称，不写则用原名"),
        ("message", "随修改保存的备注，- 为标准输入"),
        ("on", "实际发生的时间"),
    ],
    examples: &[
        Example {
            line: "redress attach 7K3F2 leak.jpg seal.pdf",
            en: "two files",
            zh: "redress attach 7K3F2 漏水.jpg 盖章.pdf\n附上两个文件",
        },
        Example {
            line: "redress attach 7K3F2 scan0001.pdf --name 客户确认登记表.pdf -m '客户已盖章'",
            en: "under another name, with a note",
            zh: "另取名称并加备注",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    if args.name.is_some() && args.files.len() > 1 {
        return Err(Failure::usage("name", Text::OneName));
    }
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let id = session.record(context, &view, &[], &args.id)?;
    let (handle, field) = match view.policy().kind_of(&id) {
        Some(kind) => field(context, kind, args.field.as_deref())?,
        None => return Err(Failure::missing("no-record", label!(RecordText::NoRecord, id = id))),
    };
    let actor = session.actor(context, &view)?;
    let given = Given::read(args.message.as_deref(), None, &[])?;
    let on = entries::happened(&view, args.on.as_deref())?;
    let limit = view.policy().settings.largest_attachment;
    let taken = args.files.iter().map(|path| filing::take(path, args.name.as_deref(), limit));
    let taken = taken.collect::<Result<Vec<_>, _>>()?;
    let (rows, written) = session.write(context, None, |writing: &mut Writing<'_>| {
        let policy = writing.view.policy();
        let refuse = |refusal| session::refused(&refusal, policy);
        let record = writing.operation.record(&id).map_err(refuse)?;
        let mut rows = Vec::new();
        let mut values = record.get(handle).map(|value| value.elements().to_vec()).unwrap_or_default();
        for taken in taken {
            if let Some(there) = taken.there(Some(&id), &record.fields, &values)? {
                if let Some(lost) = writing.view.file_lost(&id, &there) {
                    return Err(Failure::refused("file-missing", lost.message).hint_if(lost.help));
                }
                rows.push(row(&id, &there, taken.bytes.len(), true));
                continue;
            }
            rows.push(row(&id, &taken.file, taken.bytes.len(), false));
            taken.put(writing, &id)?;
            values.push(Value::File(taken.file));
        }
        if rows.iter().all(|row| row.existing) {
            return Ok(rows);
        }
        let value = match &field.ty {
            Type::List(_) => Value::List(values),
            _ if values.len() > 1 => {
                let message = label!(Text::HoldsOne, field = field.name);
                return Err(Failure::refused("holds-one", message).hint(Text::HoldsOneHint));
            }
            // One was added just now.
            _ => values.swap_remove(0),
        };
        let request = Request {
            set: vec![(handle, Some(value))],
            note: given.message.clone(),
            on,
            ..Request::new(EDIT, actor.clone())
        };
        writing.operation.edit(&id, &request).map_err(refuse)?;
        Ok::<_, Failure>(rows)
    })?;
    say_written(context, &session, &session.view(context)?, std::slice::from_ref(&id), &written);
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let files: Vec<Json> = rows.iter().map(Row::json).collect();
    context.out.data(json!({ "id": id.as_str(), "commit": commit, "files": files }));
    let lang = context.lang;
    for Row { path, bytes, existing, .. } in &rows {
        let line = match existing {
            true => say!(lang, Text::There, path = path),
            false if context.flags.dry_run => say!(lang, Text::WouldAttach, path = path, size = size(*bytes)),
            false => say!(lang, Text::Attached, path = path, size = size(*bytes)),
        };
        context.out.note(&line);
    }
    Ok(Exit::Done)
}

/// What happened to a file.
struct Row {
    name: String,
    path: String,
    digest: String,
    bytes: usize,
    existing: bool,
}

impl Row {
    fn json(&self) -> Json {
        let Row { name, path, digest, bytes, existing } = self;
        json!({ "name": name, "path": path, "sha256": digest, "bytes": bytes, "existing": existing })
    }
}

fn row(id: &Id, file: &FileRef, bytes: usize, existing: bool) -> Row {
    Row { name: file.name.clone(), path: file.path(id), digest: file.digest.clone(), bytes, existing }
}

/// The field of a kind for files: the one that is named, or the only one. If there are several, the user chooses at a
/// terminal.
fn field<'k>(context: &Context, kind: &'k Kind, named: Option<&str>) -> Result<(FieldId, &'k Field), Failure> {
    if let Some(name) = named {
        let found = kind.shape.find(name);
        let none = || label!(RecordText::NoField, field = name; kind = Label::spoken(kind.name(), &kind.shape.label));
        let (handle, field) = found.ok_or_else(|| Failure::usage("no-field", none()))?;
        return match filing::is_for_files(field) {
            true => Ok((handle, field)),
            false => Err(Failure::usage("no-file-field", label!(Text::NotForFiles, field = field.name))),
        };
    }
    let mut fields: Vec<(FieldId, &Field)> =
        kind.shape.handles().filter(|(_, field)| filing::is_for_files(field)).collect();
    let at = match fields.len() {
        0 => {
            let message = label!(Text::NoFiles; kind = Label::spoken(kind.name(), &kind.shape.label));
            return Err(Failure::refused("no-file-field", message).hint(label!(Text::NoFilesHint, kind = kind.name())));
        }
        1 => 0,
        _ if context.may_ask() => {
            let choice =
                |(_, field): &(FieldId, &Field)| MenuItem { name: field.name.clone(), label: field.label.clone() };
            let choices: Vec<MenuItem> = fields.iter().map(choice).collect();
            context.prompt().choose(Text::WhichField.get(context.lang), &choices, false)?.unwrap_or_default()
        }
        _ => {
            let message = label!(Text::SeveralFields; kind = kind.shape.label.clone());
            let known =
                fields.iter().map(|(_, field)| Candidate { name: field.name.clone(), about: field.label.clone() });
            let failure = Failure::usage("several-file-fields", message).hint(Text::SeveralFieldsHint);
            return Err(failure.candidates(known.collect::<Vec<_>>()));
        }
    };
    Ok(fields.swap_remove(at))
}

/// A size in bytes for people: `1.2 MB`, `34 kB`, `900 B`.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
