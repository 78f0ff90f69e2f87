//! The presets' files as they are built into the program: one entry and one folder a preset.

use super::{File, Preset};

/// A file of `src/policy/presets/FOLDER/` that goes to `policy/`.
macro_rules! policy {
    ($folder:literal, $path:literal) => {
        File { path: concat!("policy/", $path), text: include_str!(concat!("../presets/", $folder, "/", $path)) }
    };
}

/// What the presets share.
pub(super) const BASE: &[File] = &[
    File { path: "calendar/cn.ics", text: include_str!("../presets/base/calendar/cn.ics") },
    policy!("base", "acting.toml"),
    policy!("base", "calendar.toml"),
    policy!("base", "callbacks.toml"),
    policy!("base", "departments.toml"),
    policy!("base", "forms.toml"),
    policy!("base", "forms/callback-record.html"),
    policy!("base", "forms/client-file.html"),
    policy!("base", "forms/complaint-handling.html"),
    policy!("base", "forms/complaint-registration.html"),
    policy!("base", "forms/complaint-slip.html"),
    policy!("base", "forms/acceptance-letter.html"),
    policy!("base", "forms/decline-letter.html"),
    policy!("base", "forms/result-letter.html"),
    policy!("base", "forms/corrective-notice.html"),
    policy!("base", "forms/expedite-notice.html"),
    policy!("base", "forms/page.html"),
    policy!("base", "forms/parts.html"),
    policy!("base", "forms/sheet.html"),
    policy!("base", "kinds/callback.toml"),
    policy!("base", "kinds/client.toml"),
    policy!("base", "kinds/complaint.toml"),
    policy!("base", "kinds/inquiry.toml"),
    policy!("base", "kinds/measure.toml"),
    policy!("base", "kinds/notice.toml"),
    policy!("base", "kinds/staff.toml"),
    policy!("base", "kinds/task.toml"),
    policy!("base", "notices.toml"),
    policy!("base", "recording.toml"),
    policy!("base", "reports.toml"),
    policy!("base", "roles.toml"),
    policy!("base", "sharing.toml"),
];

/// Every preset, the default first.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "basic",
        label: ("Basic", "基础版"),
        help: (
            "a short lifecycle, and anyone may do everything: for small teams, and for trying things",
            "流程简短，人人可办理：适合小团队与试用",
        ),
        without: &[],
        overlay: &[policy!("basic", "acting.toml"), policy!("basic", "authority.toml")],
    },
    Preset {
        name: "manufacturer",
        label: ("Manufacturer", "制造业"),
        help: (
            "complaints go from department to department and are decided by amount; goods come back, losses are shared",
            "投诉逐部门会办、按金额核决，退货、折让与损失分担齐备",
        ),
        without: &[],
        overlay: &[
            policy!("manufacturer", "acting.toml"),
            policy!("manufacturer", "authority.toml"),
            policy!("manufacturer", "forms.toml"),
            policy!("manufacturer", "forms/allowance-certificate.html"),
            policy!("manufacturer", "forms/employee-notice.html"),
            policy!("manufacturer", "forms/return-certificate.html"),
            policy!("manufacturer", "forms/return-slip.html"),
            policy!("manufacturer", "forms/tax.html"),
            policy!("manufacturer", "deductions.toml"),
            policy!("manufacturer", "kinds/allowance.toml"),
            policy!("manufacturer", "kinds/callback.toml"),
            policy!("manufacturer", "kinds/client.toml"),
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
            policy!("manufacturer", "reports.toml"),
            policy!("manufacturer", "sharing.toml"),
        ],
    },
];
