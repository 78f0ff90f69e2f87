//! What people fill in: mostly what a step needs to go on, and sometimes values that it must refuse.

use std::collections::BTreeSet;

use redress::lifecycle::Refusal;
use redress::record::{FieldId, Fields, FileRef, Id, Record, Shape, Type, Value};
use rust_decimal::Decimal;

use super::oracle::concerned;
use super::walk::Walk;

type Given = Vec<(FieldId, Option<Value>)>;

/// The content of every file that is attached.
pub(super) const FILE: &[u8] = b"signed";

const AMOUNTS: &[u64] = &[100, 1_000, 3_000, 3_000, 4_000, 5_000, 5_001, 20_000, 50_000, 80_000];

fn text(text: impl AsRef<str>) -> Value {
    Value::Text(text.as_ref().to_owned())
}

impl<'w> Walk<'w> {
    /// Any value of a type. `None` if none can be invented.
    fn value(&mut self, ty: &Type, name: &str) -> Option<Value> {
        Some(match ty {
            Type::Text => text(self.draw.of(&["密封圈老化", "尺寸超差", "装配不良"])),
            Type::Count => Value::Count(1 + self.draw.below(5) as u64),
            Type::Decimal if name == "share" => Value::Decimal(*self.draw.of(&[50, 30, 33, 20].map(Decimal::from))),
            Type::Decimal => Value::Decimal(Decimal::from(1 + self.draw.below(40) as u64)),
            Type::Money => Value::Money(Decimal::from(*self.draw.of(AMOUNTS))),
            Type::Date => Value::Date(self.now.date_naive()),
            Type::Time => Value::Time(self.now),
            Type::Bool => Value::Bool(self.draw.below(8) > 0),
            Type::Choice(choices) => {
                let names: Vec<&str> = choices.iter().filter(|c| !c.retired).map(|c| c.name.as_str()).collect();
                text(self.draw.of(&names))
            }
            Type::Person => text(&self.draw.of(&self.staff.0).id),
            Type::Department => text(self.draw.of(&["cs", "qm", "production", "rd", "sales", "warehouse", "finance"])),
            Type::Role => text(self.draw.of(&["cs-supervisor", "cs-manager", "vice-president", "gm"])),
            Type::Ref(kinds) => {
                let of = self.book.0.values().filter(|record| kinds.is_empty() || kinds.contains(&record.kind));
                let of: Vec<&Id> = of.map(|record| &record.id).collect();
                if of.is_empty() {
                    return None;
                }
                Value::Ref((*self.draw.of(&of)).clone())
            }
            Type::List(element) => {
                let count = 1 + self.draw.below(2);
                let values: Vec<Value> = (0..count).filter_map(|_| self.value(element, name)).collect();
                if values.is_empty() {
                    return None;
                }
                Value::List(values)
            }
            Type::Group(shape) => {
                let mut fields = Fields::new();
                for (id, field) in shape.handles().collect::<Vec<_>>() {
                    if let Some(value) = self.value(&field.ty, &field.name) {
                        fields.set(id, value);
                    }
                }
                Value::Group(fields)
            }
            Type::Phone => text("0571-88886666"),
            Type::Email => text("a@example.cn"),
            Type::Day => text("--02-29"),
            Type::File => {
                let name = format!("{}.pdf", self.draw.below(1_000_000_000));
                Value::File(FileRef::of(&name, FILE).expect("a name"))
            }
        })
    }

    /// A field of a kind with any value.
    fn any(&mut self, kind: &str, name: &str) -> Given {
        let (id, field) = self.shape(kind).find(name).expect("the field");
        self.value(&field.ty, name).map(|value| (id, Some(value))).into_iter().collect()
    }

    fn with(&self, kind: &str, name: &str, value: Value) -> Given {
        vec![(self.shape(kind).field_id(name).expect("the field"), Some(value))]
    }

    /// What a refusal says is missing, with invented values.
    pub(super) fn missing(&mut self, kind: &str, refusal: &Refusal) -> Given {
        let names: BTreeSet<String> =
            refusal.missing().iter().filter_map(|name| name.split('.').next()).map(str::to_owned).collect();
        names.iter().flat_map(|name| self.any(kind, name)).collect()
    }

