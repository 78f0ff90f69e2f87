//! Surveys (CB6): how many people answered, their answers to each question, the last survey beside it, and the
//! resulting measures. A survey is a record of a kind with `[questionnaire]`. Late answers are counted separately.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::fields::{cell, untold};
use super::language::{Unknown, stats};
use super::measures::measures;
use super::model::{Cell, Column, ColumnType, Level, Ratio, Report, Table};
use super::sheet::{Line, Sheet, SheetRow, Side};
use super::{Answer, Belonging, RecordSet, Source, Subject};
use crate::calendar::Period;
use crate::kind::{Asks, Kind, Question, Questionnaire, UNANSWERED};
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::record::{Fields, Id, Record, Value};
use crate::wording;

/// The lowest answer of clients who recommend us, and below it the highest of those who do not.
const PROMOTERS: u64 = 9;
const DETRACTORS: u64 = 6;

/// A survey, with the one before it.
struct Survey<'s> {
    kind: &'s Kind,
    asked: &'s Questionnaire,
    record: &'s Record,
    questions: Vec<Question>,
    /// The answers that came in time.
    answers: Vec<Vec<String>>,
    late: usize,
}

/// The result of the answers to a question.
#[derive(Debug, Clone, Default)]
struct Told {
    answers: u64,
    value: Option<Cell>,
    ends: Option<[Cell; 2]>,
}

/// What a survey adds to the figures.
#[derive(Clone)]
struct Counted {
    id: String,
    title: Label,
    asked: i64,
    answered: i64,
    late: i64,
}

/// The records behind `FIGURE[@ROW]`: the surveys of the period, with how many people were asked, answered, and were
/// late.
pub(super) fn records(source: &dyn Source, period: &Period, text: &str) -> Answer<Result<Report, Unknown>> {
    let subject = Subject::of(source, period);
    let mut items: Vec<(Id, Counted)> = Vec::new();
    for kind in subject.policy().kinds.values() {
        let Some(asked) = &kind.questionnaire else { continue };
        for record in subject.source.records(&RecordSet::of(kind, Belonging::Present(period)))?.iter() {
            let survey = Survey::of(kind, asked, record);
            let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
            let counted = Counted {
                id: record.id.to_string(),
                title: subject.words().about(record),
                asked: count(asked.asked(record).unwrap_or_default()),
                answered: count(survey.answers.len()),
                late: count(survey.late),
            };
            items.push((record.id.clone(), counted));
        }
    }
    let lines = vec![
        Line::sum("asked", Text::SurveyAsked, Side::count(Text::SurveyAsked, |one: &Counted| one.asked)),
        Line::sum("answered", Text::SurveyAnswered, Side::count(Text::SurveyAnswered, |one: &Counted| one.answered)),
        Line::sum("late", Text::SurveyLate, Side::count(Text::SurveyLate, |one: &Counted| one.late)),
    ];
    let rows = |one: &Counted| {
        let (table, stored, label) = ("surveys".to_owned(), one.id.clone(), one.title.clone());
        vec![(SheetRow { table, stored, label }, one.clone())]
    };
    let sheet = Sheet { items, lines, rows: Box::new(rows) };
    let report = subject.report("surveys", Text::Surveys)?.over(subject.model_period());
    sheet.records(subject, report, text)
}

/// Whether its figures are about a kind.
pub(super) fn is_of(kind: &Kind) -> bool {
    kind.questionnaire.is_some()
}

/// The report.
pub(super) fn build(source: &dyn Source, period: &Period) -> Answer<Report> {
    let subject = Subject::of(source, period);
    let mut report = subject.report("surveys", Text::Surveys)?.over(subject.model_period());
    let kinds = subject.policy().kinds.values();
    let kinds: Vec<(&Kind, &Questionnaire)> =
        kinds.filter_map(|kind| Some((kind, kind.questionnaire.as_ref()?))).collect();
    if kinds.is_empty() {
        untold(&mut report, "policy/kinds", "questionnaire");
        return Ok(report);
    }
    let mut tables = Tables::new();
    for (kind, asked) in kinds {
        let mut all = subject.source.records(&RecordSet::of(kind, Belonging::All))?.to_vec();
        all.sort_by_key(|record| (record.opened(), record.id.clone()));
        let present = subject.source.ids(&RecordSet::of(kind, Belonging::Present(period)))?;
        for (at, record) in all.iter().enumerate().filter(|(_, record)| present.contains(&record.id)) {
            let survey = Survey::of(kind, asked, record);
            // the last earlier survey that asked some of the same questions
            let before = all[..at].iter().rev().map(|record| Survey::of(kind, asked, record));
            let shared = |one: &Survey<'_>| one.questions.iter().any(|question| survey.place(&question.id).is_some());
            let before = before.filter(|one| !one.answers.is_empty()).find(shared);
            tables.add(subject, &survey, before.as_ref())?;
        }
    }
    report.table("surveys", Text::Surveys, tables.surveys);
    report.table("questions", Text::SurveyQuestions, tables.questions);
    report.table("answers", Text::SurveyAnswers, tables.answers);
    report.table("words", Text::SurveyWords, tables.words);
    report.table("measures", Text::Measures, tables.measures);
    report.note(Level::Note, Text::SurveyInTime);
    if tables.hidden {
        report.note(Level::Note, Text::SurveyHidden);
    }
    Ok(report)
}

