//! CSV (RFC 4180): the data of one table, or the whole report as blocks. Text can never become a formula; numbers are
//! never changed.
//!
//! Numbers have no thousands separators, shares are written `83.33%`, instants in ISO 8601. A column of durations is in
//! minutes, as its heading says; elsewhere a duration is written with its unit.

use csv::{Terminator, Writer, WriterBuilder};
use rust_decimal::Decimal;

use crate::locale::messages::RenderText;
use crate::locale::text::{is_hidden, visible};
use crate::locale::{Label, Lang};
use crate::model::{Body, Cell, Column, ColumnType, Identity, Report, Role, Table};
use crate::say;

use super::format::OfList;
use super::words::{instant, money, percent, words};
use super::{Format, Options, RenderError, text};

pub(super) const FORMAT: Format = Format { name: "csv", extension: "csv", write, list: OfList::Table, binary: false };

/// UTF-8's byte order mark; without it Excel misreads Chinese.
const MARK: &[u8] = "\u{feff}".as_bytes();

fn write(report: &Report, options: &Options) -> Result<Vec<u8>, RenderError> {
    let mut out = if options.excel { MARK.to_vec() } else { Vec::new() };
    let page = Page { lang: options.lang, excel: options.excel };
    if let Some(section) = &options.section {
        out.extend(page.table(find(report, section)?, true)?);
        return Ok(out);
    }
    let mut blocks = vec![page.head(report)?];
    for section in &report.sections {
        let mut block = page.title(&section.title)?;
        match &section.body {
            Body::Table(table) => block.extend(page.table(table, false)?),
            Body::Fields(fields) => block.extend(page.table(&text::fields_table(fields), false)?),
            Body::Figures(figures) => block.extend(page.table(&text::figures_table(figures, page.lang), false)?),
            Body::Signatures(who) => block.extend(page.table(&text::signatures_table(who), false)?),
            Body::Identities(identities) => block.extend(page.identities(identities)?),
            Body::Verbatim { text, .. } => block.extend(page.rows(text.lines().map(|line| vec![Cell::text(line)]))?),
        }
        blocks.push(block);
    }
    blocks.push(page.rows(report.notes.iter().map(|note| vec![Cell::Text(text::note_line(note, page.lang))]))?);
    blocks.retain(|block| !block.is_empty());
    out.extend(blocks.join(&b"\r\n"[..]));
    Ok(out)
}

/// The table of a section.
///
/// # Errors
/// There is none of this name.
pub(super) fn find<'r>(report: &'r Report, section: &str) -> Result<&'r Table, RenderError> {
    let tables = report.sections.iter().filter_map(|part| match &part.body {
        Body::Table(table) => Some((part.name.as_str(), table)),
        _ => None,
    });
    tables.clone().find(|(name, _)| *name == section).map(|(_, table)| table).ok_or_else(|| {
        RenderError::UnknownSection {
            report: report.name.clone(),
            section: section.to_owned(),
            tables: tables.map(|(name, _)| name.to_owned()).collect(),
        }
    })
}

struct Page {
    lang: Lang,
    excel: bool,
}

impl Page {
    fn writer(&self) -> Writer<Vec<u8>> {
        WriterBuilder::new().flexible(true).terminator(Terminator::CRLF).from_writer(Vec::new())
    }

