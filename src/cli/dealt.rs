//! Why work goes to a person, in words. `plan` and `assign` share it.

use crate::book::View;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::PlanText as Text;
use crate::planning::Why;

/// Why a person gets a record, and how many the person has now. `through` names the connection between the record and
/// the person.
pub(super) fn reason(view: &View<'_>, why: &Why, through: Option<&Label>, has: u64) -> Label {
    let why = match (why, through) {
        (Why::Kept, Some(through)) => label!(Text::WhyKeptBy; through = through),
        (Why::Kept, None) => Text::WhyKept.label(),
        (Why::StandsIn(person), _) => {
            let person = Label::verbatim(view.words().person(person.as_str()));
            label!(Text::WhyStandsIn; person = person)
        }
        (Why::Fewest, _) => Text::WhyFewest.label(),
        (Why::Capacity, _) => Text::WhyCapacity.label(),
        (Why::Share, _) => Text::WhyShare.label(),
        (Why::Nobody, _) => return Label::default(),
    };
    label!(Text::WhyNow, count = has; why = why)
}
