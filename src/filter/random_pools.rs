//! The values that random worlds draw from: texts, numbers, days, people and ids that often meet.

pub(super) const TEXTS: [&str; 18] = [
    "漏水",
    "Ｌeak",
    "leak",
    "LEAK 漏水",
    "a..b",
    "é",
    "e\u{301}",
    "ß",
    "İ",
    "\"q\"",
    "a,b",
    "%_",
    "ﬁne",
    "fine",
    "1",
    "２０２６",
    "到货，漏水",
    "x\\y'z",
];

pub(super) const NUMBERS: [&str; 8] = ["0", "1", "2", "99", "100", "120", "5000", "1000000000000"];

pub(super) const AMOUNTS: [&str; 7] = ["-5.00", "0.00", "0.01", "99.99", "100.00", "5000.00", "1000000000000.00"];

pub(super) const DECIMALS: [&str; 6] = ["-0.5", "0", "0.000001", "0.125", "1", "1000000000000"];

pub(super) const DAYS: [&str; 8] =
    ["0000-01-01", "2025-12-31", "2026-01-01", "2026-02-28", "2026-09-30", "2026-10-01", "2026-10-05", "9999-12-31"];

pub(super) const TIMES: [&str; 8] = [
    "2025-12-31T23:59:59+08:00",
    "2026-01-01T00:00:00+08:00",
    "2025-12-31T16:00:00+00:00",
    "2026-09-30T12:30:00-04:00",
    "2026-10-01T00:29:59+08:00",
    "2026-10-05T17:30:00+08:00",
    "2026-10-05T17:30:59+08:00",
    "1969-12-31T00:00:00+00:00",
];

pub(super) const PERIODS: [&str; 20] = [
    "2026",
    "2025",
    "2026-q3",
    "2026-q4",
    "2026-10",
    "2026-w01",
    "2026-10-05",
    "2025-12-31",
    "0000",
    "9999",
    "last-month",
    "today",
    // words for times, seen from 2026-12-02T00:30
    "mon",
    "10-05",
    "58d-ago",
    "2wd-ago",
    "43wd-ago",
    "1375h-ago",
    "17:00",
    "fri@17:30",
];

pub(super) const PEOPLE: [&str; 3] = ["li.na", "wang.lei", "missing.one"];

pub(super) const IDS: [&str; 7] = [
    "A-260101-00001",
    "A-260101-00A2B",
    "A-260102-7K3F2",
    "B-260101-00001",
    "B-260101-7K3F3",
    "A-260101-ZZZZZ",
    "B-260101-ZZZZY",
];

pub(super) const NAMES: [&str; 3] = ["quality", "sales-desk", "gm"];
