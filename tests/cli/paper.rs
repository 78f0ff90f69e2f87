//! Forms on paper. A headless Chromium prints them, pages are counted, and nothing in them is cut off or leaves its
//! frame.

use serde_json::Value;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::chromium::{PATIENCE, QUIET, browser, program};
use crate::sandbox::Sandbox;

const SENTENCE: &str = "阀体在水压试验中沿法兰密封面渗漏，拆检发现密封圈材质与图纸不符，硬度偏低且有老化裂纹；";

/// Runs the browser on a page with one more flag and a profile of its own. Returns what it prints.
fn browse(sandbox: &Sandbox, flag: &str, html: &str) -> Vec<u8> {
    let program = browser().expect("it was found before");
    let profile = tempfile::tempdir().expect("a folder");
    let page = sandbox.dir().join("page.html");
    std::fs::write(&page, html).expect("the page");
    let out = sandbox.dir().join("out");
    let mut child = Command::new(program)
        .args(QUIET)
        .args(["--no-pdf-header-footer", "--window-size=1200,1600"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(flag)
        .arg(format!("file://{}", page.display()))
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out).expect("a file"))
        .stderr(Stdio::null())
        .spawn()
        .expect("the browser runs");
    let begun = Instant::now();
    while child.try_wait().expect("the browser").is_none() {
        if begun.elapsed() > PATIENCE {
            child.kill().ok();
            child.wait().ok();
            panic!("the browser took longer than {PATIENCE:?}");
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    let printed = std::fs::read(&out).expect("what it printed");
    std::fs::remove_file(&page).ok();
    std::fs::remove_file(&out).ok();
    printed
}

/// A page of HTML as a PDF.
fn printed(sandbox: &Sandbox, html: &str) -> Vec<u8> {
    let pdf = sandbox.dir().join("out.pdf");
    browse(sandbox, &format!("--print-to-pdf={}", pdf.display()), html);
    let bytes = std::fs::read(&pdf).expect("the browser has printed");
    std::fs::remove_file(&pdf).ok();
    bytes
}

/// The page number that each page prints, without spaces. `None` if no program can read a PDF.
fn numbers(sandbox: &Sandbox, printed: &[u8]) -> Option<Vec<String>> {
    let reader = program(&["pdftotext"])?;
    let pdf = sandbox.dir().join("read.pdf");
    std::fs::write(&pdf, printed).expect("the PDF");
    let read = Command::new(reader).arg("-layout").arg(&pdf).arg("-").output().expect("it is read");
    std::fs::remove_file(&pdf).ok();
    let text = String::from_utf8_lossy(&read.stdout).into_owned();
    // at the head between company and number, or alone at the foot
    let number = |line: &str| {
        let line: String = line.split_whitespace().collect();
        let zh = line.find('第').filter(|_| line.contains("页共"));
        let found = zh.or_else(|| line.find("Page"))?;
        let rest = &line[found..];
        // the number of the case may stand behind it
        let end = rest.rfind('页').map(|end| end + '页'.len_utf8()).or_else(|| {
            let of = rest.find("of")? + "of".len();
            Some(of + rest[of..].bytes().take_while(u8::is_ascii_digit).count())
        });
        Some(rest[..end.unwrap_or(rest.len())].to_owned())
    };
    let one = |page: &str| {
        let found: Vec<String> = page.lines().filter_map(number).collect();
        (!page.trim().is_empty()).then(|| found.join("|"))
    };
    Some(text.split('\u{c}').filter_map(one).collect())
}

/// How many pages a page of HTML has on paper.
fn pages(sandbox: &Sandbox, html: &str) -> usize {
    counted(&printed(sandbox, html))
}

fn counted(bytes: &[u8]) -> usize {
    // every page of a PDF is an object of this type; the tree of pages has the type Pages
    let kind = b"/Type /Page";
    bytes.windows(kind.len() + 1).filter(|part| part.starts_with(kind) && part[kind.len()] != b's').count()
}

/// Looks at every cell and text on the sheets. It names what is wider than its container, or reaches beyond its
/// sheet.
const LOOK: &str = r#"<script>
const wrong = [];
for (const sheet of document.querySelectorAll("table.sheet")) {
  const edge = sheet.getBoundingClientRect();
  for (const one of sheet.querySelectorAll("td, th, div, span, h1, table")) {
    const box = one.getBoundingClientRect();
    const over = one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).display !== "inline";
    const out = box.right > edge.right + 1 || box.left < edge.left - 1;
    if (over || out) wrong.push(one.tagName + "." + one.className + ": " + one.textContent.trim().slice(0, 40));
  }
}
document.body.innerHTML = "<pre>LOOKED " + document.title + " " + wrong.length + "</pre>";
for (const one of wrong.slice(0, 10)) { const p = document.createElement("p"); p.textContent = one; document.body.append(p); }
</script>"#;

/// Checks that everything stays in its frame.
fn fits(sandbox: &Sandbox, html: &str, what: &str) {
    let policy = html.find("<meta http-equiv=\"Content-Security-Policy\"").expect("a page that may run nothing");
    let end = policy + html[policy..].find('>').expect("its end") + 1;
    let looking = format!("{}{}", &html[..policy], html[end..].replace("</body>", &format!("{LOOK}</body>")));
    let seen = String::from_utf8_lossy(&browse(sandbox, "--dump-dom", &looking)).into_owned();
    let body = seen.split("<body>").nth(1).unwrap_or(&seen);
    assert!(body.contains("LOOKED "), "{what}: the browser has not looked: {body}");
    assert!(body.contains(" 0</pre>"), "{what}: {body}");
}

fn done(shown: &str) {
    assert!(shown.ends_with("--- exit 0\n"), "{shown}");
}

/// Runs a command as a person at that person's own desk.
fn by(sandbox: &Sandbox, person: &str, line: &str) {
    let mut command = sandbox.redress(line);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), person).env(format!("GIT_{who}_EMAIL"), format!("{person}@example.cn"));
    }
    done(&sandbox.shown(&command.output().expect("redress runs")));
}

