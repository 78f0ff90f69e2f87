//! Why a command failed: exit code, a name for scripts, what is wrong and what to do in both languages, where, and
//! what could have been meant. The command turns the errors of other modules into these. `output` writes them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::exit::Exit;
use crate::locale::messages::CliText;
use crate::locale::text::visible;
use crate::locale::{Label, Lang, tells_of_full_disk};
use crate::place::Problem;
use crate::say;

/// What a failed command says. JSON is never localised: its text is English.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// Kebab-case name of the error, for scripts.
    pub code: &'static str,
    /// What is wrong, without a full stop.
    pub message: Label,
    /// What to do.
    pub hint: Option<Label>,
    /// What is wrong in files, with places. The first place is `at` in JSON.
    pub problems: Vec<Problem>,
    /// The texts of the files that have problems, by path, for excerpts.
    pub sources: BTreeMap<String, String>,
    /// What could have been meant.
    pub candidates: Vec<Candidate>,
    /// More lines, such as everything that is missing.
    pub details: Vec<Label>,
    /// Whether a rule of the book refuses it, which speaks of people by their ids.
    pub of_rules: bool,
    /// What scripts are told beside the message, such as counts. They stand in `error` of JSON.
    pub data: Option<Box<Map<String, Value>>>,
}

/// Something that could have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What to write: an id, a name.
    pub name: String,
    /// What it is, for people.
    pub about: Label,
}

impl Candidate {
    /// A candidate without an explanation.
    pub fn named(name: impl Into<String>) -> Self {
        Candidate { name: name.into(), about: Label::default() }
    }
}

impl Failure {
    /// A failure with the parts that every failure has.
    pub fn new(exit: Exit, code: &'static str, message: impl Into<Label>) -> Self {
        Failure { exit, code, message: message.into(), ..Failure::default() }
    }

    /// The command is written wrongly: exit 2.
    pub fn usage(code: &'static str, message: impl Into<Label>) -> Self {
        Failure::new(Exit::Usage, code, message)
    }

    /// The rules refuse it: exit 1.
    pub fn refused(code: &'static str, message: impl Into<Label>) -> Self {
        Failure::new(Exit::Refused, code, message)
    }

    /// Something that was named does not exist: exit 3.
    pub fn missing(code: &'static str, message: impl Into<Label>) -> Self {
        Failure::new(Exit::Missing, code, message)
    }

    /// The book or git could not be read or written: exit 4.
    pub fn unreadable(code: &'static str, message: impl Into<Label>) -> Self {
        Failure::new(Exit::Unreadable, code, message)
    }

