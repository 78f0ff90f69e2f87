//! The catalogue: every sentence and word that the program itself says, in every language.
//!
//! One file for each area, with one enum made by `messages!`. If a language lacks a message, or if languages disagree
//! on a message's placeholders, the program does not compile. Labels of kinds, fields and states are not here: they
//! are the policy's data.
//!
//! ```text
//! use crate::{label, say};
//! say!(lang, RenderText::Off, by = difference)   → String; arguments are checked at compile time
//! label!(RenderText::Off, by = difference)       → Label, for reports
//! label!(CliText::CannotReadFile, file = path; reason = os_error(&error))   → Label; the reason is one too
//! WordingText::Yes.get(lang)                      → &'static str
//! ```
//!
//! A placeholder is `{name}`. `{name:case|cases}` takes the first word if the argument is 1, else the second.
//! Arguments may come from records, so control characters in them are made visible (`text::visible`).

mod attach;
mod audit;
mod bulk;
mod calendar;
mod cli;
mod closing;
mod demo;
mod entry;
mod filter;
mod finding;
mod first_hour;
mod form;
mod import;
mod language;
mod loading;
mod merge;
mod needed;
mod new_kind;
mod notices;
mod own_rules;
mod plan;
mod policy;
mod query;
mod records;
mod refusals;
mod render;
mod reports;
mod repository;
mod rules;
mod stored;
mod sums;
mod sync;
mod template;
mod times;
mod undo;
mod upgrade;
mod wording;
mod work;

pub use attach::AttachText;
pub use audit::AuditText;
pub use bulk::BulkText;
pub use calendar::CalendarText;
pub use cli::CliText;
pub use closing::ClosingText;
pub use demo::DemoText;
pub use entry::EntryText;
pub use filter::{FilterText, FilterWord};
pub use finding::FindText;
pub use first_hour::FirstHourText;
pub use form::FormText;
pub use import::ImportText;
pub use language::LanguageText;
pub use loading::LoadText;
pub use merge::MergeText;
pub use needed::NeededText;
pub use new_kind::NewKindText;
pub use notices::NoticeText;
pub use own_rules::OwnRulesText;
pub use plan::PlanText;
pub use policy::PolicyText;
pub use query::QueryText;
pub use records::RecordText;
pub use refusals::RefusalText;
pub use render::RenderText;
pub use reports::ReportText;
pub use repository::RepoText;
pub use rules::RuleText;
pub use stored::StoredText;
pub use sums::SumText;
pub use sync::SyncText;
pub use template::{agree, fill, takes};
pub use times::TimeText;
pub use undo::UndoText;
pub use upgrade::UpgradeText;
pub use wording::WordingText;
pub use work::WorkText;

/// Makes an area of the catalogue: an enum with a text in every language for each variant.
macro_rules! messages {
    ($(#[$doc:meta])* $area:ident { $($name:ident: $en:literal / $zh:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $area {
            $(#[doc = $en] $name,)+
        }

        impl $area {
            /// Every message of the area, in the order of the catalogue.
            pub const ALL: &'static [$area] = &[$($area::$name),+];

            /// The text in `lang`, with unfilled placeholders.
            pub const fn get(self, lang: $crate::locale::Lang) -> &'static str {
                match (self, lang) {
                    $(($area::$name, $crate::locale::Lang::En) => $en,
                    ($area::$name, $crate::locale::Lang::Zh) => $zh,)+
                }
            }

            /// The text in `lang` with its placeholders filled; `say!` checks the names at compile time.
            pub fn with(self, lang: $crate::locale::Lang, values: &[(&str, &dyn std::fmt::Display)]) -> String {
                $crate::locale::messages::fill(self.get(lang), values)
            }

            /// The text in every language.
            pub fn label(self) -> $crate::locale::Label {
                self.label_with(&[])
            }

            /// The text in every language with its placeholders filled; `label!` checks the names at compile time.
            pub fn label_with(self, values: &[(&str, &dyn std::fmt::Display)]) -> $crate::locale::Label {
                let [en, zh] = $crate::locale::Lang::ALL.map(|lang| self.with(lang, values));
                $crate::locale::Label { en, zh }
            }
        }

        impl From<$area> for $crate::locale::Label {
            fn from(message: $area) -> Self {
                message.label()
            }
        }

        $(const _: () = assert!(
            $crate::locale::messages::agree($en, $zh),
            concat!(stringify!($area), "::", stringify!($name), ": the languages have different placeholders, or a bad one")
        );)+
    };
}
pub(crate) use messages;

