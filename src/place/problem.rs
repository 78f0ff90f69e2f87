//! What is wrong in a file, and what to do.

use std::cell::RefCell;
use std::fmt;

use super::{Place, Placed};
use crate::label;
use crate::locale::messages::LoadText;
use crate::locale::{Label, Lang};

/// Something wrong at a place, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong, one sentence without a full stop.
    pub message: Label,
    /// What to do, if that is known.
    pub help: Option<Label>,
    /// Whether the file could not be read because of this problem. Other problems in its contents then only follow
    /// from this one.
    pub unread: bool,
}

impl Problem {
    /// A problem without help.
    pub fn new(place: Place, message: impl Into<Label>) -> Self {
        Problem { place, message: message.into(), help: None, unread: false }
    }

    /// The problem of a name that no table of a file declares. Its help names the most similar name, or the place to
    /// declare it.
    pub fn undeclared<'k>(
        what: LoadText,
        name: &Placed<String>,
        known: impl IntoIterator<Item = &'k str>,
        file: &str,
    ) -> Self {
        let help = super::toml::nearest(&name.value, known).map_or_else(
            || label!(LoadText::AddTableTo, what = what.get(Lang::En), name = name.value, file = file),
            |near| label!(LoadText::DidYouMean, near = near),
        );
        let message = label!(LoadText::Undeclared, name = name.value; what = what);
        Problem::new(name.place.clone(), message).help(help)
    }

    /// Place, key, what is wrong and what to do, on one line: `policy/roles.toml:3: roles.qm: … (…)`.
    pub fn line(&self) -> Label {
        let line = |lang, open: &str, close: &str| {
            let mut line = format!("{}: ", self.place);
            if !self.place.key.is_empty() {
                line.push_str(&format!("{}: ", self.place.key));
            }
            line.push_str(self.message.get(lang));
            if let Some(help) = &self.help {
                line.push_str(&format!("{open}{}{close}", help.get(lang)));
            }
            line
        };
        Label::new(line(Lang::En, " (", ")"), line(Lang::Zh, "（", "）"))
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Label>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what to do, if there is something.
    #[must_use]
    pub fn help_if(mut self, help: Option<impl Into<Label>>) -> Self {
        self.help = help.map(Into::into).or(self.help);
        self
    }
}

/// The help for a name that is like another one.
pub fn did_you_mean(near: &str) -> Label {
    label!(LoadText::DidYouMean, near = near)
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line().en)
    }
}

impl std::error::Error for Problem {}

/// Problems collected while a loader goes on, so that all are reported at once.
#[derive(Debug, Default)]
pub struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// No problems yet.
    pub fn new() -> Self {
        Problems::default()
    }

    /// Notes one.
    pub fn push(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    /// Notes one without help.
    pub fn say(&self, place: &Place, message: impl Into<Label>) {
        self.push(Problem::new(place.clone(), message));
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Whether a problem in this file was noted.
    pub fn mention(&self, file: &str) -> bool {
        self.0.borrow().iter().any(|problem| &*problem.place.file == file)
    }

    /// How many were noted.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// All problems, sorted by file and line. If a file could not be read, only that problem of the file is kept.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut all = self.0.into_inner();
        if all.iter().any(|problem| problem.unread) {
            all.retain(|problem| problem.unread);
        }
        all.sort_by(|a, b| (&a.place.file, a.place.span.start).cmp(&(&b.place.file, b.place.span.start)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, Problems};
    use crate::locale::messages::LoadText;
    use crate::place::{Place, Placed, toml};

    #[test]
    fn what_is_wrong_is_said_in_both_languages_with_its_arguments() {
        let name = |text: &str| Placed { value: text.to_owned(), place: Place::of_file("a.toml") };
        let undeclared =
            |text: &str| Problem::undeclared(LoadText::WordRole, &name(text), ["finance"], "policy/roles.toml");
        let problems = Problems::new();
        let file = toml::read("a.toml", "a = 1\nb = 2\n", &problems).expect("it reads");
        file.text("a", &problems);
        file.finish(&problems);
        let all = [vec![undeclared("finanse"), undeclared("qm")], problems.into_sorted()].concat();
        let said: Vec<[String; 4]> = all
            .into_iter()
            .map(|Problem { message, help, .. }| {
                let help = help.unwrap_or_default();
                [message.en, message.zh, help.en, help.zh]
            })
            .collect();
        let expected = [
            ["there is no role `finanse`", "没有角色 `finanse`", "did you mean `finance`?", "是否指 `finance`？"],
            [
                "there is no role `qm`",
                "没有角色 `qm`",
                "add `[roles.qm]` to policy/roles.toml",
                "请在 policy/roles.toml 中增加 `[roles.qm]`",
            ],
            ["expected a text in quotes, found a whole number", "此处应为带引号的文本，实际为整数", "", ""],
            ["unknown key `b`", "没有 `b` 这一项", "known here: a", "此处可用：a"],
        ];
        assert_eq!(said, expected);
    }
}
