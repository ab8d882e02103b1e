// One panel: a metric by day, a line for each platform, as wide as there is room.

const HEIGHT = 176;
const TOP = 16;
const BOTTOM = 24;
const MARKED_DAYS = 31;
// Platforms differ in three ways: colour, dashes and marks. Any one of them is enough.
const DASHES = [null, "7 3", "2 3", "9 3 2 3", "14 4", "1 4"];
const MARKS = [
  "M-3.2 0A3.2 3.2 0 1 1 3.2 0A3.2 3.2 0 1 1 -3.2 0Z",
  "M-3 -3H3V3H-3Z",
  "M0 -3.8L3.8 3H-3.8Z",
  "M0 -4.2L4.2 0L0 4.2L-4.2 0Z",
  "M0 3.8L3.8 -3H-3.8Z",
  "M-4 -1.2H-1.2V-4H1.2V-1.2H4V1.2H1.2V4H-1.2V1.2H-4Z",
];
let drawn = 0;

/** A figure that draws `panel` ({title, days, series, provisionalFrom, write, brief, wholeOnly}) to its own width. */
function chart(panel) {
  const readout = element("p", { class: "readout", "aria-hidden": "true" }, restingText(panel));
  const canvas = element("div", { class: "canvas" });
  const figure = element("figure", {}, element("h3", {}, panel.title), readout, canvas);
  if (!panel.series.some((one) => one.values.some((value) => value !== null))) {
    canvas.append(element("p", { class: "quiet empty" }, "Nothing was reported here."));
    return figure;
  }
  let width = 0;
  new ResizeObserver(() => {
    if (Math.floor(canvas.clientWidth) === width || canvas.clientWidth === 0) return;
    width = Math.floor(canvas.clientWidth);
    canvas.replaceChildren(picture(panel, width, readout));
  }).observe(canvas);
  return figure;
}

