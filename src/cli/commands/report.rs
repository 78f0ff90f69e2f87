//! `redress report [NAME [PERIOD]]`: figures with their definitions, or the list of reports.

mod chosen;
mod close;

use std::path::{Path, PathBuf};

use serde_json::json;

pub(super) use self::chosen::called;
use self::chosen::{Chosen, Part, Reports, Which};
use self::close::Remade;
pub(super) use self::close::{Doubted, doubted};
use crate::book::View;
use crate::calendar::{Every, Period};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::listing::{self, Form, Listing};
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::cli::{naming, opener, table};
use crate::gather::BookSource;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{FormText, ReportText as Text};
use crate::model::{Body, Cell, Column, Level, Report, Section, Table};
use crate::render::{self, Format, Options};
use crate::report::REPORTS;

/// Make a report over a period, or list the reports
///
/// Every figure says what it means and of what it was computed. The same commit and the same `--now` give the same
/// bytes; `--at` makes the report of an earlier book. A report whose figures do not add up, or from which unreadable
/// records are missing, says so and ends with exit code 1.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The report; without it they are listed
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The period: 2026, 2026-q3, 2026-10, 2026-w45, 2026-10-05, last-month, A..B; without it the last that has ended
    #[arg(value_name = "PERIOD")]
    period: Option<String>,
    /// Only the records that fit a filter, in reports that are files of the book: client=NAME
    #[arg(value_name = "FILTER", conflicts_with = "close")]
    filter: Vec<String>,
    #[command(flatten)]
    form: Form,
    /// Open the file; without -o and --format it is a page, NAME-PERIOD.html in this folder
    #[arg(long, requires = "name")]
    open: bool,
    /// One table alone for other programs, as plain CSV unless another format is named: a line of headings and the rows
    #[arg(long, value_name = "NAME", requires = "name")]
    table: Option<String>,
    /// List the records behind a figure, in a row of a table where @ROW says which: on-time, on-time@phone
    #[arg(long, value_name = "FIGURE[@ROW]", requires = "name")]
    records: Option<String>,
    /// Only what this person did, in reports that list steps: daily
    #[arg(long = "for", value_name = "PERSON", id = "of", requires = "name")]
    of: Option<String>,
    /// Close the month: keep the report in the book as it is now
    #[arg(long, requires = "name", conflicts_with_all = ["format", "output", "open", "table", "records", "of"])]
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
        ("filter", "只统计符合筛选条件的记录，用于台账自有的报表：client=NAME"),
        ("format", "格式：{formats}；不写则依文件扩展名，否则为 text"),
        ("output", "写入文件而不显示；- 为标准输出"),
        ("open", "写好后打开；未写 -o 和 --format 时为网页，即当前目录中的 NAME-期间.html"),
        ("table", "只输出一张表，供其他程序读取，默认为纯 CSV：一行表头和各行数据"),
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
            line: "redress report trends --open",
            en: "a page with charts, in the browser",
            zh: "redress report 趋势 --open\n带图表的网页，在浏览器中打开",
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
            line: "redress report after-sales 2026 client='East Lake'",
            en: "the archive of one client",
            zh: "redress report 售后档案 2026 client=东湖\n一家客户的售后档案",
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

fn run(mut args: Args, context: &mut Context) -> Result<Exit, Failure> {
    // a word with a comparison sign is no period
    if let Some(word) = args.period.take_if(|word| word.contains(COMPARES)) {
        args.filter.insert(0, word);
    }
    let Some(word) = &args.name else { return list(&args.form, context) };
    let file = args.form.file();
    if args.open && args.form.is_to_standard() {
        return Err(Failure::usage("nothing-to-open", FormText::NothingToOpen));
    }
    let format = match (&args.table, args.form.format(), &file) {
        (_, None, None) if args.open => listing::named(Some(PAGE), None)?,
        (Some(_), None, None) => listing::named(Some(PLAIN), None)?,
        (_, named, file) => listing::named(named, file.as_deref())?,
    };
    if !args.open {
        listing::fits(context, format, file.as_deref())?;
    }
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let reports = Reports::meant(word, &view)?;
    let chosen = reports.choose(word, args.period.as_deref(), &view)?;
    let make = |view: &View<'_>| again(&chosen, view);
    let remade = Remade { name: chosen.name(), called: chosen.called(), period: &chosen.period, make: &make };
    if args.close {
        return close::close(&remade, args.message.as_deref(), (&session, context));
    }
    let person = args.of.as_deref().map(|word| naming::person(&view, word)).transpose()?;
    let part = Part { person, filter: args.filter };
    let source = BookSource::new(&view, table::facts(&view));
    let mut made = match &args.records {
        Some(figure) => chosen.records(&source, &part, (figure, &view))?,
        None => chosen.make(&source, &part, &view)?,
    };
    if args.records.is_none() && part.is_all() {
        close::tell(&mut made, &remade, (&session, &view))?;
    }
    // the process ends with the report, and freeing thousands of records first would cost some ten milliseconds
    source.end();
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
    let file = file.or_else(|| args.open.then(|| file_of(&made, format)));
    write(context, &view, &made, section, format, file.as_deref())?;
    if let Some(file) = file.filter(|_| args.open && !context.flags.dry_run) {
        opener::open(context, &file);
    }
    Ok(if level == Some(Level::Error) { Exit::Refused } else { Exit::Done })
}

