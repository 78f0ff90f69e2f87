# The story of a demonstration book with the preset agency: everybody at their own desk, from contract and archive to callback, inquiry,
# complaint, survey and service meeting. Every company and person in it is invented. How its lines are written is said at the head of
# basic.story.

## The staff / 员工
20 08:30 - new staff name=方敏 emails=fang.min@example.cn roles.+.role=gm department=management joined=2012-05-07
20 08:31 - new staff name=李静 emails=li.jing@example.cn roles.+.role=cs-manager department=cs capacity=5 joined=2017-03-06
20 08:32 - new staff name=王磊 emails=wang.lei@example.cn roles.+.role=cs-supervisor department=cs capacity=10 joined=2019-06-03
20 08:33 - new staff name=陈晨 emails=chen.chen@example.cn roles.+.role=cs-specialist department=cs capacity=20 joined=2022-02-14
20 08:34 - new staff name=周宁 emails=zhou.ning@example.cn roles.+.role=cs-specialist department=cs capacity=15 joined=2023-07-03
20 08:35 - new staff name=赵倩 emails=zhao.qian@example.cn roles.+.role=complaint-officer department=cs capacity=20 joined=2020-09-01
20 08:36 - new staff name=孙悦 emails=sun.yue@example.cn roles.+.role=after-sales-specialist department=cs capacity=20 joined=2021-04-12
20 08:37 - new staff name=吴佳 emails=wu.jia@example.cn roles.+.role=sales-assistant department=sales joined=2022-10-10
20 08:38 - new staff name=郑凯 emails=zheng.kai@example.cn roles.+.role=salesperson department=sales joined=2018-08-20
20 08:39 - new staff name=钱程 emails=qian.cheng@example.cn roles.+.role=sales-manager department=sales joined=2015-11-02
20 08:40 - new staff name=高明 emails=gao.ming@example.cn roles.+.role=head department=media joined=2016-01-18
20 08:41 - new staff name=林涛 emails=lin.tao@example.cn roles.+.role=head department=works joined=2014-03-24

## Clients of old, dealt out and talked through with sales / 老客户分派专员，与销售沟通，补报个人情况
20 09:00 zheng.kai new client name=江畔地产示例有限公司 city=杭州 address=示例路8号 phone=0571-00000101 principal=江畔 contacts.+.name=江宁 contacts.0.position=市场经理 contacts.0.phone=0571-00000102 contacts.0.email=jiang.ning@example.com contacts.0.gender=female contacts.0.birthday=1988-03-09 contacts.0.hours=工作日上午 sales=zheng.kai assistant=wu.jia
20 09:05 zheng.kai new client name=云岭茶业示例有限公司 city=绍兴 phone=0575-00000201 contacts.+.name=云茶 contacts.0.phone=0575-00000202 sales=zheng.kai assistant=wu.jia
20 09:10 zheng.kai new client name=北辰汽车示例有限公司 city=宁波 phone=0574-00000301 contacts.+.name=陈北 contacts.0.position=品牌主管 sales=zheng.kai assistant=wu.jia
20 09:20 wu.jia advance 江畔地产示例有限公司,云岭茶业示例有限公司,北辰汽车示例有限公司 convert
20 10:00 wang.lei advance 江畔地产示例有限公司,云岭茶业示例有限公司 assign owner=chen.chen
20 10:10 wang.lei advance 北辰汽车示例有限公司 assign owner=zhou.ning
19 10:30 chen.chen advance 江畔地产示例有限公司 brief briefing=重视工期，对接人为市场部江宁
19 11:00 wu.jia advance 江畔地产示例有限公司 detail hobbies=登山 family=一子在读小学
18 15:00 zhou.ning advance 北辰汽车示例有限公司 brief briefing=对夜间亮度要求高

