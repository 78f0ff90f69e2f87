//! Dialogues over texts in place of a terminal.

use super::{MenuItem, Prompt};
use crate::cli::input;
use crate::locale::{Label, Lang};
use crate::place::Place;
use crate::record::{self, Field, Type};

fn with<T>(answers: &str, lang: Lang, ask: impl FnOnce(&mut Prompt<&[u8], &mut Vec<u8>>) -> T) -> (T, String) {
    let mut said = Vec::new();
    let answer = ask(&mut Prompt::new(answers.as_bytes(), &mut said, lang));
    (answer, String::from_utf8(said).unwrap())
}

fn choices() -> Vec<MenuItem> {
    [("phone", "Phone", "电话"), ("email", "E-mail", "邮件"), ("visit", "Visit", "来访")]
        .map(|(name, en, zh)| MenuItem { name: name.into(), label: Label::new(en, zh) })
        .to_vec()
}

#[test]
fn choices_are_taken_by_number_name_or_label() {
    for (answers, chosen) in [("2\n", 1), ("０\n４\nabc\n３\n", 2), ("visit\n", 2), ("电话\n", 0), ("\nE-MAIL\n", 1)]
    {
        let (answer, _) = with(answers, Lang::Zh, |prompt| prompt.choose("渠道", &choices(), false));
        assert_eq!(answer, Ok(Some(chosen)), "{answers:?}");
    }
    let (answer, said) = with("7\n\n", Lang::Zh, |prompt| prompt.choose("渠道", &choices(), true));
    assert_eq!(answer, Ok(None));
    snapbox::assert_data_eq!(
        said,
        snapbox::str![[r#"
渠道：
  1  电话
  2  邮件
  3  来访
  编号 1 到 3：   ! `7` 不是 1 到 3 之间的编号
  编号 1 到 3： 
"#]]
    );
    let (several, _) = with("1 9\n3、1,3\n", Lang::En, |prompt| prompt.choose_several("channels", &choices()));
    assert_eq!(several, Ok(vec![2, 0]));
}

#[test]
fn text_ends_with_an_empty_line() {
    let (text, said) = with("到货后抽检\r\n  漏水 \n\n第二段\n", Lang::En, |prompt| prompt.text("content"));
    assert_eq!(text, Ok(Some("到货后抽检\n  漏水".to_owned())));
    assert!(said.starts_with("content (end with an empty line):\n"), "{said}");
    assert_eq!(with("\n", Lang::En, |prompt| prompt.text("content")).0, Ok(None));
}

#[test]
fn yes_and_no_in_both_languages() {
    for (answers, default, yes) in [
        ("y\n", false, true),
        ("是\n", false, true),
        ("maybe\nNO\n", true, false),
        ("\n", true, true),
        ("ｎ\n", true, false),
    ] {
        assert_eq!(with(answers, Lang::Zh, |prompt| prompt.confirm("继续", default)).0, Ok(yes), "{answers:?}");
    }
}

#[test]
fn the_end_of_input_breaks_off() {
    for answers in ["", "half a text\n", "9\n"] {
        let text = with(answers, Lang::En, |prompt| prompt.text("content")).0;
        let choice = with(answers, Lang::En, |prompt| prompt.choose("channel", &choices(), true)).0;
        assert_eq!(text.map_err(|failure| failure.exit.code()), Err(130));
        assert_eq!(choice.map_err(|failure| failure.exit.code()), Err(130));
    }
    assert!(with("\u{fffd}", Lang::En, |prompt| prompt.line("x")).0.is_ok());
    let mut said = Vec::new();
    let wrong = Prompt::new(&b"\xff\n"[..], &mut said, Lang::En).line("x");
    assert_eq!(wrong.map_err(|failure| failure.exit.code()), Err(2));
}

#[test]
fn an_answer_is_no_longer_than_a_record() {
    let longest = usize::try_from(input::OF_A_RECORD).unwrap();
    let line = |length| with(&format!("{}\n", "x".repeat(length)), Lang::En, |prompt| prompt.line("city")).0;
    assert_eq!(line(longest - 1).map(|line| line.unwrap().len()), Ok(longest - 1));
    assert_eq!(line(longest).map_err(|failure| (failure.code, failure.exit.code())), Err(("too-large", 1)));
    let lines = format!("{}\n\n", "x\n".repeat(longest));
    let text = with(&lines, Lang::En, |prompt| prompt.text("content")).0;
    assert_eq!(text.map_err(|failure| failure.code), Err("too-large"));
    // a terminal that never sends the end of the line
    let mut said = Vec::new();
    let endless = std::io::BufReader::new(std::io::repeat(b'x'));
    let answer = Prompt::new(endless, &mut said, Lang::En).line("city");
    assert_eq!(answer.map_err(|failure| failure.code), Err("too-large"));
}

#[test]
fn a_field_is_asked_for_by_its_type_until_the_answer_fits() {
    let field = |ty| Field {
        name: "amount".into(),
        ty,
        label: Label::new("Amount", "金额"),
        also: Vec::new(),
        help: Label::new("as invoiced", "按发票"),
        required: false,
        private: false,
        ahead: false,
        retired: false,
        place: Place::of_file("policy/kinds/complaint.toml"),
    };
    let fits = |text: &str| text.parse::<u32>().map(|_| ()).map_err(|_| format!("`{text}` is not an amount"));
    let (answer, said) = with("five\n\n5\n", Lang::En, |prompt| prompt.field(&field(Type::Money), false, None, fits));
    assert_eq!(answer, Ok(Some("5".to_owned())));
    assert_eq!(
        said,
        "Amount (as invoiced):   ! `five` is not an amount\nAmount (as invoiced):   ! an answer is needed\nAmount (as invoiced): "
    );
    let choice = |name: &str| record::Choice {
        name: name.into(),
        label: Label::default(),
        also: Vec::new(),
        retired: name == "old",
    };
    let choices = Type::Choice(vec![choice("old"), choice("a"), choice("b")]);
    let list = Type::List(Box::new(choices.clone()));
    let any = |_: &str| Ok(());
    let (answer, said) = with("2\n", Lang::Zh, |prompt| prompt.field(&field(choices), false, Some("b"), any));
    assert_eq!(answer, Ok(Some("b".into())));
    assert!(said.starts_with("金额（按发票；通常为b）："), "{said}");
    assert_eq!(with("2,1\n", Lang::Zh, |prompt| prompt.field(&field(list), true, None, any)).0, Ok(Some("b,a".into())));
}
