//! `redress plan tasks [PERIOD] [FILTER…]`: makes the duties of policy/recurring.toml that fall into a period.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::{Value as Json, json};

use crate::book::{View, Writing};
use crate::calendar::Period;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::{self, Session};
use crate::cli::{asked, planned, table};
use crate::gather;
use crate::label;
use crate::lifecycle::Actor;
use crate::locale::Label;
use crate::locale::messages::PlanText as Text;
use crate::model::{Cell, Column, Table};
use crate::planning::{self, DutyPlan, PlannedDuty, Recurrences};
use crate::policy::{Policy, RecurringDuty};
use crate::record::{Class, Id, Record};
use crate::report::worded;

/// What is asked for.
pub(super) struct Asked<'a> {
    /// The period.
    pub(super) period: &'a Period,
    /// The conditions for records that have a duty each.
    pub(super) filter: &'a [String],
    /// The day from which on duties are planned.
    pub(super) today: NaiveDate,
    /// How many duties a person gets for a day at most.
    pub(super) per_person: Option<u64>,
}

/// Makes them, all in one commit.
pub(super) fn run(asked: &Asked<'_>, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let actor = session.actor(context, &view)?;
    let (made, written) = session.write(context, None, |writing: &mut Writing<'_>| {
        let view = writing.view;
        let (wanted, open) = (wanted(view, asked.filter)?, open(view)?);
        let own = session::calendar(view).for_plans();
        let question = Recurrences {
            policy: view.policy(),
            calendar: own.as_ref().unwrap_or(session::calendar(view)),
            people: view.people(),
            lookup: view,
            period: asked.period,
            today: asked.today,
            per_person: asked.per_person,
            wanted: &wanted,
            open: &open,
        };
        let plan = planning::recurring(&question).map_err(super::unplanned)?;
        make(writing, &actor, &plan)
    })?;
    let dry_run = context.flags.dry_run;
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let planned: Vec<Json> = made.rows.iter().map(|row| row.json(dry_run)).collect();
    let left: Vec<Json> = made.left.iter().map(Left::json).collect();
    let passed: Vec<Json> = made.passed.iter().map(|passed| json!({ "duty": passed.0, "count": passed.2 })).collect();
    let mut warnings = Vec::new();
    for (_, label, count, earliest) in &made.passed {
        let day = asked.period.from.min(*earliest);
        let said = label!(Text::DutiesPassed, count = count, day = day; duty = label.clone());
        warnings.push(("passed", said));
    }
    for left in &made.left {
        let duty = Label::each(|lang| match &left.of {
            Some((_, of)) => format!("{} · {}", left.label.get(lang), of.get(lang)),
            None => left.label.get(lang).to_owned(),
        });
        warnings.push(match left.nobody {
            true => ("nobody", label!(Text::DutyOfNobody; duty = duty)),
            false => ("no-room", label!(Text::DutyNoRoom; duty = duty)),
        });
    }
    warnings.extend(super::unlaid(&view, made.rows.iter().map(|row| row.due)));
    let title = match dry_run {
        true => label!(Text::TasksWouldTitle, count = made.rows.len(); period = Period::called(&asked.period.label)),
        false => label!(Text::TasksTitle, count = made.rows.len(); period = Period::called(&asked.period.label)),
    };
    let told = planned::Planned {
        name: "plan",
        data: json!({
            "period": asked.period.label, "commit": commit, "planned": planned, "left": left, "passed": passed,
        }),
        ids: made.rows.iter().map(|row| &row.id).collect(),
        title,
        table: table::listed(context, shown(&made.rows, dry_run), &[], !dry_run),
        texts: Vec::new(),
        warnings,
        nothing: Some(label!(Text::NothingPlanned, period = asked.period.label)),
    };
    told.tell(&session, &written, context)
}

/// What was made, and what was not.
struct Made {
    rows: Vec<Row>,
    left: Vec<Left>,
    /// For each rule: its name, its label, how many duties were due before the day from which the plan begins, and the
    /// earliest day on which one was due.
    passed: Vec<(String, Label, usize, NaiveDate)>,
}

/// A duty of the plan, with the names of its parts for people.
struct Row {
    id: Id,
    duty: String,
    kind: String,
    label: Label,
    of: Option<(Id, Label)>,
    due: NaiveDate,
    assignee: Option<(Id, String)>,
}

/// A duty for which there was nobody, or no room.
struct Left {
    duty: String,
    label: Label,
    of: Option<(Id, Label)>,
    nobody: bool,
}

impl Left {
    fn json(&self) -> Json {
        let why = if self.nobody { "nobody" } else { "no-room" };
        json!({ "why": why, "duty": self.duty, "of": self.of.as_ref().map(|(id, _)| id.as_str()) })
    }
}

impl Row {
    /// The plan as JSON. In a dry run there are no ids.
    fn json(&self, dry_run: bool) -> Json {
        json!({
            "id": (!dry_run).then_some(self.id.as_str()),
            "duty": self.duty,
            "kind": self.kind,
            "of": self.of.as_ref().map(|(id, _)| id.as_str()),
            "due": self.due.to_string(),
            "assignee": self.assignee.as_ref().map(|(id, _)| id.as_str()),
        })
    }
}

