//! The data of reports: the book gives the same answers as values in memory.

use std::collections::BTreeSet;

use redress::book::Book;
use redress::book::repo::Environment;
use redress::calendar::Period;
use redress::filter::{Scope, parse};
use redress::gather::BookSource;
use redress::lifecycle::Shown;
use redress::model::Facts;
use redress::record::{Id, Record, parse_time};
use redress::report::{Belonging, PlainSource, REPORTS, RecordSet, Source};

use crate::sandbox::{NOW, Sandbox};

#[test]
fn the_book_answers_as_its_records_do() {
    let sandbox = Sandbox::empty();
    sandbox.run("demo book");
    let book = Book::open(&sandbox.dir().join("book"), &Environment::default()).expect("a book");
    let now = parse_time(NOW).expect("a time");
    let view = book.view(None, now).expect("it can be read");
    let source = BookSource::new(&view, Facts::default());
    let policy = view.policy();
    let mut records: Vec<Record> = Vec::new();
    for kind in policy.kinds.values() {
        records.extend(
            view.index().expect("an index").select(&redress::book::index::Selection::of(kind.name())).expect("records"),
        );
    }
    assert!(records.len() > 30, "{}", records.len());
    let mut plain = PlainSource::new(source.basis().clone(), records);
    for report in REPORTS {
        plain.layouts.insert(report.name, (*source.layout(report).expect("it can be read")).clone());
    }
    // only the book finds out which complaints came back after a measure
    for record in plain.records.clone().values() {
        plain.recurred.insert(record.id.clone(), source.recurred(record).expect("it can be read"));
    }
    let periods = ["2026-09", "2026-10", "2026-11", "2026-w46", "2026-11-10", "2026", "2026-12"];
    let periods = periods.map(|text| Period::parse(text, now.date_naive()).expect("a period"));
    let mut found = 0;
    for kind in policy.kinds.values() {
        let milestones: Vec<&str> = kind.milestones.iter().map(|milestone| milestone.name.as_str()).collect();
        let steps: BTreeSet<&str> = kind.steps.iter().map(|step| step.name.as_str()).collect();
        for period in &periods {
            let mut all = vec![
                Belonging::All,
                Belonging::Opened(period),
                Belonging::Closed(period),
                Belonging::Touched(period),
                Belonging::Present(period),
                Belonging::OpenAtEnd(period),
                Belonging::Voided(period),
            ];
            all.extend(milestones.iter().map(|name| Belonging::Milestone(name, period)));
            all.extend(steps.iter().map(|name| Belonging::Step(name, period)));
            for belonging in all {
                let set = RecordSet::of(kind, belonging);
                let ids = source.ids(&set).expect("it can be read");
                assert_eq!(*ids, *plain.ids(&set).expect("at hand"), "{} {belonging:?}", kind.name());
                assert_eq!(
                    source.count(&set).expect("it can be read"),
                    ids.len() as u64,
                    "{} {belonging:?}",
                    kind.name()
                );
                let whole: BTreeSet<Id> =
                    source.records(&set).expect("it can be read").iter().map(|record| record.id.clone()).collect();
                assert_eq!(*ids, whole, "{} {belonging:?}", kind.name());
                found += ids.len();
            }
            let end = period.moments(policy.calendars.default().zone()).1;
            let set = RecordSet::of(kind, Belonging::Clocked(period));
            let timed = source.timed(&set, Shown::Before(end)).expect("it can be read");
            assert_eq!(
                timed,
                plain
                    .timed(
                        &RecordSet::of(kind, Belonging::All).among(&timed.iter().map(|one| one.id.clone()).collect()),
                        Shown::Before(end)
                    )
                    .expect("at hand")
            );
        }
        // a filter with a flag is answered too
        let scope = Scope::question(policy.settings.time_zone, policy.calendars.default(), now);
        let filter = parse("overdue").and_then(|expr| expr.bind(kind.name(), policy, &scope)).expect("a filter");
        let set = RecordSet::of(kind, Belonging::All).filtered(&filter);
        assert_eq!(*source.ids(&set).expect("it can be read"), *plain.ids(&set).expect("at hand"), "{}", kind.name());
    }
    assert!(found > 500, "{found}");
    for period in &periods {
        let kinds: Vec<&str> = policy.kinds.values().map(|kind| kind.name()).collect();
        let span = period.moments(policy.calendars.default().zone());
        let told = |source: &dyn Source| {
            let events = source.events(&kinds, span).expect("it can be read").into_iter();
            let told =
                events.map(|one| (one.event.at, one.record, one.event.step, one.event.note)).collect::<BTreeSet<_>>();
            (told, source.noted_later(span).expect("it can be read"))
        };
        assert_eq!(told(&source), told(&plain), "{}", period.label);
        for report in REPORTS {
            let [of_book, of_values] =
                [&source as &dyn Source, &plain].map(|source| report.make(source, period).expect("a report"));
            assert_eq!(of_book, of_values, "{} {}", report.name, period.label);
        }
    }
}
