//! What `query` says about statements that it refuses.

super::messages! {
    /// Why a query has no answer. Rare errors of SQLite are quoted.
    QueryText {
        Aggregate: "`{name}` cannot stand here: write it after `select` or `having`" / "`{name}` 不能用在此处：请写在 `select` 或 `having` 之后",
        Columns: "`redress query 'select * from {view} limit 1'` shows the columns of a view; `redress query --help` has examples" / "`redress query 'select * from {view} limit 1'` 可看视图的列；`redress query --help` 有示例",
        Ambiguous: "`{name}` could be of several views: write VIEW.{name}" / "`{name}` 可能属于多个视图：请写作 视图名.{name}",
        Arguments: "the function `{name}` takes another number of values" / "函数 `{name}` 的参数个数不对",
        Incomplete: "the query is not complete" / "查询语句不完整",
        NoColumn: "there is no column `{name}`" / "没有列 `{name}`",
        NoFunction: "there is no function `{name}`" / "没有函数 `{name}`",
        NotTaken: "the query is not understood: \"{reason}\"" / "无法理解该查询，SQLite 的说明：“{reason}”",
        PrivateColumn: "`{name}` is private: it can be shown as ***, and not compared, sorted, grouped, joined or computed with" / "`{name}` 为隐私字段：只能以 *** 显示，不能用于比较、排序、分组、关联或计算",
        PrivateColumnHint: "add --private to work with what it holds, or leave the column out" / "加 --private 可使用其内容；否则请去掉该列",
        Title: "Query" / "查询结果",
        Syntax: "the query is not understood at `{name}`" / "无法理解查询中的 `{name}` 处",
        NoView: "there is no `{name}` to read; there are {known}" / "没有可查询的 `{name}`；现有 {known}",
        OneStatement: "one statement at a time, please" / "一次只能写一条语句",
        OnlyReads: "a query only reads: write `select … from …`" / "查询只能读取：请写 `select … from …`",
        OwnTables: "quoted names that begin with book: or kind: are the index's own" / "以 book: 或 kind: 开头的带引号的名称为索引库内部所用",
        TooLong: "the query takes longer than {seconds} seconds" / "查询超过 {seconds} 秒",
        TooManyRows: "the answer has more than {most} rows" / "结果超过 {most} 行",
        LongText: "the query makes a text of more than {most} MB" / "查询产生了超过 {most} MB 的文本",
        BoundHelp: "ask for less: a `where`, a `limit`, or one period after another" / "请缩小范围：加 `where`、`limit`，或按期间分次查询",
        TooMuch: "the answer has more than {most} MB" / "结果超过 {most} MB",
        Unsteady: "the index changes all the time; try again" / "索引库一直在变动，请重试",
    }
}
