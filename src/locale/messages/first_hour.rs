//! What `init` asks at a terminal.

super::messages! {
    /// Questions about a new book.
    FirstHourText {
        Address: "E-mail address of {name} (the one that git knows)" / "{name} 的电子邮箱（与其 git 设置一致）",
        ClockReal: "commands that write take the time from the machine's clock; this line never changes" / "办理时以本机时钟为准；此行不可更改",
        ClockSimulated: "for demonstration and practice: --now and REDRESS_NOW set the time; this line never changes" / "演示与练习用：由 --now 或 REDRESS_NOW 设定时间；此行不可更改",
        CompanyAddress: "Address of the company, for forms (Enter: none)" / "公司地址，用于表单（回车跳过）",
        CompanyName: "Name of the company (Enter: {usual})" / "公司名称（回车：{usual}）",
        CompanyPhone: "Phone of the company, for forms (Enter: none)" / "公司电话，用于表单（回车跳过）",
        CompanyTaxNumber: "Tax number of the company, for certificates (Enter: none)" / "纳税人识别号，用于证明单（回车跳过）",
        FirstColleague: "Name of a colleague who works with this book (Enter: nobody yet)" / "使用本台账的同事姓名（回车：暂无）",
        Joined: "joined: {people}" / "已加入：{people}",
        KeyAttachment: "how large a file beside a record may be" / "每个附件的大小上限（MB）",
        KeyCompany: "who issues certificates and letters; what is empty stays blank on paper" / "出具证明与函件的公司；未填的在纸面上留空",
        KeyLanguage: "of reports and forms: en or zh" / "报表与表单的语言：zh 或 en",
        KeyParts: "what the policy took beside the preset: redress policy upgrade --part" / "预设之外选用的制度部件：redress policy upgrade --part",
        KeyPreset: "what the policy began with" / "建账时所用的预设制度",
        LastYear: "Until which year are the holidays in calendar/ complete? No deadline is computed after it (Enter: {year})" / "calendar/ 中的节假日完整到哪一年？之后不计算时限（回车：{year}）",
        NeedsAddress: "the book knows people by their address, so that each needs one" / "台账按电子邮箱识别人员，每人都需要填写",
        NextColleague: "Name of the next colleague (Enter: that is all)" / "下一位同事姓名（回车：没有了）",
        NoAddress: "{email} is not an e-mail address" / "“{email}”不是电子邮箱",
        NoRemote: "{address} is not an address of a repository" / "“{address}”不是仓库地址",
        NoYear: "write a year from {year} on" / "请填写 {year} 年或之后的年份",
        PartsTaken: "beside the preset: {parts}" / "并选用部件：{parts}",
        Remote: "Address of the shared repository, as for git remote add (Enter: none)" / "共享仓库的地址，同 git remote add（回车：无）",
        RemoteSet: "shared repository: {address}; send the book there with redress sync" / "共享仓库：{address}；用 redress sync 发送",
        TakenAddress: "{email} gives the id {id}, which somebody has already" / "{email} 对应的标识 {id} 已有人使用",
        WhatBook: "What this book is. Its rules stand in policy/, working time in policy/calendar.toml" / "台账的基本设置。制度在 policy/ 中，工作时间在 policy/calendar.toml 中",
        WhichPreset: "Which rules does the company begin with? (Enter: the first)" / "从哪套制度开始？（回车：第一套）",
        WhichRoles: "Roles of {name} (Enter: none yet)" / "{name} 的岗位角色（回车：暂无）",
    }
}
