//! `redress calendar day|add|between`: working time, as deadlines are counted.

use chrono::NaiveTime;
use serde_json::json;

use crate::book::repo::{Oid, Repo};
use crate::calendar::{
    Calendar, Calendars, DayKind, Direction, Moment, Outside, Roll, Span, SpanError, Understood, Zone, expression,
    words,
};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::{Candidate, Failure};
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::{cautions, opening};
use crate::locale::Label;
use crate::locale::messages::CalendarText;
use crate::locale::messages::CliText;
use crate::place::{Place, Problems};
use crate::policy::CALENDAR;
use crate::record::stored_time;
use crate::{label, say};

/// Look up working time: a day's windows, the end of a span, the time between two moments
///
/// Counts as deadlines do: holidays and make-up workdays of the book's calendar, weekday windows, clock changes. Times
/// are written as everywhere, such as 2026-11-24T17:00, 17:00 or tomorrow; spans as `2 workdays`, `4wh`, `30 minutes`,
/// `1 months`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    question: Question,
    /// The calendar; without it the book's default
    #[arg(long = "calendar", value_name = "NAME", global = true)]
    calendar: Option<String>,
}

#[derive(Debug, clap::Subcommand)]
enum Question {
    /// Whether a date is a working day, and its windows
    Day {
        /// The date
        #[arg(value_name = "DATE")]
        date: String,
    },
    /// When a span that begins at a time ends
    Add {
        /// The start; a date alone is its beginning
        #[arg(value_name = "TIME")]
        time: String,
        /// The span, such as '2 workdays'
        #[arg(value_name = "SPAN", num_args = 1.., required = true)]
        span: Vec<String>,
    },
    /// How many minutes of working time lie between two times
    Between {
        /// The start
        #[arg(value_name = "TIME")]
        from: String,
        /// The end
        #[arg(value_name = "TIME")]
        until: String,
    },
}

/// The command.
pub static COMMAND: Command = Command {
    name: "calendar",
    group: Group::Planning,
    zh: "查工作时间：某日的工作时段、一段时间的终点、两个时刻之间的工时\n\n与时限的算法相同：依台账日历中的节假日、调休、每周时段与时钟调整。",
    zh_args: &[
        ("calendar day", "某日是否上班，及其工作时段"),
        ("calendar add", "自某时起的一段时间何时结束"),
        ("calendar between", "两个时刻之间有多少分钟工时"),
        ("calendar", "哪个日历；不写则为台账的默认日历"),
        ("date", "日期"),
        ("time", "起点；只写日期则为该日开始"),
        ("span", "时长，如 '2 workdays'、2个工作日"),
        ("from", "起点"),
        ("until", "终点"),
    ],
    examples: &[
        Example {
            line: "redress calendar day 2026-10-10",
            en: "is this Saturday a make-up workday?",
            zh: "这个周六是否调休上班",
        },
        Example {
            line: "redress calendar add 2026-11-24T16:00 4wh",
            en: "four working hours later",
            zh: "四个工作小时之后",
        },
        Example {
            line: "redress calendar between 2026-11-24T16:00 2026-11-25T10:00",
            en: "the working time in between",
            zh: "两个时刻之间的工时",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let book = opening::open(context)?;
    let commit = opening::commit(context, book.repo())?;
    let calendars = calendars(book.repo(), commit)?;
    let calendar = match &args.calendar {
        None => calendars.default(),
        Some(name) => calendars.get(name).ok_or_else(|| {
            let all = calendars.iter().map(|calendar| Candidate::named(calendar.name()));
            Failure::missing("no-calendar", label!(CliText::NoCalendar, name = name)).candidates(all)
        })?,
    };
    let now = context.now_by(calendar)?;
    // A day without a time means its beginning.
    let seen_at = |now: Moment, text: &str| {
        let understood = understood(text, now, calendar)?;
        let begin = || calendar.zone().first_at(understood.date(calendar).and_time(NaiveTime::MIN));
        Ok::<_, Failure>(if understood.whole_day { begin() } else { understood.moment })
    };
    let time = |text: &str| seen_at(now, text);
    let lang = context.lang;
    match args.question {
        Question::Day { date } => {
            let date = understood(&date, now, calendar)?.date(calendar);
            cautions::warn_of_year(context, calendar, date);
            let (windows, kind) = calendar.day(date).map_err(outside)?;
            let windows: Vec<String> = windows.iter().map(ToString::to_string).collect();
            let work = calendar.is_workday(date).map_err(outside)?;
            let said = if work { CliText::Workday } else { CliText::NoWorkday };
            let mut line = format!("{}  {}", words::date(date, lang), said.get(lang));
            let zone = calendar.zone_of(date);
            for part in
                [why(kind, lang), windows.join(", "), named(calendar, zone)].iter().filter(|part| !part.is_empty())
            {
                line.push_str("  ");
                line.push_str(part);
            }
            context.out.line(&crate::locale::text::visible(&line));
            context.out.data(json!({ "work": work, "windows": windows, "zone": zone.name() }));
        }
        Question::Add { time: from, span } => {
            let span: Span =
                span.join(" ").parse().map_err(|error: SpanError| Failure::usage("no-span", error.label()))?;
            let end = calendar.add(time(&from)?, span, Roll::Stay).map_err(outside)?;
            cautions::warn_of_year(context, calendar, calendar.zone().date(end));
            let zone = calendar.zone_of(calendar.date_of(end));
            let end = zone.local(end);
            let line = format!("{}  {}", words::end(end, zone, lang), named(calendar, zone));
            context.out.line(line.trim_end());
            context.out.data(json!({ "at": stored_time(&end) }));
        }
        Question::Between { from, until } => {
            let (from, text) = (time(&from)?, until);
            let mut until = time(&text)?;
            // a time of day alone is the next one after the start: at noon, `9:00 17:00` means the next day
            if until < from && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '：')) {
                until = seen_at(from, &text)?;
            }
            if until < from {
                let said = |moment| Label::each(|lang| words::moment(moment, calendar.zone(), lang));
                let message = label!(CliText::EndBeforeStart; from = said(from), until = said(until));
                return Err(Failure::usage("end-before-start", message).hint(CliText::EndBeforeStartHint));
            }
            let seconds = calendar.between(from, until).map_err(outside)?;
            cautions::warn_of_year(context, calendar, calendar.zone().date(until));
            context.out.line(&say!(
                lang,
                CliText::WorkingMinutes,
                minutes = seconds / 60,
                length = words::work(seconds, lang)
            ));
            context.out.data(json!({ "minutes": seconds / 60 }));
        }
    }
    Ok(Exit::Done)
}

