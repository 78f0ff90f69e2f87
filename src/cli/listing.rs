//! The output of commands that list: `--format`, `-o`, and the one way in which a list becomes text, a file, ids or
//! data for scripts.

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use super::context::Context;
use super::failure::Failure;
use super::output::{check_writable, write_file};
use super::{opener, table};
use crate::book::{Part, View};
use crate::calendar::Moment;
use crate::locale::messages::{CliText, FormText, RenderText, ReportText};
use crate::locale::{Label, Lang};
use crate::model::{Facts, Report, Table};
use crate::render::{self, Agenda, Format, List, Options, RenderError};
use crate::{label, say};

/// Where a list goes, and how. A command that lists has these arguments beside its own.
#[derive(Debug, Default, clap::Args)]
pub struct Form {
    /// The format: {formats}; without it what the extension of the file says, else text
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Write to a file instead of the screen; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The same for a list that can be opened in the program that the desktop has for it.
#[derive(Debug, Default, clap::Args)]
pub struct OpenForm {
    #[command(flatten)]
    form: Form,
    /// Open the file; without -o and --format it is a page in this folder that is named like the command: list.html
    #[arg(long)]
    open: bool,
}

/// A format and a destination that fit together.
#[derive(Debug)]
pub struct Way {
    format: &'static Format,
    /// `None` means standard output.
    file: Option<PathBuf>,
    /// Whether the file is opened when it is written.
    opens: bool,
    /// What was asked for, as it was typed. `None` means everything.
    asked: Option<String>,
}

/// What a command lists.
#[derive(Debug)]
pub struct Listing {
    /// The command.
    pub command: &'static str,
    /// The title of the table.
    pub title: Label,
    /// Every row, with every column.
    pub table: Table,
    /// The table for a screen. `None` if it is the same one.
    pub screen: Option<Table>,
    /// How many lines a row has on a screen.
    pub lines: usize,
    /// Whether rows can be referred to by their number.
    pub numbered: bool,
    /// The columns that a screen shows even if they are empty in every row.
    pub keep: Vec<String>,
    /// Whether `--fields` chooses the columns.
    pub chooses: bool,
    /// The data of each row for scripts. It is used only if [`Way::takes_data`].
    pub data: Vec<Json>,
    /// How many rows there are in all, if the list may be cut.
    pub total: Option<u64>,
    /// What `--quiet` prints, one line each. `None` if rows have no names.
    pub ids: Option<Vec<String>>,
}

impl Form {
    /// The format that is named.
    pub fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }

    /// The file that is named. `None` means standard output.
    pub fn file(&self) -> Option<PathBuf> {
        self.output.clone().filter(|file| file != Path::new(STANDARD))
    }

    /// Whether `-o -` names standard output.
    pub fn is_to_standard(&self) -> bool {
        self.output.is_some() && self.file().is_none()
    }

    /// Checks that format and file fit together, before anything is read.
    ///
    /// # Errors
    /// If there is no such format, it is one for calendars, or `--json` is given with another one.
    pub fn way(&self, context: &mut Context) -> Result<Way, Failure> {
        self.fit(None, context)?.of_records()
    }

    /// What fits together. `opened` is the command whose list is opened.
    fn fit(&self, opened: Option<&str>, context: &mut Context) -> Result<Way, Failure> {
        if opened.is_some() && self.is_to_standard() {
            return Err(Failure::usage("nothing-to-open", FormText::NothingToOpen));
        }
        let file = self.file();
        let page = opened.filter(|_| self.format.is_none() && file.is_none()).map(|_| PAGE);
        let format = named(page.or(self.format.as_deref()), file.as_deref())?;
        let file = file.or_else(|| opened.map(|command| format!("{command}.{}", format.extension).into()));
        if context.flags.json && self.format.is_some() && file.is_none() && format.name != JSON {
            let other = format!("--format {}", format.name);
            return Err(Failure::usage("two-formats", label!(CliText::Conflict, argument = "--json", other = other)));
        }
        fits(context, format, file.as_deref())?;
        if format.name == JSON && file.is_none() {
            context.answer_scripts();
        }
        Ok(Way { format, file, opens: opened.is_some(), asked: None })
    }
}

impl OpenForm {
    /// Checks that format and file fit together, before anything is read. `command` is the one that lists.
    ///
    /// # Errors
    /// If there is no such format, it is one for calendars, `--json` is given with another one, or `--open` with
    /// standard output.
    pub fn way(&self, command: &str, context: &mut Context) -> Result<Way, Failure> {
        self.way_of_agenda(command, context)?.of_records()
    }

