// Looks over a page as it is now, and gives what is wrong with it, a line each.
(() => {
  const wrong = [];
  const cut = (text) => text.trim().slice(0, 40);

  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) wrong.push(`the page scrolls sideways by ${page.scrollWidth - page.clientWidth}`);

  // labels of a chart stand inside it, and none on another
  for (const svg of document.querySelectorAll("svg")) {
    const edge = svg.getBoundingClientRect();
    const where = svg.closest("section").id;
    const labels = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim());
    const boxes = labels.map((text) => [text.textContent, text.getBoundingClientRect()]);
    boxes.forEach(([text, box], at) => {
      const out = [edge.left - box.left, box.right - edge.right, edge.top - box.top, box.bottom - edge.bottom];
      if (Math.max(...out) > 1) wrong.push(`${where}: a label leaves the chart: ${text}`);
      for (const [other, its] of boxes.slice(at + 1)) {
        const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
        const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
        if (across > 0.5 && down > 2) wrong.push(`${where}: labels overlap: ${text} / ${other}`);
      }
    });
  }

  // headings go down one level at a time, under one first heading
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const its = Number(heading.tagName[1]);
    if (its > level + 1) wrong.push(`a heading of level ${its} follows one of level ${level}: ${cut(heading.textContent)}`);
    level = its;
  }
  if (document.querySelectorAll("h1").length !== 1) wrong.push("there is not one first heading");

  // text stands out from what is behind it by 4.5 to 1 (WCAG 2 AA)
  const parsed = (colour) => {
    const rgb = colour.match(/^rgba?\(([^)]+)\)/), srgb = colour.match(/^color\(srgb ([^)]+)\)/);
    const parts = (rgb || srgb)[1].split(/[ ,/]+/).map(Number);
    return [...parts.slice(0, 3).map((part) => (rgb ? part : part * 255)), parts[3] ?? 1];
  };
  const over = (top, under) => [0, 1, 2].map((at) => top[at] * top[3] + under[at] * (1 - top[3])).concat(1);
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const seen = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = texts.nextNode());) {
    const element = node.parentElement;
    if (!node.textContent.trim() || element.closest("script, style, title, desc")) continue;
    const shown = [element.tagName, element.getAttribute("class"), element.closest("tr")?.className, element.closest("[style]")?.style.cssText];
    if (seen.size === seen.add(shown.join()).size) continue;
    let behind = [255, 255, 255, 1];
    const chain = [];
    for (let one = element; one; one = one.parentElement) chain.unshift(one);
    for (const one of chain) behind = over(parsed(getComputedStyle(one).backgroundColor), behind);
    const style = getComputedStyle(element);
    const [a, b] = [over(parsed(element.closest("svg") ? style.fill : style.color), behind), behind].map(light);
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(2)}: ${cut(node.textContent)}`);
  }

  // no number is broken, and none is left of where numbers stand
  const rows = (range) => new Set([...range.getClientRects()].filter((box) => box.width > 0).map((box) => Math.round(box.top / 4))).size;
  for (const cell of document.querySelectorAll("tbody .n")) {
    if (getComputedStyle(cell).textAlign !== "right") wrong.push(`a number not on the right: ${cut(cell.textContent)}`);
  }
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = all.nextNode());) {
    if (node.parentElement.closest("script, style, svg, details:not([open])")) continue;
    for (const number of node.textContent.matchAll(/\d[\d.,:%-]{0,20}\d/g)) {
      const range = document.createRange();
      range.setStart(node, number.index);
      range.setEnd(node, number.index + number[0].length);
      if (rows(range) > 1) wrong.push(`a broken number: ${number[0]}`);
    }
  }

  // texts of tables have room: not a character a line
  for (const cell of document.querySelectorAll("tbody td, tbody th")) {
    const range = document.createRange();
    range.selectNodeContents(cell);
    const text = cell.textContent.trim();
    if (text.length > 4 && rows(range) > text.length / 2) wrong.push(`squeezed: ${cut(text)}`);
  }

  // tables have names, and heads that say of what they are
  for (const table of document.querySelectorAll("table")) {
    if (!table.caption?.textContent.trim()) wrong.push("a table without a caption");
    for (const head of table.querySelectorAll("th")) if (!head.scope) wrong.push(`a head of nothing: ${cut(head.textContent)}`);
    for (const head of table.tHead ? table.tHead.rows[0].cells : []) {
      if (getComputedStyle(head).position !== "sticky") wrong.push(`a head that goes out of sight: ${cut(head.textContent)}`);
    }
  }

  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  if (new Set(ids).size !== ids.length) wrong.push("an id stands twice");
  for (const link of document.querySelectorAll("a[href^='#']")) {
    if (!document.getElementById(link.hash.slice(1))) wrong.push(`a link to nothing: ${link.hash}`);
  }
  for (const one of document.querySelectorAll("[aria-labelledby]")) {
    const names = one.getAttribute("aria-labelledby").split(" ");
    if (!names.every((name) => document.getElementById(name))) wrong.push("named by nothing");
  }
  return [...new Set(wrong)];
})()
