//! Questions to the person at the terminal: text until an empty line, choices by number, yes or no. The logic works
//! on any reader and writer. `context` says whether anybody may be asked at all.

mod choices;
mod fields;
#[cfg(test)]
mod tests;

pub use choices::MenuItem;

use std::io::{BufRead, ErrorKind, Read, Write};
use std::path::Path;

use super::failure::Failure;
use super::input;
use crate::label;
use crate::locale::Lang;
use crate::locale::messages::CliText;
use crate::locale::os_error;
use crate::locale::text::{fold, visible, visible_lines};

/// Asks at a terminal. An answer that does not fit is asked for again. The end of input breaks off.
pub struct Prompt<R, W> {
    input: R,
    output: W,
    lang: Lang,
}

impl<R: BufRead, W: Write> Prompt<R, W> {
    /// A prompt on these streams.
    pub fn new(input: R, output: W, lang: Lang) -> Self {
        Prompt { input, output, lang }
    }

    /// One line, trimmed. `None` if it is empty.
    ///
    /// # Errors
    /// If the input ends: the user broke it off.
    pub fn line(&mut self, question: &str) -> Result<Option<String>, Failure> {
        self.say(&format!("{} ", self.colon(question)))?;
        let line = self.read()?;
        Ok(Some(line.trim().to_owned()).filter(|line| !line.is_empty()))
    }

    /// Lines until an empty one. `None` if the first is empty.
    ///
    /// # Errors
    /// If the input ends before the empty line.
    pub fn text(&mut self, question: &str) -> Result<Option<String>, Failure> {
        let hint = CliText::UntilEmptyLine.get(self.lang);
        self.say(&format!("{}\n", self.colon(&self.aside(question, hint))))?;
        let mut text = String::new();
        loop {
            self.say("  ")?;
            let line = self.read()?;
            match line.trim().is_empty() {
                true => break,
                false => {
                    text.push_str(line.trim_end());
                    text.push('\n');
                }
            }
            if text.len() as u64 > input::OF_A_RECORD {
                return Err(input::too_large(Path::new(input::INPUT), input::OF_A_RECORD));
            }
        }
        Ok(Some(text.trim_end().to_owned()).filter(|text| !text.is_empty()))
    }

    /// Yes or no; an empty answer is `default`.
    ///
    /// # Errors
    /// If the input ends.
    pub fn confirm(&mut self, question: &str, default: bool) -> Result<bool, Failure> {
        loop {
            let words = CliText::YesNo.get(self.lang);
            match self.line(&self.aside(question, words))? {
                None => return Ok(default),
                Some(answer) => match yes_or_no(&answer) {
                    Some(yes) => return Ok(yes),
                    None => self.complain(CliText::NotYesNo.get(self.lang))?,
                },
            }
        }
    }

    /// Says something that is not a question.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn tell(&mut self, text: &str) -> Result<(), Failure> {
        let text = visible_lines(text);
        self.say(&format!("{text}\n"))
    }

    /// Says why an answer does not fit. The question is asked again.
    ///
    /// # Errors
    /// If the terminal cannot be written to.
    pub fn complain(&mut self, text: &str) -> Result<(), Failure> {
        let lines: Vec<_> = text.lines().map(visible).collect();
        self.say(&format!("  ! {}\n", lines.join("\n    ")))
    }

    /// A question with a note beside it.
    fn aside(&self, question: &str, note: &str) -> String {
        match self.lang {
            Lang::En => format!("{question} ({note})"),
            Lang::Zh => format!("{question}（{note}）"),
        }
    }

    fn colon(&self, question: &str) -> String {
        let question = visible(question);
        match self.lang {
            Lang::En => format!("{question}:"),
            Lang::Zh => format!("{question}："),
        }
    }

    fn say(&mut self, text: &str) -> Result<(), Failure> {
        let said = self.output.write_all(text.as_bytes()).and_then(|()| self.output.flush());
        said.map_err(|error| {
            Failure::unreadable("output", label!(CliText::CannotWriteOutput; reason = os_error(&error)))
        })
    }

    /// A line without its end, no longer than a record may be. The end of input means that the user broke off.
    fn read(&mut self) -> Result<String, Failure> {
        let mut bytes = Vec::new();
        match (&mut self.input).take(input::OF_A_RECORD + 1).read_until(b'\n', &mut bytes) {
            Ok(0) => Err(Failure::interrupted()),
            Ok(length) if length as u64 > input::OF_A_RECORD => {
                Err(input::too_large(Path::new(input::INPUT), input::OF_A_RECORD))
            }
            Ok(_) => {
                let line = String::from_utf8(bytes)
                    .map_err(|_| Failure::usage("not-utf8", label!(CliText::NotText; file = CliText::StandardInput)))?;
                Ok(line.trim_end_matches(['\n', '\r']).to_owned())
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Err(Failure::interrupted()),
            Err(error) => {
                Err(Failure::unreadable("input", label!(CliText::CannotReadInput; reason = os_error(&error))))
            }
        }
    }
}

/// The meaning of the words for yes and no in either language.
pub fn yes_or_no(answer: &str) -> Option<bool> {
    match fold(answer.trim()).as_str() {
        "y" | "yes" | "true" | "是" | "好" | "对" => Some(true),
        "n" | "no" | "false" | "否" | "不" | "不是" => Some(false),
        _ => None,
    }
}