/// A case at its sign-off as a careful clerk writes it, with its return slip and allowance certificate.
fn book() -> Sandbox {
    let sandbox = Sandbox::empty();
    done(&sandbox.run("init --preset manufacturer --name 恒泰阀门 --lang zh"));
    let settings = sandbox.read("redress.toml");
    let filled = [
        ("\nname = \"\"", "\nname = \"恒泰阀门制造（杭州）有限公司\""),
        ("tax-number = \"\"", "tax-number = \"91330100MA2AXXXX0X\""),
        ("address = \"\"", "address = \"浙江省杭州市滨江区江南大道 100 号恒泰大厦 12 层\""),
        ("phone = \"\"", "phone = \"0571-88001234\""),
    ];
    let (book, company) = settings.split_once("[company]").expect("init names the company");
    let company = filled.iter().fold(company.to_owned(), |text, (from, to)| text.replace(from, to));
    sandbox.write("redress.toml", &format!("{book}[company]{company}"));
    sandbox.git("commit -qam company");
    let half = SENTENCE.chars().take(20).collect::<String>();
    for line in [
        "new staff name=赵敏 emails=zhao.min@example.cn roles.+.role=gm roles.+.role=cs-manager department=gm-office".to_owned(),
        "new client name=杭州恒泰精密机械工业有限公司 phone=0571-88886666 address=浙江省杭州市萧山区 tax-number=91330100MA2BYYYY1Y".to_owned(),
        "--now 2026-11-24T08:10:00+08:00 new complaint client=杭州恒泰精密机械工业有限公司 channel=phone content=早先的一件 product=DN50球阀 --key before".to_owned(),
        format!("new complaint client=杭州恒泰精密机械工业有限公司 channel=phone content={SENTENCE}{SENTENCE} product=DN50球阀 lot=L2608 order=SO-2608-0117 --key case"),
        format!("advance case accept client-confirmed=yes category=product severity=major contact=方青13800000000 reason={half} demand=return,allowance promised=fri department=production departments=production,qm quantity=120 unit=台 sample=已收到三件"),
        format!("advance case investigate cause={SENTENCE} escape={SENTENCE} fault=own responsible.+.department=production responsible.0.share=70 responsible.+.department=qm responsible.1.share=30"),
        format!("advance case report,instruct-report,analyse countermeasure={SENTENCE}"),
        format!("advance case instruct instruction={half}"),
        format!("advance case opine opinion={half}"),
        "advance case review".to_owned(),
        format!("advance case propose remedies.+.kind=return remedies.0.amount=4000 remedies.0.quantity=40 remedies.0.note={half} remedies.+.kind=allowance remedies.1.amount=500"),
        "advance case review".to_owned(),
    ] {
        done(&sandbox.run(&line));
    }
    by(&sandbox, "zhao.min", "advance case approve");
    done(&sandbox.run(&format!("advance case notify,agree answer={half}")));
    by(&sandbox, "zhao.min", "advance case check");
    done(&sandbox.run(&format!("advance case review combined-opinion={half}")));
    by(&sandbox, "zhao.min", &format!("advance case decide decision={half}"));
    sandbox
}

