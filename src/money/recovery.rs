//! What a complaint that hampers collection costs the salesperson's bonus (RL4): by the recovery ratio of each item that the
//! handling form lists.

use rust_decimal::{Decimal, RoundingStrategy};

use super::loss::{lines, money};
use crate::policy::Recovery;
use crate::record::{Record, Value};

/// An item of which a complaint hampers the collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// What it is.
    pub item: String,
    /// What is owed.
    pub receivable: Decimal,
    /// What of it has come in, never more than is owed.
    pub collected: Decimal,
    /// The bonus for the item if it were fully recovered; none where the company does not say.
    pub bonus: Option<Decimal>,
    /// By how much the bonus is reduced: by the part that is not recovered.
    pub reduction: Option<Decimal>,
}

impl Affected {
    /// What is still owed.
    pub fn outstanding(&self) -> Decimal {
        self.receivable - self.collected
    }
}

/// The items that a form lists.
pub fn affected(recovery: &Recovery, record: &Record) -> Vec<Affected> {
    let item = |line: &crate::record::Fields| {
        let receivable = money(line.get(recovery.receivable)).unwrap_or_default().max(Decimal::ZERO);
        let collected = money(line.get(recovery.collected)).unwrap_or_default().clamp(Decimal::ZERO, receivable);
        let bonus = recovery.bonus.map(|percent| cents(receivable * percent / Decimal::ONE_HUNDRED));
        // what is kept is rounded, so that kept and reduced make up the bonus
        let kept = |bonus: Decimal| match receivable.is_zero() {
            true => bonus,
            false => cents((bonus * collected).checked_div(receivable).unwrap_or_default()),
        };
        Affected {
            item: line.get(recovery.item).and_then(Value::as_text).unwrap_or_default().to_owned(),
            receivable,
            collected,
            bonus,
            reduction: bonus.map(|bonus| bonus - kept(bonus)),
        }
    };
    lines(record.get(recovery.list)).map(item).collect()
}

fn cents(amount: Decimal) -> Decimal {
    let mut cents = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    cents.rescale(2);
    cents
}
