//! What kind of day a public calendar says that an event is, by its categories, the first line of its description and
//! its title. Not every all-day event is a day off: files of holidays also hold observances, and holidays of a state or
//! a religion.

use crate::locale::text::fold;

/// The kind of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A holiday of the whole country.
    Public,
    /// A holiday of a part of the country or of its people.
    Partial,
    /// A day with a name that is worked.
    Observance,
    /// A shorter working day.
    Half,
}

/// The longest line of a description that can name a kind, in bytes: longer ones are prose.
const LONGEST: usize = 120;

/// What lines and categories say, in the order in which it counts.
const TOLD: &[(&str, Kind)] = &[
    ("half-day", Kind::Half),
    ("half day", Kind::Half),
    ("半天", Kind::Half),
    ("半日", Kind::Half),
    ("observance", Kind::Observance),
    ("clock change", Kind::Observance),
    ("daylight saving", Kind::Observance),
    ("sporting event", Kind::Observance),
    ("纪念日", Kind::Observance),
    ("紀念日", Kind::Observance),
    ("节气", Kind::Observance),
    ("節氣", Kind::Observance),
    ("祭日", Kind::Observance),
    ("gedenktag", Kind::Observance),
    ("birthday", Kind::Observance),
    ("生日", Kind::Observance),
    ("state holiday", Kind::Partial),
    ("state public holiday", Kind::Partial),
    ("state legal holiday", Kind::Partial),
    ("regional", Kind::Partial),
    ("local holiday", Kind::Partial),
    ("local public holiday", Kind::Partial),
    ("local de facto", Kind::Partial),
    ("county holiday", Kind::Partial),
    ("city holiday", Kind::Partial),
    ("municipal", Kind::Partial),
    ("provincial", Kind::Partial),
    ("optional", Kind::Partial),
    ("restricted holiday", Kind::Partial),
    ("public holiday in ", Kind::Partial),
    ("bank holiday in ", Kind::Partial),
    ("holiday in some", Kind::Partial),
    ("地方性", Kind::Partial),
    ("部分地区", Kind::Partial),
    ("部分地區", Kind::Partial),
    ("public holiday", Kind::Public),
    ("federal holiday", Kind::Public),
    ("national holiday", Kind::Public),
    ("bank holiday", Kind::Public),
    ("statutory holiday", Kind::Public),
    ("legal holiday", Kind::Public),
    ("official holiday", Kind::Public),
    ("government holiday", Kind::Public),
    ("gesetzlicher feiertag", Kind::Public),
    ("jour férié", Kind::Public),
    ("公众假期", Kind::Public),
    ("公眾假期", Kind::Public),
    ("公共假期", Kind::Public),
    ("公共假日", Kind::Public),
    ("国定假日", Kind::Public),
    ("國定假日", Kind::Public),
    ("法定节假日", Kind::Public),
    ("法定假日", Kind::Public),
    ("祝日", Kind::Public),
];

/// Lines and categories that are a kind as a whole.
const WHOLE: &[(&str, Kind)] = &[
    ("seasonal", Kind::Observance),
    ("season", Kind::Observance),
    ("united nations", Kind::Observance),
    ("christian", Kind::Partial),
    ("orthodox", Kind::Partial),
    ("muslim", Kind::Partial),
    ("hebrew", Kind::Partial),
    ("jewish holiday", Kind::Partial),
    ("hinduism", Kind::Partial),
    ("hindu holiday", Kind::Partial),
];

