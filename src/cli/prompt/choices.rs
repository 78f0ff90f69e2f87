//! Choices by number, name or label: one of several, or some of several.

use std::io::{BufRead, Write};

use super::Prompt;
use crate::cli::failure::{Candidate, Failure};
use crate::locale::Label;
use crate::locale::messages::CliText;
use crate::locale::text::{half_width, visible};
use crate::say;

/// Something to choose by its number, name or label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// What it stands for: a stored name, an id.
    pub name: String,
    /// What people read.
    pub label: Label,
}

impl From<&Candidate> for MenuItem {
    fn from(candidate: &Candidate) -> Self {
        let label = Label::each(|lang| format!("{}  {}", candidate.name, candidate.about.get(lang)));
        MenuItem { name: candidate.name.clone(), label }
    }
}

impl<R: BufRead, W: Write> Prompt<R, W> {
    /// One of several, by its number, name or label. `None` if the choice is optional and nothing was chosen.
    ///
    /// # Errors
    /// If the input ends.
    pub fn choose(&mut self, question: &str, choices: &[MenuItem], optional: bool) -> Result<Option<usize>, Failure> {
        self.offer(question, choices)?;
        loop {
            let asked = say!(self.lang, CliText::ChooseNumber, count = choices.len());
            match self.line(&format!("  {asked}"))? {
                None if optional => return Ok(None),
                None => self.complain(CliText::NeedsAnswer.get(self.lang))?,
                Some(answer) => match picked(&answer, choices) {
                    Some(at) => return Ok(Some(at)),
                    None => self.complain_number(&answer, choices.len())?,
                },
            }
        }
    }

    /// Some of several, in the order in which they were named. Empty if none was.
    ///
    /// # Errors
    /// If the input ends.
    pub fn choose_several(&mut self, question: &str, choices: &[MenuItem]) -> Result<Vec<usize>, Failure> {
        self.offer(question, choices)?;
        loop {
            let asked = say!(self.lang, CliText::ChooseNumbers, count = choices.len());
            let Some(answer) = self.line(&format!("  {asked}"))? else { return Ok(Vec::new()) };
            let words = answer.split([',', '，', '、', ' ']).map(str::trim).filter(|word| !word.is_empty());
            let mut chosen = Vec::new();
            let mut wrong = None;
            for word in words {
                match picked(word, choices) {
                    Some(at) if chosen.contains(&at) => {}
                    Some(at) => chosen.push(at),
                    None => wrong = wrong.or(Some(word)),
                }
            }
            match wrong {
                None => return Ok(chosen),
                Some(word) => self.complain_number(word, choices.len())?,
            }
        }
    }

    fn offer(&mut self, question: &str, choices: &[MenuItem]) -> Result<(), Failure> {
        let mut text = format!("{}\n", self.colon(question));
        let room = choices.len().to_string().len();
        for (number, choice) in (1..).zip(choices) {
            let words = match choice.label.get(self.lang) {
                "" => &choice.name,
                words => words,
            };
            text.push_str(&format!("  {number:>room$}  {}\n", visible(words)));
        }
        self.say(&text)
    }

    fn complain_number(&mut self, answer: &str, count: usize) -> Result<(), Failure> {
        let text = say!(self.lang, CliText::NotOneNumber, answer = answer, count = count);
        self.complain(&text)
    }
}

fn picked(answer: &str, choices: &[MenuItem]) -> Option<usize> {
    let number = half_width(answer).trim().parse::<usize>().ok();
    match number.and_then(|number| number.checked_sub(1)) {
        Some(at) if at < choices.len() => Some(at),
        _ => choices.iter().position(|choice| choice.name == answer || choice.label.matches(answer)),
    }
}
