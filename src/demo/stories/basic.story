# The story of a demonstration book with the preset basic. Every company and person in it is invented.
#
# DAYS TIME WHO COMMAND   DAYS working days before now, at TIME; WHO acts (- is whoever makes the book); the command as it is typed
#                         after `redress`. `=> name` at its end names the record that the step opened, which `{name}` stands for
#                         from there on. What lies before in time is told before.

## The staff / 员工
20 08:35 - new staff name=周敏 emails=zhou.min@example.cn roles.+.role=cs-manager department=cs capacity=5 joined=2019-03-04
20 08:36 - new staff name=陈静 emails=chen.jing@example.cn roles.+.role=cs-supervisor department=cs capacity=10 joined=2020-06-15
20 08:37 - new staff name=何雨 emails=he.yu@example.cn roles.+.role=complaint-officer department=cs capacity=30 joined=2021-09-01
20 08:38 - new staff name=唐晓 emails=tang.xiao@example.cn roles.+.role=cs-specialist roles.+.role=complaint-officer department=cs capacity=20 joined=2023-02-20
20 08:39 - new staff name=宋佳 emails=song.jia@example.cn roles.+.role=cs-specialist department=cs capacity=15 joined=2024-07-01
20 08:40 - new staff name=高远 emails=gao.yuan@example.cn roles.+.role=salesperson department=sales joined=2018-05-07
20 08:41 - new staff name=林岚 emails=lin.lan@example.cn roles.+.role=qm department=qm joined=2017-10-09
20 08:42 - new staff name=许强 emails=xu.qiang@example.cn roles.+.role=production department=production joined=2016-04-18
20 08:43 - new staff name=孟凡 emails=meng.fan@example.cn roles.+.role=cs-specialist department=cs capacity=10 joined=2022-01-10
20 08:50 chen.jing advance chen.jing change deputy.+.person=he.yu -m 外出期间由何雨代理

## The clients / 客户
20 09:00 gao.yuan new client name=青禾泵业示例有限公司 city=杭州 address=示例路1号 phone=0571-00000101 principal=方青 contacts.+.name=方青 contacts.0.position=总经理 contacts.0.phone=0571-00000102 contacts.0.email=fang.qing@example.com contacts.0.hours=上午 grade=key owner=tang.xiao sales=gao.yuan source=展会
20 09:05 gao.yuan new client name=临江纺织示例有限公司 city=绍兴 address=示例路22号 phone=0575-00000201 principal=江临 contacts.+.name=白露 contacts.0.position=采购 contacts.0.phone=0575-00000202 grade=A owner=tang.xiao sales=gao.yuan
20 09:10 gao.yuan new client name=北岸食品示例有限公司 city=宁波 phone=0574-00000301 principal=安北 contacts.+.name=夏至 contacts.0.position=品管 contacts.0.email=xia.zhi@example.com grade=A owner=song.jia sales=gao.yuan source=老客户介绍
20 09:15 gao.yuan new client name=远山家具示例有限公司 city=湖州 phone=0572-00000401 principal=山远 contacts.+.name=秋分 contacts.0.phone=0572-00000402 grade=B owner=song.jia sales=gao.yuan
20 09:20 gao.yuan new client name=星桥电子示例有限公司 city=苏州 phone=0512-00000501 contacts.+.name=乔星 contacts.0.position=工程师 contacts.0.email=qiao.xing@example.com grade=B owner=meng.fan sales=gao.yuan
20 09:25 gao.yuan new client name=和风印刷示例厂 city=嘉兴 phone=0573-00000601 grade=C owner=meng.fan sales=gao.yuan
20 09:30 gao.yuan new client name=大寒冷链示例有限公司 city=上海 phone=021-00000701 contacts.+.name=冬藏 contacts.0.position=物流主管 sales=gao.yuan source=网站
20 09:35 gao.yuan advance 青禾泵业示例有限公司,临江纺织示例有限公司,北岸食品示例有限公司,远山家具示例有限公司,星桥电子示例有限公司,和风印刷示例厂 convert
19 10:00 chen.jing advance meng.fan change capacity=0 -m 月底离职，不再分派
19 10:05 chen.jing advance 星桥电子示例有限公司,和风印刷示例厂 assign owner=song.jia
18 17:20 - advance meng.fan leave

