//! `redress query SQL`: read-only SQL over the index.

use serde_json::Value as Json;

use crate::book::index::{IndexError, Limits, names_holders};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::listing::{self, Listing, OpenForm};
use crate::cli::owed;
use crate::cli::registry::{Command, Example, Group, args};
use crate::cli::session::Session;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::QueryText;
use crate::model::{Cell, Column, ColumnType, Table};

/// Ask the book in SQL: one view a kind, fields as columns, dashes as underscores
///
/// Nothing can be written. Without --private a private column may only be shown, as ***: a statement that compares,
/// sorts, groups, joins or computes with one is refused, also in `distinct`, `union`, `in`, `like` and functions. So is
/// a list whose lines have private parts. With --private they are columns like any other.
///
/// Beside the kinds there are `events`, `links` and `holders` (id, kind, holder, deadline, due, overdue, waiting): who
/// holds a deadline that runs, or the next step where none does. The column `holder` of a kind names all of them, with
/// commas between.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// One statement
    #[arg(value_name = "SQL")]
    sql: String,
    #[command(flatten)]
    form: OpenForm,
}

/// The command.
pub static COMMAND: Command = Command {
    name: "query",
    group: Group::Reports,
    zh: "用 SQL 查询台账：每种记录一个视图，字段为列，连字符写作下划线\n\n只能读取。不加 --private 时，隐私列只能显示，显示为 ***；用于比较、排序、分组、关联或计算（包括 distinct、union、in、like 和函数）的语句会被拒绝，明细中含隐私内容的列表也是如此。加 --private 后与其他列相同。\n\n除各种记录外，还有 events、links 和 holders（id、kind、holder、deadline、due、overdue、waiting）：由谁承办正在计时的时限，无时限时由谁办理下一步骤。每种记录的 holder 列写明所有承办人，以逗号分隔。",
    zh_args: &[
        ("sql", "一条语句"),
        ("format", "格式：{formats}；不写则依文件扩展名，否则为 text"),
        ("output", "写入文件而不显示；- 为标准输出"),
        ("open", "写好后打开；未写 -o 和 --format 时为网页，即当前目录中的 query.html"),
    ],
    examples: &[
        Example {
            line: "redress query 'select category, count(*) from complaint group by 1 order by 2 desc'",
            en: "complaints by category",
            zh: "按类别统计投诉",
        },
        Example {
            line: "redress query 'select holder, sum(overdue), count(*) from holders group by 1'",
            en: "what each holds, and how much of it is overdue",
            zh: "各承办人的待办和逾期件数",
        },
    ],
    augment: <Args as clap::Args>::augment_args,
    run: |matches, context| run(args(matches)?, context),
};

fn run(args: Args, context: &mut Context) -> Result<Exit, Failure> {
    let way = args.form.way(COMMAND.name, context)?.of([args.sql.as_str()]);
    let session = Session::open(context)?;
    let view = session.view(context)?;
    let limits = Limits { private: context.flags.private, ..Limits::default() };
    let holdings = names_holders(&args.sql).then(|| owed::holdings(&view)).transpose()?;
    let answer = view.index()?.query(&args.sql, &limits, holdings.as_deref()).map_err(|error| match error {
        IndexError::Query(reason) => {
            let kinds: Vec<String> = view.policy().kinds.values().map(|kind| kind.name().replace('-', "_")).collect();
            let named = kinds.iter().find(|kind| args.sql.contains(kind.as_str()));
            let kind = named.or(kinds.first()).cloned().unwrap_or_default();
            Failure::usage("query", reason).hint(label!(QueryText::Columns, view = kind))
        }
        IndexError::Bound(reason) => Failure::refused("query-bound", reason).hint(QueryText::BoundHelp),
        error @ IndexError::Private(_) => {
            Failure::refused("private-column", error.label()).hint(QueryText::PrivateColumnHint)
        }
        other => other.into(),
    })?;
    let object = |row: &Vec<Json>| -> Json {
        answer.columns.iter().cloned().zip(row.iter().cloned()).collect::<serde_json::Map<_, _>>().into()
    };
    let mut table = Table::default();
    let mut data = Vec::new();
    if way.takes_data(context) {
        data.extend(answer.rows.iter().map(object));
    } else {
        let column =
            |(n, name): (usize, &String)| Column::new(format!("c{n}"), Label::verbatim(name.as_str()), ColumnType::Any);
        table = Table::new((1..).zip(&answer.columns).map(column));
        // people read a number as it is stored; a spreadsheet must not take it for text
        let number = |text: String| match text.parse() {
            Ok(number) if !way.is_text() => Cell::Decimal(number),
            _ => Cell::Text(text),
        };
        for row in &answer.rows {
            table.row(row.iter().map(|value| match value {
                Json::Null => Cell::Empty,
                Json::String(text) => Cell::text(text.as_str()),
                other => number(other.to_string()),
            }));
        }
    }
    let listing = Listing {
        command: COMMAND.name,
        title: QueryText::Title.into(),
        table,
        screen: None,
        lines: 1,
        numbered: false,
        keep: (1..=answer.columns.len()).map(|n| format!("c{n}")).collect(),
        chooses: false,
        data,
        total: None,
        ids: None,
    };
    listing::write(context, &view, &way, listing)?;
    Ok(context.listed(answer.rows.len()))
}
