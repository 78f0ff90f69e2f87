//! The lines of `due`: who is to do what by when.

use chrono::TimeDelta;
use serde_json::{Value as Json, json};

use crate::book::View;
use crate::calendar::Moment;
use crate::cli::done;
use crate::cli::owed::Owed;
use crate::kind::Kind;
use crate::label;
use crate::lifecycle::{Duty, Held, Whose};
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::record::{Record, stored_time};
use crate::report::model::{Cell, Column, Table, Tone};
use crate::report::worded;
use crate::wording;

/// One thing to do.
pub(super) struct Item {
    /// For which record.
    pub(super) record: std::rc::Rc<Record>,
    /// What.
    pub(super) duty: Duty,
    /// Who is to do it: of a deadline one of its holders, of a step that runs against no clock all who may take it.
    pub(super) held: Held,
}

impl Item {
    /// By which lines are in order.
    pub(super) fn order(&self) -> impl Ord + use<'_> {
        (self.duty.order(), &self.record.id, self.duty.standing.as_ref().map(|of| &of.deadline.name), &self.held)
    }

    /// Whether it falls due by then. What the calendar does not know may; what runs against no clock never does.
    pub(super) fn is_due_by(&self, until: Moment) -> bool {
        self.duty.running().is_some_and(|running| running.due().is_none_or(|due| due <= until))
    }
}

/// The lines of a record: one for each deadline and holder, of a person only those that are theirs, each deadline once.
pub(super) fn of(owed: Owed, whose: Option<&Whose<'_>>) -> Vec<Item> {
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
        let item = |held| Item { record: record.clone(), duty: duty.clone(), held };
        items.extend(holders.into_iter().map(item));
    }
    items
}

/// A line for scripts.
pub(super) fn json(item: &Item) -> Json {
    let running = item.duty.running();
    json!({
        "id": item.record.id.as_str(),
        "kind": item.record.kind,
        "deadline": item.duty.standing.as_ref().map(|standing| &standing.deadline.name),
        "due": item.duty.due().as_ref().map(stored_time),
        "holder": item.held.stored(),
        "overdue": item.duty.is_overdue(),
        "paused": running.is_some_and(|running| running.run.is_paused()),
        "waiting": item.duty.waiting,
        "next": item.duty.steps,
    })
}

/// The lines for people.
pub(super) fn table(view: &View<'_>, items: &[Item]) -> Table {
    let mut rows = Table::new([
        Column::moment("due", Text::ColumnDue),
        Column::id("id", Text::ColumnId),
        Column::label("kind", Text::ColumnKind),
        Column::text("title", Text::ColumnTitle),
        Column::label("state", Text::ColumnState),
        Column::label("deadline", Text::ColumnDeadline),
        Column::label("holder", Text::ColumnHolder),
    ]);
    let words = view.words();
    for item in items {
        let Some(kind) = view.policy().kind(&item.record.kind) else { continue };
        let due = item.duty.due();
        let tone = match due {
            _ if item.duty.is_overdue() => Tone::Bad,
            Some(due) if due - view.now() < TimeDelta::days(1) => Tone::Warning,
            _ => Tone::Plain,
        };
        rows.toned(
            tone,
            [
                due.map_or(Cell::Empty, Cell::End),
                Cell::id(&item.record.id),
                Cell::Label(kind.shape.label.clone()),
                worded::said(words.title_of(&item.record)),
                Cell::Label(wording::state(kind, &item.record.state)),
                Cell::Label(what(kind, item)),
                Cell::Label(words.held(&item.held)),
            ],
        );
    }
    rows
}

/// What is to be done: the deadline, or the next steps, for which there is no time limit.
fn what(kind: &Kind, item: &Item) -> Label {
    if let Some(standing) = &item.duty.standing {
        return standing.deadline.label.clone();
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