    /// The same for a list of what falls due, which may be written for calendars.
    ///
    /// # Errors
    /// If there is no such format, `--json` is given with another one, or `--open` with standard output.
    pub fn way_of_agenda(&self, command: &str, context: &mut Context) -> Result<Way, Failure> {
        self.form.fit(self.open.then_some(command), context)
    }
}

const TEXT: &str = "text";
const JSON: &str = "json";
/// The format of a list that is opened, if none is named.
const PAGE: &str = "html";
/// The file name that means standard output.
pub const STANDARD: &str = "-";

/// The format that `--format` names, otherwise that of the file's extension, otherwise text.
///
/// # Errors
/// If there is no such format, or the extension belongs to none.
pub fn named(format: Option<&str>, file: Option<&Path>) -> Result<&'static Format, Failure> {
    let unknown = |error: RenderError| Failure::usage("no-format", error.label()).hint_if(error.hint());
    match (format, file) {
        (Some(name), _) => render::format(name).map_err(unknown),
        (None, Some(file)) => render::format_of_file(&file.to_string_lossy()).ok_or_else(|| {
            let failure = Failure::usage("no-format", label!(ReportText::UnknownExtension, file = file.display()));
            failure.hint(label!(RenderText::FormatsAre, names = render::names()))
        }),
        (None, None) => render::format(TEXT).map_err(unknown),
    }
}

impl Way {
    fn of_records(self) -> Result<Way, Failure> {
        match self.is_for_calendars() {
            true => Err(Failure::usage("no-format", RenderError::NoAgenda.label())),
            false => Ok(self),
        }
    }

    /// Opens the file that was written, if that was asked for.
    fn open(&self, context: &mut Context, file: &Path) {
        if self.opens && !context.flags.dry_run {
            opener::open(context, file);
        }
    }

    /// The same with the words that say what is listed. A page has them in its head.
    #[must_use]
    pub fn of<'w>(self, words: impl IntoIterator<Item = &'w str>) -> Way {
        let asked = words.into_iter().collect::<Vec<_>>().join(" ");
        Way { asked: (!asked.is_empty()).then_some(asked), ..self }
    }

    /// Whether the list is written from [`Listing::data`].
    pub fn takes_data(&self, context: &Context) -> bool {
        context.flags.json || self.format.takes_data()
    }

    /// Whether it is written for calendars. [`agenda`] takes it then.
    pub fn is_for_calendars(&self) -> bool {
        self.format.is_for_calendars()
    }

    /// Whether people read it, so that an empty list prints nothing.
    pub fn is_text(&self) -> bool {
        self.file.is_none() && self.format.name == TEXT
    }

    /// Whether people read it on a screen.
    pub fn is_on_screen(&self, context: &Context) -> bool {
        context.terminal.output && !context.flags.json && self.is_text()
    }
}

/// Writes a list in its format to its destination. A text without rows is not written: the command says something
/// then.
///
/// # Errors
/// If the table does not fit its columns, or the file cannot be written.
pub fn write<'v, 'b: 'v>(
    context: &mut Context,
    view: impl Into<Option<&'v View<'b>>>,
    way: &Way,
    listing: Listing,
) -> Result<(), Failure> {
    if way.file.is_none() && context.flags.json {
        context.out.data(Json::Array(listing.data));
        if let Some(total) = listing.total {
            context.out.total(total);
        }
        return Ok(());
    }
    if way.is_text() {
        return text(context, listing);
    }
    let Listing { command, title, table: rows, data, total, .. } = listing;
    let count = rows.body().count().max(data.len());
    let view = view.into();
    let facts = match view.filter(|_| way.format.heads_lists()) {
        Some(view) => Facts { asked: way.asked.clone(), ..table::facts(view) },
        None => Facts::default(),
    };
    let mut report = Report::new(command, Label::default(), facts);
    report.table(command, title, rows);
    let list = List { command, report: &report, data: &data, total };
    let options = for_file(context.lang, view, way.file.is_some());
    let cannot = |error: RenderError| Failure::unreadable("render", error.label());
    let bytes = way.format.render_list(&list, &options).map_err(cannot)?;
    let Some(file) = &way.file else {
        to_output(context, way.format, &bytes);
        return Ok(());
    };
    to_file(context, file, &bytes)?;
    context.out.data(json!({ "file": file.display().to_string(), "count": count }));
    way.open(context, file);
    Ok(())
}

/// Writes what falls due, for calendars.
///
/// # Errors
/// If the file cannot be written.
pub fn agenda(context: &mut Context, way: &Way, agenda: &Agenda) -> Result<(), Failure> {
    let bytes = agenda.written();
    let Some(file) = &way.file else {
        context.out.bytes(&bytes);
        return Ok(());
    };
    to_file(context, file, &bytes)?;
    context.out.data(json!({ "file": file.display().to_string(), "count": agenda.entries.len() }));
    way.open(context, file);
    Ok(())
}

