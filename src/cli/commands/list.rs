//! `redress list KIND [FILTER…]`: the records of a kind that fit a filter.

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use crate::book::View;
use crate::book::index::{Selection, Sort};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::listing::{self, Listing, OpenForm};
use crate::cli::record_columns::{Rolled, Shown, cell, columns, has_number, heading, no_field, numbered, stored};
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::{self, Session};
use crate::cli::{asked, cautions, cells};
use crate::filter::{Flag, Holds, Reached, Scope, Unanswered, is_own, own_name};
use crate::kind::{Kind, Path};
use crate::locale::messages::RecordText as Text;
use crate::model::{Column, Table};
use crate::record::{Id, Record};
use crate::render::grouped;
use crate::wording::{Held, Sight};
use crate::{gather, label, say};

const _: () = assert!(Kind::KEPT == Column::NEEDED, "what a kind keeps becomes short before it is left out");

/// How many records are read at a time.
const AT_A_TIME: usize = 2_000;

/// List the records of a kind that fit a filter
///
/// Terms are joined by and, commas are or, `..` is a range: class=open amount=5000.. opened=2026-10 content~漏水
/// client.city=杭州 grade=key,A severity!=minor not tag=test overdue mine. closed=2026-10 is about the end of a record,
/// milestone.closed=2026-10 about the milestone that reports count. Times take words: promised=..fri opened=3d-ago..today.
/// holder=qm, holder=role:qm, holder=li.na or holder=department:finance asks who holds a deadline that runs, or the next step where
/// none does; a person also holds what their role or department holds.
/// With --limit the heading says how many there are in all; `total` beside `data` does so with --json.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The kind, by its name or label
    #[arg(value_name = "KIND")]
    kind: String,
    /// Which of them
    #[arg(value_name = "FILTER")]
    filter: Vec<String>,
    /// The fields to show, also through references (client.phone); id, state, opened, changed and holder can be named
    /// too
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    fields: Vec<String>,
    /// By which field to sort; a dash before it turns the order round
    #[arg(long, value_name = "[-]FIELD", value_delimiter = ',', allow_hyphen_values = true)]
    sort: Vec<String>,
    /// At most this many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    #[command(flatten)]
    form: OpenForm,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "list",
    group: Group::Reports,
    zh: "列出符合条件的记录\n\n条件之间为“且”，逗号为“或”，.. 为范围：状态类别=处理中 涉及金额=5000.. 建立时间=2026-10 投诉内容~漏水 客户.所在城市=杭州 客户等级=大客户,A级 严重程度!=一般 非 标签=测试 逾期 我的。字段可写标签、名称或别名。结束时间=2026-10 指记录结束的时间，里程碑.closed=2026-10 指报表统计的里程碑。时间也可用词语：承诺答复时间=..周五 建立时间=3天前..今天。承办=质量管理员、承办=role:qm、承办=李娜 或 承办=department:finance 指由谁承办正在计时的时限，无时限时由谁办理下一步骤；本人的角色或部门承办的也算本人承办。用 --limit 时，标题写明共有多少条；--json 输出中为 data 旁的 total。",
    zh_args: &[
        ("kind", "种类，可写名称或中文标签"),
        ("filter", "筛选条件"),
        ("fields", "要显示的字段，可沿引用（client.phone）；也可写 id、state、opened、changed、holder"),
        ("sort", "排序字段，可沿引用（client.name）；前加连字符为倒序"),
        ("limit", "最多多少条"),
        ("format", "格式：{formats}；不写则依文件扩展名，否则为 text"),
        ("output", "写入文件而不显示；- 为标准输出"),
        ("open", "写好后打开；未写 -o 和 --format 时为网页，即当前目录中的 list.html"),
    ],
    examples: &[
        Example {
            line: "redress list complaint class=open overdue",
            en: "what is late",
            zh: "redress list 投诉 逾期\n逾期未结的投诉",
        },
        Example {
            line: "redress list 投诉 opened=2026-10 category=product --sort -opened --limit 50",
            en: "October's, newest first",
            zh: "redress list 投诉 建立时间=2026-10 投诉类别=产品质量 --sort -建立时间 --limit 50\n十月的产品投诉，新的在前",
        },
        Example {
            line: "redress list client grade=key,A city=杭州 --fields name,phone",
            en: "clients with two fields",
            zh: "redress list 客户 客户等级=大客户,A级 所在城市=杭州 --fields 客户名称,公司电话\n杭州的大客户和 A 级客户",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let way = args.form.way(COMMAND.name, context)?.of(args.filter.iter().map(String::as_str));
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let kind = session::kind(view.policy(), &args.kind)?;
    let filter = asked::filter(&view, kind, &args.filter)?;
    let columns = columns(view.policy(), kind, &args.fields)?;
    let sort = args.sort.iter().map(|word| sort(&view, kind, word)).collect::<Result<Vec<_>, _>>()?;
    let answered = gather::answered(&view, kind, filter.as_ref())?;
    let (flagged, held) = (|flag| answered.flagged(flag), |holds: &Holds| answered.held(holds));
    let selection = Selection {
        filter: filter.as_ref(),
        flagged: Some(&flagged),
        held: Some(&held),
        sort: &sort,
        limit: args.limit,
        ..Selection::of(kind.name())
    };
    let wanted = view.index()?.select_ids(&selection)?;
    // a user who asks for columns gets exactly these
    let columns = match args.fields.is_empty() {
        true => with_number(&view, kind, columns, &wanted)?,
        false => columns,
    };
    let takes_data = way.takes_data(context);
    let (mut data, mut ids) = (Vec::new(), Vec::with_capacity(wanted.len()));
    let mut table = if takes_data { Table::default() } else { heads(&view, kind, &columns, args.fields.is_empty()) };
    // a long list is read in parts, so that not all records are in memory
    for part in wanted.chunks(AT_A_TIME) {
        let records = view.index()?.records(part)?;
        let rolled = Rolled::of_columns(&view, kind, &records, &columns)?;
        if takes_data {
            let links = match args.fields.is_empty() {
                true => view.links_to_each(records.iter().map(|record| &record.id))?,
                false => Default::default(),
            };
            for record in &records {
                let links = links.get(&record.id).map(Vec::as_slice).unwrap_or_default();
                data.push(match args.fields.is_empty() {
                    true => cells::json(&view, kind, record, links, view.words().sight)?,
                    false => chosen(&view, kind, record, &rolled, &columns)?,
                });
            }
        } else {
            rows(&mut table, &view, kind, &records, &rolled, &columns)?;
        }
        ids.extend(records.into_iter().map(|record| record.id));
    }
    let shown = ids.len() as u64;
    let cut = args.limit.is_some_and(|limit| shown >= limit);
    let total = if cut { view.index()?.count(&selection)? } else { shown };
    let title = {
        let [shown, total] = [shown, total].map(|count| grouped(&Decimal::from(count)));
        let label = &kind.shape.label;
        match shown == total {
            true => label!(Text::TitleList, count = total; kind = label),
            false => label!(Text::TitleListCut, shown = shown, count = total; kind = label),
        }
    };
    let listing = Listing {
        command: COMMAND.name,
        title,
        table,
        screen: None,
        lines: 1,
        numbered: true,
        keep: args.fields.clone(),
        chooses: true,
        data,
        total: Some(total),
        ids: Some(ids.iter().map(Id::to_string).collect()),
    };
    listing::write(context, &view, &way, listing)?;
    if filter.as_ref().is_some_and(|filter| filter.flags().into_iter().any(|flag| flag == Flag::Mine)) {
        cautions::note_nobody(context, &view, Text::NobodysRecords);
    }
    if ids.is_empty() && way.is_text() {
        context.out.aside(&say!(context.lang, Text::NoneFits, kind = kind.shape.label.get(context.lang)));
    }
    session.at_sign.borrow_mut().listed(ids.iter());
    let unreadable = cautions::note_unreadable(context, &view)?;
    Ok(if unreadable == Exit::Done { context.listed(ids.len()) } else { unreadable })
}

fn sort(view: &View<'_>, kind: &Kind, word: &str) -> Result<Sort, Failure> {
    let (descending, name) = word.strip_prefix('-').map_or((false, word), |name| (true, name));
    let sorted = |name: &str| own_name(name).filter(|own| *own != "kind").map(str::to_owned);
    let field = || kind.shape.find(name).map(|(_, field)| field.name.clone());
    let computed = || kind.shape.find_computed(name).map(|computed| computed.name.clone());
    let rollup = || kind.find_rollup(name).map(|rollup| rollup.name.clone());
    let column = is_own(name).then(|| sorted(name)).flatten().or_else(field).or_else(computed).or_else(rollup);
    let column = column.or_else(|| sorted(name));
    let sight = view.words().sight;
    let scope = Scope::rule(view.policy().settings.time_zone);
    let reached = || Reached::read(kind.name(), name, view.policy(), &scope);
    if let Some(reached) = Path::is_meant(name).then(reached).flatten() {
        if reached.private && sight == Sight::Masked {
            let message = label!(Text::SortPrivate, field = name);
            return Err(Failure::refused("private", message).hint(Text::SortPrivateHelp));
        }
        return Ok(Sort { column: reached.name, descending });
    }
    let shown = column.as_ref().is_none_or(|column| {
        let field = kind.shape.find(column).is_none_or(|(_, field)| sight.shows(field));
        let computed = kind.shape.find_computed(column).is_none_or(|computed| sight.shows_computed(computed));
        field && computed && kind.find_rollup(column).is_none_or(|rollup| sight.shows_rollup(rollup))
    });
    if !shown {
        let message = label!(Text::SortPrivate, field = name);
        return Err(Failure::refused("private", message).hint(Text::SortPrivateHelp));
    }
    Ok(Sort { column: column.ok_or_else(|| no_field(kind, name))?, descending })
}

/// What scripts get if `--fields` names the columns: the id and these fields, as they are stored.
fn chosen(
    view: &View<'_>,
    kind: &Kind,
    record: &Record,
    rolled: &Rolled,
    columns: &[Shown],
) -> Result<Json, Unanswered> {
    let mut data = Map::new();
    for shown in columns {
        let (name, value) = stored(view, kind, record, rolled, shown)?;
        data.insert(name, value);
    }
    Ok(Json::Object(data))
}

/// The table without its rows. If the kind names the columns, it also says which of them matter most. Columns that a
/// user asks for matter in the order in which they are named.
fn heads(view: &View<'_>, kind: &Kind, columns: &[Shown], of_kind: bool) -> Table {
    let words = &view.words();
    let number = kind.numbering.as_ref().map(|numbering| numbering.field);
    let is_number = |shown: &Shown| matches!(shown, Shown::Field(field) if Some(*field) == number);
    let called = columns.iter().any(is_number);
    let weighed = |(place, shown): (usize, &Shown)| {
        let column = heading(words, kind, shown);
        let weight = match shown {
            // a record is known by its number if it has one
            shown if is_number(shown) => u8::MAX,
            Shown::Id if called => Column::LITTLE,
            Shown::Id => u8::MAX,
            _ if of_kind => kind.weight(&column.name),
            _ => Column::NEEDED.saturating_add(u8::try_from(columns.len().saturating_sub(place)).unwrap_or_default()),
        };
        column.weighing(weight)
    };
    Table::new(columns.iter().enumerate().map(weighed))
}

/// Adds the rows of these records.
fn rows(
    table: &mut Table,
    view: &View<'_>,
    kind: &Kind,
    records: &[Record],
    rolled: &Rolled,
    columns: &[Shown],
) -> Result<(), Unanswered> {
    let words = &view.words();
    for record in records {
        let holders = match columns.iter().any(|shown| matches!(shown, Shown::Holder)) {
            true => view.holders_of(record)?,
            false => Held::default(),
        };
        let cells = columns.iter().map(|shown| cell(words, kind, record, (&holders, rolled), shown));
        table.row(cells.collect::<Vec<_>>());
    }
    Ok(())
}

/// The columns with the running number first, if one of the records has it.
fn with_number(view: &View<'_>, kind: &Kind, columns: Vec<Shown>, ids: &[Id]) -> Result<Vec<Shown>, Failure> {
    let mut columns = columns;
    for part in ids.chunks(AT_A_TIME).filter(|_| kind.numbering.is_some()) {
        let own = columns.len();
        columns = numbered(kind, columns, &view.index()?.records(part)?);
        if columns.len() > own || has_number(kind, &columns) {
            break;
        }
    }
    Ok(columns)
}
