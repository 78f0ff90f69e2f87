# The story of a demonstration book with the preset manufacturer: everybody at their own desk. Every company and person in it is
# invented.
#
# DAYS TIME WHO COMMAND   DAYS working days before now, at TIME; WHO acts (- is whoever makes the book); the command as it is typed
#                         after `redress`. `=> name` at its end names the record that the step opened, which `{name}` stands for
#                         from there on. What lies before in time is told before.

## The staff / 员工
20 08:30 - new staff name=何雨 emails=he.yu@example.cn roles.+.role=complaint-officer department=cs capacity=20 joined=2021-09-01
20 08:31 - new staff name=陈静 emails=chen.jing@example.cn roles.+.role=cs-supervisor department=cs capacity=10 joined=2020-06-15
20 08:32 - new staff name=周敏 emails=zhou.min@example.cn roles.+.role=cs-manager department=cs capacity=5 joined=2019-03-04
20 08:33 - new staff name=唐晓 emails=tang.xiao@example.cn roles.+.role=cs-specialist department=cs capacity=20 joined=2023-02-20
20 08:34 - new staff name=林岚 emails=lin.lan@example.cn roles.+.role=qm department=qm joined=2017-10-09
20 08:35 - new staff name=许强 emails=xu.qiang@example.cn roles.+.role=production department=production joined=2016-04-18
20 08:36 - new staff name=秦岳 emails=qin.yue@example.cn roles.+.role=rd department=rd joined=2015-08-03
20 08:37 - new staff name=苏婉 emails=su.wan@example.cn roles.+.role=gm-office department=gm-office joined=2018-11-12
20 08:38 - new staff name=陆峰 emails=lu.feng@example.cn roles.+.role=vice-president department=gm-office joined=2012-02-01
20 08:39 - new staff name=沈辉 emails=shen.hui@example.cn roles.+.role=gm department=gm-office joined=2008-05-19
20 08:40 - new staff name=高远 emails=gao.yuan@example.cn roles.+.role=salesperson roles.+.role=sales-clerk department=sales joined=2018-05-07
20 08:41 - new staff name=曹磊 emails=cao.lei@example.cn roles.+.role=warehouse department=warehouse joined=2014-07-21
20 08:42 - new staff name=金萍 emails=jin.ping@example.cn roles.+.role=finance department=finance joined=2013-03-11
20 08:43 - new staff name=何平 emails=he.ping@example.cn roles.+.role=marketing-vice-president department=sales joined=2011-04-11
20 08:44 - new staff name=韩松 emails=han.song@example.cn roles.+.role=sales-manager department=sales joined=2014-09-01
20 08:50 su.wan advance zhou.min change deputy.+.person=chen.jing -m 外出期间由陈静代理

## The clients and their invoices / 客户与原发票
20 09:00 gao.yuan new client name=青禾泵业示例有限公司 city=杭州 address=示例路1号 phone=0571-00000101 principal=方青 contacts.+.name=方青 contacts.0.position=总经理 contacts.0.phone=0571-00000102 sales=gao.yuan tax-number=91330100EXAMPLE001
20 09:05 gao.yuan new client name=临江水务示例有限公司 city=绍兴 address=示例路22号 phone=0575-00000201 principal=江临 sales=gao.yuan
20 09:10 gao.yuan new client name=远洋船舶示例有限公司 city=宁波 address=示例路9号 phone=0574-00000301 principal=海远 sales=gao.yuan
20 09:15 gao.yuan new client name=北岸食品示例有限公司 city=上海 phone=021-00000401 sales=gao.yuan
20 09:20 chen.jing advance 青禾泵业示例有限公司 convert,assign owner=tang.xiao
20 09:21 chen.jing advance 临江水务示例有限公司 convert,assign owner=tang.xiao
20 09:22 chen.jing advance 远洋船舶示例有限公司 convert,assign owner=tang.xiao
20 09:23 chen.jing advance 北岸食品示例有限公司 convert,assign owner=tang.xiao
20 09:25 lu.feng advance 临江水务示例有限公司 update over-acceptance=5
20 09:30 jin.ping new invoice number=26080117 client=青禾泵业示例有限公司 date=2026-08-17 amount=21600 tax-kind=taxable tax-rate=13
20 09:31 jin.ping new invoice number=26080233 client=临江水务示例有限公司 date=2026-08-25 amount=9800 tax-kind=taxable tax-rate=13

