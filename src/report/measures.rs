//! What became of an improvement measure (IM1): done, verified, found to have no effect. Other files report it.

use super::Material;
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
    /// When it was last opened again after it had been done.
    failed: Option<Moment>,
    /// How many complaints like those that it is about came after it was done, by the policy's window. `None` if the policy
    /// does not say.
    pub(super) since: Option<i64>,
}

/// What a measure is, with its kind. `None` if the policy does not say.
pub(super) fn measures(material: &Material) -> Option<(&MeasureRules, &Kind)> {
    let rules = material.policy.reports.measures.as_ref()?;
    Some((rules, material.policy.kind(&rules.kind)?))
}

impl Course {
    /// The course of a measure as it was at `until`.
    pub(super) fn of(
        material: &Material,
        (rules, kind): (&MeasureRules, &Kind),
        measure: &Record,
        until: Moment,
    ) -> Course {
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
        let told = material.policy.reports.recurrence.as_ref().is_some_and(|rule| rule.kind == kind.name());
        course.since = course.done.filter(|_| told).map(|_| {
            let came = material.recurred.get(&measure.id).into_iter().flatten().filter(|at| **at < until);
            i64::try_from(came.count()).unwrap_or(i64::MAX)
        });
        course
    }

    /// Whether it was found to be of no effect and has not been done again, or complaints came back after it was done.
    pub(super) fn is_ineffective(&self) -> bool {
        self.failed.is_some_and(|failed| self.done.is_none_or(|done| done < failed))
            || self.since.is_some_and(|n| n > 0)
    }
}
