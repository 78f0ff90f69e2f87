//! The resale of returned goods (RL2). Goods sold within the policy's time lose the difference in price. For the
//! others the assessed loss counts; until it is assessed, their whole value counts.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Computation;
use super::bind::{Bindings, Given, Input, Viewing, Within, bind, date, lines, number, outputs, text};
use super::number::{amount, money, quantity, sum};
use super::reconciliation::Line;
use crate::record::{FieldId, Fields, Type, Value};

/// A sale of returned goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Which item; `None` means the only one.
    pub item: Option<String>,
    /// The day of the sale.
    pub date: Option<NaiveDate>,
    /// How many.
    pub quantity: Decimal,
    /// The price of one, as an amount.
    pub price: Decimal,
}

/// An item that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnedItem {
    /// Its name.
    pub name: Option<String>,
    /// How many came back.
    pub quantity: Decimal,
    /// The first selling price of one, as an amount.
    pub price: Option<Decimal>,
}

/// The returned items, their sales, and the loss of the unsold rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resale {
    /// The items that came back.
    pub items: Vec<ReturnedItem>,
    /// The sales.
    pub sales: Vec<Sale>,
    /// The last day on which a sale counts as a resale.
    pub until: Option<NaiveDate>,
    /// The loss of the unsold rest, as an amount. `None` if it is not assessed yet.
    pub assessed: Option<Decimal>,
    /// When it was assessed.
    pub assessed_on: Option<NaiveDate>,
}

impl Resale {
    /// Whether a sale was after the last day, so that its price cannot count.
    pub fn is_late(&self) -> bool {
        let late = |sale: &Sale| sale.date.zip(self.until).is_some_and(|(date, until)| date > until);
        self.sales.iter().any(late)
    }

    fn item_of<'r>(&'r self, sale: &Sale) -> Option<&'r ReturnedItem> {
        match &sale.item {
            Some(name) => self.items.iter().find(|item| item.name.as_ref() == Some(name)),
            None if self.items.len() == 1 => self.items.first(),
            None => None,
        }
    }

    fn sold_of(&self, item: &ReturnedItem) -> Decimal {
        let of = self.sales.iter().filter(|sale| self.item_of(sale).is_some_and(|sold| std::ptr::eq(sold, item)));
        of.map(|sale| sale.quantity).sum()
    }

    /// Whether every sale is of a returned item, and no item was sold more often than it was returned.
    fn is_sound(&self) -> bool {
        self.sales.iter().all(|sale| self.item_of(sale).is_some())
            && self.items.iter().all(|item| self.sold_of(item) <= item.quantity)
    }

    /// Whether anything was returned; before that there is no loss.
    fn has_come(&self) -> bool {
        self.items.iter().any(|item| !item.quantity.is_zero())
    }

    /// How many are not sold yet.
    pub fn unsold(&self) -> Decimal {
        self.items.iter().map(|item| (item.quantity - self.sold_of(item)).max(Decimal::ZERO)).sum()
    }

    /// The loss in price of what was sold. A gain on one sale reduces the loss on another, but the total is never
    /// negative. `None` if a price is missing.
    fn price_loss(&self) -> Option<Decimal> {
        let lost = self.sales.iter().map(|sale| {
            let before = amount(sale.quantity, self.item_of(sale)?.price?)?;
            before.checked_sub(amount(sale.quantity, sale.price)?)
        });
        sum(lost).map(|lost| lost.max(Decimal::ZERO))
    }

    /// The value of what is not sold, at the first price. `None` if a price is missing.
    fn unsold_value(&self) -> Option<Decimal> {
        let value = |item: &ReturnedItem| {
            let left = (item.quantity - self.sold_of(item)).max(Decimal::ZERO);
            if left.is_zero() { Some(Decimal::ZERO) } else { amount(left, item.price?) }
        };
        sum(self.items.iter().map(value))
    }

    /// The loss of the return so far: the loss in price of what was sold, plus the assessed loss of the rest. Until
    /// that is assessed, the rest counts with its value.
    pub fn loss(&self) -> Option<Decimal> {
        let rest = match self.assessed {
            Some(assessed) => Some(assessed),
            None => self.unsold_value(),
        };
        sum([self.price_loss(), rest])
    }

    /// Whether the time for resale is over for this record: everything is sold, or the loss was assessed after the
    /// last day.
    pub fn is_over(&self) -> bool {
        self.unsold().is_zero() || self.assessed_on.zip(self.until).is_some_and(|(on, until)| on > until)
    }
}

