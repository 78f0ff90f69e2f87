//! The comments of shipped files in the language of the book. The presets have English comments. Their Chinese is in
//! `presets/comments.zh.txt`, in blocks of two lines: the English comment on one line, then the Chinese one.
//!
//! Consecutive comment lines are one comment. A line with an indent of three spaces or more begins a separate
//! comment, which continues in lines with an indent of eight or more. Rulers (`# ---- Steps ---…`) are looked up as
//! `---- Steps`. Comments that are not in the table stay as they are; a test makes sure that these are only TOML.
//!
//! Texts that go into records, such as the content of a task, are in the language of the book, too. A preset has both:
//! `content = { zh = "换货", en = "Exchange" }`. The book gets `content = "换货"`. Labels have English first, and stay
//! in both languages.

use std::collections::BTreeMap;

use crate::locale::Lang;
use crate::locale::text::{width, wrap};

const TABLE: &str = include_str!("../presets/comments.zh.txt");
/// The width of a comment line, in columns.
const WIDE: usize = 116;
/// The indent of a separate item, and that of its further lines.
const ITEM: usize = 3;
const ITEM_GOES_ON: usize = 8;
const RULER: &str = "----";
/// A line break in the Chinese comment of a template.
const BREAK: char = '⏎';

/// A file in the book's language; `path` decides what kind of file it is.
pub(super) fn in_language(path: &str, text: String, lang: Lang) -> String {
    let text = if path.ends_with(".toml") { of_records(&text, lang) } else { text };
    match lang {
        Lang::En => text,
        Lang::Zh => {
            let table = table();
            translated(path, &text, &mut |english| table.get(english).copied())
        }
    }
}

/// The text with those texts that go into records in one language.
fn of_records(text: &str, lang: Lang) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, zh, en, after)) = both(rest) {
        out.push_str(&format!("{before}\"{}\"", if lang == Lang::Zh { zh } else { en }));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The first text of two languages: what stands before it, its Chinese, its English, and what stands behind it.
fn both(text: &str) -> Option<(&str, &str, &str, &str)> {
    let (before, inner) = text.split_once("{ zh = \"")?;
    let (zh, inner) = inner.split_once("\", en = \"")?;
    let (en, after) = inner.split_once("\" }")?;
    Some((before, zh, en, after))
}

/// The language of a file's comments: that of the first one.
pub(super) fn language(text: &str) -> Lang {
    let first = text.lines().find_map(|line| line.trim_start().strip_prefix('#'));
    match first.and_then(|comment| comment.trim().chars().next()) {
        Some(c) if ('\u{4e00}'..='\u{9fff}').contains(&c) => Lang::Zh,
        _ => Lang::En,
    }
}

/// The English comments with their Chinese.
fn table() -> BTreeMap<&'static str, &'static str> {
    let blocks = TABLE.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    blocks.filter_map(|block| block.split_once('\n')).map(|(en, zh)| (en.trim(), zh.trim())).collect()
}

/// The text with its comments translated by `said`; unknown comments stay as they are.
fn translated(path: &str, text: &str, said: &mut impl FnMut(&str) -> Option<&'static str>) -> String {
    if path.ends_with(".toml") {
        toml(text, said)
    } else if path.ends_with(".html") {
        template(text, said)
    } else {
        text.to_owned()
    }
}

/// The consecutive lines of a comment.
#[derive(Default)]
struct Comment<'t> {
    lines: Vec<&'t str>,
    /// Whether it is an indented item.
    item: bool,
}