impl<'s> Survey<'s> {
    fn of(kind: &'s Kind, asked: &'s Questionnaire, record: &'s Record) -> Self {
        let is_late = |line: &&Fields| {
            asked.late.and_then(|field| line.get(field)).is_some_and(|value| *value == Value::Bool(true))
        };
        let (late, timely): (Vec<&Fields>, Vec<&Fields>) = asked.responses(&record.fields).partition(is_late);
        let answers = timely.into_iter().map(|line| asked.answers(line)).collect();
        Survey { kind, asked, record, questions: asked.questions(&record.fields), answers, late: late.len() }
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.questions.iter().position(|question| question.id == id)
    }

    /// The answers to a question, without missing ones.
    fn answered(&self, at: usize) -> Vec<&str> {
        let given = self.answers.iter().filter_map(|answers| answers.get(at));
        given.map(String::as_str).filter(|answer| *answer != UNANSWERED && !answer.is_empty()).collect()
    }

    fn told(&self, at: usize) -> Told {
        let Some(question) = self.questions.get(at) else { return Told::default() };
        let given = self.answered(at);
        let numbers: Vec<u64> = given.iter().filter_map(|answer| answer.parse().ok()).collect();
        let answers = given.len() as u64;
        let percents = |[low, high]: [Decimal; 2]| [percent(low), percent(high)];
        let (value, ends) = match question.asks {
            Asks::Scale => {
                let values: Vec<Decimal> = numbers.iter().map(|number| Decimal::from(*number)).collect();
                let mean = stats::mean(&values).map(|mean| Cell::Decimal(mean.round_dp(2)));
                let within = |end: Decimal| Cell::Decimal(end.clamp(Decimal::ONE, Decimal::from(self.asked.highest)));
                (mean, stats::mean_interval(&values).map(|ends| ends.map(within)))
            }
            Asks::Recommend => {
                let count = |fits: &dyn Fn(u64) -> bool| numbers.iter().filter(|n| fits(**n)).count() as u64;
                let (up, down) = (count(&|n| n >= PROMOTERS), count(&|n| n <= DETRACTORS));
                let score = stats::recommend(up, down, numbers.len() as u64);
                (score.map(|(score, _)| percent(score)), score.map(|(_, ends)| percents(ends)))
            }
            Asks::Choice | Asks::Text => (None, None),
        };
        Told { answers, value, ends }
    }

    /// Every possible or given answer to a question, with how often it was given.
    fn distribution(&self, at: usize) -> Vec<(String, u64)> {
        let Some(question) = self.questions.get(at) else { return Vec::new() };
        let possible: Vec<String> = match question.asks {
            Asks::Scale => (1..=self.asked.highest).map(|point| point.to_string()).collect(),
            Asks::Recommend => (0..=10).map(|point: u64| point.to_string()).collect(),
            Asks::Choice => question.choices.clone(),
            Asks::Text => return Vec::new(),
        };
        let given = self.answered(at);
        let count = |answer: &String| given.iter().filter(|given| *given == answer).count() as u64;
        possible.into_iter().map(|answer| (answer.clone(), count(&answer))).collect()
    }
}

struct Tables {
    surveys: Table,
    questions: Table,
    answers: Table,
    words: Table,
    measures: Table,
    hidden: bool,
}

impl Tables {
    fn new() -> Self {
        let [low, high] = [("low", Text::SurveyLow), ("high", Text::SurveyHigh)];
        let survey = || Column::id("survey", Text::Number);
        Tables {
            surveys: Table::new([
                survey(),
                Column::text("title", Text::Survey).weighing(Column::MUCH),
                Column::label("state", Text::State),
                Column::date("until", Text::SurveyUntil),
                Column::count("asked", Text::SurveyAsked).weighing(Column::MUCH),
                Column::count("answered", Text::SurveyAnswered).weighing(Column::MUCH),
                Column::percent("rate", Text::SurveyRate).weighing(Column::MUCH),
                Column::percent(low.0, low.1),
                Column::percent(high.0, high.1),
                Column::count("late", Text::SurveyLate),
                Column::percent("before", Text::SurveyBefore),
            ]),
            questions: Table::new([
                survey(),
                Column::text("question", Text::SurveyQuestion).weighing(Column::MUCH),
                Column::label("type", Text::SurveyType),
                Column::count("answers", Text::SurveyAnswered),
                Column::new("value", Text::SurveyValue, ColumnType::Any).weighing(Column::MUCH),
                Column::new(low.0, low.1, ColumnType::Any),
                Column::new(high.0, high.1, ColumnType::Any),
                Column::new("before", Text::SurveyBefore, ColumnType::Any).weighing(Column::MUCH),
            ]),
            answers: Table::new([
                survey(),
                Column::text("question", Text::SurveyQuestion),
                Column::text("answer", Text::SurveyAnswer).weighing(Column::MUCH),
                Column::count("count", Text::SurveyCount).weighing(Column::MUCH),
                Column::percent("share", Text::SurveyShare).weighing(Column::MUCH),
                Column::percent(low.0, low.1),
                Column::percent(high.0, high.1),
                Column::percent("before", Text::SurveyBefore),
            ]),
            words: Table::new([
                survey(),
                Column::text("question", Text::SurveyQuestion),
                Column::text("answer", Text::SurveyAnswer).weighing(Column::MUCH),
            ]),
            measures: Table::new([
                survey(),
                Column::id("id", Text::Measures),
                Column::text("action", Text::Action).weighing(Column::MUCH),
                Column::text("owner", Text::Owner),
                Column::date("due", Text::Due),
                Column::label("state", Text::State),
                Column::text("effect", Text::Effect),
            ]),
            hidden: false,
        }
    }

