//! Markdown (GitHub's), with pipe tables. Text of a record can never end a cell, add markup or become HTML.

use crate::locale::text::{visible, visible_lines};
use crate::locale::{Label, Lang};
use crate::model::{Body, Cell, Report, Role, Table};

use super::format::OfList;
use super::words::words;
use super::{Format, Options, RenderError, text};

pub(super) const FORMAT: Format = Format { name: "md", extension: "md", write, list: OfList::Table, binary: false };

fn write(report: &Report, options: &Options) -> Result<Vec<u8>, RenderError> {
    let lang = options.lang;
    let mut blocks = Vec::new();
    heading(&mut blocks, "#", &report.title, lang);
    let facts = text::facts(report, lang);
    if !facts.is_empty() {
        blocks.push(facts.iter().map(|fact| escape(fact)).collect::<Vec<_>>().join(" · "));
    }
    for section in &report.sections {
        heading(&mut blocks, "##", &section.title, lang);
        match &section.body {
            Body::Table(rows) => blocks.push(table(rows, lang)),
            Body::Fields(fields) => blocks.push(table(&text::fields_table(fields), lang)),
            Body::Figures(figures) => blocks.push(table(&text::figures_table(figures, lang), lang)),
            Body::Signatures(who) => blocks.push(table(&text::signatures_table(who), lang)),
            Body::Identities(identities) => {
                let line = |identity| format!("- {}", escape(&text::identity_line(identity, lang)));
                blocks.push(identities.iter().map(line).collect::<Vec<_>>().join("\n"));
            }
            Body::Verbatim { language, text } => blocks.push(fenced(language, text)),
        }
    }
    if !report.notes.is_empty() {
        let line = |note| format!("- {}", escape(&text::note_line(note, lang)));
        blocks.push(report.notes.iter().map(line).collect::<Vec<_>>().join("\n"));
    }
    blocks.retain(|block| !block.is_empty());
    Ok((blocks.join("\n\n") + "\n").into_bytes())
}

fn heading(blocks: &mut Vec<String>, marks: &str, title: &Label, lang: Lang) {
    let title = title.get(lang);
    if !title.is_empty() {
        blocks.push(format!("{marks} {}", escape(title)));
    }
}

fn table(table: &Table, lang: Lang) -> String {
    let line = |cells: &[String]| format!("| {} |", cells.join(" | "));
    let headings: Vec<String> = table.columns.iter().map(|column| escape(column.label.get(lang))).collect();
    let rule: Vec<String> =
        table.columns.iter().map(|column| if column.kind.is_number() { "---:" } else { "---" }.to_owned()).collect();
    let mut lines = vec![line(&headings), line(&rule)];
    for row in &table.rows {
        let mut cells: Vec<String> = row.cells.iter().map(|cell| escaped(cell, lang)).collect();
        cells.resize(table.columns.len(), String::new());
        let mark = match row.role {
            Role::Body => "",
            Role::Group | Role::Subtotal | Role::Total => "**",
            Role::Note => "*",
        };
        for cell in cells.iter_mut().filter(|cell| !cell.is_empty()) {
            *cell = format!("{mark}{cell}{mark}");
        }
        lines.push(line(&cells));
    }
    lines.join("\n")
}

fn escaped(cell: &Cell, lang: Lang) -> String {
    escape(&words(cell, lang))
}