/// The name of a zone, if the calendar has more than one: then a time alone does not say what it means.
fn named(calendar: &Calendar, zone: Zone) -> String {
    if calendar.zones().len() > 1 { zone.name().to_owned() } else { String::new() }
}

fn why(kind: DayKind<'_>, lang: crate::locale::Lang) -> String {
    let (text, name) = match kind {
        DayKind::Weekday => return String::new(),
        DayKind::Dated => (CliText::DatedWindows, ""),
        DayKind::MakeUp(name) => (CliText::MakeUp, name),
        DayKind::Holiday(name) => (CliText::Holiday, name),
    };
    [text.get(lang), name].join(" ").trim_end().to_owned()
}

/// A time as typed. A time that could lie before or after now is read as the coming one.
fn understood(text: &str, now: Moment, calendar: &Calendar) -> Result<Understood, Failure> {
    expression::parse(text, now, calendar, Direction::Forward).map_err(|error| match error {
        expression::ExpressionError::Outside(error) => outside(error),
        other => Failure::usage("no-time", other.label()),
    })
}

fn outside(error: Outside) -> Failure {
    let (first, last) = (error.first, error.last);
    if let Some(year) = error.unlaid {
        let message = label!(CliText::UnlaidYear, calendar = error.calendar, year = year);
        return Failure::refused("outside-calendar", message).hint(label!(CliText::UnlaidYearHint, file = CALENDAR));
    }
    let message = label!(CliText::OutsideCalendar, calendar = error.calendar, first = first, last = last);
    Failure::refused("outside-calendar", message).hint(label!(CliText::OutsideCalendarHint, file = CALENDAR))
}

fn calendars(repo: &Repo, commit: Oid) -> Result<Calendars, Failure> {
    let Some(bytes) = repo.read(commit, CALENDAR)? else {
        return Err(Failure::unreadable("no-book", label!(CliText::NoBook, commit = commit)).hint(CliText::NoBookHint));
    };
    let text = String::from_utf8_lossy(&bytes);
    let problems = Problems::new();
    let read = |path: &str| match repo.read(commit, path) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(CalendarText::NoSuchFile.into()),
        Err(error) => Err(error.label()),
    };
    let calendars = Calendars::read(CALENDAR, &text, &read, &problems);
    calendars.ok_or_else(|| {
        let mut all = problems.into_sorted();
        if all.is_empty() {
            all.push(crate::place::Problem::new(Place::of_file(CALENDAR), CliText::BadPolicy));
        }
        Failure::unreadable("policy", CliText::BadPolicy).problems(all).source(CALENDAR, text.clone())
    })
}
