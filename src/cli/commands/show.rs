//! `redress show ID`: a record with its links, deadlines and next steps.

use crate::book::View;
use crate::book::index::IndexLink;
use crate::calendar::{Due, Outcome, Outside, Run, words};
use crate::cli::alike::Alike;
use crate::cli::changes::Changes;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::{alike, cautions, cells, done, session, table};
use crate::kind::{Deadline, Kind};
use crate::label;
use crate::lifecycle;
use crate::locale::messages::{AttachText, NoticeText, RecordText as Text};
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Facts, Field, Level, Report, Table};
use crate::policy::Policy;
use crate::record::{Entry, Event, FieldId, Id, Overruled, Record, Type, UNITE, Value, Within};
use crate::report::worded;
use crate::say;
use crate::wording::{self, Sight, Words};

/// How many of the latest commits `show` searches for what edits changed. The limit lets it answer at once.
const RECENT: usize = 500;

/// Show a record with its links, deadlines and next steps
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record: its id, three characters or more of its end, a key, a name, a phone number or an e-mail address
    #[arg(value_name = "ID")]
    id: String,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "show",
    group: Group::Records,
    zh: "显示一条记录及其关联、时限和后续步骤",
    zh_args: &[("id", "记录：编号、编号末段至少三位、唯一标识、名称、电话或邮箱")],
    examples: &[
        Example { line: "redress show 7K3F2", en: "a record", zh: "一条记录" },
        Example {
            line: "redress show 7K3F2 --at 2026-10-31",
            en: "as it was at the end of October",
            zh: "十月底时的样子",
        },
        Example { line: "redress show 7K3F2 --json", en: "for a script", zh: "供脚本使用" },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let id = session.record(context, &view, &[], &args.id)?;
    context.page();
    report_of(context, &session, &view, &id)?;
    Ok(Exit::Done)
}

/// Shows a record in full.
///
/// # Errors
/// If there is none, or the book cannot be read.
pub(super) fn report_of(context: &mut Context, session: &Session, view: &View<'_>, id: &Id) -> Result<(), Failure> {
    let missing = || Failure::missing("no-record", label!(Text::NoRecord, id = id));
    let record = view.read(id)?.ok_or_else(missing)?;
    let kind = session::kind(view.policy(), &record.kind)?;
    let links = view.links_to(id)?;
    let alike = alike::alike(view, kind, &record)?;
    let mut data = cells::json(view, kind, &record, &links, Sight::Clear)?;
    data["derived"]["alike"] = alike::json(&alike);
    for (rollup, value) in kind.rollups.iter().zip(rolled(view, kind, &record)?) {
        data["derived"][rollup.name.as_str()] = cells::computed(value.as_ref());
    }
    let remarks = cautions::remarks(view, kind, &record)?;
    data["derived"]["remarks"] = remarks.iter().map(|remark| remark.name.as_str()).collect();
    let reading = view.reading();
    let letter = super::remind::letter(view, &reading).message(&record)?;
    if let Some(letter) = &letter {
        data["derived"]["message"] = crate::render::label(letter);
    }
    let changes = Changes::of(view, &record, RECENT)?;
    // what was erased is not shown again
    let earlier = Sight::asked(context.flags.private);
    data["derived"]["changes"] = changes.json(kind, earlier);
    let moved = view.index()?.moved(id)?;
    data["derived"]["moved"] = moved.iter().map(Id::as_str).collect();
    context.out.data(data);
    if !context.flags.json {
        let mut report = report(context, view, kind, &record, &links, &alike, &changes)?;
        if let Some(letter) = letter {
            report.verbatim("message", NoticeText::Letter, "text", letter.get(context.lang).to_owned());
        }
        for to in &moved {
            report.note(Level::Note, label!(Text::MovedTo, id = id, to = to));
        }
        table::show(context, &report)?;
    }
    cautions::warn_of_unknown(context, &record);
    cautions::warn_of_future(context, view, &record);
    cautions::note_waiting(context, view);
    session.at_sign.borrow_mut().shown(id);
    Ok(())
}

