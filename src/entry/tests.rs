//! Tables of every form of assignment, and arbitrary words.

use std::collections::BTreeSet;

use chrono::TimeZone;
use proptest::prelude::*;
use serde_json::json;

use super::{Found, Meant, Reading, Resolver, Times, Unresolved, apply, apply_json, parse, parse_words};
use crate::calendar::Direction;
use crate::locale::Label;
use crate::place::Place;
use crate::record::{Choice, Field, Fields, Id, Shape, Type, Value, parse_date, parse_time};

struct World;

impl Resolver for World {
    fn record(&self, kinds: &[String], text: &str) -> Found<Id> {
        match (kinds, text) {
            ([kind], "杭州阀门" | "9xq") if kind == "client" => Ok("K-260301-9XQ4M".parse().unwrap()),
            (_, "7K3") => Err(Unresolved {
                message: Label::new("`7K3` fits 2", "`7K3` 符合 2 个"),
                candidates: vec![("C-261122-7K3F2".into(), String::new()), ("C-261122-7K3F9".into(), String::new())],
                ..Unresolved::default()
            }),
            _ => {
                Err(Unresolved { message: Label::new("no such record", "没有这条记录"), ..Unresolved::default() })
            }
        }
    }
    fn person(&self, text: &str) -> Found<Id> {
        match text {
            "li.na" | "李娜" | "li.na@example.cn" => Ok("li.na".parse().unwrap()),
            _ => Err(Unresolved { message: Label::new("nobody", "查无此人"), ..Unresolved::default() }),
        }
    }
    fn role(&self, text: &str) -> Found<String> {
        if text == "质管" { Ok("qm".into()) } else { Err(Unresolved::default()) }
    }
    fn department(&self, text: &str) -> Found<String> {
        if matches!(text, "生产部" | "production") { Ok("production".into()) } else { Err(Unresolved::default()) }
    }
}

impl Times for World {
    fn typed(&self, text: &str, direction: Direction) -> Result<Meant, Label> {
        let day = match (text, direction) {
            ("周一", Direction::Forward) => 30,
            ("周一", Direction::Backward) => 23,
            ("今天", _) => 24,
            _ => return self.iso(text).ok_or_else(|| Label::new("no time", "不是时间")),
        };
        let zone = chrono::FixedOffset::east_opt(8 * 3600).unwrap();
        let moment = zone.with_ymd_and_hms(2026, 11, day, 17, 30, 0).unwrap();
        Ok(Meant { moment, date: moment.date_naive() })
    }
    fn iso(&self, text: &str) -> Option<Meant> {
        let read = parse_time(text).ok();
        let moment = read.or_else(|| parse_time(&format!("{}T17:30:00+08:00", parse_date(text).ok()?)).ok())?;
        Some(Meant { moment, date: moment.date_naive() })
    }
}

fn field(name: &str, zh: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        ty,
        label: Label::new(name, zh),
        also: Vec::new(),
        help: Label::default(),
        required: false,
        private: false,
        ahead: false,
        retired: name == "old",
        place: Place::of_file("policy/kinds/complaint.toml"),
    }
}

fn choice(names: &[(&str, &str)]) -> Type {
    let one = |(name, zh): &(&str, &str)| Choice {
        name: (*name).into(),
        label: Label::new(*name, *zh),
        also: vec![format!("{name} too")],
        retired: *name == "fax",
    };
    Type::Choice(names.iter().map(one).collect())
}

fn shape() -> Shape {
    let contact = vec![
        field("name", "姓名", Type::Text),
        field("phone", "电话", Type::Phone),
        field("hours", "时段", Type::List(Box::new(Type::Text))),
    ];
    let fields = vec![
        field("client", "客户", Type::Ref(vec!["client".into()])),
        field("channel", "渠道", choice(&[("phone", "电话"), ("email", "邮件"), ("fax", "传真")])),
        field("content", "内容", Type::Text),
        field("quantity", "数量", Type::Count),
        field("weight", "重量", Type::Decimal),
        field("amount", "金额", Type::Money),
        field("delivered", "交货日期", Type::Date),
        field("promised", "承诺", Type::Time),
        field("sensitive", "敏感", Type::Bool),
        field(
            "demand",
            "诉求",
            Type::List(Box::new(choice(&[("return", "退货"), ("repair", "维修"), ("other", "其他")]))),
        ),
        field("tags", "标签", Type::List(Box::new(Type::Text))),
        field("prices", "单价", Type::List(Box::new(Type::Money))),
        field("scores", "评分", Type::List(Box::new(Type::Count))),
        field("rates", "比率", Type::List(Box::new(Type::Decimal))),
        field("contacts", "联系人", Type::List(Box::new(Type::Group(Shape::new("contacts", contact, Vec::new()))))),
        field("assignee", "经办人", Type::Person),
        field("department", "部门", Type::Department),
        field("role", "角色", Type::Role),
        field("email", "邮箱", Type::Email),
        field("photo", "照片", Type::File),
        field("proof", "凭证", Type::Group(Shape::new("proof", vec![field("number", "号码", Type::Text)], Vec::new()))),
        field("old", "旧", Type::Text),
    ];
    Shape::new("complaint", fields, Vec::new())
}

