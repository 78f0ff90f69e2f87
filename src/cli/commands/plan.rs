//! `redress plan callbacks|tasks|sanctions|grades|signs [PERIOD] [FILTER…]`: makes the records that the policy wants
//! for a period.

mod grades;
mod sanctions;
mod signs;
mod tasks;

use std::collections::BTreeSet;

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use serde_json::{Value as Json, json};

use crate::book::{View, Writing};
use crate::calendar::{Direction, Moment, Period, expression};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{asked, dealt, planned, table};
use crate::gather;
use crate::label;
use crate::lifecycle::Actor;
use crate::locale::messages::PlanText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table};
use crate::planning::{self, Plan, Planned, Question, Unplanned, Why};
use crate::policy::{CALENDAR, CallbackFields, Callbacks, Policy};
use crate::record::{Id, Record};
use crate::report::worded;

/// Plan what the policy says falls into a period: callbacks, tasks, sanctions, grades or warning signs
///
/// Clients who are due by the campaigns of policy/callbacks.toml get a callback each, on working days of the period, dealt out to
/// the person who looks after them or has least to do for their capacity. All are one commit; a second run adds nothing.
/// --dry-run shows the plan. `tasks` makes the recurring duties of policy/recurring.toml whose period overlaps the one that is
/// named, each once, with the person who does it and the time limit. `sanctions` proposes what policy/deductions.toml finds in the complaints of the period.
/// `grades` grades records by the tables of policy/grades.toml, and keeps why. `signs` names the records that give warning by
/// policy/signs.toml, with the records behind each sign, and opens the remedies. Both ask as of the end of the period, or of now.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to plan: callbacks, tasks, sanctions, grades or signs
    #[arg(value_name = "WHAT")]
    what: String,
    /// The period, without it this month; then conditions that narrow the clients, the records that have a duty each,
    /// the complaints, or the records that are graded or watched
    #[arg(value_name = "PERIOD|FILTER")]
    words: Vec<String>,
    /// The day to plan from, instead of today
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Callbacks or tasks for a person and a working day
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    per_person: Option<u64>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "plan",
    group: Group::Planning,
    zh: "按制度生成期间内的计划：客户回访、例行事项、奖惩、评级或预警\n\n按 policy/callbacks.toml 的回访计划抽取到期客户，各生成一次回访，安排在期间内的工作日，优先分给负责该客户的专员，其次按分派权重均衡分派。作一次提交；再次运行不会重复。--dry-run 只显示计划。tasks 按 policy/recurring.toml 生成与该期间重叠的例行事项，各生成一次，并写明承办人和时限。sanctions 按 policy/deductions.toml 对期间内的投诉提出奖惩建议。grades 按 policy/grades.toml 评定等级并写明理由。signs 按 policy/signs.toml 查找预警，列出依据的记录，并生成应对措施。两者均以期间末为准，期间未结束的以现在为准。",
    zh_args: &[
        ("what", "计划的内容：callbacks、tasks、sanctions、grades 或 signs"),
        ("words", "期间，不写则为本月；其后为筛选客户、逐条办理的记录、投诉、评级或预警对象的条件"),
        ("on", "从哪一天开始计划，不写则为今天"),
        ("per_person", "每人每个工作日的回访或事项数"),
    ],
    examples: &[
        Example { line: "redress plan callbacks 2026-12", en: "December's callbacks", zh: "十二月的回访" },
        Example {
            line: "redress plan callbacks 2026-q4 grade=key,A --per-person 4 --dry-run",
            en: "show what a quarter of the best clients would be",
            zh: "redress plan callbacks 2026-q4 客户等级=大客户,A级 --per-person 4 --dry-run\n查看一个季度大客户和 A 级客户的回访计划",
        },
        Example {
            line: "redress plan tasks 2026-12", en: "December's recurring duties", zh: "十二月的例行事项"
        },
        Example {
            line: "redress plan sanctions 2026-11",
            en: "propose what the rules deduct for November",
            zh: "按制度提出十一月的奖惩建议",
        },
        Example {
            line: "redress plan signs --dry-run",
            en: "which clients give warning, and why",
            zh: "查看哪些客户出现预警及其依据",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// Something that can be planned.
struct Subject {
    /// The word that names it.
    name: &'static str,
    /// What is planned.
    about: Text,
    /// The kinds of the records that its filters narrow.
    narrows: fn(&Policy) -> Vec<&String>,
    /// Plans it.
    run: fn(&Args, &mut Context) -> Result<Exit, Failure>,
}

/// Everything that can be planned.
static SUBJECTS: [Subject; 5] = [
    Subject {
        name: "callbacks",
        about: Text::OfCallbacks,
        narrows: |policy| policy.callbacks.fields.iter().map(|fields| &fields.clients).collect(),
        run: of_callbacks,
    },
    Subject {
        name: "tasks",
        about: Text::OfTasks,
        narrows: |policy| {
            let each = policy.recurring.duties.iter().filter_map(|duty| duty.each.as_ref());
            each.map(|each| &each.kind).collect()
        },
        run: of_tasks,
    },
    Subject {
        name: "sanctions",
        about: Text::OfSanctions,
        narrows: |policy| policy.deductions.rules.iter().map(|rule| &rule.kind).collect(),
        run: of_sanctions,
    },
    Subject {
        name: "grades",
        about: Text::OfGrades,
        narrows: |policy| policy.grades.grades.iter().map(|grading| &grading.kind).collect(),
        run: of_grades,
    },
    Subject {
        name: "signs",
        about: Text::OfSigns,
        narrows: |policy| policy.signs.signs.iter().map(|sign| &sign.kind).collect(),
        run: of_signs,
    },
];

/// The kinds of the records that the filters of a plan narrow, each once.
pub(in crate::cli) fn narrowed<'p>(policy: &'p Policy, what: &str) -> BTreeSet<&'p String> {
    let subject = SUBJECTS.iter().find(|subject| subject.name == what);
    subject.map(|subject| (subject.narrows)(policy)).unwrap_or_default().into_iter().collect()
}

