//! The course of an improvement measure (IM1): done, verified, found to be ineffective. Other reports show it.

use std::collections::BTreeSet;

use super::{Answer, Belonging, Clocked, RecordSet, Subject};
use crate::calendar::Moment;
use crate::kind::Kind;
use crate::policy::MeasureRules;
use crate::record::{Class, Record};

/// The course of a measure up to a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Course {
    /// When it was last done.
    pub(super) done: Option<Moment>,
    /// When its effect was last verified.
    pub(super) verified: Option<Moment>,
    /// When it was last reopened after it had been done.
    failed: Option<Moment>,
    /// How many similar complaints came after it was done, within the policy's window. `None` if the policy has no
    /// such window.
    pub(super) since: Option<i64>,
}

/// The rules for measures, with their kind. `None` if the policy has none.
pub(super) fn measures(subject: Subject<'_>) -> Option<(&MeasureRules, &Kind)> {
    let rules = subject.policy().reports.measures.as_ref()?;
    Some((rules, subject.policy().kind(&rules.kind)?))
}

/// The measures that are open or were changed in the period, with the runs of their deadlines.
///
/// # Errors
/// If they cannot be read.
pub(super) fn standing(subject: Subject<'_>, kind: &Kind) -> Answer<Vec<Clocked>> {
    let ids = |belonging| subject.source.ids(&RecordSet::of(kind, belonging));
    let (unfinished, touched) = (ids(Belonging::Unfinished)?, ids(Belonging::Touched(subject.period))?);
    let ids: BTreeSet<_> = unfinished.union(&touched).cloned().collect();
    subject.clocked(&RecordSet::of(kind, Belonging::All).among(&ids))
}

impl Course {
    /// The course of a measure up to `until`.
    ///
    /// # Errors
    /// If the complaints that came after it cannot be read.
    pub(super) fn of(
        subject: Subject<'_>,
        (rules, kind): (&MeasureRules, &Kind),
        measure: &Record,
        until: Moment,
    ) -> Answer<Course> {
        let entered = |states: &[String], to: &str| states.iter().any(|state| state == to);
        let mut course = Course::default();
        let past = measure.history.iter().filter(|event| event.at <= until);
        for (at, to) in past.filter_map(|event| Some((event.at, event.to.as_deref()?))) {
            if entered(&rules.done, to) {
                course.done = Some(at);
            } else if entered(&rules.verified, to) {
                course.verified = Some(at);
            } else if course.done.is_some() && kind.shape.class(to) != Class::Closed {
                (course.failed, course.verified) = (Some(at), None);
            }
        }
        let told = subject.policy().reports.recurrence.as_ref().is_some_and(|rule| rule.kind == kind.name());
        if told && course.done.is_some() {
            let came = subject.source.recurred(measure)?.into_iter().filter(|at| *at < until);
            course.since = Some(i64::try_from(came.count()).unwrap_or(i64::MAX));
        }
        Ok(course)
    }

    /// Whether it was found to be ineffective and not done again, or whether similar complaints came after it was
    /// done.
    pub(super) fn is_ineffective(&self) -> bool {
        self.failed.is_some_and(|failed| self.done.is_none_or(|done| done < failed))
            || self.since.is_some_and(|n| n > 0)
    }
}
