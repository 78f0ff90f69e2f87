//! Tests of the whole language: what fits, what is canonical, and which messages refuse what.

use proptest::prelude::*;

use super::fixture::World;
use super::{Alone, Filter, FilterError, MAX_LENGTH, parse, parse_words};
use crate::locale::Lang;
use crate::place::{Problems, toml};

fn bind(world: &World, text: &str) -> Result<Filter, FilterError> {
    parse(text)?.bind("complaint", world, &World::question())
}

#[test]
fn what_fits_and_what_does_not() {
    let world = World::with_records();
    let record = &world.records["C-261122-7K3F2"];
    for (text, fits) in [
        ("", true),
        ("id=c-261122-7k3f2 kind=complaint kind=投诉", true),
        ("id=7k3,9xq", true),
        ("state=decided class=closed", true),
        ("state=已结案 状态=decided", true),
        ("class=open", false),
        ("category=product,price", true),
        ("category=服务，产品", true),
        ("类别＝价格、产品", true),
        ("category!=product", false),
        ("severity=major..", true),
        ("severity=..minor", false),
        ("severity>minor severity<=重大", true),
        ("amount=5000", true),
        ("amount=¥5000元", true),
        ("amount=５０００．．", true),
        ("amount=..4999.99", false),
        ("amount<5000", false),
        ("amount>=5000 amount>4999.99", true),
        ("quantity=100..120 quantity>119", true),
        ("rate=0.1.. rate<0.126", true),
        ("delivered=2026 delivered=2026-q4 delivered=2026-11 delivered=2026-11-10 delivered=2026-w46", true),
        ("delivered=2026-10-05..2026-11-10", true),
        ("delivered=last-month", true),
        ("delivered=上月,今天", true),
        ("delivered<2026-11", false),
        ("delivered<=2026-11 delivered>=2026-11 delivered>2026-10", true),
        ("promised=2026-11-25", true),
        ("promised=2026-11-25T17:30", true),
        ("promised=2026-11-25t17:30:01", false),
        ("promised<2026-11-25T09:30:01Z", true),
        // words for times; it is Wednesday 2026-12-02, half past midnight
        ("changed=mon closed=周一 changed=2wd-ago", true),
        ("opened=sun", false),
        ("opened=..sun", true),
        ("delivered=22d-ago delivered=22天前 delivered=11-10", true),
        ("delivered=..2wd delivered=..后天 delivered=..下周一", true),
        ("changed=25h-ago.. changed=..1h-ago closed=..17:00", true),
        ("changed=1h-ago..", false),
        ("promised=11-25", false),
        ("promised=..fri@17:00", true),
        ("opened=2026-11-22 changed=2026-11-30 closed=2026-11", true),
        ("closed=2026-12", false),
        // the closing that reports count, here the acceptance, beside the end of the record
        ("milestone.closed=2026-11-22 closed=2026-11-30", true),
        ("closed=2026-11-22", false),
        ("里程碑.closed=2026-11-22 milestone.accepted=2026-11-22 accepted=2026-11-22", true),
        ("accepted=2026-11-22", true),
        ("by=li.na by=李娜 by.department=quality", true),
        ("sensitive=yes 敏感=是", true),
        ("sensitive=no", false),
        ("content~漏水", true),
        ("content~漏水，严重", true),
        ("content~dn50", true),
        ("content~dn51,漏", true),
        ("content~\"12 件\"", true),
        ("not content~漏水", false),
        ("content!~破裂", true),
        ("assignee=li.na assignee.department=quality", true),
        ("client=K-260301-9XQ4M client=9xq client=杭州阀门", true),
        ("client.city=杭州 client.grade=key,A client.sales.name=李娜", true),
        ("客户.城市~州", true),
        ("client.city!=上海", true),
        ("tag=test tags=\"lot a\"", true),
        ("tag=other", false),
        ("not tag=test", false),
        ("remedies.kind=return remedies.amount=2500..", true),
        ("remedy.amount=5000..", false),
        ("remedies=..", true),
        // absent
        ("department=quality", false),
        ("department!=quality", true),
        ("department=..", false),
        ("not department=..", true),
        ("original.amount=..5000", false),
        ("original.amount!=5000", true),
        ("not not category=product", true),
        // flags
        ("unfinished", false),
        ("not unfinished", true),
        ("overdue", true),
        ("逾期 mine", true),
        ("waiting", false),
        ("非 waiting", true),
    ] {
        let filter = bind(&world, text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.matches(record, &world), Ok(fits), "{text} as {filter}");
    }
}

