use chrono::{DateTime, NaiveDate};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::locale::{Label, Lang};
use crate::model::{Body, Cell, Column, ColumnType, Facts, Report, Role, Table};
use crate::render::{Options, format, sample};

fn rendered(report: &Report, lang: Lang) -> Value {
    let options = Options { lang, ..Options::default() };
    let bytes = format("json").expect("a format").render(report, &options).expect("a report that fits");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// A cell from its JSON and the type of its column, as a script would read it.
fn read(value: &Value, kind: ColumnType) -> Cell {
    let text = || value.as_str().expect("a string").to_owned();
    let number = |value: &Value| value.as_str().expect("a string").parse::<Decimal>().expect("a decimal");
    match kind {
        _ if value.is_null() => Cell::Empty,
        _ if value["unknown"] == true => Cell::Unknown,
        ColumnType::Text | ColumnType::Any => Cell::Text(text()),
        ColumnType::Id => Cell::Id(text()),
        ColumnType::Label => {
            Cell::Label(Label::new(value["en"].as_str().expect("en"), value["zh"].as_str().expect("zh")))
        }
        ColumnType::Count => Cell::Count(value.as_i64().expect("an integer")),
        ColumnType::Minutes => Cell::Minutes(value.as_i64().expect("an integer")),
        ColumnType::Decimal => Cell::Decimal(number(value)),
        ColumnType::Money => Cell::Money(number(value)),
        ColumnType::Percent => Cell::percent(number(&value["numerator"]), number(&value["denominator"])),
        ColumnType::Date => Cell::Date(text().parse().expect("a date")),
        ColumnType::Moment => Cell::Moment(DateTime::parse_from_rfc3339(&text()).expect("an instant")),
        ColumnType::Bool => Cell::Bool(value.as_bool().expect("a bool")),
    }
}

fn cell() -> impl Strategy<Value = (ColumnType, Cell)> {
    let decimal = || (any::<i64>(), 0u32..6).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    let seconds = -2_000_000_000i64..4_000_000_000;
    let filled = prop_oneof![
        any::<String>().prop_map(|text| (ColumnType::Text, Cell::Text(text))),
        any::<String>().prop_map(|text| (ColumnType::Id, Cell::Id(text))),
        // if a language is left out, the other one is read
        any::<[String; 2]>().prop_map(|[en, zh]| {
            (ColumnType::Label, Cell::Label(Label { en: format!("en {en}"), zh: format!("zh {zh}") }))
        }),
        any::<i64>().prop_map(|count| (ColumnType::Count, Cell::Count(count))),
        any::<i64>().prop_map(|minutes| (ColumnType::Minutes, Cell::Minutes(minutes))),
        decimal().prop_map(|number| (ColumnType::Decimal, Cell::Decimal(number))),
        decimal().prop_map(|amount| (ColumnType::Money, Cell::Money(amount))),
        (decimal(), decimal()).prop_map(|(over, under)| (ColumnType::Percent, Cell::percent(over, under))),
        (0i32..700_000).prop_filter_map("a date", |day| {
            Some((ColumnType::Date, Cell::Date(NaiveDate::from_num_days_from_ce_opt(day + 1)?)))
        }),
        (seconds, -14i32..15).prop_filter_map("an instant", |(at, hours)| {
            let zone = chrono::FixedOffset::east_opt(hours * 3_600)?;
            Some((ColumnType::Moment, Cell::Moment(DateTime::from_timestamp(at, 0)?.with_timezone(&zone))))
        }),
        any::<bool>().prop_map(|yes| (ColumnType::Bool, Cell::Bool(yes))),
    ];
    (filled, 0..10).prop_map(|((kind, cell), luck)| match luck {
        0 => (kind, Cell::Empty),
        1 => (kind, Cell::Unknown),
        _ => (kind, cell),
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(cells in prop::collection::vec(cell(), 1..8)) {
        let columns = cells.iter().enumerate();
        let mut table =
            Table::new(columns.map(|(at, (kind, _))| Column::new(format!("c{at}"), Label::default(), *kind)));
        table.row(cells.iter().map(|(_, cell)| cell.clone()));
        let mut report = Report::new("t", Label::default(), Facts::default());
        report.table("t", Label::default(), table);
        let json = rendered(&report, Lang::En);
        for (at, (kind, cell)) in cells.iter().enumerate() {
            let value = &json["data"]["sections"][0]["rows"][0]["cells"][format!("c{at}")];
            prop_assert_eq!(&read(value, *kind), cell);
            prop_assert_eq!(&json["data"]["sections"][0]["columns"][at]["type"], kind.name());
        }
    }
}

#[test]
fn a_language_changes_nothing() {
    let json = rendered(&sample::monthly(), Lang::Zh);
    assert_eq!(json, rendered(&sample::monthly(), Lang::En));
    assert_eq!(json["schema"], 1);
    assert_eq!(json["data"]["sections"].as_array().map(Vec::len), Some(sample::monthly().sections.len()));
}

#[test]
fn parts_as_data() {
    let json = rendered(&sample::monthly(), Lang::En);
    let part = |path: &str| json.pointer(path).unwrap_or_else(|| panic!("{path} in {json:#}")).to_string();
    for (path, written) in [
        ("/data/title", r#"{"en":"Complaint statistics","zh":"客户投诉案件统计表"}"#),
        ("/data/period", r#"{"name":"2026-10","first":"2026-10-01","last":"2026-10-31"}"#),
        ("/data/moment", r#""2026-11-02T09:00:00+08:00""#),
        ("/data/sections/0/rows/0", r#"{"role":"group","text":{"en":"Product","zh":"产品"}}"#),
        ("/data/sections/0/rows/2/tone", r#""bad""#),
        ("/data/sections/0/rows/2/cells/loss", r#""890.00""#),
        ("/data/sections/0/rows/2/cells/closed", r#"{"unknown":true}"#),
        ("/data/sections/1/figures/1/value", r#"{"numerator":"0","denominator":"0"}"#),
        (
            "/data/sections/1/figures/1/denominator",
            r#"{"label":{"en":"planned","zh":"计划"},"type":"count","value":0}"#,
        ),
        ("/data/sections/2/identities/0/holds", "true"),
        ("/data/sections/2/identities/0/off-by", "0"),
        (
            "/data/sections/3/fields/0",
            r#"{"name":"approved","label":{"en":"approved","zh":"批准日期"},"type":"date","value":"2026-01-05"}"#,
        ),
        ("/data/sections/4/language", r#""mermaid""#),
        ("/warnings/0/level", r#""warning""#),
    ] {
        assert_eq!(part(path), written, "{path}");
    }
    let Body::Table(table) = &sample::monthly().sections[0].body else { panic!("a table comes first") };
    assert_eq!(table.rows.last().map(|row| row.role), Some(Role::Total));
}

#[test]
fn what_nobody_would_see_is_written_out_and_means_the_same() {
    let name = serde_json::json!({ "name": "Ac\u{200d}me \u{202e}x\u{e0041} 漏水 ❤" });
    let text = name.to_string();
    let shown = super::escaped(&text);
    assert_eq!(shown, r#"{"name":"Ac\u200dme \u202ex\udb40\udc41 漏水 ❤"}"#);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).expect("JSON"), name);
    assert!(matches!(super::escaped("{}"), std::borrow::Cow::Borrowed(_)));
}