    /// What a new record gets in addition to what is asked for.
    pub(super) fn opens_with(&mut self, kind: &str) -> Given {
        let mut given = Given::new();
        if kind == "complaint" {
            for (name, chance) in
                [("about", 6), ("severity", 4), ("fault", 4), ("departments", 3), ("responsible", 6), ("original", 6)]
            {
                if self.draw.one_in(chance) {
                    given.extend(self.any(kind, name));
                }
            }
        }
        if kind == "invoice" {
            // each is recorded once
            let number = text(format!("F-{}", self.book.0.len()));
            given.extend(self.with(kind, "number", number));
            given.extend(self.with(kind, "amount", Value::Money(Decimal::from(10_000_000))));
            given.extend(self.with(kind, "tax-kind", text("zero-rated")));
        }
        if let ("return" | "allowance" | "task", Some(case)) = (kind, self.pursued()) {
            given.extend(self.with(kind, if kind == "task" { "about" } else { "complaint" }, Value::Ref(case)));
            given.extend(self.any(kind, "amount"));
        }
        if kind == "task" {
            let ty = text(self.draw.of(&["compensation", "visit", "exchange"]));
            given.extend(self.with(kind, "type", ty));
        }
        if kind == "measure" {
            given.extend(self.any(kind, "about"));
        }
        given
    }

    /// What the person who takes a step has at hand.
    pub(super) fn brings(&mut self, record: &Record, step: &str) -> Given {
        let kind = record.kind.as_str();
        let mostly = self.draw.below(8) > 0;
        match (kind, step) {
            ("complaint", "accept") if mostly => self.with(kind, "client-confirmed", Value::Bool(true)),
            ("complaint", "propose") if mostly => self.remedies(),
            ("complaint", "attribute") if mostly => self.present(record),
            ("complaint", "edit") => {
                let field =
                    *self.draw.of(&["remedies", "remedies", "original", "about", "responsible", "investigator"]);
                match self.draw.one_in(4) {
                    true => vec![(self.shape(kind).field_id(field).expect("the field"), None)],
                    false => self.any(kind, field),
                }
            }
            ("return" | "allowance" | "task", "edit") => self.any(kind, "amount"),
            ("return" | "allowance", "draft") if self.draw.one_in(4) => {
                if kind == "return" {
                    self.approved_lines(kind)
                } else {
                    self.items(record)
                }
            }
            ("allowance", "draft") if mostly => self.items(record),
            ("return", "approve") if mostly && record.history[0].via.is_none() => self.approved_lines(kind),
            ("allowance", "approve") if mostly && record.history[0].via.is_none() => self.items(record),
            ("return", "receive") if mostly => self.filled(record, "received", &[100, 100, 100, 97, 102, 103, 130]),
            ("return", "correct") => self.filled(record, "received", &[97, 100, 101, 103, 130]),
            ("return", "instruct") if record.state == "held" && mostly => {
                self.filled(record, "accepted", &[100, 110, 150])
            }
            ("return", "resell") if mostly => self.resale(record),
            ("return" | "allowance", "prove") if mostly => {
                let mut given = self.with(kind, "proof", text("certificate"));
                given.extend(self.with(kind, "proof-stamped", Value::Bool(true)));
                given
            }
            ("allowance", "sign") if mostly => {
                let signed = Value::List(["manager", "gm", "client"].map(text).to_vec());
                self.with(kind, "signed", signed)
            }
            ("callback", "record") if mostly => {
                let score = Value::Count(1 + self.draw.below(5) as u64);
                self.with(kind, "score", score)
            }
            _ => Given::new(),
        }
    }

    /// Production, quality management and R&D, who confirm responsibility with the GM office, and the heads of the
    /// other departments that are concerned.
    fn present(&mut self, record: &Record) -> Given {
        let (_, field) = self.shape("complaint").find("present").expect("the list");
        let Type::Group(shape) = field.ty.element() else { panic!("who is present are groups") };
        let line = |(department, person): (&str, &str)| {
            let mut fields = Fields::new();
            fields.set(shape.field_id("department").expect("the field"), text(department));
            fields.set(shape.field_id("person").expect("the field"), text(person));
            Value::Group(fields)
        };
        let staff = self.staff;
        let mut all = vec![("production", "sun.bo"), ("qm", "qian.jun"), ("rd", "zhou.yan")];
        let concerned = concerned(record, self.shape("complaint"));
        let known: Vec<&str> = all.iter().map(|(known, _)| *known).collect();
        for department in concerned.iter().filter(|name| !known.contains(&name.as_str())) {
            let heads = staff.heads(department, self.now.date_naive());
            let of = heads.first().copied().or_else(|| staff.0.iter().find(|worker| worker.department == *department));
            all.extend(of.map(|worker| (worker.department, worker.id.as_str())));
        }
        let lines = all.into_iter().map(line).collect();
        self.with("complaint", "present", Value::List(lines))
    }