/// The values of the rollups of the kind, in declared order.
fn rolled(view: &View<'_>, kind: &Kind, record: &Record) -> Result<Vec<Option<Value>>, Failure> {
    if kind.rollups.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<&str> = kind.rollups.iter().map(|rollup| rollup.name.as_str()).collect();
    let mut found = view.index()?.rolled(kind.name(), &names, std::slice::from_ref(&record.id))?;
    Ok(found.remove(&record.id).unwrap_or_else(|| vec![None; names.len()]))
}

fn report(
    context: &Context,
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    links: &[IndexLink],
    alike: &[Alike],
    changes: &Changes,
) -> Result<Report, Failure> {
    let lang = context.lang;
    let state = wording::standing(kind, record);
    let state = state.get(lang);
    let words = view.words();
    let title = say!(lang, Text::Made, id = words.called(record), kind = kind.shape.label.get(lang), state = state);
    let mut report = Report::new("record", Label::new(title.clone(), title), Facts::default());
    let words = view.words().seen(Sight::Clear).with_ids();
    let fields = record.fields.iter().map(|(id, _)| {
        let field = kind.field(id);
        let cell = worded::of_field(&words, kind, &record.fields, id);
        Field::new(field.name.as_str(), field.label.clone(), closed_report(view, record, id).unwrap_or(cell))
    });
    report.fields("fields", Text::SectionFields, fields.collect::<Vec<_>>());
    // that no change was left untold is no news where nothing was changed
    let has = |field| record.fields.get(field).is_some();
    let telling =
        kind.shape.computed().iter().filter(|computed| !matches!(computed.ty, Type::Bool) || computed.reads(&has));
    if !record.unknown().is_empty() {
        let lines: Vec<&str> = record.unknown().into_iter().map(|unknown| unknown.text.as_str()).collect();
        report.verbatim("unknown", Text::SectionUnknown, "yaml", lines.concat());
    }
    let computed = telling.filter_map(|computed| {
        let cell = worded::of_computed(&words, computed, &record.fields);
        (cell != Cell::Empty).then(|| Field::new(computed.name.as_str(), computed.label.clone(), cell))
    });
    let computed: Vec<Field> = computed.collect();
    if !computed.is_empty() {
        report.fields("computed", Text::SectionComputed, computed);
    }
    let rolled = kind.rollups.iter().zip(rolled(view, kind, record)?).filter_map(|(rollup, value)| {
        let cell = worded::of_rollup(&words, rollup, value.as_ref());
        (cell != Cell::Empty).then(|| Field::new(rollup.name.as_str(), rollup.label.clone(), cell))
    });
    let rolled: Vec<Field> = rolled.collect();
    if !rolled.is_empty() {
        report.fields("rollups", Text::SectionRollups, rolled);
    }
    let remarks = cautions::remarks(view, kind, record)?;
    if !remarks.is_empty() {
        let said: Vec<&str> = remarks.iter().map(|remark| remark.says.get(lang)).collect();
        report.verbatim("remarks", Text::SectionRemarks, "text", said.join("\n"));
    }
    if let Some(deadlines) = deadlines(view, record)? {
        report.table("deadlines", Text::SectionDeadlines, deadlines);
    }
    if !links.is_empty() {
        let mut rows = Table::new([
            Column::id("id", Text::ColumnId),
            Column::label("kind", Text::ColumnKind),
            Column::text("title", Text::ColumnTitle),
            Column::label("state", Text::ColumnState),
            Column::label("through", Text::ColumnThrough),
        ]);
        // a record that names this one by several fields is one row
        for links in links.chunk_by(|one, next| one.id == next.id) {
            let Some(link) = links.first() else { continue };
            let other = view.policy().kind(&link.kind);
            let mut through: Vec<Label> = Vec::new();
            for link in links {
                let field = other.and_then(|kind| kind.shape.find(link.field.split('.').next().unwrap_or_default()));
                let label = field.map_or_else(|| Label::new(link.field.as_str(), ""), |(_, field)| field.label.clone());
                if !through.contains(&label) {
                    through.push(label);
                }
            }
            let linked = view.read(&link.id).ok().flatten();
            let stands = other.zip(linked).map(|(kind, linked)| wording::standing(kind, &linked));
            rows.row([
                Cell::id(&link.id),
                Cell::Label(words.kind(&link.kind)),
                worded::said(words.title(&link.id)),
                stands.map_or(Cell::Empty, Cell::Label),
                Cell::Label(wording::joined(&through)),
            ]);
        }
        report.table("links", Text::SectionLinks, rows);
    }
    if let Some(files) = files(kind, record) {
        report.table("files", AttachText::Section, files);
    }
    if let Some(forms) = forms(view, kind, record)? {
        report.table("forms", Text::SectionForms, forms);
    }
    for alike in alike {
        report.table(alike.name, alike.text, others(view, kind, alike));
    }
    report.table("history", Text::SectionHistory, history(view, kind, record, Sight::Clear));
    if !changes.is_empty() {
        report.table(
            "changes",
            Text::SectionChanges,
            changes.table(view, kind, record, Sight::asked(context.flags.private)),
        );
    }
    if !changes.whole {
        report.note(Level::Note, label!(Text::ChangesCut, id = record.id));
    }
    report.verbatim("next", Text::SectionNext, "text", done::next(view, kind, record, None, lang)?.join("\n"));
    Ok(report)
}

