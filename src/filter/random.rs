//! Random worlds for tests: shapes, records, paths and values that often meet.

use std::collections::BTreeMap;

use super::fixture::{World, choice, field, moment, state};
use super::random_pools::{AMOUNTS, DAYS, DECIMALS, IDS, NAMES, NUMBERS, PEOPLE, PERIODS, TEXTS, TIMES};
use super::{Alike, Classes, Handle, Join, Merging, Rollup, Shapes, Take, Through, What, When};
use crate::record::{Class, Event, FieldId, Fields, FileRef, Id, Record, Shape, Type, Value};

/// Numbers from a seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }

    pub(super) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub(super) fn pick<'p, T>(&mut self, pool: &'p [T]) -> &'p T {
        &pool[self.roll(pool.len())]
    }
}

fn scalar_types() -> Vec<(&'static str, Type)> {
    let choices = choice(&[("low", "低"), ("mid", "中"), ("high", "高")]);
    let to = |kind: &str| Type::Ref(vec![kind.to_owned()]);
    vec![
        ("text", Type::Text),
        ("count", Type::Count),
        ("decimal", Type::Decimal),
        ("money", Type::Money),
        ("date", Type::Date),
        ("time", Type::Time),
        ("bool", Type::Bool),
        ("choice-of", choices),
        ("person", Type::Person),
        ("role", Type::Role),
        ("department", Type::Department),
        ("phone", Type::Phone),
        ("email", Type::Email),
        ("to-a", to("alpha-one")),
        ("to-b", to("beta")),
        ("to-any", Type::Ref(Vec::new())),
        ("file", Type::File),
    ]
}

pub(super) fn random_shape(dice: &mut Dice, name: &str, prefix: &str) -> Shape {
    let mut fields = Vec::new();
    for (name, ty) in scalar_types() {
        if !dice.one_in(5) {
            fields.push(field(name, ty.clone(), name));
        }
        if dice.one_in(3) {
            fields.push(field(&format!("{name}s"), Type::List(Box::new(ty)), ""));
        }
    }
    for list in [false, true] {
        let inner: Vec<_> = scalar_types().into_iter().filter(|_| dice.one_in(2)).collect();
        let mut inner: Vec<_> = inner.into_iter().map(|(name, ty)| field(name, ty, "")).collect();
        inner.push(field("notes", Type::List(Box::new(Type::Text)), ""));
        inner.push(field("deep", Type::Group(Shape::new("deep", vec![field("money", Type::Money, "")], vec![])), ""));
        let group = Type::Group(Shape::new("group", inner, Vec::new()));
        fields.push(match list {
            true => field("lines", Type::List(Box::new(group)), "明细"),
            false => field("group", group, ""),
        });
    }
    let states = vec![
        state("first", Class::New, "第一"),
        state("accepted", Class::Open, "受理"),
        state("waits", Class::Waiting, "等"),
        state("ended", Class::Closed, "结束"),
    ];
    let mut shape = Shape::new(name, fields, states);
    shape.prefix = prefix.to_owned();
    shape
}