fn print(sandbox: &Sandbox, line: &str) -> String {
    sandbox.json(&format!("print {line} -o -"))["data"]["html"].as_str().expect("a page").to_owned()
}

#[test]
fn each_copy_of_a_form_is_a_page_and_long_ones_break_whole() {
    if browser().is_none() {
        return;
    }
    let sandbox = book();
    let id = |kind: &str| sandbox.json(&format!("list {kind}"))["data"][0]["id"].as_str().expect("one").to_owned();
    let (slip, allowance) = (id("return"), id("allowance"));
    done(&sandbox.run("new invoice number=26080117 client=杭州恒泰精密机械工业有限公司 date=2026-08-17 amount=2000000 tax-kind=taxable tax-rate=13"));
    let item = "不锈钢三片式球阀-PN16-带手轮";
    done(&sandbox.run(&format!("advance {slip} draft handling=重工后转售 basis=核决 invoice=26080117 lines.0.item={item} lines.0.approved=40 lines.0.price=100")));
    by(&sandbox, "zhao.min", &format!("advance {slip} approve"));
    done(&sandbox.run(&format!(
        "advance {allowance} draft lines.0.item={item} lines.0.quantity=10 lines.0.price=100 lines.0.net=50"
    )));
    by(&sandbox, "zhao.min", &format!("advance {allowance} approve"));
    // the first of the case and the product is counted
    let page = print(&sandbox, "case complaint-registration");
    assert!(page.contains("第 2 次（此前：KS"), "{page}");
    assert!(print(&sandbox, "before complaint-registration").contains("第 1 次"));
    let certificate = print(&sandbox, &format!("{slip} return-certificate"));
    assert!(certificate.contains("恒泰阀门制造（杭州）有限公司") && certificate.contains("91330100MA2AXXXX0X"));
    // one page a copy
    for lang in ["zh", "en"] {
        for (what, copies) in [
            // the handling form in five copies and the letter on the result; the return slip in four and the
            // certificate; the certificate in two
            ("case", 5 + 1),
            ("case complaint-registration", 1),
            ("case complaint-slip", 1),
            ("case acceptance-letter", 1),
            (slip.as_str(), 4 + 1),
            (allowance.as_str(), 2),
        ] {
            let html = print(&sandbox, &format!("{what} --lang {lang}"));
            assert_eq!(pages(&sandbox, &html), copies, "{what} in {lang}");
            fits(&sandbox, &html, &format!("{what} in {lang}"));
        }
    }
    // forty items with long names, and a text that fills most of a page
    let lines: String = (0..40)
        .map(|i| format!(" lines.+.item={item}{item}DN{i} lines.{i}.approved={} lines.{i}.price=1{i}.50", 10 + i))
        .collect();
    let reason = SENTENCE.repeat(12);
    done(&sandbox.run(&format!("new return client=杭州恒泰精密机械工业有限公司 reason={reason} --key long")));
    by(&sandbox, "zhao.min", &format!("advance long approve handling={reason} basis=协议 invoice=26080117{lines}"));
    let html = print(&sandbox, "long return-slip");
    let on_paper = printed(&sandbox, &html);
    let count = counted(&on_paper);
    assert!(count.is_multiple_of(4) && (2..=5).contains(&(count / 4)), "{count} pages in four copies");
    fits(&sandbox, &html, "forty items");
    // each copy counts its own pages, even if one print holds different forms of different lengths
    let each = count / 4;
    if let Some(found) = numbers(&sandbox, &on_paper) {
        let wanted: Vec<String> = (1..=each).map(|page| format!("第{page}页共{each}页")).collect();
        assert_eq!(found, [&wanted[..]; 4].concat());
        // the handling form grows beyond its page; the letter does not tell why the fault was not found
        done(&sandbox.run(&format!("edit case escape={}", SENTENCE.repeat(24))));
        for (lang, page_of) in [("en", ["Page", "of", ""]), ("zh", ["第", "页共", "页"])] {
            let said = |k: usize, n: usize| format!("{}{k}{}{n}{}", page_of[0], page_of[1], page_of[2]);
            let html = print(&sandbox, &format!("case --lang {lang}"));
            let found = numbers(&sandbox, &printed(&sandbox, &html)).expect("it was read before");
            let mut rest = found.as_slice();
            let mut copies = Vec::new();
            while !rest.is_empty() {
                let pages = (1..=rest.len()).find(|n| rest[0] == said(1, *n)).unwrap_or_else(|| panic!("{found:?}"));
                let (copy, others) = rest.split_at(pages);
                assert_eq!(copy, (1..=pages).map(|k| said(k, pages)).collect::<Vec<_>>(), "{found:?}");
                copies.push(pages);
                rest = others;
            }
            let (handling, letter) = (copies[0], copies[5]);
            assert_eq!((copies.len(), &copies[..5]), (6, &[handling; 5][..]), "copies of one form are equally long");
            assert!(letter == 1 && handling > 1, "{copies:?}");
        }
    }
    // one word without a place to break stays in its cell too
    let word = "A".repeat(400);
    done(&sandbox.run(&format!(
        "new complaint client=杭州恒泰精密机械工业有限公司 channel=phone content={word} product={word} --key wide"
    )));
    fits(&sandbox, &print(&sandbox, "wide complaint-registration"), "a word of 400 letters");
    // notices
    sandbox.run("--now 2026-12-20T09:00:00+08:00 remind");
    let notices = sandbox.json("list notice");
    let expedite = |notice: &&Value| notice["type"] == "expedite";
    let items = |notice: &&Value| notice["items"].as_array().map_or(1, Vec::len);
    let all: Vec<&Value> = notices["data"].as_array().expect("notices").iter().filter(expedite).collect();
    let (least, most) = (all.iter().min_by_key(|n| items(n)), all.iter().max_by_key(|n| items(n)));
    for (notice, sheets) in [(least, 1..=1), (most, 1..=2)] {
        let notice = notice.expect("an expedite notice");
        let html = print(&sandbox, notice["id"].as_str().expect("an id"));
        assert!(sheets.contains(&pages(&sandbox, &html)), "{notice}");
        fits(&sandbox, &html, "a notice");
    }
}

