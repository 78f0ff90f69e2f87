//! Improvement measures (IM1, RP1): how each stands, and whether complaints of its category came after it was done.

use super::fields::{ABOUT, DUE, reached, value};
use super::model::{Cell, Column, Figure, Level, Part, Report, Table, Tone};
use super::{Case, Material};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::locale::text::fold;
use crate::policy::COMPLAINT;
use crate::record::{Class, Id, Record, Value};

/// The kind of improvement measures.
const MEASURE: &str = "measure";

/// What is counted of the measures.
#[derive(Debug, Default)]
struct Tally {
    running: i64,
    done: i64,
    done_in_time: i64,
    verified: i64,
    overdue: i64,
    came_back: i64,
}

/// The report.
pub(super) fn build(material: &Material) -> Report {
    let mut report = material.report("improvement", Text::Improvement).over(material.model_period());
    let Some(kind) = material.policy.kind(MEASURE) else {
        report.note(Level::Note, label!(Text::NoSuchKind, kind = MEASURE));
        return report;
    };
    let (span, seen, zone) = (material.span(), material.seen_until(), material.zone());
    let (done, verified) = (reached(kind, "done"), reached(kind, "verified").or_else(|| reached(kind, "closed")));
    let mut tally = Tally::default();
    let mut table = Table::new([
        Column::id("id", Text::Number),
        Column::text("action", Text::Action),
        Column::id("about", Text::About),
        Column::label("category", Text::MeasureCategory),
        Column::text("owner", Text::Owner),
        Column::date("due", Text::Due),
        Column::label("state", Text::State),
        Column::date("done", Text::DoneOn),
        Column::date("verified", Text::VerifiedOn),
        Column::count("since", Text::ComplaintsSince),
        Column::text("effect", Text::Effect),
    ]);
    for one in &material.measures {
        let record = &one.record;
        let text = |name: &str| value(kind, record, name).and_then(Value::stored);
        let [done_at, verified_at] =
            [&done, &verified].map(|states| states.as_ref().and_then(|s| last(record, s, seen)));
        let within = |at: Option<Moment>| at.is_some_and(|at| at >= span.0 && at < span.1);
        let due = match value(kind, record, DUE) {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        };
        let overdue = one.clocks.iter().any(|clock| clock.is_overdue_at(seen));
        let since = done_at.map(|at| after(material, kind, record, at, seen));
        tally.running += i64::from(kind.shape.class(&record.state) != Class::Closed);
        tally.overdue += i64::from(overdue);
        tally.verified += i64::from(within(verified_at));
        if within(done_at) {
            tally.done += 1;
            let in_time = done_at.zip(due).is_some_and(|(at, due)| zone.date(at) <= due);
            tally.done_in_time += i64::from(in_time);
        }
        tally.came_back += i64::from(since.is_some_and(|count| count > 0));
        let tone = match (overdue, since) {
            (true, _) => Tone::Bad,
            (_, Some(1..)) => Tone::Warning,
            _ if verified_at.is_some() => Tone::Muted,
            _ => Tone::Plain,
        };
        let category = text("category").map(|name| {
            let ty = kind.shape.find("category").map(|(_, field)| &field.ty);
            ty.map_or_else(|| crate::locale::Label::new(name.as_str(), ""), |ty| material.label(ty, &name))
        });
        let state = kind.shape.state(&record.state).map(|state| state.label.clone());
        table.toned(
            tone,
            [
                Cell::id(&record.id),
                text("action").map_or(Cell::Empty, Cell::Text),
                text(ABOUT).map_or(Cell::Empty, Cell::Id),
                Cell::from(category),
                Cell::from(text("owner").map(|owner| material.name(&owner).unwrap_or(owner))),
                Cell::from(due),
                Cell::from(state),
                Cell::from(done_at.map(|at| zone.date(at))),
                Cell::from(verified_at.map(|at| zone.date(at))),
                since.map_or(Cell::Empty, Cell::Count),
                Cell::from(text("effect")),
            ],
        );
    }
    report.figures("figures", Text::Figures, figures(&tally));
    report.table("measures", Text::Measures, table);
    if material.now < span.1 {
        report.note(Level::Note, Text::PeriodNotOver);
    }
    report
}

fn figures(tally: &Tally) -> Vec<Figure> {
    vec![
        Figure::new("open", Text::MeasuresOpen, Text::MeasuresOpenMeans, tally.running),
        Figure::rate(
            "done-in-time",
            Text::DoneInTime,
            Text::DoneInTimeMeans,
            [Part::new(Text::InTime, tally.done_in_time), Part::new(Text::MeasuresDone, tally.done)],
        ),
        Figure::new("verified", Text::MeasuresVerified, Text::MeasuresVerifiedMeans, tally.verified),
        Figure::new("overdue", Text::MeasuresOverdue, Text::MeasuresOverdueMeans, tally.overdue),
        Figure::new("came-back", Text::CameBack, Text::CameBackMeans, tally.came_back),
    ]
}

/// When a record last entered one of these states, up to a moment.
fn last(record: &Record, states: &[&str], until: Moment) -> Option<Moment> {
    let entered = record.history.iter().filter(|event| event.at <= until);
    entered.filter(|event| event.to.as_deref().is_some_and(|to| states.contains(&to))).map(|event| event.at).max()
}

/// How many complaints of the period came after a measure was done that it was to prevent: of its category, and of the cause
/// of the complaint that it is about where that is known.
fn after(material: &Material, kind: &Kind, measure: &Record, done: Moment, until: Moment) -> i64 {
    let Some(complaint) = material.policy.kind(COMPLAINT) else { return 0 };
    let field = |case: &Case, name: &str| complaint.shape.field_id(name).and_then(|id| case.value(id)?.stored());
    let about: Option<Id> = match value(kind, measure, ABOUT) {
        Some(Value::Ref(id)) => Some(id.clone()),
        _ => None,
    };
    let own = |case: &Case| about.as_ref().is_some_and(|id| case.forms.iter().any(|form| form.record.id == *id));
    let origin = material.cases.all.iter().find(|case| own(case));
    let stated = value(kind, measure, "category").and_then(Value::stored);
    let category = stated.or_else(|| origin.and_then(|case| field(case, "category")));
    let cause = origin.and_then(|case| field(case, "cause")).map(|cause| fold(&cause));
    let alike = |case: &&Case| {
        let same = |wanted: &Option<String>, found: Option<String>| wanted.is_none() || *wanted == found;
        same(&category, field(case, "category")) && same(&cause, field(case, "cause").map(|cause| fold(&cause)))
    };
    if category.is_none() && cause.is_none() {
        return 0;
    }
    let later = |case: &&Case| !own(case) && case.opened().is_some_and(|at| at > done && at < until);
    i64::try_from(material.cases.all.iter().filter(later).filter(alike).count()).unwrap_or(i64::MAX)
}
