//! The figures, each with its definition, numerator and denominator, and the identity of the period.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::Monthly;
use super::scores::Score;
use crate::calendar::Outcome;
use crate::filter::Expr;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Figure, Identity, Part};
use crate::policy::Denominator;
use crate::record::{Class, FieldId, Id};
use crate::report::repeats;
use crate::report::volumes::sold;
use crate::report::{Answer, Belonging, Clock, RecordSet};

impl Monthly<'_> {
    /// Open at start + received + reopened − ended = open at end: open cases are judged by states, those that came and went by
    /// events, so that the two can disagree.
    pub(super) fn identity(&self) -> Identity {
        let tally = &self.now.whole.tally;
        Identity::counts("cases", Text::CasesOfPeriod, (Text::OpenAtEnd, tally.open_at_end))
            .plus(Text::OpenAtStart, tally.open_at_start)
            .plus(Text::Received, tally.received)
            .plus(Text::Reopened, tally.reopened)
            .minus(Text::Ended, tally.ended)
    }

    pub(super) fn figures(&self) -> Answer<Vec<Figure>> {
        let (tally, counted) = (&self.now.whole.tally, &self.counted);
        let mut all = vec![Figure::new("received", Text::Received, Text::ReceivedMeans, tally.received)];
        if counted.accepted.is_some() {
            all.push(Figure::new("accepted", Text::Accepted, Text::AcceptedMeans, tally.accepted));
        }
        if counted.closed.is_some() {
            all.push(Figure::new("closed", Text::Closed, Text::ClosedMeans, tally.closed));
            if counted.upholds() {
                all.push(Figure::new(
                    "upheld",
                    Text::Upheld,
                    label!(Text::UpheldMeans; means = counted.rules.upheld_means.clone()),
                    tally.upheld,
                ));
            }
        }
        if counted.declined.is_some() {
            all.push(Figure::new("declined", Text::Declined, Text::DeclinedMeans, tally.declined));
        }
        if counted.withdrawn.is_some() {
            all.push(Figure::new("withdrawn", Text::Withdrawn, Text::WithdrawnMeans, tally.withdrawn));
        }
        all.push(Figure::new("open", Text::OpenAtEnd, Text::OpenMeans, tally.open_at_end));
        all.push(Figure::new("overdue", Text::OverdueCases, Text::OverdueMeans, tally.overdue));
        if counted.closed.is_some() {
            all.extend(self.closing());
        }
        all.extend(self.feedback());
        all.extend(self.satisfied()?);
        all.extend(self.complaint_rate()?);
        all.extend(self.repeats()?);
        if counted.remedies.is_some() {
            let amount = Cell::Money(tally.cost);
            all.push(Figure::new("remedies", Text::RemedyAmount, Text::RemedyAmountMeans, amount));
        }
        Ok(all)
    }

    fn closing(&self) -> Vec<Figure> {
        let tally = &self.now.whole.tally;
        let closed = Part::new(Text::Closed, tally.closed);
        let accepted = Part::new(Text::Accepted, tally.accepted);
        let on_time = Part::new(Text::ClosedOnTime, tally.on_time);
        let due = Part::new(Text::ClosedAndOverdue, tally.on_time + tally.late + tally.overdue);
        let minutes = Part::new(Text::WorkingTime, Cell::Minutes(self.handling.minutes.iter().sum()));
        let timed = Part::new(Text::Closed, self.handling.minutes.len());
        let median = self.handling.median().map_or(Cell::Empty, Cell::Minutes);
        let mut all = Vec::new();
        if self.counted.accepted.is_some() {
            all.push(Figure::rate("closed-rate", Text::ClosedRate, Text::ClosedRateMeans, [closed, accepted]));
        }
        all.push(Figure::rate("closed-on-time", Text::OnTimeRate, Text::OnTimeRateMeans, [on_time, due]));
        all.push(Figure::mean("mean-handling-time", Text::MeanHandling, Text::MeanHandlingMeans, [minutes, timed]));
        all.push(Figure::new("median-handling-time", Text::MedianHandling, Text::MedianHandlingMeans, median));
        all
    }

    /// Feedback on time (反馈及时率): answers that were due in the period, and those of them given in time. An answer is what stops
    /// the deadline while the case goes on. A refusal or a withdrawal ends it without one: if that was in time, no answer was due.
    fn feedback(&self) -> Option<Figure> {
        let answer = self.counted.rules.answer.as_ref()?;
        let (span, now) = (self.subject.span(), self.subject.now());
        let clocks = self.cases.all.iter().flat_map(|case| case.clocks());
        let kind = self.counted.kind;
        let answers = |stop: &String| kind.shape.state(stop).is_none_or(|state| state.class != Class::Closed);
        let answered = |clock: &Clock| clock.outcome == Outcome::Met && clock.stopped_by.iter().any(answers);
        let owed = |clock: &Clock| clock.outcome != Outcome::Met || answered(clock);
        let due = clocks.filter(|clock| clock.timing.name == *answer && clock.was_due_in(span, now) && owed(clock));
        let due: Vec<_> = due.collect();
        let met = due.iter().filter(|clock| answered(clock)).count();
        let parts = [Part::new(Text::AnsweredInTime, met), Part::new(Text::AnswersDue, due.len())];
        Some(Figure::rate("feedback-on-time", Text::FeedbackOnTime, Text::FeedbackOnTimeMeans, parts))
    }

    /// Satisfied (解决满意率), of all that closed and of those asked, by the last score given about the case.
    fn satisfied(&self) -> Answer<Vec<Figure>> {
        let subject = self.subject;
        let Some(rule) = subject.policy().reports.satisfaction else { return Ok(Vec::new()) };
        let asks = subject.policy().callbacks.fields.as_ref().is_some_and(|fields| fields.score.is_some());
        if self.counted.closed.is_none() || !asks {
            return Ok(Vec::new());
        }
        let given = self.scores()?;
        let mut scores: BTreeMap<&Id, Vec<&Score>> = BTreeMap::new();
        for score in &given {
            scores.entry(&score.about).or_default().push(score);
        }
        let (mut asked, mut satisfied) = (0_i64, 0_i64);
        let span = subject.span();
        for case in &self.cases.all {
            if self.counted.closed_in(case, span).is_none() {
                continue;
            }
            let last = case.forms.iter().filter_map(|form| scores.get(&form.record.id)).flatten().max();
            asked += i64::from(last.is_some());
            satisfied += i64::from(last.is_some_and(|asked| asked.score >= rule.satisfied_from));
        }
        let part = |text: Text, value: i64| Part::new(text, value);
        let from = rule.satisfied_from;
        Ok(vec![
            Figure::rate(
                "satisfied",
                Text::SatisfiedOfAll,
                label!(Text::SatisfiedOfAllMeans, score = from),
                [part(Text::Satisfied, satisfied), part(Text::Closed, self.now.whole.tally.closed)],
            ),
            Figure::rate(
                "satisfied-of-asked",
                Text::SatisfiedOfAsked,
                label!(Text::SatisfiedOfAskedMeans, score = from),
                [part(Text::Satisfied, satisfied), part(Text::Asked, asked)],
            ),
        ])
    }

    /// The complaint rate (投诉率) against what the policy names.
    fn complaint_rate(&self) -> Answer<Option<Figure>> {
        let Some(rule) = self.subject.policy().reports.complaint_rate else { return Ok(None) };
        let (label, under) = match rule.denominator {
            Denominator::Clients => (Text::Clients, self.clients()?.map_or(Cell::Unknown, Cell::count)),
            Denominator::Orders => {
                let orders = sold(&self.subject.policy().reports, self.subject.period, |volume| {
                    volume.orders.map(Decimal::from)
                });
                (Text::Orders, orders.map_or(Cell::Unknown, Cell::Decimal))
            }
            Denominator::Amount => (Text::Sales, self.now.sales.map_or(Cell::Unknown, Cell::Money)),
        };
        let number = match under {
            Cell::Count(count) => Some(Decimal::from(count)),
            Cell::Decimal(number) | Cell::Money(number) => Some(number),
            _ => None,
        };
        let over = Part::new(Text::Received, self.now.whole.tally.received);
        let under = Part::new(label, under);
        if rule.per == 100 {
            let means = label!(Text::ComplaintRateMeans, per = 100);
            return Ok(Some(Figure::rate("complaint-rate", Text::ComplaintRate, means, [over, under])));
        }
        let received = Decimal::from(self.now.whole.tally.received);
        let rate = received.checked_mul(Decimal::from(rule.per)).zip(number).and_then(|(over, under)| {
            let rate = over.checked_div(under)?;
            Some(rate.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
        });
        let value = rate.map_or(Cell::Unknown, Cell::Decimal);
        let means = label!(Text::ComplaintRateMeans, per = rule.per);
        let figure = Figure::new("complaint-rate", Text::ComplaintRate, means, value);
        Ok(Some(Figure { numerator: Some(over), denominator: Some(under), ..figure }))
    }

    /// The clients of the archive at the end of the period: those that came before it, without those that had left by then.
    fn clients(&self) -> Answer<Option<u64>> {
        let kind = self.counted.rules.clients.as_ref().and_then(|clients| self.subject.policy().kind(clients));
        let Some(kind) = kind else { return Ok(None) };
        let others = Class::ALL.into_iter().filter(|class| *class != Class::Closed);
        let came = || Expr::every().between("opened", None, Some(self.subject.period.last()));
        let here = came().is("class", others.map(Class::name));
        let left = came().between("closed", Some(self.subject.period.until), None);
        let count = |terms: &Expr| {
            let filter = self.subject.asking(kind, terms)?;
            self.subject.source.count(&RecordSet::of(kind, Belonging::All).filtered(&filter))
        };
        Ok(Some(count(&here)? + count(&left)?))
    }

    /// Repeats (重复投诉率) within the policy's window.
    fn repeats(&self) -> Answer<Option<Figure>> {
        let subject = self.subject;
        let Some(rule) = &subject.policy().reports.repeats else { return Ok(None) };
        let occurrences = repeats::occurrences(subject, (self.counted.rules, self.counted.kind), rule)?;
        let calendar = subject.policy().calendars.default();
        let (all, repeated) = repeats::count(calendar, &occurrences, rule.within, subject.span());
        let same: Vec<&FieldId> = rule.same.iter().collect();
        let field = |lang| {
            let names = same.iter().map(|field| self.counted.kind.field(**field).label.get(lang).to_owned());
            names.collect::<Vec<_>>()
        };
        let fields = Label::new(field(Lang::En).join(", "), field(Lang::Zh).join("、"));
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| {
            let (fields, within) = (fields.get(lang).to_owned(), rule.within.text(lang));
            label!(Text::RepeatsMeans, fields = fields, within = within).get(lang).to_owned()
        });
        let parts = [Part::new(Text::RepeatedCases, repeated), Part::new(Text::Received, all)];
        Ok(Some(Figure::rate("repeats", Text::Repeats, Label::new(en, zh), parts)))
    }
}
