//! A small company for this module's tests: complaints of clients, handled by staff.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::Weekday;

use super::{Flag, Merging, Named, Resolver, Rollup, Scope, Shapes, Unanswered, Wanted, alike_key, parse};
use crate::calendar::{Calendar, Dates, Moment, Window};
use crate::locale::Label;
use crate::place::Place;
use crate::record::{Choice, Class, Event, Field, FieldId, Fields, Id, Record, Shape, State, Type, Value, parse_time};

pub(super) struct World {
    pub(super) shapes: Vec<Shape>,
    pub(super) records: BTreeMap<String, Record>,
    pub(super) rollups: BTreeMap<String, Vec<Rollup>>,
    pub(super) milestone: (String, Vec<String>),
    /// The states of the milestone `closed`. It has the same name as the own time `closed` of every record.
    pub(super) sealed: Vec<String>,
}

pub(super) fn field(name: &str, ty: Type, zh: &str) -> Field {
    Field {
        name: name.to_owned(),
        ty,
        label: Label::new(name.replace('-', " "), zh),
        also: Vec::new(),
        help: Label::default(),
        required: false,
        private: false,
        ahead: false,
        retired: false,
        place: Place::of_file("test.toml"),
    }
}

pub(super) fn choice(values: &[(&str, &str)]) -> Type {
    let choice = |(name, zh): &(&str, &str)| Choice {
        name: (*name).to_owned(),
        label: Label::new(*name, *zh),
        also: vec![format!("{name}-too")],
        retired: false,
    };
    Type::Choice(values.iter().map(choice).collect())
}

pub(super) fn state(name: &str, class: Class, zh: &str) -> State {
    State {
        name: name.to_owned(),
        class,
        label: Label::new(name, zh),
        also: vec![format!("{name}-too")],
        resting: false,
        void: false,
        retired: false,
        place: Place::of_file("test.toml"),
    }
}

fn group(name: &str, fields: Vec<Field>) -> Type {
    Type::List(Box::new(Type::Group(Shape::new(name, fields, Vec::new()))))
}

impl World {
    pub(super) fn new() -> Self {
        let to = |kind: &str| Type::Ref(vec![kind.to_owned()]);
        let list = |ty: Type| Type::List(Box::new(ty));
        let mut complaint = Shape::new(
            "complaint",
            vec![
                field("client", to("client"), "客户"),
                field("category", choice(&[("service", "服务"), ("product", "产品"), ("price", "价格")]), "类别"),
                field("severity", choice(&[("minor", "轻微"), ("major", "较大"), ("critical", "重大")]), "严重程度"),
                field("amount", Type::Money, "金额"),
                field("quantity", Type::Count, "数量"),
                field("rate", Type::Decimal, "比率"),
                field("delivered", Type::Date, "交货日期"),
                field("promised", Type::Time, "承诺时间"),
                field("sensitive", Type::Bool, "敏感"),
                field("content", Type::Text, "内容"),
                field("assignee", Type::Person, "经办人"),
                field("department", Type::Department, "责任部门"),
                field("photo", Type::File, "照片"),
                field("tags", list(Type::Text), "标签"),
                field(
                    "remedies",
                    group(
                        "remedies",
                        vec![
                            field("kind", choice(&[("return", "退货"), ("exchange", "换货")]), "方式"),
                            field("amount", Type::Money, "金额"),
                        ],
                    ),
                    "处理方式",
                ),
                field("original", to("complaint"), "原单"),
            ],
            vec![
                state("registered", Class::New, "已登记"),
                state("accepted", Class::Open, "已受理"),
                state("waiting-client", Class::Waiting, "等待客户"),
                state("decided", Class::Closed, "已结案"),
                state("confirmed", Class::Closed, "已回访"),
            ],
        );
        complaint.prefix = "C".to_owned();
        complaint.label = Label::new("Complaint", "投诉");
        let mut client = Shape::new(
            "client",
            vec![
                field("name", Type::Text, "名称"),
                field("city", Type::Text, "城市"),
                field("grade", choice(&[("key", "重点"), ("A", "甲"), ("B", "乙")]), "等级"),
                field("sales", Type::Person, "业务员"),
                field("contacts", group("contacts", vec![field("phone", Type::Phone, "电话")]), "联系人"),
            ],
            vec![state("active", Class::Open, "在册")],
        );
        client.prefix = "K".to_owned();
        let staff = Shape::new(
            "staff",
            vec![field("name", Type::Text, "姓名"), field("department", Type::Department, "部门")],
            vec![state("active", Class::Open, "在职")],
        );
        let mut task = Shape::new(
            "task",
            vec![field("about", Type::Ref(Vec::new()), "关于"), field("due", Type::Date, "期限")],
            vec![state("open", Class::New, "未办"), state("checked", Class::Closed, "已检查")],
        );
        task.prefix = "W".to_owned();
        World {
            shapes: vec![complaint, client, staff, task],
            records: BTreeMap::new(),
            rollups: BTreeMap::new(),
            milestone: ("accepted".to_owned(), vec!["accepted".to_owned()]),
            sealed: vec!["accepted".to_owned()],
        }
    }

