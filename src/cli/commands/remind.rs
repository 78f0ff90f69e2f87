//! `redress remind`: issues the notices that are due now.

use serde_json::{Value as Json, json};

use crate::book::{View, Writing};
use crate::calendar::Outside;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::planned;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::gather;
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Actor, Addressee, Letters, Lookup};
use crate::locale::Label;
use crate::locale::messages::NoticeText as Text;
use crate::locale::messages::RecordText;
use crate::model::{Cell, Column, Table, Tone};
use crate::planning::{self, Due, DueLine, Pressing, Unplanned};
use crate::policy::{NoticeFields, Notices, Occasion};
use crate::record::{Id, Record, stored_time};
use crate::report::worded;
use crate::wording;

/// Issue the notices that are due now
///
/// An expedite notice goes to the department that holds something overdue. A department gets one notice a day, with a
/// line for each missed deadline. A corrective notice goes to the department that closed something late, and asks for
/// the cause. Each line has a number: how often this department has been written to about this deadline of the case. A
/// case with several forms is counted as one. The file policy/notices.toml says which notices are issued, how often,
/// and how long there is to answer. With each notice a text is printed to copy and send. `redress show NOTICE` prints
/// this text again, and `redress print NOTICE` prints the notice on paper. A second run does nothing and prints
/// nothing.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// The command.
pub static COMMAND: Command = Command {
    name: "remind",
    group: Group::Planning,
    zh: "发出当前应发的催办单和治办单\n\n事项逾期未办的部门收到催办单，每部门每日一份，逐项列明。事项逾期办结的部门收到治办单，须说明原因。次数按同一案件、同一部门、同一时限累计，同案各处理表合并计算。发出哪些通知、多久一次、何时答复，由 policy/notices.toml 规定。每份通知附一段可复制发送的文字：`redress show 编号` 可再次显示，`redress print 编号` 打印纸质单据。再次运行不重复发出，也不输出。",
    zh_args: &[],
    examples: &[
        Example { line: "redress remind --dry-run", en: "what would be issued", zh: "查看将发出的通知" },
        Example { line: "redress remind", en: "issue what is due", zh: "发出应发的通知" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(_: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let actor = session.actor(context, &view)?;
    let (rows, written) = session.write(context, None, |writing: &mut Writing<'_>| {
        let view = writing.view;
        let records = records(view)?;
        let rules = |record: &Record| view.rules_of(record);
        let pressing = Pressing {
            policy: view.policy(),
            people: view.people(),
            lookup: view,
            rules: &rules,
            now: view.now(),
            records: &records,
        };
        let due = planning::notices(&pressing).map_err(|error| match error {
            Unplanned::Outside(error) => outside(&error),
            Unplanned::Unanswered(error) => error.into(),
        })?;
        issue(writing, &actor, &due)
    })?;
    let dry_run = context.flags.dry_run;
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let issued: Vec<Json> = rows.iter().map(|row| row.json(dry_run)).collect();
    let nobody = rows.iter().filter(|row| row.to == Addressee::default()).count();
    let calendar = session::calendar(&view);
    let loud = rows.iter().filter(|_| !context.flags.quiet);
    let unlaid = loud.filter_map(|row| calendar.is_workday(row.due).err()).find(|error| error.unlaid.is_some());
    let title = match dry_run {
        true => label!(Text::WouldTitle, count = rows.len()),
        false => label!(Text::Title, count = rows.len()),
    };
    let told = planned::Planned {
        name: "notices",
        data: json!({ "commit": commit, "issued": issued }),
        ids: rows.iter().map(|row| &row.id).collect(),
        title,
        table: shown(&rows, dry_run),
        // one text for each addressee, to copy and send
        texts: rows.iter().map(|row| &row.letter).collect(),
        warnings: (nobody > 0)
            .then(|| ("no-addressee", label!(Text::ToNobody, count = nobody)))
            .into_iter()
            .chain(unlaid.map(|error| ("year-without-holidays", error.label())))
            .collect(),
        nothing: None,
    };
    told.tell(&session, &written, context)
}

fn outside(error: &Outside) -> Failure {
    Failure::refused("calendar", label!(Text::Outside; reason = error.label()))
}

/// The records that rules may speak of.
fn records(view: &View<'_>) -> Result<Vec<Record>, Failure> {
    let since = planning::since(view.policy(), view.now()).map_err(|error| outside(&error))?;
    Ok(gather::pressed(view, since)?)
}

/// Makes the notices.
fn issue(writing: &mut Writing<'_>, actor: &Actor, due: &[Due<'_>]) -> Result<Vec<Row>, Failure> {
    let view = writing.view;
    let policy = view.policy();
    let mut rows = Vec::new();
    for notice in due {
        let unsaid = || session::unsaid(Notices::FILE, "notices");
        let fields = policy.notices.fields.as_ref().ok_or_else(unsaid)?;
        let kind = session::kind(policy, &fields.kind)?;
        let Some(draft) = notice.draft(policy) else { continue };
        let made = planned::make(writing, actor, &draft);
        let refuse = |refusal| session::refused(&refusal, policy);
        let id = made.map_err(refuse)?;
        let record = writing.operation.record(&id).map_err(refuse)?;
        let letter = letter(view, view).message(&record)?;
        rows.push(row(view, (fields, kind), notice, id, letter.unwrap_or_default()));
    }
    Ok(rows)
}

/// What the message of a notice is made from.
pub(super) fn letter<'v>(view: &'v View<'_>, lookup: &'v dyn Lookup) -> Letters<'v> {
    Letters::new(view.policy(), view.people(), lookup)
}

