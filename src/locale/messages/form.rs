//! What printed forms and `print` say themselves; everything else on a form is the templates'.

super::messages! {
    /// Words of printed forms, and sentences of `print`.
    FormText {
        NoForm: "there is no form `{form}`" / "没有“{form}”这种表单",
        KnownForms: "forms of a {kind} are {forms}" / "{kind}的表单有：{forms}",
        NoForms: "there is no form for a {kind}" / "{kind}没有可打印的表单",
        OtherKind: "`{form}` is a form of the kind {own}, {id} is of the kind {kind}" / "“{form}”用于{own}，而 {id} 是{kind}",
        DoesNotFit: "`{form}` does not fit {id}: it is for {condition}" / "“{form}”不适用于 {id}：须符合 {condition}",
        NoneFits: "no form fits {id} as it stands" / "{id} 目前没有适用的表单",
        NoCopy: "`{form}` has no copy `{copy}`" / "“{form}”没有“{copy}”这一联",
        KnownCopies: "copies are {copies}" / "各联为：{copies}",
        CopyNeedsForm: "--copy needs the form that it is a copy of" / "--copy 须同时指明表单",
        WouldWrite: "{file} would be written: {forms}" / "将写入 {file}：{forms}",
        Written: "{file} is written: {forms}" / "已写入 {file}：{forms}",
        NoPage: "there is no template {path}, which every form is put on" / "缺少所有表单共用的模板 {path}",
        Arguments: "the arguments are wrong in number" / "参数个数不对",
        NoBlock: "there is no such block" / "没有这个块",
        NoFilter: "there is no such filter" / "没有这个过滤器",
        NoFunction: "there is no such function" / "没有这个函数",
        NoInclude: "there is no such template" / "没有这个模板",
        NoMethod: "there is no such method" / "没有这个方法",
        NoSyntax: "the template is written wrongly" / "模板语法有误",
        NoTest: "there is no such test" / "没有这个判断",
        NotDone: "the template cannot be worked out" / "模板无法执行",
        TooMuch: "the template does too much" / "模板运算量过大",
        Undefined: "there is no such value" / "没有这个值",
        NoField: "`{kind}` has no field `{name}`, so that it is missing on the form" / "`{kind}` 没有字段 `{name}`，表单上将缺少该项",
        NoStep: "`{kind}` has no step `{name}`, so that it is missing on the form" / "`{kind}` 没有步骤 `{name}`，表单上将缺少该项",
        DidYouMean: "did you mean `{near}`?" / "是否指 `{near}`？",
        Broken: "a form cannot be printed" / "表单无法打印",
    }
}
