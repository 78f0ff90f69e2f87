//! The figures, each with its definition, numerator and denominator, and the identity of the period.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;

use super::Monthly;
use super::counts::Row;
use super::scores::Score;
use super::tables::values;
use crate::calendar::{Calendar, Outcome};
use crate::filter::Expr;
use crate::label;
use crate::locale::messages::ReportText as Text;
use crate::locale::{Label, Lang};
use crate::model::{Cell, Figure, Identity, Part};
use crate::policy::Denominator;
use crate::record::{Class, FieldId, Id};
use crate::report::sheet::{How, Line, Sheet, SheetRow, Side};
use crate::report::tally::median;
use crate::report::volumes::sold;
use crate::report::{Answer, Belonging, Case, Clock, RecordSet, repeats};

impl Monthly<'_> {
    /// Open at start + received + reopened − ended = open at end. States say which cases are open, and events say
    /// which came and ended. So the two can disagree, and the identity is a real check.
    pub(super) fn identity(&self) -> Identity {
        let tally = &self.now.whole.tally;
        Identity::counts("cases", Text::CasesOfPeriod, (Text::OpenAtEnd, tally.open_at_end))
            .plus(Text::OpenAtStart, tally.open_at_start)
            .plus(Text::Received, tally.received)
            .plus(Text::Reopened, tally.reopened)
            .minus(Text::Ended, tally.ended)
    }

    /// The figures, and what each case adds to them.
    ///
    /// # Errors
    /// If something that they are counted from cannot be read.
    pub(super) fn sheet<'s>(&'s self) -> Answer<Sheet<'s, Counted>> {
        let satisfied = self.satisfied()?;
        let mut items: Vec<(Id, Counted)> = Vec::new();
        for (place, (case, row)) in self.now.cases.iter().enumerate() {
            let id = case.latest().map_or(&case.id, |record| &record.id).clone();
            let [met, due] = self.answers(case);
            let closed = self.counted.closed_in(case, self.subject.span());
            let worked = closed.map(|at| case.worked(self.counted.kind, self.calendar(), at));
            let minutes = worked.as_ref().and_then(|worked| worked.as_ref().ok().copied());
            let untimed = worked.is_some_and(|worked| worked.is_err());
            let score = closed.and_then(|_| satisfied.as_ref()?.get(&case.id).copied());
            let imported = case.is_imported();
            let row = row.clone();
            let item = Counted { case: Some(place), row, met, due, minutes, untimed, imported, score, repeats: None };
            items.push((id, item));
        }
        let places: HashMap<&Id, usize> =
            self.now.cases.iter().enumerate().map(|(place, (case, _))| (&case.id, place)).collect();
        for (id, repeats) in self.repeated()? {
            let case = places.get(&id).copied();
            items.push((id, Counted { case, repeats: Some(repeats), ..Counted::default() }));
        }
        let mut lines = self.lines(satisfied.is_some())?;
        lines.extend(self.costs());
        Ok(Sheet { items, lines, rows: Box::new(|item| self.rows(item)) })
    }

    /// The rows of the breakdowns to which an item belongs.
    fn rows(&self, item: &Counted) -> Vec<(SheetRow, Counted)> {
        let mut rows = Vec::new();
        let Some((case, _)) = item.case.and_then(|place| self.now.cases.get(place)) else { return rows };
        for breakdown in &self.layout.tables {
            let declared = self.counted.kind.field(breakdown.by);
            if !self.subject.words().sight.shows(declared) {
                continue;
            }
            let names = values(case, *breakdown);
            let unsaid = names.is_empty().then(String::new);
            let names = names.into_iter().map(Cow::into_owned).chain(unsaid);
            for (stored, prefix) in names.flat_map(|name| ["by", "losses-by"].map(|of| (name.clone(), of))) {
                let label = match stored.is_empty() {
                    true => Text::NotSaid.label(),
                    false => self.subject.label(&declared.ty, &stored),
                };
                let table = format!("{prefix}-{}", declared.name);
                rows.push((SheetRow { table, stored, label }, item.clone()));
            }
        }
        rows
    }

    fn calendar(&self) -> &Calendar {
        self.subject.policy().calendars.default()
    }

    fn lines<'s>(&self, satisfied: bool) -> Answer<Vec<Line<'s, Counted>>> {
        let counted = &self.counted;
        let mut all = vec![Line::sum(
            "received",
            Text::ReceivedMeans,
            Side::count(Text::Received, |item: &Counted| item.row.tally.received),
        )];
        if counted.accepted.is_some() {
            all.push(Line::sum(
                "accepted",
                Text::AcceptedMeans,
                Side::count(Text::Accepted, |item: &Counted| item.row.tally.accepted),
            ));
        }
        if counted.closed.is_some() {
            all.push(Line::sum(
                "closed",
                Text::ClosedMeans,
                Side::count(Text::Closed, |item: &Counted| item.row.tally.closed),
            ));
            if counted.upholds() {
                let means = label!(Text::UpheldMeans; means = counted.rules.upheld_means.clone());
                all.push(Line::sum("upheld", means, Side::count(Text::Upheld, |item: &Counted| item.row.tally.upheld)));
            }
        }
        if counted.declined.is_some() {
            all.push(Line::sum(
                "declined",
                Text::DeclinedMeans,
                Side::count(Text::Declined, |item: &Counted| item.row.tally.declined),
            ));
        }
        if counted.withdrawn.is_some() {
            all.push(Line::sum(
                "withdrawn",
                Text::WithdrawnMeans,
                Side::count(Text::Withdrawn, |item: &Counted| item.row.tally.withdrawn),
            ));
        }
        all.push(Line::sum(
            "open",
            Text::OpenMeans,
            Side::count(Text::OpenAtEnd, |item: &Counted| item.row.tally.open_at_end),
        ));
        all.push(Line::sum(
            "overdue",
            Text::OverdueMeans,
            Side::count(Text::OverdueCases, |item: &Counted| item.row.tally.overdue),
        ));
        if counted.closed.is_some() {
            all.extend(self.closing());
        }
        if counted.rules.answer.is_some() {
            let met = Side::count(Text::AnsweredInTime, |item: &Counted| item.met);
            let due = Side::count(Text::AnswersDue, |item: &Counted| item.due);
            all.push(Line::new(
                "feedback-on-time",
                Text::FeedbackOnTime,
                Text::FeedbackOnTimeMeans,
                How::Rate([met, due]),
            ));
        }
        if let Some(rule) = self.subject.policy().reports.satisfaction.filter(|_| satisfied) {
            let from = rule.satisfied_from;
            let given = move || {
                Side::count(Text::Satisfied, move |item: &Counted| {
                    i64::from(item.score.is_some_and(|score| score >= from))
                })
            };
            let closed = Side::count(Text::Closed, |item: &Counted| item.row.tally.closed);
            let asked = Side::count(Text::Asked, |item: &Counted| i64::from(item.score.is_some()));
            let means = label!(Text::SatisfiedOfAllMeans, score = from);
            all.push(Line::new("satisfied", Text::SatisfiedOfAll, means, How::Rate([given(), closed])));
            let means = label!(Text::SatisfiedOfAskedMeans, score = from);
            all.push(Line::new("satisfied-of-asked", Text::SatisfiedOfAsked, means, How::Rate([given(), asked])));
        }
        all.extend(self.complaint_rate()?);
        all.extend(self.repeats());
        if counted.remedies.is_some() {
            all.push(Line::sum(
                "remedies",
                Text::RemedyAmountMeans,
                Side::money(Text::RemedyAmount, |item: &Counted| item.row.tally.cost),
            ));
        }
        Ok(all)
    }

    fn closing<'s>(&self) -> Vec<Line<'s, Counted>> {
        let closed = || Side::count(Text::Closed, |item: &Counted| item.row.tally.closed);
        let on_time = Side::count(Text::ClosedOnTime, |item: &Counted| item.row.tally.on_time);
        let due = Side::count(Text::ClosedAndOverdue, |item: &Counted| {
            let tally = &item.row.tally;
            tally.on_time + tally.late + tally.overdue
        });
        let minutes = Side::minutes(Text::WorkingTime, |item: &Counted| item.minutes.unwrap_or_default());
        let timed = Side::count(Text::Closed, |item: &Counted| i64::from(item.minutes.is_some()));
        let each = |item: &Counted| Vec::from_iter(item.minutes);
        let mut all = Vec::new();
        if self.counted.accepted.is_some() {
            let accepted = Side::count(Text::Accepted, |item: &Counted| item.row.tally.accepted);
            all.push(Line::new(
                "closed-rate",
                Text::ClosedRate,
                Text::ClosedRateMeans,
                How::Rate([closed(), accepted]),
            ));
        }
        all.push(Line::new("closed-on-time", Text::OnTimeRate, Text::OnTimeRateMeans, How::Rate([on_time, due])));
        all.push(Line::new(
            "mean-handling-time",
            Text::MeanHandling,
            Text::MeanHandlingMeans,
            How::Mean([minutes, timed]),
        ));
        all.push(Line::new(
            "median-handling-time",
            Text::MedianHandling,
            Text::MedianHandlingMeans,
            How::Chosen(Box::new(each), median),
        ));
        all
    }

    /// Answers given in time, and answers due in the period (反馈及时率). An answer is what stops the deadline while the
    /// case goes on. A refusal or a withdrawal ends it without an answer; if that was in time, no answer was due.
    fn answers(&self, case: &Case) -> [i64; 2] {
        let Some(answer) = self.counted.rules.answer.as_ref() else { return [0, 0] };
        let (span, now) = (self.subject.span(), self.subject.now());
        let kind = self.counted.kind;
        let answers = |stop: &String| kind.shape.state(stop).is_none_or(|state| state.class != Class::Closed);
        let answered = |clock: &Clock| clock.outcome == Outcome::Met && clock.stopped_by.iter().any(answers);
        let owed = |clock: &&Clock| clock.outcome != Outcome::Met || answered(clock);
        let (mut met, mut due) = (0, 0);
        for clock in
            case.clocks().filter(|clock| clock.timing.name == *answer && clock.was_due_in(span, now)).filter(owed)
        {
            due += 1;
            met += i64::from(answered(clock));
        }
        [met, due]
    }

    /// The last score given about each case; `None` if nobody is asked for one.
    fn satisfied(&self) -> Answer<Option<BTreeMap<Id, u64>>> {
        let subject = self.subject;
        let rated = subject.policy().reports.satisfaction.is_some();
        let asks = subject.policy().callbacks.fields.as_ref().is_some_and(|fields| fields.score.is_some());
        if !rated || self.counted.closed.is_none() || !asks {
            return Ok(None);
        }
        let given = self.scores()?;
        let mut scores: BTreeMap<&Id, Vec<&Score>> = BTreeMap::new();
        for score in &given {
            scores.entry(&score.about).or_default().push(score);
        }
        let last = |case: &Case| {
            case.forms.iter().filter_map(|form| scores.get(&form.record.id)).flatten().max().map(|last| last.score)
        };
        Ok(Some(self.cases.all.iter().filter_map(|case| Some((case.id.clone(), last(case)?))).collect()))
    }

    /// The complaint rate (投诉率), relative to what the policy names.
    fn complaint_rate<'s>(&self) -> Answer<Option<Line<'s, Counted>>> {
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
        let (over, under) =
            (Side::count(Text::Received, |item: &Counted| item.row.tally.received), Part::new(label, under));
        let means = label!(Text::ComplaintRateMeans, per = rule.per);
        Ok(Some(Line::new("complaint-rate", Text::ComplaintRate, means, How::Against(over, under, rule.per))))
    }

    /// The number of clients at the end of the period: those registered before it, without those that had left by
    /// then.
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

    /// The cases opened in the period, each with whether it repeats another one (重复投诉率) within the policy's window.
    fn repeated(&self) -> Answer<Vec<(Id, bool)>> {
        let subject = self.subject;
        let Some(rule) = &subject.policy().reports.repeats else { return Ok(Vec::new()) };
        let occurrences = repeats::occurrences(subject, (self.counted.rules, self.counted.kind), rule)?;
        Ok(repeats::repeated(self.calendar(), &occurrences, rule.within, subject.span()))
    }

    fn repeats<'s>(&self) -> Option<Line<'s, Counted>> {
        let rule = self.subject.policy().reports.repeats.as_ref()?;
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
        let repeated = Side::count(Text::RepeatedCases, |item: &Counted| i64::from(item.repeats == Some(true)));
        let all = Side::count(Text::Received, |item: &Counted| i64::from(item.repeats.is_some()));
        Some(Line::new("repeats", Text::Repeats, Label::new(en, zh), How::Rate([repeated, all])))
    }
}

