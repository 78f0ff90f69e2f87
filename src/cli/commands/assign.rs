//! `redress assign KIND[,KIND…] [FILTER…] [--from PERSON]`: distributes open records.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::book::{View, Writing};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{asked, dealt, done, planned, table};
use crate::filter::Filter;
use crate::gather;
use crate::kind::{Assignment, Kind};
use crate::label;
use crate::lifecycle::{Actor, Refusal, Request};
use crate::locale::Label;
use crate::locale::messages::PlanText as Text;
use crate::model::{Cell, Column, Table};
use crate::planning::{self, Assigned, Hands};
use crate::record::{Id, Record, Value};
use crate::report::worded;
use crate::say;
use crate::wording;

/// Deal open records out: those of nobody, or those of somebody who leaves
///
/// Each record goes to the person to whom it belongs, such as the specialist of its client; else to the one with the
/// fewest, and of several to the one with the larger capacity. People who are away get nothing; their deputies stand
/// in. The kind's [assignment] says to whom, by what, and what counts. All is one commit; --dry-run shows it. A second
/// run deals nothing out.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The kind; several are separated by commas
    #[arg(value_name = "KIND[,KIND…]")]
    kinds: String,
    /// Which of their open records
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Whose records, instead of those that are nobody's
    #[arg(long, value_name = "PERSON")]
    from: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "assign",
    group: Group::Planning,
    zh: "分派未结记录：尚无经办人的，或离职人员的\n\n先沿用原有关系（如客户的专员），其次分给件数最少的人，件数相同时分给分派权重较大的人。不在岗的人不参与分派，由其代理人代为承接。分给谁、按什么分、哪些计入件数，由种类文件的 [assignment] 规定。全部作一次提交；--dry-run 只显示结果；再次运行不会重复分派。",
    zh_args: &[
        ("kinds", "种类，多个以逗号分隔"),
        ("filter", "筛选未结记录的条件"),
        ("from", "移交某人的记录，不写则分派无人经办的记录"),
    ],
    examples: &[
        Example {
            line: "redress assign client",
            en: "give every client without a specialist one",
            zh: "redress assign 客户\n为没有专员的客户分派专员",
        },
        Example {
            line: "redress assign complaint severity=critical --dry-run",
            en: "to whom the critical complaints would go",
            zh: "redress assign 投诉 严重程度=重大 --dry-run\n查看重大投诉会分派给谁",
        },
        Example {
            line: "redress assign client,complaint,callback --from li.na",
            en: "deal out what somebody who leaves has open",
            zh: "redress assign 客户,投诉,回访 --from 李娜\n移交离职人员的未结记录",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// A kind whose records are dealt out.
struct Wanted<'k> {
    kind: &'k Kind,
    rule: &'k Assignment,
    filter: Option<Filter>,
}

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let actor = session.actor(context, &view)?;
    let from = args.from.as_deref().map(|person| session.person(&view, person)).transpose()?;
    let wanted = wanted(&view, &args)?;
    if context.may_ask() && !context.flags.dry_run && !sure(context, &view, &wanted, from.as_ref())? {
        return Ok(Exit::Interrupted);
    }
    drop(view);
    let (made, written) = session.write(context, None, |writing: &mut Writing<'_>| {
        let wanted = self::wanted(writing.view, &args)?;
        let mut made = Made::default();
        for wanted in &wanted {
            deal(writing, &actor, wanted, from.as_ref(), &mut made)?;
        }
        Ok::<_, Failure>(made)
    })?;
    let dry_run = context.flags.dry_run;
    let count = made.rows.len();
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let assigned: Vec<&Json> = made.rows.iter().map(|row| &row.json).collect();
    let left: Vec<Json> = made
        .left
        .iter()
        .map(|left| json!({ "id": left.id.as_str(), "why": left.code, "message": left.said.get(crate::locale::Lang::En) }))
        .collect();
    let told = planned::Planned {
        name: "assign",
        data: json!({ "commit": commit, "assigned": assigned, "left": left, "load": made.loads.iter().map(Share::json).collect::<Vec<_>>() }),
        ids: made.rows.iter().map(|row| &row.id).collect(),
        title: if dry_run {
            label!(Text::AssignWouldTitle, count = count)
        } else {
            label!(Text::AssignTitle, count = count)
        },
        table: table::listed(context, shown(&made.rows), &[], true),
        texts: Vec::new(),
        warnings: made.left.iter().map(|left| ("left", left.said.clone())).collect(),
        nothing: Some(Text::NothingAssigned.label()),
    };
    if count > 0 && !context.flags.json && !context.flags.quiet {
        context.page();
        let view = session.view(context)?;
        table::print(context, "load", Text::LoadTitle.label(), loads(&view, &made.loads))?;
    }
    told.tell(&session, &written, context)
}

