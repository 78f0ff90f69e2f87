//! `redress plan signs [PERIOD] [FILTER…]`: names the records that give warning by policy/signs.toml, with the
//! records behind each sign, and opens the remedies.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::book::{View, Writing};
use crate::calendar::{Moment, Period};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::{self, Session};
use crate::cli::{asked, planned, table};
use crate::filter::Filter;
use crate::gather;
use crate::label;
use crate::lifecycle::{Actor, Request};
use crate::locale::messages::PlanText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table};
use crate::planning::{self, SignPlan, Warned, Watch};
use crate::policy::{Sign, Signs};
use crate::record::{Id, Record};
use crate::report::worded;
use crate::wording;

/// How many records behind a sign are named. The others are only counted.
const NAMED: usize = 3;

/// Finds the signs and opens what they ask for, all in one commit.
pub(super) fn run(period: &Period, words: &[String], context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    session.check_writing(context)?;
    let view = session.view(context)?;
    let actor = session.actor(context, &view)?;
    drop(view);
    let (made, written) = session.write(context, None, |writing: &mut Writing<'_>| {
        let view = writing.view;
        let at = super::asked_at(view, period);
        let (records, open) = (watched(view, at, words)?, open(view)?);
        let (policy, people) = (view.policy(), view.people());
        let watch = Watch { policy, people, lookup: view, at, now: view.now(), records: &records, open: &open };
        let plan = planning::signs(&watch).map_err(super::unplanned)?;
        make(writing, &actor, &plan)
    })?;
    let dry_run = context.flags.dry_run;
    let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
    let found: Vec<Json> = made.rows.iter().map(|row| row.json(dry_run)).collect();
    let left: Vec<Json> =
        made.nobody.iter().map(|left| json!({ "why": "nobody", "sign": left.sign, "of": left.of.as_str() })).collect();
    let count = made.rows.len();
    let told = planned::Planned {
        name: "plan",
        data: json!({ "period": period.label, "commit": commit, "planned": found, "left": left }),
        ids: made.rows.iter().map(|row| &row.id).collect(),
        title: if dry_run {
            label!(Text::SignsWouldTitle, count = count)
        } else {
            label!(Text::SignsTitle, count = count)
        },
        table: table::listed(context, shown(&made.rows, dry_run), &[], !dry_run),
        texts: Vec::new(),
        warnings: made.nobody.iter().map(|left| ("nobody", left.said.clone())).collect(),
        nothing: Some(Text::NoSigns.label()),
    };
    told.tell(&session, &written, context)
}

/// The signs of a rule book.
fn signs<'v>(view: &'v View<'_>) -> Result<&'v [Sign], Failure> {
    match view.policy().signs.signs.as_slice() {
        [] => Err(session::unsaid(Signs::FILE, "signs")),
        signs => Ok(signs),
    }
}

/// The records that each sign looks at. For now the index finds those that fit; for an earlier day each record is
/// checked.
fn watched(view: &View<'_>, at: Moment, words: &[String]) -> Result<BTreeMap<String, Vec<Record>>, Failure> {
    let signs = signs(view)?;
    let names: BTreeSet<&str> = signs.iter().map(|sign| sign.kind.as_str()).collect();
    let kinds = names.into_iter().map(|name| session::kind(view.policy(), name)).collect::<Result<Vec<_>, _>>()?;
    let mut found = BTreeMap::new();
    for (kind, filter) in asked::filter_of_any(view, kinds, words)? {
        for sign in signs.iter().filter(|sign| sign.kind == kind.name()) {
            let filter: Option<Filter> = match (at == view.now(), filter.clone()) {
                (true, Some(filter)) => Some(filter.and(&sign.when.filter)),
                (true, None) => Some(sign.when.filter.clone()),
                (false, filter) => filter,
            };
            found.insert(sign.name.clone(), gather::fitting(view, kind, filter.as_ref())?);
        }
    }
    Ok(found)
}

/// The open records of the kinds that signs open.
fn open(view: &View<'_>) -> Result<Vec<Record>, Failure> {
    let remedies = view.policy().signs.signs.iter().flat_map(|sign| &sign.opens);
    let kinds: BTreeSet<&str> = remedies.map(|remedy| remedy.kind.as_str()).collect();
    let mut found = Vec::new();
    for name in kinds {
        found.extend(gather::open(view, session::kind(view.policy(), name)?, None, None)?);
    }
    Ok(found)
}

/// What was opened, and what was not.
struct Made {
    rows: Vec<Row>,
    nobody: Vec<Left>,
}

/// A sign that led to something, with the names of its parts for people.
struct Row {
    id: Id,
    sign: String,
    label: Label,
    of: (Id, Label),
    name: String,
    behind: Vec<Id>,
    said: Label,
    kind: String,
    remedy: Label,
    assignee: Option<(Id, String)>,
    stands: Option<(String, Label)>,
}

/// A sign without anybody who could deal with its remedy.
struct Left {
    sign: String,
    of: Id,
    said: Label,
}

impl Row {
    /// What was opened as JSON. In a dry run there are no ids.
    fn json(&self, dry_run: bool) -> Json {
        json!({
            "id": (!dry_run).then_some(self.id.as_str()),
            "sign": self.sign,
            "of": self.of.0.as_str(),
            "name": self.name,
            "records": self.behind.iter().map(Id::as_str).collect::<Vec<_>>(),
            "kind": self.kind,
            "step": self.stands.as_ref().map(|(step, _)| step),
            "assignee": self.assignee.as_ref().map(|(id, _)| id.as_str()),
        })
    }
}