## Deals from the ledger, grades by the table / 台账中的成交记录，按办法评级
20 09:40 jin.ping new deal number=SO-0101 client=青禾泵业示例有限公司 date=200d-ago item='不锈钢阀门 DN50' amount=620000 due=170d-ago paid=175d-ago
20 09:41 jin.ping new deal number=SO-0102 client=青禾泵业示例有限公司 date=60d-ago item='不锈钢阀门 DN80' amount=540000 due=30d-ago paid=31d-ago
20 09:42 jin.ping new deal number=SO-0103 client=临江水务示例有限公司 date=150d-ago item='闸阀 DN100' amount=260000 due=120d-ago paid=110d-ago
20 09:43 jin.ping new deal number=SO-0104 client=临江水务示例有限公司 date=40d-ago item='闸阀 DN150' amount=140000 due=10d-ago paid=12d-ago
20 09:44 jin.ping new deal number=SO-0105 client=远洋船舶示例有限公司 date=90d-ago item='球阀 DN25' amount=86000 due=60d-ago paid=61d-ago
20 09:45 jin.ping new deal number=SO-0106 client=北岸食品示例有限公司 date=50d-ago item='卫生级蝶阀' amount=64000 due=20d-ago paid=21d-ago
20 09:50 chen.jing advance 青禾泵业示例有限公司 rate grade=key grade-reason=年成交额100万元以上，付款均按期
20 09:51 chen.jing advance 临江水务示例有限公司 rate grade=A grade-reason=年成交额30万元以上，逾期付款不超过一次
20 09:52 chen.jing advance 远洋船舶示例有限公司,北岸食品示例有限公司 rate grade=B grade-reason=年成交额5万元以上

