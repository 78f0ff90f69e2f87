//! `redress plan sanctions [PERIOD] [FILTER…]`: proposes what policy/deductions.toml finds in the records of a period.

use serde_json::{Value as Json, json};

use crate::book::{View, Writing};
use crate::calendar::Period;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::{self, Session};
use crate::cli::{asked, planned, table};
use crate::gather;
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Actor, Refusal, Shown, Unentitled};
use crate::locale::Label;
use crate::locale::messages::PlanText as Text;
use crate::model::{Cell, Column, Table};
use crate::planning::{self, Findings, Left, Proposal, Proposals};
use crate::policy::{Deductions, Policy, SanctionFields};
use crate::record::{Id, Record, show_money};
use crate::report::worded;

/// Proposes them, all in one commit.
pub(super) fn run(period: &Period, filter: &[String], context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let actor = session.actor(context, &view)?;
    let (made, written) = session.write(context, None, |writing: &mut Writing<'_>| {
        let proposals = found(writing.view, period, filter)?;
        make(writing, &actor, proposals)
    })?;
    let dry_run = context.flags.dry_run;
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let planned: Vec<Json> = made.rows.iter().map(|row| row.json(dry_run)).collect();
    let left: Vec<Json> = made.left.iter().map(left_json).chain(made.own.iter().map(own_json)).collect();
    let named = |about: &Id| super::named_record(&view, about);
    let called = |rule: &String| {
        let known = view.policy().deductions.rule(rule);
        known.map_or_else(|| Label::verbatim(rule.as_str()), |rule| rule.label.clone())
    };
    let mut warnings = Vec::new();
    for left in &made.left {
        warnings.push(match left {
            Left::Nobody { about, rule } => {
                ("nobody", label!(Text::NobodyNamed; rule = called(rule), record = named(about)))
            }
            Left::NoPay { about, rule } => ("no-pay", label!(Text::NoPay; rule = called(rule), record = named(about))),
            Left::NotFinal { about, rule } => {
                ("not-final", label!(Text::LossNotFinal; rule = called(rule), record = named(about)))
            }
        });
    }
    for (about, rule) in &made.own {
        warnings.push(("own", label!(Text::OwnSanction; rule = called(rule), record = named(about))));
    }
    let title = match dry_run {
        true => label!(Text::SanctionsWouldTitle, period = period.label, count = made.rows.len()),
        false => label!(Text::SanctionsTitle, period = period.label, count = made.rows.len()),
    };
    let told = planned::Planned {
        name: "plan",
        data: json!({ "period": period.label, "commit": commit, "planned": planned, "left": left }),
        ids: made.rows.iter().map(|row| &row.id).collect(),
        title,
        table: table::listed(context, shown(&made.rows, dry_run), &[], !dry_run),
        texts: Vec::new(),
        warnings,
        nothing: Some(label!(Text::NothingPlanned, period = period.label)),
    };
    told.tell(&session, &written, context)
}

/// What was proposed.
#[derive(Default)]
struct Made {
    rows: Vec<Row>,
    left: Vec<Left>,
    /// What concerns the actor, who may not propose it: the record and the rule.
    own: Vec<(Id, String)>,
}

struct Row {
    id: Id,
    proposal: Proposal,
    whom: Label,
    /// The record that it is about: by number, title and id.
    about: Label,
    joint: Vec<String>,
}

impl Row {
    /// The sanctions as JSON. In a dry run there are no ids.
    fn json(&self, dry_run: bool) -> Json {
        let proposal = &self.proposal;
        json!({
            "id": (!dry_run).then_some(self.id.as_str()),
            "rule": proposal.rule,
            "type": proposal.ty,
            "about": proposal.about.as_str(),
            "on": proposal.on.to_string(),
            "person": proposal.person.as_ref().map(Id::as_str),
            "department": proposal.department,
            "amount": proposal.amount.map(show_money),
            "joint-with": proposal.joint.iter().map(Id::as_str).collect::<Vec<_>>(),
            "joint-amount": proposal.joint_amount.map(show_money),
        })
    }
}

fn left_json(left: &Left) -> Json {
    let (why, about, rule) = match left {
        Left::Nobody { about, rule } => ("nobody", about, rule),
        Left::NoPay { about, rule } => ("no-pay", about, rule),
        Left::NotFinal { about, rule } => ("not-final", about, rule),
    };
    json!({ "why": why, "about": about.as_str(), "rule": rule })
}

