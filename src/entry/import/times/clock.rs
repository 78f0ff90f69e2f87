//! Times of day as people and programs write them: `14:30:05.123 +08:00`, `2:30 p. m.`, `14时30分`, `下午3点半`.

use chrono::FixedOffset;

/// What stands before or after an hour, and the hours of twelve that it may stand with. `later`: those from 1 to 11 are
/// of the afternoon.
struct Half {
    words: &'static [&'static str],
    least: u32,
    most: u32,
    later: bool,
}

/// Longer words first. 12 is noon with 中午 and 下午, and midnight with 凌晨 and `am`.
const HALVES: [Half; 9] = [
    Half { words: &["凌晨"], least: 0, most: 6, later: false },
    Half { words: &["清晨", "早晨", "早上"], least: 4, most: 11, later: false },
    Half { words: &["上午", "午前", "오전"], least: 0, most: 11, later: false },
    Half { words: &["中午"], least: 11, most: 2, later: true },
    Half { words: &["下午", "午后", "午後", "오후"], least: 1, most: 12, later: true },
    Half { words: &["傍晚"], least: 4, most: 8, later: true },
    Half { words: &["晚上", "晚间"], least: 5, most: 11, later: true },
    Half { words: &["am"], least: 0, most: 12, later: false },
    Half { words: &["pm"], least: 1, most: 12, later: true },
];
const MORNING: usize = 2;
const DAWN: usize = 0;
const NOON: usize = 3;
const AM: usize = 7;
const PM: usize = 8;

impl Half {
    /// The hour of 24. `None` if the hour does not go with the word, or could mean two.
    fn hour(&self, place: usize, hour: u32, colon: bool) -> Option<u32> {
        match hour {
            // 14:30 PM and 下午14:30 say the same twice
            13..=23 if self.later && place != NOON && (self.least..=self.most).contains(&(hour - 12)) => Some(hour),
            // programs count 上午12:05 as 0:05; 上午12点 could be noon
            12 if place == AM || place == DAWN || (place == MORNING && colon) => Some(0),
            _ if place == NOON => match hour {
                11 | 12 => Some(hour),
                1 | 2 => Some(hour + 12),
                _ => None,
            },
            _ if !(self.least..=self.most).contains(&hour) => None,
            12 => Some(12),
            _ if self.later => Some(hour + 12),
            _ => Some(hour),
        }
    }
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// Seconds after 00:00. 86,400 is the end of the day, which some write as 24:00.
    pub(super) seconds: u32,
    /// How far the clock is from UTC, if that is written.
    pub(super) offset: Option<FixedOffset>,
}

/// Reads a time of day. The text is of half width, in small letters, without space around it.
pub(super) fn clock(text: &str) -> Option<Clock> {
    let (before, rest) = half(text);
    let (hour, rest) = number(rest, 2)?;
    let (minutes, seconds, rest, colon) = match rest.chars().next() {
        Some(':') => {
            let (minutes, rest) = number(&rest[1..], 2)?;
            match rest.strip_prefix(':') {
                Some(rest) => {
                    let (seconds, rest) = number(rest, 2)?;
                    (minutes, seconds, fraction(rest), true)
                }
                None => (minutes, 0, rest, true),
            }
        }
        Some(c @ ('时' | '点' | '時' | '點')) => {
            let (minutes, seconds, rest) = in_words(&rest[c.len_utf8()..])?;
            (minutes, seconds, rest, false)
        }
        // 3 pm
        _ => (0, 0, rest, false),
    };
    let said = rest.len() < text.len() && text[..text.len() - rest.len()].contains([':', '时', '点', '時', '點']);
    let (after, rest) = half(rest.trim_start());
    let half = match (before, after) {
        (Some(_), Some(_)) => return None,
        (before, after) => before.or(after),
    };
    let offset = offset(rest.trim_start())?;
    if minutes > 59 || seconds > 59 {
        return None;
    }
    let hour = match half {
        Some(place) => HALVES[place].hour(place, hour, colon)?,
        None if said => hour,
        None => return None,
    };
    let seconds = hour * 3600 + minutes * 60 + seconds;
    (seconds <= 86_400).then_some(Clock { seconds, offset })
}

/// `143005`, `1430`, as they follow a date without separators.
pub(super) fn compact(text: &str) -> Option<Clock> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (hour, rest) = number(text, 2)?;
    let (minutes, rest) = number(rest, 2)?;
    let (seconds, rest) = match digits {
        4 => (0, rest),
        6 => number(rest, 2)?,
        _ => return None,
    };
    let offset = offset(fraction(rest).trim_start())?;
    let sound = hour < 24 && minutes < 60 && seconds < 60;
    sound.then_some(Clock { seconds: hour * 3600 + minutes * 60 + seconds, offset })
}

/// What follows the hour: 半, 整, 一刻, 三刻, 30分, 30分05秒.
fn in_words(text: &str) -> Option<(u32, u32, &str)> {
    for (word, minutes) in [("半", 30), ("整", 0), ("正", 0), ("一刻", 15), ("三刻", 45), ("钟", 0)] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((minutes, 0, rest));
        }
    }
    let Some((minutes, rest)) = number(text, 2) else { return Some((0, 0, text)) };
    let rest = rest.strip_prefix('分').map(|rest| rest.strip_prefix('钟').unwrap_or(rest)).unwrap_or(rest);
    match number(rest, 2) {
        Some((seconds, rest)) => Some((minutes, seconds, rest.strip_prefix('秒')?)),
        None => Some((minutes, 0, rest)),
    }
}