## Agreed, with a return beyond the acceptance ratio / 同意退货，退货超量
19 09:10 he.yu new complaint client=青禾泵业示例有限公司 contact='方青 0571-00000102' channel=phone category=product severity=major order=SO-2608-0117 product='不锈钢阀门 DN50' item-number=VLV-50-316 lot=L2608A quantity=120 defective=24 unit=件 delivered=2026-08-18 content=120件中24件密封面渗漏 reason=使用中发现 demand=return sample=已收到两件 --key case-return
19 09:40 he.yu advance case-return accept client-confirmed=yes department=production assignee=he.yu promised=5wd -m 已电话告知等待时间
19 10:30 lin.lan advance case-return contain containment=同批次库存60件暂停发货
18 10:00 lin.lan advance case-return investigate cause=密封面研磨余量不足 escape=出厂抽检未覆盖该批次 fault=own responsible.+.department=production responsible.0.share=70 responsible.+.department=qm responsible.1.share=30 departments=production,qm
18 11:00 lin.lan advance case-return report -m 调查报告呈批
18 14:00 shen.hui advance case-return instruct-report report-instruction=查明同批流向
18 15:00 xu.qiang advance case-return analyse abnormal-cause=研磨工序定位销磨损 countermeasure=密封面研磨改为全检并记录余量
18 16:00 su.wan advance case-return instruct instruction=从速处理，责任到部门
17 09:00 qin.yue advance case-return opine opinion=同意，图纸公差不变
17 10:00 su.wan advance case-return review
17 11:00 he.yu advance case-return propose remedies.+.kind=return remedies.0.amount=4320 remedies.0.quantity=24 remedies.0.note=退回重修后转售
17 13:30 su.wan advance case-return review -m 方案可行
17 14:00 zhou.min advance case-return approve -m 同意退货
17 14:30 he.yu advance case-return notify -m 已电话说明
17 15:30 he.yu advance case-return agree answer=同意退货24件
17 16:30 chen.jing advance case-return check
16 09:30 su.wan advance case-return review combined-opinion=客户同意，建议核签
16 10:30 zhou.min advance case-return decide decision=同意退货24件 => slip
16 10:45 he.yu advance {slip} draft handling=退回重修后折价转售 basis=核决
16 11:00 zhou.min advance {slip} approve
15 09:00 su.wan advance {slip} instruct instruction=多出部分先按实收签收
15 09:30 cao.lei advance {slip} receive lines.0.received=26
15 10:30 jin.ping advance {slip} reconcile
15 14:00 lu.feng advance {slip} instruct lines.0.accepted=25 instruction=多收一件，其余退还客户
14 08:45 he.yu advance {slip} prove invoice=26080117 proof=certificate proof-stamped=yes
14 09:00 jin.ping advance {slip} settle voucher=V-1017
14 10:00 lin.lan advance case-return verify verification=处理符合规定
14 14:00 he.yu advance case-return close => return-call
13 15:00 gao.yuan advance {slip} resell resales.+.date=yesterday resales.0.item='不锈钢阀门 DN50' resales.0.quantity=18 resales.0.price=139.99
12 10:00 tang.xiao advance {return-call} complete assignee=tang.xiao
12 10:20 tang.xiao advance {return-call} record summary=补货使用正常，认可处理速度 score=5 scores=5、4、5、5
14 16:00 lin.lan new measure about=case-return category=product action=密封面研磨全检 owner=xu.qiang due=5wd --key measure-seal
6 16:00 xu.qiang advance measure-seal complete
8 10:00 su.wan advance case-return attribute fault=own cause=密封面研磨余量不足 present.+.department=production present.0.person=xu.qiang present.+.department=qm present.1.person=lin.lan present.+.department=rd present.2.person=qin.yue -m 每月责任认定会议

## Declined, withdrawn / 不予受理、撤回投诉
18 09:20 he.yu new complaint client=北岸食品示例有限公司 channel=email category=product severity=minor product='蝶阀 DN80' content=要求更换已使用三年的阀门 demand=exchange --key case-old
18 13:30 he.yu advance case-old decline decline-reason=已过质保期，已向客户出示条款
12 14:30 he.yu new complaint client=北岸食品示例有限公司 channel=message category=product severity=minor product='蝶阀 DN80' content=两箱标签贴反 --key case-label
11 09:20 he.yu advance case-label withdraw -m 客户核对后发现是其仓库换箱所致

