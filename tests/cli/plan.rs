//! Planning callbacks in the demonstration book.

use crate::sandbox::Sandbox;

#[test]
fn callbacks_are_planned_once_narrowed_and_shown_before() {
    let sandbox = Sandbox::empty();
    sandbox.json("demo book");
    let now = "-C book --now 2026-11-02T17:00+08:00";
    let head = sandbox.git("-C book rev-parse HEAD");
    let dry = sandbox.json(&format!("{now} --dry-run plan callbacks 2026-11 grade=key,A"));
    assert_eq!(sandbox.git("-C book rev-parse HEAD"), head);
    let made = sandbox.json(&format!("{now} plan callbacks 2026-11 grade=key,A"));
    assert_ne!(sandbox.git("-C book rev-parse HEAD"), head);
    let planned = made["data"]["planned"].as_array().expect("a list");
    assert!(planned.len() > 1, "{made}");
    let without_ids = |plan: &serde_json::Value| {
        let rows = plan["data"]["planned"].as_array().cloned().unwrap_or_default();
        rows.into_iter()
            .map(|mut row| {
                row["id"] = serde_json::Value::Null;
                row
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(without_ids(&dry), without_ids(&made));
    for row in planned {
        let shown = sandbox.json(&format!("-C book show {}", row["id"].as_str().expect("an id")));
        assert_eq!(shown["data"]["state"], "planned");
        assert_eq!(shown["data"]["due"], row["due"]);
        assert_eq!(shown["data"]["campaign"], row["campaign"]);
    }
    assert_eq!(sandbox.run(&format!("{now} plan callbacks 2026-11 grade=key,A")), "--- exit 0\n");
    let over = sandbox.run(&format!("{now} plan callbacks 2026-10"));
    assert!(over.ends_with("--- exit 2\n"), "{over}");
    let unknown = sandbox.run(&format!("{now} plan holidays"));
    assert!(unknown.ends_with("--- exit 2\n"), "{unknown}");
}
