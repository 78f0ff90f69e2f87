//! Every preset's forms are filled in from empty records and from full ones. The content of a field always stays
//! text.

use std::sync::Arc;

use super::samples::{Filling, Samples};
use super::{Desk, FormError, Inside, Press, Sheet, Style};
use crate::calendar::Moment;
use crate::locale::Lang;
use crate::policy::preset::Preset;
use crate::policy::tests::{loaded, sources_of, text};
use crate::policy::{People, Policy};
use crate::record::{Record, parse_time};

const HOSTILE: &str = "</td><script>alert(1)</script>\"'&{{ 7*7 }}\u{202e}\u{1b}[2J";

fn policy(preset: &Preset, more: &[(&str, &str)]) -> Policy {
    let mut sources = sources_of(preset.name);
    let settings = format!(
        "format = 1\nname = {:?}\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\npreset = \"basic\"\n",
        "恒泰 <机械>"
    );
    sources.insert("redress.toml", settings.into_bytes());
    for (path, text) in more {
        sources.insert(*path, text.as_bytes().to_vec());
    }
    loaded(&sources)
}

fn now() -> Moment {
    parse_time("2026-11-24T17:00:00+08:00").unwrap()
}

fn shelf(policy: &Policy, everything: bool) -> Samples {
    let at = parse_time("2026-11-24T09:00:00+08:00").unwrap();
    Samples::of(policy, everything.then_some(Filling { text: HOSTILE, which: 0 }), at)
}

fn print(policy: &Policy, shelf: &Samples, form: &str, lang: Lang) -> Result<String, FormError> {
    let form = policy.forms.find(form).unwrap();
    let record = shelf.one(&form.kind).unwrap();
    let shared = Arc::new(self::policy(Preset::named("basic").unwrap(), &[]));
    let rules = |_: &Record| Ok(shared.clone());
    let now = now();
    let people = People::default();
    let desk = Desk::new(policy, &people, shelf, &rules, now);
    let sheet = Sheet { form, copies: form.copies.iter().collect(), draft: false };
    Press::new(&policy.forms, &Inside::default(), Style::default())?.print(&desk, record, &[sheet], lang)
}

#[test]
fn every_form_of_every_preset_is_filled_in_and_nothing_in_it_is_more_than_text() {
    for preset in Preset::ALL {
        let policy = policy(preset, &[]);
        assert!(!policy.forms.forms.is_empty(), "{}", preset.name);
        let unknown: Vec<String> =
            Press::check(&policy, &Inside::default(), now()).iter().map(ToString::to_string).collect();
        assert_eq!(unknown, Vec::<String>::new(), "{}", preset.name);
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
                    assert!(lang == Lang::Zh || !page.contains('：'), "{context}: Chinese punctuation in English");
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
    let path = "forms/complaint-slip.html";
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
    let [problem] = &Press::check(&policy, &Inside::default(), now())[..] else { panic!("one problem") };
    assert_eq!((&*problem.place.file, problem.place.line), (path, 2));
}

/// `policy check` finds a name that a template tests before use, although printing would never report it.
#[test]
fn a_field_that_a_template_names_and_its_kind_has_not_is_found_with_its_line() {
    let preset = Preset::named("manufacturer").unwrap();
    let sources = sources_of(preset.name);
    let text = |path: &str| text(&sources, path).to_owned();
    let (slip, kind) = ("forms/return-slip.html", "policy/kinds/return.toml");
    let settings = text(slip).find("basis").map(|at| text(slip)[..at].matches('\n').count() + 1).unwrap();
    let said = |more: &[(&str, &str)]| -> Vec<String> {
        let with = [more, &[("redress.toml", MANUFACTURER)]].concat();
        Press::check(&policy(preset, &with), &Inside::default(), now()).iter().map(ToString::to_string).collect()
    };
    let misspelt = text(slip).replace("\"basis\"", "\"bassis\"");
    let wanted = "`return` has no field `bassis`, so that it is missing on the form (did you mean `basis`?)";
    assert_eq!(said(&[(slip, &misspelt)]), [format!("{slip}:{settings}: {wanted}")]);
    // a company that renames a field must rename it in its templates too
    let renamed = text(kind).replace("[fields.basis]", "[fields.grounds]").replace("\"basis\"", "\"grounds\"");
    let found = said(&[(kind, &renamed)]);
    assert!(found.len() == 1 && found[0].contains("has no field `basis`"), "{found:?}");
    let step = text(slip).replace("[\"reconcile\"]", "[\"reconcil\"]");
    let found = said(&[(slip, &step)]);
    assert!(
        found.len() == 1 && found[0].contains("no step `reconcil`") && found[0].contains("`reconcile`?"),
        "{found:?}"
    );
    assert_eq!(said(&[]), Vec::<String>::new());
}

const MANUFACTURER: &str =
    "format = 1\nname = \"x\"\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\npreset = \"manufacturer\"\n";

#[test]
fn forms_toml_is_checked_with_its_places() {
    let load = |text: &str| {
        let mut sources = sources_of("basic");
        sources.insert("forms/forms.toml", text.as_bytes().to_vec());
        match Policy::load(&sources, "") {
            Ok(_) => String::new(),
            Err(invalid) => invalid.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        }
    };
    let form = |more: &str| format!("[[forms]]\nname = \"complaint-slip\"\n{more}");
    let table = [
        (
            form("kind = \"complant\""),
            "forms/forms.toml:3: forms.0.kind: there is no kind `complant` (did you mean `complaint`?)",
        ),
        (
            form("kind = \"complaint\"\ntemplate = \"complaint-slop.html\""),
            "there is no template forms/complaint-slop.html (did you mean `complaint-slip.html`?)",
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
