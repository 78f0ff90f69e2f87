//! Every preset's forms are filled in from records with nothing and with everything in them, and nothing in a field is more
//! than text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Desk, FormError, Press, Sheet};
use crate::filter::{self, Flag, Unanswered};
use crate::lifecycle::Lookup;
use crate::locale::Lang;
use crate::policy::preset::{Choices, Preset};
use crate::policy::{People, Policy, Sources};
use crate::record::{Event, Fields, FileRef, Id, Record, Shape, Type, Value, parse_time};

const HOSTILE: &str = "</td><script>alert(1)</script>\"'&{{ 7*7 }}\u{202e}\u{1b}[2J";

#[derive(Default)]
struct Shelf(HashMap<Id, Record>);

impl filter::Lookup for Shelf {
    fn record(&self, id: &Id) -> Result<Option<Cow<'_, Record>>, Unanswered> {
        Ok(self.0.get(id).map(Cow::Borrowed))
    }

    fn flag(&self, _: &Record, _: Flag) -> Result<bool, Unanswered> {
        Ok(false)
    }
}

impl Lookup for Shelf {
    fn linked(&self, id: &Id, kind: &str) -> Result<Vec<Record>, Unanswered> {
        fn named(value: &Value, id: &Id) -> bool {
            match value {
                Value::Ref(to) => to == id,
                Value::List(values) => values.iter().any(|value| named(value, id)),
                Value::Group(fields) => fields.iter().any(|(_, value)| named(value, id)),
                _ => false,
            }
        }
        let names = |record: &&Record| record.kind == kind && record.fields.iter().any(|(_, value)| named(value, id));
        let mut linked: Vec<Record> = self.0.values().filter(names).cloned().collect();
        linked.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(linked)
    }

    fn alike(&self, _: &crate::kind::Unique, _: &Record) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }

    fn by_key(&self, _: &str) -> Result<Option<Id>, Unanswered> {
        Ok(None)
    }

    fn dealt_to(&self, _: &Id) -> Result<Vec<Record>, Unanswered> {
        Ok(Vec::new())
    }
}

fn policy(preset: &Preset, more: &[(&str, &str)]) -> Policy {
    let mut sources: Sources = preset
        .files(&Choices::default())
        .unwrap()
        .into_iter()
        .map(|file| (file.path, file.text.into_bytes()))
        .collect();
    let settings = format!(
        "format = 1\nname = {:?}\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\npreset = \"basic\"\n",
        "恒泰 <机械>"
    );
    sources.insert("redress.toml", settings.into_bytes());
    for (path, text) in more {
        sources.insert(*path, text.as_bytes().to_vec());
    }
    Policy::load(&sources, "").unwrap_or_else(|invalid| panic!("{}: {:#?}", preset.name, invalid.0))
}

fn id(prefix: &str) -> Id {
    format!("{prefix}-261124-7K3F2").parse().unwrap()
}

/// A value for every field; text is hostile.
fn full(policy: &Policy, ty: &Type) -> Value {
    match ty {
        Type::Text => Value::Text(format!("{HOSTILE}\n第二行")),
        Type::Count => Value::Count(3),
        Type::Decimal => Value::Decimal("12.5".parse().unwrap()),
        Type::Money => Value::Money("1234567.80".parse().unwrap()),
        Type::Date => Value::Date("2026-11-24".parse().unwrap()),
        Type::Time => Value::Time(parse_time("2026-11-24T09:00:00+08:00").unwrap()),
        Type::Bool => Value::Bool(true),
        Type::Choice(choices) => Value::Text(choices[0].name.clone()),
        Type::List(element) => Value::List(vec![full(policy, element), full(policy, element)]),
        Type::Group(shape) => Value::Group(filled(policy, shape)),
        Type::Person => Value::Text("li.na".into()),
        Type::Role => Value::Text("qm".into()),
        Type::Department => Value::Text("qm".into()),
        Type::Phone => Value::Text("0571-88886666".into()),
        Type::Email => Value::Text("a@example.cn".into()),
        Type::Ref(kinds) => {
            let kind = kinds.first().and_then(|kind| policy.kind(kind)).or(policy.kind("complaint")).unwrap();
            Value::Ref(if kind.shape.prefix.is_empty() { "li.na".parse().unwrap() } else { id(&kind.shape.prefix) })
        }
        Type::File => Value::File(FileRef::of("leak.jpg", b"x").unwrap()),
    }
}

fn filled(policy: &Policy, shape: &Shape) -> Fields {
    let mut fields = Fields::new();
    shape.handles().for_each(|(field, declared)| fields.set(field, full(policy, &declared.ty)));
    fields
}

/// A record of every kind, each naming the others; with every step of the kind in its history where it is full.
fn shelf(policy: &Policy, everything: bool) -> Shelf {
    let at = parse_time("2026-11-24T09:00:00+08:00").unwrap();
    let mut shelf = Shelf::default();
    for kind in policy.kinds.values().filter(|kind| !kind.shape.prefix.is_empty()) {
        let event = |step: &crate::kind::Step| Event {
            note: everything.then(|| HOSTILE.to_owned()),
            ..Event::new(at, "li.na".parse().unwrap(), step.name.as_str())
        };
        let history = kind.steps.iter().take(if everything { usize::MAX } else { 1 }).map(event).collect();
        let fields = if everything { filled(policy, &kind.shape) } else { Fields::new() };
        let record = Record {
            id: id(&kind.shape.prefix),
            kind: kind.name().to_owned(),
            state: kind.shape.states()[0].name.clone(),
            rules: None,
            fields,
            history,
        };
        shelf.0.insert(record.id.clone(), record);
    }
    shelf
}

