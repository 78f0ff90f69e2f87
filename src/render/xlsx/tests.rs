//! Workbooks as calamine reads them again: types, values, every digit, names of sheets; and each part as XML.

use std::io::{Cursor, Read};

use calamine::{Data, DataType as _, Reader, Xlsx};
use zip::ZipArchive;

use crate::cells;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Chart, Column, ColumnType, Facts, Report, Table, Tone};
use crate::render::{Options, format, sample};

fn bytes(report: &Report, options: &Options) -> Vec<u8> {
    format("xlsx").expect("a format").render(report, options).expect("a report that fits")
}

fn book(bytes: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes.to_vec())).expect("a workbook")
}

fn cell(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str, at: (u32, u32)) -> Data {
    book.worksheet_range(sheet).expect("a sheet").get_value(at).cloned().unwrap_or_default()
}

/// The parts of a workbook that are XML; each is read to its end.
fn parts(bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let part = |name: String| {
        let mut text = String::new();
        zip.by_name(&name).expect("a part").read_to_string(&mut text).expect("text");
        well_formed(&name, &text);
        (name, text)
    };
    names.into_iter().map(part).collect()
}

/// Every tag is closed, every character and entity is one that XML knows.
fn well_formed(name: &str, text: &str) {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(allowed), "{name} has a character that XML does not know");
    let (mut open, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('<') {
        let entities = before.split('&').skip(1);
        for entity in entities {
            let known = entity
                .split_once(';')
                .is_some_and(|(name, _)| ["amp", "lt", "gt", "quot", "apos"].contains(&name) || name.starts_with('#'));
            assert!(known, "{name}: &{entity}");
        }
        let (tag, beyond) = after.split_once('>').unwrap_or_else(|| panic!("{name}: a tag without an end"));
        rest = beyond;
        if tag.starts_with(['?', '!']) || tag.ends_with('/') {
            continue;
        }
        let called = tag.split_whitespace().next().unwrap_or_default();
        match called.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "{name}"),
            None => open.push(called),
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} stay open");
}

fn list(cells: impl IntoIterator<Item = Cell>) -> Report {
    let mut table =
        Table::new([Column::text("a", Label::new("text", "文本")), Column::count("n", Label::new("number", "数"))]);
    cells.into_iter().for_each(|cell| _ = table.row([cell, Cell::Count(1)]));
    let mut report = Report::new("list", Label::default(), Facts::default());
    report.table("list", Label::new("complaints: 3", "投诉：3"), table);
    report
}

fn alone() -> Options {
    Options { section: Some("list".into()), ..Options::default() }
}

#[test]
fn a_report_has_a_first_sheet_and_one_for_each_table() {
    let bytes = bytes(&sample::monthly(), &Options { lang: Lang::Zh, ..Options::default() });
    let mut book = book(&bytes);
    assert_eq!(book.sheet_names(), ["概览", "已结案件", "规则", "lifecycle"]);
    assert_eq!(cell(&mut book, "概览", (0, 0)), Data::String("客户投诉案件统计表".into()));
    let range = book.worksheet_range("概览").expect("a sheet");
    let row = |name: &str| range.rows().find(|row| row[0] == Data::String(name.into())).expect("a row").to_vec();
    assert_eq!(row("台账")[1], Data::String("东方机电".into()));
    assert!(row("截至")[1].is_datetime(), "{:?}", row("截至"));
    assert_eq!(row("反馈及时率")[1].as_f64().map(|share| (share * 1000.0).round()), Some(833.0));
    assert!(row("平均处理时间")[1].get_datetime().is_some_and(|time| time.is_duration()));
    assert_eq!(row("回访率")[1], Data::String("–".into()));
    assert_eq!(row("反馈及时率")[3], Data::String("限时内答复件数 / 应答复件数".into()));
    let cases = book.worksheet_range("已结案件").expect("a sheet");
    let rows: Vec<_> = cases.rows().collect();
    assert_eq!(rows[0][0], Data::String("编号".into()));
    assert_eq!(rows[1][0], Data::String("产品".into()));
    assert!(rows[2][2].is_datetime() && rows[2][3] == Data::Float(12_344.5) && rows[2][5].is_float(), "{:?}", rows[2]);
    assert_eq!(rows[3][1], Data::String("=HYPERLINK(\"http://x\")|<b>\\u{1b}[2J\\u{202e}`x`".into()));
    assert_eq!(rows[3][5], Data::Float(-1.5), "a negative time is in hours");
    assert_eq!(rows[5][3], Data::Float(13_234.5));
    let parts = parts(&bytes);
    let part =
        |name: &str| parts.iter().find(|(part, _)| part == name).map(|(_, text)| text.as_str()).unwrap_or_default();
    assert!(part("xl/comments1.xml").contains("限时内答复件数"), "definitions are notes");
    assert!(part("docProps/core.xml").contains("2026-11-02T01:00:00Z"), "{}", part("docProps/core.xml"));
    assert!(part("docProps/core.xml").contains("<dc:title>客户投诉案件统计表</dc:title>"));
    assert!(part("xl/worksheets/sheet2.xml").contains("topLeftCell=\"A2\""), "the head stays in sight");
    assert!(parts.iter().all(|(_, text)| !text.contains("<f>")), "nothing is a formula");
}

