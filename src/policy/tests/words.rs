//! The Chinese terms of the trade: wrong terms are in no label, message, help or comment.

/// A wrong word, the right one, and longer words in which the wrong one is right.
const WRONG: &[(&str, &str, &[&str])] = &[
    ("账簿", "台账", &[]),
    ("关键字", "唯一标识", &[]),
    ("检索库", "索引库", &[]),
    ("重演", "核对", &[]),
    ("不是赋值", "应写“字段=值”", &[]),
    ("业务助理", "销售助理", &[]),
    ("业务内勤", "销售内勤", &[]),
    ("业务主管", "销售主管", &[]),
    ("业务经理", "销售经理", &[]),
    ("业务总监", "销售总监", &[]),
    ("业务员", "销售专员", &[]),
    ("业务确认", "客户服务部门开立", &[]),
    ("品管", "质量管理部", &[]),
    ("品质查核", "质量检验确认", &[]),
    ("总经理室", "总经理办公室", &[]),
    ("仓储部", "成品仓库", &[]),
    ("投诉专员", "客户投诉专员", &["客户投诉专员"]),
    ("市场部", "营销部", &[]),
    ("撤诉", "撤回投诉", &[]),
    ("客户不同意", "客户未接受", &[]),
    ("签注", "签署意见", &[]),
    ("处理单", "处理表", &[]),
    ("受影响货款", "受影响应收账款", &[]),
    ("货款回收率", "应收账款回收率", &[]),
    ("拟单", "开立", &[]),
    ("收货", "签收", &[]),
    ("核准数量", "核定退货量", &[]),
    ("实收数量", "实退量", &[]),
    ("退货凭证", "退货证明", &[]),
    ("折让凭证", "折让证明", &[]),
    ("入账凭证号", "传票号", &[]),
    ("买方发票章", "统一发票章", &[]),
    ("购货方", "购买方", &[]),
    ("销货方", "销售方", &[]),
    ("受文部门", "被催办部门", &[]),
    ("受文人", "承办人", &[]),
    ("提议", "提报", &[]),
    ("承接能力", "分派权重", &[]),
    ("分担", "分摊", &[]),
    ("恒等式", "勾稽关系", &[]),
    ("第一级上级", "直接上级", &[]),
    ("第二级上级", "间接上级", &[]),
    ("曾逾期时限", "曾逾期环节", &[]),
];

/// Everything that a user reads: presets, messages, help, documents.
const READ: [&str; 5] = ["src/policy/presets", "src/locale/messages", "src/cli", "src/book/found", "docs/zh"];

#[test]
fn wrong_words_of_the_trade_stand_nowhere() {
    let mut found = String::new();
    for entry in READ.iter().flat_map(walkdir::WalkDir::new) {
        let entry = entry.expect("the folder can be read");
        if !entry.file_type().is_file() {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("a text");
        // `also` lists what people type, right or wrong
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.starts_with("also = ")) {
            for (wrong, right, within) in WRONG {
                let rest = within.iter().fold(line.to_owned(), |line, longer| line.replace(longer, ""));
                if rest.contains(wrong) {
                    found.push_str(&format!("{}:{number}: {wrong} should be {right}\n", entry.path().display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{found}");
}