## A complaint from registration to the confirming callback / 一件投诉从登记到回访确认
17 09:12 he.yu new complaint client=青禾泵业示例有限公司 contact='方青 0571-00000102' channel=phone category=product severity=major product=QH-50机械密封 lot=L2609A quantity=12 unit=件 amount=5,400.00 content=12件机械密封装机后漏水 demand=exchange,compensation --key case-leak
17 09:40 he.yu advance case-leak accept assignee=he.yu department=production promised=3wd -m 已电话告知
17 10:30 he.yu advance case-leak contain containment=同批次库存28件暂停发货
16 14:10 lin.lan advance case-leak attribute fault=own cause=密封面研磨余量不足 escape=出厂抽检未覆盖该批次
16 15:00 he.yu advance case-leak propose remedies.+.kind=exchange remedies.0.quantity=12 remedies.+.kind=compensation remedies.1.amount=800.00 remedies.1.note=停机损失
16 16:20 zhou.min advance case-leak approve -m 同意，换货当日发出
15 09:30 he.yu advance case-leak notify,agree answer=同意换货及补偿
13 15:45 he.yu advance case-leak close -m 换货已签收 => leak-call
11 10:05 tang.xiao advance {leak-call} complete assignee=tang.xiao
11 10:30 tang.xiao advance {leak-call} record summary=新密封运行正常，客户认可处理速度 score=5 scores=5、5、5、4
10 09:00 lin.lan new measure about=case-leak category=product action=密封面研磨改为全检并记录余量 owner=xu.qiang due=5wd --key measure-seal
5 16:00 xu.qiang advance measure-seal complete
1 11:00 lin.lan advance measure-seal verify effect=三批共240件无泄漏

## Declined, refused, withdrawn / 不予受理、客户未接受、撤回投诉
16 11:05 tang.xiao new complaint client=和风印刷示例厂 channel=visit category=price severity=minor content=要求按去年价格补差价 --key case-price
16 13:30 tang.xiao advance case-price decline decline-reason=合同已约定随行情调价，已向客户出示条款
15 10:20 tang.xiao new complaint client=远山家具示例有限公司 channel=email category=delivery severity=minor order=PO-1187 quantity=40 unit=套 content=晚到两天，安装队空等 demand=compensation --key case-delay
15 11:00 tang.xiao advance case-delay accept assignee=tang.xiao department=sales promised=2wd
14 15:20 tang.xiao advance case-delay propose remedies.+.kind=compensation remedies.0.amount=600.00
14 16:00 chen.jing advance case-delay approve
13 10:10 tang.xiao advance case-delay notify,refuse answer=要求赔偿两天人工共2400元
14 14:30 he.yu new complaint client=星桥电子示例有限公司 channel=message category=product severity=minor product=KB-12端子 content=两箱标签贴反 --on yesterday@16:50 --key case-label
14 15:00 he.yu advance case-label accept assignee=he.yu promised=2wd
13 09:20 he.yu advance case-label withdraw -m 客户核对后发现是其仓库换箱所致

## Waiting for the client, and resumed / 等待客户后恢复处理
12 09:15 he.yu new complaint client=北岸食品示例有限公司 contact='夏至 xia.zhi@example.com' channel=email category=product severity=major product=PE内袋 lot=B0921 quantity=300 unit=只 content=封口处有异味 demand=return --key case-smell
12 10:00 he.yu advance case-smell accept assignee=he.yu department=qm promised=4wd
11 09:00 he.yu advance case-smell wait -m 请客户寄回样品20只
7 14:00 he.yu advance case-smell resume sample=已收到20只 -m 样品到达
5 10:00 lin.lan advance case-smell attribute fault=third-party cause=外购油墨溶剂残留超标
4 15:30 he.yu advance case-smell propose remedies.+.kind=return remedies.0.quantity=300 remedies.+.kind=apology
4 16:10 zhou.min advance case-smell approve

