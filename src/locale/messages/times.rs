//! Why a text is not a time, span or limit.

super::messages! {
    /// Messages about times that people type, and about spans and limits in policy files.
    TimeText {
        Unknown: "`{text}` is not a time that is understood; write 2026-11-24, 11-24, 2026-11-24T17:00, 17:00, today, tomorrow, yesterday, mon to sun, 2d, 2wd, 4h, 4wh, 20m-ago, eod, or a day and a time as `tomorrow 17:00`; {words}" / "“{text}”不是能识别的时间；可写 {words}、2026-11-24、11-24、2026-11-24T17:00、17:00、2d、2wd、4h、4wh、20m-ago、eod，或日期加时间，如“明天 17:00”",
        Ambiguous: "`{text}` could be morning or evening; write {halves} before it, or 17:00" / "“{text}”分不清上午还是下午；请在前面写 {halves}，或写作 17:00",
        NoSuchDate: "there is no date `{text}`" / "没有“{text}”这一天",
        Ahead: "`{text}` lies ahead, but what is recorded has happened; write 2d-ago, {ago}, yesterday or a date" / "“{text}”在将来，而登记的是已发生的事；请写 {ago}、昨天、2d-ago 或日期",
        NotIso: "`{text}` is not an ISO time; write 2026-11-24, 2026-11-24T17:00 or 2026-11-24T17:00:00+08:00" / "“{text}”不是 ISO 时间；应写作 2026-11-24、2026-11-24T17:00 或 2026-11-24T17:00:00+08:00",
        Outside: "the calendar `{calendar}` knows the dates {first} to {last} only; extend it in policy/calendar.toml" / "日历“{calendar}”只载有 {first} 至 {last} 的日期；请在 policy/calendar.toml 中延长",
        Unlaid: "the holidays of {year} are not laid down in the calendar `{calendar}` yet; add the year's file to `files` in policy/calendar.toml" / "日历“{calendar}”尚未载入 {year} 年的节假日；请把该年的文件加入 policy/calendar.toml 的 `files`",
        Span: "`{text}` is not a span; write a number of minutes, hours, workminutes, workhours, days, weeks, months or workdays, such as `2 workdays`, `4wh`, `{chinese}`" / "“{text}”不是时长；应写数字加 分钟、小时、工作分钟、工作小时、天、周、个月 或 个工作日，如 `{chinese}`、`4wh`、`2 workdays`",
        Within: "`{text}` is not a time limit; write a span such as `2 workdays`, `next mon,thu` or `day 10 of next month`" / "“{text}”不是时限；应写时长，如 `2 workdays`，或 `next mon,thu`、`day 10 of next month`",
        PeriodBeyond: "the period `{text}` is out of range: years go from {first} to {last}" / "期间“{text}”超出范围：年份应在 {first} 至 {last} 之间",
        Period: "`{text}` is not a period; write 2026, 2026-h1, 2026-q3, 2026-10, 2026-w45, 2026-10-05, last-month or A..B with any two of these" / "“{text}”不是期间；可写 2026年、2026年上半年、2026年三季度、2026年11月、上月、本季度、2026-w45、2026-10-05，或其中两个写作 A..B",
    }
}
