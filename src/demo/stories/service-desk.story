# The story of a demonstration book with the preset service-desk: everybody at their own desk. Every company and person in it is
# invented. How its lines are written is said at the head of basic.story.

## The staff / 员工
20 08:30 - new staff name=周敏 emails=zhou.min@example.cn roles.+.role=cs-manager department=cs capacity=5 joined=2019-03-04
20 08:31 - new staff name=何雨 emails=he.yu@example.cn roles.+.role=complaint-officer department=cs capacity=30 joined=2021-09-01
20 08:32 - new staff name=唐晓 emails=tang.xiao@example.cn roles.+.role=cs-specialist department=cs capacity=20 joined=2023-02-20
20 08:33 - new staff name=宋佳 emails=song.jia@example.cn roles.+.role=cs-specialist department=cs capacity=15 joined=2024-07-01
20 08:34 - new staff name=林岚 emails=lin.lan@example.cn roles.+.role=head department=product joined=2017-10-09
20 08:35 - new staff name=许强 emails=xu.qiang@example.cn roles.+.role=head department=logistics joined=2016-04-18
20 08:36 - new staff name=顾平 emails=gu.ping@example.cn roles.+.role=gm department=gm-office joined=2012-05-07

## The clients / 客户
20 09:00 tang.xiao new client name=青禾网络示例有限公司 city=杭州 phone=0571-00000101 principal=方青 contacts.+.name=方青 contacts.0.phone=0571-00000102 owner=tang.xiao
20 09:05 tang.xiao new client name=临江商贸示例有限公司 city=绍兴 phone=0575-00000201 contacts.+.name=白露 contacts.0.phone=0575-00000202 owner=tang.xiao
20 09:10 song.jia new client name=北岸物流示例有限公司 city=宁波 phone=0574-00000301 contacts.+.name=夏至 contacts.0.email=xia.zhi@example.com owner=song.jia
20 09:15 song.jia new client name=星桥教育示例有限公司 city=苏州 phone=0512-00000501 contacts.+.name=乔星 contacts.0.hours=下午 owner=song.jia
20 09:20 song.jia new client name=远洋电器示例有限公司 city=上海 phone=021-00000701 owner=song.jia
20 09:30 tang.xiao advance 青禾网络示例有限公司,临江商贸示例有限公司,北岸物流示例有限公司,星桥教育示例有限公司,远洋电器示例有限公司 convert

## A contingency plan and a training, made ahead / 事前拟订的应急预案与培训计划
19 10:00 he.yu new plan purpose=contingency goal=下单系统停机应急预案 owner=he.yu tasks.+.content=发布停机公告并开通电话下单 tasks.0.who=tang.xiao tasks.0.hours=1 tasks.+.content=联系系统供应商抢修 tasks.1.who=lin.lan tasks.1.hours=4 --key plan-outage
19 10:20 he.yu advance plan-outage review
19 15:00 zhou.min advance plan-outage approve -m 同意
18 09:30 he.yu new plan purpose=training goal=减少因态度引起的投诉 topic=电话礼仪与情绪安抚 trainer=周敏 owner=he.yu planned=6wd participants=tang.xiao,song.jia --key plan-manners
18 09:40 he.yu advance plan-manners review
18 14:00 zhou.min advance plan-manners approve
18 14:30 he.yu advance plan-manners start

## Service quality: apology, usual remedies, told to the departments, confirmed / 服务质量：致歉、常用方案、通报部门、回访确认
17 09:12 tang.xiao new complaint client=青禾网络示例有限公司 contact='方青 0571-00000102' channel=phone content=客服接电话态度生硬 demand=apology --key case-manner
17 09:20 tang.xiao advance case-manner apologise -m 已就带来的不便致歉
17 09:40 he.yu advance case-manner accept category=service sub-reason=attitude assignee=he.yu department=cs promised=3wd
16 10:00 he.yu advance case-manner investigate cause=新员工未受过电话礼仪培训 fault=own
16 11:00 he.yu advance case-manner propose remedies.+.kind=apology remedies.+.kind=monitoring remedies.1.note=每周抽听录音十通
16 11:10 he.yu advance case-manner approve
15 09:30 he.yu advance case-manner notify,agree answer=接受道歉
15 10:00 he.yu advance case-manner inform -m 已向客服部通报
15 10:10 he.yu advance case-manner close lesson=新员工上岗前须通过电话礼仪考核 good-case=yes => manner-call
12 14:20 tang.xiao advance {manner-call} complete assignee=tang.xiao
12 14:40 tang.xiao advance {manner-call} record summary=客服态度明显改善 score=5

