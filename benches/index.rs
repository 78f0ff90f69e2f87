//! The index over a book of many records: made anew, opened unchanged, updated by one commit, queried. `cargo bench
//! --bench index -- 100000` prints the times. What counts is the ratio of each row to `git status` on the same book.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use redress::book::index::{EventQuery, Index, Limits, Location, Selection, Sort};
use redress::book::repo::{Environment, Repo};
use redress::filter::{Scope, parse};
use redress::policy::preset::{Choices, Preset};
use redress::policy::{Policy, Sources};
use redress::record::{Event, Fields, Id, Record, Shape, Value, parse_time};

fn policy() -> Arc<Policy> {
    let mut sources = Sources::new();
    let settings = "format = 1\nname = \"Bench\"\ntime-zone = \"Asia/Shanghai\"\npreset = \"basic\"\n";
    sources.insert("redress.toml", settings.as_bytes());
    for file in Preset::named("basic").expect("shipped").files(&Choices::default()).expect("it resolves") {
        sources.insert(file.path, file.text.into_bytes());
    }
    Arc::new(Policy::load(&sources, "0").expect("sound"))
}

fn fields(shape: &Shape, values: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::new();
    for (name, text) in values {
        let (id, field) = shape.find(name).unwrap_or_else(|| panic!("a field {name}"));
        fields.set(id, Value::from_stored(&field.ty, text).expect("a value"));
    }
    fields
}

fn id(prefix: &str, number: usize) -> Id {
    let random: String =
        (0..5).map(|place| char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[number >> (5 * place) & 31])).collect();
    let (year, month, day) = (16 + number % 10, 1 + number / 10 % 12, 1 + number / 120 % 28);
    format!("{prefix}-{year:02}{month:02}{day:02}-{random}").parse().expect("an id")
}

fn client(policy: &Policy, number: usize) -> Record {
    let shape = &policy.kind("client").expect("a kind").shape;
    let (name, phone) = (format!("杭州第 {number} 阀门有限公司"), format!("+86 571 {:08}", number));
    let values = [("name", name.as_str()), ("phone", &phone), ("city", ["杭州", "上海", "苏州"][number % 3])];
    let id = id("K", number);
    let history = vec![event(&id, "register", Some("active"), 0)];
    Record {
        id,
        kind: "client".into(),
        state: "active".into(),
        rules: None,
        fields: fields(shape, &values),
        history,
        overruled: Vec::new(),
    }
}

fn event(id: &Id, step: &str, to: Option<&str>, hours: usize) -> Event {
    let day = id.date().expect("a day");
    let at = parse_time(&format!("{day}T{:02}:30:00+08:00", 8 + hours)).expect("a time");
    let mut event = Event::new(at, ["li.na", "wang.lei"][hours % 2].parse().expect("a person"), step);
    event.to = to.map(str::to_owned);
    event.set = vec!["promised".to_owned(), "assignee".to_owned()];
    event.note = (hours % 2 == 1).then(|| "已电话告知等待时间，客户要求尽快答复".to_owned());
    event
}