    fn add(&mut self, subject: Subject<'_>, survey: &Survey<'_>, before: Option<&Survey<'_>>) -> Answer<()> {
        let (kind, asked, record) = (survey.kind, survey.asked, survey.record);
        let id = || Cell::id(&record.id);
        let rate = |one: &Survey<'_>| {
            let of = one.asked.asked(one.record)? as u64;
            Some((one.answers.len() as u64, of))
        };
        let share = |parts: Option<(u64, u64)>| parts.map_or(Cell::Empty, |(part, of)| Cell::percent(part, of));
        let ends = |parts: Option<(u64, u64)>| {
            let found = parts.and_then(|(part, of)| stats::wilson(part, of));
            found.map_or([Cell::Empty, Cell::Empty], |ends| ends.map(percent))
        };
        let own = rate(survey);
        let [low, high] = ends(own);
        self.surveys.row([
            id(),
            cell(subject, kind, record, kind.title),
            Cell::Label(wording::state(kind, &record.state)),
            cell(subject, kind, record, asked.until),
            own.map_or(Cell::Empty, |(_, of)| Cell::count(of)),
            Cell::count(survey.answers.len()),
            share(own),
            low,
            high,
            Cell::count(survey.late),
            share(before.and_then(rate)),
        ]);
        let open = subject.words().sight.shows(kind.field(asked.responses));
        for (at, question) in survey.questions.iter().enumerate() {
            let last = before.and_then(|before| Some((before, before.place(&question.id)?)));
            let told = survey.told(at);
            let [low, high] = told.ends.unwrap_or([Cell::Empty, Cell::Empty]);
            let earlier = last.and_then(|(before, at)| before.told(at).value).unwrap_or(Cell::Empty);
            self.questions.row([
                id(),
                Cell::text(question.text.as_str()),
                Cell::Label(called(question.asks)),
                Cell::count(told.answers),
                told.value.unwrap_or(Cell::Empty),
                low,
                high,
                earlier,
            ]);
            let given = survey.answered(at);
            for (answer, count) in survey.distribution(at) {
                let parts = Some((count, given.len() as u64));
                let [low, high] = ends(parts);
                let earlier = last.and_then(|(before, at)| {
                    let found = before.distribution(at).into_iter().find(|(other, _)| *other == answer)?;
                    Some((found.1, before.answered(at).len() as u64))
                });
                self.answers.row([
                    id(),
                    Cell::text(question.text.as_str()),
                    Cell::text(answer),
                    Cell::count(count),
                    share(parts),
                    low,
                    high,
                    share(earlier),
                ]);
            }
            if question.asks == Asks::Text {
                self.hidden |= !open && !given.is_empty();
                for answer in given.iter().filter(|_| open) {
                    self.words.row([id(), Cell::text(question.text.as_str()), Cell::text(*answer)]);
                }
            }
        }
        self.came_of(subject, record)
    }

    /// The measures that refer to the survey.
    fn came_of(&mut self, subject: Subject<'_>, record: &Record) -> Answer<()> {
        let Some((rules, kind)) = measures(subject) else { return Ok(()) };
        let links = subject.source.links(&BTreeSet::from([record.id.clone()]), kind.name())?;
        let ids: BTreeSet<_> = links.into_iter().map(|link| link.from).collect();
        for measure in subject.source.read(&ids)?.iter().filter(|measure| !subject.policy().is_void(measure)) {
            self.measures.row([
                Cell::id(&record.id),
                Cell::id(&measure.id),
                cell(subject, kind, measure, rules.action),
                cell(subject, kind, measure, rules.owner),
                cell(subject, kind, measure, rules.due),
                Cell::Label(wording::state(kind, &measure.state)),
                cell(subject, kind, measure, rules.effect),
            ]);
        }
        Ok(())
    }
}

fn percent(share: Decimal) -> Cell {
    Cell::Percent(Ratio::new(share, 1))
}

fn called(asks: Asks) -> Label {
    match asks {
        Asks::Scale => Text::AsksScale,
        Asks::Choice => Text::AsksChoice,
        Asks::Text => Text::AsksWords,
        Asks::Recommend => Text::AsksRecommend,
    }
    .label()
}
