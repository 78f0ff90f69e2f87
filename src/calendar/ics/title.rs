//! What the title of an event makes of its days. People mark make-up workdays and days off in many ways, in brackets, with the
//! holiday's name before or behind, in full-width, traditional or English form: `[班]`, `补班·国庆`, `上班(补元旦假期)`, `work day (make-up)`.
//! The words stand in tables. What speaks of work in another way, such as 值班, is unclear: it is told and left out.

use super::personal::is_leave_of_a_person;
use crate::locale::text::{half_width, simplified};

/// What a title says of its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// A make-up workday.
    Work,
    /// A day off.
    Off,
    /// A day off, by a word that names holidays at large and that other words outweigh: 假期.
    Holiday,
    /// A day that was exchanged, 调休: a day off, unless it lies on a weekend, where it can be either.
    Swapped,
    /// A day with a name that is worked as usual: 不放假.
    Usual,
    /// A shorter working day.
    Shorter,
    /// Leave of one person.
    Personal,
    /// It speaks of work or leave, and does not say what the day is.
    Unclear,
    /// Nothing.
    Nothing,
}

/// A title as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Title {
    /// The holiday's name, without what marks the day.
    pub(super) name: String,
    pub(super) says: Says,
    /// Whether a mark alone says it, as （休） and 休 do: a file that marks its days off so marks all of them.
    pub(super) marked: bool,
}

/// Words of make-up workdays; the longer ones count before those that they hold.
const WORK: &[&str] = &[
    "调休上班日",
    "调休补班日",
    "调休工作日",
    "补行上班日",
    "调休上班",
    "调休补班",
    "补行上班",
    "正常上班",
    "照常上班",
    "照常工作",
    "补上班日",
    "补工作日",
    "补班日",
    "补上班",
    "上班日",
    "工作日",
    "补班",
    "上班",
];
/// Words of days off.
const OFF: &[&str] = &[
    "调整放假日",
    "弹性放假",
    "调整放假",
    "放假日",
    "公休日",
    "休息日",
    "停工日",
    "放假",
    "公休",
    "休假",
    "休息",
    "补休",
    "补假",
    "停班",
    "停工",
];
/// Words that name holidays at large.
const HOLIDAY: &[&str] =
    &["法定节假日", "国定假日", "法定假日", "公众假期", "公共假期", "节假日", "假期", "假日", "连假"];