fn reading(iso_only: bool, shape: &Shape) -> Reading<'static> {
    let forward = BTreeSet::from([shape.field_id("promised").unwrap()]);
    Reading { resolver: &World, times: &World, iso_only, input: Some("第一行\n第二行\n"), forward }
}

fn shown(value: &Value, ty: &Type) -> String {
    match (value, ty) {
        (Value::List(values), Type::List(element)) => {
            format!("[{}]", values.iter().map(|value| shown(value, element)).collect::<Vec<_>>().join(" | "))
        }
        (Value::Group(fields), Type::Group(shape)) => {
            let part = |(id, value)| format!("{}: {}", shape.field(id).name, shown(value, &shape.field(id).ty));
            format!("{{{}}}", fields.iter().map(part).collect::<Vec<_>>().join(", "))
        }
        (value, _) => value.stored().unwrap_or_default(),
    }
}

/// The fields after the words, or what is wrong.
fn after(before: &[&str], words: &[&str]) -> Result<String, Vec<String>> {
    let shape = shape();
    let reading = reading(false, &shape);
    let all = |words: &[&str]| words.iter().map(|word| parse(word).expect("an assignment")).collect::<Vec<_>>();
    let current = apply(&shape, &Fields::new(), &all(before), &reading).expect("what was before");
    match apply(&shape, &current, &all(words), &reading) {
        Ok(fields) => {
            let one = |(id, value)| format!("{}={}", shape.field(id).name, shown(value, &shape.field(id).ty));
            Ok(fields.iter().map(one).collect::<Vec<_>>().join("; "))
        }
        Err(errors) => Err(errors.iter().map(|error| format!("{} {}", error.code, error.given)).collect()),
    }
}