/// `say!(lang, Area::Message, name = value, …)`: the text with filled placeholders. It does not compile unless the
/// message is a constant path and the arguments are exactly its placeholders.
#[macro_export]
macro_rules! say {
    ($lang:expr, $message:path $(, $name:ident = $value:expr)* $(,)?) => {{
        const { assert!($crate::locale::messages::takes($message.get($crate::locale::Lang::En), &[$(stringify!($name)),*]), "not the placeholders of this message") };
        $message.with($lang, &[$((stringify!($name), &$value as &dyn std::fmt::Display)),*])
    }};
}

/// `label!(Area::Message, name = value, …)`: as `say!`, in every language. An argument after a `;` is itself a text
/// in every language: `label!(Area::Message, file = path; why = label)`.
#[macro_export]
macro_rules! label {
    ($message:path $(, $name:ident = $value:expr)*; $($said:ident = $text:expr),+ $(,)?) => {{
        const { assert!($crate::locale::messages::takes($message.get($crate::locale::Lang::En), &[$(stringify!($name),)* $(stringify!($said)),+]), "not the placeholders of this message") };
        $(let $said: $crate::locale::Label = $text.into();)+
        $crate::locale::Label::each(|lang| $message.with(lang, &[
            $((stringify!($name), &$value as &dyn std::fmt::Display),)*
            $((stringify!($said), &$said.get(lang) as &dyn std::fmt::Display)),+
        ]))
    }};
    ($message:path $(, $name:ident = $value:expr)* $(,)?) => {{
        const { assert!($crate::locale::messages::takes($message.get($crate::locale::Lang::En), &[$(stringify!($name)),*]), "not the placeholders of this message") };
        $message.label_with(&[$((stringify!($name), &$value as &dyn std::fmt::Display)),*])
    }};
}

#[cfg(test)]
mod tests {
    use super::{
        AttachText, AuditText, BulkText, CalendarText, CliText, DemoText, EntryText, FilterText, FilterWord, FindText,
        FormText, ImportText, LanguageText, LoadText, MergeText, NeededText, NewKindText, NoticeText, OwnRulesText,
        PlanText, PolicyText, QueryText, RecordText, RefusalText, RenderText, RepoText, ReportText, RuleText,
        StoredText, SumText, TimeText, UndoText, WordingText,
    };
    use crate::locale::{Label, Lang};

    /// Every message with its texts; a new area adds a line here.
    fn catalogue() -> Vec<(String, Label)> {
        fn area<M: Copy + std::fmt::Debug + Into<Label>>(all: &[M]) -> Vec<(String, Label)> {
            all.iter().map(|&message| (format!("{message:?}"), message.into())).collect()
        }
        [
            area(AttachText::ALL),
            area(AuditText::ALL),
            area(BulkText::ALL),
            area(CalendarText::ALL),
            area(CliText::ALL),
            area(DemoText::ALL),
            area(EntryText::ALL),
            area(FilterText::ALL),
            area(FilterWord::ALL),
            area(FindText::ALL),
            area(FormText::ALL),
            area(PolicyText::ALL),
            area(ImportText::ALL),
            area(LanguageText::ALL),
            area(LoadText::ALL),
            area(MergeText::ALL),
            area(NeededText::ALL),
            area(NewKindText::ALL),
            area(NoticeText::ALL),
            area(OwnRulesText::ALL),
            area(PlanText::ALL),
            area(QueryText::ALL),
            area(RecordText::ALL),
            area(RefusalText::ALL),
            area(RenderText::ALL),
            area(ReportText::ALL),
            area(RepoText::ALL),
            area(RuleText::ALL),
            area(StoredText::ALL),
            area(SumText::ALL),
            area(TimeText::ALL),
            area(UndoText::ALL),
            area(WordingText::ALL),
        ]
        .concat()
    }

    #[test]
    fn every_message_is_said_in_every_language() {
        let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for (name, Label { en, zh }) in catalogue() {
            for text in [&en, &zh] {
                assert!(!text.trim().is_empty() && text.trim() == text, "{name}: {text:?}");
                assert!(!text.ends_with(['.', '。']), "{name}: a message has no full stop: {text}");
            }
            assert!(!en.contains(chinese), "{name}: {en}");
            // the value of a placeholder gets its Chinese from the caller
            let own: String = zh.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect();
            assert!(en == zh || own.contains(chinese) || !own.contains(char::is_alphabetic), "{name}: {zh}");
        }
    }

    #[test]
    fn placeholders_are_filled() {
        assert_eq!(say!(Lang::Zh, RenderText::Off, by = 2), "不平，相差 2");
        let label = label!(RenderText::Off, by = "\u{1b}[2J");
        assert_eq!(label.get(Lang::En), "does not balance, off by \\u{1b}[2J");
        assert_eq!(WordingText::Yes.get(Lang::Zh), "是");
        let within = label!(CliText::CannotReadFile, file = "a"; reason = WordingText::No);
        assert_eq!((within.get(Lang::En), within.get(Lang::Zh)), ("a cannot be read: no", "无法读取 a：否"));
    }
}