/// Words of days that were exchanged.
const SWAPPED: &[&str] = &["调休日", "调休", "串休"];
/// Not worked, although a word of work stands there.
const NOT_WORKED: &[&str] = &[
    "不需要上班",
    "不用上班",
    "不必上班",
    "无需上班",
    "无须上班",
    "不需上班",
    "停止上班",
    "非工作日",
    "不上班",
    "免上班",
    "不用补班",
    "无需补班",
    "无须补班",
    "不补班",
    "免补班",
];
/// Worked as usual, although a word of leave stands there.
const NOT_OFF: &[&str] = &["不放假", "不休息", "不休假", "无假期", "不调休", "不休"];
/// Shorter days.
const SHORTER: &[&str] = &["半天", "半日", "提前下班", "提早下班", "提前放学", "短工作日"];
/// What stands beside words of work and leave in titles that do not say what the day is.
const ELSE: &[&str] = &[
    "通知",
    "会议",
    "例会",
    "班会",
    "讨论",
    "安排",
    "时间",
    "提醒",
    "申请",
    "名单",
    "计划",
    "打卡",
    "培训",
    "聚餐",
    "活动",
    "值班",
    "加班",
    "排班",
    "换班",
    "轮班",
    "倒班",
    "夜班",
    "早班",
    "晚班",
    "中班",
    "白班",
    "跟班",
    "下班",
    "班车",
    "班组",
    "班级",
    "班长",
    "班主任",
    "航班",
    "班机",
    "补习",
    "补课",
    "迟到",
    "上班族",
    "学校",
    "学生",
    "幼儿园",
    "孩子",
    "暑假",
    "寒假",
    "最后",
    "第一",
    "倒计时",
    "作业",
    "报名",
    "抢票",
    "车票",
    "旅",
    "出游",
    "取消",
    "表",
    "？",
    "?",
];
/// Names of holidays that a single 班 or 休 may stand beside without anything between.
const FESTIVALS: &[&str] = &[
    "元旦",
    "新年",
    "春节",
    "除夕",
    "农历新年",
    "清明",
    "劳动",
    "五一",
    "端午",
    "中秋",
    "国庆",
    "十一",
    "元宵",
    "妇女",
    "儿童",
    "双十",
    "圣诞",
    "开国纪念日",
    "和平纪念日",
];
/// English phrases, in lower case, without hyphens.
const ENGLISH: &[(&str, Says)] = &[
    ("half day", Says::Shorter),
    ("half working day", Says::Shorter),
    ("shortened", Says::Shorter),
    ("short working day", Says::Shorter),
    ("short day", Says::Shorter),
    ("early close", Says::Shorter),
    ("early closing", Says::Shorter),
    ("not a holiday", Says::Usual),
    ("not a public holiday", Says::Usual),
    ("no day off", Says::Usual),
    ("working as usual", Says::Usual),
    ("to work day", Says::Nothing),
    ("social work day", Says::Nothing),
    ("non working", Says::Off),
    ("nonworking", Says::Off),
    ("not working", Says::Off),
    ("no work", Says::Off),
    ("day off", Says::Off),
    ("days off", Says::Off),
    ("office closed", Says::Off),
    ("company closed", Says::Off),
    ("factory closed", Says::Off),
    ("plant closed", Says::Off),
    ("company holiday", Says::Off),
    ("in lieu of", Says::Holiday),
    ("make up work", Says::Work),
    ("makeup work", Says::Work),
    ("make up day", Says::Work),
    ("makeup day", Says::Work),
    ("working day", Says::Work),
    ("workday", Says::Work),
    ("work day", Says::Work),
    ("working saturday", Says::Work),
    ("working sunday", Says::Work),
    ("сокращ", Says::Shorter),
    ("предпраздн", Says::Shorter),
    ("нерабоч", Says::Off),
    ("выходн", Says::Off),
    ("рабочий", Says::Work),
    ("transferred", Says::Unclear),
    ("moved to", Says::Unclear),
    ("moved from", Says::Unclear),
    ("перенос", Says::Unclear),
];
/// Marks in English brackets, and words that stand alone.
const ENGLISH_ALONE: &[(&str, Says)] = &[
    ("off", Says::Off),
    ("closed", Says::Off),
    ("holiday", Says::Holiday),
    ("work", Says::Work),
    ("make up", Says::Work),
];

const OPEN: &str = "([{【〖〔「『《〈<（［｛";
const CLOSE: &str = ")]}】〗〕」』》〉>）］｝";
const BETWEEN: &str = "·・•‧,、/|:-—–_~，；;+&.。!！：* \t";

/// A part of a title: its first character, and the one behind its last.
type Part = (usize, usize);

