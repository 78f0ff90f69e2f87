//! Every bound that protects the program and its book from input that is too large, in one place. docs/bounds.md says
//! for users what is bounded, by how much, and what to do at the bound; a test holds the page to these numbers.
//!
//! Bounds that only say how much of something is shown are beside the code that shows it.

/// What a bound counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes; shown in kilobytes and megabytes of 1,024.
    Bytes,
    /// Megabytes of 1,024 kilobytes.
    Megabytes,
    /// Megabytes of a million bytes.
    Million,
    /// Characters.
    Characters,
    /// Levels of nesting.
    Levels,
    /// Seconds.
    Seconds,
    /// Anything else that is counted.
    Count,
}

/// A bound as the page lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// Its name on the page.
    pub name: &'static str,
    /// How much.
    pub most: u64,
    /// Of what.
    pub unit: Unit,
}

macro_rules! bounds {
    ($($(#[doc = $doc:literal])+ $constant:ident: $type:ty = $most:expr, $name:literal, $unit:ident;)+) => {
        $($(#[doc = $doc])+ pub const $constant: $type = $most;)+

        /// Every bound, in the order of the page.
        pub const ALL: &[Bound] = &[$(Bound { name: $name, most: $constant as u64, unit: Unit::$unit },)+];
    };
}

bounds! {
    /// The most bytes of a record's file.
    RECORD_BYTES: usize = 1 << 20, "record-bytes", Bytes;
    /// The most levels of nested lists and maps in a record's file, including the top one.
    RECORD_DEPTH: usize = 16, "record-depth", Levels;
    /// The most values in a record's file: scalars, lists and maps.
    RECORD_VALUES: usize = 50_000, "record-values", Count;
    /// The longest key in a record's file. Other YAML readers give up on simple keys of more than 1,024 characters.
    KEY_BYTES: usize = 128, "key-bytes", Bytes;
    /// The largest amount or number, in whole units. With its two decimals an amount has at most 15 digits. Anything
    /// above is a typing mistake.
    AMOUNT: i64 = 1_000_000_000_000, "amount", Count;
    /// The most megabytes (of a million bytes) of an attachment, if `attachment-megabytes` of redress.toml does not
    /// say.
    ATTACHMENT_MEGABYTES: u64 = 20, "attachment-megabytes", Million;
    /// The longest key of `--key`. A key is a number of another system, not a text.
    IDEMPOTENCY_KEY: usize = 200, "idempotency-key", Characters;
    /// The most bytes of a filter, all words together. Reading time is proportional to the length.
    FILTER_BYTES: usize = 4096, "filter-bytes", Bytes;
    /// The most files of a rule book. The largest preset has some forty.
    RULE_FILES: usize = 400, "rule-files", Count;
    /// The most bytes of one file of a rule book. Calendars have a bound of their own.
    RULE_FILE_BYTES: u64 = 1 << 20, "rule-file-bytes", Bytes;
    /// The most bytes of a rule book, all files together.
    RULE_BYTES: u64 = 16 << 20, "rule-bytes", Bytes;
    /// The most levels of nested tables, lists and keys with dots in a file of a rule book. Presets need six.
    RULE_DEPTH: usize = 32, "rule-depth", Levels;
    /// The most rows of one list or table of a rule book.
    RULE_ROWS: usize = 5_000, "rule-rows", Count;
    /// The most values of one file of a rule book.
    RULE_VALUES: usize = 50_000, "rule-values", Count;
    /// The most fields of a kind: each has a column in the index, and SQLite allows two thousand columns in a table.
    KIND_FIELDS: usize = 1_000, "kind-fields", Count;
    /// The most parts of a path through references.
    PATH_PARTS: usize = 5, "path-parts", Count;
    /// The most digits in a pattern of running numbers. A number with this many digits fits into 64 bits.
    NUMBER_DIGITS: usize = 12, "number-digits", Count;
    /// The most bytes of a calendar file. The holidays of one country in a century take less.
    CALENDAR_BYTES: usize = 4 << 20, "calendar-bytes", Bytes;
    /// The most days that a repeating rule of a calendar file may give.
    CALENDAR_DAYS: usize = 20_000, "calendar-days", Count;
    /// The most days that the repeating rules of a calendar's files may give in all. It knows fewer dates.
    CALENDAR_DAYS_IN_ALL: usize = 200_000, "calendar-days-in-all", Count;
    /// The most days that the repeating rules of a calendar file may look at.
    CALENDAR_DAYS_LOOKED_AT: usize = 20_000_000, "calendar-days-looked-at", Count;
    /// The most megabytes of memory that filling in a template may take, beyond those of the program itself.
    TEMPLATE_MEGABYTES: u64 = 512, "template-memory", Megabytes;
    /// The most seconds of the processor that filling in one template may take.
    TEMPLATE_SECONDS: u64 = 10, "template-seconds", Seconds;
    /// The most steps of one template. A form with thousands of lines needs a tenth of it.
    TEMPLATE_STEPS: u64 = 20_000_000, "template-steps", Count;
    /// The most templates within one another: includes, macros, blocks.
    TEMPLATE_DEPTH: usize = 50, "template-depth", Levels;
    /// The largest page that a template makes, in megabytes.
    PAGE_MEGABYTES: u64 = 64, "page-megabytes", Megabytes;
    /// The longest that the statement of `redress query` may run.
    QUERY_SECONDS: u64 = 60, "query-seconds", Seconds;
    /// The most rows of an answer of `redress query`.
    QUERY_ROWS: usize = 1_000_000, "query-rows", Count;
    /// The most bytes of an answer of `redress query`, counting only values.
    QUERY_BYTES: usize = 256 << 20, "query-bytes", Bytes;
    /// The longest text that a query may make.
    QUERY_TEXT_BYTES: i32 = 16 << 20, "query-text-bytes", Bytes;
    /// The most bytes of a line of `redress batch`.
    BATCH_LINE_BYTES: usize = 1 << 20, "batch-line-bytes", Bytes;
    /// The most bytes of a file with many records: batches, imports.
    INPUT_BYTES: u64 = 512 << 20, "input-bytes", Bytes;
    /// The most bytes of a file or of standard input with one record or text.
    RECORD_INPUT_BYTES: u64 = 1 << 20, "record-input-bytes", Bytes;
    /// The most bytes that the unpacked parts of a workbook may have.
    WORKBOOK_BYTES: u64 = 200 << 20, "workbook-bytes", Bytes;
    /// The most cells with content of a sheet of a workbook.
    WORKBOOK_CELLS: usize = 1_000_000, "workbook-cells", Count;
    /// The most columns of an imported table.
    TABLE_COLUMNS: usize = 2_000, "table-columns", Count;
    /// The most periods that a report compares.
    REPORT_PERIODS: u64 = 120, "report-periods", Count;
    /// The most records in the list of records to be destroyed. Further records appear once these are dealt with.
    RETENTION_RECORDS: usize = 1_000, "retention-records", Count;
    /// The most lines of one notice: more than a department reads at once, and few enough for one record.
    NOTICE_LINES: usize = 100, "notice-lines", Count;
    /// The megabytes that must be free on the disk before a cache is written.
    CACHE_ROOM_MEGABYTES: u64 = 16, "cache-room", Megabytes;
    /// The megabytes that must be free on the disk; below, caches give way to a write.
    WRITE_ROOM_MEGABYTES: u64 = 2, "write-room", Megabytes;
    /// The most earlier forms of a case that a form shows.
    CASE_FORMS: usize = 100, "case-forms", Count;
}

/// Bytes in a megabyte.
pub const MEGABYTE: u64 = 1 << 20;

impl Bound {
    /// The figure as the page shows it, in English or Chinese.
    pub fn shown(&self, chinese: bool) -> String {
        let word = |en: &str, zh: &str| if chinese { format!(" {zh}") } else { format!(" {en}") };
        match self.unit {
            Unit::Bytes if self.most.is_multiple_of(MEGABYTE) => format!("{} MB", self.most / MEGABYTE),
            Unit::Bytes if self.most.is_multiple_of(1024) => format!("{} KB", self.most / 1024),
            Unit::Bytes => format!("{}{}", grouped(self.most), word("bytes", "字节")),
            Unit::Megabytes | Unit::Million => format!("{} MB", self.most),
            Unit::Characters => format!("{}{}", grouped(self.most), word("characters", "个字符")),
            Unit::Levels => format!("{}{}", self.most, word("levels", "层")),
            Unit::Seconds => format!("{}{}", self.most, word("s", "秒")),
            Unit::Count => grouped(self.most),
        }
    }
}

/// A number with commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    parts.join(",")
}
