//! `redress import KIND FILE --into ID`: takes rows that answer the questions of one record. Each row becomes a
//! response. One step takes all of them or none.

use serde_json::json;

use super::sums::{Sum, parted};
use crate::book::{View, Writing};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::session::{self, Session};
use crate::cli::{done, entries, naming};
use crate::entry::Resolver;
use crate::entry::import::{BadCell, Row, Table};
use crate::kind::{Kind, Question, Questionnaire, UNANSWERED};
use crate::label;
use crate::lifecycle::Request;
use crate::locale::Label;
use crate::locale::messages::{ImportText as Text, RecordText};
use crate::record::{Fields, Record, Shape, Type, Value};
use crate::say;

/// What a column holds.
#[derive(Debug, Clone, Copy)]
enum Column {
    By,
    At,
    Answer(usize),
}

/// A file with answers, and the record whose questions they answer.
pub(super) struct Answers<'a> {
    pub(super) kind: &'a Kind,
    pub(super) into: &'a str,
    pub(super) table: &'a Table,
    pub(super) file: &'a str,
}

struct Reading<'r> {
    view: &'r View<'r>,
    asked: &'r Questionnaire,
    kinds: &'r [String],
    questions: &'r [Question],
    columns: &'r [Column],
}

impl Answers<'_> {
    /// Takes the answers.
    ///
    /// # Errors
    /// If the kind asks nothing, the columns are none of its questions, or rows are wrong. Each wrong row is named
    /// and nothing is written.
    pub(super) fn run(&self, session: &Session, view: &View<'_>, context: &mut Context) -> Result<Exit, Failure> {
        let asked = self.kind.questionnaire.as_ref();
        let asked = asked.ok_or_else(|| Failure::usage("into", label!(Text::AsksNothing, kind = self.kind.name())))?;
        let Type::Group(lines) = self.kind.field(asked.responses).ty.element() else { return Ok(Exit::Done) };
        let id = session.record(context, view, &[self.kind.name().to_owned()], self.into)?;
        let missing = || Failure::missing("no-record", label!(RecordText::NoRecord, id = id));
        let record = view.read(&id)?.ok_or_else(missing)?;
        let questions = asked.questions(&record.fields);
        let columns = self.columns(asked, lines, &questions)?;
        let kinds = match &lines.field(asked.by).ty {
            Type::Ref(kinds) => kinds.as_slice(),
            _ => &[],
        };
        let reading = Reading { view, asked, kinds, questions: &questions, columns: &columns };
        let (responses, existing) = self.responses(&reading, &record, context)?;
        let step = self.kind.steps.iter().find(|step| step.asks.iter().any(|ask| ask.field == asked.responses));
        let step = step.map_or(crate::kind::EDIT, |step| step.name.as_str());
        let actor = session.actor(context, view)?;
        let count = responses.len();
        let mut all = record.get(asked.responses).map(Value::elements).unwrap_or_default().to_vec();
        all.extend(responses);
        let ((), written) = session.write(context, None, |writing: &mut Writing<'_>| {
            if count == 0 {
                return Ok(());
            }
            let set = vec![(asked.responses, Some(Value::List(all.clone())))];
            let request = Request { set, ..Request::new(step, actor.clone()) };
            let refuse = |refusal| session::refused(&refusal, writing.view.policy());
            writing.operation.advance(&id, &request).map_err(refuse)
        })?;
        let commit = written.committed.as_ref().map(|committed| committed.id.to_string());
        context.out.data(json!({
            "id": id.as_str(), "rows": self.table.count, "responses": count, "existing": existing, "rejected": 0, "commit": commit,
        }));
        done::say_changes(context, &session.view(context)?, &written, &|_| false);
        let rows = self.table.count;
        context.out.line(&say!(context.lang, Text::Responses, rows = rows, count = count, existing = existing));
        if context.flags.dry_run {
            context.out.aside(RecordText::WouldBe.get(context.lang));
        }
        Ok(Exit::Done)
    }

    /// What each column holds: who answered, when, or the answer to a question. A question is named by its short name
    /// or its words.
    fn columns(&self, asked: &Questionnaire, lines: &Shape, questions: &[Question]) -> Result<Vec<Column>, Failure> {
        let (mut found, mut strange) = (Vec::new(), Vec::new());
        for heading in &self.table.headings {
            let field = lines.find(heading).map(|(field, _)| field);
            let question = questions.iter().position(|question| question.id == *heading || question.text == *heading);
            match (field, question) {
                (_, Some(at)) => found.push(Column::Answer(at)),
                (Some(field), _) if field == asked.by => found.push(Column::By),
                (Some(field), _) if Some(field) == asked.at => found.push(Column::At),
                _ => strange.push(heading.as_str()),
            }
        }
        let named = lines.field(asked.by).name.as_str();
        let known: Vec<&str> = std::iter::once(named).chain(questions.iter().map(|q| q.id.as_str())).collect();
        if !strange.is_empty() || !found.iter().any(|column| matches!(column, Column::By)) {
            let headings = if strange.is_empty() { named.to_owned() } else { strange.join(", ") };
            let message = label!(Text::NoAnswers, headings = headings, known = known.join(", "));
            return Err(Failure::usage("columns", message));
        }
        Ok(found)
    }

    /// The responses of the rows, and how many existed already.
    fn responses(
        &self,
        reading: &Reading<'_>,
        record: &Record,
        context: &Context,
    ) -> Result<(Vec<Value>, usize), Failure> {
        let asked = reading.asked;
        let there: Vec<&Fields> = asked.responses(&record.fields).collect();
        let (lines, wrong) = parted(self.table, |row| self.response(reading, row))?;
        let same = |line: &Fields, other: &&Fields| {
            other.get(asked.by) == line.get(asked.by) && asked.answers(other) == asked.answers(line)
        };
        let (known, new): (Vec<Fields>, Vec<Fields>) =
            lines.into_iter().partition(|line| there.iter().any(|other| same(line, other)));
        if !wrong.is_empty() {
            let (rows, rejected) = (self.table.count, wrong.len());
            let sum = Sum { rows, imported: new.len(), existing: known.len(), rejected, ..Sum::default() };
            return Err(sum.with(super::refused(context, self.file, &wrong).hint(Text::MendRows), false));
        }
        Ok((new.into_iter().map(Value::Group).collect(), known.len()))
    }

    fn response(&self, reading: &Reading<'_>, row: &Row) -> Result<Result<Fields, Vec<BadCell>>, Failure> {
        let (asked, mut line, mut bad) = (reading.asked, Fields::new(), Vec::new());
        let mut answers = vec![UNANSWERED.to_owned(); reading.questions.len()];
        let names = naming::Names { view: reading.view, at_sign: None };
        for (place, column) in reading.columns.iter().enumerate() {
            let text = row.text(place);
            let mut fault = |message: Label| {
                bad.push(BadCell { column: self.table.headings.get(place).cloned().unwrap_or_default(), message });
            };
            match column {
                Column::By => match names.record(reading.kinds, &text) {
                    Ok(id) => line.set(asked.by, Value::Ref(id)),
                    Err(unresolved) => fault(unresolved.message),
                },
                Column::At if text.is_empty() => {}
                Column::At => match (entries::happened(reading.view, Some(&text)), asked.at) {
                    (Ok(Some(at)), Some(field)) => line.set(field, Value::Time(at)),
                    (Err(failure), _) => fault(failure.message),
                    _ => {}
                },
                Column::Answer(_) if text.is_empty() => {}
                Column::Answer(at) => {
                    if !asked.fits(&reading.questions[*at], &text) {
                        fault(label!(Text::NoSuchAnswer, answer = text));
                    }
                    answers[*at] = text;
                }
            }
        }
        line.set(asked.answers, Value::List(answers.into_iter().map(Value::Text).collect()));
        Ok(if bad.is_empty() { Ok(line) } else { Err(bad) })
    }
}
