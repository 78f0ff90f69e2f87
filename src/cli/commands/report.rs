//! `redress report [NAME [PERIOD]]`: figures with their definitions, or the list of reports.

mod close;
mod own;

use std::path::{Path, PathBuf};

use serde_json::{Value as Json, json};

use self::close::Remade;
use self::own::Own;
use crate::book::View;
use crate::calendar::{Every, Period};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::{listing, naming, table};
use crate::gather::BookSource;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{CliText, LanguageText, RecordText, ReportText as Text};
use crate::model::{Body, Cell, Column, Level, Report, Section, Table};
use crate::place::toml::nearest;
use crate::render::{self, Format, Options};
use crate::report::language::{Library, Maker, Plan};
use crate::report::{Definition, REPORTS, named};

/// Make a report over a period, or list the reports
///
/// Every figure says what it means and of what it was computed. The same commit and the same `--now` give the same bytes;
/// `--at` makes the report of an earlier book. A report whose figures do not add up, or from which unreadable records are
/// missing, says so and ends with exit code 1.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The report; without it they are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The period: 2026, 2026-q3, 2026-10, 2026-w45, 2026-10-05, last-month, A..B; without it the last that has ended
    #[arg(value_name = "PERIOD")]
    period: Option<String>,
    /// The format: text, md, csv, json, ndjson; without it what the extension of the file says, else text
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// Write to a file instead of the screen; - is standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// One table alone, as CSV unless another format is named: a line of headings and the rows
    #[arg(long, value_name = "NAME", requires = "name")]
    table: Option<String>,
    /// List the records behind a figure, in a row of a table where @ROW says which: on-time, on-time@phone
    #[arg(long, value_name = "FIGURE[@ROW]", requires = "name")]
    records: Option<String>,
    /// Only what this person did, in reports that list steps: daily
    #[arg(long = "for", value_name = "PERSON", id = "of", requires = "name")]
    of: Option<String>,
    /// Close the month: keep the report in the book as it is now
    #[arg(long, requires = "name", conflicts_with_all = ["format", "output", "table", "records", "of"])]
    close: bool,
    /// With --close: why the month is closed though something is left to do
    #[arg(short = 'm', long, value_name = "TEXT", requires = "close")]
    message: Option<String>,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "report",
    group: Group::Reports,
    zh: "生成某一期间的报表，或列出报表\n\n每一指标都附定义与计算依据。同一提交、同一 `--now` 产生的字节完全相同；用 `--at` 可生成过去台账的报表。若勾稽关系不成立，或有记录无法读取而未计入，报表会注明，并以退出码 1 结束。",
    zh_args: &[
        ("name", "报表；不写则列出全部"),
        ("period", "期间：2026、2026-q3、2026-10、2026-w45、2026-10-05、last-month、A..B；不写则为最近已结束的期间"),
        ("format", "格式：text、md、csv、json、ndjson；不写则依文件扩展名，否则为 text"),
        ("output", "写入文件而不显示；- 为标准输出"),
        ("table", "只输出一张表，默认为 CSV：一行表头和各行数据"),
        ("of", "只列该人办理的步骤，用于列出步骤的报表：daily"),
        ("close", "封存该月：将报表按现状保存在台账中"),
        ("message", "与 --close 同用：尚有未完成事项而仍要封存的原因"),
        ("records", "列出某一指标所依据的记录；加 @行 则为表中该行：on-time、on-time@phone"),
    ],
    examples: &[
        Example { line: "redress report", en: "which reports there are", zh: "有哪些报表" },
        Example {
            line: "redress report monthly",
            en: "last month's statistics",
            zh: "redress report 月报\n上月统计表",
        },
        Example {
            line: "redress report monthly 2026-q3 -o q3.csv",
            en: "a quarter, for a spreadsheet",
            zh: "redress report 月报 2026年第三季度 -o 三季度.csv\n一个季度，供电子表格使用",
        },
        Example {
            line: "redress report overdue --table overdue",
            en: "one table for another program",
            zh: "一张表，供其他程序使用",
        },
        Example {
            line: "redress report overdue --at 2026-10-31",
            en: "what was overdue at the end of October",
            zh: "十月底的逾期清单",
        },
        Example {
            line: "redress report inquiries 2026-10 --records on-time@phone",
            en: "the inquiries by phone behind a figure",
            zh: "某一指标所依据的电话咨询",
        },
        Example {
            line: "redress report monthly 2026-10 --close",
            en: "keep October's statistics as they are now",
            zh: "封存十月统计表",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let Some(word) = &args.name else { return list(context) };
    let file = args.output.clone().filter(|file| file != Path::new(listing::STANDARD));
    let format = match (&args.table, &args.format, &file) {
        (Some(_), None, None) => listing::named(Some(PLAIN), None)?,
        _ => listing::named(args.format.as_deref(), file.as_deref())?,
    };
    let session = Session::open(context)?;
    let view = session.view(context)?;
    if args.close {
        let (name, period) = chosen(word, args.period.as_deref(), &view)?;
        let make = |view: &View<'_>| whole(&name, &period, view);
        let remade = Remade { name: &name, period: &period, make: &make };
        return close::close(&remade, args.message.as_deref(), (&session, context));
    }
    let source = BookSource::new(&view, table::facts(&view));
    let (mut made, name, period) = match named(word) {
        Some(report) => {
            if args.of.is_some() {
                return Err(Failure::usage("no-steps", label!(LanguageText::NoSteps, name = report.name)));
            }
            let period = period(report, args.period.as_deref(), &view)?;
            let made = match &args.records {
                Some(figure) => {
                    let none = || Failure::usage("no-records", label!(LanguageText::NoRecords, name = report.name));
                    own::told(report.records(&source, &period, figure).ok_or_else(none)??)?
                }
                None => report.make(&source, &period)?,
            };
            (made, report.name.to_owned(), period)
        }
        None => {
            let own = Own::of(&view)?;
            let found = own.find(word)?;
            let plan = found.ok_or_else(|| unknown(word, args.period.as_deref(), &own.reports))?;
            let period = of_plan(plan, args.period.as_deref(), &view)?;
            let person = args.of.as_deref().map(|word| naming::person(&view, word)).transpose()?;
            if person.is_some() && !plan.lists_steps() {
                return Err(Failure::usage("no-steps", label!(LanguageText::NoSteps, name = plan.head.name)));
            }
            let made = match &args.records {
                Some(figure) => own::records(&Maker::new(plan, &source, &period).of(person.as_ref()), figure)?,
                None => own.reports.make(plan, &source, &period, person.as_ref())?,
            };
            (made, plan.head.name.clone(), period)
        }
    };
    if args.records.is_none() && args.of.is_none() {
        let make = |view: &View<'_>| whole(&name, &period, view);
        close::tell(&mut made, &Remade { name: &name, period: &period, make: &make }, (&session, &view))?;
    }
    // the process ends with the report: to take thousands of records apart first would cost it some ten milliseconds
    std::mem::forget(source);
    for note in made.notes.iter().filter(|note| note.level == Level::Error) {
        context.out.warn("incomplete", note.text.clone());
    }
    if made.broken().next().is_some() {
        context.out.warn("identity", Text::DoesNotHold);
    }
    let level = made.level();
    let section = args.table.as_deref().map(|name| only(&mut made, name)).transpose()?;
    if context.flags.json {
        context.out.data(render::value(&made));
    }
    write(context, &view, &made, section, format, file.as_deref())?;
    Ok(if level == Some(Level::Error) { Exit::Refused } else { Exit::Done })
}

/// The name of the report that a word means, and its period.
fn chosen(word: &str, period_word: Option<&str>, view: &View<'_>) -> Result<(String, Period), Failure> {
    if let Some(report) = named(word) {
        return Ok((report.name.to_owned(), period(report, period_word, view)?));
    }
    let own = Own::of(view)?;
    let plan = own.find(word)?.ok_or_else(|| unknown(word, period_word, &own.reports))?;
    Ok((plan.head.name.clone(), of_plan(plan, period_word, view)?))
}

/// A report of a commit, by the report's file of that commit.
fn whole(name: &str, period: &Period, view: &View<'_>) -> Result<Report, Failure> {
    let source = BookSource::new(view, table::facts(view));
    if let Some(report) = named(name) {
        return Ok(report.make(&source, period)?);
    }
    let own = Own::of(view)?;
    let plan = own.find(name)?.ok_or_else(|| unknown(name, None, &own.reports))?;
    Ok(own.reports.make(plan, &source, period, None)?)
}

/// The period that a report of the book covers where a word names it, else its usual one.
fn of_plan(plan: &Plan, text: Option<&str>, view: &View<'_>) -> Result<Period, Failure> {
    let today = view.today();
    let none = || Failure::usage("no-period", label!(Text::NoPeriodHere, name = plan.head.name));
    let found = match (plan.head.every, text) {
        (None, Some(_)) => None,
        (_, Some(text)) => {
            let named = Period::parse(text, today).map_err(|error| Failure::usage("no-period", error.label()))?;
            plan.covering(named)
        }
        (_, None) => plan.usual(today),
    };
    found.ok_or_else(none)
}

/// The period that a word names, else the one that the report is usually made for.
///
/// # Errors
/// The word is not a period, or the report has none.
pub(super) fn period(report: &Definition, text: Option<&str>, view: &View<'_>) -> Result<Period, Failure> {
    let today = view.today();
    let parse = |text: &str| Period::parse(text, today).map_err(|error| Failure::usage("no-period", error.label()));
    match (report.every, text) {
        (None, Some(_)) => Err(Failure::usage("no-period", label!(Text::NoPeriodHere, name = report.name))),
        (None, None) => parse("today"),
        (Some(_), Some(text)) => parse(text),
        (Some(every), None) => match Period::default_of(every, today) {
            Some(period) => Ok(period),
            None => parse("today"),
        },
    }
}

fn write(
    context: &mut Context,
    view: &View<'_>,
    report: &Report,
    section: Option<String>,
    format: &Format,
    file: Option<&Path>,
) -> Result<(), Failure> {
    let cannot = |error: render::RenderError| Failure::unreadable("render", error.label());
    let for_file = Options { section, ..listing::for_file(context.lang, view, file.is_some()) };
    if let Some(file) = file {
        return listing::to_file(context, file, &format.render(report, &for_file).map_err(cannot)?);
    }
    if !context.flags.json {
        // for a machine nothing is wrapped or coloured
        let options = if format.name == "text" { table::options(context) } else { for_file };
        context.page();
        context.out.bytes(&format.render(report, &options).map_err(cannot)?);
    }
    Ok(())
}

/// The format of a single table where none is named.
const PLAIN: &str = "csv";

/// Leaves one table of a report, which is named by its name or its title, and gives its name.
///
/// # Errors
/// The report has no such table.
fn only(report: &mut Report, word: &str) -> Result<String, Failure> {
    let is_table = |section: &Section| matches!(section.body, Body::Table(_));
    let tables = || report.sections.iter().filter(|section| is_table(section));
    let named = tables().find(|section| section.name == word).or_else(|| tables().find(|s| s.title.matches(word)));
    let Some(name) = named.map(|section| section.name.clone()) else {
        let names: Vec<&str> = tables().map(|section| section.name.as_str()).collect();
        let failure = Failure::missing("no-table", label!(Text::NoTable, name = word, report = report.name));
        return Err(match names.is_empty() {
            true => failure.hint(Text::TablesNone),
            false => failure.hint(label!(Text::TablesAre, names = names.join(", "))),
        });
    };
    report.sections.retain(|section| section.name == name && is_table(section));
    Ok(name)
}

/// The report that is meant where somebody names a period alone.
const USUAL: &str = "monthly";

fn unknown(word: &str, period: Option<&str>, library: &Library) -> Failure {
    // Whatever day it is, the same words are a period.
    let is_period = Period::parse(word, chrono::NaiveDate::default()).is_ok();
    let known = |name: &&str| named(name).is_some() || library.find(name).is_some();
    let name = period.filter(known).unwrap_or(USUAL);
    let names = || REPORTS.iter().map(|report| report.name).chain(library.ready().map(|plan| plan.head.name.as_str()));
    let hint = match nearest(word, names()) {
        _ if is_period => label!(CliText::WriteInstead, command = format!("redress report {name} {word}")),
        Some(near) => label!(RecordText::DidYouMean, word = near),
        None => {
            let computed = REPORTS.iter().map(|report| Label::typed(report.name, &report.called()));
            let of_book = library.ready().map(|plan| Label::typed(&plan.head.name, &plan.head.called()));
            label!(Text::ReportsAre; names = Label::list(computed.chain(of_book)))
        }
    };
    Failure::missing("no-report", label!(Text::NoReport, name = word)).hint(hint)
}

/// Every report that can be made here, computed ones and those of the book alike; what is wrong with one of the book is a warning.
fn list(context: &mut Context) -> Result<Exit, Failure> {
    let session = Session::open(context).ok();
    let view = session.as_ref().and_then(|session| session.view(context).ok());
    let own = view.as_ref().map(Own::of).transpose()?;
    let mut rows = Table::new([
        Column::label("name", Text::ReportName),
        Column::label("title", Text::ReportTitle),
        Column::label("period", Text::Usually),
        Column::label("about", Text::ReportAbout),
    ]);
    let mut data = Vec::new();
    let computed = REPORTS
        .iter()
        .map(|report| (report.name, report.called(), report.title.label(), report.every, report.about.label()));
    let library = own.as_ref().map(|own| &own.reports);
    let of_book = library.into_iter().flat_map(Library::ready).map(|plan| {
        let head = &plan.head;
        (head.name.as_str(), head.called(), head.label.clone(), head.every, head.about.clone())
    });
    for (name, called, title, every, about) in computed.chain(of_book) {
        data.push(json!({ "name": name, "title": render::label(&title), "period": every.map(Every::name) }));
        rows.row([called, title, usual(every), about].map(Cell::Label));
    }
    for problem in library.into_iter().flat_map(Library::problems) {
        context.out.warn("report", problem.line());
    }
    context.out.data(Json::Array(data));
    table::print(context, "reports", Text::Reports, rows)?;
    Ok(Exit::Done)
}

fn usual(every: Option<Every>) -> Label {
    let text = match every {
        Some(Every::Day) => Text::EveryDay,
        Some(Every::Week) => Text::EveryWeek,
        Some(Every::Month) => Text::EveryMonth,
        Some(Every::Quarter) => Text::EveryQuarter,
        Some(Every::Year) => Text::EveryYear,
        None => Text::OfNow,
    };
    text.label()
}
