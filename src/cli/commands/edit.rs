//! `redress edit ID [FIELD=VALUE…]`: changes fields.

use crate::book::repo::Expect;
use crate::book::{BookError, Writing};
use crate::cli::beside::Besides;
use crate::cli::context::Context;
use crate::cli::done::say_written;
use crate::cli::doubles;
use crate::cli::editor;
use crate::cli::entries::{self, Given};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::filing::Filing;
use crate::cli::naming;
use crate::cli::naming::Names;
use crate::cli::opening::misfit_hint;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::kind::EDIT;
use crate::label;
use crate::lifecycle::{Refusal, Request};
use crate::locale::messages::{CliText, RecordText as Text};
use crate::place::{Place, Problem};
use crate::record::{Id, Record, Unknown, decode, yaml};

/// Change fields of a record
///
/// Without assignments it opens the record in your editor ($VISUAL, $EDITOR), also one that cannot be read or was
/// changed by hand; mistakes are shown in place and nothing that you wrote is lost. Changing fields is a step too, kept
/// in the record's history.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record
    #[arg(value_name = "ID")]
    id: String,
    /// What changes
    #[arg(value_name = "FIELD=VALUE")]
    words: Vec<String>,
    /// A note kept with the change, `-` for standard input
    #[arg(short, long, value_name = "TEXT|-")]
    message: Option<String>,
    /// When it really happened
    #[arg(long, value_name = "TIME")]
    on: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "edit",
    group: Group::Records,
    zh: "修改记录的内容\n\n不写赋值时在编辑器（$VISUAL、$EDITOR）中打开记录，包括无法读取或被手工改过的记录；错误会标在原处，您写的内容不会丢失。修改也是一个步骤，保存在记录的经过中。",
    zh_args: &[
        ("id", "记录"),
        ("words", "要修改的内容"),
        ("message", "随修改保存的备注，- 为标准输入"),
        ("on", "实际发生的时间"),
    ],
    examples: &[
        Example {
            line: "redress edit 7K3F2 severity=major tags+=泵",
            en: "two fields",
            zh: "redress edit 7K3F2 严重程度=严重 标签+=泵\n修改两个字段",
        },
        Example {
            line: "redress edit 9XQ4M contacts.+.name=王芳 contacts.0.phone=0571-88886666",
            en: "reaching into groups",
            zh: "redress edit 9XQ4M 联系人.+.姓名=王芳 联系人.0.联系电话=0571-88886666\n修改联系人",
        },
        Example { line: "redress edit 7K3F2", en: "in the editor", zh: "在编辑器中修改" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let id = session.record(context, &view, &[], &args.id)?;
    let kind = match view.policy().kind_of(&id) {
        Some(kind) => kind,
        None => return Err(Failure::missing("no-record", label!(Text::NoRecord, id = id))),
    };
    let actor = session.actor(context, &view)?;
    let given = Given::read(args.message.as_deref(), None, &args.words)?;
    let on = entries::happened(&view, args.on.as_deref())?;
    let request = Request { note: given.message.clone(), on, ..Request::new(EDIT, actor) };
    if args.words.is_empty() {
        return in_editor(context, &session, &id, &request);
    }
    let mut assignments = entries::parse(&kind.shape, &args.words, &format!("redress edit {id}"))?;
    let current = match view.without_misfits(&id)? {
        Some((record, _)) => record.fields,
        None => view.read(&id)?.map(|record| record.fields).unwrap_or_default(),
    };
    entries::settle(context, &session, &view, kind, &current, &mut assignments)?;
    let besides = Besides::take(context, &session, &view, kind, &mut assignments)?;
    let files = Filing::take(kind, &mut assignments, view.policy().settings.largest_attachment)?;
    let mut attempt = |sure: bool| {
        session.write(context, None, |writing: &mut Writing<'_>| {
            let names = Names { view: writing.view, at_sign: Some(&session.at_sign) };
            let policy = writing.view.policy();
            let refuse = |refusal: Refusal| session::refused(&refusal, policy);
            let misfits = match writing.view.without_misfits(&id)? {
                Some((record, misfits)) => {
                    writing.operation.suppose(record);
                    misfits
                }
                None => Vec::new(),
            };
            let record = writing.operation.record(&id).map_err(refuse)?;
            let kind = session::kind(policy, &record.kind)?;
            let mut fields =
                naming::read_assignments(&names, kind, &record.fields, &assignments, given.text.as_deref())?;
            besides.make(context, writing, &names, &request.actor, (kind, &mut fields), sure)?;
            let new = files.apply(kind, Some(&id), &record.fields, &mut fields)?;
            let set = naming::difference(kind, &record.fields, &fields);
            // the file can only be written if everything in it can be read
            let is_set = |misfit: &Unknown| set.iter().any(|(field, _)| kind.field(*field).name == misfit.key);
            if !misfits.iter().all(is_set) {
                let message = label!(CliText::UnreadableRecord, path = writing.view.path(&id).unwrap_or_default());
                return Err(Failure::refused("unreadable", message).hint(misfit_hint(id.as_str(), &misfits)));
            }
            writing.operation.edit(&id, &Request { set, ..request.clone() }).map_err(refuse)?;
            new.into_iter().try_for_each(|taken| taken.put(writing, &id))
        })
    };
    let (_, written) = doubles::asking(context, &mut attempt)?;
    say_written(context, &session, &session.view(context)?, &[id], &written);
    Ok(Exit::Done)
}