/// The kinds that are named, each with the filter that the words make for it.
fn wanted<'v>(view: &'v View<'_>, args: &Args) -> Result<Vec<Wanted<'v>>, Failure> {
    let named = args.kinds.split([',', '、', '，']).filter(|word| !word.is_empty());
    let kinds = named.map(|word| session::kind(view.policy(), word)).collect::<Result<Vec<_>, _>>()?;
    let mut wanted = Vec::new();
    for (kind, filter) in asked::filter_of_any(view, kinds, &args.filter)? {
        let Some(rule) = &kind.assignment else {
            let (file, label) = (&kind.place.file, &kind.shape.label);
            let said = label!(Text::AssignKind, file = file; kind = label);
            return Err(Failure::refused("no-assignment", said));
        };
        wanted.push(Wanted { kind, rule, filter });
    }
    match wanted.is_empty() {
        true => Err(Failure::usage("no-assignment", Text::AssignNoKind)),
        false => Ok(wanted),
    }
}

/// Asks at a terminal whether this many records are meant.
fn sure(context: &Context, view: &View<'_>, wanted: &[Wanted<'_>], from: Option<&Id>) -> Result<bool, Failure> {
    for of in wanted {
        let load = BTreeMap::new();
        let hands = hands(view, of, from, &load);
        let count = candidates(view, of, &hands)?.len();
        let kind = of.kind.shape.label.get(context.lang);
        if count > 1 && !context.confirm(&say!(context.lang, Text::SureAssign, count = count, kind = kind))? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn hands<'q>(view: &'q View<'_>, of: &Wanted<'q>, from: Option<&'q Id>, load: &'q BTreeMap<Id, u64>) -> Hands<'q> {
    Hands {
        policy: view.policy(),
        people: view.people(),
        lookup: view,
        kind: of.kind,
        rule: of.rule,
        today: view.today(),
        from,
        load,
    }
}

/// The records to deal out.
fn candidates(view: &View<'_>, of: &Wanted<'_>, hands: &Hands<'_>) -> Result<Vec<Record>, Failure> {
    let mut found = gather::open(view, of.kind, of.filter.as_ref(), hands.from.map(|from| (of.rule.field, from)))?;
    found.retain(|record| planning::is_wanted(hands, record));
    Ok(found)
}

/// What was dealt out, and what was not.
#[derive(Default)]
struct Made {
    rows: Vec<Row>,
    left: Vec<Left>,
    loads: Vec<Share>,
}

/// A record that goes to a person.
struct Row {
    id: Id,
    called: String,
    about: Label,
    from: String,
    to: String,
    reason: Label,
    json: Json,
}

/// A record that goes to nobody.
struct Left {
    id: Id,
    code: &'static str,
    said: Label,
}

/// How many records of a kind a person had before and has now.
struct Share {
    kind: Label,
    name: String,
    person: Id,
    capacity: Option<u64>,
    before: u64,
    more: u64,
}

impl Share {
    fn json(&self) -> Json {
        json!({ "kind": self.name, "person": self.person.as_str(), "capacity": self.capacity, "before": self.before, "now": self.before + self.more })
    }
}