pub(super) fn random_value(dice: &mut Dice, ty: &Type) -> Value {
    let text = match ty {
        Type::Text => dice.pick(&TEXTS),
        Type::Count => dice.pick(&NUMBERS),
        // filters may also ask for numbers below zero, where no value is
        Type::Decimal => dice.pick(&DECIMALS[1..]),
        Type::Money => dice.pick(&AMOUNTS[1..]),
        Type::Date => dice.pick(&DAYS),
        Type::Time => dice.pick(&TIMES),
        Type::Bool => dice.pick(&["yes", "no"]),
        Type::Choice(_) => dice.pick(&["low", "mid", "high"]),
        Type::Person => dice.pick(&PEOPLE),
        Type::Role | Type::Department => dice.pick(&NAMES),
        Type::Phone => dice.pick(&["0571 888", "13800000000"]),
        Type::Email => dice.pick(&["Li.Na@Example.cn", "x@y"]),
        Type::Day => dice.pick(&["1958-03-12", "--02-29"]),
        Type::Ref(_) if dice.one_in(6) => dice.pick(&PEOPLE),
        Type::Ref(_) => dice.pick(&IDS),
        Type::File => {
            let name = (*dice.pick(&["leak.jpg", "漏 水.PDF"])).to_owned();
            return Value::File(FileRef { name, digest: "a".repeat(64) });
        }
        Type::List(element) => return Value::List((0..=dice.roll(3)).map(|_| random_value(dice, element)).collect()),
        Type::Group(shape) => return Value::Group(random_fields(dice, shape)),
    };
    Value::from_stored(ty, text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(super) fn random_fields(dice: &mut Dice, shape: &Shape) -> Fields {
    let mut fields = Fields::new();
    for (id, field) in shape.handles() {
        if !dice.one_in(3) {
            fields.set(id, random_value(dice, &field.ty));
        }
    }
    fields
}

pub(super) fn random_record(dice: &mut Dice, shape: &Shape, id: &str) -> Record {
    let mut record = Record {
        id: id.parse().expect("an id"),
        kind: shape.name.clone(),
        state: "first".to_owned(),
        rules: None,
        fields: random_fields(dice, shape),
        history: Vec::new(),
        overruled: Vec::new(),
    };
    for _ in 0..dice.roll(5) {
        let by: Id = dice.pick(&PEOPLE).parse().expect("an id");
        let mut event = Event::new(moment(TIMES[dice.roll(TIMES.len())]), by, "step");
        if !dice.one_in(3) {
            let to = *dice.pick(&["first", "accepted", "waits", "ended", "of-old"]);
            event.to = Some(to.to_owned());
            record.state = to.to_owned();
        }
        record.history.push(event);
    }
    record
}

pub(super) fn random_world(dice: &mut Dice) -> World {
    let mut staff = random_shape(dice, "staff", "");
    staff.prefix.clear();
    let mut shapes = vec![random_shape(dice, "alpha-one", "A"), random_shape(dice, "beta", "B"), staff];
    shapes[0].merged_by = shapes[0].field_id("to-a");
    let mut records = BTreeMap::new();
    for id in IDS.iter().chain(&PEOPLE[..2]).filter(|id| !id.contains("ZZZZ")) {
        let kind = match id.as_bytes()[0] {
            b'A' => 0,
            b'B' => 1,
            _ => 2,
        };
        records.insert((*id).to_owned(), random_record(dice, &shapes[kind], id));
    }
    let mut world = World { shapes, records, ..World::new() }.with_milestone("accepted", &["accepted", "of-old"]);
    for number in 0..8 {
        let (own, of) = (dice.pick(&world.shapes).clone(), dice.pick(&world.shapes).clone());
        if let Some(rollup) = random_rollup(dice, &world, (&own, &of), &format!("rolled-{number}")) {
            world.rollups.entry(own.name).or_default().push(rollup);
        }
    }
    world
}

/// The fields that can refer to the record, in groups and lists too.
fn references(shape: &Shape, above: &[FieldId], path: &str) -> Vec<Through> {
    let mut found = Vec::new();
    for (id, field) in shape.handles() {
        let name = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
        let here = [above, &[id]].concat();
        match field.ty.element() {
            Type::Ref(_) => found.push(Through { path: here, name }),
            Type::Group(inner) => found.extend(references(inner, &here, &name)),
            _ => {}
        }
    }
    found
}

/// The kinds that a reference may lead to and that can merge records.
fn merging(world: &World, ty: &Type) -> Vec<Merging> {
    let Type::Ref(named) = ty else { return Vec::new() };
    let led = world.shapes.iter().filter(|shape| named.is_empty() || named.contains(&shape.name));
    led.filter_map(Merging::of).collect()
}

fn random_rollup(dice: &mut Dice, world: &World, (own, of): (&Shape, &Shape), name: &str) -> Option<Rollup> {
    let handle = |shape: &Shape, name: &str| shape.field_id(name).map(|id| Handle { id, name: name.to_owned() });
    let named = |ty: fn(&Type) -> bool| {
        let fields = of.fields().iter().filter(|field| ty(&field.ty)).map(|field| field.name.clone());
        fields.collect::<Vec<_>>()
    };
    let join = match dice.one_in(2) {
        true => {
            let mut fields = references(of, &[], "");
            fields.retain(|_| !dice.one_in(3));
            Join::Through(fields)
        }
        false => {
            let alike = ["text", "count", "money", "date", "choice-of", "person", "to-a", "to-any", "email", "role"];
            let pairs = (0..=dice.roll(2)).filter_map(|_| {
                let name = *dice.pick(&alike);
                let (ours, theirs) = (handle(own, name)?, handle(of, name)?);
                let ty = of.field(theirs.id).ty.clone();
                let merging = merging(world, &ty);
                Some(Alike { own: Some(ours), theirs, ty, merging })
            });
            let mut pairs: Vec<Alike> = pairs.collect();
            if pairs.is_empty() {
                let theirs = handle(of, "person")?;
                pairs.push(Alike { own: None, theirs, ty: Type::Person, merging: Vec::new() });
            }
            Join::Same(pairs)
        }
    };
    let at = match dice.roll(5) {
        0 => When::Opened,
        1 => When::Closed(Classes(of.states().iter().map(|state| (state.name.clone(), state.class)).collect())),
        2 => When::Milestone(vec!["accepted".to_owned(), "of-old".to_owned()]),
        3 if dice.one_in(2) => {
            let date = handle(of, "date").filter(|_| dice.one_in(2)).map(When::Date);
            When::First(date.into_iter().chain(handle(of, "time").map(When::Time)).chain([When::Opened]).collect())
        }
        3 => handle(of, "date").map_or(When::Opened, When::Date),
        _ => handle(of, "time").map_or(When::Opened, When::Time),
    };
    let numbers = named(|ty| matches!(ty, Type::Count | Type::Money | Type::Decimal));
    let single = named(|ty| !matches!(ty, Type::List(_) | Type::Group(_) | Type::File));
    let of_field = |name: &str| {
        let handle = handle(of, name).expect("a field");
        let ty = of.field(handle.id).ty.clone();
        (What::Field(handle), ty)
    };
    let known = world.rollups.get(&of.name).and_then(|rollups| rollups.first());
    let (take, ty) = match (dice.roll(5), numbers.is_empty(), known) {
        (0, _, _) | (_, true, _) => (Take::Count, Type::Count),
        (1, _, Some(rollup)) if matches!(rollup.ty, Type::Count | Type::Money | Type::Decimal) => {
            (Take::Sum(What::Rollup(Box::new(rollup.clone()))), rollup.ty.clone())
        }
        (1, _, _) => {
            let (what, ty) = of_field(dice.pick::<String>(&numbers));
            (Take::Sum(what), ty)
        }
        (2, _, _) => match of_field(dice.pick::<String>(&numbers)) {
            (what, Type::Count) => (Take::Mean(what, 1_000_000), Type::Decimal),
            (what, ty) => (Take::Mean(what, 1), ty),
        },
        (3, _, _) => {
            let (what, ty) = of_field(dice.pick::<String>(&single));
            (Take::First(what), ty)
        }
        _ => {
            let (what, ty) = of_field(dice.pick::<String>(&single));
            (Take::Last(what), ty)
        }
    };
    let filter = dice.one_in(2).then(|| {
        let (path, ty) = random_path(dice, world, of, 2);
        let text = format!("{path}={}", random_literal(dice, &ty));
        super::parse(&text).and_then(|expr| expr.bind(&of.name, world, &World::question())).ok()
    });
    let spans = ["12 months", "3 weeks", "40 days", "1 months", "900 hours", "10 minutes"];
    Some(Rollup {
        name: name.to_owned(),
        ty,
        label: crate::locale::Label::default(),
        help: crate::locale::Label::default(),
        private: false,
        of: of.name.clone(),
        place: crate::place::Place::of_file("test.toml"),
        merging: Merging::of(own),
        join,
        filter: filter.flatten(),
        within: (!dice.one_in(3)).then(|| dice.pick(&spans).parse().expect("a span")),
        ago: dice.one_in(4).then(|| dice.pick(&spans).parse().expect("a span")),
        at,
        take,
        void: if dice.one_in(2) { vec!["ended".to_owned()] } else { Vec::new() },
        zone: "Asia/Shanghai".parse().expect("a zone"),
    })
}

/// A path of the kind, and the type that it ends at.
pub(super) fn random_path(dice: &mut Dice, world: &World, shape: &Shape, depth: usize) -> (String, Type) {
    let own = ["id", "kind", "state", "class", "opened", "changed", "closed", "by", "accepted", "milestone.closed"];
    if dice.one_in(4) {
        let name = *dice.pick(&own);
        let ty = match name {
            "id" => Type::Ref(vec![shape.name.clone()]),
            "kind" => Type::Role,
            "state" => choice(&[("first", "第一"), ("accepted", ""), ("waits", ""), ("ended", "")]),
            "class" => choice(&[("new", ""), ("open", ""), ("waiting", ""), ("closed", "")]),
            "by" => Type::Person,
            _ => Type::Time,
        };
        return (name.to_owned(), ty);
    }
    if let Some(rollups) = world.rollups.get(&shape.name).filter(|_| dice.one_in(2)) {
        let rollup = dice.pick(rollups);
        return (rollup.name.clone(), rollup.ty.clone());
    }
    let field = dice.pick(shape.fields());
    let name = match field.name.strip_suffix('s') {
        Some(singular) if dice.one_in(2) && shape.field_id(singular).is_none() => singular.to_owned(),
        _ => field.name.clone(),
    };
    let next = match field.ty.element() {
        Type::Group(inner) => inner.clone(),
        Type::Ref(kinds) if depth < 3 => {
            let kind = kinds.first().map_or_else(|| *dice.pick(&["alpha-one", "beta", "staff"]), String::as_str);
            match dice.one_in(2) {
                true => world.shape(kind).expect("a kind").clone(),
                false => return (name, field.ty.clone()),
            }
        }
        other => return (name, other.clone()),
    };
    let (rest, ty) = match next.states().is_empty() {
        false => random_path(dice, world, &next, depth + 1),
        true => {
            let inner = dice.pick(next.fields());
            match &inner.ty {
                Type::Group(deep) => (format!("{}.{}", inner.name, deep.fields()[0].name), deep.fields()[0].ty.clone()),
                ty => (inner.name.clone(), ty.element().clone()),
            }
        }
    };
    (format!("{name}.{rest}"), ty)
}

pub(super) fn random_literal(dice: &mut Dice, ty: &Type) -> String {
    let wide = |text: &str| -> String {
        text.chars()
            .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xfee0).expect("a digit") } else { c })
            .collect()
    };
    let text = match ty {
        Type::Text => {
            let text = match dice.roll(4) {
                0 => dice.pick(&TEXTS).to_uppercase(),
                1 => dice.pick(&TEXTS).chars().take(2).collect(),
                2 => wide(TEXTS[dice.roll(TEXTS.len())]),
                _ => (*dice.pick(&TEXTS)).to_owned(),
            };
            return super::Literal::of(text).to_string();
        }
        Type::Date => *dice.pick(&PERIODS),
        Type::Time => match dice.one_in(3) {
            true => dice.pick(&["2026-10-05T17:30", "2026-10-05T17:30:59+08:00", "2026-01-01T00:00:00"]),
            false => dice.pick(&PERIODS),
        },
        Type::Choice(choices) => dice.pick(choices).name.as_str(),
        Type::Role => dice.pick(&["quality", "gm", "beta", "alpha-one"]),
        Type::Ref(_) => {
            dice.pick(&["A-260101-00001", "b-260101-7k3f3", "7k3", "000", "00a2", "li.na", "A-260101-ZZZZZ"])
        }
        other => match random_value(dice, other) {
            Value::File(file) => return super::Literal::of(file.name).to_string(),
            value => return value.stored().map(|text| super::Literal::of(text).to_string()).unwrap_or_default(),
        },
    };
    if dice.one_in(3) { wide(text) } else { text.to_owned() }
}