/// A word for a part of the day in front, and what follows it.
fn half(text: &str) -> (Option<usize>, &str) {
    for (place, half) in HALVES.iter().enumerate() {
        if let Some(rest) = half.words.iter().find_map(|word| text.strip_prefix(word)) {
            return (Some(place), rest.trim_start());
        }
    }
    meridiem(text).map_or((None, text), |(later, rest)| (Some(if later { PM } else { AM }), rest))
}

/// `am`, `a.m.`, `p. m.`: whether it is the later one, and what follows. No letter may follow.
pub(super) fn meridiem(text: &str) -> Option<(bool, &str)> {
    let later = match text.chars().next()? {
        'a' | 'A' => false,
        'p' | 'P' => true,
        _ => return None,
    };
    let rest = text[1..].strip_prefix('.').unwrap_or(&text[1..]).trim_start();
    let rest = rest.strip_prefix(['m', 'M'])?;
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    (!rest.starts_with(char::is_alphabetic)).then_some((later, rest))
}

/// The offset that a text is: `z`, `utc`, `gmt`, `+08:00`, `+0800`, `+8`, `utc+8`. `Some(None)` for nothing.
pub(super) fn offset(text: &str) -> Option<Option<FixedOffset>> {
    if text.is_empty() {
        return Some(None);
    }
    let named = ["utc", "gmt", "z"].into_iter().find_map(|name| text.strip_prefix(name));
    let rest = named.map_or(text, str::trim_start);
    if rest.is_empty() {
        return Some(FixedOffset::east_opt(0));
    }
    let (sign, rest) = match rest.chars().next()? {
        '+' => (1, &rest[1..]),
        '-' => (-1, &rest[1..]),
        '\u{2212}' => (-1, &rest['\u{2212}'.len_utf8()..]),
        _ => return None,
    };
    let (hours, rest) = number(rest, 2)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { number(rest, 2)? };
    if !rest.is_empty() || hours > 14 || minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?).map(Some)
}

/// Up to `most` digits in front, and what follows them.
pub(super) fn number(text: &str, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

/// What follows a fraction of a second. Records keep whole seconds.
pub(super) fn fraction(text: &str) -> &str {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return text };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { text } else { &rest[digits..] }
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn times_of_day_are_read() {
        for (text, read) in [
            ("14:30", Some((14, 30, 0))),
            ("9:05:07", Some((9, 5, 7))),
            ("14:30:05.123", Some((14, 30, 5))),
            ("14:30:05,999999", Some((14, 30, 5))),
            ("24:00", Some((24, 0, 0))),
            ("24:01", None),
            ("14:60", None),
            ("25:00", None),
            ("14时30分", Some((14, 30, 0))),
            ("14时30分05秒", Some((14, 30, 5))),
            ("14点", Some((14, 0, 0))),
            ("9点整", Some((9, 0, 0))),
            ("14時30分", Some((14, 30, 0))),
            ("下午3点半", Some((15, 30, 0))),
            ("下午3点一刻", Some((15, 15, 0))),
            ("下午 3:30", Some((15, 30, 0))),
            ("下午3时", Some((15, 0, 0))),
            ("下午12:30", Some((12, 30, 0))),
            ("下午14:30", Some((14, 30, 0))),
            ("下午0:30", None),
            ("上午9点20", Some((9, 20, 0))),
            ("上午10:15:30", Some((10, 15, 30))),
            ("上午12:05", Some((0, 5, 0))),
            ("上午12点", None),
            ("上午13点", None),
            ("中午12点", Some((12, 0, 0))),
            ("中午11点半", Some((11, 30, 0))),
            ("中午1点", Some((13, 0, 0))),
            ("中午9点", None),
            ("凌晨2点", Some((2, 0, 0))),
            ("凌晨12:10", Some((0, 10, 0))),
            ("早上8点", Some((8, 0, 0))),
            ("傍晚6点", Some((18, 0, 0))),
            ("晚上8点", Some((20, 0, 0))),
            ("晚上20:15", Some((20, 15, 0))),
            ("晚上12点", None),
            ("晚上2点", None),
            ("2:30 pm", Some((14, 30, 0))),
            ("2:30pm", Some((14, 30, 0))),
            ("2:30 p. m.", Some((14, 30, 0))),
            ("2:30:15 a.m.", Some((2, 30, 15))),
            ("12:00 am", Some((0, 0, 0))),
            ("12:00 pm", Some((12, 0, 0))),
            ("3 pm", Some((15, 0, 0))),
            ("13:00 am", None),
            ("下午3:00 pm", None),
            ("3", None),
            ("2:30 pmx", None),
            ("14:30 est", None),
        ] {
            let hms = clock(text).map(|clock| (clock.seconds / 3600, clock.seconds / 60 % 60, clock.seconds % 60));
            assert_eq!(hms, read, "{text}");
        }
    }

    #[test]
    fn offsets_count() {
        for (text, offset) in [
            ("14:30z", Some(0)),
            ("14:30 utc", Some(0)),
            ("14:30 gmt", Some(0)),
            ("14:30+08:00", Some(8 * 3600)),
            ("14:30 +0800", Some(8 * 3600)),
            ("14:30 utc+8", Some(8 * 3600)),
            ("14:30 gmt-3:30", Some(-(3 * 3600 + 1800))),
            ("14:30:05.5-05", Some(-5 * 3600)),
            ("2:30 pm -0500", Some(-5 * 3600)),
            ("14:30", None),
        ] {
            let read = clock(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(read.offset.map(|offset| offset.local_minus_utc()), offset, "{text}");
        }
        for text in ["14:30 +19:00", "14:30 +08:00x", "14:30 +"] {
            assert_eq!(clock(text), None, "{text}");
        }
    }
}
