//! The lines of `due`: who must do what by when.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value as Json, json};

use crate::book::View;
use crate::calendar::{self, Moment, Outcome};
use crate::cli::commands::show::outcome;
use crate::cli::done;
use crate::cli::owed::Owed;
use crate::kind::{Kind, Path};
use crate::label;
use crate::lifecycle::{Duty, Held, Whose};
use crate::locale::messages::RecordText as Text;
use crate::locale::text::{truncate, width};
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table, Tone};
use crate::record::{Record, stored_time};
use crate::report::worded;
use crate::say;
use crate::wording::Followed;

/// One thing to do.
pub(in crate::cli::commands) struct Item {
    /// The record.
    pub(in crate::cli::commands) record: std::rc::Rc<Record>,
    /// What is to be done.
    pub(in crate::cli::commands) duty: Duty,
    /// Who must do it. For a deadline this is one of its holders, for a step without a time limit everybody who may
    /// take it.
    pub(in crate::cli::commands) held: Held,
    /// What the line says besides deadlines and steps.
    pub(in crate::cli::commands) said: Option<Said>,
}

/// Something to be done that is neither a deadline nor a step of the record.
pub(in crate::cli::commands) enum Said {
    /// An event of the holder was overruled by a merge; the label says so.
    Overruled(Label),
    /// Another record has one of its values already; the label says so.
    Twice(Label),
    /// The record holds something for too long.
    Kept(Kept),
}

/// What a record holds for too long.
pub(in crate::cli::commands) struct Kept {
    /// The last day on which it was to be kept.
    pub(in crate::cli::commands) until: NaiveDate,
    /// What it is, in words.
    pub(in crate::cli::commands) what: Label,
    /// The names of the fields. Empty if it is the whole record.
    pub(in crate::cli::commands) fields: Vec<String>,
}

impl Item {
    /// The key by which lines are sorted.
    pub(in crate::cli::commands) fn order(&self) -> impl Ord + use<'_> {
        let (overruled, kept) = (self.is_overruled(), self.kept().map(|kept| kept.until));
        (
            !overruled,
            kept,
            self.duty.order(),
            &self.record.id,
            self.duty.standing.as_ref().map(|of| &of.deadline.name),
            &self.held,
        )
    }

    /// What the record holds for too long, if that is what the line is about.
    pub(in crate::cli::commands) fn kept(&self) -> Option<&Kept> {
        if let Some(Said::Kept(kept)) = &self.said { Some(kept) } else { None }
    }

    /// Whether it is about an event that a merge overruled.
    pub(in crate::cli::commands) fn is_overruled(&self) -> bool {
        matches!(self.said, Some(Said::Overruled(_)))
    }

    /// Whether it is due by then. If the calendar does not know the day, it may be. Without a time limit it never is.
    pub(in crate::cli::commands) fn is_due_by(&self, until: Moment) -> bool {
        self.said.is_some() || self.duty.running().is_some_and(|running| running.due().is_none_or(|due| due <= until))
    }
}

/// The lines of a record: one for each deadline and holder. If a person is given, only that person's, and each
/// deadline once.
pub(in crate::cli::commands) fn of(owed: Owed, whose: Option<&Whose<'_>>) -> Vec<Item> {
    let record = std::rc::Rc::new(owed.record);
    let mut items = Vec::new();
    for duty in owed.duties {
        let mut holders: Vec<Held> = match duty.standing {
            Some(_) if !duty.held.is_empty() => duty.held.parties().iter().cloned().map(Held::from).collect(),
            _ => vec![duty.held.clone()],
        };
        if let Some(whose) = whose {
            holders.retain(|held| whose.holds(held));
            holders.truncate(1);
        }
        let item = |held| Item { record: record.clone(), duty: duty.clone(), held, said: None };
        items.extend(holders.into_iter().map(item));
    }
    items
}

