//! `redress new KIND [FIELD=VALUE…]`: makes a record.

use std::path::PathBuf;

use crate::book::{View, Writing, Written};
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
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::entry::{self, Assignment};
use crate::kind::{Ask, Kind};
use crate::lifecycle::{Refusal, Request};
use crate::locale::messages::{EntryText, RecordText as Text};
use crate::record::{Fields, Id, Record, Type};
use crate::{label, say};

/// Make a record: a complaint, a client, a callback, an inquiry
///
/// Fields are given as FIELD=VALUE, by their names or labels. On a terminal what is missing is asked for; a script that leaves
/// something out is told everything that is missing at once. The record is one file and one commit. Lists are written a,b or a、b,
/// also of numbers (scores=5,5,4); in lists of amounts, where a comma stands between thousands, a、b or a;b.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The kind, by its name or label
    #[arg(value_name = "KIND")]
    kind: String,
    /// What the record says
    #[arg(value_name = "FIELD=VALUE")]
    words: Vec<String>,
    /// Read fields from a file of YAML or JSON, `-` for standard input
    #[arg(long, value_name = "FILE|-")]
    from: Option<PathBuf>,
    /// The id of a record whose kind has names for ids, such as staff
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// When it really happened
    #[arg(long, value_name = "TIME")]
    on: Option<String>,
    /// A key of your own: the same key a second time makes nothing new
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// A note kept with the step, `-` for standard input
    #[arg(short, long, value_name = "TEXT|-")]
    message: Option<String>,
    /// Write the record in your editor, starting from what is given
    #[arg(long)]
    edit: bool,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "new",
    group: Group::Records,
    zh: "新建记录：投诉、客户、回访、咨询\n\n以 字段=值 填写，字段可写名称或中文标签。在终端上会询问缺少的内容；脚本则一次列出所有缺项。一条记录一个文件、一次提交。列表写作 a,b 或 a、b，数字亦然（scores=5,5,4）；金额列表中逗号是千分位，请写 a、b 或 a;b。",
    zh_args: &[
        ("kind", "种类，可写名称或中文标签"),
        ("words", "记录的内容"),
        ("from", "从 YAML 或 JSON 文件读取字段，- 为标准输入"),
        ("id", "以姓名为编号的种类（如员工）的编号"),
        ("on", "实际发生的时间"),
        ("key", "自定唯一标识：再次使用同一标识不会重复新建"),
        ("message", "随步骤保存的备注，- 为标准输入"),
        ("edit", "在编辑器中填写"),
    ],
    examples: &[
        Example {
            line: "redress new client name=杭州恒泰机械有限公司",
            en: "a client",
            zh: "redress new 客户 名称=杭州恒泰机械有限公司\n新建客户",
        },
        Example {
            line: "redress new complaint client=杭州恒泰机械有限公司 channel=phone content='12 件漏水'",
            en: "a complaint of that client",
            zh: "redress new 投诉 客户=杭州恒泰机械有限公司 受理渠道=电话 投诉内容='12 件漏水'\n登记该客户的投诉",
        },
        Example {
            line: "redress new 投诉 客户=K-260301-9XQ4M 受理渠道=电话 投诉内容=漏水 --on 昨天@17:00",
            en: "the same by labels, as it happened yesterday",
            zh: "用中文标签，补记昨天发生的投诉",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let kind = session::kind(view.policy(), &args.kind)?;
    session::check_made_by_hand(view.policy(), kind)?;
    let actor = session.actor(context, &view)?;
    let given = Given::read(args.message.as_deref(), args.from.as_deref(), &args.words)?;
    let mut assignments = entries::parse(&kind.shape, &args.words, &format!("redress new {}", kind.name()))?;
    let on = entries::happened(&view, args.on.as_deref())?;
    let key = args.key.as_deref().map(entry::key).transpose();
    let key = key.map_err(|message| Failure::usage("key", message).hint(EntryText::KeyHint))?;
    // This comes before any question. Under the writers' lock the key is looked up once more.
    let made = |existing: Option<Id>| match existing {
        Some(id) if view.policy().kind_of(&id).is_none_or(|own| own.name() != kind.name()) => {
            Err(Failure::refused("key-taken", label!(Text::KeyOfAnother, id = id)))
        }
        existing => Ok(existing),
    };
    let existing = match &key {
        Some(key) => view.index()?.by_key(key)?,
        None => None,
    };
    if let Some(id) = made(existing)? {
        let nothing = Written { changes: Vec::new(), left_out: 0, committed: None, left_before: Vec::new() };
        return Ok(exists(context, &session, &view, id, &nothing));
    }
    let id = id_of(kind, args.id.as_deref(), &assignments)?;
    let mut object = given.object.clone();
    let limit = view.policy().settings.largest_attachment;
    let mut files = Filing::default();
    if args.edit {
        view.may_begin(kind, &actor).map_err(|refusal| session::refused(&refusal, view.policy()))?;
        if !context.terminal.input || context.flags.no_input || context.flags.json {
            return Err(Failure::usage("terminal", label!(Text::NotTerminal, command = "redress new --edit")));
        }
        files = Filing::take(kind, &mut assignments, limit)?;
        object = Some(editor::fields(context, &view, kind, &assignments, object)?);
        assignments.clear();
    } else if context.may_ask() {
        view.may_begin(kind, &actor).map_err(|refusal| session::refused(&refusal, view.policy()))?;
        let asks: Vec<&Ask> = kind.first_step().asks.iter().collect();
        entries::ask(
            context,
            &session,
            &view,
            kind,
            (&entries::wanted(kind, &assignments, object.as_ref()), &asks),
            None,
            &mut assignments,
        )?;
        entries::settle(context, &session, &view, kind, &Fields::new(), &mut assignments)?;
        if object.is_none() {
            let nothing = unmade(kind)?;
            entries::ask_further(context, &session, &view, kind, (&asks, &[]), &nothing, &mut assignments)?;
        }
    }
    let besides = Besides::take(context, &session, &view, kind, &mut assignments)?;
    if !args.edit {
        files = Filing::take(kind, &mut assignments, limit)?;
    }
    let mut attempt = |sure: bool| {
        session.write(context, None, |writing: &mut Writing<'_>| {
            let names = Names { view: writing.view, at_sign: Some(&session.at_sign) };
            let policy = writing.view.policy();
            let kind = session::kind(policy, kind.name())?;
            let refuse = |refusal: Refusal| session::refused(&refusal, policy);
            let existing = key.as_deref().map(|key| writing.operation.by_key(key)).transpose();
            if let Some(id) = made(existing.map_err(refuse)?.flatten())? {
                return Ok((id, true));
            }
            let mut request = Request::new(kind.first_step().name.as_str(), actor.clone());
            let mut fields = Fields::new();
            if let Some(object) = &object {
                fields = naming::read_json(&names, kind, &fields, object)?;
            }
            fields = naming::read_assignments(&names, kind, &fields, &assignments, given.text.as_deref())?;
            besides.make(context, writing, &names, &actor, (kind, &mut fields), sure)?;
            doubles::refuse(context, (writing.view, &writing.operation), kind, &fields, sure)?;
            let new = files.apply(kind, None, &Fields::new(), &mut fields)?;
            request.set = naming::difference(kind, &Fields::new(), &fields);
            request.note.clone_from(&given.message);
            request.key.clone_from(&key);
            request.on = on;
            let made = writing.operation.create(kind.name(), id.clone(), &request).map_err(refuse)?;
            new.into_iter().try_for_each(|taken| taken.put(writing, &made))?;
            Ok((made, false))
        })
    };
    let ((id, existed), written) = doubles::asking(context, &mut attempt)?;
    if existed {
        return Ok(exists(context, &session, &session.view(context)?, id, &written));
    }
    say_written(context, &session, &session.view(context)?, &[id], &written);
    Ok(Exit::Done)
}