/// The files beside a record: where they lie, and the beginning of their digests.
fn files(kind: &Kind, record: &Record) -> Option<Table> {
    let mut rows = Table::new([
        Column::text("path", Text::ColumnPath),
        Column::text("sha256", AttachText::ColumnDigest),
        Column::label("field", AttachText::ColumnField),
    ]);
    for (id, value) in record.fields.iter() {
        let mut own = crate::record::Fields::new();
        own.set(id, value.clone());
        for file in own.files() {
            let digest = &file.digest[..file.digest.len().min(12)];
            let label = kind.field(id).label.clone();
            rows.row([Cell::text(file.path(&record.id)), Cell::text(digest), Cell::Label(label)]);
        }
    }
    (!rows.rows.is_empty()).then_some(rows)
}

/// The forms of the record's case, in the order in which they were opened. `None` if there is only this one.
fn forms(view: &View<'_>, kind: &Kind, record: &Record) -> Result<Option<Table>, Failure> {
    let Some(chain) = kind.chain() else { return Ok(None) };
    let forms = lifecycle::forms(kind, record, view)?;
    if forms.len() < 2 {
        return Ok(None);
    }
    let mut rows = Table::new([
        Column::id("id", Text::ColumnId),
        Column::moment("opened", Text::ColumnOpened),
        Column::label("state", Text::ColumnState),
        Column::text("original", kind.field(chain).label.clone()),
    ]);
    for form in &forms {
        let original = form.get(chain).and_then(Value::stored);
        rows.row([
            Cell::id(&form.id),
            form.opened().map_or(Cell::Empty, Cell::Moment),
            Cell::Label(wording::state(kind, &form.state)),
            original.map_or(Cell::Empty, Cell::text),
        ]);
    }
    Ok(Some(rows))
}

/// The records that resemble the one shown.
fn others(view: &View<'_>, kind: &Kind, alike: &Alike) -> Table {
    let mut rows = Table::new([
        Column::id("id", Text::ColumnId),
        Column::moment("opened", Text::ColumnOpened),
        Column::label("state", Text::ColumnState),
        Column::text("title", Text::ColumnTitle),
    ]);
    for other in &alike.records {
        // a record that shows a measure to be ineffective is of another kind
        let kind = view.policy().kind(&other.kind).unwrap_or(kind);
        rows.row([
            Cell::id(&other.id),
            other.opened().map_or(Cell::Empty, Cell::Moment),
            Cell::Label(wording::state(kind, &other.state)),
            worded::said(view.words().seen(Sight::Clear).title_of(other)),
        ]);
    }
    rows
}

