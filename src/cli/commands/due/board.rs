//! The supervisor's morning board: what each holder has overdue, due today and waiting, and who is absent and has
//! which deputy.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::lines::{self, Item};
use crate::book::View;
use crate::cli::cautions;
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::listing::{self, Listing, Way};
use crate::label;
use crate::lifecycle::Party;
use crate::locale::messages::RecordText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Column, Table, Tone};
use crate::policy::Person;
use crate::record::Id;

/// The columns that the board shows even if they are empty.
const BOARD: [&str; 6] = ["overdue", "soon", "today", "waiting", "untimed", "later"];

/// What a holder has. Each line is in one of these lists.
#[derive(Default)]
struct Pile<'i> {
    overdue: Vec<&'i Item>,
    today: Vec<&'i Item>,
    waiting: Vec<&'i Item>,
    untimed: Vec<&'i Item>,
    later: Vec<&'i Item>,
    /// How many of all these are due soon, as each deadline defines it.
    soon: usize,
}

impl<'i> Pile<'i> {
    fn add(&mut self, view: &View<'_>, item: &'i Item) {
        let running = item.duty.running();
        let still = running.is_some_and(|running| running.run.is_held());
        let today = item.duty.due().is_some_and(|due| lines::is_today(view, due));
        self.soon += usize::from(item.duty.is_soon(view.now()));
        let pile = match item.duty.standing {
            _ if item.duty.is_overdue() => &mut self.overdue,
            _ if today && !still => &mut self.today,
            _ if still || item.duty.waiting => &mut self.waiting,
            None => &mut self.untimed,
            Some(_) => &mut self.later,
        };
        pile.push(item);
    }

    fn counts(&self) -> [usize; 5] {
        [&self.overdue, &self.today, &self.waiting, &self.untimed, &self.later].map(|items| items.len())
    }
}

/// One holder. Lines that nobody holds form a row too.
struct Row<'i> {
    holder: Option<Party>,
    pile: Pile<'i>,
    absent: Vec<Absent>,
}

/// A person who is absent.
struct Absent {
    person: Id,
    /// The deputy. `None` if the person has left.
    deputy: Option<Id>,
}

/// Prints the board of these lines. On a narrow page the absent people stand below each row.
pub(super) fn show(
    context: &mut Context,
    view: &View<'_>,
    way: &Way,
    items: &[Item],
    narrow: bool,
) -> Result<Exit, Failure> {
    let mut piles: BTreeMap<Option<Party>, Pile<'_>> = BTreeMap::new();
    for item in items {
        let parties = item.held.parties();
        let holders = parties.iter().cloned().map(Some).chain(parties.is_empty().then_some(None));
        for holder in holders {
            piles.entry(holder).or_default().add(view, item);
        }
    }
    let row = |(holder, pile): (Option<Party>, _)| Row { absent: absent(view, holder.as_ref()), holder, pile };
    let mut rows: Vec<Row<'_>> = piles.into_iter().map(row).collect();
    // the holder with the most overdue lines comes first
    rows.sort_by(|a, b| b.pile.counts().cmp(&a.pile.counts()).then_with(|| a.holder.cmp(&b.holder)));
    let takes_data = way.takes_data(context);
    let holder = |row: &Row<'_>| row.holder.as_ref().map(ToString::to_string);
    let listing = Listing {
        command: "due",
        title: Text::TitleBoard.into(),
        table: if takes_data { Table::default() } else { shown(view, &rows, narrow && way.is_on_screen(context)) },
        screen: None,
        lines: 2,
        numbered: false,
        keep: BOARD.iter().map(ToString::to_string).collect(),
        chooses: false,
        data: if takes_data { rows.iter().map(|row| json(view, row)).collect() } else { Vec::new() },
        total: None,
        ids: Some(rows.iter().filter_map(holder).collect()),
    };
    listing::write(context, view, way, listing)?;
    if rows.is_empty() && way.is_text() {
        context.out.aside(Text::DoneSoFar.get(context.lang));
    }
    let unreadable = cautions::note_unreadable(context, view)?;
    Ok(if unreadable == Exit::Done { context.listed(rows.len()) } else { unreadable })
}

