// The campaigns as a table that can be sorted and narrowed.

const FEW = 12;
// `apart`: amounts of money, which are only compared within their currency.
const COLUMNS = [
  { key: "name", head: "Campaign", shown: named, words: true },
  { key: "currency", head: "Currency", shown: (row) => row.currency, words: true },
  { key: "spend", head: "Spend", shown: (row) => known(money(row.spend, row.currency)), apart: true },
  { key: "change_percent", head: "Spend change", shown: (row) => known(change(row.change_percent)) },
  { key: "impressions", head: "Impressions", shown: (row) => known(count(row.impressions)) },
  { key: "clicks", head: "Clicks", shown: (row) => known(count(row.clicks)) },
  { key: "ctr", head: "CTR", shown: (row) => known(percent(row.ctr, 2)) },
  { key: "conversions", head: "Conversions", shown: (row) => known(count(row.conversions)) },
  { key: "cost_per_conversion", head: "Cost per\u00a0conv.", shown: (row) => known(money(row.cost_per_conversion, row.currency)), apart: true },
  { key: "roas", head: "ROAS", shown: (row) => known(ratio(row.roas)) },
];
// Kept when the page is drawn anew for another theme or language.
const chosen = { key: "spend", descending: true, wanted: "", all: false };

function named(row) {
  return [
    foreign(row.name, { class: "name", title: row.name }),
    element("span", { class: "whose" }, `${row.platform} · `, foreign(row.account)),
  ];
}

/** The section of the campaigns. */
function campaigns(rows) {
  const body = element("tbody");
  const tally = element("p", { class: "quiet", role: "status" });
  const more = element("button", { type: "button", class: "more" });
  const heads = COLUMNS.map(head);
  const table = element("table", { class: "campaigns" },
    element("caption", { class: "heard" }, "Campaigns; money is sorted within its currency, change is of spend against the period before"),
    element("thead", {}, element("tr", {}, heads)), body);
  const redraw = () => fill(rows, { body, tally, more, heads });
  heads.forEach((cell, place) => cell.firstChild.addEventListener("click", () => {
    choose(COLUMNS[place]);
    redraw();
  }));
  more.addEventListener("click", () => {
    chosen.all = !chosen.all;
    redraw();
  });
  redraw();
  return section("campaigns-all", "Campaigns",
    rows.length > 1 && element("div", { class: "tools" }, filter(redraw), tally),
    rows.length > 0 ? scrolling("Table of campaigns", table) : element("p", { class: "quiet empty" }, "No campaign had numbers."),
    rows.length > FEW && more);
}

function head(column) {
  return element("th", { scope: "col", class: column.words ? "words" : null }, element("button", { type: "button" }, column.head));
}

function filter(redraw) {
  const box = element("input", { type: "search", id: "wanted", value: chosen.wanted, autocomplete: "off" });
  box.addEventListener("input", () => {
    chosen.wanted = box.value;
    redraw();
  });
  return element("div", { class: "filter" }, element("label", { for: "wanted" }, "Filter"), box);
}

// Words begin at A, numbers at the largest; a second press turns it round.
function choose(column) {
  chosen.descending = chosen.key === column.key ? !chosen.descending : !column.words;
  chosen.key = column.key;
}

function fill(rows, { body, tally, more, heads }) {
  const found = sorted(rows.filter(isWanted));
  const shown = chosen.all ? found : few(found);
  body.replaceChildren(...shown.map(tableRow));
  tally.textContent = `${number(shown.length)} of ${number(rows.length)}`;
  more.textContent = chosen.all ? "Show fewer" : `Show all ${number(found.length)}`;
  more.setAttribute("aria-expanded", String(chosen.all));
  more.hidden = found.length <= FEW;
  heads.forEach((cell, place) => {
    const here = COLUMNS[place].key === chosen.key;
    if (here) cell.setAttribute("aria-sort", chosen.descending ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  });
}

// Where currencies stand apart, each has its share of the few: none hides behind another.
function few(rows) {
  const apart = COLUMNS.some((column) => column.apart && column.key === chosen.key);
  const share = apart ? Math.ceil(FEW / new Set(rows.map((row) => row.currency)).size) : FEW;
  const many = new Map();
  return rows.filter((row) => {
    const key = apart ? row.currency : "";
    many.set(key, (many.get(key) ?? 0) + 1);
    return many.get(key) <= share;
  });
}

function tableRow(row) {
  return element("tr", { "data-id": row.id }, COLUMNS.map((column, place) =>
    element(place ? "td" : "th", { scope: place ? null : "row", class: column.words ? "words" : null }, column.shown(row))));
}

function isWanted(row) {
  const text = [row.name, row.platform, row.account, row.currency, row.id].join(" ").toLocaleLowerCase();
  return chosen.wanted.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function sorted(rows) {
  const column = COLUMNS.find((one) => one.key === chosen.key);
  const turn = chosen.descending ? -1 : 1;
  return [...rows].sort((left, right) =>
    (column.apart ? byWords(left.currency, right.currency) : 0)
    || byValue(left[column.key], right[column.key], turn)
    || byWords(left.name, right.name));
}

// What is not known stands last, whichever way.
function byValue(left, right, turn) {
  if (left === null || right === null) return (left === null) - (right === null);
  return turn * (typeof left === "string" ? byWords(left, right) : left - right);
}

function byWords(left, right) {
  return format(Intl.Collator, { numeric: true, sensitivity: "base" }).compare(left, right);
}