/// Opens the remedies and takes the steps.
fn make(writing: &mut Writing<'_>, actor: &Actor, plan: &SignPlan<'_>) -> Result<Made, Failure> {
    let view = writing.view;
    let policy = view.policy();
    let mut rows = Vec::new();
    let mut stepped: BTreeSet<(&Id, &str)> = BTreeSet::new();
    for warned in &plan.warned {
        let (of, said) = (super::named_record(view, &warned.of), behind(view, &warned.behind));
        let lang = policy.settings.lang;
        let (title, sign) = (view.words().title(&warned.of), &warned.sign.label);
        let written = |text: &str| {
            let text = text.replace("{sign}", sign.get(lang)).replace("{title}", title.get(lang));
            text.replace("{records}", said.get(lang))
        };
        let Some(draft) = warned.draft(policy, &written) else { continue };
        let id = planned::make(writing, actor, &draft).map_err(|refusal| session::refused(&refusal, policy))?;
        let step = warned.sign.step.as_deref().filter(|_| warned.steps);
        // two signs of one record take its step once
        if let Some(step) = step.filter(|step| stepped.insert((&warned.of, *step))) {
            let mut request = Request::new(step, actor.clone());
            let note = label!(Text::SignSaid; sign = sign.clone(), records = said.clone());
            request.note = Some(note.get(lang).to_owned());
            writing.operation.advance(&warned.of, &request).map_err(|refusal| session::refused(&refusal, policy))?;
        }
        rows.push(row(view, warned, (id, of, said)));
    }
    // in the order of the rules, then by the record that gives warning
    let place = |name: &str| policy.signs.signs.iter().position(|sign| sign.name == name);
    rows.sort_by_cached_key(|row| (place(&row.sign), row.name.clone()));
    let left = |(sign, of): &(&Sign, Id)| Left {
        sign: sign.name.clone(),
        of: of.clone(),
        said: label!(Text::SignOfNobody; sign = sign.label.clone(), of = super::named_record(view, of)),
    };
    Ok(Made { rows, nobody: plan.nobody.iter().map(left).collect() })
}

/// The records behind a sign, by their names.
fn behind(view: &View<'_>, records: &[Id]) -> Label {
    let words = view.words();
    let called = |id: &Id| match view.read(id).ok().flatten() {
        Some(record) => {
            let (number, title) = (words.called(&record), words.bare_title(&record));
            Label::each(|lang| format!("{number} {}", title.get(lang)).trim_end().to_owned())
        }
        None => Label::verbatim(id.as_str()),
    };
    let named: Vec<Label> = records.iter().take(NAMED).map(called).collect();
    let joined = wording::joined(&named);
    match records.len().saturating_sub(NAMED) {
        0 => joined,
        more => Label::each(|lang| {
            let count = if lang == Lang::Zh { records.len() } else { more };
            label!(Text::MoreRecords, count = count; records = joined.clone()).get(lang).to_owned()
        }),
    }
}

fn row(view: &View<'_>, warned: &Warned<'_>, (id, of, said): (Id, Label, Label)) -> Row {
    let words = view.words();
    let kind = view.policy().kind(&warned.sign.kind);
    let step = warned.sign.step.clone().filter(|_| warned.steps);
    let stands = step.zip(kind).map(|(step, kind)| {
        let label = wording::step(kind, &step, None);
        (step, label)
    });
    Row {
        id,
        sign: warned.sign.name.clone(),
        label: warned.sign.label.clone(),
        of: (warned.of.clone(), of),
        name: words.title(&warned.of).en,
        behind: warned.behind.clone(),
        said,
        kind: warned.remedy.kind.clone(),
        remedy: words.kind(&warned.remedy.kind),
        assignee: warned.assignee.as_ref().map(|id| (id.clone(), words.person(id.as_str()))),
        stands,
    }
}

fn shown(rows: &[Row], dry_run: bool) -> Table {
    let mut columns = vec![
        Column::text("of", Text::ColumnSignOf).weighing(Column::MUCH),
        Column::label("sign", Text::ColumnSign).weighing(Column::MUCH),
        Column::text("behind", Text::ColumnBehind).weighing(Column::LITTLE),
        Column::label("remedy", Text::ColumnRemedy),
        Column::label("assignee", Text::ColumnSeesTo),
        Column::label("stands", Text::ColumnStands).weighing(Column::LITTLE),
    ];
    if !dry_run {
        columns.insert(0, Column::id("id", Text::ColumnRecord).weighing(u8::MAX));
    }
    let mut table = Table::new(columns);
    for row in rows {
        let mut cells = vec![
            worded::said(row.of.1.clone()),
            Cell::Label(row.label.clone()),
            worded::said(row.said.clone()),
            Cell::Label(row.remedy.clone()),
            super::who(row.assignee.as_ref()),
            row.stands.as_ref().map_or(Cell::Empty, |(_, label)| Cell::Label(label.clone())),
        ];
        if !dry_run {
            cells.insert(0, Cell::id(&row.id));
        }
        table.row(cells);
    }
    table
}
