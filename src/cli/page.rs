//! A Markdown page for a screen: paragraphs in lines, tables in columns, code set apart. It knows only the Markdown
//! that the pages of `docs/` use.

use crate::locale::text::{pad_right, width, wrap};

/// The longest line of a paragraph, in columns, even on a wider screen.
const WIDEST: usize = 100;
const BETWEEN: &str = "  ";

/// The page for a screen with this many columns.
pub(super) fn shown(markdown: &str, columns: usize) -> String {
    let columns = columns.clamp(20, WIDEST);
    let mut out = String::new();
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            // the file that the block is a part of, and the preset that has the file
            let mut words = info.split(' ').skip(1);
            if let Some(file) = words.next() {
                let preset = words.next().map(|preset| format!(" ({preset})")).unwrap_or_default();
                out.push_str(&format!("    # {file}{preset}\n"));
            }
            for line in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                out.push_str(format!("    {line}").trim_end());
                out.push('\n');
            }
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                if !row.starts_with("|---") {
                    rows.push(cells(row));
                }
            }
            out.push_str(&table(&rows, columns));
        } else if line.starts_with('#') {
            out.push_str(&format!("{}\n", plain(line)));
        } else if line.trim().is_empty() {
            out.push('\n');
        } else {
            let mut text = plain(line);
            let goes_on = |line: &&str| {
                !line.trim().is_empty() && !["#", "|", "```", "- "].iter().any(|mark| line.starts_with(mark))
            };
            while let Some(more) = lines.next_if(goes_on) {
                join(&mut text, plain(more).trim());
            }
            let (first, rest) = if text.starts_with("- ") { ("- ", "  ") } else { ("", "") };
            let body = text.strip_prefix(first).unwrap_or(&text);
            for (at, line) in wrap(body, columns - first.len()).iter().enumerate() {
                out.push_str(&format!("{}{line}\n", if at == 0 { first } else { rest }));
            }
        }
    }
    out
}

/// Adds a line to a paragraph: with a space between, but not between Chinese characters.
fn join(text: &mut String, more: &str) {
    let is_ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
    if is_ascii(text.chars().next_back()) || is_ascii(more.chars().next()) {
        text.push(' ');
    }
    text.push_str(more);
}

/// The line without the targets of links: `[times](times.md)` becomes `times`.
fn plain(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, link)) = rest.split_once('[') {
        let named = link.split_once("](").and_then(|(name, after)| Some((name, after.split_once(')')?.1)));
        let Some((name, after)) = named.filter(|(name, _)| !name.contains(['`', '['])) else {
            out.push_str(before);
            out.push('[');
            rest = link;
            continue;
        };
        out.push_str(before);
        out.push_str(name);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The cells of a row. `\|` is not a border.
fn cells(row: &str) -> Vec<String> {
    let inner = row.trim().trim_start_matches('|');
    let inner = inner.strip_suffix('|').unwrap_or(inner).replace("\\|", "\u{0}");
    inner.split('|').map(|cell| plain(cell.trim()).replace('\u{0}', "|")).collect()
}

/// The table in columns if they fit. Otherwise each row becomes its first cell, with the others below.
fn table(rows: &[Vec<String>], columns: usize) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widest =
        |at: usize| rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or_default();
    let widths: Vec<usize> = (0..count).map(widest).collect();
    let mut out = String::new();
    if widths.iter().sum::<usize>() + BETWEEN.len() * count <= columns {
        for row in rows {
            let cells = row.iter().zip(&widths).map(|(cell, width)| pad_right(cell, *width));
            out.push_str(format!("{BETWEEN}{}", cells.collect::<Vec<_>>().join(BETWEEN)).trim_end());
            out.push('\n');
        }
        return out;
    }
    for row in &rows[1..] {
        let (first, rest) = row.split_first().map_or(("", &row[..]), |(first, rest)| (first.as_str(), rest));
        out.push_str(&wrap(first, columns - 2).iter().map(|line| format!("  {line}\n")).collect::<String>());
        for cell in rest.iter().filter(|cell| !cell.is_empty()) {
            out.push_str(&wrap(cell, columns - 6).iter().map(|line| format!("      {line}\n")).collect::<String>());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn paragraphs_tables_and_code_fit_the_screen() {
        let page = "# Title\n\nOne sentence with a [link](other.md)\nthat goes on.\n- a point\n  and more\n\n```sh policy/x.toml basic\nredress due\n```\n\
                    | word | what |\n|---|---|\n| `a` | one \\| two |\n";
        assert_eq!(
            shown(page, 80),
            "# Title\n\nOne sentence with a link that goes on.\n- a point and more\n\n    # policy/x.toml (basic)\n    redress due\n  word  what\n  `a`   one | two\n"
        );
        assert_eq!(
            shown(page, 20),
            "# Title\n\nOne sentence with a\nlink that goes on.\n- a point and more\n\n    # policy/x.toml (basic)\n    redress due\n  word  what\n  `a`   one | two\n"
        );
        assert_eq!(
            shown("| a | b |\n|---|---|\n| `key` | a text that is long |\n", 20),
            "  `key`\n      a text that is\n      long\n"
        );
    }

    #[test]
    fn chinese_lines_are_joined_without_a_space() {
        assert_eq!(shown("各条件之间为“且”，\n没有“或”。\n", 80), "各条件之间为“且”，没有“或”。\n");
    }
}
