//! What templates can compute: products and differences of numbers as records hold them, exact to the cent.

use minijinja::{Environment, Value};
use rust_decimal::{Decimal, RoundingStrategy};

use super::capitals::capitals;
use crate::wording::{grouped, money};

/// Adds `capitals(amount)`, which gives an amount in Chinese financial capitals. Also adds functions that give
/// amounts of money: `product(quantity, price)`, `products(lines, quantity, price)`, `percent(amount, rate)`, `sum(a,
/// b)`; and `difference(a, b)`. If an argument is empty, the result is empty.
pub(super) fn add(templates: &mut Environment<'_>) {
    templates.add_function("product", |a: Value, b: Value| shown(product(&a, &b)));
    templates.add_function("products", |lines: Value, a: String, b: String| shown(products(&lines, &a, &b)));
    templates.add_function("percent", |a: Value, rate: Value| {
        let part =
            number(&a).zip(number(&rate)).and_then(|(a, rate)| a.checked_mul(rate)?.checked_div(Decimal::ONE_HUNDRED));
        shown(part.map(|part| part.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)))
    });
    templates.add_function("sum", |a: Value, b: Value| {
        shown(number(&a).zip(number(&b)).and_then(|(a, b)| a.checked_add(b)))
    });
    templates.add_function("capitals", |amount: Value| number(&amount).and_then(capitals).unwrap_or_default());
    templates.add_function("difference", |a: Value, b: Value| {
        let difference = number(&a).zip(number(&b)).and_then(|(a, b)| a.checked_sub(b));
        difference.map(|n| n.normalize().to_string()).unwrap_or_default()
    });
}

fn shown(amount: Option<Decimal>) -> String {
    amount.map(|amount| grouped(&money(amount))).unwrap_or_default()
}

/// A number in the form of records; thousands may be separated.
fn number(value: &Value) -> Option<Decimal> {
    value.to_string().replace(',', "").parse().ok()
}

fn product(a: &Value, b: &Value) -> Option<Decimal> {
    let product = number(a)?.checked_mul(number(b)?)?;
    Some(product.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

/// The sum of the products of two fields of each line. `None` if no line has both.
fn products(lines: &Value, a: &str, b: &str) -> Option<Decimal> {
    let field = |line: &Value, name: &str| line.get_attr(name).and_then(|field| field.get_attr("value")).ok();
    let each = lines.try_iter().ok()?.filter_map(|line| product(&field(&line, a)?, &field(&line, b)?));
    each.fold(None, |sum: Option<Decimal>, amount| sum.unwrap_or_default().checked_add(amount))
}

#[cfg(test)]
mod tests {
    use minijinja::Environment;

    #[test]
    fn amounts_are_exact_to_the_cent_and_empty_of_nothing() {
        let mut templates = Environment::new();
        super::add(&mut templates);
        for (source, shown) in [
            ("{{ product('12.5', '99.99') }}", "1,249.88"),
            ("{{ product('3', '1,000.10') }}", "3,000.30"),
            ("{{ product(none, '1.00') }}", ""),
            ("{{ product('x', '1.00') }}", ""),
            ("{{ product('79228162514264337593543950335', '9') }}", ""),
            ("{{ percent('1,000.05', '13') }}", "130.01"),
            ("{{ percent('', '13') }}", ""),
            ("{{ percent('12.50', none) }}", ""),
            ("{{ sum('1,130.00', '0.5') }}", "1,130.50"),
            ("{{ difference('118', '120') }}", "-2"),
            ("{{ difference('0.30', '0.10') }}", "0.2"),
            (
                "{{ products([{'q': {'value': '2'}, 'p': {'value': '0.10'}}, {'q': {'value': none}, 'p': {'value': '1'}}], 'q', 'p') }}",
                "0.20",
            ),
            ("{{ products([], 'q', 'p') }}", ""),
            ("{{ capitals('7,200.00') }}", "柒仟贰佰元整"),
            ("{{ capitals('') }}", ""),
        ] {
            assert_eq!(templates.render_str(source, ()).unwrap(), shown, "{source}");
        }
    }
}