/// The words that name what can be planned, and what each plans, for completion.
pub(in crate::cli) fn subjects() -> impl Iterator<Item = (&'static str, Label)> {
    SUBJECTS.iter().map(|subject| (subject.name, subject.about.label()))
}

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    match SUBJECTS.iter().find(|subject| subject.name == args.what) {
        Some(subject) => (subject.run)(&args, context),
        None => {
            let subjects = SUBJECTS.iter().map(|subject| subject.name).collect::<Vec<_>>().join("|");
            let hint = label!(Text::NoPlanHint, subjects = subjects);
            Err(Failure::usage("no-plan", label!(Text::NoPlan, word = args.what)).hint(hint))
        }
    }
}

/// Plans callbacks, on days from today on.
fn of_callbacks(args: &Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let actor = session.actor(context, &view)?;
    let today = args.on.as_deref().map(|on| day(&view, on)).transpose()?.unwrap_or(view.now().date_naive());
    let (period, filter) = period(&args.words, today)?;
    if period.last() < today {
        return Err(Failure::usage("period", label!(Text::Over, period = period.label, day = today)));
    }
    let (made, written) = session.write(context, None, |writing: &mut Writing<'_>| {
        let view = writing.view;
        let clients = clients(view, filter)?;
        let records = gather::called_back(view)?;
        let open = session::calendar(view).for_plans();
        let question = Question {
            policy: view.policy(),
            calendar: open.as_ref().unwrap_or(session::calendar(view)),
            people: view.people(),
            lookup: view,
            period: &period,
            today,
            per_person: args.per_person,
            clients: &clients,
            records: &records,
        };
        let plan = planning::callbacks(&question).map_err(unplanned)?;
        make(writing, &actor, &plan)
    })?;
    let Made { rows, left, left_out, missing } = made;
    let dry_run = context.flags.dry_run;
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let planned: Vec<Json> = rows.iter().map(|row| row.json(dry_run)).collect();
    let unplaced: Vec<&str> = left.iter().map(Id::as_str).collect();
    let barred = left_out.iter().map(|(client, _, why)| json!({ "client": client.as_str(), "why": why.get(Lang::En) }));
    let barred: Vec<Json> = barred.collect();
    let mut warnings = Vec::new();
    if !left.is_empty() {
        warnings.push(("no-room", label!(Text::Left, count = left.len())));
    }
    for (client, name, why) in &left_out {
        let client = Label::each(|lang| named(name.get(lang), client, lang));
        warnings.push(("left-out", label!(Text::LeftOut; client = client, why = why.clone())));
    }
    let mut years: Vec<i32> = missing.iter().map(|(_, year)| *year).collect();
    years.dedup();
    for year in years {
        let names: Vec<&str> = missing.iter().filter(|(_, of)| *of == year).map(|(name, _)| name.as_str()).collect();
        warnings.push(("no-holiday", label!(Text::NoHoliday, names = names.join("、"), year = year)));
    }
    warnings.extend(unlaid(&view, rows.iter().map(|row| row.due)));
    let lacking: Vec<Json> = missing.iter().map(|(name, year)| json!({ "holiday": name, "year": year })).collect();
    let title = match dry_run {
        true => label!(Text::WouldTitle, period = period.label, count = rows.len()),
        false => label!(Text::Title, period = period.label, count = rows.len()),
    };
    let told = planned::Planned {
        name: "plan",
        data: json!({
            "period": period.label, "commit": commit, "planned": planned, "left": unplaced, "left-out": barred, "missing": lacking,
        }),
        ids: rows.iter().map(|row| &row.id).collect(),
        title,
        table: table::listed(context, shown(&rows, dry_run), &[], !dry_run),
        texts: Vec::new(),
        warnings,
        nothing: Some(label!(Text::NothingPlanned, period = period.label)),
    };
    told.tell(&session, &written, context)
}

