//! What a commit did, for people. The subject of a commit is written in one language, because it is part of the
//! history. The trailers below it hold the same for Chinese readers.

use crate::audit::Said;
use crate::book::UNITE_WITH;
use crate::book::repo::CommitInfo;
use crate::locale::messages::RecordText as Text;
use crate::locale::{Label, Lang};
use crate::policy::Policy;
use crate::record::Id;
use crate::wording;
use crate::{label, say};

/// The beginning of a subject about files of the policy.
const POLICY: &str = "policy: change ";

/// What a commit did.
pub(super) fn of(policy: &Policy, commit: &CommitInfo) -> Label {
    let subject = commit.message.lines().next().unwrap_or_default();
    match subject.strip_prefix(UNITE_WITH).filter(|_| commit.parents.len() > 1) {
        Some(with) => Label::new(subject, say!(Lang::Zh, Text::LogUnited, with = with)),
        None => of_message(policy, &commit.message),
    }
}

/// In English the subject as it is. In Chinese what the trailers say, or the subject if they say nothing.
fn of_message(policy: &Policy, message: &str) -> Label {
    let subject = message.lines().next().unwrap_or_default();
    let said = Said::read(message);
    let kind = |id: &str| {
        let kind = id.parse::<Id>().ok().and_then(|id| policy.kind_of(&id));
        kind.map_or_else(String::new, |kind| kind.name().to_owned())
    };
    let chinese = if let Some(files) = subject.strip_prefix(POLICY) {
        Some(say!(Lang::Zh, Text::LogPolicy, files = files))
    } else if !said.is_of(message, &kind) {
        // a message that was written by hand can claim what was not done
        None
    } else if let Some(undone) = &said.undo {
        Some(say!(Lang::Zh, Text::LogUndo, commit = undone.get(..10).unwrap_or(undone)))
    } else if let Some(preset) = &said.init {
        Some(say!(Lang::Zh, Text::LogFounded, preset = preset))
    } else {
        steps(policy, &said)
    };
    Label::new(subject, chinese.unwrap_or_else(|| subject.to_owned()))
}

/// `客户投诉 C-…：受理（已登记 → 已受理）`, and how many other records there are.
fn steps(policy: &Policy, said: &Said) -> Option<String> {
    let first = said.steps.first()?;
    let kind = policy.kind_of(&first.record.parse::<Id>().ok()?)?;
    let called = |step: &str, from: Option<&str>| wording::step(kind, step, from).get(Lang::Zh).to_owned();
    let state = |name: &str| {
        let found = kind.shape.states().iter().find(|state| state.name == name);
        found.map_or(name.to_owned(), |state| state.label.get(Lang::Zh).to_owned())
    };
    let own: Vec<_> = said.steps.iter().filter(|step| step.record == first.record).collect();
    let mut taken: Vec<String> = own
        .iter()
        .filter_map(|step| Some(called(step.step.as_deref()?, step.from.as_deref().filter(|from| !from.is_empty()))))
        .collect();
    taken.dedup();
    let (from, to) = (first.from.as_deref().unwrap_or_default(), own.last()?.to.as_deref().unwrap_or_default());
    let moved = match (from.is_empty() || from == to, to.is_empty()) {
        (_, true) => String::new(),
        (true, false) => state(to),
        (false, false) => format!("{} → {}", state(from), state(to)),
    };
    let mut records: Vec<&str> = said.steps.iter().map(|step| step.record.as_str()).collect();
    records.sort_unstable();
    records.dedup();
    let (kind, taken) = (kind.shape.label.get(Lang::Zh), taken.join("、"));
    let line = label!(Text::LogStep, kind = kind, id = first.record, step = taken, state = moved);
    let line = line.get(Lang::Zh).to_owned();
    Some(match records.len() - 1 {
        0 => line,
        more => say!(Lang::Zh, Text::LogMore, line = line, more = more),
    })
}

#[cfg(test)]
mod tests {
    use super::of_message;
    use crate::locale::Lang;
    use crate::policy::Policy;
    use crate::policy::preset::{Choices, Preset};

    #[test]
    fn commits_say_in_chinese_what_they_did() {
        let files = Preset::named("basic").expect("shipped").files(&Choices::default()).expect("it resolves");
        let settings =
            b"format = 2\nname = \"T\"\nlanguage = \"zh\"\ntime-zone = \"Asia/Shanghai\"\ncurrency = \"CNY\"\n";
        let files = files.into_iter().map(|file| (file.path, file.text.into_bytes()));
        let files = files.chain([("redress.toml".to_owned(), settings.to_vec())]);
        let policy = Policy::load(&files.collect(), "").expect("it loads");
        for (message, zh) in [
            (
                "complaint C-261027-N6V4Y: accept (registered → accepted)\n\n已电话告知\n\nRedress-Record: C-261027-N6V4Y\nRedress-Step: accept\nRedress-From: registered\nRedress-To: accepted\nRedress-By: li.na\n",
                "客户投诉 C-261027-N6V4Y：受理（已登记 → 已受理）",
            ),
            (
                "client: import 2 records\n\nRedress-Record: K-261027-N6V4Y import →active li.na\nRedress-Record: K-261027-N6V4Z import →active li.na\n",
                "客户 K-261027-N6V4Y：导入（合作中），另 1 条",
            ),
            ("policy: change roles.toml\n", "制度：更改 roles.toml"),
            ("Begin the book with the preset basic\n\nRedress-Init: basic\n", "建立台账，制度为 basic"),
            ("undo: policy: change roles.toml\n\nRedress-Undo: 0123456789abc\n", "撤销操作 0123456789"),
            ("a merge by hand\n", "a merge by hand"),
            // forged by hand
            ("tidy\n\nRedress-Undo: 0123456789abc\n", "tidy"),
            ("Redress-Init: basic\n", "Redress-Init: basic"),
            ("tidy\n\nRedress-Init: basic\n", "tidy"),
            (
                "tidy\n\nRedress-Record: C-261027-N6V4Y\nRedress-Step: accept\nRedress-To: accepted\nRedress-By: li.na\n",
                "tidy",
            ),
        ] {
            let label = of_message(&policy, message);
            assert_eq!(label.get(Lang::Zh), zh);
            assert_eq!(label.get(Lang::En), message.lines().next().unwrap());
        }
    }
}
