//! The roles of a company: `policy/roles.toml` (ST1). Who has them on a day is in `people`.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::kind::Declared;
pub(super) use crate::kind::name_of as named;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::LoadText;
use crate::locale::text::fold;
use crate::place::toml::{Section, read};
use crate::place::{Place, Placed, Problem, Problems};

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its name, which staff records and rules use.
    pub name: String,
    /// What people read.
    pub label: Label,
    /// The next higher level: a case is escalated to it (CP12), and it shares in a loss as the superior.
    pub reports_to: Option<String>,
    /// Whether all active staff have it automatically.
    pub everybody: bool,
    /// Whether it is no longer given; old records keep it.
    pub retired: bool,
    /// Where it is declared.
    pub place: Place,
}

/// The role that everybody has if a company declares none.
const ANYONE: &str = "anyone";

/// Every role, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roles(IndexMap<String, Role>);

impl Roles {
    /// The path of the file.
    pub const FILE: &'static str = "policy/roles.toml";

    /// Reads the file. All problems are noted, and roles without problems are returned.
    pub fn load(text: &str, problems: &Problems) -> Self {
        let Some(file) = read(Self::FILE, text, problems) else { return Roles::default() };
        let mut roles = IndexMap::new();
        let mut above = Vec::new();
        for (name, table) in file.sections("roles", problems) {
            let role = role(name, table, &mut above, problems);
            roles.insert(name.value.clone(), role);
        }
        file.finish(problems);
        let roles = Roles(roles);
        for (of, up) in above {
            roles.check_above(&of, &up, problems);
        }
        labels_are_unique(roles.iter().map(|role| (&role.label, &role.place)), problems);
        roles
    }

    /// Whether the company declares none, so that any name is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The roles that all staff have. If a company declares no roles, it is only [`ANYONE`].
    pub fn everybody(&self) -> Vec<&str> {
        match self.is_empty() {
            true => vec![ANYONE],
            false => self.iter().filter(|role| role.everybody).map(|role| role.name.as_str()).collect(),
        }
    }

    /// The names, for other files that name roles.
    pub(super) fn declared(&self) -> Declared {
        Declared { what: LoadText::WordRole, file: Self::FILE, names: self.0.keys().cloned().collect() }
    }

    /// The role with this name.
    pub fn get(&self, name: &str) -> Option<&Role> {
        self.0.get(name)
    }

    /// The role with this name, or with this label in any language.
    pub fn find(&self, word: &str) -> Option<&Role> {
        self.get(word).or_else(|| self.iter().find(|role| role.label.matches(word)))
    }

    /// Every role, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.0.values()
    }

    /// The levels above a role, the nearest first.
    pub fn above<'r>(&'r self, name: &str) -> impl Iterator<Item = &'r Role> {
        let up = |role: &Role| role.reports_to.as_deref().and_then(|up| self.get(up));
        // A circle is a problem of the file; the iterator ends anyway.
        std::iter::successors(self.get(name).and_then(up), move |role| up(role)).take(self.0.len())
    }

    /// Notes a problem if a named role does not exist.
    pub fn check(&self, name: &Placed<String>, problems: &Problems) {
        self.declared().check(name, problems);
    }

    fn check_above(&self, of: &str, up: &Placed<String>, problems: &Problems) {
        self.check(up, problems);
        if self.above(of).any(|role| role.name == of) {
            problems.say(&up.place, label!(LoadText::AboveItself, of = of));
        }
    }
}

fn role(
    name: &Placed<String>,
    table: &Section,
    above: &mut Vec<(String, Placed<String>)>,
    problems: &Problems,
) -> Role {
    named(name, LoadText::WordRole, problems);
    let up = table.text("reports-to", problems);
    above.extend(up.iter().map(|up| (name.value.clone(), up.clone())));
    let role = Role {
        name: name.value.clone(),
        label: label(table, &name.value, problems),
        reports_to: up.map(|up| up.value),
        everybody: table.flag("everybody", problems).unwrap_or(false),
        retired: table.flag("retired", problems).unwrap_or(false),
        place: name.place.clone(),
    };
    table.finish(problems);
    role
}

/// The label of a table; the name is used for a missing language.
pub(super) fn label(table: &Section, name: &str, problems: &Problems) -> Label {
    table.label("label", problems).unwrap_or_else(|| Label::new(name, ""))
}

/// Labels are accepted wherever the name is, so no two may be the same.
pub(super) fn labels_are_unique<'l>(labels: impl Iterator<Item = (&'l Label, &'l Place)>, problems: &Problems) {
    let mut seen: Vec<([String; 2], &Place)> = Vec::new();
    for (label, place) in labels {
        // compared as in `Label::matches`, but each is folded only once
        let folded = [fold(&label.en), fold(&label.zh)];
        let same = |other: &[String; 2]| other.iter().any(|one| !one.is_empty() && folded.contains(one));
        if let Some((_, first)) = seen.iter().find(|(other, _)| same(other)) {
            let message = label!(LoadText::LabelAlso, label = label.en, first = first);
            problems.push(Problem::new(place.clone(), message).help(LoadText::LabelsDiffer));
        }
        seen.push((folded, place));
    }
}

#[cfg(test)]
mod tests {
    use super::Roles;
    use crate::place::Problems;

    const TEXT: &str = "[roles.clerk]\nlabel = { en = \"Clerk\", zh = \"内勤\" }\nreports-to = \"head\"\n\
        [roles.head]\nlabel = { en = \"Head\", zh = \"主管\" }\nreports-to = \"gm\"\n\
        [roles.gm]\nlabel = { en = \"General manager\", zh = \"总经理\" }\n[roles.all]\neverybody = true\n";

    #[test]
    fn a_role_is_found_by_name_and_label_and_has_levels_above() {
        let problems = Problems::new();
        let roles = Roles::load(TEXT, &problems);
        assert!(problems.is_empty());
        assert_eq!(roles.find("内勤").map(|role| role.name.as_str()), Some("clerk"));
        assert_eq!(roles.find("HEAD").map(|role| role.name.as_str()), Some("head"));
        assert_eq!(roles.above("clerk").map(|role| role.name.as_str()).collect::<Vec<_>>(), ["head", "gm"]);
        assert!(roles.get("all").is_some_and(|role| role.everybody) && roles.above("gm").next().is_none());
    }

    #[test]
    fn what_is_wrong_is_said_at_once() {
        let problems = Problems::new();
        let text = TEXT.replace("\"gm\"", "\"clerk\"").replace("everybody", "everyone")
            + "[roles.Boss]\nreports-to = \"hed\"\n";
        Roles::load(&(text + "label = { en = \"boss\", zh = \"主管\" }\n"), &problems);
        let said: Vec<String> = problems.into_sorted().iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "policy/roles.toml:3: roles.clerk.reports-to: `clerk` stands above itself",
                "policy/roles.toml:6: roles.head.reports-to: `head` stands above itself",
                "policy/roles.toml:10: roles.all.everyone: unknown key `everyone` (did you mean `everybody`?)",
                "policy/roles.toml:11: roles.Boss: `Boss` cannot be the name of a role: use small letters, digits and dashes",
                "policy/roles.toml:11: roles.Boss: the label `boss` stands at policy/roles.toml:4 too (labels are typed for names: make them differ)",
                "policy/roles.toml:12: roles.Boss.reports-to: there is no role `hed` (did you mean `head`?)",
            ]
        );
    }
}