/// The duties that are planned, with the records that have a duty each. Conditions narrow these records. Duties for
/// everybody are then left out, and so are those whose records the conditions do not fit.
fn wanted(view: &View<'_>, filter: &[String]) -> Result<BTreeMap<String, Vec<Record>>, Failure> {
    let policy = view.policy();
    let duties = &policy.recurring.duties;
    if duties.is_empty() {
        return Err(session::unsaid(crate::policy::Recurring::FILE, "duties"));
    }
    let mut refused = None;
    let mut narrowed: BTreeMap<&str, BTreeSet<Id>> = BTreeMap::new();
    let kinds: BTreeSet<&str> = duties.iter().filter_map(|duty| Some(duty.each.as_ref()?.kind.as_str())).collect();
    for name in kinds.into_iter().filter(|_| !filter.is_empty()) {
        let kind = session::kind(policy, name)?;
        match asked::filter(view, kind, filter) {
            Ok(filter) => {
                let found = gather::fitting(view, kind, filter.as_ref())?;
                narrowed.insert(name, found.into_iter().map(|record| record.id).collect());
            }
            Err(failure) => refused = refused.or(Some(failure)),
        }
    }
    match refused {
        Some(failure) if narrowed.is_empty() => return Err(failure),
        _ => {}
    }
    let mut wanted = BTreeMap::new();
    for duty in duties {
        match &duty.each {
            None if filter.is_empty() => {
                wanted.insert(duty.name.clone(), Vec::new());
            }
            None => {}
            Some(each) => {
                if !filter.is_empty() && !narrowed.contains_key(each.kind.as_str()) {
                    continue;
                }
                let mut records = gather::recurring_for(view, duty)?;
                if let Some(ids) = narrowed.get(each.kind.as_str()) {
                    records.retain(|record| ids.contains(&record.id));
                }
                wanted.insert(duty.name.clone(), records);
            }
        }
    }
    Ok(wanted)
}

/// The open records of the kinds that are made.
fn open(view: &View<'_>) -> Result<Vec<Record>, Failure> {
    let kinds: BTreeSet<&str> = view.policy().recurring.duties.iter().map(|duty| duty.kind.as_str()).collect();
    let mut found = Vec::new();
    for kind in kinds {
        let kind = session::kind(view.policy(), kind)?;
        found.extend(view.without_void(gather::unfinished_records(view, kind)?));
    }
    found.retain(|record| {
        view.policy().kind(&record.kind).is_some_and(|kind| kind.shape.class(&record.state) != Class::Closed)
    });
    Ok(found)
}

/// Makes the duties of the plan.
fn make(writing: &mut Writing<'_>, actor: &Actor, plan: &DutyPlan<'_>) -> Result<Made, Failure> {
    let view = writing.view;
    let policy: &Policy = view.policy();
    let of = |id: &Option<Id>| id.clone().map(|id| (id.clone(), super::named_record(view, &id)));
    let mut rows = Vec::new();
    for planned in &plan.planned {
        let Some(draft) = planned.draft(policy) else { continue };
        let id = planned::make(writing, actor, &draft).map_err(|refusal| session::refused(&refusal, policy))?;
        rows.push(row(view, planned, id));
    }
    let left = |nobody: bool| {
        move |(duty, id): &(&RecurringDuty, Option<Id>)| Left {
            duty: duty.name.clone(),
            label: duty.label.clone(),
            of: of(id),
            nobody,
        }
    };
    let nobody = plan.nobody.iter().map(left(true));
    let left = nobody.chain(plan.no_room.iter().map(left(false))).collect();
    let passed = plan.passed.iter().map(|(duty, count, day)| (duty.name.clone(), duty.label.clone(), *count, *day));
    Ok(Made { rows, left, passed: passed.collect() })
}

fn row(view: &View<'_>, planned: &PlannedDuty<'_>, id: Id) -> Row {
    let called = |id: &Id| (id.clone(), view.words().person(id.as_str()));
    Row {
        id,
        duty: planned.duty.name.clone(),
        kind: planned.duty.kind.clone(),
        label: planned.duty.label.clone(),
        of: planned.of.clone().map(|id| (id.clone(), super::named_record(view, &id))),
        due: planned.due,
        assignee: planned.assignee.as_ref().map(called),
    }
}

fn shown(rows: &[Row], dry_run: bool) -> Table {
    let mut columns = vec![
        Column::label("duty", Text::ColumnDuty).weighing(Column::MUCH),
        Column::text("of", Text::ColumnOf).weighing(Column::LITTLE),
        Column::date("due", Text::ColumnDueOn).weighing(Column::MUCH),
        Column::label("assignee", Text::ColumnDoneBy),
    ];
    if !dry_run {
        columns.insert(0, Column::id("id", Text::ColumnRecord).weighing(u8::MAX));
    }
    let mut table = Table::new(columns);
    for row in rows {
        let mut cells = vec![
            Cell::Label(row.label.clone()),
            row.of.as_ref().map_or(Cell::Empty, |(_, named)| worded::said(named.clone())),
            Cell::Date(row.due),
            super::who(row.assignee.as_ref()),
        ];
        if !dry_run {
            cells.insert(0, Cell::id(&row.id));
        }
        table.row(cells);
    }
    table
}