/// Reads a title.
pub(super) fn read(title: &str) -> Title {
    let shown: Vec<char> = half_width(title.trim()).chars().collect();
    let plain: Vec<char> = shown.iter().copied().map(plain).collect();
    let (main, inner) = brackets(&plain);
    let whole: String = plain.iter().collect();
    let said = |says, marked, spans: &[Part]| Title { name: without(&shown, spans), says, marked };
    let clean = !ELSE.iter().any(|word| text(&plain, &main).contains(word));

    if is_leave_of_a_person(&whole) && !ELSE.iter().any(|word| whole.contains(word)) {
        return said(Says::Personal, false, &[]);
    }
    if let Some(says) = contained(&whole) {
        return said(says, false, &[]);
    }
    // a mark in brackets, or one that stands alone between others
    let tokens: Vec<Part> = main.iter().flat_map(|part| split(&plain, *part)).collect();
    let inside: Vec<Part> = inner.iter().flat_map(|part| split(&plain, *part)).collect();
    let marks = |parts: &[Part], strong: bool| {
        let found = parts.iter().filter_map(|part| Some((alone(&text(&plain, &[*part]))?, *part)));
        let mut found = found.filter(|(says, _)| is_strong(*says) == strong);
        let first = found.next()?;
        // two that contradict each other say nothing
        Some(if found.all(|(says, _)| says == first.0) { first } else { (Says::Unclear, first.1) })
    };
    let around = |part: Part| (part.0.saturating_sub(1), (part.1 + 1).min(plain.len()));
    let bracket = |part: Part| {
        let wide = around(part);
        let is = |at: usize, of: &str| plain.get(at).is_some_and(|c| of.contains(*c));
        if is(wide.0, OPEN) && is(part.1, CLOSE) { wide } else { part }
    };
    if let Some((says, part)) = marks(&inside, true) {
        return said(says, true, &[bracket(part)]);
    }
    if clean {
        if let Some((says, part)) = marks(&tokens, true) {
            let single = part.1 - part.0 == 1;
            return said(says, single, &[part]);
        }
        if let Some((says, part)) =
            tokens.iter().find_map(|part| at_an_edge(&plain, *part)).filter(|(says, _)| is_strong(*says))
        {
            return said(says, false, &[part]);
        }
    }
    let english = english(&whole);
    if let Some(says) = english.filter(|says| is_strong(*says)) {
        return said(says, false, &[]);
    }
    if clean {
        let weak = marks(&tokens, false).or_else(|| tokens.iter().find_map(|part| at_an_edge(&plain, *part)));
        if let Some((says, part)) = weak {
            return said(says, false, &[part]);
        }
    }
    if let Some((says, part)) = marks(&inside, false) {
        return said(says, false, &[bracket(part)]);
    }
    let speaks =
        whole.contains(['班', '假', '休']) || WORK.iter().chain(OFF).chain(SWAPPED).any(|word| whole.contains(word));
    said(english.unwrap_or(if speaks { Says::Unclear } else { Says::Nothing }), false, &[])
}

/// What a word that stands alone says, as in a category: a day off or make-up workday, as far as it is no name of
/// holidays at large.
pub(super) fn word(text: &str) -> Option<Says> {
    let plain: String = half_width(text.trim()).chars().map(plain).collect();
    alone(&plain).filter(|says| is_strong(*says))
}

/// A character as the tables have it.
fn plain(c: char) -> char {
    let simple = simplified(c);
    simple.to_lowercase().next().unwrap_or(simple)
}

/// Whether a word decides alone.
fn is_strong(says: Says) -> bool {
    !matches!(says, Says::Holiday | Says::Swapped)
}

/// What words say wherever they stand, since they turn the meaning of others.
fn contained(whole: &str) -> Option<Says> {
    let has = |words: &[&str]| words.iter().any(|word| whole.contains(word));
    let cancelled = whole.contains("取消");
    match () {
        () if cancelled => None,
        () if has(NOT_WORKED) => Some(Says::Off),
        () if has(NOT_OFF) => Some(Says::Usual),
        () if has(SHORTER) => Some(Says::Shorter),
        () => None,
    }
}

fn alone(token: &str) -> Option<Says> {
    let of = |words: &[&str]| words.contains(&token);
    match token {
        "班" => Some(Says::Work),
        "休" | "假" => Some(Says::Off),
        _ if of(WORK) => Some(Says::Work),
        _ if of(OFF) => Some(Says::Off),
        _ if of(HOLIDAY) => Some(Says::Holiday),
        _ if of(SWAPPED) => Some(Says::Swapped),
        _ => {
            let token = token.replace('-', " ");
            let english = ENGLISH_ALONE.iter().chain(ENGLISH).find(|(word, _)| *word == token.trim());
            english.map(|(_, says)| *says).filter(|says| matches!(says, Says::Work | Says::Off | Says::Holiday))
        }
    }
}

