//! The notices so far (NT1, NT3), as columns of reports: how many of each type, when the last one was issued, and
//! whether they were answered.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Cell, Column};
use super::{Answer, Subject};
use crate::calendar::Moment;
use crate::label;
use crate::lifecycle::{noticed, occasion};
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::Occasion;
use crate::record::Id;
use crate::wording::joined;

/// A line of an issued notice.
pub(super) struct Pressed {
    /// The notice.
    notice: Id,
    /// Its occasion.
    occasion: Occasion,
    /// The deadline that was missed.
    pub(super) deadline: String,
    /// When it was issued.
    pub(super) at: Moment,
    /// Whether it was answered.
    answered: bool,
}

/// The lines of notices, by the record that they are about.
pub(super) type Issued = BTreeMap<Id, Vec<Pressed>>;

/// The notices that were issued about these records.
///
/// # Errors
/// If they cannot be read.
pub(super) fn issued(subject: Subject<'_>, about: &BTreeSet<Id>) -> Answer<Issued> {
    let mut issued = Issued::new();
    let Some(fields) = &subject.policy().notices.fields else { return Ok(issued) };
    let links = subject.source.links(about, &fields.kind)?;
    for notice in subject.source.read(&links.into_iter().map(|link| link.from).collect())? {
        let (Some(at), Some(occasion)) = (notice.opened(), occasion(&notice, fields)) else { continue };
        for line in noticed(&notice, fields).into_iter().filter(|line| about.contains(&line.about)) {
            let (notice, answered, deadline) = (notice.id.clone(), line.answered, line.deadline);
            issued.entry(line.about).or_default().push(Pressed { notice, occasion, deadline, at, answered });
        }
    }
    Ok(issued)
}

/// The columns. Empty if the company issues no notices.
pub(super) fn columns(subject: Subject<'_>) -> Vec<Column> {
    if subject.policy().notices.fields.is_none() {
        return Vec::new();
    }
    vec![
        Column::label("notices", Text::NoticesSoFar),
        Column::moment("last-notice", Text::LastNotice),
        Column::label("answered", Text::NoticesAnswered),
    ]
}

/// The cells of a row for these lines of notices.
pub(super) fn cells<'m>(subject: Subject<'_>, lines: impl Iterator<Item = &'m Pressed>) -> Vec<Cell> {
    let policy = &subject.policy();
    let Some((fields, kind)) = policy.notices.fields.as_ref().and_then(|is| Some((is, policy.kind(&is.kind)?))) else {
        return vec![Cell::Empty; columns(subject).len()];
    };
    // a notice with several lines counts once, and is answered when all of them are
    let mut notices: BTreeMap<&Id, (Occasion, bool)> = BTreeMap::new();
    let mut last = None;
    for line in lines {
        let (_, answered) = notices.entry(&line.notice).or_insert((line.occasion, true));
        *answered &= line.answered;
        last = last.max(Some(line.at));
    }
    if notices.is_empty() {
        return vec![Cell::Empty; columns(subject).len()];
    }
    let counted = |occasion: Occasion| {
        let count = notices.values().filter(|(of, _)| *of == occasion).count();
        let called = subject.words().stored(&kind.field(fields.occasion).ty, fields.stored(occasion));
        (count > 0).then(|| label!(Text::NoticesOfType, count = count; of = called))
    };
    let counts: Vec<Label> = Occasion::ALL.into_iter().filter_map(counted).collect();
    let answered = notices.values().filter(|(_, answered)| *answered).count();
    vec![
        Cell::Label(joined(&counts)),
        Cell::from(last),
        Cell::Label(label!(Text::AnsweredOf, answered = answered, count = notices.len())),
    ]
}
