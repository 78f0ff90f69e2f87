//! The manufacturer's procedure as its duties describe it (CP1 to CP16, RT1 to RT6, IM1, GP1), step by step: from
//! where to where, by whom, and whom four eyes bar. Nothing here is read from the preset.

/// A step of a kind. Without states it leads from any; without a target it changes none; without names it is
/// anybody's. In `by`, `step:` means who took that step, `field:` whom a field names, `department:` everybody of the
/// department that a field names, `authority` the person with the authority for the amount. In `eyes`, a bare name is
/// a step, whose last takers may not take this one.
pub(super) struct Rule {
    pub(super) kind: &'static str,
    pub(super) step: &'static str,
    pub(super) from: &'static [&'static str],
    pub(super) to: &'static [&'static str],
    pub(super) by: &'static [&'static str],
    pub(super) eyes: &'static [&'static str],
}

type Names = &'static [&'static str];

const OFFICERS: Names = &["complaint-officer", "cs-specialist", "cs-supervisor", "cs-manager"];
const WITH_SALES: Names = &["complaint-officer", "cs-specialist", "cs-supervisor", "cs-manager", "salesperson"];
const WITH_AFTER_SALES: Names =
    &["complaint-officer", "cs-specialist", "after-sales-specialist", "cs-supervisor", "cs-manager"];
const OFFICE: Names = &["vice-president", "gm-office"];
const ABOVE: Names = &["gm-office", "vice-president", "gm"];
const MANAGERS: Names = &["cs-manager", "vice-president", "gm"];
const SENDS_BACK: Names =
    &["complaint-officer", "cs-specialist", "cs-supervisor", "cs-manager", "gm-office", "vice-president", "gm"];
const VOIDS: Names = &["complaint-officer", "cs-supervisor", "cs-manager", "gm-office", "vice-president", "gm"];
const EDITS: Names = &[
    "complaint-officer",
    "cs-specialist",
    "cs-supervisor",
    "cs-manager",
    "after-sales-specialist",
    "salesperson",
    "qm",
    "gm-office",
    "gm",
    "finance",
    "step:register",
];
const DRAFTS: Names = &[
    "complaint-officer",
    "cs-specialist",
    "after-sales-specialist",
    "cs-supervisor",
    "cs-manager",
    "sales-clerk",
    "salesperson",
];
const CALLS: Names =
    &["field:assignee", "complaint-officer", "cs-specialist", "after-sales-specialist", "cs-supervisor"];
const CHECKS: Names = &["qm", "cs-specialist", "complaint-officer", "cs-supervisor", "cs-manager", "finance"];
const DRAWS_UP: Names =
    &["complaint-officer", "cs-specialist", "after-sales-specialist", "cs-supervisor", "cs-manager"];
const VOID_BY: Names = &["cs-supervisor", "cs-manager", "vice-president", "gm"];
const CORRECT: Names = &["warehouse", "finance", "gm-office", "vice-president", "gm"];
const CONCERNED_ABOUT: Names = &["field:about.about", "field:about.responsible"];
const CONCERNED_BY: Names = &["field:complaint.about", "field:complaint.responsible"];
const RESELLS: Names = &["salesperson", "sales-clerk", "sales-supervisor", "sales-manager"];
const MEASURES: Names = &["qm", "production", "rd", "cs-supervisor", "cs-manager", "gm-office", "vice-president", "gm"];
const TAKES: Names = &[
    "field:owner",
    "department:department",
    "qm",
    "production",
    "rd",
    "cs-supervisor",
    "cs-manager",
    "gm-office",
    "vice-president",
    "gm",
];
const UNDER_WAY: Names = &[
    "registered",
    "accepted",
    "investigated",
    "analysed",
    "proposed",
    "approved",
    "agreed",
    "decided",
    "waiting-client",
];
const AT_WORK: Names =
    &["registered", "accepted", "investigated", "analysed", "proposed", "approved", "agreed", "decided"];
const CAME_BACK: Names = &["received", "held", "reconciled", "settled"];

const CONCERNED: Names = &["field:about", "field:responsible"];
const NONE: Names = &[];

const fn rule(kind: &'static str, step: &'static str, from: Names, to: Names, by: Names, eyes: Names) -> Rule {
    Rule { kind, step, from, to, by, eyes }
}

