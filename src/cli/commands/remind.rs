//! `redress remind`: issues the notices that are due now.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::book::index::{EventQuery, Selection};
use crate::book::{View, Writing};
use crate::calendar::Outside;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::naming;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{asked, table};
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Actor, Request};
use crate::locale::messages::NoticeText as Text;
use crate::locale::messages::RecordText;
use crate::locale::{Label, Lang};
use crate::planning::{self, Addressee, Due, Pressing, Unplanned};
use crate::policy::{NoticeFields, Notices, Occasion};
use crate::record::{FieldId, Id, Record, Type, Value, stored_time};
use crate::report::model::{Cell, Column, Table, Tone};

/// Issue the notices that are due now
///
/// Whoever holds what is overdue gets an expedite notice, numbered for the case; whoever closed something late a corrective
/// notice that asks for the cause. Which, how often and how long there is to answer says policy/notices.toml. A second run
/// does nothing and prints nothing. `redress print NOTICE` makes the paper.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// The command.
pub static COMMAND: Command = Command {
    name: "remind",
    group: Group::Planning,
    zh: "发出当前应发的催办单和治办单\n\n逾期事项的承办人收到催办单，按案件编次数；逾期办结的环节收到治办单，须说明原因。发什么、多久一次、何时答复见 policy/notices.toml。再次运行不重复发出，也不输出。用 `redress print 编号` 打印纸质单据。",
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
    session.check_present()?;
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
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let issued: Vec<Json> = rows.iter().map(|row| row.json(context.flags.dry_run)).collect();
    context.out.data(json!({ "commit": commit, "issued": issued }));
    if !rows.is_empty() && !context.flags.json {
        let title = label!(Text::Title, count = rows.len());
        table::print(context, "notices", title, shown(&rows, context.flags.dry_run))?;
        if context.flags.dry_run {
            context.out.aside(RecordText::WouldBe.get(context.lang));
        }
    }
    let nobody = rows.iter().filter(|row| row.to == Addressee::default()).count();
    if nobody > 0 {
        context.out.warn("no-addressee", label!(Text::ToNobody, count = nobody));
    }
    if written.committed.is_some() {
        session.at_sign.borrow_mut().listed(rows.iter().map(|row| &row.id));
    }
    Ok(context.listed(rows.len()))
}

fn outside(error: &Outside) -> Failure {
    Failure::refused("calendar", label!(Text::Outside; reason = error.label()))
}

/// The records that rules may speak of: those that are not closed, and those that something happened to as far as a rule
/// looks back.
fn records(view: &View<'_>) -> Result<Vec<Record>, Failure> {
    let policy = view.policy();
    let kinds: BTreeSet<&str> = policy.notices.rules.iter().map(|rule| rule.kind.as_str()).collect();
    let since = planning::since(policy, view.now()).map_err(|error| outside(&error))?;
    let endless = |kind: &str| {
        let corrective = |rule: &&crate::policy::NoticeRule| rule.kind == kind && rule.occasion == Occasion::Corrective;
        policy.notices.rules.iter().filter(corrective).any(|rule| rule.look_back.is_none())
    };
    let mut records = Vec::new();
    for name in kinds {
        let kind = session::kind(policy, name)?;
        if endless(name) {
            records.extend(view.index()?.select(&Selection::of(name))?);
            continue;
        }
        records.extend(asked::unclosed(view, kind)?);
        if let Some(since) = since {
            let query = EventQuery { kind: Some(name), from: Some(since), ..EventQuery::default() };
            let touched: BTreeSet<Id> = view.index()?.touched(&query)?.into_iter().collect();
            records.extend(view.index()?.records(&touched)?);
        }
    }
    Ok(records)
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
        let mut request = Request::new(kind.first_step().name.as_str(), actor.clone());
        request.key = Some(notice.key.clone());
        let mut set = |field: Option<FieldId>, value: Option<Value>| {
            request.set.extend(field.zip(value).map(|(field, value)| (field, Some(value))));
        };
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        set(Some(fields.about), Some(Value::Ref(notice.about.clone())));
        set(Some(fields.occasion), text(fields.stored(notice.rule.occasion)));
        set(fields.number, Some(Value::Count(notice.number)));
        set(Some(fields.deadline), text(&notice.deadline));
        set(fields.department, notice.to.department.as_deref().and_then(text));
        set(fields.person, notice.to.person.as_ref().and_then(|id| text(id.as_str())));
        set(fields.role, notice.to.role.as_deref().and_then(text));
        set(Some(fields.missed), Some(Value::Time(notice.missed)));
        set(fields.ended, notice.ended.map(Value::Time));
        set(fields.late, notice.late.map(Value::Decimal));
        set(fields.due, Some(Value::Date(date(view, notice))));
        let made = writing.operation.create(kind.name(), None, &request);
        rows.push(row(view, (fields, kind), notice, made.map_err(|refusal| session::refused(&refusal, policy))?));
    }
    Ok(rows)
}