impl Comment<'_> {
    /// The text that is looked up.
    fn english(&self) -> String {
        let words = self.lines.iter().flat_map(|line| line.trim_start().trim_start_matches('#').split_whitespace());
        let text = words.collect::<Vec<_>>().join(" ");
        if text.starts_with(RULER) { text.trim_end_matches(['-', ' ']).to_owned() } else { text }
    }

    fn write(&self, said: &mut impl FnMut(&str) -> Option<&'static str>, out: &mut String) {
        let english = self.english();
        let chinese = if english.is_empty() { None } else { said(&english) };
        let Some(chinese) = chinese else {
            self.lines.iter().for_each(|line| out.push_str(line));
            return;
        };
        let first = self.lines.first().copied().unwrap_or_default();
        let margin = &first[..first.len() - first.trim_start().len()];
        if chinese.starts_with(RULER) {
            let room = WIDE.saturating_sub(width(chinese) + 1);
            out.push_str(&format!("{margin}# {chinese} {}\n", "-".repeat(room)));
            return;
        }
        let (begin, on) = if self.item { (ITEM, ITEM + 2) } else { (1, 1) };
        for (at, line) in wrap(chinese, WIDE - margin.len() - on).iter().enumerate() {
            let indent = " ".repeat(if at == 0 { begin } else { on });
            out.push_str(&format!("{margin}#{indent}{line}\n"));
        }
    }
}

fn toml(text: &str, said: &mut impl FnMut(&str) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut comment = Comment::default();
    for line in text.split_inclusive('\n') {
        let Some(body) = line.trim_start().strip_prefix('#') else {
            std::mem::take(&mut comment).write(said, &mut out);
            match trailing(line).map(|at| line.split_at(at)) {
                Some((value, english)) => {
                    let english = english.trim_start_matches('#').split_whitespace().collect::<Vec<_>>().join(" ");
                    let chinese = said(&english).unwrap_or(&english).to_owned();
                    let end = if line.ends_with('\n') { "\n" } else { "" };
                    out.push_str(&format!("{value}# {chinese}{end}"));
                }
                None => out.push_str(line),
            }
            continue;
        };
        let indent = body.len() - body.trim_start().len();
        let goes_on = comment.item && indent >= ITEM_GOES_ON;
        let alone = body.trim().is_empty() || body.trim_start().starts_with(RULER);
        let item = indent >= ITEM && !body.trim().is_empty();
        if !goes_on && (alone || item || comment.item || comment.lines.last().is_some_and(|last| is_alone(last))) {
            std::mem::take(&mut comment).write(said, &mut out);
            comment.item = item;
        }
        comment.lines.push(line);
    }
    comment.write(said, &mut out);
    out
}

/// Whether a comment line is separate: an empty one, or a ruler.
fn is_alone(line: &str) -> bool {
    let body = line.trim_start().trim_start_matches('#').trim();
    body.is_empty() || body.starts_with(RULER)
}

/// The position of a comment after a value. The presets have no texts of several lines.
fn trailing(line: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match quote {
            Some('"') if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if c == '#' => return Some(at),
            None => {}
        }
    }
    None
}

