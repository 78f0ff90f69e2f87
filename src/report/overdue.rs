//! What is overdue now: every running deadline that was missed, with its holder, how late it is, and its band. Open
//! records without a running deadline are in a separate section, because they can never become late.

use std::collections::{BTreeMap, BTreeSet};

use super::language::Unknown;
use super::model::{Cell, Column, Level, Report, Table, Tone};
use super::sheet::{Line, Sheet, SheetRow, Side};
use super::{Answer, Clock, Owed, Source, Subject, Timed, Untimed, notices, worded};
use crate::calendar::{Calendar, Moment, Period, Roll};
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::locale::{Label, Lang};
use crate::wording::{self, Held};

/// One overdue deadline.
struct Late<'m> {
    record: &'m Timed,
    clock: &'m Clock,
    due: Moment,
    /// The index of its band in the policy; the open band is the last.
    band: usize,
    work: Option<i64>,
}

/// What one deadline, or one record without a deadline, adds to the figures.
#[derive(Debug, Clone)]
struct Counted {
    kind: String,
    /// The band of a missed deadline; `None` for a record without a running one.
    band: Option<usize>,
}

/// The duties of all records: running deadlines, and open records without one.
fn owed(subject: Subject<'_>) -> Answer<Owed> {
    let mut all = Owed::default();
    for kind in subject.policy().kinds.values() {
        let owed = subject.source.owed(kind.name())?;
        all.running.extend(owed.running);
        all.untimed.extend(owed.untimed);
    }
    Ok(all)
}

/// The missed deadlines, and the number of those whose end is unknown.
fn missed<'m>(subject: Subject<'_>, running: &'m [Timed]) -> (Vec<Late<'m>>, usize) {
    let now = subject.now();
    let (mut late, mut unknown): (Vec<Late<'m>>, usize) = (Vec::new(), 0);
    for one in running {
        for clock in &one.clocks {
            match clock.due {
                Some(due) if clock.is_overdue_at(now) => {
                    let calendar = calendar(subject, clock);
                    let work = calendar.between(due, now).ok().map(|seconds| seconds / 60);
                    let band = band(subject, calendar, due, now);
                    late.push(Late { record: one, clock, due, band, work });
                }
                Some(_) => {}
                None => unknown += 1,
            }
        }
    }
    late.sort_by(|a, b| (a.due, &a.record.id, a.clock.name()).cmp(&(b.due, &b.record.id, b.clock.name())));
    (late, unknown)
}

fn sheet<'s>(subject: Subject<'s>, late: &[Late<'_>], untimed: &[Untimed]) -> Sheet<'s, Counted> {
    let missed =
        late.iter().map(|one| (one.record.id.clone(), Counted { kind: one.record.kind.clone(), band: Some(one.band) }));
    let without = untimed.iter().map(|one| (one.id.clone(), Counted { kind: one.kind.clone(), band: None }));
    let is = |band: usize| move |item: &Counted| i64::from(item.band == Some(band));
    let mut lines = vec![
        Line::sum(
            "overdue",
            Text::OverdueLimitsMeans,
            Side::count(Text::OverdueLimits, |item: &Counted| i64::from(item.band.is_some())),
        ),
        Line::sum(
            "untimed",
            Text::NoClockRunsMeans,
            Side::count(Text::NoClockRuns, |item: &Counted| i64::from(item.band.is_none())),
        ),
    ];
    for band in 0..=subject.policy().reports.overdue.len() {
        let label = band_label(subject, band);
        lines.push(Line::sum(format!("band-{}", band + 1), Text::OverdueLimitsMeans, Side::count(label, is(band))));
    }
    let rows = move |item: &Counted| {
        let label = subject.words().kind(&item.kind);
        vec![(SheetRow { table: "bands".to_owned(), stored: item.kind.clone(), label }, item.clone())]
    };
    Sheet { items: missed.chain(without).collect(), lines, rows: Box::new(rows) }
}

/// The records behind `FIGURE[@ROW]`.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let owed = owed(subject)?;
    let (late, _) = missed(subject, &owed.running);
    sheet(subject, &late, &owed.untimed).records(subject, subject.report("overdue", Text::Overdue)?, text)
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("overdue", Text::Overdue)?;
    let now = subject.now();
    let owed = owed(subject)?;
    let (late, unknown) = missed(subject, &owed.running);
    let about = late.iter().flat_map(|one| one.clock.forms.iter().chain([&one.record.id])).cloned();
    let issued = notices::issued(subject, &about.collect::<BTreeSet<_>>())?;
    let mut columns = vec![
        Column::id("id", Text::Number),
        Column::label("kind", Text::Kind),
        Column::text("what", Text::What).weighing(Column::MUCH),
        Column::label("deadline", Text::Deadline),
        Column::moment("due", Text::Due).weighing(Column::MUCH),
        Column::count("days", Text::DaysOverdue).weighing(Column::MUCH),
        Column::minutes("work", Text::WorkingTimeOverdue).weighing(Column::LITTLE),
        Column::label("band", Text::Band).weighing(Column::LITTLE),
        Column::label("holder", Text::Holder).weighing(Column::MUCH),
    ];
    columns.extend(notices::columns(subject));
    let mut table = Table::new(columns);
    let (zone, words) = (subject.zone(), subject.words());
    for one in &late {
        let days = zone.date(now).signed_duration_since(zone.date(one.due)).num_days();
        let mut cells = vec![
            Cell::id(&one.record.id),
            Cell::Label(words.kind(&one.record.kind)),
            worded::said(one.record.title.clone()),
            Cell::Label(one.clock.timing.label.clone()),
            Cell::End(one.due),
            Cell::Count(days),
            one.work.map_or(Cell::Unknown, Cell::Minutes),
            Cell::Label(band_label(subject, one.band)),
            Cell::Label(holder(subject, one.clock.holder.as_deref().unwrap_or_default())),
        ];
        let about = one.clock.forms.iter().chain(one.clock.forms.is_empty().then_some(&one.record.id));
        let issued = about.filter_map(|id| issued.get(id)).flatten();
        cells.extend(notices::cells(
            subject,
            issued.filter(|line| line.deadline == one.clock.timing.name && line.at >= one.clock.start),
        ));
        table.toned(Tone::Bad, cells);
    }
    report.table("bands", Text::ByBand, bands(subject, &late));
    report.table("overdue", Text::Overdue, table);
    report.table("untimed", Text::NoClockRuns, untimed(subject, &owed.untimed));
    let figures = sheet(subject, &late, &owed.untimed).only(|name| ["overdue", "untimed"].contains(&name));
    report.figures("figures", Text::Figures, figures);
    if unknown > 0 {
        report.note(Level::Warning, label!(Text::DueUnknown, count = unknown));
    }
    Ok(report)
}

/// The open records without a running deadline, the oldest first.
fn untimed(subject: Subject<'_>, open: &[Untimed]) -> Table {
    let mut table = Table::new([
        Column::id("id", Text::Number),
        Column::label("kind", Text::Kind),
        Column::text("what", Text::What),
        Column::label("state", Text::State),
        Column::label("next", Text::NextSteps),
        Column::label("holder", Text::WhoMay),
        Column::moment("opened", Text::OpenSince),
        Column::count("days", Text::DaysOpen),
    ]);
    let (zone, words) = (subject.zone(), subject.words());
    let mut open: Vec<&Untimed> = open.iter().collect();
    open.sort_by(|a, b| (a.opened, &a.id).cmp(&(b.opened, &b.id)));
    for one in open {
        let Some(kind) = subject.policy().kind(&one.kind) else { continue };
        let steps: Vec<Label> = one.next.iter().map(|step| wording::step(kind, step, Some(&one.state))).collect();
        let steps = if steps.is_empty() { Text::WaitsForLinked.label() } else { wording::joined(&steps) };
        let days = |opened| zone.date(subject.now()).signed_duration_since(zone.date(opened)).num_days();
        table.row([
            Cell::id(&one.id),
            Cell::Label(words.kind(&one.kind)),
            worded::said(one.title.clone()),
            Cell::Label(wording::state(kind, &one.state)),
            Cell::Label(if one.waiting { label!(Text::WaitsHere; steps = steps) } else { steps }),
            Cell::Label(holder(subject, &one.holder)),
            one.opened.map_or(Cell::Unknown, Cell::Moment),
            one.opened.map_or(Cell::Unknown, |opened| Cell::Count(days(opened))),
        ]);
    }
    table
}

fn calendar<'m>(subject: Subject<'m>, clock: &Clock) -> &'m Calendar {
    let calendars = &subject.policy().calendars;
    calendars.get(&clock.timing.calendar).unwrap_or_else(|| calendars.default())
}