/// Days that have a name and are worked nearly everywhere, as titles call them. Where one is a day off, `only` names
/// it.
const WORKED: &[&str] = &[
    "valentine",
    "mother's day",
    "mothers day",
    "father's day",
    "fathers day",
    "halloween",
    "april fool",
    "groundhog",
    "daylight saving",
    "equinox",
    "solstice",
    "earth day",
    "grandparents",
    "情人节",
    "情人節",
    "七夕",
    "母亲节",
    "母親節",
    "父亲节",
    "父親節",
    "愚人节",
    "愚人節",
    "万圣",
    "萬聖",
    "平安夜",
    "元宵节",
    "元宵節",
    "妇女节",
    "婦女節",
    "植树节",
    "植樹節",
    "青年节",
    "青年節",
    "儿童节",
    "教师节",
    "教師節",
    "建军节",
    "建党",
    "护士节",
    "記者節",
    "记者节",
    "感恩节",
    "感恩節",
    "光棍节",
    "双十一",
    "腊八",
    "臘八",
    "小年",
    "龙抬头",
    "中元节",
    "中元節",
    "立春",
    "雨水",
    "惊蛰",
    "春分",
    "谷雨",
    "立夏",
    "小满",
    "芒种",
    "夏至",
    "小暑",
    "大暑",
    "立秋",
    "处暑",
    "白露",
    "秋分",
    "寒露",
    "霜降",
    "立冬",
    "小雪",
    "大雪",
    "冬至",
    "小寒",
    "大寒",
];

/// Birthdays that are holidays; those of others are worked.
const BIRTHDAYS: &[&str] = &[
    "king",
    "queen",
    "sovereign",
    "emperor",
    "washington",
    "lincoln",
    "luther",
    "gandhi",
    "buddha",
    "prophet",
    "jesus",
    "christ",
    "guru",
    "president",
    "founder",
    "孔子",
    "国父",
    "國父",
    "佛",
    "天皇",
    "女王",
    "国王",
    "國王",
];
/// Holidays of schools, as titles call them.
const SCHOOL: &[&str] = &[
    "school holiday",
    "school break",
    "schulferien",
    "sommerferien",
    "herbstferien",
    "winterferien",
    "osterferien",
    "pfingstferien",
    "weihnachtsferien",
    "vacances scolaires",
    "vacaciones escolares",
];

/// What happens at a company all day long, although it works.
const AT_WORK: &[&str] = &[
    "payday",
    "on call",
    "on-call",
    "pay day",
    "deadline",
    "release",
    "go live",
    "go-live",
    "kick-off",
    "kickoff",
    "meeting",
    "conference",
    "trade fair",
    "exhibition",
    "training",
    "workshop",
    "webinar",
    "inspection",
    "stocktaking",
    "team building",
    "offsite",
    "full moon",
    "new moon",
    "first quarter",
    "last quarter",
    "eclipse",
    "发薪",
    "发工资",
    "工资日",
    "截止",
    "上线",
    "发布会",
    "展会",
    "展览会",
    "交易会",
    "培训",
    "盘点",
    "会议",
    "例会",
    "验厂",
    "审核",
    "团建",
    "年会",
    "交货",
    "出货",
    "体检",
    "面试",
    "满月",
    "新月",
    "日食",
    "月食",
];
/// Characters of days of the lunar calendar, such as 廿三 and 九月初四.
const LUNAR: &str = "初一二三四五六七八九十廿卅正冬腊臘月闰閏农历農曆";

/// Whether a title is a day of the lunar calendar and no more. The first days of the year are those of the Spring
/// Festival.
fn is_lunar(title: &str) -> bool {
    let title = title.trim();
    let count = title.chars().count();
    (2..=7).contains(&count)
        && title.chars().all(|c| LUNAR.contains(c))
        && title.contains(['初', '十', '廿', '卅'])
        && !title.contains('正')
        && !["五一", "十一", "双十"].contains(&title)
}

/// The kind that the words of an event's categories and description tell.
pub(super) fn told<'t>(categories: impl Iterator<Item = &'t str>, description: &'t str) -> Option<Kind> {
    if fold(description).contains("half-day holiday") {
        return Some(Kind::Half);
    }
    let line = description.lines().next().unwrap_or_default();
    let lines = std::iter::once(line).filter(|line| line.len() <= LONGEST).chain(categories);
    let kinds = lines.filter_map(|line| of_line(&fold(line)));
    // what a category and a description say apart, the narrower one knows better
    kinds.max_by_key(|kind| match kind {
        Kind::Public => 0,
        Kind::Partial => 1,
        Kind::Observance => 2,
        Kind::Half => 3,
    })
}