/// Of two rules of one step the first that leads from the state counts. So a rule that leads from any state comes
/// last.
#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    rule("complaint", "register", NONE, &["registered"], NONE, NONE),
    rule("complaint", "accept", &["registered"], &["accepted"], OFFICERS, CONCERNED),
    rule("complaint", "decline", &["registered"], &["declined"], OFFICERS, CONCERNED),
    rule("complaint", "refile", &["registered"], &["analysed"], OFFICERS, CONCERNED),
    rule("complaint", "investigate", &["accepted"], &["investigated"], &["qm", "field:investigator"], &["field:about", "field:responsible", "department:department"]),
    rule("complaint", "report", &["investigated", "analysed"], NONE, &["qm", "field:investigator", "step:investigate"], NONE),
    rule("complaint", "instruct-report", &["investigated", "analysed"], NONE, &["gm"], CONCERNED),
    rule("complaint", "analyse", &["investigated"], &["analysed"], &["production", "department:department", "department:responsible"], NONE),
    rule("complaint", "instruct", &["analysed"], NONE, OFFICE, CONCERNED),
    rule("complaint", "opine", &["analysed"], NONE, &["rd"], NONE),
    rule("complaint", "review", &["analysed", "proposed", "agreed"], NONE, &["gm-office"], NONE),
    rule("complaint", "propose", &["analysed"], &["proposed"], WITH_AFTER_SALES, CONCERNED),
    rule("complaint", "approve", &["proposed"], &["approved"], &["authority"], &["propose", "field:about", "field:responsible"]),
    rule("complaint", "rework", &["proposed", "approved", "agreed", "decided"], &["analysed"], SENDS_BACK, CONCERNED),
    rule("complaint", "notify", &["approved", "agreed"], NONE, WITH_SALES, CONCERNED),
    rule("complaint", "agree", &["approved"], &["agreed"], WITH_SALES, CONCERNED),
    rule("complaint", "refuse", &["approved", "agreed", "decided"], &["refused"], WITH_SALES, CONCERNED),
    rule("complaint", "check", &["agreed"], NONE, &["cs-supervisor", "cs-manager"], &["agree", "field:about", "field:responsible"]),
    rule("complaint", "decide", &["agreed"], &["decided"], &["authority"], &["propose", "field:about", "field:responsible"]),
    rule("complaint", "verify", &["decided"], NONE, &["qm", "field:investigator"], CONCERNED),
    rule("complaint", "close", &["decided"], &["closed"], OFFICERS, CONCERNED),
    rule("complaint", "confirm", &["closed"], &["confirmed"], WITH_AFTER_SALES, CONCERNED),
    rule("complaint", "reopen", &["declined", "closed", "confirmed", "withdrawn", "lapsed"], &["accepted"], WITH_AFTER_SALES, CONCERNED),
    rule("complaint", "withdraw", UNDER_WAY, &["withdrawn"], OFFICERS, CONCERNED),
    rule("complaint", "wait", AT_WORK, &["waiting-client"], WITH_AFTER_SALES, CONCERNED),
    rule("complaint", "resume", &["waiting-client"], AT_WORK, WITH_AFTER_SALES, CONCERNED),
    rule("complaint", "remind", &["waiting-client"], NONE, OFFICERS, CONCERNED),
    rule("complaint", "lapse", &["waiting-client"], &["lapsed"], OFFICERS, CONCERNED),
    rule("complaint", "assign", UNDER_WAY, NONE, &["cs-supervisor", "cs-manager", "complaint-officer"], CONCERNED),
    rule("complaint", "promise", UNDER_WAY, NONE, OFFICERS, CONCERNED),
    rule("complaint", "contain", AT_WORK, NONE, NONE, NONE),
    rule("complaint", "attribute", &["agreed", "decided", "refused", "closed", "confirmed"], NONE, &["gm-office"], CONCERNED),
    rule("complaint", "escalate", UNDER_WAY, NONE, NONE, NONE),
    rule("complaint", "apologise", NONE, NONE, WITH_SALES_AND_AFTER, NONE),
    rule("complaint", "edit", NONE, NONE, EDITS, CONCERNED),
    rule("complaint", "void", NONE, &["void"], VOID_BY, CONCERNED),
    rule("return", "void", NONE, &["void"], VOID_BY, CONCERNED_BY),
    rule("allowance", "void", NONE, &["void"], VOID_BY, CONCERNED_BY),
    rule("task", "void", NONE, &["void"], VOID_BY, CONCERNED_ABOUT),
    rule("callback", "void", NONE, &["void"], VOID_BY, CONCERNED_ABOUT),
    rule("measure", "void", NONE, &["void"], VOID_BY, &["field:owner"]),
    rule("return", "correct", CAME_BACK, &["received"], CORRECT, &["receive", "field:complaint.about", "field:complaint.responsible"]),
    rule("return", "draft", &["ordered"], &["drafted"], DRAWS_UP, CONCERNED_BY),
    rule("return", "draft", NONE, &["drafted"], DRAFTS, NONE),
    rule("return", "order", NONE, &["ordered"], NONE, NONE),
    rule("return", "approve", &["drafted"], &["approved"], MANAGERS, &["draft", "field:complaint.about", "field:complaint.responsible"]),
    rule("return", "receive", &["approved"], &["received"], &["warehouse"], &["draft", "approve"]),
    rule("return", "reconcile", &["received"], &["held", "reconciled"], &["finance"], &["receive"]),
    rule("return", "prove", &["approved", "received", "held", "reconciled"], NONE, DRAWS_UP, CONCERNED_BY),
    rule("return", "instruct", &["approved"], NONE, ABOVE, CONCERNED_BY),
    rule("return", "instruct", &["held"], &["reconciled"], ABOVE, &["reconcile", "field:complaint.about", "field:complaint.responsible"]),
    rule("return", "settle", &["reconciled"], &["settled"], &["finance"], NONE),
    rule("return", "cancel", &["ordered", "drafted", "approved"], &["cancelled"], VOIDS, CONCERNED_BY),
    rule("return", "resell", CAME_BACK, NONE, RESELLS, NONE),
    rule("return", "assess", CAME_BACK, NONE, &["finance"], &["resell", "field:complaint.about", "field:complaint.responsible"]),
    rule("return", "edit", NONE, NONE, NONE, NONE),
    rule("allowance", "draft", &["ordered"], &["drafted"], DRAWS_UP, CONCERNED_BY),
    rule("allowance", "draft", NONE, &["drafted"], DRAFTS, NONE),
    rule("allowance", "order", NONE, &["ordered"], NONE, NONE),
    rule("allowance", "prove", &["approved", "signed"], NONE, DRAWS_UP, CONCERNED_BY),
    rule("allowance", "approve", &["drafted"], &["approved"], MANAGERS, &["draft", "field:complaint.about", "field:complaint.responsible"]),
    rule("allowance", "sign", &["approved"], &["signed"], WITH_AFTER_SALES, NONE),
    rule("allowance", "settle", &["signed"], &["settled"], &["finance"], &["sign"]),
    rule("allowance", "cancel", &["ordered", "drafted", "approved", "signed"], &["cancelled"], VOIDS, CONCERNED_BY),
    rule("allowance", "edit", NONE, NONE, NONE, NONE),
    rule("task", "assign", &["open", "done"], &["open"], &["cs-supervisor", "cs-manager", "step:assign", "department:department"], NONE),
    rule("task", "assign", NONE, &["open"], NONE, NONE),
    rule("task", "complete", &["open"], &["done"], &["field:assignee", "department:department"], NONE),
    rule("task", "check", &["done"], &["checked"], CHECKS, &["complete", "field:assignee", "field:about.about", "field:about.responsible"]),
    rule("task", "cancel", &["open", "done"], &["cancelled"], &["step:assign", "cs-supervisor", "cs-manager"], NONE),
    rule("task", "edit", NONE, NONE, NONE, NONE),
    rule("measure", "open", &["drafted"], &["open"], TAKES, NONE),
    rule("measure", "open", NONE, &["open"], MEASURES, NONE),
    rule("measure", "join", &["drafted", "open"], NONE, MEASURES, NONE),
    rule("measure", "date", &["drafted", "open"], NONE, &["gm-office"], NONE),
    rule("measure", "complete", &["open"], &["done"], &["field:owner"], NONE),
    rule("measure", "verify", &["done"], &["verified"], &["qm", "gm-office"], &["field:owner", "complete"]),
    rule("measure", "fail", &["done", "verified"], &["open"], &["qm", "gm-office"], NONE),
    rule("callback", "plan", NONE, &["planned"], NONE, NONE),
    rule("callback", "complete", &["planned"], &["done"], CALLS, &["field:about.about", "field:about.responsible"]),
    rule("callback", "record", &["done"], &["recorded"], CALLS, &["field:about.about", "field:about.responsible"]),
    rule("callback", "attempt", &["planned"], NONE, NONE, NONE),
    rule("callback", "give-up", &["planned"], &["unreachable"], NONE, NONE),
    rule("callback", "retry", &["unreachable"], &["planned"], NONE, NONE),
    rule("callback", "assign", &["planned", "done"], NONE, NONE, NONE),
    rule("callback", "edit", NONE, NONE, NONE, NONE),
    rule("measure", "edit", NONE, NONE, NONE, NONE),
    rule("callback", "cancel", &["planned"], &["cancelled"], &["cs-supervisor", "cs-manager"], NONE),
];

