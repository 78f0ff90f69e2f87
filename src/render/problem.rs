//! Errors with an excerpt of the file that they are about, and the same as JSON.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use serde_json::{Value, json};

use crate::locale::messages::RenderText;
use crate::locale::text::visible;
use crate::place::{Place, Problem};

use super::Options;

/// The most lines of a file in an excerpt.
const LINES: usize = 6;
/// The width of an excerpt in columns, if no terminal gives one.
const WIDTH: usize = 140;

/// The problem with file, line, key, excerpt and help. `source` is the whole text of the file, if it could be read.
///
/// Ends with a line break. Control characters of the file are written out. Colour is only used if `options` allow it.
pub fn excerpt(problem: &Problem, source: Option<&str>, options: &Options) -> String {
    let named = |level: Level<'static>, name: RenderText| level.with_name(name.get(options.lang));
    let place = &problem.place;
    let (message, file, key) = (visible(problem.message.get(options.lang)), visible(&place.file), visible(&place.key));
    let title = named(Level::ERROR, RenderText::Error).primary_title(&*message);
    let cut = source.filter(|_| !place.span.is_empty()).and_then(|source| cut(source, &place.span));
    let mut group = match &cut {
        Some(cut) => {
            let mark = AnnotationKind::Primary.span(cut.span.clone());
            let mark = if key.is_empty() { mark } else { mark.label(&*key) };
            let snippet = Snippet::source(&*cut.text).line_start(place.line).path(&*file).fold(false).annotation(mark);
            Group::with_title(title).element(snippet)
        }
        None => {
            let origin = Origin::path(&*file).line(place.line).char_column(place.column);
            let group = Group::with_title(title).element(origin);
            if key.is_empty() { group } else { group.element(named(Level::NOTE, RenderText::Field).message(&*key)) }
        }
    };
    let help = problem.help.as_ref().map(|help| visible(help.get(options.lang)));
    if let Some(help) = &help {
        group = group.element(named(Level::HELP, RenderText::Help).message(&**help));
    }
    let renderer = if options.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(options.width.unwrap_or(WIDTH));
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

/// All problems, with an empty line between them. `source` returns a file's text.
pub fn excerpts<'s>(problems: &[Problem], source: impl Fn(&str) -> Option<Cow<'s, str>>, options: &Options) -> String {
    let all = problems.iter().map(|problem| excerpt(problem, source(&problem.place.file).as_deref(), options));
    all.collect::<Vec<_>>().join("\n")
}

/// The lines around a span, made visible.
struct Cut {
    text: String,
    span: Range<usize>,
}

/// The first lines of a span. The span is moved to its position after escaping.
fn cut(source: &str, span: &Range<usize>) -> Option<Cut> {
    let (before, inside) = (source.get(..span.start)?, source.get(span.clone())?);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let inside = inside.trim_end_matches(['\n', '\r']);
    let inside = inside.match_indices('\n').nth(LINES - 1).map_or(inside, |(at, _)| &inside[..at]);
    let end = span.start + inside.len();
    let rest = source.get(end..)?.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let mut text = shown(&source[start..span.start]);
    let from = text.len();
    text.push_str(&shown(inside));
    let to = text.len();
    text.push_str(&shown(rest));
    Some(Cut { span: from..to, text })
}

fn shown(text: &str) -> String {
    crate::locale::text::visible_lines(text).into_owned()
}

/// The output of a failed command with `--json`.
#[derive(Debug, Clone, Default)]
pub struct Failure<'f> {
    /// Kebab-case name of the error, for scripts.
    pub code: &'f str,
    /// What is wrong.
    pub message: &'f str,
    /// What to do.
    pub hint: Option<&'f str>,
    /// Where.
    pub at: Option<&'f Place>,
    /// What could have been meant, such as the matching ids.
    pub candidates: &'f [String],
}

impl<'f> Failure<'f> {
    /// The failure for a problem in a file.
    pub fn of(code: &'f str, problem: &'f Problem) -> Self {
        Failure {
            code,
            message: &problem.message.en,
            hint: problem.help.as_ref().map(|help| help.en.as_str()),
            at: Some(&problem.place),
            candidates: &[],
        }
    }

