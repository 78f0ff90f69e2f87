//! Which statements may be answered without private columns.

use super::{Views, misused};

fn views() -> Views {
    let mut views = Views::default();
    let columns = |names: &[&str]| -> Vec<(String, bool)> {
        names.iter().map(|name| (name.trim_start_matches('!').to_owned(), name.starts_with('!'))).collect()
    };
    views.insert("client", columns(&["id", "state", "name", "city", "!phone", "!contacts"]));
    views.insert("complaint", columns(&["id", "state", "client", "category", "amount", "!contact", "product"]));
    views.insert("diary", columns(&["id", "!note"]));
    views.insert_open("events");
    views
}

#[test]
fn a_private_column_may_be_shown_and_nothing_else() {
    let shows = [
        "select phone from client",
        "select * from client",
        "select c.* from client c order by c.name",
        "select id, phone as number from client where city = '杭州' order by name",
        "select k.phone, c.amount from complaint c join client k on k.id = c.client",
        "select phone from (select * from client where state = 'active') order by name",
        "with k as (select id, phone, city from client) select city, count(*) from k group by city",
        "select city, count(*) n from client group by 1 order by 2 desc",
        "select phone, city from client order by 2",
        "select category, sum(amount) from complaint where product like '%phone%' group by category having count(*) > 1",
        "select name, (select count(*) from complaint c where c.client = k.id) from client k",
        "select name from client k where exists (select * from complaint c where c.client = k.id)",
        "select id from client union select client from complaint",
        "select phone from client union all select contact from complaint",
        "select count(*) from (select * from client)",
        "select distinct city from client -- not the phone\n where /* phone */ city is not null",
        "select note, count(*) from events group by note",
        "with e as (select * from events) select note, count(*) from e group by note",
        "select value, count(*) from complaint, json_each(complaint.category) group by value",
        "select \"phone\" from \"client\"",
        "select product phone, count(*) from complaint group by product",
        "explain query plan select phone from client",
        "select max(amount) over (partition by category order by id) from complaint",
        "select id from complaint where category is distinct from product",
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 9) select i from n",
        "select upper(city) phone from client",
        "delete from client where phone = 1",
    ];
    for sql in shows {
        assert_eq!(misused(sql, &views()), None, "{sql}");
    }
    let refused = [
        ("select phone, count(*) from client group by phone", "phone"),
        ("SELECT Phone, COUNT(*) FROM Client GROUP BY 1", "phone"),
        ("select phone p, count(*) from client group by p", "p"),
        ("select count(*) from client group by \"phone\"", "phone"),
        ("select count(*) from client group by [client].[phone]", "phone"),
        ("select distinct phone from client", "phone"),
        ("select distinct * from client", "phone"),
        ("select distinct k.* from complaint c, client k", "phone"),
        ("select name from client order by phone", "phone"),
        ("select * from client order by 5", "phone"),
        ("select name from client where phone = '139'", "phone"),
        ("select name from client where client.phone like '139%'", "phone"),
        ("select name from client where phone is null", "phone"),
        ("select name from client where city = '杭州' and contacts glob '*王*'", "contacts"),
        ("select c.id from complaint c join client k on k.phone = c.contact", "phone"),
        ("select 1 from complaint c join client k on c.client = k.id and length(c.contact) > 3", "contact"),
        ("select 1 from client a join client b using (phone)", "phone"),
        ("select 1 from client a natural join client b", "phone"),
        ("select 1 from events e join diary d using (id) where note = 'x'", "note"),
        ("select city from client group by city having max(phone) > '1'", "phone"),
        ("select max(phone) from client", "phone"),
        ("select count(distinct phone) from client", "phone"),
        ("select lower(phone) from client", "phone"),
        ("select phone || '' from client", "phone"),
        ("select (phone) from client", "phone"),
        ("select case when phone = '1' then 1 end from client", "phone"),
        ("select group_concat(phone, ',') from client", "phone"),
        ("select row_number() over (order by phone) from client", "phone"),
        ("select sum(1) over w from client window w as (partition by phone)", "phone"),
        ("select json_extract(contacts, '$[0].name') from client", "contacts"),
        ("select value from client, json_each(client.contacts)", "contacts"),
        ("select phone from client union select contact from complaint", "phone"),
        ("select id from client intersect select contact from complaint", "contact"),
        ("select name from client where id in (select contact from complaint)", "contact"),
        ("select name from client where name = (select contact from complaint limit 1)", "contact"),
        ("select x from (select phone as x from client) group by x", "x"),
        ("select count(*) from (select distinct phone from client)", "phone"),
        ("with k as (select phone as p from client) select p, count(*) from k group by p", "p"),
        ("with k(a, b) as (select id, phone from client) select b, count(*) from k group by b", "b"),
        ("with k as not materialized (select * from client) select distinct phone from k", "phone"),
        ("with recursive n(i) as (select phone from client union all select i from n) select i from n group by i", "i"),
        (
            "with recursive n(i, j) as (select id, phone from client union all select j, i from n) select count(distinct i) from n",
            "i",
        ),
        ("select b from (select id b from client union all select phone from client) group by b", "b"),
        ("select 1 from complaint c where exists (select 1 from client where phone = c.product)", "phone"),
        ("select (select k.phone from client k) from complaint", "phone"),
        ("select name from client k order by (select 1 from complaint where k.phone = product)", "phone"),
        ("select 1 from (client k join complaint c on c.client = k.id) where k.phone = 1", "phone"),
        ("select 1 from 'client' where 'client'.'phone' = 1", "phone"),
        ("select name from main.client where main.client.phone = 1", "phone"),
        ("select name from nowhere x where y.phone = 1", "phone"),
        ("select phone from client limit (select length(phone) from client)", "phone"),
        ("values ((select max(phone) from client))", "phone"),
        ("select `phone` /* x */ , count ( * ) from client group\nby -- y\n phone", "phone"),
    ];
    for (sql, column) in refused {
        assert_eq!(misused(sql, &views()).as_deref(), Some(column), "{sql}");
    }
}

#[test]
fn where_nothing_is_private_nothing_is_looked_at() {
    let mut open = Views::default();
    open.insert("client", [("phone".to_owned(), false)]);
    assert_eq!(misused("select phone from client group by phone", &open), None);
}