    fn rows(&self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Result<Vec<u8>, RenderError> {
        let mut writer = self.writer();
        for row in rows {
            writer.write_record(row.iter().map(|cell| self.cell(cell)))?;
        }
        finish(writer)
    }

    fn title(&self, title: &Label) -> Result<Vec<u8>, RenderError> {
        let title = title.get(self.lang);
        self.rows((!title.is_empty()).then(|| vec![Cell::text(title)]))
    }

    fn head(&self, report: &Report) -> Result<Vec<u8>, RenderError> {
        let mut head = self.title(&report.title)?;
        let facts = text::fact_pairs(report).into_iter().map(|(name, value)| vec![Cell::Label(name.label()), value]);
        head.extend(self.rows(facts)?);
        Ok(head)
    }

    fn table(&self, table: &Table, data_alone: bool) -> Result<Vec<u8>, RenderError> {
        let mut writer = self.writer();
        writer.write_record(table.columns.iter().map(|column| self.heading(column)))?;
        for row in table.rows.iter().filter(|row| !data_alone || row.role == Role::Body) {
            let kinds = table.columns.iter().map(|column| column.kind);
            writer.write_record(row.cells.iter().zip(kinds).map(|(cell, kind)| match cell {
                // among other numbers a duration has its unit, because the heading cannot give it
                Cell::Minutes(_) if kind != ColumnType::Minutes => self.text(&words(cell, self.lang)),
                cell => self.cell(cell),
            }))?;
        }
        finish(writer)
    }

    /// The heading of a column. For durations it gives the unit, because their values are plain numbers.
    fn heading(&self, column: &Column) -> String {
        let label = column.label.get(self.lang);
        match column.kind {
            ColumnType::Minutes => self.text(&say!(self.lang, RenderText::InMinutes, what = label)),
            _ => self.text(label),
        }
    }

    fn identities(&self, identities: &[Identity]) -> Result<Vec<u8>, RenderError> {
        let mut rows = Vec::new();
        for identity in identities {
            let row = |label: &Label, value: Cell| vec![Cell::from(&identity.label), Cell::from(label), value];
            for term in &identity.terms {
                rows.push(row(&term.label, identity.cell(if term.minus { -term.value } else { term.value })));
            }
            rows.push(row(&identity.result.label, identity.cell(identity.result.value)));
            rows.push(vec![Cell::from(&identity.label), Cell::Text(text::verdict(identity, self.lang))]);
        }
        let heading =
            [RenderText::Identity, RenderText::Field, RenderText::Value].map(|name| Cell::Label(name.label()));
        self.rows(std::iter::once(heading.to_vec()).chain(rows))
    }

    fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Text(text) | Cell::Id(text) => self.text(text),
            Cell::Label(label) => self.text(label.get(self.lang)),
            Cell::Count(count) | Cell::Minutes(count) => count.to_string(),
            Cell::Decimal(number) => number.to_string(),
            Cell::Money(amount) => money(*amount).to_string(),
            Cell::Percent(ratio) => percent(ratio, 2).map(|share: Decimal| format!("{share}%")).unwrap_or_default(),
            Cell::Moment(moment) | Cell::End(moment) => instant(moment),
            Cell::List(_) => self.text(&words(cell, self.lang)),
            Cell::Empty | Cell::Unknown | Cell::Date(_) | Cell::Bool(_) => words(cell, self.lang),
        }
    }

    /// Text that no spreadsheet takes for a formula: an apostrophe is put before it if it could be one. Control
    /// characters (except tab and line breaks), hidden characters and signs that change the writing direction are
    /// written out.
    fn text(&self, text: &str) -> String {
        let rest = text.trim_start_matches('\'');
        let quoted = rest.len() < text.len();
        let guard = is_formula(rest) || (looks_numeric(rest) && (self.excel || quoted));
        let mut out = String::with_capacity(text.len() + 1);
        if guard {
            out.push('\'');
        }
        for c in text.chars() {
            match c {
                '\n' | '\t' | '\r' => out.push(c),
                c if is_hidden(c) => out.push_str(&visible(c.encode_utf8(&mut [0; 4]))),
                c => out.push(c),
            }
        }
        out
    }
}

fn finish(writer: Writer<Vec<u8>>) -> Result<Vec<u8>, RenderError> {
    writer.into_inner().map_err(|error| RenderError::Csv(error.into_error().into()))
}

/// Text as a cell that no spreadsheet evaluates, for files that [`FORMAT`] does not write.
pub fn guarded(text: &str) -> String {
    Page { lang: Lang::En, excel: true }.text(text)
}

