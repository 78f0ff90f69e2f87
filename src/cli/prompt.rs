//! Questions to whoever sits at the terminal: text until an empty line, choices by number, yes or no. The logic is over any
//! reader and writer; whether anybody may be asked at all is `context`'s.

use std::io::{BufRead, ErrorKind, Read, Write};
use std::path::Path;

use super::failure::{Candidate, Failure};
use super::input;
use crate::label;
use crate::locale::messages::CliText;
use crate::locale::os_error;
use crate::locale::text::{fold, half_width, visible};
use crate::locale::{Label, Lang};
use crate::record::{Field, Type};
use crate::say;

/// Something to choose by its number, name or label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What stands for it: a stored name, an id.
    pub name: String,
    /// What people read.
    pub label: Label,
}

impl From<&Candidate> for Choice {
    fn from(candidate: &Candidate) -> Self {
        let label = Label::each(|lang| format!("{}  {}", candidate.name, candidate.about.get(lang)));
        Choice { name: candidate.name.clone(), label }
    }
}

/// Asks at a terminal. An answer that does not fit is asked for again; the end of input breaks off.
pub struct Prompt<R, W> {
    input: R,
    output: W,
    lang: Lang,
}

impl<R: BufRead, W: Write> Prompt<R, W> {
    /// Asks through these streams.
    pub fn new(input: R, output: W, lang: Lang) -> Self {
        Prompt { input, output, lang }
    }

    /// One line, trimmed; none where it is empty.
    ///
    /// # Errors
    /// The input ends: the user broke it off.
    pub fn line(&mut self, question: &str) -> Result<Option<String>, Failure> {
        self.say(&format!("{} ", self.colon(question)))?;
        let line = self.read()?;
        Ok(Some(line.trim().to_owned()).filter(|line| !line.is_empty()))
    }

    /// Lines until an empty one; none where the first is empty.
    ///
    /// # Errors
    /// The input ends before the empty line.
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
    /// The input ends.
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

