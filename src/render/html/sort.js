for (const table of document.querySelectorAll(".scroll > table")) {
  const heads = [...(table.tHead ? table.tHead.rows[0].cells : [])];
  heads.forEach((head, at) => {
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
  for (const row of body.rows) {
    if (row.classList.contains("group")) first.push(row);
    else if (row.matches(".subtotal, .total")) last.push(row);
    else if (row.classList.contains("note") && rows.length) rows[rows.length - 1].push(row);
    else rows.push([row]);
  }
  rows.sort(([a], [b]) => compare(a.cells[at], b.cells[at], sign));
  body.append(...first, ...rows.flat(), ...last);
}

// what is empty comes last in both orders
function compare(a, b, sign) {
  const [x, y] = [a, b].map((cell) => (cell ? cell.textContent.trim() : ""));
  if (!x || !y) return !x - !y;
  const [v, w] = [a, b].map((cell) => parseFloat(cell.dataset.v));
  if (!isNaN(v) && !isNaN(w)) return sign * (v - w);
  if (isNaN(v) !== isNaN(w)) return isNaN(v) - isNaN(w);
  return sign * x.localeCompare(y, document.documentElement.lang, { numeric: true });
}