/// The last day on which the notice is answered in time.
fn date(view: &View<'_>, notice: &Due<'_>) -> chrono::NaiveDate {
    session::calendar(view).zone().date(notice.answer - chrono::TimeDelta::seconds(1))
}

/// A notice that was issued, with what people call its parts.
struct Row {
    id: Id,
    occasion: Occasion,
    kind: Label,
    number: u64,
    about: Id,
    title: String,
    deadline: String,
    label: Label,
    missed: crate::calendar::Moment,
    to: Addressee,
    addressee: Label,
    due: chrono::NaiveDate,
    rule: String,
}

fn row(view: &View<'_>, (fields, kind): (&NoticeFields, &Kind), notice: &Due<'_>, id: Id) -> Row {
    let policy = view.policy();
    let about = policy.kind(&notice.rule.kind);
    let label = about.and_then(|kind| kind.deadline(&notice.deadline)).map(|deadline| deadline.label.clone());
    let stored = fields.stored(notice.rule.occasion);
    let occasion = match &kind.field(fields.occasion).ty {
        Type::Choice(choices) => choices.iter().find(|choice| choice.name == stored).map(|choice| choice.label.clone()),
        _ => None,
    };
    Row {
        id,
        occasion: notice.rule.occasion,
        kind: occasion.unwrap_or_else(|| Label::new(notice.rule.occasion.name(), "")),
        number: notice.number,
        title: naming::title(view, &notice.about),
        about: notice.about.clone(),
        label: label.unwrap_or_else(|| Label::new(notice.deadline.as_str(), "")),
        deadline: notice.deadline.clone(),
        missed: notice.missed,
        addressee: addressee(view, &notice.to),
        to: notice.to.clone(),
        due: date(view, notice),
        rule: notice.rule.name.clone(),
    }
}

/// Whom a notice goes to, in words: the department, and in it the person or the role.
fn addressee(view: &View<'_>, to: &Addressee) -> Label {
    let policy = view.policy();
    let department = to.department.as_ref().map(|name| {
        policy.departments.get(name).map_or_else(|| Label::new(name.as_str(), ""), |known| known.label.clone())
    });
    let person = to.person.as_ref().map(|id| {
        let name = view.people().get(id).map_or_else(|| id.to_string(), |person| person.name.clone());
        Label::new(name, "")
    });
    let role = to
        .role
        .as_ref()
        .map(|name| policy.roles.get(name).map_or_else(|| Label::new(name.as_str(), ""), |known| known.label.clone()));
    match (department, person.or(role)) {
        (None, None) => Text::Nobody.into(),
        (Some(one), None) | (None, Some(one)) => one,
        (Some(department), Some(in_it)) => {
            // a role is often called as its department is
            let both = |lang: Lang| match (lang, department.get(lang), in_it.get(lang)) {
                (_, department, in_it) if department == in_it => department.to_owned(),
                (Lang::En, department, in_it) => format!("{department}, {in_it}"),
                (Lang::Zh, department, in_it) => format!("{department} {in_it}"),
            };
            Label::new(both(Lang::En), both(Lang::Zh))
        }
    }
}

impl Row {
    /// Nothing has an id yet that is not written.
    fn json(&self, dry_run: bool) -> Json {
        json!({
            "id": (!dry_run).then_some(self.id.as_str()),
            "type": self.occasion.name(),
            "number": self.number,
            "about": self.about.as_str(),
            "deadline": self.deadline,
            "missed": stored_time(&self.missed),
            "department": self.to.department,
            "person": self.to.person.as_ref().map(Id::as_str),
            "role": self.to.role,
            "due": self.due.to_string(),
            "rule": self.rule,
        })
    }
}

fn shown(rows: &[Row], dry_run: bool) -> Table {
    let mut columns = vec![
        Column::label("to", Text::ColumnTo),
        Column::label("type", Text::ColumnType),
        Column::count("number", Text::ColumnNumber),
        Column::id("about", Text::ColumnAbout),
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
        let mut cells = vec![
            Cell::Label(row.addressee.clone()),
            Cell::Label(row.kind.clone()),
            Cell::count(row.number),
            Cell::id(&row.about),
            Cell::text(row.title.as_str()),
            Cell::Label(row.label.clone()),
            Cell::End(row.missed),
            Cell::Date(row.due),
        ];
        if !dry_run {
            cells.insert(0, Cell::id(&row.id));
        }
        table.toned(if row.number > 1 { Tone::Bad } else { Tone::Plain }, cells);
    }
    table
}
