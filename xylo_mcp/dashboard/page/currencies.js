// What was spent and what came of it, currency by currency: money of two currencies is never added.

/** Groups by their currency, in the order of the alphabet. */
function byCurrency(groups) {
  const found = new Map();
  for (const group of groups) {
    if (!found.has(group.currency)) found.set(group.currency, []);
    found.get(group.currency).push(group);
  }
  return [...found].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** One card a currency. */
function headlines(groups) {
  const cards = byCurrency(groups).map(([currency, parts]) => {
    // Each platform counts conversions in a way of its own: those of several are not added up.
    const [spend, conversions] = [sum(parts, "spend"), parts.length === 1 ? parts[0].conversions : null];
    const each = spend !== null && conversions ? spend / conversions : null;
    return element("div", { class: "card", "data-currency": currency },
      element("h3", {}, `Spend, ${currency}`),
      element("p", { class: "figure" }, known(money(spend, currency)), silent(parts, "spend")),
      element("dl", {},
        pair("Conversions", known(count(conversions)), parts.length === 1 ? silent(parts, "conversions") : counted()),
        pair("Cost per conversion", known(money(each, currency)))));
  });
  return section("headlines", "At a glance", element("div", { class: "cards" }, cards));
}

/** Whose part of a sum is missing, so that there is no sum. */
function silent(groups, metric) {
  const missing = groups.filter((group) => group[metric] === null).map((group) => group.platform);
  return missing.length > 0 && element("span", { class: "silent" }, ` ${missing.join(", ")} did not say all`);
}

function counted() {
  return element("span", { class: "silent" }, " each platform counts its own");
}

function pair(term, ...value) {
  return element("div", {}, element("dt", {}, term), element("dd", {}, value));
}

/** One section a currency: its platforms, which is the legend too, and its pictures. */
function currencies(groups, provisionalFrom) {
  const looks = [...new Set(groups.map((group) => group.platform))].sort();
  return byCurrency(groups).map(([currency, parts]) => {
    const days = calendar(parts);
    const from = provisionalFrom !== null && provisionalFrom <= days.at(-1) ? provisionalFrom : null;
    const ordered = [...parts].sort((left, right) => looks.indexOf(left.platform) - looks.indexOf(right.platform));
    return section(`currency-${currency}`, `${currency} by platform`,
      platforms(ordered, currency, looks),
      days.length > 0 && pictures(ordered, currency, days, looks, from),
      days.length > 0 && provisionalNote(from),
      days.length > 0 && numbers(ordered, currency, days, from));
  });
}

function pictures(groups, currency, days, looks, provisionalFrom) {
  const panel = (title, metric, write, brief, wholeOnly) =>
    chart({ title, days, series: seriesOf(groups, days, metric, looks), provisionalFrom, write, brief, wholeOnly });
  return element("div", { class: "pictures" },
    panel(`Spend, ${currency}`, "spend", (value) => money(value, currency), (value) => briefly(value, currency), false),
    panel("Conversions", "conversions", count, (value) => briefly(value), true));
}

function platforms(groups, currency, looks) {
  const rows = groups.map((group) => {
    const look = looks.indexOf(group.platform);
    return element("tr", {},
      element("th", { scope: "row" }, sample(look), group.platform),
      element("td", {}, known(money(group.spend, currency))),
      element("td", {}, known(change(group.change_percent))),
      element("td", {}, known(count(group.conversions))));
  });
  const heads = ["Platform", "Spend", "Spend change", "Conversions"].map((head) => element("th", { scope: "col" }, head));
  return element("table", { class: "platforms" },
    element("caption", { class: "heard" }, `${currency} by platform; change is of spend, against the period before`),
    element("thead", {}, element("tr", {}, heads)),
    element("tbody", {}, rows));
}

/** A piece of the line that stands for a platform in the pictures. */
function sample(look) {
  return drawing("svg", { class: `sample look-${look % MARKS.length}`, width: 34, height: 12, "aria-hidden": "true" },
    drawing("line", { class: "line", x1: 1, x2: 33, y1: 6, y2: 6, "stroke-dasharray": DASHES[look % DASHES.length] }),
    mark(look, 17, 6));
}

function provisionalNote(provisionalFrom) {
  if (provisionalFrom === null) return null;
  const id = `swatch-${(drawn += 1)}`;
  return element("p", { class: "legend" },
    drawing("svg", { class: "swatch", width: 28, height: 14, "aria-hidden": "true" },
      hatch(id), drawing("rect", { x: 0.5, y: 0.5, width: 27, height: 13, fill: `url(#${id})` })),
    `Provisional from ${day(provisionalFrom)} on: conversions may still grow.`);
}

/** The numbers behind the pictures. */
function numbers(groups, currency, days, provisionalFrom) {
  const heads = groups.flatMap((group) => [`${group.platform}, spend`, `${group.platform}, conversions`]);
  const found = groups.map((group) => new Map(group.days.map((one) => [one.date, one])));
  const rows = days.map((one) => {
    const provisional = provisionalFrom !== null && one >= provisionalFrom;
    const cells = found.flatMap((map) => [
      known(money(map.get(one)?.spend ?? null, currency)),
      known(count(map.get(one)?.conversions ?? null)),
    ]);
    return element("tr", {},
      element("th", { scope: "row" }, day(one), provisional && element("span", { class: "quiet" }, " provisional")),
      cells.map((cell) => element("td", {}, cell)));
  });
  const table = element("table", { class: "numbers" },
    element("caption", { class: "heard" }, `${currency} day by day`),
    element("thead", {}, element("tr", {}, ["Day", ...heads].map((head) => element("th", { scope: "col" }, head)))),
    element("tbody", {}, rows));
  return element("details", {}, element("summary", {}, `The numbers, day by day, ${currency}`), scrolling(`${currency} day by day`, table));
}