## Refused: the next form of the case, and an allowance / 客户未接受，另开处理表，折让结案
16 09:00 he.yu new complaint client=临江水务示例有限公司 contact=江临 channel=visit category=product severity=minor order=SO-2608-0233 product='闸阀 DN100' lot=L2608C quantity=20 defective=6 unit=台 delivered=2026-08-26 content=6台阀体表面锈蚀 reason=到货验收发现 demand=allowance sample=照片 --key case-rust
16 09:50 he.yu advance case-rust accept client-confirmed=yes department=warehouse assignee=he.yu promised=4wd
15 11:00 lin.lan advance case-rust investigate cause=包装受潮 escape=出货前未查包装 fault=own responsible.+.department=warehouse responsible.0.share=100
15 11:30 lin.lan advance case-rust report
15 13:30 shen.hui advance case-rust instruct-report
15 15:00 xu.qiang advance case-rust analyse abnormal-cause=库区湿度超标 countermeasure=改用防锈袋并加干燥剂
15 15:30 su.wan advance case-rust instruct instruction=同意对策
15 16:00 qin.yue advance case-rust opine opinion=不影响性能
14 09:30 su.wan advance case-rust review
14 11:30 he.yu advance case-rust propose remedies.+.kind=allowance remedies.0.amount=600
14 14:00 su.wan advance case-rust review
14 15:00 zhou.min advance case-rust approve
14 16:00 he.yu advance case-rust notify -m 已当面说明
13 09:30 he.yu advance case-rust refuse answer=折让太少，要求1200元 => form-two
13 10:00 he.yu advance {form-two} refile
13 10:30 su.wan advance {form-two} instruct instruction=可适当让步
13 11:00 qin.yue advance {form-two} opine opinion=同前
13 13:30 su.wan advance {form-two} review
13 14:30 he.yu advance {form-two} propose remedies.+.kind=allowance remedies.0.amount=980
13 15:00 su.wan advance {form-two} review
13 16:00 zhou.min advance {form-two} approve
12 09:00 he.yu advance {form-two} notify -m 已电话说明
12 09:30 he.yu advance {form-two} agree answer=同意折让980元
12 11:00 chen.jing advance {form-two} check
12 13:30 su.wan advance {form-two} review combined-opinion=同意结案
12 15:00 zhou.min advance {form-two} decide decision=同意折让980元 => certificate
11 08:50 he.yu advance {certificate} draft lines.0.price=490 lines.0.net=441 invoice=26080233
11 09:00 zhou.min advance {certificate} approve
10 10:00 he.yu advance {certificate} sign signed=manager,gm,client
10 14:00 he.yu advance {certificate} prove proof=certificate proof-stamped=yes
9 09:00 jin.ping advance {certificate} settle voucher=V-1022
9 10:00 lin.lan advance {form-two} verify verification=处理符合规定
9 11:00 he.yu advance {form-two} close => rust-call
7 10:00 tang.xiao advance {rust-call} complete assignee=tang.xiao
7 10:15 tang.xiao advance {rust-call} record summary=接受结果，希望改进包装 score=4 scores=4、3、4、4 opinion=建议加木箱

## A bad callback reopens the case / 回访不满意，重新处理
14 09:05 he.yu new complaint client=远洋船舶示例有限公司 contact=海远 channel=phone category=product severity=minor order=SO-2609-0045 product='截止阀 DN40' lot=L2609B quantity=30 defective=5 unit=件 delivered=2026-09-15 content=5件手柄松动 reason=安装时发现 demand=exchange sample=已收到 --key case-handle
14 09:35 he.yu advance case-handle accept client-confirmed=yes department=production assignee=he.yu promised=3wd
13 09:00 lin.lan advance case-handle investigate cause=装配不良 escape=终检未查扭矩 fault=own responsible.+.department=production responsible.0.share=100
13 09:30 lin.lan advance case-handle report
13 11:00 shen.hui advance case-handle instruct-report
13 14:00 xu.qiang advance case-handle analyse abnormal-cause=扭矩扳手未校准 countermeasure=终检增加扭矩检查
13 15:00 su.wan advance case-handle instruct instruction=同意
13 15:30 qin.yue advance case-handle opine opinion=同意
12 09:10 su.wan advance case-handle review
12 10:00 he.yu advance case-handle propose remedies.+.kind=exchange remedies.0.amount=750 remedies.0.quantity=5
12 11:00 su.wan advance case-handle review
12 11:30 zhou.min advance case-handle approve
12 13:40 he.yu advance case-handle notify,agree answer=同意更换
12 14:00 chen.jing advance case-handle check
12 14:40 su.wan advance case-handle review combined-opinion=同意
12 16:00 zhou.min advance case-handle decide decision=更换5件 => exchange
11 09:00 chen.jing advance {exchange} assign assignee=cao.lei
10 15:00 cao.lei advance {exchange} complete result=已发出5件
10 16:00 tang.xiao advance {exchange} check
9 14:00 lin.lan advance case-handle verify verification=处理符合规定
9 15:00 he.yu advance case-handle close => handle-call
6 14:20 tang.xiao advance {handle-call} complete assignee=tang.xiao
6 14:40 tang.xiao advance {handle-call} record summary=换上的两件仍松动 score=2 scores=4、3、2、2 unsolved=两件仍松动
5 09:30 he.yu advance case-handle promise promised=3wd -m 已致歉并重新约定
5 11:00 lin.lan advance case-handle investigate cause=装配工装磨损
5 11:30 lin.lan advance case-handle report
5 14:00 shen.hui advance case-handle instruct-report
4 10:00 xu.qiang advance case-handle analyse abnormal-cause=装配工装定位面磨损 countermeasure=更换装配工装，整批复检

