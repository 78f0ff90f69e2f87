//! The presets' files as they are built into the program: one entry and one folder a preset.

use super::{File, Preset};

/// A file of `src/policy/presets/FOLDER/` that goes to `policy/`.
macro_rules! policy {
    ($folder:literal, $path:literal) => {
        File { path: concat!("policy/", $path), text: include_str!(concat!("../presets/", $folder, "/", $path)) }
    };
}

/// A file of `src/policy/presets/FOLDER/` that goes to the same place in the book.
macro_rules! top {
    ($folder:literal, $path:literal) => {
        File { path: $path, text: include_str!(concat!("../presets/", $folder, "/", $path)) }
    };
}

/// What the presets share.
pub(super) const BASE: &[File] = &[
    top!("base", "calendar/cn.ics"),
    policy!("base", "acting.toml"),
    policy!("base", "calendar.toml"),
    policy!("base", "callbacks.toml"),
    policy!("base", "departments.toml"),
    top!("base", "forms/forms.toml"),
    top!("base", "forms/callback-record.html"),
    top!("base", "forms/client-file.html"),
    top!("base", "forms/complaint-handling.html"),
    top!("base", "forms/complaint-registration.html"),
    top!("base", "forms/complaint-slip.html"),
    top!("base", "forms/acceptance-letter.html"),
    top!("base", "forms/decline-letter.html"),
    top!("base", "forms/result-letter.html"),
    top!("base", "forms/corrective-notice.html"),
    top!("base", "forms/expedite-notice.html"),
    top!("base", "forms/page.html"),
    top!("base", "forms/parts.html"),
    top!("base", "forms/sheet.html"),
    policy!("base", "kinds/callback.toml"),
    policy!("base", "kinds/client.toml"),
    policy!("base", "kinds/closed-month.toml"),
    policy!("base", "kinds/complaint.toml"),
    policy!("base", "kinds/inquiry.toml"),
    policy!("base", "kinds/measure.toml"),
    policy!("base", "kinds/meeting.toml"),
    policy!("base", "kinds/notice.toml"),
    policy!("base", "kinds/plan.toml"),
    policy!("base", "kinds/rule-set.toml"),
    policy!("base", "kinds/staff.toml"),
    policy!("base", "kinds/survey.toml"),
    policy!("base", "kinds/task.toml"),
    policy!("base", "notices.toml"),
    policy!("base", "recording.toml"),
    policy!("base", "reports.toml"),
    top!("base", "reports/closing.toml"),
    policy!("base", "roles.toml"),
    policy!("base", "sharing.toml"),
    top!("base", "reports/after-sales.toml"),
    top!("base", "reports/callbacks.toml"),
    top!("base", "reports/daily.toml"),
    top!("base", "reports/inquiries.toml"),
    top!("base", "reports/lessons.toml"),
    top!("base", "reports/monthly.toml"),
    top!("base", "reports/quarterly.toml"),
    top!("base", "reports/satisfaction.toml"),
    top!("base", "reports/tracking.toml"),
    top!("base", "reports/trends.toml"),
    top!("base", "reports/voice.toml"),
];

/// Kinds of the base that small books and manufacturers do without.
const FURTHER: &[&str] =
    &["policy/kinds/meeting.toml", "policy/kinds/plan.toml", "policy/kinds/rule-set.toml", "policy/kinds/survey.toml"];

