# The story of a demonstration book with the preset property: everybody at their own desk. Every company and person in it is invented. How
# its lines are written is said at the head of basic.story.

## The staff and the lawyers / 员工与律师
20 08:30 - new staff name=顾岩 emails=gu.yan@example.cn roles.+.role=sales-director department=sales joined=2016-03-01
20 08:31 - new staff name=沈洁 emails=shen.jie@example.cn roles.+.role=deputy-director department=sales joined=2018-05-07
20 08:32 - new staff name=陆遥 emails=lu.yao@example.cn roles.+.role=director-assistant department=sales joined=2020-09-01
20 08:33 - new staff name=许诺 emails=xu.nuo@example.cn roles.+.role=cs-supervisor department=cs capacity=10 joined=2019-02-18
20 08:34 - new staff name=何欣 emails=he.xin@example.cn roles.+.role=cs-specialist department=cs capacity=20 joined=2022-07-04
20 08:35 - new staff name=丁一 emails=ding.yi@example.cn roles.+.role=cs-specialist department=cs capacity=15 joined=2024-03-11
20 08:36 - new staff name=白雪 emails=bai.xue@example.cn roles.+.role=sales-clerk department=sales joined=2023-06-01
20 08:37 - new staff name=秦川 emails=qin.chuan@example.cn roles.+.role=salesperson department=sales joined=2021-10-11
20 08:38 - new staff name=马骏 emails=ma.jun@example.cn roles.+.role=head department=engineering joined=2017-08-14
20 08:39 - new staff name=罗兰 emails=luo.lan@example.cn roles.+.role=head department=property-management joined=2020-04-20
20 08:40 - new staff name=金惠 emails=jin.hui@example.cn roles.+.role=finance department=finance joined=2018-01-08
20 08:41 - new staff name=钟鸣 emails=zhong.ming@example.cn roles.+.role=mortgage-lawyer department=lawyers
20 08:42 - new staff name=谭正 emails=tan.zheng@example.cn roles.+.role=signing-lawyer department=lawyers

## Buyers and their contracts / 购房客户与合同
20 09:00 qin.chuan new client name=周子涵 phone=13800000101 city=杭州
20 09:05 qin.chuan new client name=吴思远 phone=13800000102 city=杭州
20 09:10 qin.chuan new client name=郑可心 phone=13800000103 city=绍兴
20 09:30 qin.chuan new contract client=周子涵 number=YQ-0301 name=云栖苑3幢1201 amount=2860000 signed=today sales=qin.chuan owner=he.xin --key contract-zhou
20 09:40 qin.chuan new contract client=吴思远 number=YQ-0302 name=云栖苑5幢0302 amount=2130000 signed=today sales=qin.chuan owner=ding.yi --key contract-wu
20 09:50 qin.chuan advance 周子涵,吴思远 convert

## Papers come in, are filed and bound, and go to the lawyers / 资料收件、归档、装订，送交律师
20 10:00 he.xin new document client=周子涵 contract=contract-zhou type=contract name=购房合同正本 source=sales important=yes --key paper-contract
20 10:05 he.xin new document client=周子涵 contract=contract-zhou type=registration name=预售登记申请 source=sales --key paper-registration
20 10:10 he.xin new document client=周子涵 contract=contract-zhou type=mortgage name=收入证明与流水 source=client important=yes --key paper-mortgage
20 10:15 he.xin new document client=周子涵 contract=contract-zhou type=payment name=首付款票据 source=sales keeper=company --key paper-payment
20 10:30 he.xin advance paper-contract register-online online-number=0301-118
20 11:00 he.xin advance paper-contract,paper-registration hand-over to=signing-lawyer receiver=tan.zheng => list-signing
20 11:10 he.xin advance paper-mortgage hand-over to=mortgage-lawyer receiver=zhong.ming => list-mortgage
20 11:20 he.xin advance paper-payment file,bind checked=齐全 volume=第1册
20 14:00 he.xin advance {list-mortgage} sign signed-by=律师本人
20 14:10 he.xin advance contract-zhou progress milestones.+.name=registration milestones.0.holder=tan.zheng milestones.0.due=5wd milestones.+.name=mortgage milestones.1.holder=zhong.ming milestones.1.due=10wd