/// Plans recurring duties, on days from today on. Duties that were due before today are not made, unless `--on` plans
/// from an earlier day.
fn of_tasks(args: &Args, context: &mut Context) -> Result<Exit, Failure> {
    let (today, given) = {
        let session = Session::open(context)?;
        let view = session.view(context)?;
        let today = view.now().date_naive();
        (today, args.on.as_deref().map(|on| day(&view, on)).transpose()?)
    };
    let (period, filter) = period(&args.words, given.unwrap_or(today))?;
    let today = given.unwrap_or(today);
    if period.last() < today {
        return Err(Failure::usage("period", label!(Text::Over, period = period.label, day = today)));
    }
    tasks::run(&tasks::Asked { period: &period, filter, today, per_person: args.per_person }, context)
}

/// A warning if work was planned in a year whose holidays are not laid down yet, where weekdays count as working days.
fn unlaid(view: &View<'_>, days: impl Iterator<Item = NaiveDate>) -> Option<(&'static str, Label)> {
    let calendar = session::calendar(view);
    let year = |day: NaiveDate| calendar.is_workday(day).err().and_then(|outside| outside.unlaid).map(|_| day.year());
    let years: BTreeSet<String> = days.filter_map(year).map(|year| year.to_string()).collect();
    let years = years.into_iter().collect::<Vec<_>>().join(", ");
    (!years.is_empty()).then(|| ("year-without-holidays", label!(Text::Unlaid, years = years, file = CALENDAR)))
}

/// Why nothing can be planned.
pub(super) fn unplanned(error: Unplanned) -> Failure {
    match error {
        Unplanned::Outside(outside) => Failure::refused("calendar", label!(Text::Outside; reason = outside.label())),
        Unplanned::Unanswered(unanswered) => unanswered.into(),
    }
}

/// Plans sanctions. They follow from what has happened, so the period may lie in the past.
fn of_sanctions(args: &Args, context: &mut Context) -> Result<Exit, Failure> {
    if args.per_person.is_some() {
        return Err(Failure::usage("no-plan", label!(Text::NotDealt, subject = args.what)));
    }
    let today = {
        let session = Session::open(context)?;
        let view = session.view(context)?;
        args.on.as_deref().map(|on| day(&view, on)).transpose()?.unwrap_or(view.now().date_naive())
    };
    let (period, filter) = period(&args.words, today)?;
    sanctions::run(&period, filter, context)
}

/// Plans grades, as of the end of the period, or as of now.
fn of_grades(args: &Args, context: &mut Context) -> Result<Exit, Failure> {
    let (period, filter) = looked_at(args, context)?;
    grades::run(&period, filter, context)
}

/// Plans signs, as of the end of the period, or as of now.
fn of_signs(args: &Args, context: &mut Context) -> Result<Exit, Failure> {
    let (period, filter) = looked_at(args, context)?;
    signs::run(&period, filter, context)
}