/// A line for scripts.
pub(in crate::cli::commands) fn json(view: &View<'_>, item: &Item, asked: &Asked) -> Json {
    let running = item.duty.running();
    let shown: Map<String, Json> = told(view, item, asked).map(|(path, told)| (path.name(), told.stored)).collect();
    json!({
        "id": item.record.id.as_str(),
        "number": done::number(view, &item.record),
        "kind": item.record.kind,
        "deadline": item.duty.standing.as_ref().map(|standing| &standing.deadline.name),
        "due": item.duty.due().as_ref().map(stored_time),
        "holder": item.held.stored(),
        "overdue": item.duty.is_overdue(),
        "soon": item.duty.is_soon(view.now()),
        "paused": running.is_some_and(|running| running.run.is_paused()),
        "waiting": item.duty.waiting,
        "next": item.duty.steps,
        "fields": shown,
        "overruled": item.is_overruled(),
        "kept": item.kept().map(|kept| json!({ "until": kept.until, "fields": kept.fields })),
    })
}

/// The paths that `--fields` asks for, by kind. Empty without `--fields`: each kind then shows what its rules say.
pub(in crate::cli::commands) type Asked = BTreeMap<String, Vec<Path>>;

/// The paths that a line shows of its record, with their values for the reader.
fn told<'a>(
    view: &'a View<'_>,
    item: &'a Item,
    asked: &'a Asked,
) -> impl Iterator<Item = (&'a Path, Followed)> + use<'a> {
    let kind = view.policy().kind(&item.record.kind);
    let plain = view.words();
    let clear = kind.map_or(plain, |kind| plain.for_line(kind, &item.record, view.reader(), view.today()));
    let granted = move |path: &Path| {
        kind.is_some_and(|kind| kind.due.shows.iter().any(|shown| shown.clear && shown.path.covers(path)))
    };
    let deadline = item.duty.standing.as_ref().map(|standing| standing.deadline.name.as_str());
    let own = kind.filter(|_| asked.is_empty()).into_iter().flat_map(move |kind| kind.due.shown(deadline));
    let wanted = asked.get(&item.record.kind).into_iter().flatten();
    own.chain(wanted).map(move |path| {
        let words = if granted(path) { &clear } else { &plain };
        (path, words.follow(&item.record, path))
    })
}

/// What a line says about its record: what its kind shows, each part shortened. If the kind says nothing, the title.
/// What the reader may not see is left out.
pub(super) fn about(view: &View<'_>, item: &Item, lang: Lang) -> Vec<String> {
    let none = Asked::new();
    let told = told(view, item, &none).filter(|(_, told)| !told.is_masked && told.said != Label::default());
    let told = told.filter_map(|(path, told)| Some((path, told.without_heading(path)?)));
    let mut beyond = None;
    let about: Vec<String> = told
        .map(|(path, told)| {
            let last = path.last();
            let begins = last.filter(|last| beyond.replace(*last) != Some(*last));
            match begins {
                // it is said once whose words these are
                Some(last) => say!(lang, Text::LastSaid, last = last.get(lang), said = few(&told, lang)),
                None => few(&told, lang),
            }
        })
        .collect();
    if about.is_empty() { vec![view.words().title_of(&item.record).get(lang).to_owned()] } else { about }
}

/// Everything that lines say about a record, with `--fields` or without, in full and with names.
pub(in crate::cli::commands) fn details(view: &View<'_>, item: &Item, lang: Lang) -> Vec<(String, String)> {
    let Some(kind) = view.policy().kind(&item.record.kind) else { return Vec::new() };
    let plain = view.words();
    let clear = plain.for_line(kind, &item.record, view.reader(), view.today());
    let told = kind.due.shows.iter().map(|shown| {
        let words = if shown.clear { &clear } else { &plain };
        let said = words.follow(&item.record, &shown.path).said;
        (called(&shown.path, lang), said.get(lang).trim().to_owned())
    });
    told.filter(|(_, said)| !said.is_empty()).collect()
}

/// The name of the end of a path. Several fields beside one another have the name of the group that holds them.
fn called(path: &Path, lang: Lang) -> String {
    let between = if lang == Lang::Zh { "·" } else { ": " };
    let parts: Vec<&str> = path.label.get(lang).split(between).collect();
    let end = parts.iter().rev().find(|part| !part.contains('+')).or(parts.last()).copied().unwrap_or_default();
    match path.last() {
        Some(last) if last.get(lang) != end => format!("{}{between}{end}", last.get(lang)),
        _ => end.to_owned(),
    }
}

/// The sign between the parts of a line.
const DOT: &str = " · ";

/// The value at the end of a path, shortened. Of several values only the last ones.
fn few(told: &Followed, lang: Lang) -> String {
    let left_out = told.each.len().saturating_sub(MOST);
    let short = told.each[left_out..].iter().map(|one| shortened(one.get(lang)));
    let more = (left_out > 0).then(|| "…".to_owned());
    more.into_iter().chain(short).collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
}

/// How many values of one path a line shows: the latest ones of a list.
const MOST: usize = 3;

/// The first line of a text, cut if it is long.
fn shortened(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    truncate(line, WIDEST)
}

/// The greatest width of one part of a line, in columns.
const WIDEST: usize = 60;

/// The lines for people.
pub(in crate::cli::commands) fn table(view: &View<'_>, items: &[Item], asked: &Asked) -> Table {
    let mut columns = vec![
        Column::moment("due", Text::ColumnDue),
        Column::label("late", Text::ColumnLate),
        Column::id("id", Text::ColumnId),
        Column::label("kind", Text::ColumnKind),
    ];
    let mut paths: Vec<(String, Label)> = Vec::new();
    for path in asked.values().flatten() {
        if paths.iter().all(|(name, _)| *name != path.name()) {
            paths.push((path.name(), path.label.clone()));
        }
    }
    let numbered = items.iter().find(|item| done::number(view, &item.record).is_some());
    let numbered = numbered.and_then(|item| view.policy().kind(&item.record.kind));
    let numbered = numbered.and_then(|kind| kind.numbering.as_ref().map(|numbering| kind.field(numbering.field)));
    if let Some(field) = numbered {
        columns.insert(2, Column::text("number", field.label.clone()));
    }
    match asked.is_empty() {
        true => columns.push(Column::text("title", Text::ColumnTitle)),
        false => columns.extend(paths.iter().map(|(name, label)| Column::text(name.as_str(), label.clone()))),
    }
    columns.push(Column::label("deadline", Text::ColumnDeadline));
    columns.push(Column::label("holder", Text::ColumnHolder));
    let mut rows = Table::new(columns);
    let words = view.words();
    for item in items {
        let Some(kind) = view.policy().kind(&item.record.kind) else { continue };
        let mut cells = vec![
            by_when(view, item),
            late(view, item),
            Cell::id(&item.record.id),
            Cell::Label(kind.shape.label.clone()),
        ];
        if numbered.is_some() {
            cells.insert(2, done::number(view, &item.record).map_or(Cell::Empty, Cell::text));
        }
        match asked.is_empty() {
            true => cells.push(worded::said(Label::each(|lang| about(view, item, lang).join(DOT)))),
            false => {
                let told: BTreeMap<String, Followed> =
                    told(view, item, asked).map(|(path, told)| (path.name(), told)).collect();
                let cell = |(name, _): &(String, Label)| {
                    told.get(name).map_or(Cell::Empty, |told| worded::said(told.said.clone()))
                };
                cells.extend(paths.iter().map(cell));
            }
        }
        cells.push(Cell::Label(what(kind, item)));
        cells.push(Cell::Label(words.held(&item.held)));
        rows.toned(tone(view, item), cells);
    }
    rows
}

/// The lines for a page that is too narrow for [`table`]. Below each line, over the whole width, stands how late it
/// is and what it is about.
pub(in crate::cli::commands) fn narrow(view: &View<'_>, items: &[Item], page: usize) -> Table {
    let mut rows = Table::new([
        Column::moment("due", Text::ColumnDue),
        Column::text("id", Text::ColumnId).weighing(u8::MAX),
        Column::label("deadline", Text::ColumnDeadline),
        Column::label("holder", Text::ColumnHolder),
    ]);
    let words = view.words();
    for item in items {
        let Some(kind) = view.policy().kind(&item.record.kind) else { continue };
        rows.toned(
            tone(view, item),
            [
                by_when(view, item),
                Cell::text(done::number(view, &item.record).unwrap_or(item.record.id.as_str())),
                Cell::Label(what(kind, item)),
                Cell::Label(words.held(&item.held)),
            ],
        );
        let late = if let Cell::Label(late) = late(view, item) { Some(late) } else { None };
        let first = late.iter().chain([&kind.shape.label]);
        let below = |lang| {
            let parts = first.clone().map(|label| label.get(lang).to_owned()).chain(about(view, item, lang));
            indented(parts, page)
        };
        rows.note(Cell::Label(Label::each(below)));
    }
    rows
}

/// Parts beside one another, broken between parts where the page ends. Each line is indented.
fn indented(parts: impl Iterator<Item = String>, page: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if width(line) + width(DOT) + width(&part) <= page => {
                line.push_str(DOT);
                line.push_str(&part);
            }
            _ => lines.push(format!("{INDENT}{part}")),
        }
    }
    lines.join("\n")
}