## From a regulator, and critical / 监管部门转办的重大投诉
4 09:05 he.yu new complaint client=北岸食品示例有限公司 channel=regulator external-number=示例-12345-0087 reply-due=7wd category=after-sales severity=critical sensitive=true contact=安北 reason=现场泄漏 demand=other content=终端反映阀门泄漏致停产 --key case-12345
4 09:40 lin.lan advance case-12345 contain containment=到场更换并封存同批次
4 10:00 he.yu advance case-12345 accept client-confirmed=yes department=qm assignee=he.yu promised=5wd
4 10:30 he.yu advance case-12345 escalate -m 涉及监管，逐级上报

## Overdue at quality management / 质量管理部逾期未调查
7 09:20 he.yu new complaint client=远洋船舶示例有限公司 contact=海远 channel=email category=product severity=major order=SO-2609-0071 product='球阀 DN25' lot=L2609D quantity=200 defective=15 unit=件 delivered=2026-09-28 content=15件启闭卡滞 reason=抽检发现 demand=return sample=已收到 --key case-stuck
7 10:00 he.yu advance case-stuck accept client-confirmed=yes department=production assignee=he.yu promised=4wd
1 15:30 he.yu new complaint client=青禾泵业示例有限公司 contact=方青 channel=phone category=delivery severity=minor content=到货比约定晚三天 demand=other --key case-late

## Inquiries and a routine callback / 咨询与日常回访
10 13:40 tang.xiao new inquiry client=临江水务示例有限公司 channel=web content=闸阀能否配电动执行器 --key ask-drive
10 14:20 tang.xiao advance ask-drive promise promised=2wd assignee=tang.xiao
9 16:00 tang.xiao advance ask-drive answer answer=可以，DN100以下现货
8 09:10 tang.xiao advance ask-drive archive
5 13:30 chen.jing new callback client=临江水务示例有限公司 reason=routine due=2wd assignee=tang.xiao method=phone --key call-routine
3 14:00 tang.xiao advance call-routine complete
3 14:30 tang.xiao advance call-routine record summary=使用正常 score=4 scores=4、4、4、5

## A plan for the key accounts, and a client who gives warning / 大客户维护计划与流失预警
18 09:00 tang.xiao new plan purpose=key-account goal=大客户一户一策 owner=tang.xiao until=20wd tasks.+.content=每户一名专属客服 tasks.0.who=tang.xiao tasks.0.due=7wd --key plan-key
18 09:30 zhou.min advance plan-key set-goal population=grade=key
18 10:00 chen.jing advance plan-key collect collected=大客户占成交额过半
17 09:00 chen.jing advance plan-key review -m 可行，报营销副总经理
17 14:00 he.ping advance plan-key approve
16 09:00 tang.xiao advance plan-key start
12 10:00 tang.xiao advance plan-key raise raised-by=青禾泵业示例有限公司 raised=备件寄售
1 09:00 chen.jing advance 远洋船舶示例有限公司 warn -m 90天无成交：SO-0105
1 09:01 chen.jing new task client=远洋船舶示例有限公司 type=visit content=90天无成交：拜访客户，了解原因并报告 sign=90天无成交 due=3wd assignee=tang.xiao
