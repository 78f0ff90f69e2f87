//! Tables of commands: the same neutral model as reports, rendered for whoever reads.

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use crate::book::View;
use crate::locale::Label;
use crate::render::{Options, format};
use crate::report::model::{Facts, Report, Table};

/// What a report of this view was made from.
pub fn facts(view: &View<'_>) -> Facts {
    let settings = &view.policy().settings;
    Facts {
        book: Some(settings.name.clone()),
        commit: Some(view.commit().to_string()),
        moment: Some(view.now()),
        currency: Some(settings.currency.clone()),
    }
}

/// How to render for whoever reads.
pub fn options(context: &Context) -> Options {
    Options { lang: context.lang, width: context.terminal.width, colour: context.colour(), ..Options::default() }
}

/// Prints one table with a title, for people.
///
/// # Errors
/// The table does not fit its columns.
pub fn print(context: &mut Context, name: &str, title: impl Into<Label>, table: Table) -> Result<(), Failure> {
    let title = title.into();
    let mut report = Report::new(name, Label::default(), Facts::default());
    report.table(name, title, table);
    show(context, &report)
}

/// Prints a report as text, where no JSON was asked for.
///
/// # Errors
/// The report does not fit together.
pub fn show(context: &mut Context, report: &Report) -> Result<(), Failure> {
    if context.flags.json {
        return Ok(());
    }
    let text = format("text").and_then(|text| text.render(report, &options(context)));
    let bytes = text.map_err(|error| Failure::plain(Exit::Unreadable, "render", error))?;
    context.out.bytes(&bytes);
    Ok(())
}