/// Comments of templates: `{#- … -#}`. A comment of several paragraphs is looked up by its first one.
fn template(text: &str, said: &mut impl FnMut(&str) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{#-") {
        let Some((comment, after)) = after.split_once("-#}") else { break };
        let first = comment.split("\n\n").next().unwrap_or_default();
        let english = first.split_whitespace().collect::<Vec<_>>().join(" ");
        out.push_str(before);
        match said(&english) {
            Some(chinese) => {
                let lines: Vec<String> = chinese.split(BREAK).flat_map(|line| wrap(line, WIDE)).collect();
                out.push_str(&format!("{{#- {} -#}}", lines.join("\n    ")));
            }
            None => out.push_str(&format!("{{#-{comment}-#}}")),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{in_language, language, table, translated};
    use crate::locale::Lang;
    use crate::policy::preset::{BookFile, Choices, Preset, PresetPart};

    fn files(preset: &Preset, lang: Lang) -> Vec<BookFile> {
        let parts = PresetPart::ALL.iter().collect();
        preset.files(&Choices { lang, parts, ..Choices::default() }).expect("it resolves")
    }

    #[test]
    fn every_comment_of_a_preset_has_its_chinese() {
        let table = table();
        let (mut missing, mut used) = (BTreeSet::new(), BTreeSet::new());
        for preset in Preset::ALL {
            for file in files(preset, Lang::En) {
                translated(&file.path, &file.text, &mut |english| {
                    let chinese = table.get(english).copied();
                    if chinese.is_some() {
                        used.insert(english.to_owned());
                    } else if english.parse::<toml::Table>().is_err() {
                        // an example of a key is TOML in both languages
                        missing.insert(english.to_owned());
                    }
                    chinese
                });
            }
        }
        assert_eq!(missing, BTreeSet::new(), "add them to presets/comments.zh.txt");
        let unused: Vec<&&str> = table.keys().filter(|english| !used.contains(**english)).collect();
        assert!(unused.is_empty(), "no preset has these comments of presets/comments.zh.txt: {unused:#?}");
    }

    #[test]
    fn both_languages_say_the_same_and_ours_stays_marked() {
        let table = table();
        for preset in Preset::ALL {
            for (en, zh) in files(preset, Lang::En).into_iter().zip(files(preset, Lang::Zh)) {
                assert_eq!(en.path, zh.path);
                let Ok(values) = en.text.parse::<toml::Table>() else { continue };
                let again = translated(&en.path, &en.text, &mut |english| table.get(english).copied());
                assert_eq!(Ok(values), again.parse::<toml::Table>(), "{}", en.path);
                let ours = |text: &str| {
                    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| *word == "ours").count()
                };
                assert_eq!(ours(&en.text), ours(&zh.text), "{}", en.path);
            }
        }
    }

    #[test]
    fn no_comment_of_a_chinese_book_is_in_english_alone() {
        for preset in Preset::ALL {
            for file in files(preset, Lang::Zh).iter().filter(|file| file.path.ends_with(".toml")) {
                if file.path == crate::policy::CALENDAR {
                    assert_eq!(language(&file.text), Lang::Zh);
                }
                for line in file.text.lines().filter_map(|line| line.trim_start().strip_prefix('#')) {
                    let chinese = line.contains(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c));
                    let example = line.trim().is_empty() || line.trim().parse::<toml::Table>().is_ok();
                    assert!(chinese || example, "{}: #{line}", file.path);
                }
            }
        }
    }

    #[test]
    fn texts_of_records_are_in_the_language_of_the_book() {
        let preset = "label = { en = \"Task\", zh = \"任务\" }\nset = { a = { zh = \"换货\", en = \"Exchange\" }, b = { zh = \"修\", en = \"Mend\" } }\n";
        for (lang, a, b) in [(Lang::Zh, "换货", "修"), (Lang::En, "Exchange", "Mend")] {
            let wanted = format!("label = {{ en = \"Task\", zh = \"任务\" }}\nset = {{ a = \"{a}\", b = \"{b}\" }}\n");
            assert_eq!(in_language("policy/x.toml", preset.to_owned(), lang), wanted);
        }
    }

    #[test]
    fn comments_keep_their_places() {
        let english = "# Steps that change no state.\na = \"# no comment\"     # ours\n#\n#   [[clerks]]\n# ---- Steps -------\nb = [\n    # ours: 3 percent\n    1,\n]\n";
        let chinese = in_language("policy/x.toml", english.to_owned(), Lang::Zh);
        let lines: Vec<&str> = chinese.lines().collect();
        assert_eq!(lines[0], "# 不改变状态的步骤。");
        assert_eq!(lines[1], "a = \"# no comment\"     # ours 本程序默认值（来源未规定）");
        assert_eq!(lines[2..4], ["#", "#   [[clerks]]"]);
        assert!(lines[4].starts_with("# ---- 步骤 -----") && lines[4].ends_with("---"), "{}", lines[4]);
        assert_eq!(lines[5..8], ["b = [", "    # ours: 百分之三（来源未规定）", "    1,"]);
    }
}