/// The forms of the agency and of the service desk, filled in from the records of their stories: one page each, in
/// every language.
#[test]
fn forms_of_agency_and_desk_stay_in_their_frames() {
    if browser().is_none() {
        return;
    }
    let sandbox = Sandbox::empty();
    let forms: [(&str, &[&str]); 2] = [
        (
            "agency",
            &[
                "青禾餐饮示例有限公司 client-file",
                "江畔地产示例有限公司 after-sales-file",
                "call-metro callback-record",
                "ask-change inquiry-slip",
                "contract-metro contract-tracking",
                "survey questionnaire",
                "case-dark complaint-registration",
            ],
        ),
        (
            "service-desk",
            &[
                "plan-manners training-attendance",
                "plan-outage contingency-plan",
                "outage incident-report",
                "ask-invoice inquiry-slip",
                "case-manner complaint-registration",
            ],
        ),
    ];
    for (preset, forms) in forms {
        done(&sandbox.run(&format!("demo {preset} --preset {preset} --lang zh --quiet")));
        for form in forms {
            for lang in ["zh", "en", "both"] {
                let html = print(&sandbox, &format!("{form} --lang {lang} -C {preset}"));
                fits(&sandbox, &html, &format!("{form} in {lang}"));
                // the client's personal details are on a page of their own
                let most = if form.ends_with("client-file") { 2 } else { 1 };
                assert_eq!(pages(&sandbox, &html), most, "{form} in {lang}");
            }
        }
    }
}
