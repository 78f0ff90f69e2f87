//! The total of a case, taken only from the duties (CP7, CP12): what its forms order, and what was drafted, ordered
//! or paid under it without a decision in force. The person who decides, or signs a slip that says more, has the
//! level for all of it.

use redress::record::{Event, Record, Value};
use rust_decimal::Decimal;

use super::oracle::{Oracle, acting, lines, number, of_line};
use super::table::{LEVELS, MANAGEMENT};

/// From these states on a form orders something.
const ORDERS: &[&str] = &["proposed", "approved", "agreed", "decided", "closed", "confirmed", "waiting-client"];
const BEGINNINGS: &[&str] = &["registered", "accepted", "investigated", "analysed"];

impl Oracle<'_> {
    /// The sum of the remedies of a form, and whether there is compensation among them.
    pub(super) fn ordered_on(&self, form: &Record) -> (Decimal, bool) {
        let all = lines(form, self.shape("complaint"), "remedies");
        let kind =
            |line: &Vec<(String, &Value)>| of_line(line, "kind").and_then(Value::as_text) == Some("compensation");
        (all.iter().map(|line| number(of_line(line, "amount"))).sum(), all.iter().any(kind))
    }

    /// The value of a slip: the goods on it at their prices, otherwise what it says.
    fn worth(&self, slip: &Record) -> Decimal {
        let shape = self.shape(&slip.kind);
        // the cost of rework and the amount of compensation are in the tasks
        let ty = slip.fields.named(shape, "type").and_then(Value::as_text);
        if matches!((slip.kind.as_str(), ty), ("return", Some("rework")) | ("allowance", Some("compensation"))) {
            return Decimal::ZERO;
        }
        let says = number(slip.fields.named(shape, "amount"));
        if slip.kind != "return" {
            return says;
        }
        let all = lines(slip, shape, "lines");
        let of = |line: &[(String, &Value)], name: &str| of_line(line, name).map(|value| number(Some(value)));
        let came = all.iter().all(|line| of(line, "received").is_some());
        let ratio = number(slip.fields.named(shape, "over-acceptance"));
        let mut sum = Decimal::ZERO;
        for line in &all {
            let (Some(approved), Some(price)) = (of(line, "approved"), of(line, "price")) else { return says };
            let quantity = match of(line, "received") {
                Some(received) if came => {
                    let over = received * Decimal::ONE_HUNDRED > approved * (Decimal::ONE_HUNDRED + ratio);
                    of(line, "accepted").unwrap_or(if over { approved } else { received }).min(received)
                }
                _ => approved,
            };
            sum += (quantity * price).round_dp(2);
        }
        if all.is_empty() { says } else { sum }
    }

    /// Whether more goods are taken, at their prices, than the person who approved the slip has agreed to.
    pub(super) fn takes_more(&self, slip: &Record) -> bool {
        let all = lines(slip, self.shape("return"), "lines");
        let of = |line: &[(String, &Value)], name: &str| number(of_line(line, name));
        self.worth(slip) > all.iter().map(|line| (of(line, "approved") * of(line, "price")).round_dp(2)).sum()
    }

    /// How much more a slip says than the current decision on its form has ordered.
    fn beside(&self, form: &Record, slip: &Record, in_force: bool) -> Decimal {
        let made = &slip.history[0];
        let via = format!("{}#decide", form.id);
        let back =
            |event: &Event| event.step != "resume" && event.to.as_deref().is_some_and(|to| BEGINNINGS.contains(&to));
        let last = form.history.iter().rposition(|event| event.step == "decide");
        let stands = last.is_some_and(|at| !form.history[at..].iter().any(back) && form.history[at].at == made.at);
        let ordered = number(slip.fields.named(self.shape(&slip.kind), "amount"));
        match in_force && stands && made.via.as_deref() == Some(via.as_str()) {
            true => (self.worth(slip) - ordered).max(Decimal::ZERO),
            false => self.worth(slip),
        }
    }

    /// The total of a form's case when something of it is decided on: the sum, whether there is compensation among
    /// it, and what the slip at hand adds.
    fn case_comes_to(&self, of: &Record, at_hand: &Record) -> (Decimal, bool, Decimal) {
        let (mut sum, mut compensation, mut own) = (Decimal::ZERO, false, Decimal::ZERO);
        for form in self.forms(of) {
            let in_force = form.id == at_hand.id || ORDERS.contains(&form.state.as_str());
            if in_force {
                let (amount, compensates) = self.ordered_on(form);
                (sum, compensation) = (sum + amount, compensation || compensates);
            }
            for slip in self.book.naming(&form.id) {
                let field = match slip.kind.as_str() {
                    "return" | "allowance" => "complaint",
                    "task" => "about",
                    _ => continue,
                };
                let named = slip.fields.named(self.shape(&slip.kind), field);
                let idle = ["ordered", "drafted", "cancelled"].contains(&slip.state.as_str());
                if named != Some(&Value::Ref(form.id.clone())) || (idle && slip.id != at_hand.id) {
                    continue;
                }
                let adds = self.beside(form, slip, in_force);
                let paid = slip.kind == "task"
                    && slip.fields.named(self.shape("task"), "type").and_then(Value::as_text) == Some("compensation");
                (sum, compensation) = (sum + adds, compensation || (paid && adds > Decimal::ZERO));
                if slip.id == at_hand.id {
                    own = adds;
                }
            }
        }
        (sum, compensation, own)
    }

    /// The lowest level that decides on the total of the case, and on what it was escalated to if that counts (CP12).
    pub(super) fn lowest(&self, record: &Record, escalated: bool) -> usize {
        let forms = self.forms(record);
        let refusals = forms.iter().filter(|form| form.state == "refused").count();
        let (sum, compensation, _) = self.case_comes_to(record, record);
        let reached = forms.iter().filter_map(|form| {
            let level = form.fields.named(self.shape("complaint"), "level").and_then(Value::as_text)?;
            LEVELS.iter().position(|(role, _, _)| *role == level)
        });
        let reached = if escalated { reached.max().unwrap_or(0) } else { 0 };
        (Self::level(sum, compensation) + refusals.saturating_sub(1)).max(reached)
    }

    /// An earlier decision still covers the total of the case. A person who acted for those charged is of the
    /// management.
    pub(super) fn decided(&self, record: &Record, decision: &Event, at: &Event) {
        let lowest = self.lowest(record, false);
        assert!(
            self.has_level(decision, lowest) || self.stood_in(decision),
            "{} {}: {} decided below the level {lowest}",
            record.id,
            at.step,
            acting(decision),
        );
    }

    /// Whether a decision was taken by one of the management, who act if everybody with the level is charged.
    pub(super) fn stood_in(&self, decision: &Event) -> bool {
        let day = decision.noted.unwrap_or(decision.at).date_naive();
        MANAGEMENT.iter().any(|role| self.staff.has_role(acting(decision), role, day))
    }

    /// The person who signs a slip that says more than was decided has the level for the whole case including it.
    pub(super) fn covered(&self, slip: &Record, event: &Event) {
        let field = if slip.kind == "task" { "about" } else { "complaint" };
        let form = match slip.fields.named(self.shape(&slip.kind), field) {
            Some(Value::Ref(id)) => self.book.0.get(id).filter(|form| form.kind == "complaint"),
            _ => None,
        };
        let (sum, compensation, own, refusals) = match form {
            Some(form) => {
                let refusals = self.forms(form).iter().filter(|form| form.state == "refused").count();
                let (sum, compensation, own) = self.case_comes_to(form, slip);
                (sum, compensation, own, refusals)
            }
            None => {
                let of = slip.fields.named(self.shape(&slip.kind), if slip.kind == "task" { "type" } else { "reason" });
                let own = self.worth(slip);
                (own, slip.kind == "task" && of.and_then(Value::as_text) == Some("compensation"), own, 0)
            }
        };
        let lowest = Self::level(sum, compensation) + refusals.saturating_sub(1);
        assert!(
            own.is_zero() || self.has_level(event, lowest),
            "{} {}: {} signed for {own}, with which the case comes to {sum}",
            slip.id,
            event.step,
            acting(event),
        );
    }
}
