//! The notices so far (NT1, NT3), as columns of reports: how many of which type went out, when the last did, and whether they were
//! answered.

use std::collections::BTreeMap;

use super::Material;
use super::material::Pressed;
use super::model::{Cell, Column};
use crate::label;
use crate::locale::Label;
use crate::locale::messages::ReportText as Text;
use crate::policy::Occasion;
use crate::record::Id;
use crate::wording::joined;

/// The columns. Empty if the company issues no notices.
pub(super) fn columns(material: &Material) -> Vec<Column> {
    if material.policy.notices.fields.is_none() {
        return Vec::new();
    }
    vec![
        Column::label("notices", Text::NoticesSoFar),
        Column::moment("last-notice", Text::LastNotice),
        Column::label("answered", Text::NoticesAnswered),
    ]
}

/// The cells of a row about these lines of notices.
pub(super) fn cells<'m>(material: &Material, lines: impl Iterator<Item = &'m Pressed>) -> Vec<Cell> {
    let policy = &material.policy;
    let Some((fields, kind)) = policy.notices.fields.as_ref().and_then(|is| Some((is, policy.kind(&is.kind)?))) else {
        return vec![Cell::Empty; columns(material).len()];
    };
    // a notice with several lines is one, and answered once all of them are
    let mut notices: BTreeMap<&Id, (Occasion, bool)> = BTreeMap::new();
    let mut last = None;
    for line in lines {
        let (_, answered) = notices.entry(&line.notice).or_insert((line.occasion, true));
        *answered &= line.answered;
        last = last.max(Some(line.at));
    }
    if notices.is_empty() {
        return vec![Cell::Empty; columns(material).len()];
    }
    let counted = |occasion: Occasion| {
        let count = notices.values().filter(|(of, _)| *of == occasion).count();
        let called = material.words().stored(&kind.field(fields.occasion).ty, fields.stored(occasion));
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
