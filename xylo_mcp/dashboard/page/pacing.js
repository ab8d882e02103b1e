// What is spent a day under the cap on what may be committed, what failed, and what else is to be known.

const NEAR = 0.9;

/** Every cap with its bar. */
function pacing(rows) {
  const list = element("ul", { class: "caps" }, rows.map(cap));
  return section("pacing-caps", "Spent a day, under the cap", list);
}

function cap(row) {
  const share = row.spend_a_day === null ? 1 : row.cap > 0 ? row.spend_a_day / row.cap : row.spend_a_day > 0 ? Infinity : 1;
  const state = stateOf(row, share);
  const limit = money(row.cap, row.currency);
  const words = row.spend_a_day === null ? `cap ${limit}` : `${money(row.spend_a_day, row.currency)} of ${limit}`;
  return element("li", { class: state ? "near" : null },
    element("div", { class: "line-of-words" },
      element("span", { class: "scope" }, foreign(row.scope)),
      element("span", { class: "amounts" }, words,
        row.spend_a_day !== null && row.cap > 0 && element("span", { class: "quiet" }, ` · ${percent(share * 100, 0)}`)),
      state && element("span", { class: "state" }, "⚠ ", state)),
    bar(share));
}

function stateOf(row, share) {
  if (row.spend_a_day === null) return "no rate for its currency";
  if (share > 1) return "over its cap";
  if (share === 1) return "at its cap";
  return share > NEAR ? "near its cap" : null;
}

function bar(share) {
  const id = `bar-${(drawn += 1)}`;
  const width = `${at(Math.min(1, Math.max(0, share)) * 100)}%`;
  return drawing("svg", { class: "bar-of-cap", width: "100%", height: 10, "aria-hidden": "true" },
    hatch(id),
    drawing("rect", { class: "room", width: "100%", height: 10, rx: 5 }),
    drawing("rect", { class: "used", width, height: 10, rx: 5 }),
    share > NEAR && drawing("rect", { width, height: 10, rx: 5, fill: `url(#${id})` }));
}

/** Who did not answer. */
function failures(rows) {
  return section("failures-all", "What failed", element("p", {}, "These are not in the numbers."),
    element("ul", {}, rows.map((row) => element("li", {}, element("strong", {}, foreign(row.subject)), ": ", foreign(row.message)))));
}

function notes(lines) {
  return section("notes-all", "Notes", element("ul", {}, lines.map((one) => element("li", {}, foreign(one)))));
}