#[derive(Debug, Clone, Copy)]
struct Bound {
    items: FieldId,
    item: Option<FieldId>,
    quantity: FieldId,
    taken: Option<FieldId>,
    approved: Option<FieldId>,
    ratio: Option<FieldId>,
    price: FieldId,
    sales: FieldId,
    sold_item: Option<FieldId>,
    sold: FieldId,
    sold_price: FieldId,
    sold_on: FieldId,
    until: Option<FieldId>,
    assessed: Option<FieldId>,
    assessed_on: Option<FieldId>,
}

const ITEMS: Within = Within::Lines('i');
const SALES: Within = Within::Lines('s');
const NUMBER: &[&str] = &["decimal", "count"];
const PRICE: &[&str] = &["money", "decimal"];

pub(super) const COMPUTATION: Computation = Computation {
    name: "resale",
    inputs: &[
        Input { name: "item", within: ITEMS, types: &["text"], required: false },
        Input { name: "quantity", within: ITEMS, types: NUMBER, required: true },
        Input { name: "taken", within: ITEMS, types: NUMBER, required: false },
        Input { name: "approved", within: ITEMS, types: NUMBER, required: false },
        Input { name: "ratio", within: Within::Record, types: NUMBER, required: false },
        Input { name: "price", within: ITEMS, types: PRICE, required: true },
        Input { name: "sold-item", within: SALES, types: &["text"], required: false },
        Input { name: "sold", within: SALES, types: NUMBER, required: true },
        Input { name: "sold-price", within: SALES, types: PRICE, required: true },
        Input { name: "sold-on", within: SALES, types: &["date"], required: true },
        Input { name: "until", within: Within::Record, types: &["date"], required: false },
        Input { name: "assessed", within: Within::Record, types: &["money"], required: false },
        Input { name: "assessed-on", within: Within::Record, types: &["date"], required: false },
    ],
    outputs: outputs::<Bound>,
    bind: bind::<Bound>,
};

impl Viewing for Bound {
    type View = Resale;

