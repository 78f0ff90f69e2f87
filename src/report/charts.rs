//! Reads how the tables of computed reports are drawn: `[charts]` of `reports/NAME.toml`, in the words of reports
//! that are files of the book. It also finds charts that cannot draw their table, for both sorts of report.

use super::Definition;
use super::language::choose;
use super::model::{Chart, Column, ColumnType, Report, Table};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::place::toml::{Item, Section, nearest};
use crate::place::{Place, Placed, Problem, Problems, did_you_mean};

/// The key of the file of a computed report.
const KEY: &str = "charts";
/// The key for the chart of a table.
const CHART: &str = "chart";

/// How a table is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Charted {
    /// The name of the table, as in `--format json`.
    table: Placed<String>,
    chart: Chart,
    /// The place in the file.
    place: Place,
    /// The columns that are drawn. If empty, all are.
    draw: Vec<Placed<String>>,
}

/// The chart that a table in a file wants, and its place.
pub(super) fn read(table: &Section, problems: &Problems) -> Option<(Chart, Place)> {
    let word = table.text(CHART, problems)?;
    Some((chart(&word, problems)?, word.place))
}

fn chart(word: &Placed<String>, problems: &Problems) -> Option<Chart> {
    let found = Chart::ALL.into_iter().find(|chart| chart.name() == word.value);
    if found.is_none() {
        problems.push(choose(word, Text::NoSuchChart, &Chart::ALL.map(Chart::name)));
    }
    found
}

/// `[charts] by-cause = "pareto"`, or `by-cause = { chart = "pareto", draw = ["received"] }`.
pub(super) fn of_tables(file: &Section, problems: &Problems) -> Vec<Charted> {
    let Some(charts) = file.section(KEY, problems) else { return Vec::new() };
    let one = |(table, item): (&Placed<String>, &Item)| {
        let (found, draw) = match item {
            Item::Section(says) => {
                says.required_text(CHART, problems);
                let found = (read(says, problems), says.texts("draw", problems));
                says.finish(problems);
                found
            }
            item => {
                let word = item.text(problems)?;
                (chart(&word, problems).map(|chart| (chart, word.place)), Vec::new())
            }
        };
        let (chart, place) = found?;
        Some(Charted { table: table.clone(), chart, place, draw })
    };
    charts.entries().filter_map(one).collect()
}

impl Charted {
    /// Why the chart draws no table of the program's, whatever its columns are: tables with a row for each month are in
    /// reports of the book.
    fn cannot_draw_anywhere(&self) -> Option<Problem> {
        if self.chart == Chart::Control {
            let problem = Problem::new(self.place.clone(), Text::ControlNeedsTime.label());
            return Some(problem.help(Text::ControlNeedsTimeDo));
        }
        self.draw
            .get(1)
            .filter(|_| self.chart.is_of_one())
            .map(|further| draws_one(self.chart, &further.value, &self.place))
    }

    fn put(&self, table: &mut Table) {
        table.chart = Some(self.chart);
        table.draw = self.draw.iter().map(|name| name.value.clone()).collect();
    }
}

/// Sets the charts of the tables of a computed report.
pub(super) fn put(charts: &[Charted], report: &mut Report) {
    for (name, table) in report.tables_mut() {
        if let Some(charted) = charts.iter().find(|charted| charted.table.value == name) {
            charted.put(table);
        }
    }
}

