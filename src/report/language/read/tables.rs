//! Reads tables and lists: their rows, figures, columns and order.

use chrono::NaiveDate;

use super::Reading;
use crate::calendar::{CivilDays, Every, Said};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{LanguageText as Text, LoadText};
use crate::model::Chart;
use crate::place::toml::Section;
use crate::place::{Place, Placed, Problem};
use crate::report::charts;
use crate::report::language::column::Column;
use crate::report::language::figure_plan::{Figure, What};
use crate::report::language::plan::{By, List, Set, Table};

/// The words for rows, without a name of the kind.
const WEEKDAY: &str = "weekday";
const HOUR: &str = "hour";
const HOLDER: &str = "holder";
const QUESTION: &str = "question";

impl Reading<'_> {
    /// Every table, in the order of the file.
    pub(super) fn tables(&self, file: &Section, sets: &[Set], figures: &[Figure]) -> Vec<Table> {
        let tables = file.list("tables", self.problems).into_iter();
        tables.filter_map(|table| self.one_table(table, sets, figures)).collect()
    }

    fn one_table(&self, table: &Section, sets: &[Set], figures: &[Figure]) -> Option<Table> {
        let problems = self.problems;
        let name = self.name(table);
        let label = table.label("label", problems);
        let names = table.texts("figures", problems);
        if names.is_empty() {
            problems.say(table.place(), label!(LoadText::Absent, key = "figures"));
        }
        let shown: Vec<usize> = names.iter().filter_map(|name| self.figure(name, figures)).collect();
        let by = table.required_text("by", problems).and_then(|by| self.by(&by, sets, figures, &shown));
        let sort = table.text("sort", problems).and_then(|sort| {
            let (down, name) = descending(&sort);
            let figure = self.figure(&name, figures)?;
            if !shown.contains(&figure) {
                self.wrong(&sort.place, label!(Text::NotShown, name = name.value));
            }
            Some((figure, down))
        });
        let chart = charts::read(table, problems);
        let mut draw: Vec<usize> = Vec::new();
        for name in table.texts("draw", problems) {
            match self.figure(&name, figures) {
                Some(figure) if shown.contains(&figure) => draw.push(figure),
                Some(_) => self.wrong(&name.place, label!(Text::NotShown, name = name.value)),
                None => {}
            }
        }
        if let Some((chart, place)) = &chart {
            // a chart of one figure draws the first; further ones are wrong where they are named
            let shown = if chart.is_of_one() { &shown[..shown.len().min(1)] } else { &shown[..] };
            let drawn = if draw.is_empty() { shown } else { &draw };
            let drawn: Vec<&Figure> = drawn.iter().filter_map(|figure| figures.get(*figure)).collect();
            if let Some(problem) = cannot_draw(*chart, place, by.as_ref(), &drawn) {
                problems.push(problem);
            }
        }
        let changed = table.texts("changed", problems);
        let changed: Vec<NaiveDate> = changed.iter().filter_map(|text| self.first_day(text)).collect();
        table.finish(problems);
        let name = name?;
        let by = by?;
        let label = label.unwrap_or_else(|| by_label(&by));
        Some(Table { name: name.value, label, by, figures: shown, sort, chart, draw, changed, place: name.place })
    }

    /// The first day of a period in text form.
    fn first_day(&self, text: &Placed<String>) -> Option<NaiveDate> {
        match CivilDays::said(&text.value, None) {
            Said::Period(days) => Some(days.first),
            _ => {
                let message = label!(crate::locale::messages::TimeText::Period, text = text.value);
                self.wrong(&text.place, message);
                None
            }
        }
    }

    fn by(&self, word: &Placed<String>, sets: &[Set], figures: &[Figure], shown: &[usize]) -> Option<By> {
        let of = shown.iter().filter_map(|figure| figures.get(*figure)).flat_map(|figure| figure.what.sets(figures));
        let of: Vec<&Set> = of.filter_map(|set| sets.get(set)).collect();
        let mut kinds: Vec<String> = Vec::new();
        for kind in of.iter().flat_map(|set| &set.kinds) {
            if !kinds.contains(kind) {
                kinds.push(kind.clone());
            }
        }
        let events = of.iter().any(|set| set.events);
        // a kind's own name wins over the program's
        let own = kinds.iter().filter_map(|kind| self.policy.kind(kind)).any(|kind| {
            kind.shape.field_id(&word.value).is_some()
                || kind.shape.computed().iter().any(|computed| computed.name == word.value)
                || kind.rollups.iter().any(|rollup| rollup.name == word.value)
        });
        if !own {
            let fixed = match word.value.as_str() {
                WEEKDAY => Some(By::Weekday),
                HOUR => Some(By::Hour),
                HOLDER => Some(By::Holder),
                QUESTION => return self.question(word, &kinds),
                name => Every::ALL.into_iter().find(|every| every.name() == name).map(By::Time),
            };
            if let Some(by) = fixed {
                if self.of_now && matches!(by, By::Time(_) | By::Weekday | By::Hour) {
                    self.wrong(&word.place, label!(Text::NotByTime, word = word.value));
                }
                return Some(by);
            }
        }
        let column = Column::bind(self.policy, &kinds, events, word, true, self.problems)?;
        Some(By::Column(Box::new(column)))
    }

    /// The questions of callbacks.
    fn question(&self, word: &Placed<String>, kinds: &[String]) -> Option<By> {
        let asked = self.policy.callbacks.fields.as_ref().filter(|fields| fields.scores.is_some());
        let asks = asked.is_some_and(|fields| kinds.iter().all(|kind| *kind == fields.kind));
        if !asks {
            self.wrong(&word.place, Text::NoQuestions.label());
        }
        asks.then_some(By::Question)
    }

    /// Every list, in the order of the file.
    pub(super) fn lists(&self, file: &Section, sets: &[Set]) -> Vec<List> {
        let tables = file.list("lists", self.problems).into_iter();
        tables.filter_map(|table| self.one_list(table, sets)).collect()
    }

    fn one_list(&self, table: &Section, sets: &[Set]) -> Option<List> {
        let problems = self.problems;
        let name = self.name(table);
        let label = table.label("label", problems);
        let set = table.required_text("set", problems).and_then(|set| self.set(&set, sets));
        let of = set.and_then(|set| sets.get(set));
        // columns can only be bound if the kinds are known
        let bind = |name: &Placed<String>| {
            let of = of.filter(|set| !set.kinds.is_empty())?;
            Column::bind(self.policy, &of.kinds, of.events, name, false, problems).map(Box::new)
        };
        let names = table.texts("columns", problems);
        if names.is_empty() {
            problems.say(table.place(), label!(LoadText::Absent, key = "columns"));
        }
        let mut columns: Vec<Column> = Vec::new();
        for name in &names {
            if columns.iter().any(|column| column.name == name.value) {
                problems.say(&name.place, label!(Text::ThereIs, name = name.value));
                continue;
            }
            columns.extend(bind(name).map(|column| *column));
        }
        let group = table.text("group", problems).and_then(|name| bind(&name));
        let sort = table.texts("sort", problems);
        let sort = sort.iter().filter_map(|word| {
            let (down, name) = descending(word);
            Some((*bind(&name)?, down))
        });
        let sort = sort.collect();
        let limit = table.count("limit", problems).and_then(|count| usize::try_from(count.value).ok());
        table.finish(problems);
        let (name, set) = (name?, set?);
        let label = label.unwrap_or_else(|| of.map(|set| set.label.clone()).unwrap_or_default());
        Some(List { name: name.value, label, set, columns, group, sort, limit, place: name.place })
    }
}