## A bad callback reopens the case / 回访不满意，重新处理
13 10:40 he.yu new complaint client=临江纺织示例有限公司 contact='白露 0575-00000202' channel=phone category=service severity=minor content=报修三次无人上门 about=gao.yuan demand=apology,repair --key case-repair
13 11:10 he.yu advance case-repair accept assignee=he.yu department=sales promised=2wd
12 15:00 he.yu advance case-repair propose remedies.+.kind=repair remedies.+.kind=apology
12 15:40 chen.jing advance case-repair approve
11 09:40 he.yu advance case-repair notify,agree answer=同意周五上门
9 17:00 he.yu advance case-repair close -m 已上门维修 => repair-call
6 14:20 tang.xiao advance {repair-call} complete assignee=tang.xiao
6 14:40 tang.xiao advance {repair-call} record summary=修后第二天又停机 score=2 unsolved=主轴异响仍在
6 15:10 he.yu advance case-repair promise promised=1wd -m 已致歉并重新约定
5 15:00 he.yu advance case-repair propose remedies.+.kind=exchange remedies.2.note=更换主轴组件
5 16:30 zhou.min advance case-repair approve

## From a regulator, and critical / 监管部门转办的重大投诉
8 09:05 he.yu new complaint client=北岸食品示例有限公司 channel=regulator external-number=示例-12345-0087 reply-due=7wd category=after-sales severity=critical sensitive=true content=终端消费者反映包装破损 --key case-12345
8 09:50 he.yu advance case-12345 accept assignee=he.yu department=qm promised=5wd
8 10:15 zhou.min advance case-12345 escalate level=vice-president -m 涉及监管，报副总
8 11:00 he.yu new task about=case-12345 client=北岸食品示例有限公司 content=调取发货监控与装车照片 assignee=song.jia due=2wd --key task-photos
6 16:00 song.jia advance task-photos complete result=装车时包装完好，照片18张已存
5 09:10 he.yu advance task-photos check
4 11:00 he.yu advance case-12345 propose remedies.+.kind=explanation remedies.+.kind=exchange

## Promised and overdue / 承诺已逾期
9 10:30 he.yu new complaint client=星桥电子示例有限公司 contact=乔星 channel=web category=product severity=major product=KB-12端子 lot=K0930 quantity=500 unit=只 amount=3,250.00 content=插拔力偏小，产线停用 demand=return,allowance --key case-plug
9 11:20 he.yu advance case-plug accept assignee=tang.xiao department=production promised=3wd -m 承诺三个工作日答复
2 09:30 tang.xiao new complaint client=大寒冷链示例有限公司 contact=冬藏 channel=phone category=contract severity=minor content=发票抬头开错 --key case-invoice

## Inquiries, tasks and routine callbacks / 咨询、任务与日常回访
12 13:40 song.jia new inquiry client=大寒冷链示例有限公司 channel=web content=冷库门封条能否按图定制 --key ask-gasket
12 14:20 song.jia advance ask-gasket promise promised=2wd assignee=song.jia
11 16:00 song.jia advance ask-gasket answer answer=可以，开模费1200元，交期10天
10 09:10 song.jia advance ask-gasket archive
2 15:30 song.jia new inquiry client=远山家具示例有限公司 channel=phone content=新款五金的承重数据 --key ask-load
2 15:50 song.jia advance ask-load promise promised=4wd assignee=song.jia
10 13:30 chen.jing new callback client=远山家具示例有限公司 reason=routine due=2wd assignee=song.jia method=phone --key call-routine
9 10:00 song.jia advance call-routine attempt attempts.+.at=9:50 attempts.0.outcome=无人接听
8 14:00 song.jia advance call-routine complete
8 14:30 song.jia advance call-routine record summary=使用正常，询问送货上门 score=4 needs=是否提供夜间送货 follow-up=inquiry => night
7 09:30 song.jia advance {night} answer answer=提供，需提前一天预约
7 10:00 chen.jing new callback client=和风印刷示例厂 reason=offer due=1wd assignee=song.jia method=phone --key call-offer
6 16:30 song.jia advance call-offer attempt attempts.+.at=10:10 attempts.0.outcome=关机 attempts.+.at=16:20 attempts.1.outcome=无人接听
5 17:00 song.jia advance call-offer give-up attempts.+.at=16:50 attempts.2.outcome=无人接听 -m 三天内多次未接通
3 09:00 chen.jing new task client=青禾泵业示例有限公司 content=整理密封件使用说明并寄给客户 assignee=tang.xiao due=5wd --key task-manual
3 11:00 chen.jing advance 临江纺织示例有限公司 warn -m 一个月内两次不满意