fn complaint(policy: &Policy, number: usize, clients: usize) -> Record {
    let shape = &policy.kind("complaint").expect("a kind").shape;
    let own = id("C", number);
    let (client, order, amount) =
        (id("K", number % clients), format!("SO-{number:07}"), format!("{}.50", number % 9000));
    let values = [
        ("client", client.as_str()),
        ("contact", "王女士 13800001111"),
        ("channel", ["phone", "email", "web"][number % 3]),
        ("category", ["product", "service", "delivery"][number % 3]),
        ("severity", ["minor", "major", "critical"][number % 3]),
        ("order", &order),
        ("product", "不锈钢阀门 DN50"),
        ("quantity", "120"),
        ("amount", &amount),
        ("delivered", "2026-11-10"),
        ("content", "到货后抽检 12 件漏水，三件螺纹不符，外箱破损；客户要求在一周内补发并承担运费，否则退货"),
        ("promised", "2026-11-25T17:30:00+08:00"),
        ("assignee", ["li.na", "wang.lei", "zhao.min"][number % 3]),
        ("note", "第二次同类投诉，见附件照片；车间已通知"),
    ];
    let steps = [
        ("register", Some("registered")),
        ("accept", Some("accepted")),
        ("assign", None),
        ("propose", Some("proposed")),
        ("close", Some("closed")),
    ];
    let taken = if number.is_multiple_of(50) { 2 } else { 5 };
    let history: Vec<Event> =
        steps[..taken].iter().enumerate().map(|(hours, (step, to))| event(&own, step, *to, hours)).collect();
    let state = history.iter().rev().find_map(|event| event.to.clone()).expect("a state");
    Record {
        id: own,
        kind: "complaint".into(),
        state,
        rules: Some("3f2a9c1b77d0".into()),
        fields: fields(shape, &values),
        history,
        overruled: Vec::new(),
    }
}