fn print(policy: &Policy, shelf: &Shelf, form: &str, lang: Lang) -> Result<String, FormError> {
    let form = policy.forms.find(form).unwrap();
    let prefix = &policy.kind(&form.kind).unwrap().shape.prefix;
    let record = &shelf.0[&id(prefix)];
    let shared = Arc::new(self::policy(Preset::named("basic").unwrap(), &[]));
    let rules = |_: &Record| shared.clone();
    let now = parse_time("2026-11-24T17:00:00+08:00").unwrap();
    let people = People::default();
    let desk = Desk::new(policy, &people, shelf, &rules, now);
    let sheet = Sheet { form, copies: form.copies.iter().collect() };
    Press::new(&policy.forms)?.print(&desk, record, &[sheet], lang)
}

#[test]
fn every_form_of_every_preset_is_filled_in_and_nothing_in_it_is_more_than_text() {
    for preset in Preset::ALL {
        let policy = policy(preset, &[]);
        assert!(!policy.forms.forms.is_empty() && Press::check(&policy.forms).is_empty(), "{}", preset.name);
        for everything in [false, true] {
            let shelf = shelf(&policy, everything);
            for form in &policy.forms.forms {
                for lang in Lang::ALL {
                    let context = format!("{} {} {lang:?} {everything}", preset.name, form.name);
                    let page = print(&policy, &shelf, &form.name, lang)
                        .unwrap_or_else(|error| panic!("{context}: {:?}", error.problem()));
                    for hostile in
                        ["<script", "alert(1)</", "49\\u", "\u{202e}", "\u{1b}", "http:", "https:", "src=", "url("]
                    {
                        assert!(!page.contains(hostile), "{context}: {hostile:?}\n{page}");
                    }
                    assert_eq!(page.matches("<table class=\"sheet\">").count(), form.copies.len(), "{context}");
                    assert_eq!(page.matches("<table").count(), page.matches("</table>").count(), "{context}");
                    assert_eq!(page.matches("<tr").count(), page.matches("</tr>").count(), "{context}");
                    assert!(page.contains("恒泰 &lt;机械&gt;"), "{context}");
                    for copy in form.copies.iter().filter(|copy| !copy.name.is_empty()) {
                        let holder = copy.holder.get(lang).replace('\'', "&#x27;");
                        assert!(page.contains(&holder), "{context}: {}", copy.name);
                    }
                }
            }
        }
    }
}

#[test]
fn a_template_that_asks_for_what_is_not_there_is_named_with_its_line() {
    let path = "policy/forms/complaint-slip.html";
    let table = [
        ("<p>\n{{ record.fields.colour.text }}", 2),
        ("<p>\n\n{{ no_such_thing }}", 3),
        ("{% import \"nowhere.html\" as p %}", 1),
        ("{% for n in range(100000) %}\n{% for m in range(100000) %}x{% endfor %}{% endfor %}", 2),
    ];
    for (text, line) in table {
        let policy = policy(Preset::named("basic").unwrap(), &[(path, text)]);
        let error = print(&policy, &shelf(&policy, true), "complaint-slip", Lang::Zh).unwrap_err();
        let problem = error.problem();
        assert_eq!((&*problem.place.file, problem.place.line), (path, line), "{text}: {problem:?}");
    }
    let policy = policy(Preset::named("basic").unwrap(), &[(path, "<p>\n{% if %}")]);
    let [problem] = &Press::check(&policy.forms)[..] else { panic!("one problem") };
    assert_eq!((&*problem.place.file, problem.place.line), (path, 2));
}

#[test]
fn forms_toml_is_checked_with_its_places() {
    let load = |text: &str| {
        let preset = Preset::named("basic").unwrap();
        let mut sources: Sources =
            preset.files(&Choices::default()).unwrap().into_iter().map(|f| (f.path, f.text.into_bytes())).collect();
        let settings =
            "format = 1\nname = \"x\"\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";
        sources.insert("redress.toml", settings.as_bytes().to_vec());
        sources.insert("policy/forms.toml", text.as_bytes().to_vec());
        match Policy::load(&sources, "") {
            Ok(_) => String::new(),
            Err(invalid) => invalid.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        }
    };
    let form = |more: &str| format!("[[forms]]\nname = \"complaint-slip\"\n{more}");
    let table = [
        (
            form("kind = \"complant\""),
            "policy/forms.toml:3: forms.0.kind: there is no kind `complant` (did you mean `complaint`?)",
        ),
        (
            form("kind = \"complaint\"\ntemplate = \"complaint-slop.html\""),
            "there is no template policy/forms/complaint-slop.html (did you mean `complaint-slip.html`?)",
        ),
        (form("kind = \"complaint\"\nwhen = \"colour=red\""), "forms.0.when"),
        (form("kind = \"complaint\"\ncopies = [{ name = \"qm\" }, { name = \"qm\" }]"), "there is a copy `qm` already"),
        (format!("{0}{0}", form("kind = \"complaint\"\n")), "there is a form `complaint-slip` already"),
    ];
    for (text, said) in table {
        let found = load(&text);
        assert!(found.contains(said), "{text}\n{found}");
    }
    assert_eq!(load(&form("kind = \"complaint\"\n")), "");
}
