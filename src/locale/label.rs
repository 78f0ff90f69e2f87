//! A text in every language.

use serde::{Deserialize, Serialize};

use super::Lang;
use super::text::fold;

/// The name of a kind, field, state, step or role in every language. If a language is left out, the other one is
/// shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Label {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

impl From<&Label> for Label {
    fn from(label: &Label) -> Self {
        label.clone()
    }
}

impl Label {
    /// A label from both texts.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Label { en: en.into(), zh: zh.into() }
    }

    /// A text that exists in only one language, such as a library's words or a name.
    pub fn verbatim(text: impl Into<String>) -> Self {
        Label { en: text.into(), zh: String::new() }
    }

    /// How people call a named thing: by its name in English, by its label in Chinese.
    pub fn spoken(name: &str, label: &Label) -> Self {
        Label { en: name.to_owned(), zh: if label.zh.is_empty() { name.to_owned() } else { label.zh.clone() } }
    }

    /// How people type a named thing: the name in English; in Chinese the label followed by the name.
    pub fn typed(name: &str, label: &Label) -> Self {
        match label.zh.as_str() {
            "" => Label::verbatim(name),
            zh => Label { en: name.to_owned(), zh: format!("{zh}({name})") },
        }
    }

    /// Words one after another, in the style of each language.
    pub fn list(words: impl IntoIterator<Item = Label>) -> Self {
        let words: Vec<Label> = words.into_iter().collect();
        let said =
            |lang: Lang, between: &str| words.iter().map(|word| word.get(lang)).collect::<Vec<_>>().join(between);
        Label { en: said(Lang::En, ", "), zh: said(Lang::Zh, "、") }
    }

    /// The same for words that are not translated.
    pub fn words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Self {
        Label::list(words.into_iter().map(|word| Label::verbatim(word.as_ref())))
    }

    /// What `say` says in each language.
    pub fn each(say: impl Fn(Lang) -> String) -> Self {
        Label { en: say(Lang::En), zh: say(Lang::Zh) }
    }

    /// The text in `lang`; if that is empty, the text in the other language.
    pub fn get(&self, lang: Lang) -> &str {
        let (first, other) = match lang {
            Lang::En => (&self.en, &self.zh),
            Lang::Zh => (&self.zh, &self.en),
        };
        if first.is_empty() { other } else { first }
    }

    /// Whether `text` is this label in any language, regardless of case and width.
    pub fn matches(&self, text: &str) -> bool {
        let text = fold(text);
        [&self.en, &self.zh].into_iter().any(|label| !label.is_empty() && fold(label) == text)
    }
}