/// What the end or else the beginning of a part says: 国庆节补班, 上班元旦, 补国庆的班, 国庆班.
fn at_an_edge(plain: &[char], (from, until): Part) -> Option<(Says, Part)> {
    let end = until;
    let until = from + without_count(&plain[from..end]).len();
    let token: String = text(plain, &[(from, until)]);
    let tables = [(WORK, Says::Work), (OFF, Says::Off), (HOLIDAY, Says::Holiday), (SWAPPED, Says::Swapped)];
    let all = || tables.iter().flat_map(|(words, says)| words.iter().map(move |word| (*word, *says)));
    let longest = |fits: &dyn Fn(&str) -> bool| all().filter(|(word, _)| fits(word)).max_by_key(|(word, _)| word.len());
    let length = |word: &str| word.chars().count();
    if let Some((word, says)) = longest(&|word| token.ends_with(word)) {
        return Some((says, (until - length(word), end)));
    }
    if token.starts_with('补') && token.ends_with('班') {
        return Some((Says::Work, (until - 1, until)));
    }
    let festival = |rest: &str| FESTIVALS.contains(&rest.trim_end_matches('节').trim_end_matches('的'));
    for (mark, says) in [("班", Says::Work), ("休", Says::Off)] {
        if token.strip_suffix(mark).is_some_and(festival) {
            return Some((says, (until - 1, until)));
        }
        if token.strip_prefix(mark).is_some_and(festival) {
            return Some((says, (from, from + 1)));
        }
    }
    let (word, says) = longest(&|word| token.starts_with(word))?;
    Some((says, (from, from + length(word))))
}

/// A part of a title without the days that stand at its end: 放假7天, 休息一天, 放假第1天.
fn without_count(part: &[char]) -> &[char] {
    let Some(before) = part.strip_suffix(&['天']) else { return part };
    let counts = |c: &char| c.is_ascii_digit() || "一二两三四五六七八九十".contains(*c);
    let digits = before.iter().rev().take_while(|c| counts(c)).count();
    let rest = &before[..before.len() - digits];
    let rest = rest.strip_suffix(&['第']).or_else(|| rest.strip_suffix(&['共'])).unwrap_or(rest);
    if digits == 0 || rest.is_empty() { part } else { rest }
}

fn english(whole: &str) -> Option<Says> {
    let words = whole.replace(['-', '_', '(', ')', '[', ']', '.', ','], " ");
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = ENGLISH.iter().find(|(phrase, _)| words.contains(phrase)).map(|(_, says)| *says);
    // what is moved says by another word what it became
    found.filter(|says| *says != Says::Nothing)
}

/// The parts outside and inside of brackets. One that does not close is part of the text.
fn brackets(plain: &[char]) -> (Vec<Part>, Vec<Part>) {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    let (mut from, mut at) = (0, 0);
    while at < plain.len() {
        let kind = OPEN.chars().position(|open| open == plain[at]);
        let close = kind.and_then(|kind| CLOSE.chars().nth(kind));
        let end = close.and_then(|close| plain[at..].iter().position(|c| *c == close));
        match end {
            Some(length) => {
                outside.push((from, at));
                inside.push((at + 1, at + length));
                at += length + 1;
                from = at;
            }
            None => at += 1,
        }
    }
    outside.push((from, plain.len()));
    (outside, inside)
}

/// The words of a part, between spaces and signs. English words stay together.
fn split(plain: &[char], (from, until): Part) -> Vec<Part> {
    let latin = plain[from..until].iter().all(|c| *c < '\u{2e80}');
    let parts = |c: char| BETWEEN.contains(c) && !(latin && matches!(c, ' ' | '-'));
    let mut found = Vec::new();
    let mut start = from;
    for at in from..=until {
        if at == until || parts(plain[at]) {
            let (mut first, mut last) = (start, at);
            while first < last && plain[first].is_whitespace() {
                first += 1;
            }
            while last > first && plain[last - 1].is_whitespace() {
                last -= 1;
            }
            if first < last {
                found.push((first, last));
            }
            start = at + 1;
        }
    }
    found
}

fn text(plain: &[char], parts: &[Part]) -> String {
    parts.iter().flat_map(|(from, until)| &plain[*from..*until]).collect()
}

