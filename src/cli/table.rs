//! Tables of commands: the same neutral model as reports, rendered for the user.

use super::context::Context;
use super::failure::Failure;
use crate::book::View;
use crate::locale::Label;
use crate::locale::messages::RecordText as Text;
use crate::model::{Cell, Column, Facts, Report, Role, Table};
use crate::render::{Options, format};

/// What a report of this view was made from.
pub fn facts(view: &View<'_>) -> Facts {
    let settings = &view.policy().settings;
    Facts {
        book: Some(settings.name.clone()),
        commit: Some(view.commit().to_string()),
        moment: Some(view.now()),
        asked: None,
        currency: Some(settings.currency.clone()),
    }
}

/// How to render for the user.
pub fn options(context: &Context) -> Options {
    Options { lang: context.lang, width: context.terminal.width, colour: context.colour(), ..Options::default() }
}

/// Prints one table with a title, for people.
///
/// # Errors
/// If the table does not fit its columns.
pub fn print(context: &mut Context, name: &str, title: impl Into<Label>, table: Table) -> Result<(), Failure> {
    let title = title.into();
    let mut report = Report::new(name, Label::default(), Facts::default());
    report.table(name, title, table);
    show(context, &report)
}

/// Prints one table with a title for people. On a terminal each row has this many lines, however long its texts are.
///
/// # Errors
/// If the table does not fit its columns.
pub fn brief(
    context: &mut Context,
    name: &str,
    title: impl Into<Label>,
    table: Table,
    lines: usize,
) -> Result<(), Failure> {
    let mut report = Report::new(name, Label::default(), Facts::default());
    report.table(name, title, table);
    let lines = context.terminal.output.then_some(lines);
    show_with(context, &report, &Options { lines, ..options(context) })
}

/// A list for a user at a terminal. If `numbered`, its rows get numbers that the user can type. Columns that are
/// empty in every row are left out, except those in `keep`. Elsewhere the table stays as it is.
pub fn listed(context: &Context, mut table: Table, keep: &[&str], numbered: bool) -> Table {
    if !context.terminal.output {
        return table;
    }
    let filled = |at: usize| table.rows.iter().any(|row| !matches!(row.cells.get(at), None | Some(Cell::Empty)));
    let kept: Vec<bool> =
        (0..).zip(&table.columns).map(|(at, column)| keep.contains(&column.name.as_str()) || filled(at)).collect();
    let stays = |at: &usize| kept.get(*at).copied().unwrap_or(true);
    let thin = |(at, value)| Some(value).filter(|_| stays(&at));
    table.columns = table.columns.into_iter().enumerate().filter_map(thin).collect();
    for row in table.rows.iter_mut().filter(|row| !row.role.spans()) {
        let cells = std::mem::take(&mut row.cells);
        row.cells = cells.into_iter().enumerate().filter(|(at, _)| stays(at)).map(|(_, cell)| cell).collect();
    }
    if context.terminal.input && numbered {
        table.columns.insert(0, Column::count("row", Text::ColumnRow));
        for (number, row) in (1..).zip(table.rows.iter_mut().filter(|row| row.role == Role::Body)) {
            row.cells.insert(0, Cell::Count(number));
        }
    }
    table
}

/// Prints a report as text, unless JSON was asked for.
///
/// # Errors
/// If the report does not fit together.
pub fn show(context: &mut Context, report: &Report) -> Result<(), Failure> {
    show_with(context, report, &options(context))
}

/// The same with options of its own.
///
/// # Errors
/// If the report does not fit together.
pub(super) fn show_with(context: &mut Context, report: &Report, options: &Options) -> Result<(), Failure> {
    if context.flags.json {
        return Ok(());
    }
    let text = format("text").and_then(|text| text.render(report, options));
    let bytes = text.map_err(|error| Failure::unreadable("render", error.label()))?;
    context.out.bytes(&bytes);
    Ok(())
}