## The original goes to the company, a copy stays / 正本移交公司，复印件留存
18 09:00 he.xin advance paper-payment hand-over to=company copy-kept=yes => list-company
18 09:30 he.xin advance {list-company} sign signed-by=公司档案室

## A lawyer is late and pressed on paper / 律师逾期，书面催办
14 09:00 xu.nuo new notice about=contract-zhou type=expedite number=1 deadline=registration department=lawyers person=tan.zheng due=1wd --key notice-late
14 10:00 he.xin advance notice-late deliver way=visit delivered-to=律所前台
13 15:00 xu.nuo advance notice-late answer answer=今日出证
13 16:00 he.xin advance paper-contract take-back registered=yes
13 16:10 he.xin advance contract-zhou progress milestones.0.done=today
12 10:00 he.xin advance paper-contract hand-over to=mortgage-lawyer receiver=zhong.ming => list-onward
12 10:20 he.xin advance {list-onward} sign signed-by=律师本人
11 15:00 he.xin advance contract-zhou pay-duty duty-with=tan.zheng duty-amount=1430

## A loan with the director's approval / 经总监批准的借阅
12 11:00 ding.yi new document client=吴思远 contract=contract-wu type=contract name=购房合同（交易中心取回） source=trade-centre important=yes --key paper-wu
12 11:10 ding.yi advance paper-wu file checked=齐全
12 11:20 ding.yi advance paper-wu prepare
12 11:30 ding.yi advance paper-wu bind volume=第2册
10 09:00 qin.chuan advance paper-wu request-loan return-due=2wd -m 客户核对条款
10 10:00 gu.yan advance paper-wu approve-loan
10 10:10 ding.yi advance paper-wu lend
7 10:00 ding.yi advance paper-wu return

## Settled the same day, signed by the department / 当日处理，部门签字
9 10:00 qin.chuan new complaint client=郑可心 channel=visit contact=本人 content=样板房与宣传册不一致 --key case-model
9 10:10 he.xin advance case-model accept category=service departments=sales demand=explanation
9 10:30 he.xin advance case-model propose cause=宣传册未更新 remedies.+.kind=explanation
9 10:40 xu.nuo advance case-model approve
9 11:00 he.xin advance case-model agree answer=接受说明
9 11:30 qin.chuan advance case-model sign-off -m 已更换宣传册
9 14:00 he.xin advance case-model close

## Several departments, and level by level / 涉及多部门，逐级上报
8 09:20 ding.yi new complaint client=周子涵 channel=phone contact=本人 content=地下车位漏水 --key case-leak
8 09:40 ding.yi advance case-leak accept category=product departments=engineering,property-management promised=2wd demand=repair sensitive=yes
8 10:30 ding.yi advance case-leak propose cause=伸缩缝防水失效 remedies.+.kind=repair remedies.0.note=三日内修复 remedies.+.kind=compensation remedies.1.amount=800
8 10:40 ding.yi advance case-leak escalate -m 责任不清，请示
8 10:50 xu.nuo advance case-leak escalate
8 14:00 lu.yao advance case-leak approve
7 15:00 ding.yi advance case-leak notify,agree answer=同意
7 16:00 ma.jun advance case-leak sign-off -m 由工程部修复

## A fair, and what was lost / 房展会与遗失
6 09:00 lu.yao new task type=fair content=房展会布展 assignee=ding.yi due=1wd checked-by=director-assistant --key task-fair
4 09:00 ding.yi advance task-fair complete result=布展迟了一天
4 10:00 lu.yao advance task-fair check
3 09:00 he.xin new document client=郑可心 type=identity name=身份证明复印件 important=yes --key paper-lost
3 10:00 he.xin advance paper-lost file
2 10:00 xu.nuo advance paper-lost lose -m 清点时未找到
1 16:00 xu.nuo new sanction about=paper-lost person=he.xin type=deduction rule=lost-document reason=遗失重要资料 amount=100 joint-with=gu.yan joint-amount=50
1 16:10 xu.nuo new sanction about=task-fair person=ding.yi type=deduction rule=fair-not-done reason=展会工作未按时完成 amount=100 joint-with=gu.yan,lu.yao joint-amount=50
