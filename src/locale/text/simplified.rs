//! Traditional characters in their simplified form, for words that are compared with known ones. What people read is
//! never changed.

/// Traditional characters of titles, headings and names.
const TRADITIONAL: &str = "補調節國慶勞動農曆聖誕兒婦開紀連彈無須會議車時間長級組請產喪換輪機眾後報遊計劃討論處單訓雙倉親達週張陳劉趙吳馬孫羅鄭謝許韓馮鄧蕭葉蘇呂盧鍾譚\
    陸賈韋鄒錢嚴龔萬顧賀賴湯龍閆電話聯絡繫係編號據類別種狀態內說數規備註負責辦結價幣區縣戶買賣貨運輸際郵傳網頁職務稱謂應該實與訴發現審覆復員門歸\
    屬銷廠鎮鄉詳細標題關閉確認軍場業質記錄統總檢驗維護賠償額幾閥滿進遞貼頻險雜靈項預約緊優點從個們對東廣島灣華蘭麗偉軟術醫藥學師導夥樣圖書筆舊轉\
    戰經歷證帳寫簽選擇設體資訊碼飛終陰陽臘驚蟄穀誤來過還寶鐘錯壞損斷慮協養參觀";
/// The simplified form of each, in the same order.
const SIMPLIFIED: &str = "补调节国庆劳动农历圣诞儿妇开纪连弹无须会议车时间长级组请产丧换轮机众后报游计划讨论处单训双仓亲达周张陈刘赵吴马孙罗郑谢许韩冯邓肖叶苏吕卢钟谭\
    陆贾韦邹钱严龚万顾贺赖汤龙闫电话联络系系编号据类别种状态内说数规备注负责办结价币区县户买卖货运输际邮传网页职务称谓应该实与诉发现审复复员门归\
    属销厂镇乡详细标题关闭确认军场业质记录统总检验维护赔偿额几阀满进递贴频险杂灵项预约紧优点从个们对东广岛湾华兰丽伟软术医药学师导伙样图书笔旧转\
    战经历证账写签选择设体资讯码飞终阴阳腊惊蛰谷误来过还宝钟错坏损断虑协养参观";

/// A character in its simplified form, as far as it is one of these words.
pub fn simplified(c: char) -> char {
    if !('\u{4e00}'..='\u{9fff}').contains(&c) {
        return c;
    }
    let found = TRADITIONAL.chars().zip(SIMPLIFIED.chars()).find(|(old, _)| *old == c);
    found.map_or(c, |(_, new)| new)
}

#[cfg(test)]
mod tests {
    use super::{SIMPLIFIED, TRADITIONAL, simplified};

    #[test]
    fn every_character_has_its_simplified_form() {
        assert_eq!(TRADITIONAL.chars().count(), SIMPLIFIED.chars().count());
        let form = |text: &str| text.chars().map(simplified).collect::<String>();
        assert_eq!(form("聯絡電話 客訴編號 觀 Abc"), "联络电话 客诉编号 观 Abc");
        assert!(SIMPLIFIED.chars().all(|c| simplified(c) == c));
    }
}
