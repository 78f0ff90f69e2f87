//! A realistic report for the tests of all formats: a long Chinese name, amounts, shares of nothing, unknown cells,
//! hostile text.

use chrono::{DateTime, NaiveDate};
use rust_decimal::Decimal;

use crate::cells;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::{RenderText, ReportText};
use crate::model::{Cell, Column, Facts, Field, Figure, Identity, Level, Part, Report, ReportPeriod, Table, Tone};

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub(crate) fn monthly() -> Report {
    let facts = Facts {
        book: Some("东方机电".into()),
        commit: Some("3f2a9c1b77d0e5f6a7b8c9d0e1f2a3b4c5d6e7f8".into()),
        moment: Some(DateTime::parse_from_rfc3339("2026-11-02T09:00:00+08:00").expect("an instant")),
        asked: None,
        currency: Some("CNY".into()),
    };
    let period = ReportPeriod { name: "2026-10".into(), first: day("2026-10-01"), last: day("2026-10-31") };
    let mut report =
        Report::new("monthly", Label::new("Complaint statistics", "客户投诉案件统计表"), facts).over(period);
    report.table("cases", Label::new("Closed cases", "已结案件"), cases());
    let part = |en: &str, zh: &str, value: Cell| Part::new(Label::new(en, zh), value);
    report.figures(
        "figures",
        Label::new("Figures", "指标"),
        [
            Figure::rate(
                "feedback-on-time",
                Label::new("feedback on time", "反馈及时率"),
                Label::new("answered within the limit / due to be answered", "限时内答复件数 / 应答复件数"),
                [part("in time", "及时", 5.into()), part("due", "应答复", 6.into())],
            ),
            Figure::rate(
                "callback-rate",
                Label::new("callback rate", "回访率"),
                Label::new("clients called back / clients planned", "已回访客户数 / 计划回访客户数"),
                [part("called", "已回访", 0.into()), part("planned", "计划", 0.into())],
            ),
            Figure::rate(
                "loss-rate",
                Label::new("loss rate", "客诉损失率"),
                Label::new("loss / sales, where sales are given", "损失金额 / 销售额（已提供时）"),
                [part("loss", "损失", Cell::Money(Decimal::new(1_323_450, 2))), part("sales", "销售额", Cell::Unknown)],
            ),
            Figure::mean(
                "mean-handling-time",
                Label::new("mean handling time", "平均处理时间"),
                Label::new("working time from registration to the decision", "登记至核决的工作时间"),
                [part("working time", "工作时间", Cell::Minutes(2_912)), part("cases", "件数", 2.into())],
            ),
        ],
    );
    report.identities(
        "identities",
        Label::default(),
        [Identity::counts("open", ReportText::CasesOfPeriod, (ReportText::OpenAtEnd, 15))
            .plus(ReportText::OpenAtStart, 12)
            .plus(ReportText::Received, 30)
            .plus(ReportText::Reopened, 1)
            .minus(ReportText::Ended, 28)],
    );
    report.fields(
        "policy",
        Label::new("Policy", "规则"),
        [
            Field::new("approved", Label::new("approved", "批准日期"), day("2026-01-05")),
            Field::new("note", Label::new("note", "备注"), "第一行\n第二行 \u{1b}[31m"),
            Field::new("confirmed", Label::new("confirmed", "已确认"), true),
            Field::new("reviewer", Label::new("reviewer", "审核人"), Cell::Empty),
        ],
    );
    report.verbatim("lifecycle", Label::default(), "mermaid", "stateDiagram-v2\n  registered --> accepted\n");
    report.note(Level::Warning, label!(RenderText::Off, by = "C-261003-\u{202e}"));
    report
}

fn cases() -> Table {
    let mut table = Table::new([
        Column::id("id", Label::new("number", "编号")),
        Column::text("client", Label::new("client", "客户名称")),
        Column::date("closed", Label::new("closed", "结案日期")),
        Column::money("loss", Label::new("loss", "损失金额")),
        Column::percent("share", Label::new("share", "占比")),
        Column::minutes("took", Label::new("took", "用时")),
    ]);
    table.group(Label::new("Product", "产品"));
    table.row(cells![
        Cell::id("C-261003-7K3F2"),
        "杭州西湖精密机械设备制造（集团）股份有限公司余杭分公司",
        day("2026-10-09"),
        Cell::Money(Decimal::new(1_234_450, 2)),
        Cell::percent(Decimal::new(1_234_450, 2), Decimal::new(1_323_450, 2)),
        Cell::Minutes(2_822),
    ]);
    table.toned(
        Tone::Bad,
        cells![
            Cell::id("C-261011-9XQ4M"),
            "=HYPERLINK(\"http://x\")|<b>\u{1b}[2J\u{202e}`x`",
            Cell::Unknown,
            Cell::Money(Decimal::new(890, 0)),
            Cell::percent(890, 0),
            Cell::Minutes(-90),
        ],
    );
    table.note(Label::new("one client was not called back", "其中一户尚未回访"));
    table.total(cells![
        ReportText::Total.label(),
        Cell::Empty,
        Cell::Empty,
        Cell::Money(Decimal::new(1_323_450, 2)),
        Cell::Empty,
        Cell::Unknown,
    ]);
    table
}