#[test]
fn a_list_is_one_sheet_that_begins_with_its_headings() {
    let texts = [
        "=1+1",
        "+86 138",
        "-1",
        "@x",
        "0012345678901234567",
        "1E5",
        "_x0041_",
        "a\nb",
        "a & b <c> ]]>",
        "</script>",
        "\u{202e}x\u{0}",
        "\u{fffe}",
        " padded ",
        "第一行",
    ];
    let word = "w".repeat(10_240);
    let report = list(texts.iter().copied().chain([word.as_str()]).map(Cell::text));
    let bytes = bytes(&report, &alone());
    let mut book = book(&bytes);
    assert_eq!(book.sheet_names(), ["complaints- 3"]);
    let range = book.worksheet_range("complaints- 3").expect("a sheet");
    let read: Vec<String> = range.rows().map(|row| row[0].get_string().expect("text").to_owned()).collect();
    assert_eq!(read[0], "text");
    for (text, read) in texts.iter().zip(&read[1..]) {
        match *text {
            "\u{202e}x\u{0}" => assert_eq!(read, "\\u{202e}x\\u{0}"),
            text => assert_eq!(read, text),
        }
    }
    assert_eq!(read.last(), Some(&word));
    let parts = parts(&bytes);
    let sheet = &parts.iter().find(|(name, _)| name == "xl/worksheets/sheet1.xml").expect("a sheet").1;
    assert!(
        sheet.contains("<autoFilter ref=\"A1:B16\"") && sheet.contains("state=\"frozen\"") && !sheet.contains("<f>")
    );
}

#[test]
fn what_is_too_long_is_cut_and_an_empty_list_is_a_workbook() {
    let empty = bytes(&list([]), &alone());
    assert_eq!(cell(&mut book(&empty), "complaints- 3", (0, 1)), Data::String("number".into()));
    let long = bytes(&list([Cell::text("字".repeat(40_000))]), &alone());
    let read = cell(&mut book(&long), "complaints- 3", (1, 0));
    assert!(read.get_string().is_some_and(|text| text.ends_with("40000 characters]")));
    parts(&long);
    let mut bare = Report::new("nothing", Label::new("Nothing", "无"), Facts::default());
    bare.table("none", Label::default(), Table::default());
    assert_eq!(book(&bytes(&bare, &Options::default())).sheet_names(), ["Overview", "none"]);
}

#[test]
fn titles_become_names_of_sheets() {
    let mut report = Report::new("titles", Label::new("Titles", "标题"), Facts::default());
    let long = "一二三四五六七八九十".repeat(4);
    for (at, title) in ["投诉 [2026] (测试)", &long, "it's", "a/b", "", "a/b", "History"].iter().enumerate() {
        let mut table = Table::new([Column::count("n", Label::default())]);
        table.row([Cell::Count(1)]);
        table.chart = Some(Chart::Bars);
        report.table(format!("t{at}"), Label::verbatim((*title).to_owned()), table);
    }
    let names = book(&bytes(&report, &Options::default())).sheet_names();
    let expected = ["Overview", "投诉 (2026) (测试)", &long[..93], "it's", "a-b", "t4", "a-b (2)", "History (2)"];
    assert_eq!(names, expected);
}

