//! What a month deducts from a person (ST3): at most the policy's share of the month's bonus. The rest is carried
//! over.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};

/// An amount that a person is charged with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The day on which it is applied.
    pub on: NaiveDate,
    /// The amount. It is negative if money is paid back.
    pub amount: Decimal,
}

/// The deductions of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub first: NaiveDate,
    /// Carried over from the month before.
    pub brought: Decimal,
    /// Applied in the month.
    pub charged: Decimal,
    /// The most that may be deducted; `None` means no limit.
    pub cap: Option<Decimal>,
    /// The amount that is deducted.
    pub deducted: Decimal,
    /// The amount that is carried over to the next month.
    pub carried: Decimal,
}

/// The months from the first charge to the month of `until`. `cap` gives the most that a month may deduct; `None`
/// means no limit. In every month brought + charged = deducted + carried, so every charge is in the end either
/// deducted or carried.
pub fn carry(charges: &[Charge], until: NaiveDate, cap: &dyn Fn(NaiveDate) -> Option<Decimal>) -> Vec<Month> {
    let mut by_month: BTreeMap<NaiveDate, Decimal> = BTreeMap::new();
    for charge in charges.iter().filter(|charge| charge.on <= until) {
        *by_month.entry(first_of(charge.on)).or_default() += charge.amount;
    }
    let Some(mut first) = by_month.keys().next().copied() else { return Vec::new() };
    let mut months: Vec<Month> = Vec::new();
    let mut brought = Decimal::ZERO;
    while first <= until {
        let charged = by_month.get(&first).copied().unwrap_or_default();
        let due = brought + charged;
        let cap = cap(first);
        // money that is paid back is negative, so the cap never delays it
        let deducted = cap.map_or(due, |cap| due.min(cap));
        let carried = due - deducted;
        months.push(Month { first, brought, charged, cap, deducted, carried });
        brought = carried;
        let Some(next) = first.checked_add_months(Months::new(1)) else { break };
        first = next;
    }
    months
}

/// `percent` of a month's amount: rounded down to the cent in the person's favour, and never below zero. Without an
/// amount, nothing may be deducted.
pub fn bound(amount: Option<Decimal>, percent: Decimal) -> Decimal {
    let share = amount.unwrap_or_default() * percent / Decimal::ONE_HUNDRED;
    share.round_dp_with_strategy(2, RoundingStrategy::ToZero).max(Decimal::ZERO)
}

/// The most that may be deducted from a wage (工资支付暂行规定 §16): `percent` of it. At least the minimum
/// wage must remain.
pub fn wage_bound(wage: Decimal, percent: Decimal, minimum: Option<Decimal>) -> Decimal {
    let above = minimum.map(|minimum| (wage - minimum).max(Decimal::ZERO));
    let share = bound(Some(wage), percent);
    above.map_or(share, |above| share.min(above))
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::{Charge, bound, carry, wage_bound};
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn charge(on: &str, cents: i64) -> Charge {
        Charge { on: day(on), amount: Decimal::new(cents, 2) }
    }

    #[test]
    fn what_is_beyond_the_cap_is_carried_over_until_it_is_deducted() {
        let charges = [charge("2026-10-05", 90_000), charge("2026-12-20", 10_000), charge("2027-02-01", 1)];
        let bonus = |month: NaiveDate| (month != day("2026-11-01")).then(|| Decimal::new(100_000, 2));
        let half = |bonus: &dyn Fn(NaiveDate) -> Option<Decimal>, month| Some(bound(bonus(month), Decimal::from(50)));
        let months = carry(&charges, day("2027-01-31"), &|month| half(&bonus, month));
        let shown: Vec<String> =
            months.iter().map(|m| format!("{} {} {} {}", m.brought, m.charged, m.deducted, m.carried)).collect();
        assert_eq!(
            shown,
            [
                "0 900.00 500.00 400.00", // half of the month's bonus of 1000.00
                "400.00 0 0 400.00",      // a month without a bonus
                "400.00 100.00 500.00 0.00",
                "0.00 0 0 0",
            ]
        );
        // the last day counts; a share is rounded in favour of the person who is charged
        let odd = |_: NaiveDate| Some(Decimal::new(100_001, 2));
        let last = carry(&[charge("2026-10-31", 90_000)], day("2026-10-31"), &|month| half(&odd, month));
        assert_eq!(last.iter().map(|month| month.cap).collect::<Vec<_>>(), [Some(Decimal::new(50_000, 2))]);
        let unbound = carry(&charges, day("2026-10-31"), &|_| None);
        assert_eq!((unbound[0].deducted, unbound[0].cap), (Decimal::new(90_000, 2), None));
    }

    #[test]
    fn a_wage_is_bound_by_its_share_and_by_the_minimum_wage() {
        let money = |text: &str| text.parse::<Decimal>().expect("an amount");
        for (wage, minimum, expected) in [
            ("5000.00", Some("2490.00"), "1000.00"),
            ("3000.00", Some("2490.00"), "510.00"),
            ("2490.00", Some("2490.00"), "0"),
            ("2000.00", Some("2490.00"), "0"),
            ("2000.00", None, "400.00"),
            ("3112.51", Some("2490.00"), "622.50"),
        ] {
            let found = wage_bound(money(wage), Decimal::from(20), minimum.map(money));
            assert_eq!(found, money(expected), "{wage} {minimum:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_charged_is_deducted_or_carried(
            charges in proptest::collection::vec((0u32..700, -5_000i64..200_000), 0..20),
            share in 0u32..100,
            bonuses in proptest::collection::vec(0i64..300_000, 1..5),
        ) {
            let start = day("2025-01-01");
            let charges: Vec<Charge> = charges
                .into_iter()
                .map(|(days, cents)| Charge {
                    on: start + chrono::Days::new(days.into()), amount: Decimal::new(cents, 2),
                })
                .collect();
            let bonus = |month: NaiveDate| {
                use chrono::Datelike;
                Some(Decimal::new(bonuses[month.month0() as usize % bonuses.len()], 2))
            };
            let until = day("2026-12-31");
            let months = carry(&charges, until, &|month| Some(bound(bonus(month), share.into())));
            let total: Decimal = charges.iter().map(|charge| charge.amount).sum();
            let deducted: Decimal = months.iter().map(|month| month.deducted).sum();
            let carried = months.last().map(|month| month.carried).unwrap_or_default();
            prop_assert_eq!(total, deducted + carried);
            for month in &months {
                prop_assert_eq!(month.brought + month.charged, month.deducted + month.carried);
                prop_assert!(month.cap.is_none_or(|cap| month.deducted <= cap));
                prop_assert!(month.carried >= Decimal::ZERO);
            }
        }
    }
}