/// The problems of charts that cannot draw anything, found by these trial runs of the report.
pub(super) fn undrawable(charts: &[Charted], report: &Definition, made: &[Report]) -> Vec<Problem> {
    let problem = |charted: &Charted| {
        let name = charted.table.value.as_str();
        let tables = || made.iter().flat_map(Report::tables);
        let Some((_, table)) = tables().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = tables().map(|(known, _)| known).collect();
            let beside =
                |(sometimes, always): &(&str, &str)| Some(format!("{always}{}", name.strip_prefix(sometimes)?));
            let beside = report.sometimes.iter().find_map(beside);
            let is_known = beside.is_some_and(|beside| names.contains(&beside.as_str()));
            return match is_known {
                true => charted.cannot_draw_anywhere(),
                false => Some(unknown(report.name, &charted.table, &names)),
            };
        };
        let numbers = || table.columns.iter().skip(1).filter(|column| column.kind.is_number());
        let wrong = charted.draw.iter().find(|draw| !numbers().any(|column| column.is_of(&draw.value)));
        if let Some(wrong) = wrong {
            let is_there = table.columns.iter().any(|column| column.is_of(&wrong.value));
            let message = match is_there {
                true => label!(Text::ChartOfWords, name = wrong.value),
                false => label!(Text::NoColumn, kind = name, name = wrong.value),
            };
            let numbers: Vec<&str> = numbers().map(|column| column.name.as_str()).collect();
            let near = nearest(&wrong.value, numbers.iter().copied()).map(did_you_mean);
            let help = near.unwrap_or_else(|| label!(Text::ChartColumnsAre, names = numbers.join(", ")));
            return Some(Problem::new(wrong.place.clone(), message).help(help));
        }
        let mut table = table.clone();
        charted.put(&mut table);
        cannot_draw(&table, &charted.place)
    };
    charts.iter().filter_map(problem).collect()
}

fn unknown(report: &str, table: &Placed<String>, names: &[&str]) -> Problem {
    let mut known: Vec<&str> = Vec::new();
    names.iter().for_each(|name| {
        if !known.contains(name) {
            known.push(name)
        }
    });
    let help = match nearest(&table.value, known.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => label!(Text::WriteOneOf, names = known.join(", ")),
    };
    Problem::new(table.place.clone(), label!(Text::NoTableOf, report = report, name = table.value)).help(help)
}

/// The problem of a chart that draws one column and has a further one.
pub(super) fn draws_one(chart: Chart, further: &str, place: &Place) -> Problem {
    let help = if chart.adds_up() { Text::DrawsOneSumDo } else { Text::DrawsOneDo };
    Problem::new(place.clone(), label!(Text::DrawsOne, chart = chart.name(), name = further)).help(help)
}

/// Why the chart of a table cannot draw its columns. `place` is the place in the file that asks for it.
pub(super) fn cannot_draw(table: &Table, place: &Place) -> Option<Problem> {
    let chart = table.chart?;
    let drawn: Vec<&Column> = table.drawn().into_iter().filter_map(|at| table.columns.get(at)).collect();
    let problem = |message: Label, help: Text| Some(Problem::new(place.clone(), message).help(help));
    let name = chart.name();
    let Some(first) = drawn.first() else {
        return problem(label!(Text::ChartOfNothing, chart = name), Text::ChartOfNothingDo);
    };
    if let Some(further) = table.draw.get(1).filter(|_| chart.is_of_one()) {
        return Some(draws_one(chart, further, place));
    }
    if chart == Chart::Stacked && drawn.iter().any(|column| column.kind != first.kind) {
        let names: Vec<&str> = drawn.iter().map(|column| column.name.as_str()).collect();
        return problem(label!(Text::ChartOfUnits, chart = name, names = names.join(", ")), Text::ChartOfUnitsDo);
    }
    let share = drawn.iter().find(|column| chart.adds_up() && column.kind == ColumnType::Percent);
    if let Some(share) = share {
        return problem(label!(Text::NotAdded, chart = name, name = share.name), Text::NotAddedDo);
    }
    let limits = [Chart::MEAN, Chart::LOW, Chart::HIGH, Chart::SIGNAL];
    let is_there = |name: &&str| table.columns.iter().any(|column| column.name == **name);
    match chart == Chart::Control && !limits.iter().all(is_there) {
        true => problem(Text::ControlNeedsTime.label(), Text::ControlNeedsTimeDo),
        false => None,
    }
}