/// The title without what marks the day, and without `第1天/共7天`.
fn without(shown: &[char], spans: &[Part]) -> String {
    let within = |at: usize| spans.iter().any(|(from, until)| (*from..*until).contains(&at));
    let rest: String = shown.iter().enumerate().filter(|(at, _)| !within(*at)).map(|(_, c)| *c).collect();
    let counts = |word: &str| word.starts_with(['第', '共']) && word.ends_with('天');
    let words: Vec<&str> = rest.split_whitespace().filter(|word| !counts(word)).collect();
    words.join(" ").trim_matches(|c: char| BETWEEN.contains(c)).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Says, read};

    #[test]
    fn titles_as_they_are_written() {
        for (says, titles) in [
            (
                Says::Work,
                "补班|補班|[班]|【班】|（班）|国庆节(班)|班|班·国庆|国庆·班|国庆节补班|国庆节 补班|补班 国庆节|补班：国庆节|补班（国庆节）|国庆节补班（假期调整）|\
                 上班(补元旦假期)|上班（调休）|补班日|補班日|调休上班|調休上班|元旦调休上班|调休上班（元旦）|上班日|国庆节上班日|补行上班日|補行上班日|國慶節補班|\
                 【补班】国庆节|[补班]中秋|「班」春节|国庆节〔班〕|国庆班|春节（补班）|国庆节（调休上班）|补周一的班|补10月5日班|工作日（调休）|work day (make-up)|\
                 Work Day (make-up)|Make-up workday|makeup day|Working day (National Day)|National Day (working day)|Special Working Day|National Day - workday|\
                 Ｎａｔｉｏｎａｌ　Ｄａｙ（班）|国庆节　补班　第1天/共1天|国庆放假补班|补国庆假期上班|рабочий день|照常上班|照常工作|\
                 〖班〗国庆|Working Saturday",
            ),
            (
                Says::Off,
                "休|[休]|【休】|（休）|(休)|国庆节（休）|休·国庆|国庆节放假|放假|春节 放假|国庆节（放假）|不上班|国庆节不上班|今天不上班（国庆）|不用上班|无需补班|公休|\
                 春节休假|休息|国庆休|补休|端午节補假|調整放假|day off|National Day (day off)|Day off (transferred)|office closed|Non-working day|выходной день|\
                 国庆放假7天|中秋节休息一天|国庆节放假第1天|放假三天|Factory closed",
            ),
            (Says::Holiday, "国庆节假期|国庆节 假期 第1天/共7天|假期|中秋連假|法定节假日|Day in lieu of Christmas"),
            (Says::Swapped, "调休|調休|国庆节调休|国庆节（调休）|[调休]|调休（国庆）|调休日"),
            (Says::Usual, "元宵节（不放假）|七夕 不放假|不休|Not a public holiday"),
            (
                Says::Shorter,
                "除夕半天|妇女节（半天）|Christmas Eve (half-day)|shortened working day|сокращённый рабочий день|提前下班",
            ),
            (
                Says::Unclear,
                "值班|國慶值班|班会|班會|加班|加班通知|班车时间调整|补班通知|上班打卡提醒|放假通知|放假安排|国庆假期旅行计划|请假名单|排班表|夜班|航班 CA1234|\
                 取消补班|[班]（休）|Christmas Day (transferred)|春节值班表|班级活动|上班第一天|\
                 补习班|周末补课班|上班迟到扣款|学校放假|轮休",
            ),
            (Says::Personal, "小王请假|年假|年休假|老王休|張三請假|Anna: vacation|张三（年假）|李四 调休"),
            (
                Says::Nothing,
                "国庆节|元旦|Christmas Day|Bike to Work Day|World Social Work Day|Labour Day|七夕|Tag der Arbeit|Workers' Day|生日||\
                 St. Stephen's Day|Thanksgiving|春分",
            ),
        ] {
            for title in titles.split('|') {
                assert_eq!(read(title).says, says, "{title}");
            }
        }
    }

    #[test]
    fn the_name_is_what_is_left() {
        for (title, name, marked) in [
            ("国庆节（休）", "国庆节", true),
            ("国庆节(班)", "国庆节", true),
            ("【班】国庆节", "国庆节", true),
            ("班·国庆", "国庆", true),
            ("国庆节补班", "国庆节", false),
            ("补班", "", false),
            ("[休]", "", true),
            ("國慶節補班", "國慶節", false),
            ("国庆节 假期 第1天/共7天", "国庆节", false),
            ("元旦", "元旦", false),
        ] {
            let found = read(title);
            assert_eq!((found.name.as_str(), found.marked), (name, marked), "{title}");
        }
    }
}