/// Text for a cell or a line: hidden characters are written out, line breaks become `<br>`, and markup is escaped.
pub(super) fn escape(text: &str) -> String {
    let text = visible_lines(text);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.trim().char_indices() {
        match c {
            '\n' => out.push_str("<br>"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            '#' | '+' | '-' | '=' if at == 0 => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// A code block whose fence is longer than any in the text.
fn fenced(language: &str, text: &str) -> String {
    let text = visible_lines(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(3.max(longest + 1));
    let language: String = visible(language).chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n'))
}

#[cfg(test)]
mod tests {
    use super::{escape, fenced};
    use crate::locale::{Label, Lang};
    use crate::model::{Cell, Column, Facts, Report, Table};
    use crate::render::{Options, format, sample};
    use proptest::prelude::*;
    use snapbox::IntoData;

    fn rendered(report: &Report) -> String {
        let options = Options { lang: Lang::Zh, ..Options::default() };
        String::from_utf8(format("md").unwrap().render(report, &options).unwrap()).unwrap()
    }

    #[test]
    fn markup_is_taken_literally() {
        for (text, written) in [
            ("a|b", "a\\|b"),
            ("a\\|b", "a\\\\\\|b"),
            ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
            ("`code` *b* _i_ ~~s~~", "\\`code\\` \\*b\\* \\_i\\_ \\~\\~s\\~\\~"),
            ("[x](http://y)", "\\[x\\](http://y)"),
            ("第一行\n第二行", "第一行<br>第二行"),
            ("# no heading", "\\# no heading"),
            ("&amp;", "&amp;amp;"),
            ("\u{1b}[31m", "\\\\u{1b}\\[31m"),
        ] {
            assert_eq!(escape(text), written);
        }
        assert_eq!(fenced("mermaid", "a\n```\nb\n"), "````mermaid\na\n```\nb\n````");
    }

    #[test]
    fn a_report_as_markdown() {
        snapbox::assert_data_eq!(
            rendered(&sample::monthly()),
            snapbox::str![[r##"
# 客户投诉案件统计表

东方机电 · 2026年10月（2026-10-01 至 2026-10-31） · 截至 2026-11-02 09:00 +08:00 · 提交 3f2a9c1b77d0 · 金额单位 CNY

## 已结案件

| 编号 | 客户名称 | 结案日期 | 损失金额 | 占比 | 用时 |
| --- | --- | --- | ---: | ---: | ---: |
| **产品** |  |  |  |  |  |
| C-261003-7K3F2 | 杭州西湖精密机械设备制造（集团）股份有限公司余杭分公司 | 2026-10-09 | 12,344.50 | 93.3% | 47小时2分 |
| C-261011-9XQ4M | \=HYPERLINK("http://x")\|&lt;b&gt;\\u{1b}\[2J\\u{202e}\`x\` | 未知 | 890.00 | – | \-1小时30分 |
| *其中一户尚未回访* |  |  |  |  |  |
| **合计** |  |  | **13,234.50** |  | **未知** |

## 指标

| 指标 | 数值 | 计算 | 定义 |
| --- | ---: | --- | --- |
| 反馈及时率 | 83.3% | 及时 5 / 应答复 6 | 限时内答复件数 / 应答复件数 |
| 回访率 | – | 已回访 0 / 计划 0 | 已回访客户数 / 计划回访客户数 |
| 客诉损失率 | 未知 | 损失 13,234.50 / 销售额 未知 | 损失金额 / 销售额（已提供时） |
| 平均处理时间 | 24小时16分 | 工作时间 48小时32分 / 件数 2 | 登记至核决的工作时间 |

- 本期案件：期初未结 12 + 新收 30 + 重新受理 1 - 办结 28 = 期末未结 15（平衡）

## 规则

|  |  |
| --- | --- |
| 批准日期 | 2026-01-05 |
| 备注 | 第一行<br>第二行 \\u{1b}\[31m |
| 已确认 | 是 |
| 审核人 |  |

```mermaid
stateDiagram-v2
  registered --> accepted
```

- 警告：不平，相差 C-261003-\\u{202e}

"##]]
            .raw()
        );
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_table(texts in prop::collection::vec(any::<String>(), 4)) {
            let mut table = Table::new([
                Column::text("a", Label::new("a", texts[0].clone())),
                Column::text("b", Label::new("b", "乙")),
            ]);
            table.row([Cell::text(&*texts[1]), Cell::text(&*texts[2])]).total([Cell::text(&*texts[3]), Cell::Empty]);
            let mut report = Report::new("t", Label::default(), Facts::default());
            report.table("t", Label::default(), table);
            let page = rendered(&report);
            let lines: Vec<&str> = page.trim_end_matches('\n').split('\n').collect();
            prop_assert_eq!(lines.len(), 4, "{}", page);
            for line in lines {
                let bytes = line.as_bytes();
                let bare = (0..bytes.len()).filter(|&at| {
                    let slashes = bytes[..at].iter().rev().take_while(|&&b| b == b'\\').count();
                    bytes[at] == b'|' && slashes % 2 == 0
                });
                prop_assert_eq!(bare.count(), 3, "{}", line);
            }
        }
    }
}
