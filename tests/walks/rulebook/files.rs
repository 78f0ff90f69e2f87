//! A drawn rule book as the files of a policy, and its staff as records.

use std::fmt::Write as _;

use chrono::Days;
use redress::policy::{People, Policy, Sources};
use redress::record::Record;

use super::world::{By, NotBy, Tenure, To, World, first_day};
use super::{PEOPLE, STATES};

impl World {
    pub(super) fn kind_file(&self) -> String {
        let mut text = "name = \"case\"\nprefix = \"X\"\nfolder = \"cases\"\nassignee = \"owner\"\n\
            [fields.amount]\ntype = \"money\"\n[fields.owner]\ntype = \"person\"\n[fields.flag]\ntype = \"bool\"\n\
            [fields.memo]\ntype = \"text\"\n[fields.original]\ntype = \"ref\"\nto = \"case\"\n\
            [amounts.money]\nof = \"amount\"\nchain = \"original\"\nwithout = [\"z\"]\n"
            .to_owned();
        for (state, class) in STATES.into_iter().zip(["new", "open", "open", "waiting", "closed"]) {
            let _ = write!(text, "[states.{state}]\nclass = \"{class}\"\n");
        }
        text.push_str("[[steps]]\nname = \"open\"\nto = \"s0\"\n");
        for step in &self.steps {
            let from: Vec<&str> = step.from.iter().map(|state| STATES[*state]).collect();
            let _ = write!(text, "[[steps]]\nname = \"{}\"\nfrom = {from:?}\n", step.name);
            let _ = match step.to {
                To::Stay => Ok(()),
                To::State(state) => writeln!(text, "to = \"{}\"", STATES[state]),
                To::Previous => writeln!(text, "to = \"previous\""),
                To::Either(a, b) => {
                    writeln!(text, "to = [{{ when = \"flag=yes\", state = \"{}\" }}, \"{}\"]", STATES[a], STATES[b])
                }
            };
            let by = step.by.iter().map(|by| match by {
                By::Role(role) => (*role).to_owned(),
                By::Owner => "field:owner".to_owned(),
                By::Step(step) => format!("step:{step}"),
            });
            let not_by = step.not_by.iter().map(|by| match by {
                NotBy::Step(step) => step.clone(),
                NotBy::Owner => "field:owner".to_owned(),
            });
            let (by, not_by): (Vec<String>, Vec<String>) = (by.collect(), not_by.collect());
            let _ = write!(text, "by = {by:?}\nnot-by = {not_by:?}\nasks = {:?}\n", step.asks);
            let lines = [
                (step.when_flag, "when = \"flag=yes\"".to_owned()),
                (step.after.is_some(), format!("after = {:?}", step.after.as_deref().unwrap_or_default())),
                (step.overdue, "overdue = \"clock\"".to_owned()),
                (step.authority, "authority = \"money\"".to_owned()),
                (step.needs, "needs = [\"job:done\"]".to_owned()),
                (step.seals, "seals = [\"amount\"]".to_owned()),
                (step.clears, "clears = [\"memo\"]".to_owned()),
                (step.opens == Some(false), "opens = [{ kind = \"job\", with = { case = \"id\" } }]".to_owned()),
                (
                    step.opens == Some(true),
                    "opens = [{ kind = \"job\", when = \"flag=yes\", with = { case = \"id\" } }]".to_owned(),
                ),
            ];
            lines.into_iter().filter(|(there, _)| *there).for_each(|(_, line)| text.push_str(&(line + "\n")));
        }
        text + &self.clock.file()
    }

