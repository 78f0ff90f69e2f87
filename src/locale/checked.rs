//! For tests: whether a text is Chinese. Names, values, keys and commands in quotes or backticks may be in any
//! language, and so may a library's sentence after certain words.

/// How many English words in a row are allowed outside quotes: a name or a command such as `git fsck` is not a
/// sentence.
const MOST: usize = 3;

/// The part of a text that is not Chinese: a run of English words, or the whole text if it has no Chinese.
pub(crate) fn not_chinese(text: &str) -> Option<String> {
    let mut bare = String::new();
    let mut inside: Option<char> = None;
    for c in text.chars() {
        match (inside, c) {
            (Some(end), c) if c == end => inside = None,
            (Some(_), _) => {}
            (None, '`' | '"') => inside = Some(c),
            (None, '“') => inside = Some('”'),
            (None, c) => bare.push(c),
        }
    }
    // paths, options, assignments and addresses are not words
    let is_word = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_alphabetic() || c == '\'');
    let mut run: Vec<&str> = Vec::new();
    for given in bare.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let word = given.trim_matches(['.', ';', ':', '(', ')', ',']);
        if is_word(word) {
            run.push(word);
        }
        if run.len() > MOST {
            break;
        }
        // a comma separates the names of a list
        if !is_word(word) || given.ends_with(',') {
            run.clear();
        }
    }
    if run.len() > MOST {
        return Some(run.join(" "));
    }
    let chinese = bare.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    (!chinese).then(|| text.to_owned())
}

#[test]
fn english_sentences_are_found_and_names_are_none() {
    assert_eq!(not_chinese("没有字段 `the field of a name`"), None);
    assert_eq!(not_chinese("请用 `git restore FILE` 恢复，或 redress new complaint"), None);
    assert_eq!(not_chinese("可用：mon, tue, wed, thu, fri"), None);
    assert_eq!(not_chinese("错误：there is no such file here"), Some("is no such file".to_owned()));
    assert_eq!(not_chinese("no file"), Some("no file".to_owned()));
}