#[test]
fn every_form_of_assignment_is_taken() {
    let cases: &[(&[&str], &[&str], &str)] = &[
        (&[], &["content=a=b, c、d ＝ x"], "content=a=b, c、d ＝ x"),
        (&[], &["content= 漏水 "], "content= 漏水 "),
        (&[], &["content=-"], "content=第一行\n第二行"),
        (&["content=x", "quantity=1"], &["content=", "数量= "], ""),
        (&[], &["内容＝到货后漏水", "渠道=电话"], "channel=phone; content=到货后漏水"),
        (&[], &["客户=杭州阀门"], "client=K-260301-9XQ4M"),
        (&[], &["Channel=EMAIL"], "channel=email"),
        (&[], &["amount=5,000.00"], "amount=5000.00"),
        (&[], &["amount=¥5000"], "amount=5000.00"),
        (&[], &["金额=￥１，２３４，５６７．８元"], "amount=1234567.80"),
        (&[], &["amount=12.5 元"], "amount=12.50"),
        (&[], &["quantity=１２０", "weight=1,000.125"], "quantity=120; weight=1000.125"),
        (&[], &["sensitive=是"], "sensitive=true"),
        (&[], &["sensitive=N"], "sensitive=false"),
        (&[], &["delivered=周一", "promised=周一"], "delivered=2026-11-23; promised=2026-11-30T17:30:00+08:00"),
        (&[], &["demand=return,repair"], "demand=[return | repair]"),
        (&[], &["demand=退货、维修，other"], "demand=[return | repair | other]"),
        (&[], &["demand=return", "demand=repair"], "demand=[return | repair]"),
        (&["demand=return,repair"], &["demand=other"], "demand=[other]"),
        (&["demand=return"], &["demand+=repair,return"], "demand=[return | repair]"),
        (&["demand=return"], &["demand＋＝repair"], "demand=[return | repair]"),
        (&["demand=return,repair"], &["demand-=return"], "demand=[repair]"),
        (&["demand=return"], &["demand-=return"], ""),
        (&["demand=return"], &["demand="], ""),
        (&[], &["tags=急，请速,vip"], "tags=[急，请速 | vip]"),
        (&["tags=a,b"], &["tags.1=c", "tags.+=d"], "tags=[a | c | d]"),
        (&["tags=a,b,c"], &["tags.0="], "tags=[b | c]"),
        (&[], &["scores=5,5,5,4"], "scores=[5 | 5 | 5 | 4]"),
        (&["scores=5,4"], &["scores+=5，3"], "scores=[5 | 4 | 5 | 3]"),
        (&[], &["scores=1,200、3；4"], "scores=[1 | 200 | 3 | 4]"),
        (&[], &["rates=0.125, 3,1.5"], "rates=[0.125 | 3 | 1.5]"),
        (&[], &["prices=12;12"], "prices=[12.00 | 12.00]"),
        (&[], &["prices=5,000.00、12"], "prices=[5000.00 | 12.00]"),
        (&[], &["contacts.0.name=李四"], "contacts=[{name: 李四}]"),
        (&["contacts.0.name=李四"], &["联系人.0.电话=１３８-０００"], "contacts=[{name: 李四, phone: 138-000}]"),
        (
            &["contacts.0.name=李四"],
            &["contacts.+.name=王五", "contacts.+.phone=139000", "contacts.+.name=赵六"],
            "contacts=[{name: 李四} | {name: 王五, phone: 139000} | {name: 赵六}]",
        ),
        // a line named by its number in between ends the one that is being added
        (
            &[],
            &["contacts.+.name=a", "contacts.0.phone=139001", "contacts.+.phone=139002", "contacts.1.name=b"],
            "contacts=[{name: a, phone: 139001} | {name: b, phone: 139002}]",
        ),
        (
            &[],
            &["contacts.+.name=a", "contacts.0.hours=am", "contacts.+.phone=139002"],
            "contacts=[{name: a, hours: [am]} | {phone: 139002}]",
        ),
        (
            &[],
            &["contacts.+.name=a", "contacts.+.hours=am", "contacts.+.hours=pm"],
            "contacts=[{name: a, hours: [am | pm]}]",
        ),
        (&["contacts.0.name=a", "contacts.1.name=b"], &["contacts.0="], "contacts=[{name: b}]"),
        (&["contacts.0.name=a"], &["contacts.0.name="], ""),
        (&[], &["proof.number=7"], "proof={number: 7}"),
        (&[], &["assignee=李娜", "department=生产部", "role=质管"], "assignee=li.na; department=production; role=qm"),
        (&[], &["email= li.na@example.cn"], "email=li.na@example.cn"),
    ];
    for (before, words, fields) in cases {
        assert_eq!(after(before, words).as_deref(), Ok(*fields), "{words:?}");
    }
}

#[test]
fn what_cannot_be_taken_is_named() {
    let cases: &[(&[&str], &[&str])] = &[
        (&["chanel=phone"], &["unknown-field chanel=phone"]),
        (&["state=closed"], &["not-by-hand state=closed"]),
        (&["History="], &["not-by-hand History="]),
        (&["old=x"], &["retired-field old=x"]),
        (&["channel=fax"], &["retired-choice channel=fax"]),
        (
            &["channel=fon", "amount=5,00", "quantity=1.5"],
            &["no-choice channel=fon", "no-amount amount=5,00", "no-count quantity=1.5"],
        ),
        (&["amount=5万5"], &["no-amount amount=5万5"]),
        (&["scores=5,000", "rates=5,000"], &["no-count scores=5,000", "no-number rates=5,000"]),
        (&["amount=0.001"], &["no-amount amount=0.001"]),
        (&["amount=-5.00"], &["negative amount=-5.00"]),
        (&["content=a", "content=b"], &["given-twice content=b"]),
        (&["content+=a"], &["no-list content+=a"]),
        (&["content.x=a"], &["no-parts content.x=a"]),
        (&["tags+="], &["no-value tags+="]),
        (&["tags-=x"], &["not-in-list tags-=x"]),
        (&["tags.1=x"], &["no-element tags.1=x"]),
        (&["tags.-1=x"], &["no-element tags.-1=x"]),
        (&["contacts=李四"], &["has-parts contacts=李四"]),
        (&["contacts.0=李四"], &["has-parts contacts.0=李四"]),
        (&["contacts.0.nam=李四"], &["unknown-field contacts.0.nam=李四"]),
        (&["proof=7"], &["has-parts proof=7"]),
        (&["client=7K3"], &["several-fit client=7K3"]),
        (&["client=nobody", "assignee=nobody"], &["not-found client=nobody", "not-found assignee=nobody"]),
        (&["photo=leak.jpg"], &["file photo=leak.jpg"]),
        (&["content=-", "tags=-"], &["input-twice tags=-"]),
        (
            &["sensitive=maybe", "promised=soon", "email=x", "contacts.0.phone=call me"],
            &[
                "no-bool sensitive=maybe",
                "no-time promised=soon",
                "no-email email=x",
                "no-phone contacts.0.phone=call me",
            ],
        ),
    ];
    for (words, wrong) in cases {
        assert_eq!(after(&[], words), Err(wrong.iter().map(|text| (*text).to_owned()).collect()), "{words:?}");
    }
    let shape = shape();
    let error = |word: &str| {
        apply(&shape, &Fields::new(), &[parse(word).unwrap()], &reading(false, &shape)).unwrap_err().remove(0)
    };
    assert_eq!(error("chanel=phone").hint.unwrap().en, "did you mean `channel`?");
    assert_eq!(error("demand=xyzzy").hint.unwrap().zh, "可用：退货(return)、维修(repair)、其他(other)");
    assert_eq!(error("client=7K3").candidates.len(), 2);
}