const WITH_SALES_AND_AFTER: Names =
    &["complaint-officer", "cs-specialist", "after-sales-specialist", "cs-supervisor", "cs-manager", "salesperson"];

/// Who may enter what others have written and signed: role and steps. No step that approves or decides is among them.
pub(super) const CLERKS: &[(&str, Names)] = &[
    ("sales-clerk", &["complaint:register", "client:register", "client:update"]),
    (
        "complaint-officer",
        &[
            "complaint:register",
            "complaint:investigate",
            "complaint:report",
            "complaint:analyse",
            "complaint:instruct",
            "complaint:opine",
            "complaint:contain",
            "callback:record",
        ],
    ),
];

/// After one of these steps, nobody who took a step of the record may say that it was registered by mistake.
pub(super) const SECOND: &[(&str, Names)] = &[
    ("complaint", &["approve", "decide", "attribute"]),
    ("return", &["approve", "receive", "reconcile", "settle"]),
    ("allowance", &["approve", "sign", "settle"]),
    ("task", &["complete"]),
    ("callback", &["record"]),
    ("measure", &["verify"]),
];

/// The roles that decide, from the lowest: up to which amount, and whether on compensation too (CP7).
pub(super) const LEVELS: &[(&str, Option<i64>, bool)] =
    &[("cs-manager", Some(5_000), true), ("vice-president", Some(50_000), false), ("gm", None, true)];

