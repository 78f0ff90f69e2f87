// numbers in words by their value, Chinese by pinyin, whatever the language of the page
const collator = new Intl.Collator("zh-CN-u-co-pinyin", { numeric: true });

for (const table of document.querySelectorAll(".scroll > table")) {
  const heads = [...(table.tHead ? table.tHead.rows[0].cells : [])];
  if (![...table.tBodies].some((body) => body.rows.length > 1)) continue;
  heads.forEach((head, at) => {
    if (!head.textContent) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      for (const body of table.tBodies) sort(body, at, down ? -1 : 1);
    });
  });
}

// rows of data are sorted, each with the notes below it; headings stay first and sums last
function sort(body, at, sign) {
  const first = [], last = [], rows = [];
  let sums = false;
  for (const row of body.rows) {
    if (row.classList.contains("group")) first.push(row);
    else if (row.matches(".subtotal, .total")) last.push(row), (sums = true);
    else if (row.classList.contains("note")) (sums ? last : rows.length ? rows[rows.length - 1].of : first).push(row);
    else rows.push({ of: [row], ...key(row.cells[at]) });
  }
  rows.sort((a, b) => compare(a, b, sign));
  body.append(...first, ...rows.flatMap((row) => row.of), ...last);
}

function key(cell) {
  return { text: cell ? cell.textContent.trim() : "", number: cell ? parseFloat(cell.dataset.v) : NaN };
}

// what is empty comes last in both orders, and so do words among numbers
function compare(a, b, sign) {
  if (!a.text || !b.text) return !a.text - !b.text;
  const [x, y] = [isNaN(a.number), isNaN(b.number)];
  if (x || y) return x - y || sign * collator.compare(a.text, b.text);
  return sign * (a.number - b.number);
}
