//! `redress due`: what the actor must do, by deadline. Duties without a time limit come last.

mod agenda;
mod board;
mod fitting;
mod kept;
pub(super) mod lines;
mod overruled;
mod twice;

use self::fitting::Fitting;
use self::lines::{Asked, Item};
use crate::book::View;
use crate::calendar::{Moment, Roll, Span};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::listing::{self, Listing, OpenForm, Way};
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{asked, cautions, done, owed, paths};
use crate::filter::{Filter, own_name};
use crate::kind::Kind;
use crate::lifecycle::Whose;
use crate::locale::messages::RecordText as Text;
use crate::locale::text::half_width;
use crate::model::Table;
use crate::render::RenderError;
use crate::say;

/// What you must do, by deadline: in person, by role where nobody is assigned, or as deputy
///
/// Each deadline that runs is a line for each of its holders. What runs against no clock follows, with the next step
/// and who may take it, then what waits, at last what is past the time for which it is kept. A terminal shows the first
/// fifty lines, scripts get all. `--by holder` counts for each holder what is overdue, due today and waiting, and says
/// who is absent and who stands in. `--format ics` writes the deadlines for the calendar of a phone.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which records; `kind=complaint` names a kind
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// Only what falls due within so much time, such as '2 workdays'
    #[arg(long, value_name = "SPAN")]
    within: Option<String>,
    /// Everybody's
    #[arg(long, conflicts_with = "of")]
    all: bool,
    /// Another person's
    #[arg(long = "for", value_name = "PERSON", id = "of")]
    of: Option<String>,
    /// Everybody's, counted for each holder: the supervisor's morning board
    #[arg(long, value_name = "WHAT", value_parser = [clap::builder::PossibleValue::new("holder").alias("承办").alias("承办人")], conflicts_with = "limit")]
    by: Option<String>,
    /// What to show of each record, also through references: content,client.phone
    #[arg(long, value_name = "A,B", value_delimiter = ',', conflicts_with = "by")]
    fields: Vec<String>,
    /// At most this many lines
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    form: OpenForm,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "due",
    group: Group::Reports,
    zh: "待办事项，按期限排列：本人经办的、按角色应办的、代理他人的\n\n每个正在计时的时限、每个承办人各占一行；无时限的事项列在其后，并写明下一步骤和可由谁办理，然后是等待中的事项，最后是已超过保存期限的内容。终端显示前五十行，脚本得到全部。--by holder 按承办人汇总逾期、今日到期和等待中的件数，并注明谁缺勤、由谁代理。--format ics 将各项时限写成手机日历可导入的文件。",
    zh_args: &[
        ("filter", "筛选条件；kind=complaint 指定种类"),
        ("within", "只列出此时间内到期的，如 '2 workdays'"),
        ("all", "所有人的"),
        ("of", "某人的"),
        ("by", "所有人的，按承办人汇总：主管晨会看板"),
        ("fields", "要显示的字段，可沿引用：content,client.phone"),
        ("limit", "最多多少行"),
        ("format", "格式：{formats}，或 {calendars}（供手机日历导入）；不写则依文件扩展名，否则为 text"),
        ("output", "写入文件而不显示；- 为标准输出"),
        ("open", "写好后打开；未写 -o 和 --format 时为网页，即当前目录中的 due.html"),
    ],
    examples: &[
        Example { line: "redress due", en: "what is mine", zh: "我的待办" },
        Example {
            line: "redress due --all --within '2 workdays'",
            en: "everybody's next two working days",
            zh: "redress due --all --within 2个工作日\n所有人两个工作日内到期的",
        },
        Example {
            line: "redress due -o due.ics",
            en: "for the calendar of my phone",
            zh: "redress due -o 待办.ics\n导入手机日历",
        },
        Example { line: "redress due --by holder", en: "the morning board", zh: "晨会看板" },
        Example {
            line: "redress due kind=callback --for li.na",
            en: "a colleague's callbacks",
            zh: "redress due kind=回访 --for 李娜\n李娜的回访",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

/// How many lines a terminal shows if no limit is given: more would be scrolled away.
const SHOWN: usize = 50;
/// The page width, in columns, from which each thing that a line says gets a column of its own.
const WIDE: usize = 140;

impl Args {
    /// The words that say whose work is listed, and which of it.
    fn asked(&self) -> impl Iterator<Item = &str> {
        let whose = self.of.as_deref().or(self.all.then_some("--all"));
        whose.into_iter().chain(self.within.as_deref()).chain(self.filter.iter().map(String::as_str))
    }
}

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let way = args.form.way_of_agenda(COMMAND.name, context)?.of(args.asked());
    if way.is_for_calendars() && args.by.is_some() {
        return Err(Failure::usage("no-format", RenderError::NoAgenda.label()));
    }
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let whose = match &args.of {
        Some(person) => Some(session.person(&view, person)?),
        None if args.all || args.by.is_some() => None,
        None => view.reader().cloned(),
    };
    let until = args.within.as_deref().map(|span| until(&view, span)).transpose()?;
    let whose = whose.map(|person| Whose::of(&person, view.people(), view.now().date_naive()));
    let Items { mut items, untimed, elsewhere } = items(&view, &args.filter, whose.as_ref())?;
    for (kind, filter) in wanted(&view, &args.filter)? {
        let fitting = Fitting::of(&view, filter.as_ref(), whose.as_ref());
        items.extend(overruled::of_kind(&view, kind, &fitting)?);
        items.extend(kept::of_kind(&view, kind, &fitting)?);
        items.extend(twice::of_kind(&view, kind, &fitting)?);
    }
    items.sort_by(|a, b| a.order().cmp(&b.order()));
    items.retain(|item| until.is_none_or(|until| item.is_due_by(until)));
    if untimed > 0 {
        context.out.aside(&say!(context.lang, Text::UntimedToo, count = untimed));
    }
    if args.by.is_some() {
        let narrow = context.terminal.width.is_some_and(|width| width < WIDE);
        return board::show(context, &view, &way, &items, narrow);
    }
    if way.is_for_calendars() {
        agenda::write(context, &view, &way, &items, args.limit)?;
        let unreadable = cautions::note_unreadable(context, &view)?;
        return Ok(if unreadable == Exit::Done { context.listed(items.len()) } else { unreadable });
    }
    let asked = asked_for(&view, &items, &args.fields)?;
    show(context, &view, &way, &items, &asked, args.limit)?;
    if items.iter().any(Item::is_overruled) {
        context.out.aside(Text::OverruledHow.get(context.lang));
    }
    if !elsewhere.is_empty() && until.is_none() && way.is_text() {
        say_elsewhere(context, &view, &way, &elsewhere);
    }
    if items.is_empty() && !args.all && way.is_on_screen(context) {
        context.out.aside(Text::OthersDue.get(context.lang));
    }
    if !args.all && args.of.is_none() {
        cautions::note_nobody(context, &view, Text::NobodysWork);
    }
    if args.filter.is_empty() {
        cautions::note_unplanned(context, &view);
    }
    session.at_sign.borrow_mut().listed(items.iter().map(|item| &item.record.id));
    let unreadable = cautions::note_unreadable(context, &view)?;
    Ok(if unreadable == Exit::Done { context.listed(items.len()) } else { unreadable })
}

/// What there is to do, in order.
pub(super) struct Items {
    /// The lines.
    pub(super) items: Vec<Item>,
    /// How many were left out because they have no time limit, although overdue lines were asked for.
    untimed: usize,
    /// Records of the person that others must deal with first, one line each. Only if no filter was given.
    elsewhere: Vec<Item>,
}

/// The lines that the words ask for. If a person is given, only that person's.
///
/// # Errors
/// If the words are no filter, or the book cannot be read.
pub(super) fn items(view: &View<'_>, words: &[String], whose: Option<&Whose<'_>>) -> Result<Items, Failure> {
    let mut items: Vec<Item> = Vec::new();
    let mut untimed = 0;
    let mut elsewhere = Vec::new();
    for (kind, filter) in wanted(view, words)? {
        // the holder, and whether it is overdue, belong to the line and not to its record
        let (of_records, of_lines) = filter.as_ref().map(Filter::apart).unzip();
        for owed in owed::of_kind(view, kind, of_records.as_ref())? {
            let with_others = whose.filter(|whose| words.is_empty() && whose.waits_for(kind, &owed.record));
            let with_others = with_others.map(|_| owed.clone());
            let mut own = lines::of(owed, whose);
            if let Some(whose) = whose {
                let mut kept = Vec::with_capacity(own.len());
                for item in own {
                    if !view.is_left_to_others(whose, &item.record, &item.duty, &item.held)? {
                        kept.push(item);
                    }
                }
                own = kept;
            }
            if own.is_empty() {
                elsewhere.extend(with_others.and_then(|owed| lines::of(owed, None).into_iter().next()));
            }
            items.extend(own.into_iter().filter(|item| {
                let Some(filter) = &of_lines else { return true };
                let holders = item.held.named(view.people(), view.now().date_naive());
                let fits = filter.fits_held(&holders, item.duty.is_overdue());
                // without a time limit nothing is ever overdue, but somebody who looks for what is late should not
                // forget it
                let forgotten = !fits && item.duty.standing.is_none() && filter.fits_held(&holders, true);
                untimed += usize::from(forgotten);
                fits
            }));
        }
    }
    items.sort_by(|a, b| a.order().cmp(&b.order()));
    elsewhere.sort_by(|a, b| a.order().cmp(&b.order()));
    Ok(Items { items, untimed, elsewhere })
}

/// How many records that others must deal with first are named.
const ELSEWHERE: usize = 5;

/// Says which of the person's records others must deal with first, and who.
fn say_elsewhere(context: &mut Context, view: &View<'_>, way: &Way, items: &[Item]) {
    let lang = context.lang;
    let words = view.words();
    let one = |item: &Item| {
        let called = done::number(view, &item.record).unwrap_or(item.record.id.as_str());
        say!(lang, Text::ElsewhereOne, record = called, who = words.held(&item.held).get(lang))
    };
    let mut named: Vec<String> = items.iter().take(ELSEWHERE).map(one).collect();
    if items.len() > ELSEWHERE {
        named.push("…".to_owned());
    }
    let said = say!(lang, Text::Elsewhere, count = items.len(), records = done::enumerated(&named, lang));
    if way.is_on_screen(context) { context.out.note(&said) } else { context.out.aside(&said) }
}

/// Prints the lines. A terminal shows the first ones, with how many more there are and how to see them.
fn show(
    context: &mut Context,
    view: &View<'_>,
    way: &Way,
    items: &[Item],
    asked: &Asked,
    limit: Option<usize>,
) -> Result<(), Failure> {
    let usual = if way.is_on_screen(context) { SHOWN } else { usize::MAX };
    let shown = &items[..items.len().min(limit.unwrap_or(usual))];
    let takes_data = way.takes_data(context);
    let narrow = context.terminal.width.filter(|width| asked.is_empty() && *width < WIDE && way.is_on_screen(context));
    let mut ids: Vec<String> = Vec::new();
    for id in shown.iter().map(|item| item.record.id.to_string()) {
        // several deadlines of a record are several lines
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let listing = Listing {
        command: COMMAND.name,
        title: Text::TitleDue.into(),
        table: if takes_data { Table::default() } else { lines::table(view, shown, asked) },
        screen: narrow.map(|page| lines::narrow(view, shown, page)),
        lines: 1,
        numbered: true,
        keep: Vec::new(),
        chooses: true,
        data: if takes_data { shown.iter().map(|item| lines::json(view, item, asked)).collect() } else { Vec::new() },
        total: limit.map(|_| items.len() as u64),
        ids: Some(ids),
    };
    listing::write(context, view, way, listing)?;
    if items.is_empty() && way.is_text() {
        context.out.aside(Text::DoneSoFar.get(context.lang));
    }
    if shown.len() < items.len() && way.is_text() {
        let (more, all) = (items.len() - shown.len(), items.len());
        let said = say!(context.lang, Text::MoreDue, more = more, all = all);
        // a pager shows it below the list; scripts get the list alone
        if way.is_on_screen(context) { context.out.note(&said) } else { context.out.aside(&said) }
    }
    Ok(())
}

/// The paths that `--fields` names, for each kind that has them. Each path must fit a kind that is listed, or any
/// kind if nothing is listed.
fn asked_for(view: &View<'_>, items: &[Item], fields: &[String]) -> Result<Asked, Failure> {
    let mut asked = Asked::new();
    if fields.is_empty() {
        return Ok(asked);
    }
    let listed = |kind: &&Kind| items.is_empty() || items.iter().any(|item| item.record.kind == kind.name());
    let kinds: Vec<&Kind> = view.policy().kinds.values().filter(listed).collect();
    for field in fields {
        let mut wrong = None;
        let mut known = false;
        for kind in &kinds {
            match paths::read(view.policy(), kind, field) {
                Ok(path) => {
                    known = true;
                    asked.entry(kind.name().to_owned()).or_default().push(path);
                }
                Err(failure) => wrong = wrong.or(Some(failure)),
            }
        }
        if let Some(failure) = wrong.filter(|_| !known) {
            return Err(failure);
        }
    }
    Ok(asked)
}

/// The kinds that are asked for, each with the rest of the words as its filter. If several kinds are listed, the
/// filter applies to those that have its fields. At least one kind must have them.
fn wanted<'v>(view: &'v View<'_>, words: &[String]) -> Result<Vec<(&'v Kind, Option<Filter>)>, Failure> {
    let kind = |word: &String| {
        let word = half_width(word).into_owned();
        let (name, value) = word.split_once('=')?;
        (own_name(name) == Some("kind")).then(|| value.to_owned())
    };
    let named = words.iter().find_map(kind);
    let rest: Vec<String> = words.iter().filter(|word| kind(word).is_none()).cloned().collect();
    let kinds: Vec<&Kind> = match named {
        Some(names) => names.split(',').map(|name| session::kind(view.policy(), name)).collect::<Result<_, _>>()?,
        None => view.policy().kinds.values().collect(),
    };
    asked::filter_of_any(view, kinds, &rest)
}

fn until(view: &View<'_>, span: &str) -> Result<Moment, Failure> {
    let span: Span = span.parse().map_err(|error: crate::calendar::SpanError| Failure::usage("span", error.label()))?;
    session::calendar(view).add(view.now(), span, Roll::Stay).map_err(|error| Failure::usage("span", error.label()))
}
