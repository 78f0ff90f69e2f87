//! Why a text is not a time, in both languages.

use crate::calendar::Outside;
use crate::label;
use crate::locale::Label;
use crate::locale::messages::TimeText as Text;

/// The Chinese forms of the table. They can be typed in any language.
const WORDS: &str = "今天、明天、后天、大后天、昨天、前天、周一、本周五、下周一、上周三、月底、12月5日、上午9点、下午5点半、晚上8点20分、2天后、2个工作日后、半小时前、下班前";
/// The words that distinguish morning from evening.
const HALVES: &str = "早上、上午、中午、下午、晚上";
/// An example for something that has happened.
const AGO: &str = "20分钟前";

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpressionError {
    /// Not in the table.
    Unknown(String),
    /// It may be in the morning or in the afternoon.
    Ambiguous(String),
    /// A date that does not exist in any calendar.
    NoSuchDate(String),
    /// The text lies ahead, but the event has happened.
    Ahead(String),
    /// Only ISO is accepted here, and it is not ISO.
    NotIso(String),
    /// The calendar does not know the date.
    Outside(Outside),
}

impl ExpressionError {
    /// What is wrong and which forms exist, without a full stop.
    pub fn label(&self) -> Label {
        match self {
            ExpressionError::Unknown(text) => label!(Text::Unknown, text = text, words = WORDS),
            ExpressionError::Ambiguous(text) => label!(Text::Ambiguous, text = text, halves = HALVES),
            ExpressionError::NoSuchDate(text) => label!(Text::NoSuchDate, text = text),
            ExpressionError::Ahead(text) => label!(Text::Ahead, text = text, ago = AGO),
            ExpressionError::NotIso(text) => label!(Text::NotIso, text = text),
            ExpressionError::Outside(outside) => outside.label(),
        }
    }
}

impl From<Outside> for ExpressionError {
    fn from(outside: Outside) -> Self {
        ExpressionError::Outside(outside)
    }
}

impl std::fmt::Display for ExpressionError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.label().en)
    }
}

impl std::error::Error for ExpressionError {}