## A new client: contract, publication, client form, archive / 新客户：签约、说明条款、上刊验收、报送资料表、建档
18 09:30 zheng.kai new client name=青禾餐饮示例有限公司 city=杭州 sales=zheng.kai assistant=wu.jia
18 10:00 wu.jia new contract client=青禾餐饮示例有限公司 number=HT-0001 name=地铁站灯箱投放 amount=128000 signed=today sales=zheng.kai assistant=wu.jia --key contract-metro
18 11:00 zheng.kai advance contract-metro explain terms=刊期、换画次数、延期补偿
16 16:00 wu.jia advance contract-metro accept-publication
15 10:00 wu.jia advance 青禾餐饮示例有限公司 file address=示例路1号 phone=0571-00000404 principal=何青 contacts.+.name=何青 contacts.0.position=总经理 contacts.0.phone=0571-00000405 contacts.0.email=he.qing@example.com contacts.0.gender=female contacts.0.birthday=1985-05-06 contacts.0.hours=工作日下午
15 15:00 wang.lei advance 青禾餐饮示例有限公司 update -m 按资料表建档
15 15:20 wang.lei advance 青禾餐饮示例有限公司 grade,assign grade=B owner=zhou.ning
15 15:30 wang.lei advance contract-metro assign owner=zhou.ning
13 09:00 zhou.ning advance 青禾餐饮示例有限公司 brief briefing=首次投放，关注客流转化

## The first callback within a week, and an intent / 上刊一周内首次回访，听到合作意向
13 10:00 wang.lei new callback client=青禾餐饮示例有限公司 reason=sale due=2wd method=phone assignee=zhou.ning --key call-metro
12 10:30 zhou.ning advance call-metro complete
12 14:00 zhou.ning advance call-metro record summary=画面清晰，客流有增长 score=5 follow-up=intent intent=下半年想增投公交车身 => intent-bus
11 09:30 zhou.ning advance {intent-bus} follow follows=joint assignee=zhou.ning with=zheng.kai
4 16:00 zhou.ning advance {intent-bus} win result=签订公交车身意向书

## Inquiries / 咨询：当场答复，或告知答复时间
12 09:10 chen.chen new inquiry client=云岭茶业示例有限公司 channel=phone content=能否提前换画 assignee=chen.chen --key ask-change
12 09:20 chen.chen advance ask-change promise promised=1wd progress=已转媒介部核实排期
11 10:00 chen.chen advance ask-change answer answer=可于下周一换画
11 10:10 chen.chen advance ask-change archive
1 15:30 zhou.ning new inquiry client=北辰汽车示例有限公司 channel=web content=高架大牌续投价格 assignee=zhou.ning --key ask-price

## A complaint, investigated with the departments it concerns / 投诉：会同相关部门调查，告知结果，落实改进
12 11:00 chen.chen new complaint client=北辰汽车示例有限公司 channel=phone contact=陈北 content=高架大牌夜间灯光不亮三天 product=高架大牌 --key case-dark
12 13:30 zhao.qian advance case-dark accept category=product severity=major reason=夜间巡检未发现 demand=extension,apology departments=media,works promised=3wd
11 09:30 gao.ming advance case-dark opine -m 巡检记录缺一夜
11 09:40 lin.tao advance case-dark opine -m 镇流器老化，已更换
11 10:30 zhao.qian advance case-dark investigate cause=镇流器老化，夜间巡检漏项 fault=own
11 10:40 zhao.qian advance case-dark apologise -m 已致歉
11 11:00 zhao.qian advance case-dark propose remedies.+.kind=extension remedies.0.amount=3000 remedies.0.note=补偿刊期三天
11 13:30 li.jing advance case-dark approve
11 14:00 zhao.qian advance case-dark notify -m 电话告知结果与补偿方案
11 14:10 zhao.qian advance case-dark agree answer=接受延长三天 => dark-work
10 10:00 zhao.qian advance {dark-work} complete result=刊期已延长三天
10 10:30 wang.lei advance {dark-work} check
10 10:50 zhao.qian advance case-dark inform -m 已将结果告知媒介部与制作部
10 11:00 zhao.qian advance case-dark close countermeasure=夜间巡检改为每日两次并拍照 => dark-call
8 10:00 zhou.ning advance {dark-call} complete assignee=zhou.ning
8 10:20 zhou.ning advance {dark-call} record summary=满意 score=4
8 11:00 wang.lei new measure about=case-dark action=夜间巡检每日两次并拍照留存 category=product owner=lin.tao due=8wd

