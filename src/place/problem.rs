//! What is wrong in a file, and what to do.

use std::cell::RefCell;
use std::fmt;

use super::{Place, Placed};
use crate::locale::messages::LoadText;
use crate::locale::{Label, Lang};
use crate::{label, say};

/// Something wrong at a place, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong, one sentence without a full stop.
    pub message: Label,
    /// What to do, where that is known.
    pub help: Option<Label>,
}

/// What things of a rule book are called. What is named otherwise, such as code, is named alike in every language.
pub fn noun(what: &str, lang: Lang) -> &str {
    let text = match what {
        "field" => LoadText::WordField,
        "state" => LoadText::WordState,
        "step" => LoadText::WordStep,
        "kind" => LoadText::WordKind,
        "role" => LoadText::WordRole,
        "department" => LoadText::WordDepartment,
        "value" => LoadText::WordValue,
        "class" => LoadText::WordClass,
        "figure" => LoadText::WordFigure,
        "a text" => LoadText::WordText,
        "a text in quotes" => LoadText::WordQuoted,
        "a whole number" => LoadText::WordCount,
        "a whole number, not negative" => LoadText::WordCountNotNegative,
        "a number" => LoadText::WordNumber,
        "true or false" => LoadText::WordFlag,
        "a date" => LoadText::WordDate,
        "a date such as 2026-01-31, without quotes" => LoadText::WordDateSuch,
        "a time" => LoadText::WordTime,
        "a list" => LoadText::WordList,
        "a table" => LoadText::WordTable,
        _ => return what,
    };
    text.get(lang)
}

impl Problem {
    /// A problem without help.
    pub fn new(place: Place, message: impl Into<Label>) -> Self {
        Problem { place, message: message.into(), help: None }
    }

    /// The problem of a name that no table of a file declares: with what was meant, or else with where to declare it.
    pub fn undeclared<'k>(
        what: &str,
        name: &Placed<String>,
        known: impl IntoIterator<Item = &'k str>,
        file: &str,
    ) -> Self {
        let help = super::toml::nearest(&name.value, known).map_or_else(
            || label!(LoadText::AddTableTo, what = what, name = name.value, file = file),
            |near| label!(LoadText::DidYouMean, near = near),
        );
        let message = Label::each(|lang| say!(lang, LoadText::Undeclared, what = noun(what, lang), name = name.value));
        Problem::new(name.place.clone(), message).help(help)
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Label>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what to do, where there is something.
    #[must_use]
    pub fn help_if(mut self, help: Option<impl Into<Label>>) -> Self {
        self.help = help.map(Into::into).or(self.help);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.place.key.is_empty() {
            write!(f, "{}: ", self.place.key)?;
        }
        f.write_str(&self.message.en)?;
        match &self.help {
            Some(help) => write!(f, " ({})", help.en),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

/// Problems gathered while a loader goes on, so that all are said at once.
#[derive(Debug, Default)]
pub struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// None yet.
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

    /// How many were noted.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// All, in the order of file and line.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut all = self.0.into_inner();
        all.sort_by(|a, b| (&a.place.file, a.place.span.start).cmp(&(&b.place.file, b.place.span.start)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, Problems};
    use crate::place::{Place, Placed, toml};

    #[test]
    fn what_is_wrong_is_said_in_both_languages_with_its_arguments() {
        let name = |text: &str| Placed { value: text.to_owned(), place: Place::of_file("a.toml") };
        let undeclared = |text: &str| Problem::undeclared("role", &name(text), ["finance"], "policy/roles.toml");
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