    /// One of several by its number, name or label; none where nothing was chosen and that is allowed.
    ///
    /// # Errors
    /// The input ends.
    pub fn choose(&mut self, question: &str, choices: &[Choice], optional: bool) -> Result<Option<usize>, Failure> {
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

    /// Several of several, in the order in which they were named; none where nothing was.
    ///
    /// # Errors
    /// The input ends.
    pub fn choose_several(&mut self, question: &str, choices: &[Choice]) -> Result<Vec<usize>, Failure> {
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

    /// The value of a field as its assignment would write it: choices by number, yes or no, text until an empty line,
    /// otherwise one line. `fits` says what is wrong with an answer; it is asked for again then. None where the field may
    /// stay empty and does.
    ///
    /// # Errors
    /// The input ends.
    pub fn field(
        &mut self,
        field: &Field,
        optional: bool,
        mut fits: impl FnMut(&str) -> Result<(), String>,
    ) -> Result<Option<String>, Failure> {
        let mut question = named(field, self.lang).to_owned();
        let note = if optional { CliText::MayBeEmpty.get(self.lang) } else { "" };
        let help: Vec<&str> = [field.help.get(self.lang), note].into_iter().filter(|text| !text.is_empty()).collect();
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

    /// Says that the parts of an entry of a list follow; `number` counts from 1.
    ///
    /// # Errors
    /// Nothing can be written.
    pub fn heading(&mut self, field: &Field, number: usize) -> Result<(), Failure> {
        let text = format!("{} {number}\n", visible(named(field, self.lang)));
        self.say(&text)
    }

    /// Whether the list has another entry.
    ///
    /// # Errors
    /// The input ends.
    pub fn another(&mut self, field: &Field) -> Result<bool, Failure> {
        let question = say!(self.lang, CliText::AnotherEntry, field = named(field, self.lang));
        self.confirm(&question, false)
    }

    /// Says that an answer is needed.
    ///
    /// # Errors
    /// Nothing can be written.
    pub fn needs_answer(&mut self) -> Result<(), Failure> {
        self.complain(CliText::NeedsAnswer.get(self.lang))
    }

    fn offer(&mut self, question: &str, choices: &[Choice]) -> Result<(), Failure> {
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

    fn complain(&mut self, text: &str) -> Result<(), Failure> {
        let lines: Vec<_> = text.lines().map(visible).collect();
        self.say(&format!("  ! {}\n", lines.join("\n    ")))
    }

    /// A question with what is said beside it.
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

    /// A line without its end, no longer than a record may be. The end of input is the user's breaking off.
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

/// What the words for yes and no mean in either language.
pub fn yes_or_no(answer: &str) -> Option<bool> {
    match fold(answer.trim()).as_str() {
        "y" | "yes" | "true" | "是" | "好" | "对" => Some(true),
        "n" | "no" | "false" | "否" | "不" | "不是" => Some(false),
        _ => None,
    }
}

/// What a field is called.
fn named(field: &Field, lang: Lang) -> &str {
    match field.label.get(lang) {
        "" => &field.name,
        label => label,
    }
}

fn offered(choices: &[crate::record::Choice]) -> Vec<Choice> {
    let offered = choices.iter().filter(|choice| !choice.retired);
    offered.map(|choice| Choice { name: choice.name.clone(), label: choice.label.clone() }).collect()
}

fn picked(answer: &str, choices: &[Choice]) -> Option<usize> {
    let number = half_width(answer).trim().parse::<usize>().ok();
    match number.and_then(|number| number.checked_sub(1)) {
        Some(at) if at < choices.len() => Some(at),
        _ => choices.iter().position(|choice| choice.name == answer || choice.label.matches(answer)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Prompt, input};
    use crate::locale::{Label, Lang};
    use crate::place::Place;
    use crate::record::{self, Field, Type};

    fn with<T>(answers: &str, lang: Lang, ask: impl FnOnce(&mut Prompt<&[u8], &mut Vec<u8>>) -> T) -> (T, String) {
        let mut said = Vec::new();
        let answer = ask(&mut Prompt::new(answers.as_bytes(), &mut said, lang));
        (answer, String::from_utf8(said).unwrap())
    }

    fn choices() -> Vec<Choice> {
        [("phone", "Phone", "电话"), ("email", "E-mail", "邮件"), ("visit", "Visit", "来访")]
            .map(|(name, en, zh)| Choice { name: name.into(), label: Label::new(en, zh) })
            .to_vec()
    }

    #[test]
    fn choices_are_taken_by_number_name_or_label() {
        for (answers, chosen) in
            [("2\n", 1), ("０\n４\nabc\n３\n", 2), ("visit\n", 2), ("电话\n", 0), ("\nE-MAIL\n", 1)]
        {
            let (answer, _) = with(answers, Lang::Zh, |prompt| prompt.choose("渠道", &choices(), false));
            assert_eq!(answer, Ok(Some(chosen)), "{answers:?}");
        }
        let (answer, said) = with("7\n\n", Lang::Zh, |prompt| prompt.choose("渠道", &choices(), true));
        assert_eq!(answer, Ok(None));
        snapbox::assert_data_eq!(
            said,
            snapbox::str![[r#"
渠道：
  1  电话
  2  邮件
  3  来访
  编号 1 到 3：   ! `7` 不是 1 到 3 之间的编号
  编号 1 到 3： 
"#]]
        );
        let (several, _) = with("1 9\n3、1,3\n", Lang::En, |prompt| prompt.choose_several("channels", &choices()));
        assert_eq!(several, Ok(vec![2, 0]));
    }

    #[test]
    fn text_ends_with_an_empty_line() {
        let (text, said) =
            with("到货后抽检\r\n  漏水 \n\n第二段\n", Lang::En, |prompt| prompt.text("content"));
        assert_eq!(text, Ok(Some("到货后抽检\n  漏水".to_owned())));
        assert!(said.starts_with("content (end with an empty line):\n"), "{said}");
        assert_eq!(with("\n", Lang::En, |prompt| prompt.text("content")).0, Ok(None));
    }

    #[test]
    fn yes_and_no_in_both_languages() {
        for (answers, default, yes) in [
            ("y\n", false, true),
            ("是\n", false, true),
            ("maybe\nNO\n", true, false),
            ("\n", true, true),
            ("ｎ\n", true, false),
        ] {
            assert_eq!(with(answers, Lang::Zh, |prompt| prompt.confirm("继续", default)).0, Ok(yes), "{answers:?}");
        }
    }

    #[test]
    fn the_end_of_input_breaks_off() {
        for answers in ["", "half a text\n", "9\n"] {
            let text = with(answers, Lang::En, |prompt| prompt.text("content")).0;
            let choice = with(answers, Lang::En, |prompt| prompt.choose("channel", &choices(), true)).0;
            assert_eq!(text.map_err(|failure| failure.exit.code()), Err(130));
            assert_eq!(choice.map_err(|failure| failure.exit.code()), Err(130));
        }
        assert!(with("\u{fffd}", Lang::En, |prompt| prompt.line("x")).0.is_ok());
        let mut said = Vec::new();
        let wrong = Prompt::new(&b"\xff\n"[..], &mut said, Lang::En).line("x");
        assert_eq!(wrong.map_err(|failure| failure.exit.code()), Err(2));
    }

    #[test]
    fn an_answer_is_no_longer_than_a_record() {
        let longest = usize::try_from(input::OF_A_RECORD).unwrap();
        let line = |length| with(&format!("{}\n", "x".repeat(length)), Lang::En, |prompt| prompt.line("city")).0;
        assert_eq!(line(longest - 1).map(|line| line.unwrap().len()), Ok(longest - 1));
        assert_eq!(line(longest).map_err(|failure| (failure.code, failure.exit.code())), Err(("too-large", 1)));
        let lines = format!("{}\n\n", "x\n".repeat(longest));
        let text = with(&lines, Lang::En, |prompt| prompt.text("content")).0;
        assert_eq!(text.map_err(|failure| failure.code), Err("too-large"));
        // a terminal that is never told to end the line
        let mut said = Vec::new();
        let endless = std::io::BufReader::new(std::io::repeat(b'x'));
        let answer = Prompt::new(endless, &mut said, Lang::En).line("city");
        assert_eq!(answer.map_err(|failure| failure.code), Err("too-large"));
    }

    #[test]
    fn a_field_is_asked_for_by_its_type_until_the_answer_fits() {
        let field = |ty| Field {
            name: "amount".into(),
            ty,
            label: Label::new("Amount", "金额"),
            help: Label::new("as invoiced", "按发票"),
            required: false,
            private: false,
            retired: false,
            place: Place::of_file("policy/kinds/complaint.toml"),
        };
        let fits = |text: &str| text.parse::<u32>().map(|_| ()).map_err(|_| format!("`{text}` is not an amount"));
        let (answer, said) = with("five\n\n5\n", Lang::En, |prompt| prompt.field(&field(Type::Money), false, fits));
        assert_eq!(answer, Ok(Some("5".to_owned())));
        assert_eq!(
            said,
            "Amount (as invoiced):   ! `five` is not an amount\nAmount (as invoiced):   ! an answer is needed\nAmount (as invoiced): "
        );
        let choice = |name: &str| record::Choice { name: name.into(), label: Label::default(), retired: name == "old" };
        let choices = Type::Choice(vec![choice("old"), choice("a"), choice("b")]);
        let list = Type::List(Box::new(choices.clone()));
        let any = |_: &str| Ok(());
        assert_eq!(with("2\n", Lang::Zh, |prompt| prompt.field(&field(choices), false, any)).0, Ok(Some("b".into())));
        assert_eq!(with("2,1\n", Lang::Zh, |prompt| prompt.field(&field(list), true, any)).0, Ok(Some("b,a".into())));
    }
}