/// What happened to a record.
pub fn history(view: &View<'_>, kind: &Kind, record: &Record, sight: Sight) -> Table {
    let name = |id: &Id| view.words().person(id.as_str());
    let mut rows = Table::new([
        Column::moment("at", Text::ColumnAt),
        Column::label("by", Text::ColumnBy),
        Column::label("step", Text::ColumnStep),
        Column::label("to", Text::ColumnTo),
        Column::text("note", Text::ColumnNote),
    ]);
    let mut from: Option<&str> = None;
    for entry in record.entries() {
        let event = entry.event();
        let takes_effect = matches!(entry, Entry::Event(_));
        let beside_note = match entry {
            Entry::Event(event) if event.step == UNITE => Some(by_merge(view.policy(), kind, event)),
            Entry::Event(_) => None,
            Entry::Overruled(one) => Some(without_effect(&view.words().seen(sight), kind, record, one)),
        };
        let to = event.to.as_ref().filter(|_| takes_effect).map(|to| wording::state(kind, to));
        let by = match &event.for_ {
            Some(principal) => label!(Text::ActsFor, by = name(&event.by), principal = name(principal)),
            None => Label::new(name(&event.by), name(&event.by)),
        };
        let by = match &event.entered {
            Some(typist) => Label::new(
                say!(Lang::En, Text::TypedBy, by = by.get(Lang::En), typist = name(typist)),
                say!(Lang::Zh, Text::TypedBy, by = by.get(Lang::Zh), typist = name(typist)),
            ),
            None => by,
        };
        let noted = lifecycle::noted_later(event).map(|at| {
            let when = Label::each(|lang| words::moment(at, session::calendar(view).zone(), lang));
            label!(Text::NotedLater; when = when)
        });
        let note = event.note.as_deref();
        let beside: Vec<Label> = beside_note.into_iter().chain(noted).collect();
        let said = match (beside.is_empty(), note) {
            (true, note) => note.map_or(Cell::Empty, Cell::text),
            (false, note) => Cell::Label(Label::each(|lang| {
                let parts = beside.iter().map(|label| label.get(lang)).chain(note);
                parts.collect::<Vec<_>>().join(apart(lang))
            })),
        };
        rows.row([
            Cell::Moment(event.at),
            Cell::Label(by),
            Cell::Label(wording::step(kind, &event.step, from)),
            to.map_or(Cell::Empty, Cell::Label),
            said,
        ]);
        from = event.to.as_deref().filter(|_| takes_effect).or(from);
    }
    rows
}

/// What a merge did to a record.
fn by_merge(policy: &Policy, kind: &Kind, event: &Event) -> Label {
    let via = event.via.as_deref().unwrap_or_default();
    if let Some((id, step)) = via.split_once('#') {
        let of = id.parse().ok().and_then(|id| policy.kind_of(&id)).unwrap_or(kind);
        let step = wording::step(of, step, None);
        return match event.to {
            Some(_) => label!(Text::VoidByStep, id = id; step = step),
            None => label!(Text::DoubtedByMerge, id = id; step = step),
        };
    }
    if event.to.is_some() {
        return label!(Text::VoidByMerge, by = via);
    }
    let id = (!via.is_empty()).then(|| label!(Text::IdBefore, id = via));
    let number = |(name, value): &(String, Value)| {
        let field = kind.field(kind.shape.field_id(name)?);
        Some(label!(Text::NumberBefore, number = value.stored().unwrap_or_default(); field = field.label.clone()))
    };
    wording::joined(&id.into_iter().chain(event.was.iter().filter_map(number)).collect::<Vec<_>>())
}

/// What stands between two remarks.
fn apart(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "; ",
        Lang::Zh => "；",
    }
}