/// The text of a cell without the apostrophe that [`FORMAT`] put before it.
pub fn unguard(text: &str) -> &str {
    let rest = text.trim_start_matches('\'');
    match text.strip_prefix('\'') {
        Some(inner) if is_formula(rest) || looks_numeric(rest) => inner,
        _ => text,
    }
}

/// Whether a spreadsheet could evaluate the text, in ASCII or in the form of input methods.
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Codes that Excel would change into numbers: leading zeros, more than 11 digits, `1E5`.
fn looks_numeric(text: &str) -> bool {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent = text.split_once(['e', 'E']).is_some_and(|(number, power)| {
        [number, power].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    });
    exponent || (digits && (text.len() > 11 || (text.len() > 1 && text.starts_with('0'))))
}

#[cfg(test)]
mod tests {
    use super::unguard;
    use crate::locale::text::is_hidden;
    use crate::locale::{Label, Lang};
    use crate::model::{Cell, Column, Facts, Report, Role, Table};
    use crate::render::{Options, format, sample};
    use proptest::prelude::*;
    use snapbox::IntoData;

    fn rendered(report: &Report, options: &Options) -> String {
        String::from_utf8(format("csv").unwrap().render(report, options).unwrap()).unwrap()
    }

    fn texts(cells: &[Cell], excel: bool) -> String {
        let mut table = Table::new([Column::text("a", Label::new("a", "a"))]);
        cells.iter().for_each(|cell| _ = table.row([cell.clone()]));
        let mut report = Report::new("t", Label::default(), Facts::default());
        report.table("t", Label::default(), table);
        rendered(&report, &Options { section: Some("t".into()), excel, ..Options::default() })
    }