/// Opens the record's file in the editor, as it lies on disk. It may be broken or changed by hand.
fn in_editor(context: &mut Context, session: &Session, id: &Id, request: &Request) -> Result<Exit, Failure> {
    if !context.terminal.input || context.flags.no_input || context.flags.json {
        let command = format!("redress edit {id}");
        return Err(Failure::usage("terminal", label!(Text::NotTerminal, command = command)));
    }
    let view = session.view(context)?;
    let path = view.path(id).unwrap_or_default();
    let on_disk = view.repo().file_on_disk(&path).map_err(BookError::from)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&on_disk).into_owned();
    let Some(kind) = view.policy().kind_of(id) else {
        return Err(Failure::missing("no-record", label!(Text::NoRecord, id = id)));
    };
    let file = view.repo().state_dir().join("edit").join(format!("{id}.yaml"));
    let reader = yaml::Reader::of_hand_edits();
    let read = |text: &str| {
        let decoded = decode(text.as_bytes(), &path, &kind.shape, &reader)?;
        let comment = |(line, _): &(usize, String)| {
            let place = Place { line: *line, ..Place::of_file(path.as_str()) };
            Problem::new(place, Text::CommentInEditor).help(Text::CommentInEditorHint)
        };
        let mut wrong: Vec<Problem> = decoded.comments.iter().map(comment).collect();
        wrong.extend(decoded.strange(view.last_readable(id).ok().flatten().as_ref()));
        if wrong.is_empty() { Ok(decoded.record) } else { Err(wrong) }
    };
    let Some(edited) = editor::edit(context, &file, &text, read)? else {
        return Err(Failure::refused("unchanged", Text::NothingWritten));
    };
    let (_, written) =
        session.write(context, None, |writing: &mut Writing<'_>| take_over(writing, &edited, &on_disk, request))?;
    say_written(context, session, &session.view(context)?, std::slice::from_ref(id), &written);
    Ok(Exit::Done)
}

/// A record before it is edited in its file. If the last commit holds it unreadable: the last readable version, and
/// true.
///
/// # Errors
/// If no version of it could ever be read.
pub fn before(writing: &mut Writing<'_>, id: &Id) -> Result<(Record, bool), Failure> {
    let policy = writing.view.policy();
    match writing.operation.record(id) {
        Ok(record) => Ok((record, false)),
        Err(refusal @ Refusal::Unanswered { .. }) => match writing.view.last_readable(id)? {
            Some(last) => {
                writing.operation.suppose(last.clone());
                Ok((last, true))
            }
            None => Err(session::refused(&refusal, policy)),
        },
        Err(refusal) => Err(session::refused(&refusal, policy)),
    }
}

/// Takes over a record that was edited from the file on disk.
///
/// # Errors
/// If the rules refuse the change, or no version of the record can be read.
pub fn take_over(writing: &mut Writing<'_>, edited: &Record, on_disk: &[u8], request: &Request) -> Result<(), Failure> {
    let policy = writing.view.policy();
    let mut request = request.clone();
    let was_unreadable = before(writing, &edited.id)?.1;
    if was_unreadable && request.note.is_none() {
        request.note = Some(Text::Mended.get(policy.settings.lang).to_owned());
    }
    writing.on_disk(&edited.id, Expect::bytes_on_disk(on_disk)?);
    writing.operation.take_over(edited, &request).map_err(|refusal| {
        let failure = session::refused(&refusal, policy);
        match refusal {
            // the committed file is no way back: nobody can read it
            Refusal::Untouchable { .. } if was_unreadable => failure.hint(CliText::UnreadableWayBack),
            _ => failure,
        }
    })
}