fn own_json((about, rule): &(Id, String)) -> Json {
    json!({ "why": "own", "about": about.as_str(), "rule": rule })
}

/// The fields of a sanction.
fn fields(policy: &Policy) -> Result<&SanctionFields, Failure> {
    policy.deductions.fields.as_ref().ok_or_else(|| session::unsaid(Deductions::FILE, "sanctions"))
}

fn found(view: &View<'_>, period: &Period, words: &[String]) -> Result<Proposals, Failure> {
    let policy = view.policy();
    session::kind(policy, &fields(policy)?.kind)?;
    let mut records: Vec<Record> = Vec::new();
    for name in planning::concerned_kinds(policy) {
        let kind = session::kind(policy, name)?;
        records.extend(concerned(view, kind, period, words)?);
    }
    let rules = |record: &Record| view.rules_of(record);
    let (_, until) = period.moments(policy.calendars.default().zone());
    let deadlines = |record: &Record| view.standings_shown(record, Shown::Before(until));
    let found = planning::sanctions(&Findings {
        policy,
        people: view.people(),
        lookup: view,
        rules: &rules,
        deadlines: &deadlines,
        period,
        now: view.now(),
        records: &records,
    });
    Ok(found?)
}

/// The records of a kind that the period touches and that fit. A filter about complaints leaves the other kinds out.
fn concerned(view: &View<'_>, kind: &Kind, period: &Period, words: &[String]) -> Result<Vec<Record>, Failure> {
    let cases = view.policy().reports.cases.as_ref();
    if !words.is_empty() && cases.is_none_or(|cases| cases.kind != kind.name()) {
        return Ok(Vec::new());
    }
    let filter = asked::filter(view, kind, words)?;
    Ok(gather::concerned(view, kind, period, filter.as_ref())?)
}

fn make(writing: &mut Writing<'_>, actor: &Actor, proposals: Proposals) -> Result<Made, Failure> {
    let view = writing.view;
    let policy = view.policy();
    session::kind(policy, &fields(policy)?.kind)?;
    let mut made = Made { left: proposals.left, ..Made::default() };
    for proposal in proposals.proposed {
        let Some(draft) = proposal.draft(policy) else { continue };
        match planned::make(writing, actor, &draft) {
            Ok(id) => made.rows.push(row(view, id, proposal)),
            Err(Refusal::Unentitled(Unentitled::SameEyes { .. })) => made.own.push((proposal.about, proposal.rule)),
            Err(refusal) => return Err(session::refused(&refusal, policy)),
        }
    }
    Ok(made)
}

fn row(view: &View<'_>, id: Id, proposal: Proposal) -> Row {
    let words = view.words();
    let called = |id: &Id| words.person(id.as_str());
    let whom = match (&proposal.person, &proposal.department) {
        (Some(person), _) => Label::verbatim(called(person)),
        (None, Some(name)) => words.department(name),
        (None, None) => Label::default(),
    };
    let joint = proposal.joint.iter().map(called).collect();
    Row { id, whom, about: super::named_record(view, &proposal.about), joint, proposal }
}

fn shown(rows: &[Row], dry_run: bool) -> Table {
    let mut columns = vec![
        Column::label("whom", Text::ColumnWhom),
        Column::money("amount", Text::ColumnAmount),
        Column::label("rule", Text::ColumnCampaign),
        Column::text("about", Text::ColumnAbout).weighing(Column::MUCH),
        Column::date("on", Text::ColumnOn),
        Column::text("joint", Text::ColumnJoint),
        Column::money("joint-amount", Text::ColumnJointAmount),
    ];
    if !dry_run {
        columns.insert(0, Column::id("id", Text::ColumnSanction));
    }
    let mut table = Table::new(columns);
    for row in rows {
        let money = |amount: Option<rust_decimal::Decimal>| amount.map_or(Cell::Empty, Cell::Money);
        let mut cells = vec![
            Cell::Label(row.whom.clone()),
            money(row.proposal.amount),
            Cell::Label(row.proposal.label.clone()),
            worded::said(row.about.clone()),
            Cell::Date(row.proposal.on),
            Cell::text(row.joint.join(", ")),
            money(row.proposal.joint_amount),
        ];
        if !dry_run {
            cells.insert(0, Cell::id(&row.id));
        }
        table.row(cells);
    }
    table
}
