"use strict";
(() => {
  const lang = document.documentElement.lang;
  const words = new Intl.Collator(lang, { numeric: true, sensitivity: "base" });
  const status = document.getElementById("status");

  // Numbers first, then words, what is missing last, in either direction.
  const valueOf = (cell) => {
    const raw = cell.dataset.value;
    if (raw === "") return { rank: 2, value: 0 };
    if (raw !== undefined) return { rank: 0, value: Number(raw) };
    const text = cell.textContent.trim();
    return text === "" ? { rank: 2, value: 0 } : { rank: 1, value: text };
  };
  const compare = (a, b, sign) => {
    if (a.rank !== b.rank) return a.rank - b.rank;
    if (a.rank === 0) return sign * (a.value - b.value);
    return a.rank === 1 ? sign * words.compare(a.value, b.value) : 0;
  };

  // A group keeps its place and its heading; its rows are sorted below it.
  const rowsOf = (body) => [...body.rows].filter((row) => !row.classList.contains("group"));
  const sort = (bodies, place, order) => {
    const sign = order === "descending" ? -1 : 1;
    for (const { body, rows } of bodies) {
      const sorted = order === "none" ? rows : rows
        .map((row) => ({ row, key: valueOf(row.cells[place]) }))
        .sort((a, b) => compare(a.key, b.key, sign))
        .map(({ row }) => row);
      body.append(...sorted);
    }
  };

  // The place among the columns, which two lines of headings do not give at once.
  const headingsOf = (table) => {
    const [first, second] = table.tHead.rows;
    const below = second ? [...second.cells] : [];
    return [...first.cells].flatMap((cell) => (cell.scope === "colgroup" ? below.splice(0, cell.colSpan) : [cell]));
  };

  const say = (table, heading, order) => {
    status.textContent = status.dataset[order]
      .replace("{table}", () => table.caption.querySelector(".number").textContent)
      .replace("{column}", () => heading.textContent);
  };

  for (const table of document.querySelectorAll(".table table:not([data-order])")) {
    const bodies = [...table.tBodies].map((body) => ({ body, rows: rowsOf(body) }));
    if (!bodies.some(({ rows }) => rows.length > 1)) continue;
    const headings = headingsOf(table);
    headings.forEach((heading, place) => {
      if (heading.tagName !== "TH") return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const order = { ascending: "descending", descending: "none" }[heading.getAttribute("aria-sort")] ?? "ascending";
        for (const other of headings) other.removeAttribute("aria-sort");
        if (order !== "none") heading.setAttribute("aria-sort", order);
        sort(bodies, place, order);
        say(table, heading, order);
      });
    });
  }
  for (const hint of document.querySelectorAll(".hint")) hint.hidden = false;

  // What does not scroll needs no stop of the Tab key.
  const scrolling = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  for (const region of document.querySelectorAll(".scroll")) scrolling.observe(region);

  // The contents: open beside the text on a wide screen, closed above it on a narrow one.
  const contents = document.querySelector("nav details");
  const wide = matchMedia("(min-width: 64rem)");
  const fold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && !wide.matches) contents.open = false;
  });
  contents.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !wide.matches) {
      contents.open = false;
      contents.querySelector("summary").focus();
    }
  });

  const sections = [...document.querySelectorAll("main > section")];
  const links = new Map([...contents.querySelectorAll("ol > li > a")].map((link) => [link.hash.slice(1), link]));
  let waiting = false;
  const mark = () => {
    waiting = false;
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const passed = sections.filter((section) => section.getBoundingClientRect().top <= innerHeight / 4);
    const current = atEnd ? sections.at(-1) : passed.at(-1);
    for (const [name, link] of links) {
      if (name !== current?.id) link.removeAttribute("aria-current");
      else if (!link.hasAttribute("aria-current")) {
        link.setAttribute("aria-current", "location");
        if (wide.matches) link.scrollIntoView({ block: "nearest" });
      }
    }
  };
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  }, { passive: true });
  mark();
})();