fn of_line(line: &str) -> Option<Kind> {
    let whole = WHOLE.iter().find(|(word, _)| *word == line.trim());
    whole.or_else(|| TOLD.iter().find(|(word, _)| line.contains(word))).map(|(_, kind)| *kind)
}

/// The kind that a title tells in brackets, or by the name of a day that is worked nearly everywhere.
pub(super) fn titled(title: &str) -> Option<Kind> {
    let title = fold(title);
    let within = title.split(['(', '[', '【']).skip(1).filter_map(|rest| rest.split([')', ']', '】']).next());
    let told = within.filter_map(of_line).next().filter(|kind| *kind != Kind::Public);
    let ends = ["observance", "regional holiday", "local holiday", "state holiday", "optional holiday"];
    let ends = ends.iter().find(|end| title.ends_with(*end)).and_then(|end| of_line(end));
    let birthday =
        (title.contains("birthday") || title.contains("生日")) && !BIRTHDAYS.iter().any(|one| title.contains(one));
    let numbered = title
        .strip_prefix("week ")
        .or(title.strip_prefix("kw "))
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if birthday
        || numbered
        || is_lunar(&title)
        || AT_WORK.iter().any(|word| title.contains(word))
        || SCHOOL.iter().any(|word| title.contains(word))
    {
        return Some(Kind::Observance);
    }
    told.or(ends).or_else(|| WORKED.iter().any(|word| title.contains(word)).then_some(Kind::Observance))
}

#[cfg(test)]
mod tests {
    use super::{Kind, titled, told};

    #[test]
    fn kinds_as_public_calendars_tell_them() {
        for (categories, description, kind) in [
            ("", "Public holiday", Some(Kind::Public)),
            (
                "",
                "Observance\nTo hide observances, go to Google Calendar Settings > Holidays in China",
                Some(Kind::Observance),
            ),
            ("", "Public holiday in Scotland, Northern Ireland", Some(Kind::Partial)),
            ("", "Public holiday\nThis is a half-day holiday.", Some(Kind::Half)),
            ("", "Half-day holiday", Some(Kind::Half)),
            ("Holidays", "Federal Holiday", Some(Kind::Public)),
            ("Holidays", "State Holiday: California", Some(Kind::Partial)),
            ("Holidays", "Local observance", Some(Kind::Observance)),
            ("Public Holiday", "", Some(Kind::Public)),
            ("Observance", "Public holiday", Some(Kind::Observance)),
            ("Christian", "", Some(Kind::Partial)),
            ("假日", "", None),
            ("节假日", "休", None),
            ("", "公众假期", Some(Kind::Public)),
            ("", "纪念日", Some(Kind::Observance)),
            ("", "", None),
        ] {
            assert_eq!(
                told(categories.split(',').filter(|c| !c.is_empty()), description),
                kind,
                "{categories} {description}"
            );
        }
        for (title, kind) in [
            ("Easter Monday (regional holiday)", Some(Kind::Partial)),
            ("Day of Ashura (optional)", Some(Kind::Partial)),
            ("Flag Day (observance)", Some(Kind::Observance)),
            ("Mother's Day", Some(Kind::Observance)),
            ("母亲节", Some(Kind::Observance)),
            ("清明节", None),
            ("Christmas Day (observed)", None),
            ("Christmas Day (public holiday)", None),
            ("国庆节", None),
            ("King's Birthday", None),
            ("Anna's birthday", Some(Kind::Observance)),
            ("张三生日", Some(Kind::Observance)),
            ("Sommerferien Bayern", Some(Kind::Observance)),
            ("Week 40", Some(Kind::Observance)),
            ("廿三", Some(Kind::Observance)),
            ("农历九月初四", Some(Kind::Observance)),
            ("正月初一", None),
            ("十一", None),
            ("Payday", Some(Kind::Observance)),
            ("全员会议", Some(Kind::Observance)),
            ("Betriebsferien", None),
        ] {
            assert_eq!(titled(title), kind, "{title}");
        }
    }
}
