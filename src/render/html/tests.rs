//! Pages with hostile text, and the security policy compared with the script.

use sha2::{Digest as _, Sha256};

use super::SCRIPT;
use super::head::SECURITY;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Chart, Column, Facts, Report, Table};
use crate::render::{Options, format, sample};

fn page(report: &Report) -> String {
    let options = Options { lang: Lang::Zh, ..Options::default() };
    String::from_utf8(format("html").unwrap().render(report, &options).unwrap()).unwrap()
}

/// Base64 (RFC 4648), as the security policy needs it.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = usize::try_from(number >> (18 - 6 * at) & 63).unwrap();
            out.push(if at <= three.len() { char::from(LETTERS[letter]) } else { '=' });
        }
    }
    out
}

#[test]
fn the_only_script_that_may_run_is_ours() {
    assert!(SECURITY.contains(&format!("'sha256-{}'", base64(&Sha256::digest(SCRIPT)))));
    let page = page(&sample::monthly());
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.contains(&format!("<script>{SCRIPT}</script>")));
    for loads in ["http:", "https:", "src=", "@import", "url(h", "<link"] {
        let found = page.matches(loads).count();
        // the hostile cell of the sample contains an address, as text
        assert_eq!(found, if loads == "http:" { 1 } else { 0 }, "{loads}");
    }
}

#[test]
fn text_of_records_stays_text() {
    let hostile =
        ["</script><script>alert(1)</script>", "]]>", "\"><img onerror=x>", "=1+1", "\u{202e}txt.exe", "&lt;"];
    let mut table =
        Table::new([Column::text("who", Label::new(hostile[0], hostile[0])), Column::count("n", Label::verbatim("n"))]);
    table.chart = Some(Chart::Bars);
    for text in hostile {
        table.row([Cell::text(text), Cell::Count(3)]);
    }
    table.row([Cell::text("字".repeat(10_000)), Cell::Count(1)]);
    let mut report = Report::new(
        "t",
        Label::new(hostile[0], hostile[2]),
        Facts { book: Some(hostile[2].into()), ..Facts::default() },
    );
    report.table("t", Label::new("", hostile[1]), table);
    let page = page(&report);
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<img") && !page.contains('\u{202e}'));
    assert!(page.contains("\\u{202e}txt.exe") && page.contains("&amp;lt;"));
    assert!(
        page.contains("<details class=\"long\">") && page.contains(&"字".repeat(10_000)),
        "long text is folded, not cut"
    );
}

#[test]
fn a_report_is_headed_by_what_it_was_made_from() {
    let page = page(&sample::monthly());
    for part in [
        "<html lang=\"zh-CN\">",
        "<title>客户投诉案件统计表 · 2026-10 · 东方机电</title>",
        "<dd title=\"3f2a9c1b77d0e5f6a7b8c9d0e1f2a3b4c5d6e7f8\">3f2a9c1b77d0</dd>",
        "<p class=\"value\">83.3%</p><p class=\"of\">及时 5 / 应答复 6</p>",
        "损失金额</th>",
        "<td class=\"n\" data-v=\"2822\">47小时2分</td>",
        "<li class=\"holds\">",
    ] {
        assert!(page.contains(part), "{part}\n{page}");
    }
}