/// The people behind a holder who are absent today.
fn absent(view: &View<'_>, holder: Option<&Party>) -> Vec<Absent> {
    let (people, day) = (view.people(), view.now().date_naive());
    let of = |person: &Person| -> Vec<Absent> {
        let away = |deputy: Option<Id>| Absent { person: person.id.clone(), deputy };
        match person.active {
            true => people.deputies(&person.id, day).map(|deputy| away(Some(deputy.person.clone()))).collect(),
            false => vec![away(None)],
        }
    };
    holder.into_iter().flat_map(|holder| holder.members(people, day)).flat_map(of).collect()
}

fn json(view: &View<'_>, row: &Row<'_>) -> Json {
    let [overdue, today, waiting, untimed, later] = row.pile.counts();
    let pile = &row.pile;
    let items = [&pile.overdue, &pile.today, &pile.waiting, &pile.untimed, &pile.later].into_iter().flatten();
    let absent =
        |absent: &Absent| json!({ "person": absent.person.as_str(), "deputy": absent.deputy.as_ref().map(Id::as_str) });
    json!({
        "holder": row.holder.as_ref().map(ToString::to_string),
        "overdue": overdue, "soon": pile.soon, "today": today, "waiting": waiting, "untimed": untimed, "later": later,
        "absent": row.absent.iter().map(absent).collect::<Vec<_>>(),
        "lines": items.map(|item| lines::json(view, item, &lines::Asked::new())).collect::<Vec<_>>(),
    })
}

fn shown(view: &View<'_>, rows: &[Row<'_>], narrow: bool) -> Table {
    let mut columns = vec![
        Column::label("holder", Text::ColumnHolder),
        Column::count("overdue", Text::ColumnOverdue),
        Column::moment("longest", Text::ColumnLongest),
        Column::count("soon", Text::ColumnSoon),
        Column::count("today", Text::ColumnToday),
        Column::count("waiting", Text::ColumnWaiting),
        Column::count("untimed", Text::ColumnUntimed),
        Column::count("later", Text::ColumnLater),
    ];
    if !narrow {
        columns.push(Column::label("absent", Text::ColumnAbsent));
    }
    let mut table = Table::new(columns);
    for row in rows {
        let [overdue, today, waiting, untimed, later] = row.pile.counts();
        let longest = row.pile.overdue.iter().filter_map(|item| item.duty.due()).min();
        let holder = match &row.holder {
            Some(holder) => view.words().party(holder),
            None => Text::HeldByNobody.label(),
        };
        let tone = match (overdue, today + row.pile.soon) {
            (0, 0) => Tone::Plain,
            (0, _) => Tone::Warning,
            _ => Tone::Bad,
        };
        let mut cells = vec![
            Cell::Label(holder),
            Cell::count(overdue),
            longest.map_or(Cell::Empty, Cell::End),
            Cell::count(row.pile.soon),
            Cell::count(today),
            Cell::count(waiting),
            Cell::count(untimed),
            Cell::count(later),
        ];
        let absent = (!row.absent.is_empty()).then(|| away(view, &row.absent));
        if !narrow {
            cells.push(absent.clone().map_or(Cell::Empty, Cell::Label));
        }
        table.toned(tone, cells);
        if let Some(absent) = absent.filter(|_| narrow) {
            table.note(Cell::Label(Label::each(|lang| format!("    {}", absent.get(lang)))));
        }
    }
    table
}

/// Who is absent and who the deputies are, in words.
fn away(view: &View<'_>, absent: &[Absent]) -> Label {
    let name = |id: &Id| Label::verbatim(view.words().person(id.as_str()));
    let one = |absent: &Absent| match &absent.deputy {
        Some(deputy) => label!(Text::AbsentDeputy; person = name(&absent.person), deputy = name(deputy)),
        None => label!(Text::HasLeft; person = name(&absent.person)),
    };
    let all: Vec<Label> = absent.iter().map(one).collect();
    let joined = |lang, between: &str| all.iter().map(|label| label.get(lang)).collect::<Vec<_>>().join(between);
    Label::new(joined(Lang::En, "; "), joined(Lang::Zh, "；"))
}
