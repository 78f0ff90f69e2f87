//! What a complaint that delays payment costs the salesperson's bonus (RL4). Each item of the handling form counts by
//! its recovery ratio.

use rust_decimal::{Decimal, RoundingStrategy};

use super::loss::{lines, money};
use crate::policy::Recovery;
use crate::record::{Record, Value};

/// An item whose payment is delayed by a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// What it is.
    pub item: String,
    /// The amount that the client owes.
    pub receivable: Decimal,
    /// The amount that the client has paid, at most what is owed.
    pub collected: Decimal,
    /// The bonus for the item if it were fully recovered, as an amount. `None` if the company does not say.
    pub bonus: Option<Decimal>,
    /// The part of the bonus that is lost, because the amount was not fully collected. `None` without a bonus.
    pub reduction: Option<Decimal>,
}

impl Affected {
    /// The amount still owed.
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
        // the part that is kept is rounded, so kept + reduced is exactly the bonus
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

#[cfg(test)]
mod tests {
    use super::affected;
    use crate::policy::tests::{loaded, sources_of};
    use crate::record::Record;

    /// Receivable and collected; then the bonus of 0.5 percent and its reduction.
    #[test]
    fn the_bonus_is_kept_in_proportion_to_what_was_collected() {
        let policy = loaded(&sources_of("manufacturer"));
        let recovery = policy.sharing.recovery.as_ref().expect("a bonus");
        let shape = &policy.kind("complaint").expect("complaints").shape;
        for (receivable, collected, expected) in [
            ("10000.00", "4000.00", "50.00 - 30.00, open 6000.00"),
            ("10000.00", "10000.00", "50.00 - 0.00, open 0.00"),
            ("10000.00", "0.00", "50.00 - 50.00, open 10000.00"),
            // a payment above what is owed counts as full payment
            ("10000.00", "12000.00", "50.00 - 0.00, open 0.00"),
            ("0.00", "0.00", "0.00 - 0.00, open 0.00"),
            // half a cent is rounded up, both of the bonus and of the part that is kept
            ("333.00", "111.00", "1.67 - 1.11, open 222.00"),
            ("400.00", "101.00", "2.00 - 1.49, open 299.00"),
        ] {
            let item = format!("{{item: 货款, receivable: \"{receivable}\", collected: \"{collected}\"}}");
            let text = format!(
                "id: C-261102-00001\nkind: complaint\nstate: registered\naffected: [{item}]\nhistory:\n  \
                 - {{at: \"2026-11-02T09:00:00+08:00\", by: li.na, step: register, to: registered}}\n"
            );
            let record = Record::read(text.as_bytes(), "complaints/2026/11/02/C-261102-00001.yaml", shape);
            let all = affected(recovery, &record.unwrap_or_else(|problems| panic!("{problems:#?}")));
            let shown = all.iter().map(|one| {
                let (bonus, reduction) = (one.bonus.expect("a bonus"), one.reduction.expect("a reduction"));
                format!("{bonus} - {reduction}, open {}", one.outstanding())
            });
            assert_eq!(shown.collect::<Vec<_>>(), [expected], "{collected} of {receivable}");
        }
    }
}