#[test]
fn charts_are_native_and_draw_the_cells_of_their_table() {
    let drawn = |chart: Chart, grouped: bool| {
        let mut table = Table::new([
            Column::text("cause", Label::new("cause", "原因")),
            Column::count("cases", Label::new("cases", "件数")),
            Column::count("open", Label::new("open", "未结")),
        ]);
        if chart == Chart::Control {
            let limits = [Chart::MEAN, Chart::LOW, Chart::HIGH];
            table
                .columns
                .extend(limits.map(|name| Column::decimal(name, Label::verbatim(name)).weighing(Column::LITTLE)));
            table.columns.push(Column::flag(Chart::SIGNAL, Label::verbatim("signal")));
        }
        for (at, count) in [(1, 3), (2, 9), (3, 5)] {
            if grouped {
                table.group(Label::verbatim(format!("group {at}")));
            }
            let mut row = cells![format!("=cause {at}"), count, 1].to_vec();
            if chart == Chart::Control {
                row.extend(cells![
                    Cell::Decimal(5.into()),
                    Cell::Decimal(0.into()),
                    Cell::Decimal(8.into()),
                    count > 8
                ]);
            }
            table.toned(Tone::Plain, row);
        }
        table.chart = Some(chart);
        let mut report = Report::new("charts", Label::new("Charts", "图"), Facts::default());
        report.table("causes", Label::new("by 'cause'!A1", "按原因"), table);
        let bytes = bytes(&report, &Options::default());
        let parts = parts(&bytes);
        let charts =
            parts.iter().filter(|(name, _)| name.starts_with("xl/charts/chart")).map(|(_, text)| text.as_str());
        (charts.collect::<Vec<_>>().join("\n"), book(&bytes).sheet_names())
    };
    let own = "<c:f>'by 'cause'!A1'!$B$2:$B$4</c:f>".replace("'cause'", "''cause''");
    for (chart, tag) in
        [(Chart::Bars, "<c:barDir val=\"bar\"/>"), (Chart::Lines, "<c:lineChart>"), (Chart::Stacked, "stacked")]
    {
        let (xml, names) = drawn(chart, false);
        assert!(xml.contains(tag) && xml.contains(&own), "{chart:?}: {xml}");
        assert_eq!(names.len(), 2, "{chart:?} needs no numbers of its own");
    }
    let (xml, names) = drawn(Chart::Bars, true);
    assert!(xml.contains("'Chart data'!$B$2:$B$4"), "rows with headings among them are no range: {xml}");
    assert_eq!(names.last().map(String::as_str), Some("Chart data"));
    let (xml, _) = drawn(Chart::Pareto, false);
    assert!(
        xml.contains("<c:barDir val=\"col\"/>")
            && xml.contains("<c:lineChart>")
            && xml.matches("<c:valAx>").count() == 2
    );
    assert!(xml.contains("cumulative share") && xml.contains("<c:max val=\"1\"/>"), "{xml}");
    let (xml, _) = drawn(Chart::Control, false);
    assert!(["upper limit", "lower limit", "mean", "signal"].iter().all(|name| xml.contains(name)), "{xml}");
    let (xml, _) = drawn(Chart::Heat, false);
    assert!(xml.is_empty());
}

#[test]
fn numbers_lie_on_the_right_also_in_a_column_of_any_type() {
    let styles = |cells: [Cell; 2]| {
        let any = Column::new("now", Label::verbatim("now"), ColumnType::Any);
        let mut table = Table::new([Column::text("figure", Label::verbatim("figure")), any]);
        for cell in cells {
            table.row([Cell::text("a"), cell]);
        }
        let mut report = Report::new("compared", Label::default(), Facts::default());
        report.table("compared", Label::verbatim("compared"), table);
        let parts = parts(&bytes(&report, &Options::default()));
        parts.into_iter().find(|(name, _)| name == "xl/styles.xml").expect("styles").1
    };
    assert!(styles([Cell::Count(3), Cell::Money(5.into())]).contains("horizontal=\"right\""));
    assert!(!styles([Cell::Count(3), Cell::text("x")]).contains("horizontal=\"right\""));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let options = Options { lang: Lang::Zh, ..Options::default() };
    assert_eq!(bytes(&sample::monthly(), &options), bytes(&sample::monthly(), &options));
    assert_eq!(bytes(&list([Cell::text("x")]), &alone()), bytes(&list([Cell::text("x")]), &alone()));
}
