//! Reads upper limits: how often a step may be taken (`at-most`), and how many lines a list may have (`most-lines`).

use serde::{Deserialize, Serialize};

use super::Next;
use super::reader::{self, condition_of, label};
use super::rollups::span;
use super::steps::Reader;
use crate::calendar::Span;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::place::toml::{Item, Section};
use crate::place::{Place, Problem, Problems};
use crate::record::{FieldId, Shape, Type};

/// How often a step may be taken on a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AtMost {
    /// The most times.
    pub times: u64,
    /// Counts only this span before the step; without it, the whole history.
    pub within: Option<Span>,
    /// Counts only since this state was last entered. If it never was, the whole history counts.
    pub since: Option<String>,
    /// The reason, for people.
    pub reason: Label,
    /// Where it is declared.
    pub place: Place,
}

/// How many lines a list may have at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MostLines {
    /// The list.
    pub field: FieldId,
    /// The most lines.
    pub most: u64,
    /// Where it is declared.
    pub place: Place,
}

impl Reader<'_> {
    /// `next = false`, or the condition under which the step may stand among the next ones.
    pub(super) fn next(&self, table: &Section) -> Next {
        match table.item("next") {
            None => Next::Always,
            Some(Item::Flag(flag)) if flag.value => Next::Always,
            Some(Item::Flag(_)) => Next::Never,
            Some(_) => condition_of(table, "next", &self.shape.name, self.shapes, self.problems)
                .map_or(Next::Always, |condition| Next::When(Box::new(condition))),
        }
    }

    /// `at-most = 3`, or `{ times = 2, within = "12 months", since = "STATE", reason = … }`.
    pub(super) fn at_most(&self, table: &Section, makes: bool) -> Option<AtMost> {
        let problems = self.problems;
        let place = table.item("at-most")?.place().clone();
        if makes {
            problems.say(&place, LoadText::AtMostFirst);
        }
        let found = match table.item("at-most")? {
            Item::Count(_) => {
                let times = table.count("at-most", problems)?.value;
                Some(AtMost { times, within: None, since: None, reason: Label::default(), place })
            }
            Item::Section(inner) => {
                let times = inner.count("times", problems);
                if times.is_none() && !inner.has("times") {
                    problems.say(&place, label!(LoadText::Absent, key = "times"));
                }
                let within = inner.text("within", problems).and_then(|text| span(&text, problems));
                let since = inner.text("since", problems);
                let since = since.and_then(|s| reader::state(self.shape, &s.value, &s.place, problems));
                let reason = label(inner, "reason", "", problems);
                inner.finish(problems);
                times.map(|times| AtMost { times: times.value, within, since, reason, place: times.place })
            }
            other => {
                let example = r#"{ times = 2, within = "12 months" }"#;
                return other.unexpected(label!(LoadText::WordCountOr, example = example), problems);
            }
        };
        if let Some(never) = found.as_ref().filter(|found| found.times == 0) {
            problems.push(Problem::new(never.place.clone(), LoadText::AtMostNever).help(LoadText::AtMostNeverDo));
        }
        found
    }
}

/// The lists of a kind that have a limit of lines.
pub(super) fn most_lines(section: &Section, shape: &Shape, problems: &Problems) -> Vec<MostLines> {
    // the first pass reports problems of the fields themselves
    let tables = section.sections("fields", &Problems::new()).into_iter();
    let bound = |(name, table): (&crate::place::Placed<String>, &Section)| {
        let most = table.count("most-lines", problems)?;
        let field = shape.field_id(&name.value)?;
        if !matches!(shape.field(field).ty, Type::List(_)) {
            problems.say(&most.place, label!(LoadText::MostLinesNoList, name = name.value));
            return None;
        }
        if most.value == 0 {
            problems.push(Problem::new(most.place, LoadText::MostLinesNone).help(LoadText::MostLinesNoneDo));
            return None;
        }
        Some(MostLines { field, most: most.value, place: most.place })
    };
    tables.filter_map(bound).collect()
}