/// The indent of the lines below an item.
const INDENT: &str = "    ";

/// When it is due, or until when it was to be kept.
fn by_when(view: &View<'_>, item: &Item) -> Cell {
    let zone = view.policy().settings.time_zone;
    let kept = item.kept().map(|kept| Cell::End(zone.end_of_day(kept.until)));
    kept.or_else(|| item.duty.due().map(Cell::End)).unwrap_or(Cell::Empty)
}

fn tone(view: &View<'_>, item: &Item) -> Tone {
    match item.duty.due() {
        _ if item.duty.is_overdue() => Tone::Bad,
        Some(due) if item.duty.is_soon(view.now()) || is_today(view, due) => Tone::Warning,
        _ => Tone::Plain,
    }
}

/// Whether it is due today, as the view's clock says.
pub(in crate::cli::commands) fn is_today(view: &View<'_>, due: Moment) -> bool {
    let zone = view.policy().settings.time_zone;
    zone.date(due) == zone.date(view.now())
}

/// How late it is, in words, or that it is due soon, or that its clock stands still.
pub(in crate::cli::commands) fn late(view: &View<'_>, item: &Item) -> Cell {
    let unknown = item.duty.running().filter(|running| running.run.outcome == Outcome::Unknown);
    if let Some(running) = unknown {
        return Cell::Label(outcome(&running.standing.deadline, running.run));
    }
    let (Some(standing), Some(due)) = (&item.duty.standing, item.duty.due()) else { return Cell::Empty };
    match item.duty.is_overdue() {
        true => Cell::Label(Label::each(|lang| calendar::words::late(&standing.calendar, due, view.now(), lang))),
        // the list is in order of time but for these, which come last
        false if item.duty.running().is_some_and(|running| running.run.is_held()) => {
            Cell::Label(Text::OutcomePaused.into())
        }
        false if item.duty.is_soon(view.now()) => Cell::Label(Text::DueSoon.into()),
        false => Cell::Empty,
    }
}

/// What is to be done: the deadline, or the next steps if there is no time limit.
pub(in crate::cli::commands) fn what(kind: &Kind, item: &Item) -> Label {
    if let Some(standing) = &item.duty.standing {
        return standing.deadline.label.clone();
    }
    match &item.said {
        Some(Said::Overruled(said) | Said::Twice(said)) => return said.clone(),
        Some(Said::Kept(kept)) => return label!(Text::PastRetention; what = kept.what.clone()),
        None => {}
    }
    let steps = Label::each(|lang| {
        let called = |step: &String| done::step(kind, step, Some(&item.record.state), lang);
        done::enumerated(&item.duty.steps.iter().map(called).collect::<Vec<_>>(), lang)
    });
    match (item.duty.waiting, item.duty.steps.is_empty()) {
        (true, _) => Text::Waits.label(),
        (false, true) => Text::NoLimitRecords.label(),
        (false, false) => label!(Text::NoLimit; steps = steps),
    }
}