## Price: the client is not satisfied, and it is taken up again / 价格：客户不满意，重新处理
16 13:30 song.jia new complaint client=临江商贸示例有限公司 contact=白露 channel=email content=续费涨价未提前告知 --key case-price
16 13:40 song.jia advance case-price apologise
16 15:00 he.yu advance case-price accept category=price sub-reason=changed-without-notice assignee=he.yu promised=3wd
15 14:00 he.yu advance case-price investigate cause=调价通知漏发 fault=own
15 14:30 he.yu advance case-price propose remedies.+.kind=explanation remedies.+.kind=rebate remedies.1.amount=300.00 remedies.1.note=按原价续费一季
15 14:40 he.yu advance case-price approve
14 09:20 he.yu advance case-price notify,agree answer=同意按原价 => price-rebate
13 10:00 he.yu advance {price-rebate} complete result=已按原价续费
13 11:00 zhou.min advance {price-rebate} check
13 11:30 he.yu advance case-price close lesson=调价须提前三十天逐户告知 => price-call
9 10:00 song.jia advance {price-call} complete assignee=song.jia
9 10:20 song.jia advance {price-call} record summary=仍未收到书面价格明细 score=2
9 14:00 he.yu advance case-price promise promised=2wd
8 09:30 he.yu advance case-price investigate
8 10:00 he.yu advance case-price propose remedies.+.kind=breakdown remedies.2.note=出具书面价格明细

## Complex and sensitive: evidence and an expert's opinion come first / 复杂敏感：先附证据并征求专家意见
4 09:05 song.jia new complaint client=远洋电器示例有限公司 channel=media external-number=示例晚报-0305 reply-due=7wd content=三台设备连续过热停机并被媒体报道 severity=major product=控制器X2 demand=exchange,compensation --key case-heat
4 09:15 song.jia advance case-heat apologise
4 09:40 he.yu advance case-heat accept category=product sub-reason=defect sensitive=yes assignee=he.yu departments=product promised=5wd

## Other: late delivery, with a measure / 其他：交付延迟，落实改进
14 09:00 tang.xiao new complaint client=北岸物流示例有限公司 channel=phone content=安装延迟一周 --key case-late
14 09:10 tang.xiao advance case-late apologise
14 10:00 he.yu advance case-late accept category=other sub-reason=late-delivery assignee=he.yu departments=logistics promised=3wd
13 14:00 he.yu advance case-late investigate cause=排期未预留节假日 fault=own department=logistics
13 15:00 he.yu advance case-late propose remedies.+.kind=explanation remedies.+.kind=process remedies.1.note=排期表加入节假日
13 15:10 he.yu advance case-late approve
12 09:30 he.yu advance case-late notify,agree answer=理解 => late-measure
12 10:00 he.yu advance case-late inform -m 物流部
12 10:30 he.yu advance case-late close => late-call
8 15:00 tang.xiao advance {late-call} complete assignee=tang.xiao
8 15:20 tang.xiao advance {late-call} record summary=已理解，后续按期 score=4
7 09:00 he.yu advance {late-measure} complete -m 已改排期表
6 09:30 zhou.min advance {late-measure} verify effect=近两周安装均按期

## The training is held, its effect still open / 培训已举行，效果待评估
12 16:30 he.yu advance plan-manners attend sessions.+.date=today sessions.0.hours=3 attended.+.person=tang.xiao attended.0.result=passed attended.+.person=song.jia attended.1.result=passed

## An incident runs its plan / 突发事件启动预案
10 14:00 tang.xiao new incident title=下单系统停机 severity=major owner=he.yu --key outage
10 14:10 he.yu advance outage start plan=下单系统停机应急预案
10 14:30 he.yu advance outage inform informed.+.whom=全部客户 informed.0.what=系统停机，正在抢修，可电话下单
10 14:40 song.jia new complaint client=星桥教育示例有限公司 channel=phone content=无法在线下单 --key case-order
10 14:45 song.jia advance case-order apologise
10 14:50 song.jia advance outage attach complaints=case-order
10 16:40 he.yu advance outage inform informed.+.whom=全部客户 informed.1.what=系统已恢复
10 17:00 he.yu advance case-order accept category=product sub-reason=performance assignee=he.yu promised=2wd
9 09:30 he.yu advance case-order investigate cause=服务器磁盘写满 fault=own
9 10:30 he.yu advance case-order propose remedies.+.kind=explanation
9 10:40 he.yu advance case-order approve
9 11:00 he.yu advance case-order notify,agree answer=已恢复

## Inquiries / 咨询
6 13:40 song.jia new inquiry client=星桥教育示例有限公司 channel=phone content=能否按学期开票 assignee=song.jia --key ask-invoice
6 14:00 song.jia advance ask-invoice promise promised=2wd
5 16:00 song.jia advance ask-invoice answer answer=可以，按学期开具
4 09:10 song.jia advance ask-invoice archive
1 15:30 tang.xiao new inquiry client=青禾网络示例有限公司 channel=web content=新套餐的开通时间 assignee=tang.xiao --key ask-package
