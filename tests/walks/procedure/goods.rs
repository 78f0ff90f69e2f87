//! What must hold for money: nothing is posted that was not received (RT3), and the person who bears a loss bears all
//! of it (RL3).

use redress::calendar::Moment;
use redress::money::{self, Complaint};
use redress::policy::People;
use redress::record::{Record, Value};
use rust_decimal::Decimal;

use super::oracle::{Oracle, lines, number, of_line};

impl Oracle<'_> {
    /// What a return posts, from its lines alone: at most what was received, and beyond the ratio only what an
    /// instruction accepts.
    pub(super) fn posted(&self, record: &Record) {
        let shape = self.shape("return");
        let computed = |name: &str| shape.find_computed(name).and_then(|computed| computed.value(&record.fields));
        let ratio = number(record.fields.named(shape, "over-acceptance"));
        let all = lines(record, shape, "lines");
        let of = |line: &[(String, &Value)], name: &str| of_line(line, name).map(|value| number(Some(value)));
        let (mut most, mut received) = (Decimal::ZERO, Decimal::ZERO);
        for line in &all {
            let (came, price) = (of(line, "received").unwrap_or_default(), of(line, "price").unwrap_or_default());
            let approved = of(line, "approved").unwrap_or_default();
            let taken = match of(line, "accepted") {
                Some(accepted) => accepted.min(came),
                None if came * Decimal::ONE_HUNDRED > approved * (Decimal::ONE_HUNDRED + ratio) => approved,
                None => came,
            };
            most += taken * price;
            received += came * price;
        }
        if let Some(posted) = computed("posted-amount") {
            let posted = number(Some(&posted));
            let cent = Decimal::new(1, 2);
            assert!(posted <= received + cent, "{} posts {posted} of {received}", record.id);
            assert!(
                (posted - most).abs() <= cent * Decimal::from(all.len()),
                "{} posts {posted}, not {most}",
                record.id
            );
            let assessed = record.fields.named(shape, "assessed").is_some();
            let lost = computed("loss").map(|loss| number(Some(&loss))).unwrap_or_default();
            assert!(lost <= received.max(posted) + cent || assessed, "{}: {lost}", record.id);
        }
        let rework = record.fields.named(shape, "type").and_then(Value::as_text) == Some("rework");
        if record.state == "settled" && rework {
            assert!(record.history.iter().any(|event| event.step == "receive"), "{} is settled unreceived", record.id);
        } else if record.state == "settled" {
            assert!(computed("posted-amount").is_some(), "{} is settled without being reconciled", record.id);
            let stamped = record.fields.named(shape, "proof-stamped");
            assert_eq!(stamped, Some(&Value::Bool(true)), "{} is settled without a stamp", record.id);
            assert!(record.history.iter().any(|event| event.step == "receive"), "{} is settled unreceived", record.id);
        }
    }

    /// The parts of a loss add up to it, and none is negative.
    pub(super) fn shared(&self, record: &Record, people: &People, now: Moment) -> Decimal {
        let linked: Vec<Record> = self.book.naming(&record.id).cloned().collect();
        let form = Complaint { record, linked: &linked };
        let parts = money::losses(&self.policy.sharing, &[form], self.book).expect("the book answers");
        let loss: Decimal = parts.iter().map(|part| part.amount).sum();
        let day = now.date_naive();
        let shared = money::attribute(self.policy, people, record, loss, day, self.book).expect("the book answers");
        let borne: Decimal = shared.borne.iter().map(|part| part.amount).sum();
        assert_eq!(borne + shared.unattributed, loss, "{}: {shared:?}", record.id);
        for part in &shared.borne {
            assert!(part.amount >= Decimal::ZERO && part.amount.normalize().scale() <= 2, "{}: {part:?}", record.id);
        }
        let shape = self.shape("complaint");
        let own = record.fields.named(shape, "fault").and_then(Value::as_text) == Some("own");
        let named = !lines(record, shape, "responsible").is_empty();
        assert_eq!(shared.unattributed == loss, loss.is_zero() || !own || !named, "{}: {shared:?}", record.id);
        loss
    }
}