    /// `{"schema":1,"error":{…}}`. `hint` and `at` are null, and `candidates` is empty, if there is none.
    pub fn json(&self) -> Value {
        let at = self.at.map(|place| json!({ "file": &*place.file, "line": place.line, "key": &*place.key }));
        json!({
            "schema": 1,
            "error": {
                "code": self.code,
                "message": self.message,
                "hint": self.hint,
                "at": at,
                "candidates": self.candidates,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, excerpt, excerpts};
    use crate::locale::text::is_hidden;
    use crate::locale::{Label, Lang};
    use crate::place::{Lines, Problem};
    use crate::render::Options;
    use proptest::prelude::*;
    use snapbox::IntoData;

    const SOURCE: &str =
        "name = \"complaint\"\n标签 = { zh = \"客户投诉\", to = \"acepted\" }\nfrom = [\"registered\"]\n";

    fn problem(source: &str, word: &str, key: &str) -> Problem {
        let at = source.find(word).expect("the word");
        let place = Lines::new("policy/kinds/complaint.toml", source).place(at..at + word.len(), key);
        Problem::new(place, Label::verbatim("没有状态 `acepted`")).help(Label::verbatim("是否指 `accepted`"))
    }

    fn zh() -> Options {
        Options { lang: Lang::Zh, ..Options::default() }
    }

    #[test]
    fn an_excerpt_stands_under_chinese() {
        let text = excerpt(&problem(SOURCE, "acepted", "steps.2.to"), Some(SOURCE), &zh());
        snapbox::assert_data_eq!(
            text,
            snapbox::str![[r#"
错误: 没有状态 `acepted`
 --> policy/kinds/complaint.toml:2:27
  |
2 | 标签 = { zh = "客户投诉", to = "acepted" }
  |                                 ^^^^^^^ steps.2.to
  |
  = 帮助: 是否指 `accepted`

"#]]
            .raw()
        );
    }

    #[test]
    fn without_the_file_the_place_is_still_named() {
        let text = excerpt(&problem(SOURCE, "acepted", "steps.2.to"), None, &Options::default());
        snapbox::assert_data_eq!(
            text,
            snapbox::str![[r#"
error: 没有状态 `acepted`
--> policy/kinds/complaint.toml:2:27
 = field: steps.2.to
 = help: 是否指 `accepted`

"#]]
            .raw()
        );
    }

    #[test]
    fn control_characters_of_the_file_are_written_out() {
        let source = "a = \"\u{1b}[31m投诉\u{202e}\" # \u{7}\nb = 1\n";
        let text = excerpt(&problem(source, "投诉", "a"), Some(source), &zh());
        snapbox::assert_data_eq!(
            text,
            snapbox::str![[r#"
错误: 没有状态 `acepted`
 --> policy/kinds/complaint.toml:1:16
  |
1 | a = "\u{1b}[31m投诉\u{202e}" # \u{7}
  |                ^^^^ a
  |
  = 帮助: 是否指 `accepted`

"#]]
            .raw()
        );
    }

    #[test]
    fn several_problems_are_told_apart_and_colour_is_told() {
        let all = [problem(SOURCE, "acepted", ""), problem(SOURCE, "registered", "from")];
        let text = excerpts(&all, |_| Some(SOURCE.into()), &zh());
        assert_eq!(text.matches("错误: ").count(), 2);
        assert!(!text.contains('\u{1b}'));
        assert!(excerpts(&all, |_| Some(SOURCE.into()), &Options { colour: true, ..zh() }).contains('\u{1b}'));
    }

    #[test]
    fn the_same_as_json() {
        let problem = problem(SOURCE, "acepted", "steps.2.to");
        assert_eq!(
            Failure { candidates: &["accepted".into()], ..Failure::of("unknown-state", &problem) }.json().to_string(),
            r#"{"schema":1,"error":{"code":"unknown-state","message":"没有状态 `acepted`","hint":"是否指 `accepted`","at":{"file":"policy/kinds/complaint.toml","line":2,"key":"steps.2.to"},"candidates":["accepted"]}}"#
        );
        assert_eq!(
            Failure { code: "usage", message: "m", ..Failure::default() }.json().to_string(),
            r#"{"schema":1,"error":{"code":"usage","message":"m","hint":null,"at":null,"candidates":[]}}"#
        );
    }

    proptest! {
        #[test]
        fn any_file_and_span_give_an_excerpt(source in any::<String>(), start in 0usize..80, len in 0usize..80, width in 20usize..100) {
            let place = Lines::new("a.toml", &source).place(start..start + len, &*source);
            let options = Options { width: Some(width), ..zh() };
            let text = excerpt(&Problem::new(place, Label::verbatim(&*source)), Some(&source), &options);
            prop_assert!(!text.replace('\n', "").contains(is_hidden), "{text:?}");
        }
    }
}