/// The first band whose end has not passed; outside the days that the calendar knows, the open band.
fn band(subject: Subject<'_>, calendar: &Calendar, due: Moment, now: Moment) -> usize {
    let bands = &subject.policy().reports.overdue;
    let within = |end: &crate::calendar::Span| calendar.add(due, *end, Roll::Stay).is_ok_and(|end| now <= end);
    bands.iter().position(within).unwrap_or(bands.len())
}

fn band_label(subject: Subject<'_>, band: usize) -> Label {
    let bands = &subject.policy().reports.overdue;
    let text = |lang: Lang| match (bands.get(band), bands.last()) {
        (Some(end), _) => label!(Text::UpTo, span = end.text(lang)),
        (None, Some(last)) => label!(Text::MoreThan, span = last.text(lang)),
        (None, None) => Text::OverdueYes.label(),
    };
    let [en, zh] = Lang::ALL.map(|lang| text(lang).get(lang).to_owned());
    Label::new(en, zh)
}

/// The holder for people: names of people, labels of roles and departments.
fn holder(subject: Subject<'_>, stored: &str) -> Label {
    let held = Held::from_stored(stored);
    if held.is_empty() { Text::Nobody.label() } else { subject.words().held(&held) }
}

/// How many deadlines of each kind are in each band.
fn bands(subject: Subject<'_>, late: &[Late<'_>]) -> Table {
    let all = 0..=subject.policy().reports.overdue.len();
    let mut columns = vec![Column::label("kind", Text::Kind)];
    columns.extend(all.clone().map(|band| Column::count(format!("band-{}", band + 1), band_label(subject, band))));
    columns.push(Column::count("total", Text::Total));
    let mut table = Table::new(columns);
    let mut kinds: BTreeMap<&str, Vec<&Late<'_>>> = BTreeMap::new();
    for one in late {
        kinds.entry(&one.record.kind).or_default().push(one);
    }
    let row = |said: Label, late: &[&Late<'_>]| {
        let counts = all.clone().map(|band| Cell::count(late.iter().filter(|one| one.band == band).count()));
        let mut cells = vec![Cell::Label(said)];
        cells.extend(counts);
        cells.push(Cell::count(late.len()));
        cells
    };
    for (name, late) in &kinds {
        table.row(row(subject.words().kind(name), late));
    }
    if !late.is_empty() {
        table.total(row(Text::Total.label(), &late.iter().collect::<Vec<_>>()));
    }
    table
}
