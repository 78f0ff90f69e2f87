//! Compares what was approved with what came back (RT3, RT4): equal, short, over within the acceptance ratio, or over
//! it. The quantity for the voucher is never more than the quantity received.

use rust_decimal::Decimal;

use super::Computation;
use super::bind::{Bindings, Given, Input, Viewing, Within, bind, lines, number, outputs};
use super::number::{amount, money, quantity, raised, sum, taxed};
use crate::record::{FieldId, Fields, Type, Value};

/// An item of a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// How many may come back.
    pub approved: Decimal,
    /// How many came. `None` before the warehouse has signed.
    pub received: Option<Decimal>,
    /// How many are accepted, if an instruction says so.
    pub accepted: Option<Decimal>,
    /// The price of one, as an amount.
    pub price: Option<Decimal>,
}

/// The result for a line or a whole return. Later variants are graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing was received yet.
    Unreceived,
    /// As approved.
    Equal,
    /// Fewer than approved: the voucher is for the actual quantity.
    Short,
    /// More than approved but within the ratio: the voucher is for the actual quantity.
    Within,
    /// More than the ratio allows: waits for an instruction.
    Over,
}

/// The items of a return, with the ratio by which it may exceed what was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// The items.
    pub lines: Vec<Line>,
    /// By how many percent the received quantity may exceed the approved one; zero if nothing is set.
    pub ratio: Decimal,
    /// The quantity in the decision of the case, if a decision ordered the return.
    pub decided: Option<Decimal>,
    /// The approved amount of the whole return, if it is given independently of the items' prices.
    pub approved: Option<Decimal>,
    /// The rate of tax in percent, if there is one.
    pub tax_rate: Option<Decimal>,
}

impl Line {
    /// The result for the line; `ratio` is in percent.
    pub fn verdict(&self, ratio: Decimal) -> Verdict {
        let Some(received) = self.received else { return Verdict::Unreceived };
        match received.cmp(&self.approved) {
            std::cmp::Ordering::Equal => Verdict::Equal,
            std::cmp::Ordering::Less => Verdict::Short,
            std::cmp::Ordering::Greater if raised(self.approved, ratio).is_some_and(|most| received <= most) => {
                Verdict::Within
            }
            std::cmp::Ordering::Greater => Verdict::Over,
        }
    }

    /// The quantity for the voucher: the one accepted by instruction, else the received one, or the approved one if
    /// the ratio (in percent) is exceeded. It is never more than was received.
    pub fn posted(&self, ratio: Decimal) -> Decimal {
        let received = self.received.unwrap_or_default();
        let taken = self.accepted.unwrap_or(match self.verdict(ratio) {
            Verdict::Over => self.approved,
            _ => received,
        });
        taken.min(received)
    }
}

impl Reconciliation {
    /// The result for the whole return: the gravest of its lines. It is also `Over` if the total amount or quantity
    /// received exceeds the decision by more than the ratio.
    pub fn verdict(&self) -> Verdict {
        let gravest = self.lines.iter().map(|line| line.verdict(self.ratio)).max().unwrap_or(Verdict::Unreceived);
        let beyond = |came: Option<Decimal>, decided: Option<Decimal>| {
            let most = decided.and_then(|decided| raised(decided, self.ratio));
            came.zip(most).is_some_and(|(came, most)| came > most)
        };
        if beyond(self.received_amount(), self.approved) || beyond(self.received(), self.decided) {
            return Verdict::Over;
        }
        gravest
    }

    /// Whether the items together are more than the case's decision.
    fn is_beyond(&self) -> bool {
        let approved = sum(self.lines.iter().map(|line| Some(line.approved)));
        self.decided.is_some_and(|decided| approved.is_none_or(|approved| approved > decided))
    }

    /// Whether decision, slip and receipt agree, so that the voucher is given at once (RT3). Every quantity must be
    /// equal. Amounts may differ by one cent for each unit, because prices are rounded to cents.
    pub fn agrees(&self) -> bool {
        let quantities = self.is_received() && !self.differs();
        let decided = self.decided.is_none_or(|decided| self.received() == Some(decided));
        let cents = self.received().unwrap_or_default() * Decimal::new(1, 2);
        let amount = self.approved.zip(self.received_amount());
        quantities && decided && amount.is_none_or(|(decided, received)| (decided - received).abs() <= cents)
    }