function picture(panel, width, readout) {
  const id = `chart-${(drawn += 1)}`;
  const plan = planOf(panel, width);
  const guide = drawing("line", { class: "guide", y1: TOP, y2: HEIGHT - BOTTOM, x1: -9, x2: -9 });
  const lines = panel.days.length === 1 ? bars(panel, plan) : panel.series.flatMap((one) => line(one, panel, plan));
  const svg = drawing("svg",
    {
      role: "img", width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`,
      "aria-labelledby": `${id}-t`, "aria-describedby": `${id}-d`,
    },
    drawing("title", { id: `${id}-t` }, `${panel.title} by day and platform`),
    drawing("desc", { id: `${id}-d` }, description(panel)),
    band(panel, plan, id), grid(panel, plan), dayLabels(panel, plan), guide, lines);
  svg.addEventListener("pointermove", (event) => pointAt(event, panel, plan, guide, readout));
  svg.addEventListener("pointerleave", () => {
    readout.replaceChildren(restingText(panel));
    guide.setAttribute("x1", -9);
    guide.setAttribute("x2", -9);
  });
  return svg;
}

function planOf(panel, width) {
  const values = panel.series.flatMap((one) => one.values).filter((value) => value !== null);
  const marks = ticks(Math.min(...values), Math.max(...values), panel.wholeOnly);
  const longest = Math.max(...marks.map((mark) => panel.brief(mark).length));
  const left = Math.ceil(longest * 6.4) + 10;
  const slot = (width - left) / panel.days.length;
  const [low, high] = [marks[0], marks.at(-1)];
  return {
    marks, left, slot, width,
    x: (place) => left + (place + 0.5) * slot,
    y: (value) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM),
  };
}

/** The provisional days, hatched. */
function band(panel, plan, id) {
  const from = panel.provisionalFrom === null ? -1 : panel.days.findIndex((one) => one >= panel.provisionalFrom);
  if (from < 0) return null;
  const x = plan.left + from * plan.slot;
  const box = { x, y: TOP, width: (panel.days.length - from) * plan.slot, height: HEIGHT - TOP - BOTTOM };
  return drawing("g", { class: "provisional", "data-from": panel.days[from] },
    hatch(`${id}-h`), drawing("rect", { ...box, fill: `url(#${id}-h)` }),
    drawing("line", { x1: x, x2: x, y1: TOP, y2: HEIGHT - BOTTOM }));
}

function hatch(id) {
  return drawing("pattern",
    { id, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    drawing("line", { class: "hatch", x1: 0, x2: 0, y1: 0, y2: 7 }));
}

function grid(panel, plan) {
  return plan.marks.flatMap((mark) => [
    drawing("line", { class: mark === 0 ? "ground" : "grid", x1: plan.left, x2: plan.width, y1: plan.y(mark), y2: plan.y(mark) }),
    drawing("text", { class: "label", x: plan.left - 8, y: plan.y(mark) + 4, "text-anchor": "end" }, panel.brief(mark)),
  ]);
}

function dayLabels(panel, plan) {
  const last = panel.days.length - 1;
  const room = Math.max(1, Math.floor((plan.width - plan.left) / 72));
  const step = Math.max(1, Math.ceil(panel.days.length / room));
  return panel.days
    .map((one, place) => ({ one, place }))
    .filter(({ place }) => (last - place) % step === 0 && (step === 1 || plan.x(place) > plan.left + 14))
    .map(({ one, place }) => {
      const end = place === last && last > 0 && plan.slot < 44;
      const x = end ? plan.width - 1 : plan.x(place);
      return drawing("text", { class: "label", x, y: HEIGHT - 7, "text-anchor": end ? "end" : "middle" }, day(one));
    });
}

function line(one, panel, plan) {
  const parts = runs(one.values);
  const path = parts.filter((run) => run.length > 1)
    .map((run) => run.map((place, step) => `${step ? "L" : "M"}${at(plan.x(place))} ${at(plan.y(one.values[place]))}`).join(""))
    .join("");
  const marked = panel.days.length <= MARKED_DAYS ? parts.flat() : parts.filter((run) => run.length === 1).flat();
  return drawing("g", { class: `look-${one.look % MARKS.length}`, "data-platform": one.name },
    path && drawing("path", { class: "line", d: path, "stroke-dasharray": DASHES[one.look % DASHES.length] }),
    marked.map((place) => mark(one.look, plan.x(place), plan.y(one.values[place]))));
}

function mark(look, x, y) {
  return drawing("path", { class: "mark", d: MARKS[look % MARKS.length], transform: `translate(${at(x)} ${at(y)})` });
}

// One day has no line: a bar for each platform, its name above.
function bars(panel, plan) {
  const wide = plan.slot / panel.series.length;
  const bar = Math.min(56, wide * 0.5);
  return panel.series.map((one, place) => {
    const middle = plan.left + (place + 0.5) * wide;
    const value = one.values[0];
    if (value === null) return null;
    const [top, bottom] = [plan.y(Math.max(value, 0)), plan.y(Math.min(value, 0))];
    const group = { class: `look-${one.look % MARKS.length}`, "data-platform": one.name };
    return drawing("g", group,
      drawing("rect", { class: "bar", x: at(middle - bar / 2), y: at(top), width: at(bar), height: at(bottom - top), rx: 2 }),
      drawing("text", { class: "label", x: at(middle), y: at(top) - 5, "text-anchor": "middle" }, one.name));
  });
}

function at(place) {
  return Math.round(place * 10) / 10;
}

function pointAt(event, panel, plan, guide, readout) {
  const within = event.offsetX - plan.left;
  const place = Math.min(panel.days.length - 1, Math.max(0, Math.floor(within / plan.slot)));
  guide.setAttribute("x1", at(plan.x(place)));
  guide.setAttribute("x2", at(plan.x(place)));
  const parts = panel.series.map((one) => `${one.name} ${one.values[place] === null ? "–" : panel.write(one.values[place])}`);
  readout.replaceChildren(`${weekday(panel.days[place])}: ${parts.join(" · ")}`);
}

function restingText(panel) {
  return panel.days.length > 1 ? "by day and platform" : "by platform";
}

/** What the picture says, for those who do not see it. */
function description(panel) {
  const said = panel.series.map((one) => {
    const values = one.values.filter((value) => value !== null);
    if (values.length === 0) return `${one.name}: not known.`;
    const gaps = one.values.length - values.length;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const on = (value) => `${panel.write(value)} on ${day(panel.days[one.values.indexOf(value)])}`;
    return `${one.name}: lowest ${on(low)}, highest ${on(high)}${gaps ? `; not known on ${gaps} of the days` : ""}.`;
  });
  if (panel.provisionalFrom !== null) said.push(`From ${day(panel.provisionalFrom)} on, numbers may still grow.`);
  return said.join(" ");
}