#[test]
fn stray_words_are_put_where_they_belong() {
    let shape = shape();
    let corrected = |line: &str| {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        parse_words(&words, |word| shape.find(word).is_some()).map_err(|stray| (stray.word, stray.corrected))
    };
    assert_eq!(corrected("channel=phone content=x").map(|all| all.len()), Ok(2));
    for (line, word, words) in [
        ("channel phone", "channel", Some(vec!["channel=phone"])),
        ("渠道 ＝ 电话", "渠道", Some(vec!["渠道=电话"])),
        ("content=到货后 漏水 严重", "漏水", Some(vec!["content=到货后 漏水 严重"])),
        ("content=x channel phone", "channel", Some(vec!["content=x", "channel=phone"])),
        ("content=x tags += pump", "tags", Some(vec!["content=x", "tags+=pump"])),
        ("content=x channel", "channel", Some(vec!["content=x", "channel=…"])),
        ("hello content=x", "hello", None),
    ] {
        let words = words.map(|words| words.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(corrected(line), Err((word.to_owned(), words)), "{line}");
    }
}

#[test]
fn json_is_read_by_type_and_iso_alone() {
    let shape = shape();
    let take = |json: serde_json::Value| {
        let object = json.as_object().cloned().unwrap();
        apply_json(&shape, &Fields::new(), &object, &reading(true, &shape))
    };
    let good = take(json!({
        "client": "杭州阀门", "channel": "phone", "content": "漏水", "quantity": 120, "amount": "5000.00", "sensitive": true,
        "delivered": "2026-11-10", "promised": "2026-11-25T17:30:00+08:00", "demand": ["return"], "tags": [],
        "contacts": [{ "name": "李四", "hours": ["am"] }], "proof": null
    }))
    .expect("sound");
    assert_eq!(good.iter().count(), 10);
    let codes = |json| {
        take(json).unwrap_err().iter().map(|error| format!("{} {}", error.code, error.field)).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(json!({
            "x": 1, "content": ["a"], "demand": "return", "promised": "周一", "sensitive": "maybe", "quantity": -1,
            "contacts": [{ "phone": true }], "delivered": "11-10", "channel": {}
        })),
        [
            "unknown-field x",
            "wrong-type content",
            "wrong-type demand",
            "no-time promised",
            "no-bool sensitive",
            "no-count quantity",
            "wrong-type contacts.0.phone",
            "no-time delivered",
            "wrong-type channel",
        ]
    );
}

proptest! {
    #[test]
    fn arbitrary_words_never_panic(words in proptest::collection::vec("[a-z.+=＝,、0-9元¥ -]{0,12}|.{0,12}|(content|tags|contacts|amount|proof|demand)(\\.[0-9+a-z]{1,4}){0,2}[+-]?=.{0,8}", 0..5)) {
        let shape = shape();
        if let Ok(all) = parse_words(&words, |word| shape.find(word).is_some()) {
            let once = apply(&shape, &Fields::new(), &all, &reading(false, &shape));
            if let Err(errors) = &once {
                prop_assert!(!errors.is_empty() && errors.iter().all(|error| !error.message.en.is_empty() || error.code == "not-found"));
            }
        }
    }

    #[test]
    fn text_is_verbatim(text in "[^-].{1,30}|.{2,30}|[ \u{b}\u{3000}]{1,3}") {
        let shape = shape();
        let assignment = parse(&format!("content={text}")).unwrap();
        let fields = apply(&shape, &Fields::new(), &[assignment], &reading(false, &shape)).unwrap();
        // blanks alone say nothing
        let expected = Some(Value::Text(text.clone())).filter(|_| !text.trim().is_empty());
        prop_assert_eq!(fields.named(&shape, "content"), expected.as_ref());
    }
}