/// Writes a commit of these records with `git fast-import`.
fn import(
    dir: &Path,
    policy: &Policy,
    records: impl Iterator<Item = Record>,
    message: &str,
    from: Option<&str>,
) -> usize {
    let mut child = Command::new("git")
        .current_dir(dir)
        .args(["fast-import", "--quiet", "--force"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut bytes = 0;
    let mut out = std::io::BufWriter::new(child.stdin.take().expect("a pipe"));
    let put = || -> std::io::Result<()> {
        write!(
            out,
            "commit refs/heads/main\ncommitter Li Na <li.na@example.com> 1790000000 +0800\ndata {}\n{message}\n",
            message.len()
        )?;
        if let Some(from) = from {
            writeln!(out, "from {from}")?;
        }
        for record in records {
            let shape = &policy.kind(&record.kind).expect("a kind").shape;
            let text = record.write(shape);
            bytes += text.len();
            write!(out, "M 100644 inline {}\ndata {}\n{text}\n", record.id.path(&shape.folder), text.len())?;
        }
        out.flush()
    };
    put().expect("written");
    drop(out);
    assert!(child.wait().expect("ended").success());
    bytes
}

fn main() {
    let wanted = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(2_000);
    let policy = policy();
    let dir = tempfile::tempdir().expect("a folder");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(dir.path()).args(arguments).output().expect("git runs");
        assert!(output.status.success(), "{output:?}");
    };
    git(&["init", "-q", "-b", "main"]);
    let clients = (wanted / 10).max(1);
    let records =
        (0..clients).map(|n| client(&policy, n)).chain((0..wanted - clients).map(|n| complaint(&policy, n, clients)));
    let bytes = import(dir.path(), &policy, records, "all", None);
    let mut out = std::io::stdout();
    let mut say = |what: &str, took: Duration| {
        writeln!(out, "{what:<58} {:>10.2} ms", took.as_secs_f64() * 1000.0).expect("written");
    };
    let timed = |times: u32, work: &mut dyn FnMut()| {
        let mut best = Duration::MAX;
        for _ in 0..times {
            let begun = Instant::now();
            work();
            best = best.min(begun.elapsed());
        }
        best
    };
    let repo = Repo::discover(dir.path(), &Environment::default()).expect("a repository");
    let open = || Index::open(&repo, repo.tip().expect("a tip"), &policy, Location::Tip).expect("an index");
    say(&format!("{wanted} records of {} bytes: made anew", bytes / wanted), timed(1, &mut || drop(open())));
    let size = std::fs::metadata(repo.state_dir().join("index.sqlite")).expect("a file").len();
    say(&format!("(the file has {} MiB)", size >> 20), Duration::ZERO);
    say("opened as it is", timed(20, &mut || drop(open())));
    let index = open();
    let scope = Scope::question(
        "Asia/Shanghai".parse().expect("a zone"),
        policy.calendars.default(),
        parse_time("2026-11-22T12:00:00+08:00").expect("a time"),
    );
    let sort = [Sort { column: "opened".into(), descending: true }];
    for text in [
        "class=open",
        "class=closed",
        "class=open client.city=杭州",
        "amount=5000.. category=product",
        "content~不会有的",
        "order=SO-0000100",
        "accepted=2026-w10",
    ] {
        let filter = parse(text).and_then(|expr| expr.bind("complaint", &*policy, &scope)).expect("a filter");
        for (name, sort) in [("", &[][..]), (", latest first", &sort[..])] {
            let selection = Selection { sort, limit: Some(50), ..Selection::of("complaint").filtered(&filter) };
            let took = timed(5, &mut || drop(index.select(&selection).expect("an answer")));
            say(&format!("list {text}{name}, 50 rows"), took);
        }
    }
    let month = parse("opened=2025-10").and_then(|expr| expr.bind("complaint", &*policy, &scope)).expect("a filter");
    let selection = Selection::of("complaint").filtered(&month);
    let columns = ["id", "client", "category", "amount", "opened", "closed", "state"];
    say("a month's columns", timed(5, &mut || drop(index.values(&selection, &columns).expect("an answer"))));
    say("a month's whole records", timed(5, &mut || drop(index.select(&selection).expect("an answer"))));
    let all = Selection::of("complaint");
    say("columns of all", timed(2, &mut || drop(index.values(&all, &columns).expect("an answer"))));
    say("all whole records", timed(1, &mut || drop(index.select(&all).expect("an answer"))));
    let (from, until) = (parse_time("2025-10-01T00:00:00+08:00").ok(), parse_time("2025-11-01T00:00:00+08:00").ok());
    let query = EventQuery { from, until, ..EventQuery::default() };
    say("what a month touched", timed(5, &mut || drop(index.touched(&query).expect("an answer"))));
    say("a record", timed(20, &mut || drop(index.record(&id("C", 7)).expect("an answer"))));
    say("what names a client", timed(20, &mut || drop(index.linked(&id("K", 3), "complaint").expect("an answer"))));
    say(
        "query: count by state",
        timed(3, &mut || {
            drop(
                index
                    .query("select state, count(*) from complaint group by 1", &Limits::default(), None)
                    .expect("an answer"),
            )
        }),
    );
    import(
        dir.path(),
        &policy,
        (0..1).map(|n| {
            let mut one = complaint(&policy, n, clients);
            one.state = "accepted".into();
            one
        }),
        "one",
        Some("refs/heads/main^0"),
    );
    say(
        "a question while the file is of the commit before",
        timed(1, &mut || drop(index.record(&id("C", 7)).expect("an answer"))),
    );
    say("brought along by one commit", timed(1, &mut || drop(open())));
    let past = repo.named("main~1").expect("a commit");
    say(
        "the commit before, over it",
        timed(3, &mut || drop(Index::open(&repo, past, &policy, Location::Past).expect("an index"))),
    );
    let before = Index::open(&repo, past, &policy, Location::Past).expect("an index");
    let open_class = parse("class=open").and_then(|expr| expr.bind("complaint", &*policy, &scope)).expect("a filter");
    let selection = Selection { limit: Some(50), ..Selection::of("complaint").filtered(&open_class) };
    say("its list class=open, 50 rows", timed(3, &mut || drop(before.select(&selection).expect("an answer"))));
    say(
        "read with yaml_serde, one thread, without git",
        timed(1, &mut || {
            let texts: Vec<String> = (0..1000)
                .map(|n| {
                    let one = complaint(&policy, n, clients);
                    one.write(&policy.kind("complaint").expect("a kind").shape)
                })
                .collect();
            let begun = Instant::now();
            for text in &texts {
                let read: serde_yaml::Value = serde_yaml::from_str(text).expect("YAML");
                std::hint::black_box(read);
            }
            std::hint::black_box(begun.elapsed());
        }),
    );
}
