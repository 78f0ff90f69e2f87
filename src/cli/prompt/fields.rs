//! The value of a field by its type, and the entries of a list.

use std::io::{BufRead, Write};

use super::{MenuItem, Prompt};
use crate::cli::failure::Failure;
use crate::locale::Lang;
use crate::locale::messages::CliText;
use crate::locale::text::visible;
use crate::record::{self, Field, Type};
use crate::say;

impl<R: BufRead, W: Write> Prompt<R, W> {
    /// The value of a field as its assignment would write it. The question depends on the type: choices by number,
    /// yes or no, text until an empty line, otherwise one line. `usual` is the usual value. `fits` says what is wrong
    /// with an answer; the question is then asked again. `None` if the field may stay empty and does.
    ///
    /// # Errors
    /// If the input ends.
    pub fn field(
        &mut self,
        field: &Field,
        optional: bool,
        usual: Option<&str>,
        mut fits: impl FnMut(&str) -> Result<(), String>,
    ) -> Result<Option<String>, Failure> {
        let mut question = named(field, self.lang).to_owned();
        let note = if optional { CliText::MayBeEmpty.get(self.lang) } else { "" };
        let usual = usual.map(|usual| say!(self.lang, CliText::Usual, values = usual)).unwrap_or_default();
        let help: Vec<&str> =
            [field.help.get(self.lang), &usual, note].into_iter().filter(|text| !text.is_empty()).collect();
        if !help.is_empty() {
            question = self.aside(&question, &help.join(if self.lang == Lang::Zh { "；" } else { "; " }));
        }
        loop {
            let answer = match &field.ty {
                Type::Choice(choices) => {
                    let choices = offered(choices);
                    self.choose(&question, &choices, optional)?.map(|at| choices[at].name.clone())
                }
                Type::List(element) if matches!(**element, Type::Choice(_)) => {
                    let Type::Choice(choices) = &**element else { return Ok(None) };
                    let choices = offered(choices);
                    let chosen = self.choose_several(&question, &choices)?;
                    let names: Vec<&str> = chosen.into_iter().map(|at| choices[at].name.as_str()).collect();
                    Some(names.join(",")).filter(|names| !names.is_empty())
                }
                Type::Text => self.text(&question)?,
                Type::Bool => self.line(&self.aside(&question, CliText::YesNo.get(self.lang)))?,
                _ => self.line(&question)?,
            };
            match answer {
                None if optional => return Ok(None),
                None => self.complain(CliText::NeedsAnswer.get(self.lang))?,
                Some(answer) => match fits(&answer) {
                    Ok(()) => return Ok(Some(answer)),
                    Err(wrong) => self.complain(&wrong)?,
                },
            }
        }
    }

    /// Says that the parts of an entry of a list follow. `number` counts from 1.
    ///
    /// # Errors
    /// If nothing can be written.
    pub fn heading(&mut self, field: &Field, number: usize) -> Result<(), Failure> {
        let text = format!("{} {number}\n", visible(named(field, self.lang)));
        self.say(&text)
    }

    /// Asks whether the list has another entry.
    ///
    /// # Errors
    /// If the input ends.
    pub fn another(&mut self, field: &Field) -> Result<bool, Failure> {
        let question = say!(self.lang, CliText::AnotherEntry, field = named(field, self.lang));
        self.confirm(&question, false)
    }

    /// Says that an answer is needed.
    ///
    /// # Errors
    /// If nothing can be written.
    pub fn needs_answer(&mut self) -> Result<(), Failure> {
        self.complain(CliText::NeedsAnswer.get(self.lang))
    }
}

/// The label of a field.
fn named(field: &Field, lang: Lang) -> &str {
    match field.label.get(lang) {
        "" => &field.name,
        label => label,
    }
}

fn offered(choices: &[record::Choice]) -> Vec<MenuItem> {
    let offered = choices.iter().filter(|choice| !choice.retired);
    offered.map(|choice| MenuItem { name: choice.name.clone(), label: choice.label.clone() }).collect()
}