/// That an event has no effect, and what it would have set.
fn without_effect(words: &Words<'_>, kind: &Kind, record: &Record, one: &Overruled) -> Label {
    let mut would: Vec<Label> = Vec::new();
    if let Some(to) = &one.event.to {
        would.push(label!(Text::OverruledValue; field = Text::ColumnState, value = wording::state(kind, to)));
    }
    for (name, value) in &one.values {
        let Some(field) = kind.shape.field_id(name) else { continue };
        let declared = kind.field(field);
        let mut fields = record.fields.clone();
        fields.set(field, value.clone());
        let value = match words.sight.shows(declared) {
            true => words.value_in(kind, field, &fields, value),
            false => wording::masked(),
        };
        // rows of a list stand on lines of their own, which a cell does not have
        let value = Label::each(|lang| value.get(lang).lines().collect::<Vec<_>>().join(apart(lang)));
        would.push(label!(Text::OverruledValue; field = declared.label.clone(), value = value));
    }
    let lost = one.event.unknown.iter().filter(|(within, _)| *within == Within::Overruled);
    would.extend(lost.map(|(_, lost)| Label::verbatim(lost.text.lines().map(str::trim).collect::<Vec<_>>().join(" "))));
    match would.is_empty() {
        true => Text::WithoutEffect.into(),
        false => label!(Text::WithoutEffectBut; values = wording::joined(&would)),
    }
}

/// The name for people of the report that a record about a closed period keeps.
fn closed_report(view: &View<'_>, record: &Record, field: FieldId) -> Option<Cell> {
    let rules = view.policy().reports.closing.as_ref()?;
    let is_it = rules.kind == record.kind && rules.report == field;
    let name = record.fields.get(field).filter(|_| is_it).and_then(Value::as_text)?;
    super::report::called(name, view).map(Cell::Label)
}

fn deadlines(view: &View<'_>, record: &Record) -> Result<Option<Table>, Failure> {
    // what was registered by mistake meets nothing and misses nothing
    if view.policy().is_void(record) {
        return Ok(None);
    }
    let mut rows = Table::new([
        Column::label("deadline", Text::ColumnDeadline),
        Column::moment("start", Text::ColumnStart).weighing(Column::LITTLE),
        Column::moment("due", Text::ColumnDue),
        Column::moment("ended", Text::ColumnEnded),
        Column::label("outcome", Text::ColumnOutcome),
        Column::label("holder", Text::ColumnHolder),
    ]);
    let words = view.words().seen(Sight::Clear);
    for (standing, run) in view.standings(record)?.runs().filter(|(_, run)| run.outcome != Outcome::Unset) {
        rows.row([
            Cell::Label(standing.deadline.label.clone()),
            Cell::Moment(run.start),
            run.due.at().map_or(Cell::Empty, Cell::End),
            run.end.map_or(Cell::Empty, |end| Cell::Moment(end.at)),
            Cell::Label(outcome(&standing.deadline, run)),
            Cell::Label(words.held(&standing.held)),
        ]);
    }
    Ok((!rows.rows.is_empty()).then_some(rows))
}

/// The state of a run, in words.
pub fn outcome(deadline: &Deadline, run: &Run) -> Label {
    if let Due::Unknown(Outside { unlaid: Some(year), .. }) = run.due {
        return label!(Text::OutcomeUnlaid, year = year);
    }
    let text = match run.outcome {
        Outcome::Open if run.is_held() => Text::OutcomePaused,
        Outcome::Open => Text::OutcomeOpen,
        Outcome::Met => Text::OutcomeMet,
        Outcome::Breached if run.is_lost() => Text::OutcomeLost,
        Outcome::Dropped => Text::OutcomeDropped,
        Outcome::Breached if run.is_never() => Text::OutcomeNever,
        Outcome::Breached if deadline.outside => Text::OutcomePassed,
        Outcome::Breached => Text::OutcomeBreached,
        Outcome::Unknown => Text::OutcomeUnknown,
        Outcome::Unset => Text::OutcomeUnset,
    };
    text.into()
}
