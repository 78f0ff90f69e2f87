//! The columns that `import --rejects` writes itself: what is wrong with a row, and its line.

use crate::locale::Lang;
use crate::locale::messages::ImportText as Text;

/// Whether a heading is one that `import --rejects` writes itself.
pub fn is_own(heading: &str) -> bool {
    says(Text::ColumnReason, heading) || says(Text::ColumnLine, heading)
}

/// Whether headings are those of a file that `import --rejects` wrote. Such a file lies as it was written, whatever a
/// map says of the file that the rows came from.
pub fn of_rejects<'h>(headings: impl Iterator<Item = &'h str>) -> bool {
    let (mut reason, mut line) = (false, false);
    for heading in headings {
        reason |= says(Text::ColumnReason, heading);
        line |= says(Text::ColumnLine, heading);
    }
    reason && line
}

fn says(own: Text, heading: &str) -> bool {
    Lang::ALL.iter().any(|lang| own.get(*lang) == heading)
}