/// The signs that a term of a filter has, and that no period has.
const COMPARES: [char; 5] = ['=', '~', '<', '>', '＝'];

/// The report of another commit, by that commit's file of the report.
fn again(chosen: &Chosen<'_>, view: &View<'_>) -> Result<Report, Failure> {
    whole(chosen.name(), &chosen.period, view)
}

/// A report of a commit over a known period, by that commit's file of the report.
fn whole(name: &str, period: &Period, view: &View<'_>) -> Result<Report, Failure> {
    let reports = Reports::meant(name, view)?;
    let mut chosen = reports.choose(name, None, view)?;
    chosen.period = period.clone();
    chosen.make(&BookSource::new(view, table::facts(view)), &Part::default(), view)
}

/// The report at the end of a demonstration, over its usual period.
///
/// # Errors
/// If there is no such report, or it cannot be made.
pub(super) fn usual_report(name: &str, view: &View<'_>) -> Result<Report, Failure> {
    let reports = Reports::meant(name, view)?;
    reports.choose(name, None, view)?.make(&BookSource::new(view, table::facts(view)), &Part::default(), view)
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
    // a table alone is for other programs, which take a byte order mark and guards of digits for data
    let for_people = section.is_none() && file.is_some();
    let for_file = Options { section, ..listing::for_file(context.lang, view, for_people) };
    if let Some(file) = file {
        return listing::to_file(context, file, &format.render(report, &for_file).map_err(cannot)?);
    }
    if !context.flags.json {
        // output for a machine is not wrapped or coloured
        let options = if format.name == "text" { table::options(context) } else { for_file };
        if !format.binary {
            context.page();
        }
        listing::to_output(context, format, &format.render(report, &options).map_err(cannot)?);
    }
    Ok(())
}

/// The format of a single table if none is named.
const PLAIN: &str = "csv";
/// The format of a report that is opened, if none is named.
const PAGE: &str = "html";

/// The file of a report if none is named.
fn file_of(report: &Report, format: &Format) -> PathBuf {
    let period = report.period.as_ref().map(|period| format!("-{}", period.name)).unwrap_or_default();
    PathBuf::from(format!("{}{period}.{}", report.name, format.extension))
}

/// Keeps only one table of a report, which is named by its name or its title. Returns its name.
///
/// # Errors
/// If the report has no such table.
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

/// How many lines of a screen a report takes in the list at most, so that its description is shown in full.
const LINES: usize = 9;

/// Lists every report that can be made here, computed ones and those of the book. A wrong report of the book is a
/// warning.
fn list(form: &Form, context: &mut Context) -> Result<Exit, Failure> {
    let way = form.way(context)?;
    let session = Session::open(context).ok();
    let view = session.as_ref().and_then(|session| session.view(context).ok());
    let reports = view.as_ref().map(Reports::of).transpose()?;
    let mut rows = Table::new([
        Column::label("name", Text::ReportName),
        Column::label("title", Text::ReportTitle),
        Column::label("period", Text::Usually),
        Column::label("about", Text::ReportAbout),
    ]);
    let mut data = Vec::new();
    let computed = || REPORTS.iter().map(Which::Computed).collect();
    for which in reports.as_ref().map_or_else(computed, |reports| reports.each().collect::<Vec<_>>()) {
        let ([title, about], every) = (which.told(), which.every());
        data.push(json!({ "name": which.name(), "title": render::label(&title), "period": every.map(Every::name) }));
        rows.row([which.called(), title, usual(every), about].map(Cell::Label));
    }
    for problem in reports.iter().flat_map(|reports| reports.library.problems()) {
        context.out.warn("report", problem.line());
    }
    let listing = Listing {
        command: COMMAND.name,
        title: Text::Reports.into(),
        keep: rows.columns.iter().map(|column| column.name.clone()).collect(),
        table: rows,
        screen: None,
        lines: LINES,
        numbered: false,
        chooses: false,
        data,
        total: None,
        ids: None,
    };
    listing::write(context, view.as_ref(), &way, listing)?;
    Ok(Exit::Done)
}

fn usual(every: Option<Every>) -> Label {
    let text = match every {
        Some(Every::Day) => Text::EveryDay,
        Some(Every::Week) => Text::EveryWeek,
        Some(Every::Month) => Text::EveryMonth,
        Some(Every::Quarter) => Text::EveryQuarter,
        Some(Every::HalfYear) => Text::EveryHalfYear,
        Some(Every::Year) => Text::EveryYear,
        None => Text::OfNow,
    };
    text.label()
}