/// An id that no record has.
const NOBODY: &str = "nobody";

/// A record of the kind before it exists. Conditions are checked against its fields.
fn unmade(kind: &Kind) -> Result<Record, Failure> {
    let id = NOBODY.parse::<Id>().map_err(|error| Failure::usage("id", error.label()))?;
    let name = kind.name().to_owned();
    Ok(Record {
        id,
        kind: name,
        state: String::new(),
        rules: None,
        fields: Fields::new(),
        history: Vec::new(),
        overruled: Vec::new(),
    })
}

fn exists(context: &mut Context, session: &Session, view: &View<'_>, id: Id, nothing: &Written) -> Exit {
    context.out.note(&say!(context.lang, Text::ExistsAlready, id = id));
    say_written(context, session, view, &[id], nothing);
    Exit::Done
}

/// The id for a kind whose ids are names: `--id`, otherwise the local part of the first e-mail address.
///
/// # Errors
/// If the text makes no id.
pub(in crate::cli) fn id_of(
    kind: &Kind,
    given: Option<&str>,
    assignments: &[Assignment],
) -> Result<Option<Id>, Failure> {
    if !kind.shape.prefix.is_empty() {
        return match given {
            Some(_) => Err(Failure::usage("id", Text::IdForStaff)),
            None => Ok(None),
        };
    }
    let is_email = |assignment: &&Assignment| {
        let field = assignment.path.first().and_then(|name| kind.shape.find(name));
        field.is_some_and(|(_, field)| matches!(field.ty.element(), Type::Email))
    };
    let local = || {
        let address = assignments.iter().find(is_email)?;
        Some(address.value.split('@').next().unwrap_or_default().to_lowercase())
    };
    let Some(text) = given.map(str::to_owned).or_else(local) else { return Ok(None) };
    let parsed = text.parse::<Id>().ok().filter(Id::is_person);
    parsed.map(Some).ok_or_else(|| Failure::usage("id", label!(Text::BadStaffId, text = text)))
}
