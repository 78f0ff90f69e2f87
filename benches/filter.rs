//! Filters 100,000 complaints in memory: by class and amount, by words in a text, by the city of their client. `cargo
//! bench --bench filter` prints the times. The first must stay well under 100 ms.

use std::borrow::Cow;
use std::collections::HashMap;

use divan::Bencher;
use redress::filter::{Flag, Resolver, Scope, Shapes, Unanswered, parse};
use redress::locale::Label;
use redress::place::Place;
use redress::record::{Class, Field, Fields, Id, Record, Shape, State, Type, Value};

struct Book {
    shapes: Vec<Shape>,
    complaints: Vec<Record>,
    clients: HashMap<Id, Record>,
}

fn field(name: &str, ty: Type) -> Field {
    let place = Place::of_file("bench.toml");
    let (label, help) = (Label::default(), Label::default());
    Field {
        name: name.into(),
        ty,
        label,
        also: Vec::new(),
        help,
        required: false,
        private: false,
        ahead: false,
        retired: false,
        place,
    }
}

fn record(shape: &Shape, id: String, state: &str, values: &[(&str, &str)]) -> Record {
    let mut fields = Fields::new();
    for (name, text) in values {
        let (id, field) = shape.find(name).expect("a field");
        fields.set(id, Value::from_stored(&field.ty, text).expect("a value"));
    }
    let id = id.parse().expect("an id");
    Record {
        id,
        kind: shape.name.clone(),
        state: state.into(),
        rules: None,
        fields,
        history: Vec::new(),
        overruled: Vec::new(),
    }
}

fn book() -> Book {
    let state = |name: &str, class| State {
        name: name.into(),
        class,
        label: Label::default(),
        also: Vec::new(),
        resting: false,
        void: false,
        retired: false,
        place: Place::of_file("bench.toml"),
    };
    let states = vec![state("registered", Class::New), state("accepted", Class::Open), state("closed", Class::Closed)];
    let client = Shape::new("client", vec![field("city", Type::Text)], vec![state("active", Class::Open)]);
    let complaint = Shape::new(
        "complaint",
        vec![
            field("client", Type::Ref(vec!["client".into()])),
            field("amount", Type::Money),
            field("content", Type::Text),
        ],
        states,
    );
    let cities = ["杭州", "上海", "宁波"];
    let one = |n: usize| record(&client, format!("K-260301-{n:05}"), "active", &[("city", cities[n % 3])]);
    let clients = (0..5000).map(one).map(|client| (client.id.clone(), client)).collect();
    let complaints = (0..100_000).map(|n| {
        let state = ["registered", "accepted", "closed"][n % 3];
        let texts = ["到货后抽检 12 件，其中 DN50 阀门漏水，客户要求退货", "包装破损，客户要求换货；另有三件数量不符"];
        let values = [
            ("client", format!("K-260301-{:05}", n % 5000)),
            ("amount", format!("{}.50", n % 9000)),
            ("content", texts[n % 2].repeat(3)),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, text.as_str())).collect();
        record(&complaint, format!("C-261122-{n:05}"), state, &values)
    });
    Book { complaints: complaints.collect(), clients, shapes: vec![complaint, client] }
}

impl Shapes for Book {
    fn shape(&self, kind: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.name == kind)
    }

    fn kinds(&self) -> Vec<&str> {
        self.shapes.iter().map(|shape| shape.name.as_str()).collect()
    }

    fn milestone(&self, _: &str, _: &str) -> Option<&[String]> {
        None
    }

    fn milestones(&self, _: &str) -> Vec<&str> {
        Vec::new()
    }
}

impl Resolver for Book {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.clients.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

#[divan::bench(args = ["class=open amount=5000..", "content~漏水", "client.city=杭州"], sample_count = 10)]
fn ask(bencher: Bencher<'_, '_>, text: &str) {
    let book = book();
    let scope = Scope::rule("Asia/Shanghai".parse().expect("a zone"));
    let filter = parse(text).and_then(|expr| expr.bind("complaint", &book, &scope)).expect("a filter");
    bencher.bench_local(|| book.complaints.iter().filter(|record| filter.matches(record, &book) == Ok(true)).count());
}

fn main() {
    divan::main();
}