/// Whether an order is descending, and its name without the sign.
fn descending(word: &Placed<String>) -> (bool, Placed<String>) {
    let name = |name: &str| Placed { value: name.to_owned(), place: word.place.clone() };
    word.value.strip_prefix('-').map_or_else(|| (false, word.clone()), |rest| (true, name(rest)))
}

/// Why a chart cannot draw figures, as far as the file alone tells. A trial finds the rest.
fn cannot_draw(chart: Chart, place: &Place, by: Option<&By>, drawn: &[&Figure]) -> Option<Problem> {
    let problem = |message: Label, help: Text| Problem::new(place.clone(), message).help(help);
    if chart == Chart::Control && !matches!(by, Some(By::Time(_)) | None) {
        return Some(problem(Text::ControlNeedsTime.label(), Text::ControlNeedsTimeDo));
    }
    let mixed = drawn.iter().find(|figure| chart.adds_up() && !figure.what.adds_up());
    if let Some(figure) = mixed {
        let message = label!(Text::NotAdded, chart = chart.name(), name = figure.name);
        return Some(problem(message, Text::NotAddedDo));
    }
    let further = drawn.iter().enumerate().find(|(at, figure)| *at > 0 || matches!(figure.what, What::Age { .. }));
    let (_, figure) = further.filter(|_| chart.is_of_one())?;
    Some(charts::draws_one(chart, &figure.name, place))
}

/// The heading of a table that gives none itself.
fn by_label(by: &By) -> Label {
    label!(Text::By; what = heading(by))
}

/// The heading of a table's first column.
pub(in crate::report::language) fn heading(by: &By) -> Label {
    use crate::calendar::Every;
    match by {
        By::Column(column) => column.label.clone(),
        By::Time(Every::Day) => Text::ByDay.label(),
        By::Time(Every::Week) => Text::ByWeek.label(),
        By::Time(Every::Month) => Text::ByMonth.label(),
        By::Time(Every::Quarter) => Text::ByQuarter.label(),
        By::Time(Every::HalfYear) => Text::ByHalfYear.label(),
        By::Time(Every::Year) => Text::ByYear.label(),
        By::Weekday => Text::ByWeekday.label(),
        By::Hour => Text::ByHour.label(),
        By::Holder => Text::ColumnHolder.label(),
        By::Question => Text::ByQuestion.label(),
    }
}
