//! Dates and times as other programs write them.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use crate::calendar::{Moment, Zone};
use crate::record::parse_time;

/// The formats that are always read: ISO, and dates that begin with the year, because these are unambiguous.
const KNOWN: [&str; 7] =
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"];
const CLOCKS: [&str; 3] = ["", " %H:%M:%S", " %H:%M"];

/// The instant that a text means. A date without a time means its beginning. `format` is a format of chrono for files
/// with dates in their own format.
pub fn moment(text: &str, format: Option<&str>, zone: Zone) -> Option<Moment> {
    if format.is_none()
        && let Ok(instant) = parse_time(&text.replacen(' ', "T", 1))
    {
        return Some(zone.local(instant));
    }
    let formats = match format {
        Some(format) => vec![format],
        None => KNOWN.to_vec(),
    };
    let sound = |date: &NaiveDate| (1000..3000).contains(&date.year());
    formats.iter().find_map(|format| {
        CLOCKS.iter().find_map(|clock| {
            let format = format!("{format}{clock}");
            match NaiveDateTime::parse_from_str(text, &format) {
                Ok(wall) => Some(wall).filter(|wall| sound(&wall.date())).map(|wall| zone.first_at(wall)),
                Err(_) => {
                    let date = NaiveDate::parse_from_str(text, &format).ok().filter(sound);
                    date.map(|date| zone.start_of_day(date))
                }
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::moment;
    use crate::calendar::Zone;

    #[test]
    fn dates_are_read_as_told_or_year_first() {
        let zone: Zone = "Asia/Shanghai".parse().expect("a zone");
        let read = |text: &str, format| moment(text, format, zone).map(|at| at.to_rfc3339());
        for (text, format, at) in [
            ("7/29/2013", Some("%m/%d/%Y"), "2013-07-29T00:00:00+08:00"),
            ("07/29/2013 14:05", Some("%m/%d/%Y"), "2013-07-29T14:05:00+08:00"),
            ("2026-11-24", None, "2026-11-24T00:00:00+08:00"),
            ("2026-11-24T09:30", None, "2026-11-24T09:30:00+08:00"),
            ("2026-11-24T09:30:00Z", None, "2026-11-24T17:30:00+08:00"),
            ("2026/1/4 9:30:05", None, "2026-01-04T09:30:05+08:00"),
            ("2026年1月4日", None, "2026-01-04T00:00:00+08:00"),
        ] {
            assert_eq!(read(text, format).as_deref(), Some(at), "{text}");
        }
        for (text, format) in [
            ("7/29/2013", None),
            ("7/29/13", Some("%m/%d/%Y")),
            ("13/29/2013", Some("%m/%d/%Y")),
            ("2013-02-30", None),
            ("soon", None),
            ("2013-07-29", Some("%m/%d/%Y")),
            ("2013-07-29T09:30:00+08:00", Some("%m/%d/%Y")),
        ] {
            assert_eq!(read(text, format), None, "{text}");
        }
    }
}