/// A notice that was issued, with the names of its parts for people.
struct Row {
    id: Id,
    occasion: Occasion,
    kind: Label,
    to: Addressee,
    due: chrono::NaiveDate,
    lines: Vec<Line>,
    letter: Label,
}

/// A line of it.
struct Line {
    number: u64,
    about: Id,
    called: String,
    title: Label,
    deadline: String,
    label: Label,
    missed: crate::calendar::Moment,
    to: Addressee,
    addressee: Label,
    rule: String,
}

fn row(view: &View<'_>, (fields, kind): (&NoticeFields, &Kind), notice: &Due<'_>, id: Id, letter: Label) -> Row {
    let policy = view.policy();
    let stored = fields.stored(notice.occasion);
    let words = view.words();
    let line = |of: &DueLine<'_>| {
        let about = policy.kind(&of.rule.kind);
        Line {
            number: of.number,
            title: view.read(&of.about).ok().flatten().map(|about| words.about(&about)).unwrap_or_default(),
            called: view
                .read(&of.about)
                .ok()
                .flatten()
                .map_or_else(|| of.about.to_string(), |about| words.called(&about)),
            about: of.about.clone(),
            label: wording::deadline(about, &of.deadline),
            deadline: of.deadline.clone(),
            missed: of.missed,
            addressee: self::letter(view, view).addressee(&of.to),
            to: of.to.clone(),
            rule: of.rule.name.clone(),
        }
    };
    Row {
        id,
        occasion: notice.occasion,
        kind: words.stored(&kind.field(fields.occasion).ty, stored),
        to: notice.to.clone(),
        due: notice.last_day(view.policy()),
        lines: notice.lines.iter().map(line).collect(),
        letter,
    }
}

impl Row {
    /// The notice as JSON. In a dry run there is no id. The record of the first item also stands beside the items.
    fn json(&self, dry_run: bool) -> Json {
        let items: Vec<Json> = self.lines.iter().map(Line::json).collect();
        let mut shown = items.first().cloned().unwrap_or_default();
        let own = json!({
            "id": (!dry_run).then_some(self.id.as_str()),
            "type": self.occasion.name(),
            "department": self.to.department,
            "person": self.to.person.as_ref().map(Id::as_str),
            "role": self.to.role,
            "due": self.due.to_string(),
            "items": items,
            "message": (!dry_run).then(|| crate::render::label(&self.letter)),
        });
        if let (Json::Object(shown), Json::Object(own)) = (&mut shown, own) {
            shown.extend(own);
        }
        shown
    }
}

impl Line {
    fn json(&self) -> Json {
        json!({
            "number": self.number,
            "about": self.about.as_str(),
            "deadline": self.deadline,
            "missed": stored_time(&self.missed),
            "person": self.to.person.as_ref().map(Id::as_str),
            "role": self.to.role,
            "rule": self.rule,
        })
    }
}

fn shown(rows: &[Row], dry_run: bool) -> Table {
    let mut columns = vec![
        Column::label("to", Text::ColumnTo),
        Column::label("type", Text::ColumnType),
        Column::count("number", Text::ColumnNumber),
        Column::text("about", Text::ColumnAbout),
        Column::text("title", RecordText::ColumnTitle),
        Column::label("deadline", RecordText::ColumnDeadline),
        Column::moment("missed", Text::ColumnMissed),
        Column::date("due", Text::ColumnAnswer),
    ];
    if !dry_run {
        columns.insert(0, Column::id("id", RecordText::ColumnId));
    }
    let mut table = Table::new(columns);
    for row in rows {
        for line in &row.lines {
            let mut cells = vec![
                Cell::Label(line.addressee.clone()),
                Cell::Label(row.kind.clone()),
                Cell::count(line.number),
                Cell::text(&line.called),
                worded::said(line.title.clone()),
                Cell::Label(line.label.clone()),
                Cell::End(line.missed),
                Cell::Date(row.due),
            ];
            if !dry_run {
                cells.insert(0, Cell::id(&row.id));
            }
            table.toned(if line.number > 1 { Tone::Bad } else { Tone::Plain }, cells);
        }
    }
    table
}