/// Says beside figures of handling times of how many cases they come from elsewhere.
pub(super) fn mark_imported(figures: &mut [Figure], items: &[(Id, Counted)]) {
    let imported = items.iter().filter(|(_, item)| item.imported && item.minutes.is_some()).count();
    if imported == 0 {
        return;
    }
    for figure in figures.iter_mut().filter(|figure| HANDLING.contains(&figure.name.as_str())) {
        figure.beside.push(Part::new(Text::OfThemImported, Cell::from(imported)));
    }
}

/// The figures that rest on how long cases took.
const HANDLING: [&str; 2] = ["mean-handling-time", "median-handling-time"];

/// What a case adds to the figures.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    /// Its index among the cases of the period.
    case: Option<usize>,
    pub(super) row: Row,
    /// Answers given in time; next, answers due.
    met: i64,
    due: i64,
    /// Its handling time in minutes, if it closed in the period and the calendar knows the time.
    minutes: Option<i64>,
    /// Whether it closed outside the days that the calendar knows.
    pub(super) untimed: bool,
    /// Whether it came in from elsewhere, with dates that this book has not seen.
    pub(super) imported: bool,
    /// The client's last score, if it closed in the period.
    score: Option<u64>,
    /// Whether it repeats another one, if it was opened in the period.
    repeats: Option<bool>,
}