fn text(context: &mut Context, listing: Listing) -> Result<(), Failure> {
    context.page();
    if let Some(ids) = listing.ids.filter(|_| context.flags.quiet) {
        ids.iter().for_each(|id| context.out.line(id));
        return Ok(());
    }
    if listing.table.rows.is_empty() {
        return Ok(());
    }
    let on_screen = context.terminal.output;
    let table = listing.screen.filter(|_| on_screen).unwrap_or(listing.table);
    let keep: Vec<&str> = listing.keep.iter().map(String::as_str).collect();
    let table = table::listed(context, table, &keep, listing.numbered);
    let lines = on_screen.then_some(listing.lines);
    let options = Options { lines, chooses: listing.chooses, ..table::options(context) };
    let mut report = Report::new(listing.command, Label::default(), Facts::default());
    report.table(listing.command, listing.title, table);
    table::show_with(context, &report, &options)
}

/// How to render for a file, or for a program that reads standard output. A file in Chinese gets a byte order
/// mark, because a spreadsheet without it would not read UTF-8 and would garble the text.
pub fn for_file<'v, 'b: 'v>(lang: Lang, view: impl Into<Option<&'v View<'b>>>, is_file: bool) -> Options {
    let of_book = view.into().map(|view| view.policy().settings.lang);
    let chinese = lang == Lang::Zh || of_book == Some(Lang::Zh);
    Options { lang, excel: is_file && chinese, ..Options::default() }
}

/// Looks whether a format can go to where it is to go: a terminal shows no workbook.
///
/// # Errors
/// It cannot.
pub fn fits(context: &Context, format: &Format, file: Option<&Path>) -> Result<(), Failure> {
    if !format.binary || file.is_some() || !context.terminal.output || context.flags.json {
        return Ok(());
    }
    let failure = Failure::usage("terminal", label!(RenderText::NotOnTerminal, format = format.name));
    Err(failure.hint(label!(RenderText::NotOnTerminalDo, extension = format.extension)))
}

/// Writes to standard output, bytes that are no text as they are.
pub fn to_output(context: &mut Context, format: &Format, bytes: &[u8]) {
    if format.binary {
        context.out.file(bytes);
    } else {
        context.out.bytes(bytes);
    }
}

/// Refuses to write over the book: its records, rules and attachments, and what git keeps there.
///
/// # Errors
/// If the file is one of these, or could be one.
pub fn check_target(context: &Context, file: &Path) -> Result<(), Failure> {
    let Some(book) = context.book.get() else { return Ok(()) };
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    let beside = || {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(real(folder)?.join(file.file_name()?))
    };
    // where there is no such folder, writing says so
    let Some(place) = real(file).or_else(beside) else { return Ok(()) };
    let of_git = [book.repo().git_dir(), book.repo().common_dir()];
    let of_git = of_git.into_iter().filter_map(real).any(|folder| place.starts_with(folder));
    let within =
        book.repo().top().and_then(real).and_then(|top| place.strip_prefix(top).ok()?.to_str().map(str::to_owned));
    let of_book = match within {
        // .gitattributes and the like
        Some(path) if path.starts_with(".git") => true,
        Some(path) => book.view(None, Moment::default())?.part(&path) != Part::Other,
        None => false,
    };
    match of_git || of_book {
        true => {
            let message = label!(CliText::WouldReplaceBook, file = file.display());
            Err(Failure::refused("book-file", message).hint(CliText::WouldReplaceBookHint))
        }
        false => Ok(()),
    }
}

/// Looks, before a command does what it cannot take back, whether a file can be written at its end. `reads` are the
/// files that the command reads.
///
/// # Errors
/// If it is a file of the book or one of `reads`, or cannot be written.
pub fn check_output(context: &Context, file: &Path, reads: &[&Path]) -> Result<(), Failure> {
    check_target(context, file)?;
    let real = std::fs::canonicalize(file).ok();
    if real.is_some() && reads.iter().any(|read| std::fs::canonicalize(read).ok() == real) {
        let message = label!(CliText::WouldReplaceInput, file = file.display());
        return Err(Failure::refused("input-file", message).hint(CliText::WouldReplaceBookHint));
    }
    check_writable(file)
}

/// Writes a file, or says that it would be written.
///
/// # Errors
/// If it cannot be written.
pub fn to_file(context: &mut Context, file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    check_target(context, file)?;
    // a path counts from the folder in which the command was typed, as the shell means it
    let said = match context.flags.dry_run {
        true => say!(context.lang, ReportText::FileWouldBe, file = file.display()),
        false => {
            write_file(file, bytes)?;
            say!(context.lang, ReportText::FileWritten, file = file.display())
        }
    };
    context.out.aside(&said);
    Ok(())
}