/// The period whose end counts, and the conditions after it.
fn looked_at<'a>(args: &'a Args, context: &mut Context) -> Result<(Period, &'a [String]), Failure> {
    if args.per_person.is_some() {
        return Err(Failure::usage("no-plan", label!(Text::NotDealt, subject = args.what)));
    }
    if args.on.is_some() {
        return Err(Failure::usage("no-plan", Text::NotDated));
    }
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let (period, filter) = period(&args.words, view.today())?;
    if period.from > view.today() {
        return Err(Failure::usage("period", label!(Text::NotBegun, period = period.label, day = view.today())));
    }
    Ok((period, filter))
}

/// The moment at which the spans of rollups end: the last moment of the period, or now.
fn asked_at(view: &View<'_>, period: &Period) -> Moment {
    let (_, until) = period.moments(view.policy().calendars.default().zone());
    (until - TimeDelta::seconds(1)).min(view.now())
}

/// A client by name and id.
fn named(name: &str, id: &Id, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{name} ({id})"),
        Lang::Zh => format!("{name}（{id}）"),
    }
}

/// What was planned, and which clients were not.
struct Made {
    rows: Vec<Row>,
    /// Clients for whom there was no room.
    left: Vec<Id>,
    /// Clients whom the policy leaves out: id, name and why.
    left_out: Vec<(Id, Label, Label)>,
    /// The years for which the calendar lacks a holiday: the holiday's name and the year.
    missing: Vec<(String, i32)>,
}

/// A callback of the plan, with the names of its parts for people.
struct Row {
    id: Id,
    client: Id,
    name: Label,
    /// The record that it follows, if any: by number, title and id.
    about: Option<(Id, Label)>,
    due: NaiveDate,
    assignee: Option<(Id, String)>,
    why: Why,
    has: u64,
    reason: Label,
    campaign: String,
    label: Label,
    /// The holiday or anniversary, and its day.
    occasion: Option<(Label, NaiveDate)>,
}

impl Row {
    /// The plan as JSON. In a dry run there are no ids.
    fn json(&self, dry_run: bool) -> Json {
        json!({
            "id": (!dry_run).then_some(self.id.as_str()),
            "client": self.client.as_str(),
            "name": self.name.get(Lang::En),
            "about": self.about.as_ref().map(|(id, _)| id.as_str()),
            "due": self.due.to_string(),
            "assignee": self.assignee.as_ref().map(|(id, _)| id.as_str()),
            "why": self.why.name(),
            "has": self.has,
            "campaign": self.campaign,
            "occasion": self.occasion.as_ref().map(|(name, _)| name.get(Lang::En)),
            "day": self.occasion.as_ref().map(|(_, day)| day.to_string()),
        })
    }
}

fn day(view: &View<'_>, text: &str) -> Result<NaiveDate, Failure> {
    let calendar = session::calendar(view);
    let read = expression::parse(text, view.now(), calendar, Direction::Forward);
    read.map(|understood| understood.date(calendar))
        .map_err(|_| Failure::usage("time", label!(Text::BadOn, text = text)))
}

/// The period and the conditions after it. Without a period it is this month. A word that looks like a date and is
/// none is refused, because every condition that begins with a digit contains a comparison sign.
fn period(words: &[String], today: NaiveDate) -> Result<(Period, &[String]), Failure> {
    let read = |text: &str| Period::parse(text, today).map_err(|error| Failure::usage("period", error.label()));
    match words.split_first() {
        Some((first, rest)) if Period::parse(first, today).is_ok() || is_meant_as_period(first) => {
            Ok((read(first)?, rest))
        }
        _ => Ok((read("this-month")?, words)),
    }
}

fn is_meant_as_period(word: &str) -> bool {
    let relative = ["last-", "this-", "next-"].iter().any(|start| word.starts_with(start));
    (relative || word.starts_with(|c: char| c.is_ascii_digit())) && !word.contains(['=', '~', '<', '>'])
}

/// The fields of a callback.
fn fields(policy: &Policy) -> Result<&CallbackFields, Failure> {
    policy.callbacks.fields.as_ref().ok_or_else(|| session::unsaid(Callbacks::FILE, "callbacks"))
}