    pub(super) fn with_records() -> Self {
        let mut world = World::new();
        world.put("staff", "li.na", &[("name", &["李娜"]), ("department", &["quality"])], &[]);
        world.put(
            "client",
            "K-260301-9XQ4M",
            &[("name", &["杭州阀门"]), ("city", &["杭州"]), ("grade", &["key"]), ("sales", &["li.na"])],
            &[("2026-03-01T09:00:00+08:00", "active")],
        );
        world.put(
            "complaint",
            "C-261122-7K3F2",
            &[
                ("client", &["K-260301-9XQ4M"]),
                ("category", &["product"]),
                ("severity", &["major"]),
                ("amount", &["5000.00"]),
                ("quantity", &["120"]),
                ("rate", &["0.125"]),
                ("delivered", &["2026-11-10"]),
                ("promised", &["2026-11-25T17:30:00+08:00"]),
                ("sensitive", &["yes"]),
                ("content", &["到货后抽检 12 件ＤＮ50 漏水，严重"]),
                ("assignee", &["li.na"]),
                ("tags", &["test", "Lot A"]),
            ],
            &[
                ("2026-11-22T09:31:00+08:00", "registered"),
                ("2026-11-22T10:05:00+08:00", "accepted"),
                ("2026-11-30T23:59:59+08:00", "decided"),
            ],
        );
        let remedies = [("return", "3000.00"), ("exchange", "2000.00")];
        let shape = world.shapes[0].clone();
        let (id, declared) = shape.find("remedies").expect("a field");
        let Type::Group(inner) = declared.ty.element() else { panic!("a group") };
        let lines = remedies.map(|(kind, amount)| {
            let mut line = Fields::new();
            for (name, text) in [("kind", kind), ("amount", amount)] {
                let (id, field) = inner.find(name).expect("a field");
                line.set(id, Value::from_stored(&field.ty, text).expect("a value"));
            }
            Value::Group(line)
        });
        world.records.get_mut("C-261122-7K3F2").expect("put").fields.set(id, Value::List(lines.into()));
        world.put(
            "task",
            "W-261123-00001",
            &[("about", &["C-261122-7K3F2"])],
            &[("2026-11-23T08:00:00+08:00", "open")],
        );
        world
    }

    pub(super) fn with_milestone(mut self, name: &str, states: &[&str]) -> Self {
        self.milestone = (name.to_owned(), states.iter().map(|state| (*state).to_owned()).collect());
        self
    }

    fn put(&mut self, kind: &str, id: &str, values: &[(&str, &[&str])], states: &[(&str, &str)]) {
        let shape = self.shape(kind).expect("a kind").clone();
        let mut fields = Fields::new();
        for (name, texts) in values {
            let (id, field) = shape.find(name).expect("a field");
            let read = |text: &&str| Value::from_stored(field.ty.element(), text).expect("a value");
            let value = match &field.ty {
                Type::List(_) => Value::List(texts.iter().map(read).collect()),
                _ => read(&texts[0]),
            };
            fields.set(id, value);
        }
        let history = states.iter().map(|(at, to)| {
            let mut event = Event::new(moment(at), "li.na".parse().expect("an id"), "step");
            event.to = Some((*to).to_owned());
            event
        });
        let record = Record {
            id: id.parse().expect("an id"),
            kind: kind.to_owned(),
            state: states.last().map_or("active", |(_, to)| to).to_owned(),
            rules: None,
            fields,
            history: history.collect(),
            overruled: Vec::new(),
        };
        self.records.insert(id.to_owned(), record);
    }

    /// The scope of a question on a Wednesday at half past midnight; the company works from Monday to Friday.
    pub(super) fn question() -> Scope<'static> {
        static OFFICE: LazyLock<Calendar> = LazyLock::new(|| {
            let day = vec![Window::parse("08:30-17:30").expect("a window")];
            let weekly = std::array::from_fn(|at| if at < 5 { day.clone() } else { Vec::new() });
            let zone = "Asia/Shanghai".parse().expect("a zone");
            Calendar::new("office", zone, weekly, Weekday::Mon, Dates::default(), (None, None))
        });
        Scope::question(OFFICE.zone(), &OFFICE, World::now())
    }

    /// The moment of all questions.
    pub(super) fn now() -> Moment {
        moment("2026-12-02T00:30:00+08:00")
    }

    pub(super) fn rule() -> Scope<'static> {
        Scope::rule("Asia/Shanghai".parse().expect("a zone"))
    }
}

pub(super) fn moment(text: &str) -> Moment {
    parse_time(text).expect("a time")
}