    /// Whether the warehouse has signed for every item.
    fn is_received(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.received.is_some())
    }

    /// Whether a received quantity differs from the approved one, so that an instruction is needed first.
    pub fn differs(&self) -> bool {
        self.lines.iter().any(|line| line.received.is_some_and(|received| received != line.approved))
    }

    /// The total quantity for the voucher.
    pub fn posted(&self) -> Option<Decimal> {
        sum(self.lines.iter().map(|line| Some(line.posted(self.ratio))))
    }

    /// The amount for the voucher, each line to the cent. `None` if an item has no price.
    pub fn posted_amount(&self) -> Option<Decimal> {
        sum(self.lines.iter().map(|line| amount(line.posted(self.ratio), line.price?)))
    }

    /// The total quantity received.
    pub fn received(&self) -> Option<Decimal> {
        sum(self.lines.iter().map(|line| Some(line.received.unwrap_or_default())))
    }

    /// The amount received, at the items' prices. `None` if an item has no price.
    fn received_amount(&self) -> Option<Decimal> {
        sum(self.lines.iter().map(|line| amount(line.received.unwrap_or_default(), line.price?)))
    }

    /// The approved amount: that of the return, else that of the items at their prices. `None` if an item has no
    /// price.
    fn approved_amount(&self) -> Option<Decimal> {
        self.approved.or_else(|| self.approved_items())
    }

    /// The approved quantities at the items' prices. `None` if there are no items, or one has no price.
    fn approved_items(&self) -> Option<Decimal> {
        sum(self.lines.iter().map(|line| amount(line.approved, line.price?))).filter(|_| !self.lines.is_empty())
    }

    /// The amount of each item on a certificate of the return: for the posted quantity once everything was received,
    /// else for the approved quantity.
    fn certified(&self) -> impl Iterator<Item = Option<Decimal>> + '_ {
        let quantity = |line: &Line| if self.is_received() { line.posted(self.ratio) } else { line.approved };
        self.lines.iter().map(move |line| amount(quantity(line), line.price?))
    }

    /// The amount of a certificate of the return, without tax. `None` if there are no items, or one has no price.
    fn certified_amount(&self) -> Option<Decimal> {
        sum(self.certified()).filter(|_| !self.lines.is_empty())
    }

    /// The tax of the certificate (销货退回证明单), rounded to the cent for each item. `None` without a rate.
    pub fn tax(&self) -> Option<Decimal> {
        let rate = self.tax_rate?;
        sum(self.certified().map(|amount| taxed(amount?, rate))).filter(|_| !self.lines.is_empty())
    }

    /// Whether every item says how many may come back.
    fn is_quantified(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| !line.approved.is_zero())
    }

    /// Whether every item says how many may come back, and at which price.
    fn is_itemised(&self) -> bool {
        self.is_quantified() && self.lines.iter().all(|line| line.price.is_some())
    }

    /// Whether every item has what a stamped copy of the invoice must show: the unit price and the received quantity
    /// (RT5).
    pub fn is_priced(&self) -> bool {
        self.is_received() && self.lines.iter().all(|line| line.price.is_some())
    }
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    list: FieldId,
    approved: FieldId,
    received: FieldId,
    accepted: Option<FieldId>,
    price: Option<FieldId>,
    ratio: Option<FieldId>,
    decided: Option<FieldId>,
    amount: Option<FieldId>,
    tax_rate: Option<FieldId>,
}

const LINES: Within = Within::Lines('l');
const NUMBER: &[&str] = &["decimal", "count"];

pub(super) const COMPUTATION: Computation = Computation {
    name: "reconciliation",
    inputs: &[
        Input { name: "approved", within: LINES, types: NUMBER, required: true },
        Input { name: "received", within: LINES, types: NUMBER, required: true },
        Input { name: "accepted", within: LINES, types: NUMBER, required: false },
        Input { name: "price", within: LINES, types: &["money", "decimal"], required: false },
        Input { name: "ratio", within: Within::Record, types: NUMBER, required: false },
        Input { name: "decided", within: Within::Record, types: NUMBER, required: false },
        Input { name: "amount", within: Within::Record, types: &["money"], required: false },
        Input { name: "tax-rate", within: Within::Record, types: NUMBER, required: false },
    ],
    outputs: outputs::<Bound>,
    bind: bind::<Bound>,
};

fn flag(yes: bool) -> Option<Value> {
    Some(Value::Bool(yes))
}

