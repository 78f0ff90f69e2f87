use proptest::prelude::*;
use snapbox::IntoData;

use crate::locale::text::{is_hidden, width};
use crate::locale::{Label, Lang};
use crate::model::{Body, Cell, Column, Facts, Identity, Report, Table, Tone};
use crate::render::{Options, format, sample};

fn rendered(report: &Report, options: &Options) -> String {
    String::from_utf8(format("text").unwrap().render(report, options).unwrap()).unwrap()
}

fn page(lang: Lang, width: usize) -> Options {
    Options { lang, width: Some(width), ..Options::default() }
}

#[test]
fn a_report_in_chinese() {
    snapbox::assert_data_eq!(
        rendered(&sample::monthly(), &page(Lang::Zh, 100)),
        snapbox::str![[r#"
客户投诉案件统计表
东方机电 · 2026年10月（2026-10-01 至 2026-10-31） · 截至 2026-11-02 09:00 +08:00
提交 3f2a9c1b77d0 · 金额单位 CNY

已结案件
编号            客户名称                                    结案日期     损失金额   占比        用时
────────────────────────────────────────────────────────────────────────────────────────────────────
产品                                                                                                
C-261003-7K3F2  杭州西湖精密机械设备制造（集团）股份有限公  2026-10-09  12,344.50  93.3%   47小时2分
                司余杭分公司                                                                        
C-261011-9XQ4M  =HYPERLINK("http://x")|<b>\u{1b}[2J\u{202e  未知           890.00      –  -1小时30分
                }`x`                                                                                
其中一户尚未回访                                                                                    
────────────────────────────────────────────────────────────────────────────────────────────────────
合计                                                                    13,234.50               未知

指标
指标                数值  计算                          定义                         
─────────────────────────────────────────────────────────────────────────────────────
反馈及时率         83.3%  及时 5 / 应答复 6             限时内答复件数 / 应答复件数  
回访率                 –  已回访 0 / 计划 0             已回访客户数 / 计划回访客户数
客诉损失率          未知  损失 13,234.50 / 销售额 未知  损失金额 / 销售额（已提供时）
平均处理时间  24小时16分  工作时间 48小时32分 / 件数 2  登记至核决的工作时间         

本期案件：期初未结 12 + 新收 30 + 重新受理 1 - 办结 28 = 期末未结 15（平衡）

规则
批准日期  2026-01-05       
备注      第一行           
          第二行 \u{1b}[31m
已确认    是               
审核人                     

stateDiagram-v2
  registered --> accepted

警告：不平，相差 C-261003-\u{202e}

"#]]
        .raw()
    );
}

#[test]
fn a_report_in_english() {
    snapbox::assert_data_eq!(
        rendered(&sample::monthly(), &page(Lang::En, 80)),
        snapbox::str![[r#"
Complaint statistics
东方机电 · 2026-10 (2026-10-01 – 2026-10-31) · as of 2026-11-02 09:00 +08:00
commit 3f2a9c1b77d0 · amounts in CNY

Closed cases
number          client                 closed           loss  share         took
────────────────────────────────────────────────────────────────────────────────
Product                                                                         
C-261003-7K3F2  杭州西湖精密机械设备   2026-10-09  12,344.50  93.3%   47 h 2 min
                制造（集团）股份有限                                            
                公司余杭分公司                                                  
C-261011-9XQ4M  =HYPERLINK("http://x"  unknown        890.00      –  -1 h 30 min
                )|<b>\u{1b}[2J\u{202e                                           
                }`x`                                                            
one client was not called back                                                  
────────────────────────────────────────────────────────────────────────────────
total                                              13,234.50             unknown

Figures
figure                    value  calculation              definition            
────────────────────────────────────────────────────────────────────────────────
feedback on time          83.3%  in time 5 / due 6        answered within the   
                                                          limit / due to be     
                                                          answered              
callback rate                 –  called 0 / planned 0     clients called back / 
                                                          clients planned       
loss rate               unknown  loss 13,234.50 / sales   loss / sales, where   
                                 unknown                  sales are given       
mean handling time  24 h 16 min  working time 48 h 32     working time from     
                                 min / cases 2            registration to the   
                                                          decision              

cases of the period: open at start 12 + received 30 + reopened 1 - ended 28 =
open at end 15 (balances)

Policy
approved   2026-01-05       
note       第一行           
           第二行 \u{1b}[31m
confirmed  yes              
reviewer                    

stateDiagram-v2
  registered --> accepted

warning: does not balance, off by C-261003-\u{202e}

"#]]
        .raw()
    );
}

#[test]
fn a_page_too_narrow_for_columns() {
    let mut report = sample::monthly();
    report.sections.truncate(1);
    report.notes.clear();
    snapbox::assert_data_eq!(
        rendered(&report, &page(Lang::Zh, 40)),
        snapbox::str![[r#"
客户投诉案件统计表
东方机电
2026年10月（2026-10-01 至 2026-10-31）
截至 2026-11-02 09:00 +08:00
提交 3f2a9c1b77d0 · 金额单位 CNY

已结案件
编号            客户名称      结案日期  
────────────────────────────────────────
产品                                    
C-261003-7K3F2  杭州西湖精密  2026-10-09
                机械设备制造            
                （集团）股份            
                有限公司余杭            
                分公司                  
C-261011-9XQ4M  =HYPERLINK("  未知      
                http://x")|<            
                b>\u{1b}[2J\            
                u{202e}`x`              
其中一户尚未回访                        
────────────────────────────────────────
合计                                    
宽度不够，未显示：损失金额、占比、用时
（加宽终端即可看到）

"#]]
        .raw()
    );
    snapbox::assert_data_eq!(
        rendered(&report, &Options { lines: Some(1), chooses: true, ..page(Lang::En, 50) }),
        snapbox::str![[r#"
Complaint statistics
东方机电 · 2026-10 (2026-10-01 – 2026-10-31)
as of 2026-11-02 09:00 +08:00
commit 3f2a9c1b77d0 · amounts in CNY

Closed cases
number          client                  closed    
──────────────────────────────────────────────────
Product                                           
C-261003-7K3F2  杭州西湖精密机械设备…   2026-10-09
C-261011-9XQ4M  =HYPERLINK("http://x"…  unknown   
one client was not called back                    
──────────────────────────────────────────────────
total                                             
no room for: loss, share, took (--fields A,B
chooses columns, a wider terminal shows all)

"#]]
        .raw()
    );
}

#[test]
fn colour_only_where_told() {
    let mut table = Table::new([Column::text("a", Label::new("a", "甲"))]);
    table.toned(Tone::Bad, ["late".into()]).row(["fine".into()]);
    let mut report = Report::new("t", Label::default(), Facts::default());
    report.table("t", Label::default(), table);
    let coloured = rendered(&report, &Options { colour: true, ..Options::default() });
    assert_eq!(coloured, "\u{1b}[1ma   \u{1b}[0m\n────\n\u{1b}[31mlate\u{1b}[0m\nfine\n");
    assert_eq!(rendered(&report, &Options::default()), "a   \n────\nlate\nfine\n");
}

#[test]
fn long_cells_are_cut_where_told() {
    let mut table = Table::new([Column::text("a", Label::default())]);
    table.row(["到货后抽检 12 件漏水，现场已停线，请尽快处理".into()]);
    let mut report = Report::new("t", Label::default(), Facts::default());
    report.table("t", Label::default(), table);
    let options = Options { lines: Some(2), ..page(Lang::Zh, 20) };
    assert_eq!(rendered(&report, &options), "到货后抽检 12 件漏  \n水，现场已停线，请… \n");
}

#[test]
fn an_identity_that_does_not_hold_is_printed_as_an_error() {
    let label = |text: &str| Label::new(text, text);
    let identity =
        Identity::counts("open", label("month"), (label("end"), 15)).plus(label("start"), 12).minus(label("ended"), 1);
    let mut report = Report::new("t", Label::default(), Facts::default());
    report.identities("i", Label::default(), [identity]);
    assert_eq!(rendered(&report, &page(Lang::Zh, 100)), "month：start 12 - ended 1 = end 15（错误：不平，相差 -4）\n");
    assert_eq!(report.broken().count(), 1);
}

#[test]
fn an_empty_table_says_so() {
    let mut report = Report::new("t", Label::default(), Facts::default());
    report.table("t", Label::default(), Table::new([Column::text("a", Label::new("client", "客户"))]));
    assert_eq!(rendered(&report, &page(Lang::En, 80)), "client\n──────\nnone  \n");
}

proptest! {
    #[test]
    fn lines_have_one_width_and_nothing_hidden(
        rows in prop::collection::vec((any::<String>(), "[投诉漏水，a-z ]{0,30}", any::<i64>()), 1..5),
        columns in prop::option::of(2usize..90),
    ) {
        let mut table = Table::new([
            Column::text("a", Label::new("a", rows[0].0.clone())),
            Column::text("b", Label::new("b", "乙")),
            Column::count("c", Label::new("c", "丙")),
        ]);
        table.group(&*rows[0].1);
        for (any, chinese, count) in &rows {
            table.row([Cell::text(any), Cell::text(chinese), Cell::Count(*count)]);
        }
        table.total([Cell::text(""), Cell::Empty, Cell::Unknown]);
        let mut report = Report::new("t", Label::default(), Facts::default());
        report.table("t", Label::default(), table);
        let text = rendered(&report, &Options { lang: Lang::Zh, width: columns, ..Options::default() });
        let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
        // the line below the table about left-out columns
        let below = lines.iter().position(|line| line.starts_with('宽')).unwrap_or(lines.len());
        for line in &lines {
            prop_assert!(!line.contains(is_hidden), "{line:?}");
            prop_assert!(columns.is_none_or(|columns| width(line) <= columns), "{}", text);
        }
        for line in &lines[..below] {
            prop_assert_eq!(width(line), width(lines[0]), "{}", text);
        }
    }

    #[test]
    fn no_control_character_survives_anywhere(text in any::<String>()) {
        let hostile = || Label::new(text.clone(), text.clone());
        let mut report = sample::monthly();
        report.title = hostile();
        report.facts.book = Some(text.clone());
        report.note(crate::model::Level::Error, hostile());
        for section in &mut report.sections {
            section.title = hostile();
            match &mut section.body {
                Body::Verbatim { text: shown, .. } => *shown = text.clone(),
                Body::Identities(identities) => identities[0].label = hostile(),
                Body::Signatures(who) => who[0] = hostile(),
                Body::Figures(figures) => figures[0].definition = hostile(),
                Body::Fields(fields) => fields[0].value = Cell::Id(text.clone()),
                Body::Table(table) => _ = table.note(&*text),
            }
        }
        let shown = rendered(&report, &page(Lang::Zh, 80)).replace('\n', "");
        prop_assert!(!shown.contains(is_hidden), "{shown:?}");
    }
}