/// Every preset, the default first.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "basic",
        label: ("Basic", "基础版"),
        help: (
            "a short lifecycle, and anyone may do everything: for small teams, and for trying things",
            "流程简短，人人可办理：适合小团队与试用",
        ),
        without: FURTHER,
        overlay: &[policy!("basic", "acting.toml"), policy!("basic", "authority.toml")],
    },
    Preset {
        name: "manufacturer",
        label: ("Manufacturer", "制造业"),
        help: (
            "complaints go from department to department and are decided by amount; goods come back, losses are shared",
            "投诉逐部门会办、按金额核决，退货、折让与损失分摊齐备",
        ),
        without: FURTHER,
        overlay: &[
            policy!("manufacturer", "acting.toml"),
            policy!("manufacturer", "authority.toml"),
            top!("manufacturer", "forms/forms.toml"),
            top!("manufacturer", "forms/allowance-certificate.html"),
            top!("manufacturer", "forms/employee-notice.html"),
            top!("manufacturer", "forms/return-certificate.html"),
            top!("manufacturer", "forms/return-slip.html"),
            top!("manufacturer", "forms/tax.html"),
            policy!("manufacturer", "deductions.toml"),
            policy!("manufacturer", "kinds/allowance.toml"),
            policy!("manufacturer", "kinds/callback.toml"),
            policy!("manufacturer", "kinds/client.toml"),
            policy!("manufacturer", "kinds/closed-month.toml"),
            policy!("manufacturer", "kinds/complaint.toml"),
            policy!("manufacturer", "kinds/inquiry.toml"),
            policy!("manufacturer", "kinds/invoice.toml"),
            policy!("manufacturer", "kinds/measure.toml"),
            policy!("manufacturer", "kinds/notice.toml"),
            policy!("manufacturer", "kinds/return.toml"),
            policy!("manufacturer", "kinds/sanction.toml"),
            policy!("manufacturer", "kinds/staff.toml"),
            policy!("manufacturer", "kinds/task.toml"),
            policy!("manufacturer", "notices.toml"),
            policy!("manufacturer", "recurring.toml"),
            policy!("manufacturer", "reports.toml"),
            top!("manufacturer", "reports/closing.toml"),
            top!("manufacturer", "reports/monthly.toml"),
            policy!("manufacturer", "sharing.toml"),
        ],
    },
    Preset {
        name: "agency",
        label: ("Advertising agency", "广告公司"),
        help: (
            "client archives with their clocks, contracts asked after, callbacks by publication, surveys, service meetings",
            "客户档案按时建立更新，合同跟踪询问，上刊后回访，满意度调查与季度服务会议",
        ),
        without: &["policy/kinds/plan.toml"],
        overlay: &[
            policy!("agency", "acting.toml"),
            policy!("agency", "authority.toml"),
            policy!("agency", "callbacks.toml"),
            policy!("agency", "deductions.toml"),
            policy!("agency", "departments.toml"),
            // the agency's forms of a complaint ask for no goods either
            top!("service-desk", "forms/forms.toml"),
            top!("service-desk", "forms/complaint-handling.html"),
            top!("service-desk", "forms/complaint-registration.html"),
            policy!("agency", "kinds/callback.toml"),
            policy!("agency", "kinds/client.toml"),
            policy!("agency", "kinds/closed-month.toml"),
            policy!("agency", "kinds/complaint.toml"),
            policy!("agency", "kinds/contract.toml"),
            policy!("agency", "kinds/inquiry.toml"),
            policy!("agency", "kinds/intent.toml"),
            policy!("agency", "kinds/measure.toml"),
            policy!("agency", "kinds/notice.toml"),
            policy!("agency", "kinds/rule-set.toml"),
            policy!("agency", "kinds/sanction.toml"),
            policy!("agency", "kinds/staff.toml"),
            policy!("agency", "kinds/task.toml"),
            policy!("agency", "notices.toml"),
            policy!("agency", "recurring.toml"),
            policy!("agency", "reports.toml"),
            top!("agency", "reports/appraisal.toml"),
            top!("agency", "reports/completeness.toml"),
            top!("agency", "reports/contracts.toml"),
            top!("agency", "reports/intents.toml"),
            top!("agency", "reports/rules.toml"),
            top!("agency", "reports/tracking.toml"),
            policy!("agency", "roles.toml"),
            policy!("agency", "sharing.toml"),
        ],
    },
    Preset {
        name: "service-desk",
        label: ("Service desk", "客户服务台"),
        help: (
            "four types of complaint with their usual remedies, an apology in any case, incidents with contingency plans, training",
            "四类投诉各有常用处理方案，一律先致歉；应急预案与事件、培训、经验案例齐备",
        ),
        without: &["policy/kinds/meeting.toml", "policy/kinds/rule-set.toml"],
        overlay: &[
            policy!("service-desk", "acting.toml"),
            policy!("service-desk", "authority.toml"),
            policy!("service-desk", "callbacks.toml"),
            policy!("service-desk", "departments.toml"),
            top!("service-desk", "forms/forms.toml"),
            top!("service-desk", "forms/complaint-handling.html"),
            top!("service-desk", "forms/complaint-registration.html"),
            policy!("service-desk", "kinds/callback.toml"),
            policy!("service-desk", "kinds/client.toml"),
            policy!("service-desk", "kinds/complaint.toml"),
            policy!("service-desk", "kinds/incident.toml"),
            policy!("service-desk", "kinds/inquiry.toml"),
            policy!("service-desk", "kinds/measure.toml"),
            policy!("service-desk", "kinds/notice.toml"),
            policy!("service-desk", "kinds/plan.toml"),
            policy!("service-desk", "kinds/staff.toml"),
            policy!("service-desk", "kinds/task.toml"),
            policy!("service-desk", "recurring.toml"),
            policy!("service-desk", "reports.toml"),
            top!("service-desk", "reports/lessons.toml"),
            top!("service-desk", "reports/monthly.toml"),
            top!("service-desk", "reports/tracking.toml"),
            top!("service-desk", "reports/cases.toml"),
            top!("service-desk", "reports/incidents.toml"),
            top!("service-desk", "reports/training.toml"),
            policy!("service-desk", "roles.toml"),
            policy!("service-desk", "sharing.toml"),
        ],
    },
];
