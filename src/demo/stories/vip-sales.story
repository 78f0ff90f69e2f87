# The story of a demonstration book with the preset vip-sales: everybody at their own desk. Every company and person in it is
# invented. How its lines are written is said at the head of basic.story.

## The staff / 员工
20 08:30 - new staff name=周敏 emails=zhou.min@example.cn roles.+.role=cs-manager department=cs capacity=5 joined=2018-03-05
20 08:31 - new staff name=郑洁 emails=zheng.jie@example.cn roles.+.role=cs-supervisor department=cs capacity=10 joined=2019-06-10
20 08:32 - new staff name=何雨 emails=he.yu@example.cn roles.+.role=complaint-officer department=cs capacity=20 joined=2021-09-01
20 08:33 - new staff name=唐晓 emails=tang.xiao@example.cn roles.+.role=cs-specialist department=cs capacity=30 joined=2023-02-20
20 08:34 - new staff name=宋佳 emails=song.jia@example.cn roles.+.role=after-sales-specialist department=after-sales capacity=20 joined=2022-07-04
20 08:35 - new staff name=林岚 emails=lin.lan@example.cn roles.+.role=salesperson department=sales joined=2020-10-12
20 08:36 - new staff name=许强 emails=xu.qiang@example.cn roles.+.role=sales-manager department=sales joined=2016-04-18
20 08:37 - new staff name=顾平 emails=gu.ping@example.cn roles.+.role=gm department=gm-office joined=2012-05-07

## The clients / 客户
20 09:00 tang.xiao new client name=康宁社区示例服务中心 city=杭州 phone=0571-00000101 principal=方青 contacts.+.name=方青 contacts.0.phone=0571-00000102 contacts.0.birthday=1958-03-12 grade=key owner=tang.xiao sales=lin.lan
20 09:05 tang.xiao new client name=松鹤养老示例院 city=绍兴 phone=0575-00000201 contacts.+.name=白露 contacts.0.phone=0575-00000202 contacts.0.birthday=1964-02-29 grade=key owner=tang.xiao sales=lin.lan
20 09:10 song.jia new client name=长青诊所示例 city=宁波 phone=0574-00000301 contacts.+.name=夏至 contacts.0.email=xia.zhi@example.com contacts.0.birthday=1971-06-21 grade=A owner=tang.xiao sales=lin.lan
20 09:15 song.jia new client name=星桥健身示例有限公司 city=苏州 phone=0512-00000501 contacts.+.name=乔星 contacts.0.hours=下午 grade=B owner=tang.xiao sales=lin.lan
20 09:20 tang.xiao new client name=乔安 city=上海 phone=021-00000701 grade=key do-not-call=yes owner=tang.xiao sales=lin.lan
20 09:30 tang.xiao advance 康宁社区示例服务中心,松鹤养老示例院,长青诊所示例,星桥健身示例有限公司,乔安 convert

## Calls and letters / 来电与来信
19 09:05 tang.xiao new inquiry client=星桥健身示例有限公司 channel=phone type=product content=蛋白粉与钙片能否同时服用 --key ask-product
19 09:20 tang.xiao advance ask-product answer answer=可以，间隔两小时更好
19 11:00 tang.xiao advance ask-product archive
19 10:00 tang.xiao new inquiry client=长青诊所示例 channel=letter type=order content=来信询问下季度供货周期 --key ask-letter
19 15:30 tang.xiao advance ask-letter promise promised=2wd
18 14:00 tang.xiao advance ask-letter answer answer=下季度起十天一批 opinion=希望小规格包装也能供应 => letter-opinion
18 16:00 tang.xiao advance ask-letter archive
18 17:00 lin.lan advance {letter-opinion} complete result=已列入产品建议，小规格下月试供
17 09:30 xu.qiang advance {letter-opinion} check

## Health counselling goes to after-sales / 健康咨询由售后专员答复
18 10:10 tang.xiao new inquiry client=乔安 channel=phone type=health content=血压偏高能否服用本品 condition=正在服用降压药 assignee=song.jia --key ask-health
18 11:30 song.jia advance ask-health answer answer=建议先遵医嘱，服药期间暂不使用；已寄送饮食建议
18 16:30 song.jia advance ask-health archive

## Health services for set dates / 按期健康服务
17 10:00 song.jia new plan purpose=service client=康宁社区示例服务中心 goal=季度健康讲座与体检陪同 owner=song.jia tasks.+.content=健康讲座 tasks.0.who=song.jia tasks.0.due=3wd tasks.+.content=体检陪同 tasks.1.who=song.jia tasks.1.due=8wd tasks.+.content=饮食回访 tasks.2.who=tang.xiao tasks.2.due=25wd --key plan-care
17 10:20 song.jia advance plan-care review
17 15:00 zheng.jie advance plan-care approve -m 同意
17 15:30 song.jia advance plan-care start
16 09:00 song.jia new plan purpose=training goal=健康咨询应答规范 topic=不越界的健康建议 trainer=周敏 owner=song.jia planned=4wd participants=tang.xiao,song.jia --key plan-training
16 09:10 song.jia advance plan-training review
16 14:00 zhou.min advance plan-training approve
16 14:30 song.jia advance plan-training start
12 16:00 song.jia advance plan-training attend sessions.+.date=today sessions.0.hours=2 attended.+.person=tang.xiao attended.0.result=passed attended.+.person=song.jia attended.1.result=passed
6 10:00 song.jia advance plan-training evaluate outcome=达到目标 effect=抽查录音未见越界建议
6 15:00 zhou.min advance plan-training close

## Greetings: cards and gifts, each with its cost / 节日与生日问候：贺卡、礼品与费用
15 09:00 zheng.jie new callback client=康宁社区示例服务中心 reason=greeting occasion=周年庆 day=10wd due=3wd method=post assignee=tang.xiao --key greet-one
15 09:05 zheng.jie new callback client=松鹤养老示例院 reason=greeting occasion=周年庆 day=10wd due=3wd method=post assignee=tang.xiao --key greet-two
15 09:10 zheng.jie new callback client=乔安 reason=greeting occasion=周年庆 day=10wd due=3wd method=post assignee=tang.xiao --key greet-three
13 10:00 tang.xiao advance greet-one complete gift=贺卡与养生茶 sent=today
13 10:30 tang.xiao advance greet-one record cost=128.00
13 11:00 tang.xiao advance greet-two complete gift=贺卡 sent=today
13 11:10 tang.xiao advance greet-two record cost=12.50
12 09:00 zheng.jie advance greet-three cancel -m 客户外出，改为电话致意

## A complaint: accepted with a promise, approved, called back / 投诉：承诺、核准、回访
14 09:12 tang.xiao new complaint client=长青诊所示例 contact='夏至 0574-00000302' channel=phone content=到货缺两盒 product=钙片 quantity=2 demand=exchange --key case-short
14 09:40 he.yu advance case-short accept category=delivery assignee=he.yu promised=2wd
14 15:00 he.yu advance case-short propose remedies.+.kind=exchange remedies.0.note=补发两盒
14 16:00 zhou.min advance case-short approve
13 09:30 he.yu advance case-short notify,agree answer=同意补发 => short-task
12 10:00 he.yu advance {short-task} complete result=已补发两盒
12 14:00 zheng.jie advance {short-task} check
12 14:30 he.yu advance case-short close => short-call
9 10:00 tang.xiao advance {short-call} complete assignee=tang.xiao
9 10:20 tang.xiao advance {short-call} record summary=已收到补发，满意 score=5 opinion=建议出库前双人复核 => call-opinion
8 09:30 lin.lan advance {call-opinion} complete result=已转仓库
