# The story of a demonstration book with the preset terminals: everybody at their own desk. Every company and person in it is
# invented. How its lines are written is said at the head of basic.story.

## The staff / 员工
20 08:00 - new staff name=顾平 emails=gu.ping@example.cn roles.+.role=gm department=management joined=2012-05-07 base-pay.+.amount=9000 base-pay.0.from=2012-05-07
20 08:01 - new staff name=周敏 emails=zhou.min@example.cn roles.+.role=cs-manager department=cs capacity=5 joined=2019-03-04 base-pay.+.amount=6500 base-pay.0.from=2019-03-04
20 08:02 - new staff name=唐晓 emails=tang.xiao@example.cn roles.+.role=cs-specialist department=cs capacity=20 joined=2023-02-20 base-pay.+.amount=4100 base-pay.0.from=2023-02-20
20 08:03 - new staff name=宋佳 emails=song.jia@example.cn roles.+.role=cs-specialist department=cs capacity=15 joined=2024-07-01 base-pay.+.amount=3900 base-pay.0.from=2024-07-01
20 08:04 - new staff name=许强 emails=xu.qiang@example.cn roles.+.role=salesperson department=sales joined=2021-04-18 base-pay.+.amount=4000 base-pay.0.from=2021-04-18
20 08:05 - new staff name=林岚 emails=lin.lan@example.cn roles.+.role=sales-manager department=sales joined=2017-10-09 base-pay.+.amount=7000 base-pay.0.from=2017-10-09
20 08:06 - new staff name=何雨 emails=he.yu@example.cn roles.+.role=finance department=finance joined=2018-09-01 base-pay.+.amount=5000 base-pay.0.from=2018-09-01

## The clients / 客户
20 09:00 tang.xiao new client name=城南超市示例有限公司 city=杭州 phone=0571-00001001 principal=许城 owner=tang.xiao sales=xu.qiang
20 09:05 tang.xiao new client name=江东酒店示例有限公司 city=杭州 phone=0571-00001002 principal=江岚 owner=tang.xiao sales=xu.qiang
20 09:10 song.jia new client name=西湖茶楼示例有限公司 city=杭州 phone=0571-00001003 owner=song.jia sales=xu.qiang
20 09:15 song.jia new client name=北站书店示例有限公司 city=杭州 phone=0571-00001004 owner=song.jia sales=xu.qiang
20 09:20 tang.xiao advance 城南超市示例有限公司,江东酒店示例有限公司,西湖茶楼示例有限公司,北站书店示例有限公司 convert

## Tasks for sales: trial run, card charging, collection / 协助销售：试机、充卡、资金回收
19 09:00 xu.qiang new task type=trial-run client=城南超市示例有限公司 content=新装两台终端试机 assignee=tang.xiao due=1wd --key task-trial
19 09:10 xu.qiang new task type=card-charging client=江东酒店示例有限公司 content=储值卡充值 amount=5000 assignee=song.jia due=1wd --key task-charge
19 14:00 tang.xiao advance task-trial complete result=两台均可刷卡，小票打印正常
19 16:00 xu.qiang advance task-trial check
18 10:00 song.jia advance task-charge complete result=已充值到卡
18 11:00 xu.qiang advance task-charge check
17 09:00 lin.lan new task type=collection client=西湖茶楼示例有限公司 content=上月结算款 amount=8600 assignee=song.jia due=3wd --key task-collect
15 15:00 song.jia advance task-collect complete collected=8600 result=已到账
15 16:00 lin.lan advance task-collect check

## An inquiry that nobody is sure of is asked upwards / 没有把握的咨询先请示上级
16 09:30 tang.xiao new inquiry client=城南超市示例有限公司 channel=phone content=终端能否刷外卡 --key ask-foreign
16 09:35 tang.xiao advance ask-foreign escalate -m 未办过外卡业务
16 10:20 zhou.min advance ask-foreign instruct -m 需另签外卡协议，三个工作日开通
16 10:30 tang.xiao advance ask-foreign answer answer=需另签外卡协议，三个工作日开通 market=同行推出零费率活动 => info-rate
16 10:40 tang.xiao advance ask-foreign archive
16 11:00 tang.xiao advance 江东酒店示例有限公司 contact -m 前台新换收银员，已约培训时间
15 09:00 xu.qiang advance {info-rate} complete

