//! What `query` shows and refuses.

use serde_json::json;

use super::world::{Dice, Files, World, random_record};
use crate::book::index::{Index, IndexError, Limits, Location};
use crate::record::Value;

fn world() -> (World, Index) {
    let mut world = World::new();
    let policy = world.policies[0].clone();
    let mut files = Files::new();
    let shape = &policy.kind("complaint").expect("a kind").shape;
    let id: crate::record::Id = "C-261122-7K3F2".parse().expect("an id");
    let mut record = random_record(shape, id, &mut Dice(1));
    for (name, text) in
        [("amount", "5000.10"), ("contact", "王女士"), ("client", "K-260301-9XQ4M"), ("sensitive", "yes")]
    {
        let field = shape.field_id(name).expect("a field");
        record.fields.set(field, Value::from_stored(&shape.field(field).ty, text).expect("a value"));
    }
    record.history.truncate(1);
    record.history[0].at = crate::record::parse_time("2026-11-22T01:31:00Z").expect("a time");
    record.state = record.history[0].to.clone().expect("the first leads to a state");
    files.insert(record.id.path(&shape.folder), record.write(shape).into_bytes());
    let head = world.head();
    let commit = world.commit(files, 0, Some(head));
    let index = world.open(&world.repo(), commit, Location::Tip);
    (world, index)
}

#[test]
fn values_are_as_people_write_them_and_private_ones_masked() {
    let (_world, index) = world();
    let sql = "select id, amount, contact, opened, sensitive, by is not null from complaint";
    let answer = index.query(sql, &Limits::default(), None).expect("an answer");
    assert_eq!(answer.columns[..4], ["id", "amount", "contact", "opened"]);
    assert_eq!(
        answer.rows,
        [vec![json!("C-261122-7K3F2"), json!(5000.1), json!("***"), json!("2026-11-22T09:31:00"), json!(1), json!(1)]]
    );
    let open = Limits { private: true, ..Limits::default() };
    assert_eq!(index.query("select contact from complaint", &open, None).expect("an answer").rows, [[json!("王女士")]]);
    let linked = index.query(
        "select c.id, k.target from complaint c join links k using (id) where field = 'client'",
        &open,
        None,
    );
    assert_eq!(linked.expect("an answer").rows, [[json!("C-261122-7K3F2"), json!("K-260301-9XQ4M")]]);
    let events = index.query("select kind, at, count(*) from events", &open, None).expect("an answer");
    assert_eq!(events.rows, [[json!("complaint"), json!("2026-11-22T09:31:00"), json!(1)]]);
    let fields =
        index.query("select name from pragma_table_info('complaint') where name = 'external_number'", &open, None);
    assert_eq!(fields.expect("an answer").rows, [[json!("external_number")]]);
}

#[test]
fn nothing_is_written_and_nothing_reached_around_the_views() {
    let (_world, index) = world();
    for sql in [
        "delete from complaint",
        "update complaint set state = 'x'",
        "drop table \"kind:complaint\"",
        "create table t (a)",
        "create temp table t (a)",
        "attach 'x.db' as x",
        "pragma journal_mode = delete",
        "pragma query_only",
        "begin",
        "commit",
        "vacuum into 'x.db'",
        "select * from \"kind:complaint\"",
        "select * from main.[KIND:complaint]",
        "with complaint as (select contact from `kind:complaint`) select * from complaint",
        "select * from sqlite_master",
        "select * from pragma_table_list",
        "select load_extension('x')",
        "select 1; select 2",
        "select * from nothing",
        "select",
        "",
    ] {
        match index.query(sql, &Limits::default(), None) {
            Err(IndexError::Query(message)) => assert!(!message.en.is_empty() && !message.zh.is_empty()),
            other => panic!("{sql}: {other:?}"),
        }
    }
    // and it gives the same answers as before
    assert_eq!(
        index.query("select count(*) from complaint", &Limits::default(), None).expect("an answer").rows,
        [[json!(1)]]
    );
}

#[test]
fn what_runs_too_long_or_answers_too_much_is_ended() {
    let (_world, index) = world();
    let endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select";
    let brief = Limits { time: std::time::Duration::from_millis(50), ..Limits::default() };
    let small = Limits { bytes: 1 << 16, ..Limits::default() };
    let few = Limits { rows: 3, ..Limits::default() };
    let of_rows = |rows: usize| format!("{endless} i from n limit {rows}");
    assert_eq!(index.query(&of_rows(3), &few, None).unwrap().rows.len(), 3);
    let long = "select replace(printf('%100000d', 1), ' ', printf('%1000d', 1))".to_owned();
    for (sql, limits) in [
        (format!("{endless} count(*) from n"), brief),
        (format!("{endless} i from n"), small),
        (of_rows(4), few),
        (long, Limits::default()),
    ] {
        assert!(matches!(index.query(&sql, &limits, None), Err(IndexError::Bound(_))), "{sql}");
    }
    assert!(index.query("select zeroblob(1000000000)", &Limits::default(), None).is_err());
}

#[test]
fn what_would_group_or_compare_masked_values_is_refused() {
    let (_world, index) = world();
    for sql in
        ["select contact, count(*) from complaint group by 1", "select id from complaint where contact = '王女士'"]
    {
        match index.query(sql, &Limits::default(), None) {
            Err(IndexError::Private(column)) => assert_eq!(column, "contact"),
            other => panic!("{sql}: {other:?}"),
        }
        let open = Limits { private: true, ..Limits::default() };
        assert_eq!(index.query(sql, &open, None).expect("an answer").rows.len(), 1, "{sql}");
    }
}
