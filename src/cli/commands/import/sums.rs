//! What became of the rows of a file: those made, those that existed, those that differ and those rejected come to all
//! of them. Also said if nothing is written.

use serde_json::{Map, Value as Json};

use crate::cli::failure::Failure;
use crate::cli::importing::{Done, Rejected};
use crate::entry::import::{Row, Table};
use crate::locale::messages::ImportText as Text;
use crate::locale::{Label, Lang};
use crate::say;

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) rows: usize,
    pub(super) imported: usize,
    pub(super) existing: usize,
    pub(super) changed: usize,
    pub(super) rejected: usize,
}

impl Sum {
    pub(super) fn of(done: &Done) -> Self {
        Sum {
            rows: done.rows,
            imported: done.imported.len(),
            existing: done.existing,
            changed: done.changed,
            rejected: done.rejected,
        }
    }

    /// The sum in a line. `would` is that nothing was written.
    pub(super) fn said(&self, lang: Lang, would: bool, update: bool) -> String {
        let Sum { rows, imported, existing, changed, rejected } = *self;
        macro_rules! said {
            ($text:path) => {
                say!(
                    lang,
                    $text,
                    rows = rows,
                    imported = imported,
                    existing = existing,
                    changed = changed,
                    rejected = rejected
                )
            };
        }
        match (would, update) {
            (true, true) => said!(Text::WouldUpdate),
            (true, false) => said!(Text::WouldImport),
            (false, true) => said!(Text::DoneUpdate),
            (false, false) => said!(Text::DoneImport),
        }
    }

    /// A failure that also says what would have become of the rows.
    pub(super) fn with(&self, mut failure: Failure, update: bool) -> Failure {
        let [en, zh] = Lang::ALL.map(|lang| self.said(lang, true, update));
        failure.details.push(Label { en, zh });
        failure.data = Some(Box::new(self.data()));
        failure
    }

    fn data(&self) -> Map<String, Json> {
        let Sum { rows, imported, existing, changed, rejected } = *self;
        let counts = [
            ("rows", rows),
            ("imported", imported),
            ("existing", existing),
            ("changed", changed),
            ("rejected", rejected),
        ];
        counts.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect()
    }
}

/// Rows that cannot be taken, each with what is wrong.
pub(super) type Bad = Vec<(Row, Rejected)>;

/// What good rows come to, and the bad rows in their order. `take` reads a row.
///
/// # Errors
/// As `take` has them.
pub(super) fn parted<T>(
    table: &Table,
    mut take: impl FnMut(&Row) -> Result<Result<T, Rejected>, Failure>,
) -> Result<(Vec<T>, Bad), Failure> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for row in table.rows() {
        match row {
            Err((row, wrong)) => bad.push((row, vec![wrong])),
            Ok(row) => match take(&row)? {
                Ok(taken) => good.push(taken),
                Err(wrong) => bad.push((row, wrong)),
            },
        }
    }
    bad.sort_by_key(|(row, _)| row.line);
    Ok((good, bad))
}
