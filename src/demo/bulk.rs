//! Cases in bulk: what clients complain about, what happens then, and how long each step takes. Only numbers and
//! words; the steps are taken elsewhere.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime};

use super::Random;

/// Families of invented company names.
pub(super) const PLACES: [&str; 12] =
    ["青禾", "临江", "北岸", "远山", "星桥", "和风", "大寒", "云杉", "长汀", "白鹭", "松原", "晴川"];
const TRADES: [&str; 10] = ["泵业", "纺织", "食品", "家具", "电子", "印刷", "冷链", "五金", "建材", "包装"];
const PRODUCTS: [&str; 8] = ["机械密封", "端子", "内袋", "五金套件", "门封条", "轴承", "输送带", "滤芯"];
const FAULTS: [(&str, &str); 8] = [
    ("product", "到货后漏水"),
    ("product", "尺寸超差"),
    ("delivery", "晚到三天"),
    ("service", "报修无人上门"),
    ("price", "价格与合同不符"),
    ("contract", "发票抬头开错"),
    ("after-sales", "配件迟迟未寄"),
    ("product", "表面划伤"),
];
const CHANNELS: [&str; 5] = ["phone", "email", "message", "web", "visit"];
const GRADES: [&str; 8] = ["key", "A", "A", "B", "B", "B", "C", "C"];

/// An invented client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The company's name, made unique by its number.
    pub name: String,
    /// Its grade.
    pub grade: &'static str,
}

/// An invented complaint with its course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The number of its client.
    pub client: usize,
    /// The channel.
    pub channel: &'static str,
    /// The category.
    pub category: &'static str,
    /// The product.
    pub product: &'static str,
    /// What is wrong.
    pub content: &'static str,
    /// The severity.
    pub severity: &'static str,
    /// The steps after the first, in order, each with the number of working days after the one before it.
    pub steps: Vec<(&'static str, u64)>,
    /// The score of the callback. `None` if nobody was called.
    pub score: Option<u64>,
}

/// The client with this number.
pub fn client(random: &mut Random, number: usize) -> Client {
    Client { name: company(random, number), grade: random.pick(&GRADES) }
}

/// The name of a company that does not exist.
pub(super) fn company(random: &mut Random, number: usize) -> String {
    format!("{}{}示例{number:05}有限公司", random.pick(&PLACES), random.pick(&TRADES))
}

/// A case for one of `clients` clients.
pub fn case(random: &mut Random, clients: usize) -> Case {
    let (category, content) = random.pick(&FAULTS);
    let severity = match random.below(20) {
        0 => "critical",
        1..=4 => "major",
        _ => "minor",
    };
    let (steps, score) = course(random);
    Case {
        client: random.below(clients.max(1) as u64) as usize,
        channel: random.pick(&CHANNELS),
        category,
        product: random.pick(&PRODUCTS),
        content,
        severity,
        steps,
        score,
    }
}

/// Of a hundred cases about four are declined, four withdrawn and six refused; all others end with a callback.
fn course(random: &mut Random) -> (Vec<(&'static str, u64)>, Option<u64>) {
    let late = if random.below(8) == 0 { 6 } else { 0 };
    let mut steps = vec![("accept", random.below(2))];
    match random.below(100) {
        0..=3 => return (vec![("decline", 0)], None),
        4..=7 => steps.push(("withdraw", 1)),
        8..=13 => steps.extend([("propose", 1 + late), ("approve", 1), ("refuse", 1)]),
        outcome => {
            if outcome < 20 {
                steps.extend([("wait", 0), ("resume", 2 + random.below(4))]);
            }
            steps.extend([("propose", 1 + late), ("approve", random.below(2)), ("notify", 0), ("agree", 1)]);
            steps.push(("close", 1 + random.below(3)));
            let score = match random.below(20) {
                0 => 2,
                1..=3 => 3,
                4..=10 => 4,
                _ => 5,
            };
            return (steps, Some(score));
        }
    }
    (steps, None)
}

/// A time within working hours of a day, to the minute.
pub fn moment(random: &mut Random, day: NaiveDate) -> NaiveDateTime {
    let minutes = 8 * 60 + 40 + random.below(8 * 60) as u32;
    let time = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap_or(NaiveTime::MIN);
    day.and_time(time)
}

/// The day at the fraction `part` / `of` of a number of days.
pub fn day_at(from: NaiveDate, days: u64, part: usize, of: usize) -> NaiveDate {
    let passed = days * part as u64 / of.max(1) as u64;
    from.checked_add_days(Days::new(passed)).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::{Random, case, client};

    #[test]
    fn cases_are_the_same_at_every_run_and_of_every_kind() {
        let take = || {
            let mut random = Random::new(1);
            (0..1000).map(|_| case(&mut random, 50)).collect::<Vec<_>>()
        };
        let cases = take();
        assert_eq!(cases, take());
        for step in ["decline", "withdraw", "refuse", "wait", "close"] {
            assert!(cases.iter().any(|case| case.steps.iter().any(|(name, _)| *name == step)), "{step}");
        }
        assert!(cases.iter().all(|case| case.client < 50 && case.score.is_none_or(|score| (1..=5).contains(&score))));
        let mut random = Random::new(2);
        let names: std::collections::BTreeSet<String> = (0..500).map(|n| client(&mut random, n).name).collect();
        assert_eq!(names.len(), 500);
    }
}