## Our own fault: apology at once, reported upwards by gravity / 我方责任：当即致歉，按轻重上报
14 09:00 tang.xiao new complaint client=江东酒店示例有限公司 channel=phone content=重复扣款一笔 product=POS终端 --key case-double
14 09:10 tang.xiao advance case-double accept category=product severity=major wanted=当天退回多扣的款，并说明原因 promised=1wd
14 10:00 tang.xiao advance case-double investigate cause=终端程序升级后重复上送交易 fault=own
14 10:05 tang.xiao advance case-double apologise -m 已电话致歉
14 10:10 tang.xiao advance case-double escalate -m 可能涉及其他客户
14 11:00 zhou.min advance case-double instruct -m 当日退款，同批终端停用新版程序
14 11:20 tang.xiao advance case-double propose remedies.+.kind=compensation remedies.0.amount=320 remedies.0.note=退回重复扣款
14 13:30 zhou.min advance case-double approve
14 14:00 tang.xiao advance case-double notify -m 告知退款与原因
14 14:10 tang.xiao advance case-double agree answer=同意 => refund
14 15:00 tang.xiao advance {refund} complete result=已退回320元
14 16:00 zhou.min advance {refund} check
13 09:30 tang.xiao advance case-double close => double-call
11 10:00 tang.xiao advance {double-call} complete
11 10:10 tang.xiao advance {double-call} record summary=款已收到，无其他问题 score=5

## Not our fault: no apology is recorded / 非我方责任：不记录致歉
10 10:00 song.jia new complaint client=北站书店示例有限公司 channel=phone content=终端无法开机 product=POS终端 --key case-power
10 10:10 song.jia advance case-power accept category=product severity=minor wanted=尽快恢复使用 promised=1wd
10 11:00 song.jia advance case-power investigate cause=客户自行更换了不符的电源 fault=client
10 11:30 song.jia advance case-power propose remedies.+.kind=explanation remedies.0.note=说明电源规格，可代购原装电源
10 13:30 zhou.min advance case-power approve
10 14:00 song.jia advance case-power notify -m 已说明
10 14:10 song.jia advance case-power agree answer=自行购买电源
9 09:00 song.jia advance case-power close

## A complaint about a person, raised by sales / 销售提出的对员工的投诉
8 10:00 lin.lan new complaint client=城南超市示例有限公司 channel=referral content=唐晓接电话态度生硬 about=tang.xiao raised-by=sales --key case-rude
8 10:20 song.jia advance case-rude accept category=service severity=minor wanted=改进接电话的态度 promised=1wd
8 11:00 song.jia advance case-rude investigate cause=连续接听时语气急躁 fault=own
8 11:10 song.jia advance case-rude apologise -m 已向客户致歉
8 13:30 song.jia advance case-rude propose remedies.+.kind=explanation remedies.0.note=说明并承诺改进
8 14:00 zhou.min advance case-rude approve
8 14:10 song.jia advance case-rude notify -m 已回复
8 14:20 song.jia advance case-rude agree answer=接受
7 09:00 song.jia advance case-rude close

## A breach of conduct / 违反行为规范
6 11:00 zhou.min new sanction type=conduct person=song.jia breach=private-call happened=today note=私人电话约6分钟 --key private-call
5 09:00 gu.ping advance private-call approve measure=warning
5 10:00 he.yu advance private-call apply

## New services are offered / 新业务推介
4 09:00 zhou.min new callback client=西湖茶楼示例有限公司 reason=offer due=1wd assignee=song.jia method=phone --key offer-scan
4 10:00 song.jia advance offer-scan complete
4 10:20 song.jia advance offer-scan record summary=介绍扫码收款，客户想先试用 interest=interested opinion=希望结算再快一天

## The day's work is handed in and seen; the clock's data / 工作报表上交审阅，打卡数据
3 08:20 zhou.min new work-report person=song.jia date=today --key report-song
3 08:25 song.jia advance report-song sign-in
3 09:30 song.jia advance 北站书店示例有限公司 contact -m 约定下周回访时间
3 17:10 song.jia advance report-song hand-in summary=联系客户一家 to-follow=下周回访
2 09:00 zhou.min advance report-song see
2 17:40 zhou.min new attendance person=song.jia days.+.date=today days.0.in=08:41 days.0.out=17:35 --key clock-song