    const GIVES: &'static [Given<Resale>] = &[
        Given("late", Type::Bool, |view| Some(Value::Bool(view.is_late()))),
        Given("sound", Type::Bool, |view| Some(Value::Bool(view.is_sound()))),
        Given("over", Type::Bool, |view| Some(Value::Bool(view.is_over()))),
        Given("unsold", Type::Decimal, |view| quantity(Some(view.unsold()).filter(|_| view.has_come()))),
        Given("price-loss", Type::Money, |view| money(view.price_loss().filter(|_| view.has_come()))),
        Given("unsold-value", Type::Money, |view| money(view.unsold_value().filter(|_| view.has_come()))),
        Given("loss", Type::Money, |view| money(view.loss().filter(|_| view.has_come()))),
    ];

    fn bound(bindings: &Bindings) -> Option<Self> {
        Some(Bound {
            items: bindings.list("quantity")?,
            item: bindings.of_line("item"),
            quantity: bindings.of_line("quantity")?,
            taken: bindings.of_line("taken"),
            approved: bindings.of_line("approved"),
            ratio: bindings.own("ratio"),
            price: bindings.of_line("price")?,
            sales: bindings.list("sold")?,
            sold_item: bindings.of_line("sold-item"),
            sold: bindings.of_line("sold")?,
            sold_price: bindings.of_line("sold-price")?,
            sold_on: bindings.of_line("sold-on")?,
            until: bindings.own("until"),
            assessed: bindings.own("assessed"),
            assessed_on: bindings.own("assessed-on"),
        })
    }

    fn view(&self, fields: &Fields) -> Resale {
        let ratio = number(fields, self.ratio).unwrap_or_default();
        let item = |line: &Fields| {
            let received = number(line, Some(self.quantity));
            let price = number(line, Some(self.price));
            let approved = match self.approved {
                Some(approved) => number(line, Some(approved)).unwrap_or_default(),
                None => received.unwrap_or_default(),
            };
            // goods that are not accepted still belong to the client and cannot be lost
            let line_of = Line { approved, received, accepted: number(line, self.taken), price };
            ReturnedItem { name: text(line, self.item).map(str::to_owned), quantity: line_of.posted(ratio), price }
        };
        let sale = |line: &Fields| Sale {
            item: text(line, self.sold_item).map(str::to_owned),
            date: date(line, Some(self.sold_on)),
            quantity: number(line, Some(self.sold)).unwrap_or_default(),
            price: number(line, Some(self.sold_price)).unwrap_or_default(),
        };
        Resale {
            items: lines(fields, self.items).map(item).collect(),
            sales: lines(fields, self.sales).map(sale).collect(),
            until: date(fields, self.until),
            assessed: number(fields, self.assessed),
            assessed_on: date(fields, self.assessed_on),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Resale, ReturnedItem, Sale};
    use rust_decimal::Decimal;

    fn n(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    fn sale(date: &str, quantity: &str, price: &str) -> Sale {
        Sale { item: None, date: date.parse().ok(), quantity: n(quantity), price: n(price) }
    }

    fn resale(sales: Vec<Sale>, assessed: Option<&str>, on: Option<&str>) -> Resale {
        Resale {
            items: vec![ReturnedItem { name: Some("valve".to_owned()), quantity: n("100"), price: Some(n("50.00")) }],
            sales,
            until: "2026-12-24".parse().ok(),
            assessed: assessed.map(n),
            assessed_on: on.and_then(|on| on.parse().ok()),
        }
    }

    #[test]
    fn what_is_sold_loses_its_price_and_the_rest_what_is_assessed() {
        // sales, assessed loss, day of assessment → unsold, loss, over
        let month = "2026-12-24";
        for (sales, assessed, on, unsold, loss, over) in [
            (vec![], None, None, "100", "5000.00", false),
            (vec![sale(month, "60", "40.00")], None, None, "40", "2600.00", false),
            (vec![sale(month, "60", "40.00")], Some("1500"), Some("2026-12-25"), "40", "2100.00", true),
            (vec![sale(month, "60", "40.00")], Some("1500"), Some(month), "40", "2100.00", false),
            (vec![sale(month, "100", "45.50")], None, None, "0", "450.00", true),
            (vec![sale(month, "100", "55.00")], None, None, "0", "0", true),
        ] {
            let resale = resale(sales, assessed, on);
            assert_eq!((resale.unsold(), resale.loss()), (n(unsold), Some(n(loss))), "{resale:?}");
            assert_eq!((resale.is_over(), resale.is_late(), resale.is_sound()), (over, false, true));
        }
    }

    #[test]
    fn sales_after_the_month_or_of_more_than_came_are_none() {
        assert!(resale(vec![sale("2026-12-25", "1", "1")], None, None).is_late());
        assert!(!resale(vec![sale("2026-12-01", "101", "1")], None, None).is_sound());
        let pump = Some("pump".to_owned());
        let other = Sale { item: pump.clone(), ..sale("2026-12-01", "1", "1") };
        assert!(!resale(vec![other.clone()], None, None).is_sound());
        // if there are two items, a sale says which one it is of
        let mut two = resale(vec![other], None, None);
        two.items.push(ReturnedItem { name: pump, quantity: n("1"), price: Some(n("3.00")) });
        assert_eq!((two.is_sound(), two.unsold(), two.price_loss()), (true, n("100"), Some(n("2.00"))));
        two.sales[0].item = None;
        assert_eq!((two.is_sound(), two.price_loss()), (false, None));
    }

    #[test]
    fn before_anything_has_come_back_there_is_nothing_to_lose() {
        let mut none = resale(Vec::new(), None, None);
        assert!(none.has_come());
        none.items[0].quantity = Decimal::ZERO;
        assert!(!none.has_come());
    }
}