impl Viewing for Bound {
    type View = Reconciliation;

    // before anything was received, there is no received or posted quantity to add up
    const GIVES: &'static [Given<Reconciliation>] = &[
        Given("received", Type::Bool, |view| flag(view.is_received())),
        Given("differs", Type::Bool, |view| flag(view.differs())),
        Given("over", Type::Bool, |view| flag(view.verdict() == Verdict::Over)),
        Given("short", Type::Bool, |view| {
            flag(view.lines.iter().any(|line| line.verdict(view.ratio) == Verdict::Short))
        }),
        Given("beyond", Type::Bool, |view| flag(view.is_beyond())),
        Given("agrees", Type::Bool, |view| flag(view.agrees())),
        Given("quantified", Type::Bool, |view| flag(view.is_quantified())),
        Given("priced", Type::Bool, |view| flag(view.is_priced())),
        Given("itemised", Type::Bool, |view| flag(view.is_itemised())),
        Given("approved-items", Type::Money, |view| money(view.approved_items())),
        Given("received-quantity", Type::Decimal, |view| quantity(view.received().filter(|_| view.is_received()))),
        Given("received-amount", Type::Money, |view| money(view.received_amount().filter(|_| view.is_received()))),
        Given("approved-amount", Type::Money, |view| money(view.approved_amount().filter(|_| !view.lines.is_empty()))),
        Given("posted-quantity", Type::Decimal, |view| quantity(view.posted().filter(|_| view.is_received()))),
        Given("posted-amount", Type::Money, |view| money(view.posted_amount().filter(|_| view.is_received()))),
        Given("certified-amount", Type::Money, |view| money(view.certified_amount())),
        Given("tax", Type::Money, |view| money(view.tax())),
    ];

    fn bound(bindings: &Bindings) -> Option<Self> {
        Some(Bound {
            list: bindings.list("approved")?,
            approved: bindings.of_line("approved")?,
            received: bindings.of_line("received")?,
            accepted: bindings.of_line("accepted"),
            price: bindings.of_line("price"),
            ratio: bindings.own("ratio"),
            decided: bindings.own("decided"),
            amount: bindings.own("amount"),
            tax_rate: bindings.own("tax-rate"),
        })
    }

    fn view(&self, fields: &Fields) -> Reconciliation {
        let line = |line: &Fields| Line {
            approved: number(line, Some(self.approved)).unwrap_or_default(),
            received: number(line, Some(self.received)),
            accepted: number(line, self.accepted),
            price: number(line, self.price),
        };
        Reconciliation {
            lines: lines(fields, self.list).map(line).collect(),
            ratio: number(fields, self.ratio).unwrap_or_default(),
            decided: number(fields, self.decided),
            approved: number(fields, self.amount),
            tax_rate: number(fields, self.tax_rate),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Reconciliation, Verdict};
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn n(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    fn line(approved: &str, received: Option<&str>, accepted: Option<&str>) -> Line {
        let price = Some(n("12.50"));
        Line { approved: n(approved), received: received.map(n), accepted: accepted.map(n), price }
    }

    #[test]
    fn what_came_back_is_judged_against_what_was_approved() {
        use Verdict::{Equal, Over, Short, Unreceived, Within};
        // approved, received, accepted by instruction, ratio in percent → verdict, posted
        for (approved, received, accepted, ratio, verdict, posted) in [
            ("100", None, None, "3", Unreceived, "0"),
            ("100", Some("100"), None, "3", Equal, "100"),
            ("100", Some("97"), None, "3", Short, "97"),
            ("100", Some("0"), None, "3", Short, "0"),
            ("100", Some("103"), None, "3", Within, "103"),
            ("100", Some("103.000001"), None, "3", Over, "100"),
            ("100", Some("101"), None, "0", Over, "100"),
            ("0", Some("1"), None, "3", Over, "0"),
            ("100", Some("120"), Some("110"), "3", Over, "110"),
            ("100", Some("120"), Some("130"), "3", Over, "120"),
            ("100", Some("97"), Some("90"), "3", Short, "90"),
        ] {
            let line = line(approved, received, accepted);
            assert_eq!((line.verdict(n(ratio)), line.posted(n(ratio))), (verdict, n(posted)), "{line:?} {ratio}");
        }
    }

    #[test]
    fn an_amount_beyond_the_ratio_is_held_even_where_quantities_are_not() {
        let lines = vec![line("100", Some("102"), None), line("10", Some("10"), None)];
        let within =
            Reconciliation { lines, ratio: n("3"), decided: None, approved: Some(n("1375.00")), tax_rate: None };
        assert_eq!((within.verdict(), within.differs()), (Verdict::Within, true));
        assert_eq!(within.posted_amount(), Some(n("1400.00")));
        let lower = Reconciliation { approved: Some(n("1300.00")), ..within };
        assert_eq!(lower.verdict(), Verdict::Over);
        // 1375 in all, a quarter more than 1100
        let whole = Reconciliation { lines: vec![line("110", Some("110"), None)], ratio: n("25"), ..lower };
        let [exact, beyond] = ["1100.00", "1099.99"].map(|approved| Some(n(approved)));
        assert_eq!(Reconciliation { approved: exact, ..whole.clone() }.verdict(), Verdict::Equal);
        assert_eq!(Reconciliation { approved: beyond, ..whole }.verdict(), Verdict::Over);
    }

    #[test]
    fn a_certificate_is_of_what_is_posted_once_it_has_come() {
        let of = |lines: Vec<Line>| Reconciliation {
            lines,
            ratio: n("3"),
            decided: None,
            approved: None,
            tax_rate: Some(n("13")),
        };
        let drafted = of(vec![line("10", None, None), line("3", None, None)]);
        assert_eq!((drafted.certified_amount(), drafted.tax()), (Some(n("162.50")), Some(n("21.13"))));
        let over = of(vec![line("10", Some("12"), Some("11")), line("3", Some("1"), None)]);
        assert_eq!((over.certified_amount(), over.tax()), (Some(n("150.00")), Some(n("19.51"))));
        let partly = of(vec![line("10", Some("12"), Some("11")), line("3", None, None)]);
        assert_eq!((partly.is_received(), partly.certified_amount()), (false, Some(n("162.50"))));
        assert_eq!(Reconciliation { tax_rate: None, ..over }.tax(), None);
        assert_eq!(of(Vec::new()).certified_amount(), None);
    }

    #[test]
    fn what_cannot_be_told_is_no_value() {
        let unpriced = Line { price: None, ..line("1", Some("1"), None) };
        let none =
            Reconciliation { lines: vec![unpriced], ratio: n("0"), decided: None, approved: None, tax_rate: None };
        assert_eq!((none.posted(), none.posted_amount(), none.is_priced()), (Some(n("1")), None, false));
        let itemised = |lines: Vec<Line>| Reconciliation { lines, ..none.clone() }.is_itemised();
        let (whole, empty) = (line("1", None, None), line("0", None, None));
        let all = [vec![whole], vec![whole, empty], vec![whole, unpriced], Vec::new()].map(itemised);
        assert_eq!(all, [true, false, false, false]);
        let huge = Line { price: Some(n("1000000000000")), ..line("1", Some("1000000"), None) };
        assert_eq!(Reconciliation { lines: vec![huge], ..none }.received_amount(), None);
    }

    proptest! {
        #[test]
        fn never_more_is_posted_than_was_received(
            lines in proptest::collection::vec(
                (0u64..500, proptest::option::of(0u64..600), proptest::option::of(0u64..700), 0i64..100_000), 1..8),
            ratio in 0u64..30,
            approved in proptest::option::of(0i64..10_000_000),
        ) {
            let lines: Vec<Line> = lines
                .into_iter()
                .map(|(approved, received, accepted, price)| Line {
                    approved: approved.into(),
                    received: received.map(Into::into),
                    accepted: accepted.map(Into::into),
                    price: Some(Decimal::new(price, 3)),
                })
                .collect();
            let whole = Reconciliation {
                decided: None,
                lines, ratio: ratio.into(), approved: approved.map(|cents| Decimal::new(cents, 2)), tax_rate: None,
            };
            for line in &whole.lines {
                prop_assert!(line.posted(whole.ratio) <= line.received.unwrap_or_default());
            }
            prop_assert!(whole.posted() <= whole.received());
            prop_assert!(whole.posted_amount() <= whole.received_amount());
            // without an instruction nothing is posted beyond the ratio
            for line in whole.lines.iter().filter(|line| line.accepted.is_none()) {
                prop_assert!(line.posted(whole.ratio) * Decimal::ONE_HUNDRED
                    <= line.approved * (Decimal::ONE_HUNDRED + whole.ratio));
            }
        }
    }
}