    /// The user broke it off: exit 130.
    pub fn interrupted() -> Self {
        Failure::new(Exit::Interrupted, "interrupted", CliText::Interrupted)
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Label>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what to do, if there is something.
    #[must_use]
    pub fn hint_if(mut self, hint: Option<impl Into<Label>>) -> Self {
        self.hint = hint.map(Into::into).or(self.hint);
        self
    }

    /// Adds what is wrong in files.
    #[must_use]
    pub fn problems(mut self, problems: impl IntoIterator<Item = Problem>) -> Self {
        self.problems.extend(problems);
        self
    }

    /// Adds the text of a file that problems are in.
    #[must_use]
    pub fn source(mut self, file: impl Into<String>, text: impl Into<String>) -> Self {
        self.sources.insert(file.into(), text.into());
        self
    }

    /// Adds what could have been meant.
    #[must_use]
    pub fn candidates(mut self, candidates: impl IntoIterator<Item = Candidate>) -> Self {
        self.candidates.extend(candidates);
        self
    }

    /// Adds more lines.
    #[must_use]
    pub fn details(mut self, details: impl IntoIterator<Item = Label>) -> Self {
        self.details.extend(details);
        self
    }

    /// On a full disk, what to do is to make room, whatever else was advised. A remote's disk is not in question.
    #[must_use]
    pub fn on_full_disk(self) -> Failure {
        let full = self.exit == Exit::Unreadable && self.code != "push-refused";
        match full && tells_of_full_disk(&self.message.en) {
            true => self.hint(CliText::HintRoom),
            false => self,
        }
    }

    /// `{"schema":1,"error":{…}}` (docs/json.md). `problems`, `details` and `data` stand beside the fixed keys if
    /// there are any.
    pub fn json(&self) -> Value {
        let place = |problem: &Problem| {
            let place = &problem.place;
            json!({ "file": &*place.file, "line": place.line, "key": &*place.key })
        };
        let mut error = json!({
            "code": self.code,
            "message": self.message.get(Lang::En),
            "hint": self.hint.as_ref().map(|hint| hint.get(Lang::En)),
            "at": self.problems.first().map(place),
            "candidates": self.candidates.iter().map(|candidate| candidate.name.as_str()).collect::<Vec<_>>(),
        });
        if !self.details.is_empty() {
            error["details"] = self.details.iter().map(|line| line.get(Lang::En)).collect();
        }
        if !self.problems.is_empty() {
            let all = self.problems.iter().map(|problem| {
                let hint = problem.help.as_ref().map(|help| &help.en);
                json!({ "message": problem.message.en, "hint": hint, "at": place(problem) })
            });
            error["problems"] = all.collect();
        }
        for (name, value) in self.data.iter().flat_map(|data| data.iter()) {
            error[name.as_str()] = value.clone();
        }
        json!({ "schema": 1, "error": error })
    }

    /// What people read on standard error, with a line break at the end. `output` adds file excerpts.
    pub fn text(&self, lang: Lang) -> String {
        use crate::locale::messages::RenderText;
        let colon = match lang {
            Lang::En => ": ",
            Lang::Zh => "：",
        };
        // The message of a hook or of git has lines of its own.
        let message: Vec<_> = self.message.get(lang).lines().map(visible).collect();
        let mut text = format!("{}{colon}{}\n", RenderText::Error.get(lang), message.join("\n  "));
        for detail in &self.details {
            text.push_str(&format!("  {}\n", visible(detail.get(lang))));
        }
        // Names without an explanation that the hint says too.
        let said = self.hint.as_ref().map(|hint| hint.get(lang)).unwrap_or_default();
        let told = self.candidates.iter().all(|one| one.about == Label::default() && said.contains(&one.name));
        let listed = if told { &[][..] } else { &self.candidates[..] };
        if !listed.is_empty() {
            text.push_str(&format!("{}{}\n", say!(lang, CliText::Candidates), colon.trim_end()));
        }
        for Candidate { name, about } in listed {
            text.push_str(format!("  {}  {}", visible(name), visible(about.get(lang))).trim_end());
            text.push('\n');
        }
        if let Some(hint) = &self.hint {
            text.push_str(&format!("{}{colon}{}\n", RenderText::Help.get(lang), visible(hint.get(lang))));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Failure};
    use crate::locale::{Label, Lang};
    use crate::place::{Place, Problem};

    fn failure() -> Failure {
        Failure::refused("several-fit", Label::new("`7K3` fits 2", "`7K3` 符合 2 个"))
            .hint(Label::new("write more of it", "请多写几位"))
            .candidates([Candidate { name: "C-261122-7K3F2".into(), about: Label::verbatim("漏\u{1b}[2J水") }])
    }

    #[test]
    fn text_is_in_the_readers_language_and_escaped() {
        snapbox::assert_data_eq!(
            failure().text(Lang::Zh),
            snapbox::str![[r#"
错误：`7K3` 符合 2 个
可能是：
  C-261122-7K3F2  漏/u{1b}[2J水
帮助：请多写几位

"#]]
        );
        assert!(failure().text(Lang::En).starts_with("error: `7K3` fits 2\ncould be:\n"));
    }

    #[test]
    fn json_is_english_with_every_key() {
        assert_eq!(
            failure().json().to_string(),
            r#"{"schema":1,"error":{"code":"several-fit","message":"`7K3` fits 2","hint":"write more of it","at":null,"candidates":["C-261122-7K3F2"]}}"#
        );
        let problem = Problem::new(Place::of_file("redress.toml"), Label::verbatim("wrong"));
        let json = Failure::refused("x", Label::default()).problems([problem]).json();
        assert_eq!(json["error"]["at"]["file"], "redress.toml");
        assert_eq!(json["error"]["problems"][0]["message"], "wrong");
    }
}