impl Shapes for World {
    fn shape(&self, kind: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.name == kind)
    }

    fn kinds(&self) -> Vec<&str> {
        self.shapes.iter().map(|shape| shape.name.as_str()).collect()
    }

    fn milestone(&self, kind: &str, name: &str) -> Option<&[String]> {
        if kind != self.shapes[0].name {
            return None;
        }
        match name {
            "closed" => Some(&self.sealed),
            name => (name == self.milestone.0).then_some(&self.milestone.1),
        }
    }

    fn milestones(&self, kind: &str) -> Vec<&str> {
        if kind == self.shapes[0].name { vec![&self.milestone.0, "closed"] } else { Vec::new() }
    }

    fn rollups(&self, kind: &str) -> &[Rollup] {
        self.rollups.get(kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// Two conditions of the first kind: one has alternatives, the other refers to the first.
    fn condition(&self, kind: &str, word: &str) -> Option<Named> {
        if kind != self.shapes[0].name {
            return None;
        }
        let texts: &[&str] = match word {
            "telling" | "要紧" => &["state=accepted not money=..", "opened=2026-10"],
            "twice" => &["telling not state=first"],
            _ => return None,
        };
        let read = |text: &&str| parse(text).and_then(|expr| expr.bind(kind, self, &World::rule())).ok();
        let label = Label::new(word, "要紧");
        Some(Named {
            name: if word == "要紧" { "telling" } else { word }.to_owned(),
            label,
            any: texts.iter().filter_map(read).collect(),
        })
    }

    fn people(&self) -> Option<&str> {
        Some("staff")
    }

    fn looks_ahead(&self, kind: &str, field: FieldId) -> bool {
        self.shape(kind).is_some_and(|shape| shape.field(field).name == "promised")
    }

    fn called(&self, wanted: Wanted<'_>, text: &str) -> Vec<String> {
        let kinds: Vec<String> = match wanted {
            Wanted::Person => vec!["staff".to_owned()],
            Wanted::Record(kinds) => kinds.to_vec(),
            Wanted::Role | Wanted::Department => return Vec::new(),
        };
        let named = |record: &&Record| {
            let shape = self.shape(&record.kind).expect("its kind");
            kinds.contains(&record.kind) && record.fields.named(shape, "name") == Some(&Value::Text(text.to_owned()))
        };
        self.records.values().filter(named).map(|record| record.id.to_string()).collect()
    }
}

impl Resolver for World {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.records.get(id.as_str()).map(Cow::Borrowed))
    }

    /// In these tests a record is overdue if its state has an odd number of letters, and mine if its id has an even
    /// length.
    fn flag(&self, record: &Record, flag: Flag) -> Result<bool, Unanswered> {
        Ok(match flag {
            Flag::Overdue => record.state.len() % 2 == 1,
            _ => record.id.as_str().len().is_multiple_of(2),
        })
    }

    fn holders(&self, record: &Record) -> Result<Vec<String>, Unanswered> {
        Ok(holders(&record.state))
    }

    fn rollup(&self, rollup: &Rollup, fields: &Fields, id: Option<&Id>) -> Result<Option<Value>, Unanswered> {
        // all that were merged into one of them and, if `up`, also every id that one was merged into
        let merged = |kinds: &[Merging], id: &Id, up: bool| {
            let mut ids: Vec<Id> = vec![id.clone()];
            let mut at = 0;
            while let Some(known) = ids.get(at).cloned() {
                at += 1;
                for record in self.records.values() {
                    let into = kinds.iter().find(|of| of.kind == record.kind).and_then(|of| record.get(of.by.id));
                    let Some(Value::Ref(into)) = into else { continue };
                    let next = [(into == &known, &record.id), (up && record.id == known, into)];
                    let next = next.into_iter().filter(|(fits, next)| *fits && !ids.contains(next));
                    let next: Vec<Id> = next.map(|(_, next)| next.clone()).collect();
                    ids.extend(next);
                }
            }
            ids
        };
        let ids = id.map(|id| merged(rollup.merges(), id, false)).unwrap_or_default();
        let probes = rollup.probes(fields, id, &|kinds, id| Ok(merged(kinds, id, true)))?;
        let joins = |record: &Record| match rollup.alike() {
            None => rollup.names(record, &ids),
            Some(alike) => {
                let key = |of: &Fields| alike_key("", alike.iter().map(|(_, field)| of.get(*field)));
                probes.iter().filter_map(key).any(|own| key(&record.fields) == Some(own))
            }
        };
        let joined = self.records.values().filter(|record| record.kind == rollup.of && joins(record));
        let joined: Vec<Record> = joined.cloned().collect();
        rollup.of_records(&joined, id, World::now(), self)
    }
}

/// In these tests the state of a record decides who holds it.
pub(super) fn holders(state: &str) -> Vec<String> {
    let held: &[&str] = match state {
        "first" | "registered" => &["li.na"],
        "accepted" => &["role:qm", "wang.lei"],
        "waits" => &["role:qm", "department:sales", "li.na"],
        _ => &[],
    };
    held.iter().map(|holder| (*holder).to_owned()).collect()
}