#[test]
fn a_word_for_a_time_is_read_ahead_or_behind_as_its_field_looks() {
    let world = World::with_records();
    for (text, read) in [
        ("promised=mon", "promised=2026-12-07"),
        ("delivered=mon", "delivered=2026-11-30"),
        ("opened=mon", "opened=2026-11-30"),
        ("original.promised=..fri", "original.promised=..2026-12-04"),
        ("original.opened=mon..今天", "original.opened=2026-11-30..2026-12-02"),
        ("promised=17:00", "promised=2026-12-02T17:00+08:00"),
        ("opened=17:00", "opened=2026-12-01T17:00+08:00"),
        ("opened=90m-ago..", "opened=2026-12-01T23:00+08:00.."),
        // the word itself says whether it is past or future
        ("delivered=3d", "delivered=2026-12-05"),
        ("promised=3d-ago,2wd", "promised=2026-11-29,2026-12-04"),
        ("promised=2wd-ago", "promised=2026-11-30"),
    ] {
        let filter = bind(&world, text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.to_string(), read, "{text}");
        assert_eq!(bind(&world, read).as_ref(), Ok(&filter), "{text} reads back");
    }
    for (text, said) in [
        ("promised=5点", "上午"),
        ("promised=02-30", "02-30"),
        ("delivered=17:00", "`17:00` is not a value of `delivered`"),
        ("opened=someday", "`someday` is not a value of `opened`"),
    ] {
        let error = bind(&world, text).expect_err(text);
        assert!(error.message.en.contains(said), "{text}: {error:?}");
    }
    // a rule means the same on every day
    for text in ["promised=mon", "promised=3d-ago", "promised=17:00"] {
        assert!(parse(text).and_then(|expr| expr.bind("complaint", &world, &World::rule())).is_err(), "{text}");
    }
}

