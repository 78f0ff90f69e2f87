//! What must hold between records, no matter who wrote them: what was decided on does not change, a decision orders
//! what it says, and nothing closes or is refused while something is open (CP7, CP9, CP10).

use redress::record::{Event, Record, Value};
use rust_decimal::Decimal;

use super::oracle::{Oracle, acting, lines, number, of_line};

impl Oracle<'_> {
    /// The decision orders what it says, to the cent.
    pub(super) fn ordered(&self, record: &Record, event: &Event) {
        let via = format!("{}#decide", record.id);
        let opened = |other: &&Record| {
            let first = &other.history[0];
            first.via.as_deref() == Some(via.as_str()) && first.at == event.at
        };
        let mut ordered = Decimal::ZERO;
        for other in self.book.naming(&record.id).filter(opened) {
            // the certificate of a compensation stands beside its task
            let ty = other.fields.named(self.shape(&other.kind), "type").and_then(Value::as_text);
            if (other.kind.as_str(), ty) != ("allowance", Some("compensation")) {
                ordered += number(other.fields.named(self.shape(&other.kind), "amount"));
            }
        }
        let orders = |line: &Vec<(String, &Value)>| {
            let kind = of_line(line, "kind").and_then(Value::as_text);
            !matches!(kind, Some("apology" | "explanation" | "other"))
        };
        let all = lines(record, self.shape("complaint"), "remedies");
        let decided: Decimal = all.iter().filter(|line| orders(line)).map(|line| number(of_line(line, "amount"))).sum();
        assert_eq!(ordered, decided, "{} orders what was decided", record.id);
    }

    /// What was decided on stays unchanged.
    pub(super) fn sealed(&self, before: &Record, after: &Record) {
        let shape = self.shape(&before.kind);
        let same = |field: &str| {
            let (was, is) = (before.fields.named(shape, field), after.fields.named(shape, field));
            assert_eq!(was, is, "{}: {field} was changed after the decision on it", after.id);
        };
        let last = |names: &[&str]| before.history.iter().rposition(|event| names.contains(&event.step.as_str()));
        let back = |event: &Event| {
            let to = event.to.as_deref();
            to.is_some_and(|to| ["registered", "accepted", "investigated", "analysed"].contains(&to))
                && event.step != "resume"
        };
        let begun = before.history.iter().rposition(back);
        match before.kind.as_str() {
            "complaint" => {
                if last(&["propose"]) > begun {
                    same("remedies");
                }
                if last(&["approve"]) > begun {
                    same("original");
                }
            }
            "return" | "allowance" | "task" if before.history[0].via.is_some() => same("amount"),
            _ => {}
        }
    }

    /// Nothing closes while goods, money or work are open, or over an amount that nobody of the case could decide.
    pub(super) fn closed(&self, record: &Record) {
        for other in self.book.naming(&record.id) {
            let settled: &[&str] = match other.kind.as_str() {
                "task" => &["checked", "cancelled"],
                "return" | "allowance" => &["settled", "cancelled"],
                _ => continue,
            };
            assert!(settled.contains(&other.state.as_str()), "{} closed over {} {}", record.id, other.id, other.state);
        }
        let forms = self.forms(record);
        let stands = |form: &&Record| ["decided", "closed", "confirmed"].contains(&form.state.as_str());
        let decided: Vec<_> = forms.iter().filter(|form| stands(form)).map(|form| self.ordered_on(form)).collect();
        let (sum, compensation) = decided.into_iter().fold((Decimal::ZERO, false), |(a, b), (c, d)| (a + c, b || d));
        let lowest = Self::level(sum, compensation);
        let decisions = || {
            forms
                .iter()
                .filter(|form| stands(form))
                .filter_map(|form| form.history.iter().rfind(|e| e.step == "decide"))
        };
        assert!(
            decisions().any(|decision| self.has_level(decision, lowest) || self.stood_in(decision)),
            "{}: {sum} (compensation: {compensation}) was decided in parts by {:?}",
            record.id,
            decisions().map(acting).collect::<Vec<_>>(),
        );
    }

    /// A refused form goes on in one other form, and nothing that it ordered stays open.
    pub(super) fn refused(&self, record: &Record) {
        let shape = self.shape("complaint");
        let of = Value::Ref(record.id.clone());
        let via = format!("{}#refuse", record.id);
        let next = self.book.naming(&record.id).filter(|other| {
            other.kind == "complaint"
                && other.fields.named(shape, "original") == Some(&of)
                && other.history[0].via.as_deref() == Some(via.as_str())
        });
        assert_eq!(next.count(), 1, "{} goes on in one form", record.id);
        for other in self.book.naming(&record.id) {
            let ended: &[&str] = match other.kind.as_str() {
                "task" => &["checked", "cancelled"],
                "return" | "allowance" => &["settled", "cancelled"],
                _ => continue,
            };
            assert!(ended.contains(&other.state.as_str()), "{} refused over {} {}", record.id, other.id, other.state);
        }
    }
}
