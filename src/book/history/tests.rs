//! History made by the program has no findings. `basic` and `manufacturer` check that each forgery is found by its
//! rule.

mod basic;
mod beginning;
mod clocks;
mod commits;
mod forging;
mod manufacturer;
mod meanwhile;
mod merges;
mod messages;
mod notices;
mod opened;
mod owners;
mod planned;
mod procedure;
mod redundant;
mod together;
mod undos;
mod unread;
mod values;
mod windows;

use super::AuditScope;
use super::ground::{Ground, Line, own, person, request, time};
use crate::lifecycle::{Actor, Arrival};
use crate::record::Id;
use forging::{staff, with};

const CASE: Line<'_> = &[("channel", "phone"), ("content", "到货后抽检 12 件漏水")];

struct Base {
    ground: Ground,
    client: Id,
    /// Registered, accepted, proposed for 3,000, approved.
    approved: Id,
    /// Registered.
    fresh: Id,
    /// Proposed for 3,000 by li.na.
    own: Id,
    /// Proposed for 90,000 by zhao.yun.
    dear: Id,
    /// Imported as registered on 10 November.
    old: Id,
}

fn proposed(ground: &Ground, client: &Id, by: &str, amount: &str) -> Id {
    let id = ground.make("li.na", "complaint", &with(CASE, &[("client", client.as_str())]));
    ground.step("li.na", &id, "accept", &[("promised", "2026-11-27T17:30:00+08:00"), ("#note", "已电话告知等待时间")]);
    let remedies: &[Line<'_>] = &[&[("kind", "compensation"), ("amount", amount)]];
    ground.step_as(own(by), &id, "propose", &[], &[("remedies", remedies)]);
    id
}

fn base() -> Base {
    let ground = Ground::new();
    staff(&ground, "wang.lei", "wang.lei", &[&[("role", "gm")], &[("role", "sales-clerk")]]);
    staff(&ground, "wang.lei", "li.na", &[&[("role", "cs-manager")], &[("role", "complaint-officer")]]);
    staff(&ground, "wang.lei", "zhao.yun", &[]);
    staff(&ground, "wang.lei", "chen.xi", &[&[("role", "complaint-officer"), ("until", "2026-11-22")]]);
    let client = ground.make("li.na", "client", &[("name", "杭州精密机械")]);
    let approved = proposed(&ground, &client, "zhao.yun", "3000.00");
    ground.step("li.na", &approved, "approve", &[]);
    let fresh = ground.make("li.na", "complaint", &with(CASE, &[("client", client.as_str()), ("#key", "12315-1")]));
    let own_case = proposed(&ground, &client, "li.na", "3000.00");
    let dear = proposed(&ground, &client, "zhao.yun", "90000.00");
    let old = ground.write("li.na", |w| {
        let fields = with(CASE, &[("client", client.as_str())]);
        let request = request(w.view.policy(), "complaint", "import", own("li.na"), &fields, &[]);
        let stages = vec![(time("2026-11-10T09:00:00+08:00"), "registered".to_owned())];
        Ok(w.operation.import("complaint", None, &Arrival { stages, running: false }, &request)?)
    });
    Base { ground, client, approved, fresh, own: own_case, dear, old }
}

#[test]
fn what_the_program_makes_is_clean() {
    let base = base();
    let (ground, client) = (&base.ground, base.client.as_str());
    let deputy: &[Line<'_>] = &[&[("person", "wang.lei"), ("from", "2026-11-23"), ("until", "2026-11-30")]];
    ground.step_as(own("li.na"), &person("li.na"), "change", &[], &[("deputy", deputy)]);
    // The real time of a step, and changes without a step.
    let earlier = (ground.now() - chrono::TimeDelta::minutes(3)).to_rfc3339();
    let given = [("promised", "2026-11-26T12:00:00+08:00"), ("#on", earlier.as_str())];
    ground.step("li.na", &base.fresh, "accept", &given);
    ground.step("zhao.yun", &base.fresh, "edit", &[("severity", "major"), ("order", "SO-1")]);
    ground.step("zhao.yun", &base.fresh, "edit", &[("order", "")]);
    // Four eyes and authority: as deputy, in the principal's name, and through a clerk.
    ground.step("wang.lei", &base.dear, "approve", &[]);
    ground.step("wang.lei", &base.old, "decline", &[("decline-reason", "不属本公司产品")]);
    let clerk = Actor { person: person("zhao.yun"), typist: person("wang.lei") };
    let typed = ground.write("wang.lei", |w| {
        let fields = with(CASE, &[("client", client)]);
        let request = request(w.view.policy(), "complaint", "", clerk, &fields, &[]);
        Ok(w.operation.create("complaint", None, &request)?)
    });
    let stand_in = Actor { person: person("li.na"), typist: person("wang.lei") };
    ground.step_as(stand_in.clone(), &typed, "decline", &[("decline-reason", "重复")], &[]);
    // A step that opens a record, also in the principal's name. The new record is changed before anything is written.
    ground.step("li.na", &base.approved, "agree", &[]);
    ground.write("wang.lei", |w| {
        let policy = w.view.policy();
        w.operation.advance(&base.approved, &request(policy, "complaint", "close", stand_in, &[], &[]))?;
        let opened = w.operation.lookup().linked(&base.approved, "callback").expect("answers");
        let later = request(policy, "callback", "edit", own("wang.lei"), &[("due", "2026-12-09")], &[]);
        Ok(w.operation.edit(&opened[0].id, &later)?)
    });
    // Several records in one commit. One needs another that comes later by path.
    ground.write("li.na", |w| {
        let policy = w.view.policy();
        let ask = |kind: &str, step: &str, fields: Line<'_>| request(policy, kind, step, own("li.na"), fields, &[]);
        let client =
            w.operation.create("client", None, &ask("client", "", &[("name", "宁波阀门"), ("#key", "c-2")]))?;
        let call = [("client", client.as_str()), ("reason", "routine"), ("due", "2026-12-01")];
        let call = w.operation.create("callback", None, &ask("callback", "", &call))?;
        w.operation.edit(&call, &ask("callback", "edit", &[("due", "2026-12-02")]))?;
        w.operation.edit(&call, &ask("callback", "edit", &[("due", "2026-12-03")]))?;
        let case = with(CASE, &[("client", client.as_str())]);
        let case = w.operation.create("complaint", None, &ask("complaint", "", &case))?;
        w.operation.advance(&case, &ask("complaint", "accept", &[("promised", "2026-11-27T12:00:00+08:00")]))?;
        w.operation.advance(&case, &ask("complaint", "wait", &[]))?;
        w.operation.advance(&case, &ask("complaint", "resume", &[]))?;
        Ok(w.operation.edit(&client, &ask("client", "edit", &[("city", "宁波")]))?)
    });
    // Stages of an import.
    ground.write("li.na", |w| {
        let fields = with(CASE, &[("client", client), ("promised", "2026-01-09T12:00:00+08:00"), ("#key", "old-7")]);
        let request = request(w.view.policy(), "complaint", "import", own("li.na"), &fields, &[]);
        let stage = |at: &str, state: &str| (time(at), state.to_owned());
        let stages =
            vec![stage("2026-01-05T09:00:00+08:00", "registered"), stage("2026-01-06T10:00:00+08:00", "accepted")];
        Ok(w.operation.import("complaint", None, &Arrival { stages, running: false }, &request)?)
    });
    // The policy is changed separately. Records that were opened before are worked on afterwards.
    let file = "policy/kinds/complaint.toml";
    let text =
        ground.read(file).replace("asks = [\"containment\"]", "asks = [\"containment\"]\nwhen = \"severity=major\"");
    ground.put(file, &(text + "\n[fields.shelf]\ntype = \"text\"\n"));
    ground.commit("li.na", "Contain what is major, and say where it lies");
    ground.step("li.na", &base.fresh, "contain", &[("containment", "停止发货"), ("shelf", "A-3")]);
    ground.make("li.na", "complaint", &with(CASE, &[("client", client)]));
    // A step that is taken back.
    ground.step("li.na", &base.fresh, "withdraw", &[]);
    let undone = ground.git(&["rev-parse", "HEAD"]);
    ground.git(&["revert", "--no-commit", "HEAD"]);
    ground.take_back("li.na", &undone);
    ground.step("zhao.yun", &base.fresh, "wait", &[]);
    // Two clones meet.
    ground.git(&["checkout", "-q", "-b", "side"]);
    ground.step("li.na", &base.own, "withdraw", &[]);
    ground.git(&["checkout", "-q", "main"]);
    ground.step("zhao.yun", &base.fresh, "resume", &[]);
    ground.git(&["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    ground.step("wang.lei", &person("chen.xi"), "leave", &[]);
    let found = ground.audit();
    assert!(found.is_empty(), "{found:#?}");
    // Any part of it is as clean as the whole.
    let since = AuditScope {
        since: Some(ground.git(&["rev-parse", "main~9"]).parse().expect("an id")),
        ..AuditScope::default()
    };
    let path = base.fresh.path("complaints");
    let record = AuditScope { record: Some((base.fresh.clone(), path)), ..AuditScope::default() };
    for scope in [since, record] {
        let found = ground.audit_in(&scope);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn history_that_is_cut_off_is_said_to_be() {
    let base = base();
    let shallow = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", base.ground.top().display());
    let target = shallow.path().join("clone").display().to_string();
    base.ground.git(&["clone", "-q", "--depth", "4", &url, &target]);
    let repo = super::super::repo::Repo::discover(&shallow.path().join("clone"), &Default::default()).expect("opens");
    let audited = super::Book::over(repo).audit(&AuditScope::default(), &mut |_, _| {}).expect("readable");
    let rules: Vec<&str> = audited.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!((rules.as_slice(), audited.commits), (&["shallow"][..], 4), "{:#?}", audited.findings);
}