fn clients(view: &View<'_>, words: &[String]) -> Result<Vec<Record>, Failure> {
    let kind = session::kind(view.policy(), &fields(view.policy())?.clients)?;
    let filter = asked::filter(view, kind, words)?;
    Ok(gather::fitting(view, kind, filter.as_ref())?)
}

/// Makes the callbacks of the plan.
fn make(writing: &mut Writing<'_>, actor: &Actor, plan: &Plan<'_>) -> Result<Made, Failure> {
    let view = writing.view;
    let policy = view.policy();
    session::kind(policy, &fields(policy)?.kind)?;
    let mut rows = Vec::new();
    for planned in &plan.planned {
        let Some(draft) = planned.draft(policy) else { continue };
        let made = planned::make(writing, actor, &draft);
        rows.push(row(view, planned, made.map_err(|refusal| session::refused(&refusal, policy))?));
    }
    let order = |row: &Row| policy.callbacks.campaigns.iter().position(|campaign| campaign.name == row.campaign);
    rows.sort_by_cached_key(|row| (row.due, order(row), row.name.get(Lang::Zh).to_owned()));
    let words = view.words();
    let barred = plan.left_out.iter().map(|(client, rule)| (client.clone(), words.title(client), rule.reason.clone()));
    let mut missing: Vec<(String, i32)> = plan.missing.iter().map(|(name, year)| ((*name).to_owned(), *year)).collect();
    missing.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    let left = plan.left.iter().map(|(client, _)| client.clone()).collect();
    Ok(Made { rows, left, left_out: barred.collect(), missing })
}

fn row(view: &View<'_>, planned: &Planned<'_>, id: Id) -> Row {
    let words = view.words();
    let called = |id: &Id| (id.clone(), words.person(id.as_str()));
    Row {
        id,
        name: words.title(&planned.client),
        client: planned.client.clone(),
        about: planned.about.clone().map(|id| (id.clone(), named_record(view, &id))),
        due: planned.due,
        assignee: planned.assignee.as_ref().map(called),
        why: planned.why.clone(),
        has: planned.has,
        reason: dealt::reason(view, &planned.why, None, planned.has),
        campaign: planned.campaign.name.clone(),
        label: planned.campaign.label.clone(),
        occasion: planned.occasion.clone(),
    }
}

/// A record by its number (or else its id), and its name.
fn named_record(view: &View<'_>, id: &Id) -> Label {
    let words = view.words();
    match view.read(id).ok().flatten() {
        Some(record) => {
            let (called, about) = (words.called(&record), words.about(&record));
            Label::each(|lang| match about.get(lang) {
                "" => called.clone(),
                about => format!("{called} · {about}"),
            })
        }
        None => Label::verbatim(id.to_string()),
    }
}

/// The person to whom something is dealt, as a cell.
fn who(assignee: Option<&(Id, String)>) -> Cell {
    Cell::Label(assignee.map_or_else(|| Text::Nobody.into(), |(_, name)| Label::new(name.as_str(), "")))
}

fn shown(rows: &[Row], dry_run: bool) -> Table {
    let mut columns = vec![
        Column::text("client", Text::ColumnClient).weighing(Column::MUCH),
        Column::text("about", Text::ColumnAbout).weighing(Column::LITTLE),
        Column::date("due", Text::ColumnDue).weighing(Column::MUCH),
        Column::label("assignee", Text::ColumnAssignee),
        Column::label("reason", Text::ColumnReason).weighing(Column::LITTLE),
        Column::label("campaign", Text::ColumnCampaign),
    ];
    if !dry_run {
        columns.insert(0, Column::id("id", Text::ColumnCallback).weighing(u8::MAX));
    }
    let mut table = Table::new(columns);
    for row in rows {
        let mut cells = vec![
            worded::said(row.name.clone()),
            row.about.as_ref().map_or(Cell::Empty, |(_, named)| worded::said(named.clone())),
            Cell::Date(row.due),
            who(row.assignee.as_ref()),
            Cell::Label(row.reason.clone()),
            Cell::Label(match &row.occasion {
                Some((occasion, day)) => label!(Text::OfDay, day = day.format("%m-%d"); occasion = occasion.clone()),
                None => row.label.clone(),
            }),
        ];
        if !dry_run {
            cells.insert(0, Cell::id(&row.id));
        }
        table.row(cells);
    }
    table
}
