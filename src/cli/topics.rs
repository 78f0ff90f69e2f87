//! The pages that `redress help TOPIC` prints: those of `docs/`, which are part of the program.

use crate::locale::Lang;

/// A page about something that several commands share.
#[derive(Debug)]
pub struct Topic {
    /// What is typed.
    pub name: &'static str,
    /// What it is about, in English.
    en: &'static str,
    /// The same in Chinese.
    zh: &'static str,
    page: &'static str,
    /// The page in Chinese, if there is one.
    page_zh: Option<&'static str>,
    /// The chapter of the page, if the topic is not the whole page.
    chapter: Option<&'static str>,
}

/// Every topic, in the order of help.
pub static TOPICS: &[Topic] = &[
    Topic {
        name: "day",
        en: "a day's work: what is due, a complaint from registration to callback",
        zh: "一天的工作：待办、投诉从登记到回访",
        page: include_str!("../../docs/day.md"),
        page_zh: Some(include_str!("../../docs/zh/day.md")),
        chapter: None,
    },
    Topic {
        name: "filters",
        en: "how to say which records are meant",
        zh: "筛选条件的写法",
        page: include_str!("../../docs/filters.md"),
        page_zh: Some(include_str!("../../docs/zh/filters.md")),
        chapter: None,
    },
    Topic {
        name: "times",
        en: "how times, periods and spans are written",
        zh: "时间、期间和时长的写法",
        page: include_str!("../../docs/times.md"),
        page_zh: Some(include_str!("../../docs/zh/times.md")),
        chapter: None,
    },
    Topic {
        name: "policy",
        en: "the rule book: a cookbook, and every key of every file",
        zh: "制度文件：常用改法",
        page: include_str!("../../docs/policy.md"),
        page_zh: Some(include_str!("../../docs/zh/policy.md")),
        chapter: None,
    },
    Topic {
        name: "import",
        en: "bringing records in from files",
        zh: "从文件导入记录",
        page: include_str!("../../docs/import.md"),
        page_zh: Some(include_str!("../../docs/zh/import.md")),
        chapter: None,
    },
    Topic {
        name: "git",
        en: "the book as a git repository",
        zh: "台账与 git",
        page: include_str!("../../docs/git.md"),
        page_zh: None,
        chapter: None,
    },
    Topic {
        name: "together",
        en: "two people, one book: clone, work, sync, a step that was overruled",
        zh: "两人共用一本台账：克隆、办理、同步、未生效的步骤",
        page: include_str!("../../docs/together.md"),
        page_zh: Some(include_str!("../../docs/zh/together.md")),
        chapter: None,
    },
    Topic {
        name: "bounds",
        en: "how large files, amounts, templates and queries may be",
        zh: "文件、金额、模板和查询的上限",
        page: include_str!("../../docs/bounds.md"),
        page_zh: Some(include_str!("../../docs/zh/bounds.md")),
        chapter: None,
    },
    Topic {
        name: "json",
        en: "what --json prints",
        zh: "--json 的输出",
        page: include_str!("../../docs/json.md"),
        page_zh: None,
        chapter: None,
    },
    Topic {
        name: "exit-codes",
        en: "what the exit codes mean",
        zh: "退出码的含义",
        page: include_str!("../../docs/json.md"),
        page_zh: None,
        chapter: Some("## Exit codes"),
    },
];

/// The topic with a name.
pub fn named(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

impl Topic {
    /// What it is about, in one line.
    pub fn about(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Zh => self.zh,
        }
    }

    /// Its Markdown: in the user's language if there is such a page, otherwise in English.
    pub fn text(&self, lang: Lang) -> &'static str {
        let page = self.page_zh.filter(|_| lang == Lang::Zh).unwrap_or(self.page);
        let Some(chapter) = self.chapter else { return page };
        let text = page.find(chapter).map_or(page, |at| &page[at..]);
        let end = text[1..].find("\n## ").map_or(text.len(), |end| end + 2);
        &text[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::{TOPICS, named};
    use crate::locale::Lang;

    #[test]
    fn every_topic_has_a_page_in_each_language() {
        for topic in TOPICS {
            for lang in Lang::ALL {
                assert!(topic.text(lang).starts_with('#') && topic.text(lang).len() > 300, "{}", topic.name);
            }
            assert!(topic.en.is_ascii() && !topic.en.ends_with('.'), "{}", topic.en);
        }
    }

    #[test]
    fn a_topic_can_be_a_chapter() {
        let text = named("exit-codes").map(|topic| topic.text(Lang::En)).unwrap_or_default();
        assert!(text.starts_with("## Exit codes") && text.contains("| 130 |"), "{text}");
    }
}
