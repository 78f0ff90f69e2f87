//! Titles of a team's calendar that tell of one person's leave: `张三请假`, `Anna: vacation`. The company works on such a day.

/// Leave that only a person takes.
const LEAVE: &[&str] = &[
    "请假",
    "年休假",
    "年假",
    "病假",
    "事假",
    "婚假",
    "产假",
    "陪护假",
    "护理假",
    "育儿假",
    "哺乳假",
    "丧假",
    "探亲假",
    "工伤假",
    "居家办公",
    "远程办公",
    "在家办公",
    "出差",
    "外出",
];
/// Leave that a person takes as well as a whole company; a name in front decides.
const EITHER: &[&str] = &["休假", "调休", "补休", "休息", "轮休", "倒休", "串休", "休"];
/// English words for a person's leave, as words of their own.
const ENGLISH: &[&str] = &[
    "vacation",
    "pto",
    "annual leave",
    "sick leave",
    "sick day",
    "sick",
    "on leave",
    "parental leave",
    "paternity",
    "maternity",
    "bereavement",
    "ooo",
    "out of office",
    "out of the office",
    "time off",
    "wfh",
    "work from home",
    "working from home",
    "business trip",
    "urlaub",
    "krank",
    "congé",
    "congés",
];
/// What follows the name of a person, with `'s`.
const POSSESSED: &[&str] = &["'s day off", "'s leave", "'s holiday", "'s holidays", "'s off", "'s days off"];
/// Words of a title that speaks of the whole company, or of a holiday.
const ALL: &[&str] = &[
    "公司",
    "全厂",
    "工厂",
    "全体",
    "全员",
    "统一",
    "集体",
    "单位",
    "集团",
    "部门",
    "春节",
    "新年",
    "农历",
    "过年",
    "国庆",
    "company",
    "office closed",
    "factory",
    "plant",
    "all staff",
    "everyone",
    "everybody",
    "shutdown",
    "team holiday",
    "new year",
    "national",
    "christmas",
    "easter",
    "spring festival",
];
/// The commonest surnames.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖\
    贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤";
/// Ends of what stands before a leave and is no person: 高温休假, 周六休息, 夏季休假.
const NO_PERSON: &str = "节日天周季月年假温冬夏春秋期间段厂司组班区省市县庆旦午末";

/// Whether a title tells of one person's leave. It is in small letters, of half width, in simplified characters.
pub(super) fn is_leave_of_a_person(title: &str) -> bool {
    if ALL.iter().any(|word| title.contains(word)) {
        return false;
    }
    let words: String = title.chars().map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' }).collect();
    let words = format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "));
    LEAVE.iter().any(|leave| title.contains(leave))
        || ENGLISH.iter().any(|leave| words.contains(&format!(" {leave} ")))
        || POSSESSED.iter().any(|leave| words.contains(&format!("{leave} ")))
        || EITHER.iter().any(|leave| words.trim().split_once(leave).is_some_and(|(name, _)| is_person(name.trim())))
}

/// Whether a text is the name of a person, as far as it can be told: 张三, 欧阳娜, 老王, 王经理.
fn is_person(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    let Some((last, first)) = chars.last().zip(chars.first()) else { return false };
    if *first == '周' && "一二三四五六".contains(*last) {
        return false;
    }
    if !chars.iter().all(|c| ('\u{4e00}'..='\u{9fff}').contains(c)) {
        return false;
    }
    let nickname = matches!(first, '小' | '老' | '阿') && chars.len() == 2 && SURNAMES.contains(*last);
    let titled =
        ["经理", "主任", "主管", "总", "工", "姐", "哥", "师傅", "老师"].iter().any(|title| name.ends_with(title));
    let doubled = ["欧阳", "上官", "司马", "诸葛", "夏侯"].iter().any(|surname| name.starts_with(surname));
    nickname
        || (doubled && (3..=4).contains(&chars.len()))
        || (SURNAMES.contains(*first) && (2..=3).contains(&chars.len()) && (titled || !NO_PERSON.contains(*last)))
}

#[cfg(test)]
mod tests {
    use super::is_leave_of_a_person;

    #[test]
    fn leave_of_a_person_is_told_from_days_off() {
        for title in [
            "张三请假",
            "年假",
            "李四 年假",
            "小王请假",
            "anna: vacation",
            "bob - pto",
            "tom ooo",
            "anna's day off",
            "out of office: jim",
            "张三休假",
            "王五 调休",
            "老王休",
            "欧阳娜休假",
            "李经理休息",
            "出差：北京",
            "eva sick",
            "urlaub max",
            "病假（李四）",
            "刘洋补休",
        ] {
            assert!(is_leave_of_a_person(title), "{title}");
        }
        for title in [
            "国庆节休假",
            "春节年假",
            "公司年假",
            "全厂休息",
            "高温休假",
            "周六休息",
            "夏季休假",
            "company vacation",
            "new year's holiday",
            "休",
            "调休",
            "休假",
            "国庆节调休",
            "day off",
            "workers' day",
            "labour day",
            "端午休",
            "betriebsurlaub",
            "bank holiday",
            "国庆节（休）",
            "放假",
            "金秋休假",
        ] {
            assert!(!is_leave_of_a_person(title), "{title}");
        }
    }
}