    #[test]
    fn a_report_as_blocks() {
        let options = Options { lang: Lang::Zh, ..Options::default() };
        let page = rendered(&sample::monthly(), &options);
        let within_quotes = page.matches('\n').count() - page.matches("\r\n").count();
        assert_eq!(within_quotes, 1, "every record ends with CRLF; the one bare line break is in the note's text");
        snapbox::assert_data_eq!(
            page.replace("\r\n", "\n"),
            snapbox::str![[r#"
客户投诉案件统计表
台账,东方机电
期间,2026年10月（2026-10-01 至 2026-10-31）
截至,2026-11-02T09:00:00+08:00
提交,3f2a9c1b77d0
金额单位,CNY

已结案件
编号,客户名称,结案日期,损失金额,占比,用时（分钟）
产品
C-261003-7K3F2,杭州西湖精密机械设备制造（集团）股份有限公司余杭分公司,2026-10-09,12344.50,93.28%,2822
C-261011-9XQ4M,"'=HYPERLINK(""http://x"")|<b>\u{1b}[2J\u{202e}`x`",未知,890.00,,-90
其中一户尚未回访
合计,,,13234.50,,未知

指标
指标,数值,计算,定义
反馈及时率,83.33%,及时 5 / 应答复 6,限时内答复件数 / 应答复件数
回访率,,已回访 0 / 计划 0,已回访客户数 / 计划回访客户数
客诉损失率,未知,"损失 13,234.50 / 销售额 未知",损失金额 / 销售额（已提供时）
平均处理时间,24小时16分,工作时间 48小时32分 / 件数 2,登记至核决的工作时间

勾稽关系,字段,数值
本期案件,期初未结,12
本期案件,新收,30
本期案件,重新受理,1
本期案件,办结,-28
本期案件,期末未结,15
本期案件,平衡

规则
,
批准日期,2026-01-05
备注,"第一行
第二行 \u{1b}[31m"
已确认,是
审核人,

stateDiagram-v2
  registered --> accepted

警告：不平，相差 C-261003-\u{202e}

"#]]
            .raw()
        );
    }

    #[test]
    fn a_section_is_its_data_alone() {
        let options = Options { section: Some("cases".into()), excel: true, ..Options::default() };
        let page = rendered(&sample::monthly(), &options);
        assert!(page.starts_with('\u{feff}'));
        snapbox::assert_data_eq!(
            page.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
            snapbox::str![[r#"
number,client,closed,loss,share,took (min)
C-261003-7K3F2,杭州西湖精密机械设备制造（集团）股份有限公司余杭分公司,2026-10-09,12344.50,93.28%,2822
C-261011-9XQ4M,"'=HYPERLINK(""http://x"")|<b>\u{1b}[2J\u{202e}`x`",unknown,890.00,,-90

"#]]
            .raw()
        );
        let wrong = Options { section: Some("case".into()), ..Options::default() };
        let error = format("csv").unwrap().render(&sample::monthly(), &wrong).expect_err("no such section");
        assert_eq!(error.to_string(), "report `monthly` has no table `case`; it has cases");
    }

    #[test]
    fn text_is_no_formula_and_numbers_stay_numbers() {
        for (cell, plain, excel) in [
            (Cell::text("=1+1"), "'=1+1", "'=1+1"),
            (Cell::text("+86 571"), "'+86 571", "'+86 571"),
            (Cell::text("@SUM"), "'@SUM", "'@SUM"),
            (Cell::text("\t=1"), "'\t=1", "'\t=1"),
            (Cell::text("＝1"), "'＝1", "'＝1"),
            (Cell::text("'=1"), "''=1", "''=1"),
            (Cell::text("'s"), "'s", "'s"),
            (Cell::id("007"), "007", "'007"),
            (Cell::id("13800138000"), "13800138000", "13800138000"),
            (Cell::id("330102199001011234"), "330102199001011234", "'330102199001011234"),
            (Cell::text("\u{1b}[2J"), "\\u{1b}[2J", "\\u{1b}[2J"),
        ] {
            assert_eq!(texts(std::slice::from_ref(&cell), false).lines().nth(1), Some(plain), "{cell:?}");
            assert_eq!(texts(std::slice::from_ref(&cell), true).lines().nth(1), Some(excel), "{cell:?}");
        }
        let mut report = Report::new("t", Label::default(), Facts::default());
        let mut table =
            Table::new([Column::money("m", Label::new("m", "m")), Column::count("c", Label::new("c", "c"))]);
        table.row([Cell::Money((-5).into()), Cell::Count(-12_345)]);
        report.table("t", Label::default(), table);
        assert_eq!(rendered(&report, &Options::default()), "m,c\r\n-5.00,-12345\r\n");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            rows in prop::collection::vec(("[^\\p{Cc}\\p{Cf}]{0,12}|['=+@0-9\n\t\"]{0,6}", any::<i64>(), any::<[u32; 2]>()), 0..6),
            excel in any::<bool>(),
        ) {
            let name = |name: &str| Label::new(name, name);
            let mut table = Table::new([
                Column::text("t", name("t")), Column::count("c", name("c")), Column::money("m", name("m")),
            ]);
            for (text, count, [whole, cents]) in &rows {
                // hidden characters are written out
                let text: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !is_hidden(*c)).collect();
                let amount = rust_decimal::Decimal::new(i64::from(*whole) * 100 + i64::from(cents % 100), 2);
                table.row([Cell::text(text), Cell::Count(*count), Cell::Money(amount)]);
            }
            let data = table.clone();
            let mut report = Report::new("t", Label::default(), Facts::default());
            report.table("t", Label::default(), table.total([Cell::Empty, Cell::Count(0), Cell::Empty]).clone());
            let page = rendered(&report, &Options { section: Some("t".into()), excel, ..Options::default() });
            let mut reader = csv::Reader::from_reader(page.trim_start_matches('\u{feff}').as_bytes());
            let read: Vec<Vec<Cell>> = reader
                .records()
                .map(|record| {
                    let record = record.expect("CSV");
                    vec![
                        Cell::text(unguard(&record[0])),
                        Cell::Count(record[1].parse().expect("a count")),
                        Cell::Money(record[2].parse().expect("an amount")),
                    ]
                })
                .collect();
            prop_assert_eq!(read, data.rows.into_iter().filter(|row| row.role == Role::Body).map(|row| row.cells).collect::<Vec<_>>());
        }
    }
}