    pub(super) fn policy(&self) -> Policy {
        let job = "name = \"job\"\nprefix = \"J\"\nfolder = \"jobs\"\n[fields.case]\ntype = \"ref\"\nto = \"case\"\n\
            [states.open]\nclass = \"new\"\n[states.done]\nclass = \"closed\"\n[[steps]]\nname = \"open\"\nto = \"open\"\n\
            [[steps]]\nname = \"finish\"\nfrom = [\"open\"]\nto = \"done\"\n\
            advances = [{ ref = \"case\", step = \"noted\" }]\n";
        let staff = "name = \"staff\"\nfolder = \"staff\"\n[fields.name]\ntype = \"text\"\n\
            [fields.roles]\ntype = \"list\"\n[fields.roles.of.role]\ntype = \"role\"\n[fields.roles.of.from]\ntype = \"date\"\n\
            [fields.roles.of.until]\ntype = \"date\"\n[fields.deputy]\ntype = \"list\"\n[fields.deputy.of.person]\ntype = \"person\"\n\
            [fields.deputy.of.from]\ntype = \"date\"\n[fields.deputy.of.until]\ntype = \"date\"\n\
            [states.active]\nclass = \"open\"\n[states.left]\nclass = \"closed\"\n\
            [[steps]]\nname = \"join\"\nto = \"active\"\n[[steps]]\nname = \"leave\"\nfrom = [\"active\"]\nto = \"left\"\n";
        let when = if self.row_when { "when = \"flag=yes\"\n" } else { "" };
        let top = self.top.map(|top| format!("up-to = \"{top}\"\n")).unwrap_or_default();
        let authority = format!(
            "[[authority.money]]\nup-to = \"{}\"\nrole = \"a\"\n{when}[[authority.money]]\nrole = \"b\"\n{top}",
            self.limit
        );
        let clerks = self.clerks.as_ref();
        let clerks = clerks.map(|(role, step)| format!("[[clerks]]\nrole = \"{role}\"\nsteps = [\"case:{step}\"]\n"));
        let acting = format!("anyone = {}\n{}", self.anyone, clerks.unwrap_or_default());
        let files = [
            ("redress.toml", "format = 1\nname = \"walk\"\ntime-zone = \"Asia/Shanghai\"\n".to_owned()),
            ("policy/calendar.toml", "default = \"c\"\n[calendars.c]\ntime-zone = \"Asia/Shanghai\"\n[calendars.c.windows]\nmon-fri = [\"09:00-17:00\"]\n".to_owned()),
            ("policy/kinds/case.toml", self.kind_file()),
            ("policy/kinds/job.toml", job.to_owned()),
            ("policy/kinds/staff.toml", staff.to_owned()),
            ("policy/authority.toml", authority),
            ("policy/acting.toml", acting),
        ];
        let sources: Sources = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        Policy::load(&sources, "0").unwrap_or_else(|error| panic!("{:#?}\n{}", error.0, self.kind_file()))
    }

    /// The staff as records. The last of the people has left.
    pub(super) fn people(&self, policy: &Policy) -> People {
        let shape = &policy.kind("staff").expect("the kind").shape;
        let day = |n: u64| (first_day() + Days::new(n)).to_string();
        let records: Vec<Record> = (0..PEOPLE)
            .map(|i| {
                let state = if i == PEOPLE - 1 { "left" } else { "active" };
                let mut text = format!("id: p{i}\nkind: staff\nstate: {state}\nname: p{i}\n");
                let rows = |text: &mut String, what: &str, rows: Vec<(String, Tenure)>| {
                    for (n, (name, (from, until))) in rows.into_iter().enumerate() {
                        if n == 0 {
                            let _ = writeln!(text, "{}:", if what == "role" { "roles" } else { "deputy" });
                        }
                        let _ = writeln!(text, "  - {what}: {name}");
                        from.into_iter().for_each(|from| text.push_str(&format!("    from: {}\n", day(from))));
                        until.into_iter().for_each(|until| text.push_str(&format!("    until: {}\n", day(until))));
                    }
                };
                rows(&mut text, "role", self.roles[i].iter().map(|(role, t)| ((*role).to_owned(), *t)).collect());
                rows(&mut text, "person", self.deputies[i].iter().map(|(p, t)| (format!("p{p}"), *t)).collect());
                let _ = write!(
                    text,
                    "history:\n  - at: 2026-01-01T09:00:00+08:00\n    by: p0\n    step: join\n    to: {state}\n"
                );
                Record::read(text.as_bytes(), &format!("staff/p{i}.yaml"), shape)
                    .unwrap_or_else(|error| panic!("{error:?}\n{text}"))
            })
            .collect();
        People::of(&records, shape, &policy.roles)
    }
}