/// Deals the records of a kind out.
fn deal(
    writing: &mut Writing<'_>,
    actor: &Actor,
    of: &Wanted<'_>,
    from: Option<&Id>,
    made: &mut Made,
) -> Result<(), Failure> {
    let view = writing.view;
    let load = gather::loads(view, of.kind, of.rule.field, of.rule.load.as_ref())?;
    let hands = hands(view, of, from, &load);
    let (able, stuck): (Vec<Record>, Vec<Record>) = candidates(view, of, &hands)?
        .into_iter()
        .partition(|record| of.kind.step_from(&of.rule.step, &record.state).is_some());
    let operation = &mut writing.operation;
    let assignments = planning::assign(&hands, &able, &mut |id: &Id, person: &Id| {
        let mut request = Request::new(of.rule.step.as_str(), actor.clone());
        request.set = vec![(of.rule.field, Some(Value::Text(person.to_string())))];
        operation.advance(id, &request)
    });
    let assignments = assignments.map_err(|refusal| session::refused(&refusal, view.policy()))?;
    let words = view.words();
    let records: BTreeMap<&Id, &Record> = able.iter().chain(&stuck).map(|record| (&record.id, record)).collect();
    let named = |id: &Id| {
        let record = records.get(id);
        Label::each(|lang| record.map_or_else(|| id.to_string(), |record| done::named(view, record, lang)))
    };
    let mut more: BTreeMap<&Id, u64> = BTreeMap::new();
    for one in &assignments.assigned {
        *more.entry(&one.to).or_default() += 1;
        made.rows.extend(records.get(&one.id).map(|record| row(view, record, one)));
    }
    let role = words.role(&of.rule.role);
    made.left.extend(assignments.left.iter().map(|(id, refusal)| {
        let (code, said) = match refusal {
            None => ("nobody", label!(Text::UnassignedNobody; record = named(id), role = &role)),
            Some(refusal) => (refusal.code(), label!(Text::Unassigned; record = named(id), why = why(view, refusal))),
        };
        Left { id: id.clone(), code, said }
    }));
    made.left.extend(stuck.iter().map(|record| {
        let step = wording::step(of.kind, &of.rule.step, None);
        let said = label!(Text::UnassignedState; record = named(&record.id), step = step);
        Left { id: record.id.clone(), code: "state", said }
    }));
    let may = view.people().with_role(&of.rule.role, view.today()).map(|person| &person.id);
    let people: std::collections::BTreeSet<&Id> = may.chain(more.keys().copied()).collect();
    made.loads.extend(people.into_iter().map(|person| Share {
        kind: of.kind.shape.label.clone(),
        name: of.kind.name().to_owned(),
        person: person.clone(),
        capacity: view.people().get(person).and_then(|person| person.capacity),
        before: load.get(person).copied().unwrap_or_default(),
        more: more.get(person).copied().unwrap_or_default(),
    }));
    Ok(())
}

fn why(view: &View<'_>, refusal: &Refusal) -> Label {
    Label::each(|lang| refusal.message(lang, view.policy()))
}

fn row(view: &View<'_>, record: &Record, one: &Assigned) -> Row {
    let words = view.words();
    let number = done::number(view, record);
    let reason = dealt::reason(view, &one.why, one.through.as_ref(), one.has);
    let stands_in = if let planning::Why::StandsIn(person) = &one.why { Some(person.as_str()) } else { None };
    let json = json!({
        "id": record.id.as_str(),
        "number": number,
        "kind": record.kind,
        "from": one.from.as_ref().map(Id::as_str),
        "to": one.to.as_str(),
        "why": one.why.name(),
        "for": stands_in,
        "reason": reason.get(crate::locale::Lang::En),
        "has": one.has,
    });
    Row {
        id: record.id.clone(),
        called: number.unwrap_or(record.id.as_str()).to_owned(),
        about: words.about(record),
        from: one.from.as_ref().map(|id| words.person(id.as_str())).unwrap_or_default(),
        to: words.person(one.to.as_str()),
        reason,
        json,
    }
}

fn shown(rows: &[Row]) -> Table {
    let mut columns = vec![
        Column::text("record", Text::ColumnRecord).weighing(u8::MAX),
        Column::text("about", Text::ColumnTitle),
        Column::label("to", Text::ColumnTo).weighing(Column::MUCH),
        Column::label("reason", Text::ColumnReason).weighing(Column::MUCH),
    ];
    let moved = rows.iter().any(|row| !row.from.is_empty());
    if moved {
        columns.insert(2, Column::label("from", Text::ColumnFrom).weighing(Column::LITTLE));
    }
    let mut table = Table::new(columns);
    for row in rows {
        let mut cells = vec![
            Cell::text(row.called.as_str()),
            worded::said(row.about.clone()),
            Cell::Label(Label::verbatim(row.to.as_str())),
            Cell::Label(row.reason.clone()),
        ];
        if moved {
            cells.insert(2, Cell::Label(Label::verbatim(row.from.as_str())));
        }
        table.row(cells);
    }
    table
}

/// How many records each person had, gets and has.
fn loads(view: &View<'_>, shares: &[Share]) -> Table {
    let mut table = Table::new([
        Column::label("kind", crate::locale::messages::RecordText::ColumnKind),
        Column::label("person", Text::ColumnPerson),
        Column::count("capacity", Text::ColumnCapacity),
        Column::count("before", Text::ColumnBefore),
        Column::count("more", Text::ColumnMore),
        Column::count("now", Text::ColumnNow),
    ]);
    let count = |count: u64| Cell::count(usize::try_from(count).unwrap_or(usize::MAX));
    for share in shares {
        table.row([
            Cell::Label(share.kind.clone()),
            Cell::Label(Label::verbatim(view.words().person(share.person.as_str()))),
            share.capacity.map_or(Cell::Empty, count),
            count(share.before),
            count(share.more),
            count(share.before + share.more),
        ]);
    }
    table
}
