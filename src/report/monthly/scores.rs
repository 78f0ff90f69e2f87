//! The scores that clients gave in callbacks about the closed cases.

use std::collections::BTreeSet;

use super::Monthly;
use crate::calendar::Moment;
use crate::policy::CallbackFields;
use crate::record::{Class, Id, Value};
use crate::report::{Answer, Belonging, RecordSet};

/// A score from a client. Scores are ordered by time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    /// When the callback last changed.
    at: Moment,
    /// The callback.
    callback: Id,
    /// What it is about.
    pub(super) about: Id,
    /// The score.
    pub(super) score: u64,
}

impl Monthly<'_> {
    /// The scores about forms that are closed now.
    ///
    /// # Errors
    /// If they cannot be read.
    pub(super) fn scores(&self) -> Answer<Vec<Score>> {
        let (policy, source) = (self.subject.policy(), self.subject.source);
        let fields = policy.callbacks.fields.as_ref();
        let found = fields.and_then(|fields| Some((fields, policy.kind(&fields.kind)?)));
        let Some((CallbackFields { about: Some(about), score: Some(score), .. }, kind)) = found else {
            return Ok(Vec::new());
        };
        let [about, score] = [about, score].map(|field| kind.field(*field).name.as_str());
        let forms = self.cases.all.iter().flat_map(|case| &case.forms).map(|form| &form.record);
        let closed = forms.filter(|form| self.counted.kind.shape.class(&form.state) == Class::Closed);
        let closed: BTreeSet<Id> = closed.map(|form| form.id.clone()).collect();
        let links = source.links(&closed, kind.name())?.into_iter().filter(|link| link.field == about);
        let ids: BTreeSet<Id> = links.map(|link| link.from).collect();
        let set = RecordSet::of(kind, Belonging::All).among(&ids);
        let mut scores = Vec::new();
        for row in source.values(&set, &["id", about, score, "changed"])? {
            if let [
                Some(Value::Ref(callback)),
                Some(Value::Ref(about)),
                Some(Value::Count(score)),
                Some(Value::Time(at)),
            ] = row.as_slice()
            {
                scores.push(Score { at: *at, callback: callback.clone(), about: about.clone(), score: *score });
            }
        }
        Ok(scores)
    }
}