#[test]
fn references_may_lead_to_several_kinds_or_nowhere() {
    let world = World::with_records();
    let task = &world.records["W-261123-00001"];
    let bound = |text: &str| parse(text).and_then(|expr| expr.bind("task", &world, &World::question()));
    for (text, fits) in [
        ("about.client.city=杭州", true),
        ("about.city=杭州", false),
        ("about.class=closed", true),
        // a record that is not closed has no end
        ("closed=..", false),
        ("about.closed=..", true),
        ("about.client.sales.department=quality", true),
        ("about=7k3f2", true),
        ("due=2026..", false),
    ] {
        let filter = bound(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(filter.matches(task, &world), Ok(fits), "{text}");
        assert!(filter.matches_fields(&task.fields, &Alone) == Ok(false) || text.starts_with("about="), "{text}");
    }
}

#[test]
fn the_canonical_text_names_what_is_stored() {
    let world = World::with_records();
    for (text, canonical) in [
        ("类别＝价格、产品", "category=price,product"),
        ("tag!=Test", "tags!=Test"),
        ("not amount=5000..", "amount!=5000.00.."),
        ("opened=last-month..", "opened=2026-11.."),
        ("content~\"a b\",\"c\"", "content~\"a b\",c"),
        ("client.sales.name=\"李,娜\"", "client.sales.name=\"李,娜\""),
        ("客户=杭州阀门 非 逾期", "client=K-260301-9XQ4M not overdue"),
        ("rate=0.1250 sensitive=是", "rate=0.125 sensitive=yes"),
        ("content=\"=x\",\"\\\"y\"", "content=\"=x\",\"\\\"y\""),
        ("remedy.金额<=20", "remedies.amount<=20.00"),
        ("promised=2026-11-25t17:30z", "promised=2026-11-25T17:30+00:00"),
    ] {
        assert_eq!(bind(&world, text).map(|filter| filter.to_string()), Ok(canonical.to_owned()));
    }
}

#[test]
fn words_of_a_shell_are_terms() {
    let words = ["not", "tag=test", "content~漏水 严重", "overdue", "not mine"];
    let expr = parse_words(&words).expect("terms");
    assert_eq!(
        expr.to_string(),
        "not tag=test content~\"漏水 严重\" not overdue"
            .replace("not tag=", "tag!=")
            .replace("not overdue", "overdue not mine")
    );
    assert_eq!(parse(&expr.to_string()), Ok(expr));
    let error = parse_words(&["class=open", "amount=>5"]).expect_err("no operator");
    assert_eq!((error.at.word, error.at.span), (1, 6..8));
    assert!(parse_words(&["class=open", "not"]).is_err());
    let equals = parse_words(&["content= = "]).expect("a term");
    assert_eq!((equals.to_string().as_str(), parse(&equals.to_string())), ("content=\"=\"", Ok(equals.clone())));
}

#[test]
fn faults_say_where_and_what_to_do() {
    let world = World::with_records();
    for (text, at, said) in [
        ("amount", 0..6, "`amount` has no operator (write amount=5000..)"),
        ("class=open content", 11..18, "`content` has no operator (write content~…)"),
        ("accepted", 0..8, "`accepted` has no operator (write accepted=2026-10)"),
        ("open", 0..4, "`open` has no operator (write class=open)"),
        ("产品", 0..6, "`产品` has no operator (write category=product)"),
        ("overdeu", 0..7, "`overdeu` has no operator (did you mean `overdue`?)"),
        ("remedies", 0..8, "`remedies` has no operator (write remedies.kind=…)"),
        ("ammount=5", 0..9, "complaint has no field `ammount` (did you mean `amount`?)"),
        ("client.ctiy=杭州", 0..18, "client has no field `ctiy` (did you mean `city`?)"),
        ("amount.x=5", 0..10, "`amount` is money and leads nowhere"),
        ("amount=5..x", 10..11, "`x` is not a value of `amount` (write it as 5000.00, with at most two decimals)"),
        ("amount~5", 7..8, "`~` looks into text, and `amount` is money (write amount=VALUE)"),
        ("category=x", 9..10, "`x` is not a value of `category` (it is one of service, product, price)"),
        ("amount=6..5", 7..11, "nothing lies in the range: it ends before it begins"),
        (
            "sensitive=no..yes",
            10..17,
            "`sensitive` is bool, which has no order (write sensitive=VALUE, several joined by commas)",
        ),
        ("amount=", 7..7, "the value is empty (write not amount=.. to find what has no value)"),
        ("category=a,,b", 11..11, "the value is empty (write not category=.. to find what has no value)"),
        ("content~\"a", 8..10, "the quote is not closed (end the value with a quote)"),
        ("amount = 5", 7..8, "a term begins with the name of a field (write it without spaces, as amount=5000)"),
        ("client..city=x", 0..12, "`client..city` is not a path of names (join names with single dots: client.city)"),
        (
            "remedies=return",
            9..15,
            "`remedies` has fields of its own (name one of them, as remedies.kind, or write remedies=.. to ask whether there is one)",
        ),
        ("amount<1..2", 7..11, "`<` takes a value, not a range (write a range as amount=5000..6000)"),
        (
            "client=C-261122-7K3F2",
            7..21,
            "`C-261122-7K3F2` is not a value of `client` (write an id, the start of its random part, or a whole name)",
        ),
    ] {
        let error = bind(&world, text).expect_err(text);
        assert_eq!((error.to_string().as_str(), error.at.span.clone()), (said, at), "{text}");
        assert!(!error.message.get(Lang::Zh).is_empty());
    }
}

#[test]
fn rules_depend_on_no_day_and_no_reader() {
    let world = World::with_records();
    for text in [
        "overdue",
        "unfinished",
        "not mine",
        "opened=last-month",
        "delivered=2026..today",
        "client.state=active opened<今天",
    ] {
        let error = parse(text).and_then(|expr| expr.bind("complaint", &world, &World::rule())).expect_err(text);
        assert!(error.message.en.starts_with("a rule does not depend on"), "{text}: {error}");
    }
    assert!(
        parse("amount=5000.. opened=2026-10").and_then(|expr| expr.bind("complaint", &world, &World::rule())).is_ok()
    );
}

#[test]
fn a_filter_in_a_file_is_wrong_at_its_place() {
    let world = World::with_records();
    let problems = Problems::new();
    for (file, place) in [
        ("name = 1\n  when = \"客户.city=杭州 ammount=5\"\n", "x.toml:2:22 when"),
        ("when = \"content~\\\"a b\\\" ammount=5\"\n", "x.toml:1:8 when"),
        ("when = 'content~\"a b\" ammount=5'\n", "x.toml:1:23 when"),
    ] {
        let section = toml::read("x.toml", file, &problems).expect("TOML");
        let text = section.text("when", &problems).expect("a text");
        let problem = Filter::read(&text, "complaint", &world, &World::rule()).expect_err(file);
        assert_eq!(format!("{:?}", problem.place), place);
        assert_eq!(problem.message.en, "complaint has no field `ammount`");
    }
}

#[test]
fn length_is_bounded_and_time_linear() {
    assert!(parse(&"a".repeat(MAX_LENGTH + 1)).is_err());
    let whole = |n: usize| "a=\"x\" ".repeat(n);
    assert_eq!(parse(&whole(MAX_LENGTH / 6)).map(|expr| expr.terms.len()), Ok(MAX_LENGTH / 6));
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("amount"),
        Just("client.city"),
        Just("标签"),
        Just("content"),
        Just("not "),
        Just("="),
        Just("!="),
        Just("~"),
        Just("＝"),
        Just("<"),
        Just(">="),
        Just(".."),
        Just(","),
        Just("，"),
        Just("\""),
        Just("\\"),
        Just(" "),
        Just("\u{3000}"),
        Just("5000"),
        Just("2026-10"),
        Just("杭州"),
        Just("."),
        Just("overdue"),
        Just("last-month"),
        Just("＂"),
        Just("7k3")
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>(), words in prop::collection::vec(any::<String>(), 0..4)) {
        let world = World::new();
        for expr in [parse(&text), parse_words(&words)].into_iter().flatten() {
            let _ = expr.bind("complaint", &world, &World::question());
        }
    }

    #[test]
    fn what_is_shown_reads_back(text in pieces(), as_words in any::<bool>()) {
        let read = if as_words { parse_words(&[&text]) } else { parse(&text) };
        if let Ok(expr) = read {
            prop_assert_eq!(parse(&expr.to_string()), Ok(expr.clone()), "{}", expr);
            let world = World::with_records();
            if let Ok(filter) = expr.bind("complaint", &world, &World::question()) {
                let shown = filter.to_string();
                prop_assert_eq!(bind(&world, &shown), Ok(filter), "{} as {}", text, shown);
            }
        }
    }

    #[test]
    fn words_and_text_say_the_same(text in pieces()) {
        if let Ok(expr) = parse(&text) {
            let words: Vec<String> = expr.terms.iter().map(ToString::to_string).collect();
            prop_assert_eq!(parse_words(&words), Ok(expr));
        }
    }
}