    /// One or two remedies, mostly ones that cost something.
    fn remedies(&mut self) -> Given {
        const KINDS: &[&str] =
            &["return", "return", "allowance", "allowance", "exchange", "repair", "rework", "compensation", "apology"];
        let (_, field) = self.shape("complaint").find("remedies").expect("the list");
        let Type::Group(shape) = field.ty.element() else { panic!("remedies are groups") };
        let lines = (0..=self.draw.below(2)).map(|_| {
            let mut fields = Fields::new();
            let amount = Value::Money(Decimal::from(*self.draw.of(AMOUNTS)));
            let all =
                [("kind", text(self.draw.of(KINDS))), ("amount", amount), ("quantity", Value::Decimal(Decimal::TEN))];
            for (name, value) in all {
                fields.set(shape.field_id(name).expect("the field"), value);
            }
            Value::Group(fields)
        });
        let lines = Value::List(lines.collect());
        self.with("complaint", "remedies", lines)
    }

    fn line_shape(&self) -> &'w Shape {
        let (_, field) = self.shape("return").find("lines").expect("the list");
        let Type::Group(shape) = field.ty.element() else { panic!("lines are groups") };
        shape
    }

    /// One or two items with quantity and price.
    fn approved_lines(&mut self, kind: &str) -> Given {
        let count = 1 + self.draw.below(2);
        let line = |walk: &mut Self, i: usize| {
            let quantity = Decimal::from(100 * (1 + walk.draw.below(3)) as u64);
            let price = Decimal::new(1 + walk.draw.below(3000) as i64, 2);
            let shape = walk.line_shape();
            let mut fields = Fields::new();
            let all = [
                ("item", text(format!("DN{}", 50 + i))),
                ("approved", Value::Decimal(quantity)),
                ("price", Value::Money(price)),
            ];
            for (name, value) in all {
                fields.set(shape.field_id(name).expect("the field"), value);
            }
            Value::Group(fields)
        };
        let lines = (0..count).map(|i| line(self, i)).collect();
        self.with(kind, "lines", Value::List(lines))
    }

    /// One item whose amount is that of the allowance.
    fn items(&mut self, record: &Record) -> Given {
        let (_, field) = self.shape("allowance").find("lines").expect("the list");
        let Type::Group(shape) = field.ty.element() else { panic!("lines are groups") };
        let amount = record.fields.named(self.shape("allowance"), "amount").cloned();
        let mut fields = Fields::new();
        for (name, value) in [
            ("item", text("DN50")),
            ("quantity", Value::Decimal(Decimal::ONE)),
            ("price", amount.unwrap_or(Value::Money(Decimal::TEN))),
            ("net", Value::Money(Decimal::ZERO)),
        ] {
            fields.set(shape.field_id(name).expect("the field"), value);
        }
        self.with("allowance", "lines", Value::List(vec![Value::Group(fields)]))
    }

    /// The lines of a return with a quantity filled in, in percent of the approved one.
    fn filled(&mut self, record: &Record, name: &str, percent: &[u64]) -> Given {
        let shape = self.shape("return");
        let lines = record.fields.named(shape, "lines").map(Value::elements).unwrap_or_default().to_vec();
        let lines = lines.into_iter().map(|line| {
            let Value::Group(mut fields) = line else { panic!("lines are groups") };
            let inner = self.line_shape();
            let (approved, field) = (inner.field_id("approved").expect("it"), inner.field_id(name).expect("it"));
            if let Some(Value::Decimal(approved)) = fields.get(approved) {
                let quantity = approved * Decimal::from(*self.draw.of(percent)) / Decimal::ONE_HUNDRED;
                fields.set(field, Value::Decimal(quantity));
            }
            Value::Group(fields)
        });
        let lines: Vec<Value> = lines.collect();
        if lines.is_empty() { Given::new() } else { self.with("return", "lines", Value::List(lines)) }
    }

    /// One more resale of the first item.
    fn resale(&mut self, record: &Record) -> Given {
        let shape = self.shape("return");
        let (_, field) = shape.find("resales").expect("the list");
        let Type::Group(inner) = field.ty.element() else { panic!("resales are groups") };
        let mut all = record.fields.named(shape, "resales").map(Value::elements).unwrap_or_default().to_vec();
        let mut fields = Fields::new();
        for (name, value) in [
            ("date", Value::Date(self.now.date_naive())),
            ("item", text("DN50")),
            ("quantity", Value::Decimal(Decimal::from(1 + self.draw.below(90) as u64))),
            ("price", Value::Money(Decimal::new(1 + self.draw.below(2500) as i64, 2))),
        ] {
            fields.set(inner.field_id(name).expect("the field"), value);
        }
        all.push(Value::Group(fields));
        self.with("return", "resales", Value::List(all))
    }
}
