//! Computes figures from the members of their sets.

use rust_decimal::Decimal;

use super::belongs::Stretch;
use super::column::Column;
use super::figure_plan::{Figure, How, Measure, What};
use super::members::{Filled, Member, Members};
use super::show::Shower;
use super::stats;
use super::told::{Behind, Beside, INTERVAL, Row, Told, answers, interval, interval_of, share};
use super::units::{band, in_unit, is_within, number, numbers, rounded, unit_of};
use crate::calendar::{Moment, Outcome, Span};
use crate::locale::Label;
use crate::locale::messages::LanguageText as Text;
use crate::model::{Cell, ColumnType, Part, Ratio};
use crate::record::{FieldId, Type, Value};
use crate::report::{Answer, Clock};

/// The part of the data that a row of a table gives to a figure.
pub(super) struct Of<'o> {
    /// The members of a set that are in the row.
    pub members: &'o dyn Fn(usize) -> Answer<Members>,
    /// The time span in which deadlines are counted.
    pub stretch: &'o Stretch,
    /// For a list, only the value at this position.
    pub place: Option<usize>,
}

impl Filled<'_> {
    /// The values of a figure. A figure with bands has several.
    ///
    /// # Errors
    /// If the records cannot be read.
    pub(super) fn figure(&self, figure: &Figure, of: &Of<'_>) -> Answer<Vec<Told>> {
        let mut told = Told {
            name: figure.name.clone(),
            label: figure.label.clone(),
            means: figure.means.clone(),
            kind: ColumnType::Count,
            value: Cell::Empty,
            parts: None,
            beside: Vec::new(),
            sample: None,
            behind: Behind::default(),
        };
        match &figure.what {
            What::Count(set) => {
                let members = (of.members)(*set)?;
                told.value = Cell::count(members.len());
                told.behind.rows = rows(&members);
            }
            What::Rate { part, of: whole } => self.rate(&mut told, *part, *whole, of)?,
            What::Met { deadline, set } => self.met(&mut told, deadline, *set, of)?,
            What::Amount { how, of: measure, set } => self.amount(&mut told, *how, measure, *set, of)?,
            What::Filled { fields, set } => self.filled(&mut told, fields, *set, of)?,
            What::Score { field, set } => self.score(&mut told, *field, *set, of)?,
            What::Recommend { field, set, promoters, detractors } => {
                self.recommend(&mut told, (*field, *set), [*promoters, *detractors], of)?;
            }
            What::Weighted(parts) => self.weighted(&mut told, parts, of)?,
            What::Age { bands, set } => return self.ages(&told, bands, *set, of),
        }
        Ok(vec![told])
    }

    /// Whether a figure is computed from so few values that it is marked and not ranked.
    pub(super) fn is_small(&self, told: &Told) -> bool {
        let small = self.policy().reports.small;
        told.sample.zip(small).is_some_and(|(sample, small)| sample > 0 && sample < small)
    }

    fn rate(&self, told: &mut Told, part: usize, whole: usize, of: &Of<'_>) -> Answer<()> {
        let (part_of, all) = ((of.members)(part)?, (of.members)(whole)?);
        let of_part =
            |member: &Member| part_of.iter().any(|one| one.record.id == member.record.id && one.event == member.event);
        let marked: Vec<bool> = match part_of.len() * all.len() > 10_000 {
            true => {
                let ids: std::collections::HashSet<_> = part_of.iter().map(|one| (&one.record.id, one.event)).collect();
                all.iter().map(|one| ids.contains(&(&one.record.id, one.event))).collect()
            }
            false => all.iter().map(of_part).collect(),
        };
        let [said_part, said_all] = [part, whole].map(|set| self.called(set));
        told.behind.rows = rows(&all);
        let counts = marked.iter().filter(|counts| **counts).count();
        told.behind.rows.iter_mut().zip(marked).for_each(|(row, counts)| row.cell = Cell::Bool(counts));
        told.behind.column = Some((Text::Counts.label(), ColumnType::Bool));
        share(told, counts as u64, all.len() as u64, [said_part, said_all]);
        Ok(())
    }

    fn met(&self, told: &mut Told, deadline: &str, set: usize, of: &Of<'_>) -> Answer<()> {
        let (mut met, mut late, mut overdue) = (0_u64, 0_u64, 0_u64);
        for member in (of.members)(set)?.iter() {
            for (record, clocks) in self.clocks(member, Some(deadline))? {
                for clock in clocks.iter() {
                    let ended = clock.end.is_some_and(|end| end >= of.stretch.from && end < of.stretch.end);
                    let counts = match clock.outcome {
                        Outcome::Met if ended => &mut met,
                        Outcome::Breached if ended => &mut late,
                        _ if !ended && clock.is_overdue_at(of.stretch.seen) => &mut overdue,
                        _ => continue,
                    };
                    *counts += 1;
                    let cell = Cell::Bool(ended && clock.outcome == Outcome::Met);
                    told.behind.rows.push(Row { record: record.clone(), event: None, cell });
                }
            }
        }
        told.behind.column = Some((Text::Met.label(), ColumnType::Bool));
        share(told, met, met + late + overdue, [Text::Met.label(), Text::Limits.label()]);
        let beside = |name, text: Text, count: u64| Beside {
            name,
            label: text.label(),
            kind: ColumnType::Count,
            value: Cell::count(count),
            column: true,
        };
        told.beside.insert(0, beside("late", Text::Late, late));
        told.beside.insert(1, beside("overdue", Text::StillOverdue, overdue));
        Ok(())
    }

    fn amount(&self, told: &mut Told, how: How, measure: &Measure, set: usize, of: &Of<'_>) -> Answer<()> {
        let members = (of.members)(set)?;
        let mut values: Vec<Decimal> = Vec::new();
        let unit = match measure {
            Measure::Field(path) => self.unit(set, path),
            Measure::Computed(computed) => unit_of(&computed.ty),
            Measure::Rollup(rollup) => unit_of(&rollup.ty),
            Measure::Reached(reached) => unit_of(&reached.ty),
            Measure::Deadline(_) | Measure::Stood(_) => ColumnType::Minutes,
        };
        for member in members.iter() {
            let found: Vec<Decimal> = match measure {
                Measure::Field(path) => numbers(&member.record.fields, path),
                Measure::Computed(computed) => {
                    computed.value(&member.record.fields).as_ref().and_then(number).into_iter().collect()
                }
                Measure::Rollup(rollup) => {
                    let value = Shower::new(self, of.stretch).rolled(rollup, &member.record)?;
                    value.as_ref().and_then(number).into_iter().collect()
                }
                Measure::Reached(reached) => {
                    let value = Shower::new(self, of.stretch).reached(reached, &member.record)?;
                    value.as_ref().and_then(number).into_iter().collect()
                }
                Measure::Stood(states) => {
                    self.stood(member, states, of.stretch).map(Decimal::from).into_iter().collect()
                }
                Measure::Deadline(name) => {
                    let ended =
                        |clock: &Clock| clock.end.is_some_and(|end| end >= of.stretch.from && end < of.stretch.end);
                    let forms = self.clocks(member, Some(name))?;
                    let clocks = forms.iter().flat_map(|(_, clocks)| clocks.iter()).filter(|clock| ended(clock));
                    clocks.filter_map(|clock| clock.worked).map(Decimal::from).collect()
                }
            };
            for value in &found {
                let cell = in_unit(unit, *value);
                told.behind.rows.push(Row { record: member.record.clone(), event: member.event, cell });
            }
            values.extend(found);
        }
        told.kind = match (how, unit) {
            (How::Mean | How::Median, ColumnType::Count) => ColumnType::Decimal,
            _ => unit,
        };
        let found = match how {
            How::Sum => values.iter().try_fold(Decimal::ZERO, |sum, value| sum.checked_add(*value)),
            How::Mean => stats::mean(&values),
            How::Median => stats::median(&values),
            How::P90 => stats::p90(&values),
            How::Longest => values.iter().max().copied(),
            How::Shortest => values.iter().min().copied(),
        };
        told.value = match found {
            Some(value) => in_unit(told.kind, value),
            None if values.is_empty() => Cell::Empty,
            None => Cell::Unknown,
        };
        told.behind.column = Some((told.label.clone(), unit));
        if how != How::Sum {
            told.beside.push(answers(values.len(), Text::Values));
            told.sample = Some(values.len() as u64);
        }
        Ok(())
    }

    /// The minutes of working time for which the forms of a member stood in one of these states within a stretch; none
    /// if they never did. What the calendar does not know does not count.
    fn stood(&self, member: &Member, states: &[String], stretch: &Stretch) -> Option<i64> {
        let calendar = self.policy().calendars.default();
        let mut seconds: Option<i64> = None;
        let mut add = |from: Moment, until: Moment| {
            let (from, until) = (from.max(stretch.from), until.min(stretch.seen));
            if from < until {
                *seconds.get_or_insert(0) += calendar.between(from, until).unwrap_or_default();
            }
        };
        for form in member.forms() {
            let mut since = None;
            for event in &form.history {
                let Some(to) = &event.to else { continue };
                if let Some(from) = since.take() {
                    add(from, event.at);
                }
                since = states.contains(to).then_some(event.at);
            }
            if let Some(from) = since {
                add(from, stretch.seen);
            }
        }
        seconds.map(|seconds| seconds / 60)
    }

    /// The unit of a field of a set's records.
    pub(super) fn unit(&self, set: usize, path: &[FieldId]) -> ColumnType {
        let kind = self.plan.sets.get(set).and_then(|set| self.policy().kind(set.kinds.first()?));
        let Some(mut shape) = kind.map(|kind| &kind.shape) else { return ColumnType::Decimal };
        for (at, field) in path.iter().enumerate() {
            match shape.field(*field).ty.element() {
                Type::Group(inner) if at + 1 < path.len() => shape = inner,
                ty => return unit_of(ty),
            }
        }
        ColumnType::Decimal
    }

    fn filled(&self, told: &mut Told, fields: &[Column], set: usize, of: &Of<'_>) -> Answer<()> {
        let members = (of.members)(set)?;
        let shower = Shower::new(self, of.stretch);
        let mut there = 0;
        for member in members.iter() {
            let mut filled = 0_u64;
            for field in fields {
                filled += u64::from(shower.is_there(field, member)?);
            }
            there += filled;
            let cell = Cell::count(filled);
            told.behind.rows.push(Row { record: member.record.clone(), event: member.event, cell });
        }
        told.behind.column = Some((Text::ValuesThere.label(), ColumnType::Count));
        let asked = (members.len() * fields.len()) as u64;
        share(told, there, asked, [Text::ValuesThere.label(), Text::ValuesAsked.label()]);
        // the values of one record are not independent, so an interval would claim too much
        told.beside.retain(|beside| beside.name != INTERVAL);
        Ok(())
    }

    /// The scores of the members of a set, each with its record.
    fn scores(&self, field: FieldId, set: usize, of: &Of<'_>) -> Answer<Vec<(Row, u64)>> {
        let mut found = Vec::new();
        for member in (of.members)(set)?.iter() {
            let Some(value) = member.record.get(field) else { continue };
            let elements = value.elements().iter().enumerate();
            let wanted = elements.filter(|(place, _)| of.place.is_none_or(|of| of == *place));
            for score in
                wanted.filter_map(|(_, value)| if let Value::Count(score) = value { Some(*score) } else { None })
            {
                let cell = Cell::count(score);
                found.push((Row { record: member.record.clone(), event: member.event, cell }, score));
            }
        }
        Ok(found)
    }

    fn score(&self, told: &mut Told, field: FieldId, set: usize, of: &Of<'_>) -> Answer<()> {
        let (rows, scores): (Vec<Row>, Vec<u64>) = self.scores(field, set, of)?.into_iter().unzip();
        let values: Vec<Decimal> = scores.iter().map(|score| Decimal::from(*score)).collect();
        told.kind = ColumnType::Decimal;
        told.value = stats::mean(&values).map_or(Cell::Empty, |mean| Cell::Decimal(rounded(mean, 2)));
        let sum: Decimal = values.iter().sum();
        told.parts = Some([Part::new(Text::ScoreSum, Cell::Decimal(sum)), Part::new(Text::Answers, scores.len())]);
        told.behind = Behind { column: Some((Text::Score.label(), ColumnType::Count)), rows, parts: Vec::new() };
        told.sample = Some(scores.len() as u64);
        told.beside.push(answers(scores.len(), Text::Answers));
        if let Some(rule) = self.policy().reports.satisfaction {
            let satisfied = scores.iter().filter(|score| **score >= rule.satisfied_from).count() as u64;
            told.beside.push(Beside {
                name: "satisfied",
                label: Text::Satisfied.label(),
                kind: ColumnType::Percent,
                value: Cell::percent(satisfied, scores.len() as u64),
                column: true,
            });
            told.beside.extend(interval(satisfied, scores.len() as u64));
        }
        Ok(())
    }

    fn recommend(
        &self,
        told: &mut Told,
        (field, set): (FieldId, usize),
        [promoters, detractors]: [u64; 2],
        of: &Of<'_>,
    ) -> Answer<()> {
        let (rows, scores): (Vec<Row>, Vec<u64>) = self.scores(field, set, of)?.into_iter().unzip();
        let count = |fits: &dyn Fn(u64) -> bool| scores.iter().filter(|score| fits(**score)).count() as u64;
        let (up, down) = (count(&|score| score >= promoters), count(&|score| score <= detractors));
        let all = scores.len() as u64;
        told.kind = ColumnType::Percent;
        told.value = Cell::Percent(Ratio::new(Decimal::from(up) - Decimal::from(down), all));
        told.behind = Behind { column: Some((Text::Score.label(), ColumnType::Count)), rows, parts: Vec::new() };
        told.sample = Some(all);
        told.beside.push(answers(scores.len(), Text::Answers));
        let beside = |name, text: Text, count| Beside {
            name,
            label: text.label(),
            kind: ColumnType::Count,
            value: Cell::count(count),
            column: false,
        };
        told.beside.push(beside("promoters", Text::Promoters, up));
        told.beside.push(beside("detractors", Text::Detractors, down));
        told.beside.extend(stats::recommend(up, down, all).map(|(_, ends)| interval_of(ends)));
        Ok(())
    }

    pub(super) fn weighted(&self, told: &mut Told, parts: &[(usize, Decimal)], of: &Of<'_>) -> Answer<()> {
        told.kind = ColumnType::Percent;
        let mut sum = Some(Decimal::ZERO);
        for (part, weight) in parts {
            let Some(figure) = self.plan.figures.get(*part) else { continue };
            let Some(one) = self.figure(figure, of)?.into_iter().next() else { continue };
            let share = self.share_of_one(&one);
            sum = sum.zip(share).and_then(|(sum, share)| sum.checked_add(share.checked_mul(*weight)?));
            let cell = share.map_or(Cell::Unknown, |share| Cell::Percent(Ratio::new(share, 1)));
            told.behind.parts.push((one.label, cell, *weight));
        }
        told.value = sum.map_or(Cell::Unknown, |sum| Cell::Percent(Ratio::new(sum, 1)));
        Ok(())
    }

    /// A figure as a share of one: scores are compared with the highest.
    fn share_of_one(&self, told: &Told) -> Option<Decimal> {
        match &told.value {
            Cell::Percent(ratio) => ratio.numerator.checked_div(ratio.denominator),
            Cell::Decimal(score) => score.checked_div(Decimal::from(self.policy().reports.satisfaction?.highest)),
            _ => None,
        }
    }

    fn ages(&self, told: &Told, bands: &[Span], set: usize, of: &Of<'_>) -> Answer<Vec<Told>> {
        let calendar = self.policy().calendars.default();
        let all = (of.members)(set)?;
        let mut found: Vec<Told> = (0..=bands.len())
            .map(|at| Told {
                name: format!("{}.{}", told.name, at + 1),
                label: band(&told.label, bands, at),
                ..told.clone()
            })
            .collect();
        for member in all.iter() {
            let age = bands.iter().position(|band| is_within(calendar, member, of.stretch, *band));
            let Some(told) = found.get_mut(age.unwrap_or(bands.len())) else { continue };
            told.behind.rows.push(Row { record: member.record.clone(), event: member.event, cell: Cell::Empty });
        }
        found.iter_mut().for_each(|told| told.value = Cell::count(told.behind.rows.len()));
        Ok(found)
    }

    /// The label of a set.
    pub(super) fn called(&self, set: usize) -> Label {
        self.plan.sets.get(set).map(|set| set.label.clone()).unwrap_or_default()
    }
}

fn rows(members: &Members) -> Vec<Row> {
    let row = |member: &Member| Row { record: member.record.clone(), event: member.event, cell: Cell::Empty };
    members.iter().map(row).collect()
}