## A complaint that is under way / 处理中的投诉
3 09:20 sun.yue new complaint client=江畔地产示例有限公司 channel=phone contact=江宁 content=画面色差明显 product=楼盘围挡 --key case-colour
3 10:00 zhao.qian advance case-colour accept category=product severity=minor reason=打样与成品不一致 demand=rework departments=creative,works promised=5wd
2 09:30 lin.tao advance case-colour opine -m 喷绘机校色偏差

## The contract is asked after; a change, a problem / 合同履行：询问、变更、问题上报
9 09:00 zhou.ning advance contract-metro ask asked.+.date=today asked.0.answer=正常，希望加强夜间亮度
9 09:30 zhou.ning advance contract-metro change changes.+.what=第二期画面提前一周更换 changes.0.date=today
9 10:00 zhou.ning advance contract-metro tell changes.0.told=today
5 10:00 zhou.ning advance contract-metro settle-changes changes.0.settled=today
2 09:00 zhou.ning advance contract-metro problem problems.+.what=站内施工遮挡一块灯箱 problems.0.date=today
2 15:00 li.jing advance contract-metro acknowledge problems.0.reported=today problems.0.instruction=与地铁公司协调换位，三日内回复客户

## A survey whose results the departments confirm / 满意度调查，部门确认结果
12 09:00 li.jing new survey title=满意度调查 population=state=active questions.+.id=q1 questions.0.text=对我们的服务总体满意吗 questions.0.type=scale questions.+.id=q2 questions.1.text=最看重什么 questions.1.type=choice questions.1.values=效果,价格,服务 questions.+.id=q3 questions.2.text=愿意向同行推荐我们吗 questions.2.type=recommend questions.+.id=q4 questions.3.text=有何建议 questions.3.type=text from=today until=6wd owner=wang.lei --key survey
12 09:20 li.jing advance survey open
10 10:00 sun.yue advance survey respond responses.+.client=江畔地产示例有限公司 responses.0.answers=5,服务,9,-
9 14:00 sun.yue advance survey respond responses.+.client=云岭茶业示例有限公司 responses.1.answers=4,效果,8,加快换画
8 10:00 sun.yue advance survey respond responses.+.client=北辰汽车示例有限公司 responses.2.answers=2,效果,5,巡检要跟上
5 10:00 wang.lei advance survey analyse analysis=总体满意，巡检是短板 departments=media,works
5 11:00 wang.lei new measure about=survey action=巡检照片每周发客户 category=service owner=lin.tao due=10wd
4 09:30 gao.ming advance survey confirm -m 已在部门例会传达

## The rules, and who has acknowledged them / 规章制度与签收
7 09:00 li.jing new rule-set title=客户服务管理制度 version=1 content=见附件 --key rules
7 14:00 fang.min advance rules approve
6 09:00 chen.chen advance rules acknowledge
6 09:10 zhou.ning advance rules acknowledge

## The analysis for management, and the service meeting / 投诉分析上报与服务会议
6 09:30 li.jing new analysis title=上月投诉分析报告 type=complaints due=2wd owner=wang.lei --key analysis
5 15:00 wang.lei advance analysis hand-in findings=夜间亮灯投诉占四成，均为巡检漏项 proposals.+.what=巡检照片纳入周报 proposals.0.owner=lin.tao proposals.0.due=10wd
4 10:00 fang.min advance analysis acknowledge instruction=同意，下季度服务会议汇报
3 14:00 li.jing new meeting title=季度服务会议 due=2wd --key meeting
2 14:00 li.jing advance meeting hold period=上季度 attended=wang.lei,zhao.qian,qian.cheng minutes=审视上季度服务数据，夜间巡检为改进重点 resolutions.+.what=巡检纳入绩效考核 resolutions.0.owner=lin.tao resolutions.0.due=10wd