/// Who goes on if everybody else who could is charged with the case: steps of complaints and the roles in their order
/// (GP1). All other steps with `CONCERNED` eyes then belong to the management, from the vice president on.
pub(super) const INSTEAD: &[(&str, Names)] = &[
    ("investigate", &["gm-office", "gm", "vice-president"]),
    ("verify", &["gm-office", "gm", "vice-president"]),
    ("instruct-report", &["vice-president", "gm-office"]),
    ("instruct", &["gm", "cs-manager"]),
    ("approve", &["gm", "vice-president", "gm-office"]),
    ("decide", &["gm", "vice-president", "gm-office"]),
    ("rework", &["gm", "vice-president"]),
    ("attribute", &["gm", "vice-president"]),
    ("edit", &["gm", "vice-president"]),
];
pub(super) const MANAGEMENT: Names = &["vice-president", "gm", "gm-office"];

/// What must have come before: kind and step, the state since whose entry, the category that it applies to, the
/// steps.
pub(super) const BEFORE: &[(&str, &str, &str, Option<&str>, Names)] = &[
    ("complaint", "instruct-report", "investigated", None, &["report"]),
    ("complaint", "instruct", "investigated", None, &["instruct-report"]),
    ("complaint", "propose", "analysed", None, &["review"]),
    ("complaint", "propose", "analysed", Some("product"), &["opine"]),
    ("complaint", "propose", "investigated", None, &["instruct"]),
    ("complaint", "approve", "proposed", None, &["review"]),
    ("complaint", "decide", "agreed", None, &["check", "review"]),
    ("complaint", "close", "decided", None, &["verify"]),
    ("complaint", "lapse", "waiting-client", None, &["remind"]),
];

/// How often a silent client is reminded before the case lapses, and how many working days the client has to answer,
/// at first and after each reminder (GP4).
pub(super) const REMINDERS: usize = 2;
pub(super) const SILENCE: usize = 3;
