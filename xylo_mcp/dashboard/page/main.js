// What the page has been told, and the page made of it.

const PICTURES = "xylo/pictures";
const MODES = {
  sandbox: "Sandbox: made-up numbers",
  dry_run: "Dry run: real numbers, no change is made",
  live: "Live",
};
const root = document.getElementById("dashboard");
const told = { context: {}, result: null };

function render() {
  if (told.result === null) return;
  const found = told.result._meta?.[PICTURES];
  try {
    root.replaceChildren(...(found ? dashboard(found) : inWords(told.result)));
  } catch (error) {
    // An odd result is still an answer, in words.
    console.error(error);
    root.replaceChildren(...inWords(told.result));
  }
}

function dashboard(found) {
  const days = calendar(found.groups);
  return [
    opening(found, days),
    found.groups.length > 0 ? headlines(found.groups) : element("p", { class: "quiet empty" }, "No account had numbers."),
    found.failures.length > 0 && failures(found.failures),
    ...currencies(found.groups, found.provisional_from),
    campaigns(found.campaigns),
    found.pacing.length > 0 && pacing(found.pacing),
    found.notes.length > 0 && notes(found.notes),
  ].filter(Boolean);
}

function opening(found, days) {
  return element("header", {},
    element("h1", {}, `Advertising, ${preset(found.date_preset)}`),
    element("p", { class: "mode", "data-mode": found.mode }, MODES[found.mode] ?? found.mode),
    element("p", { class: "quiet when" },
      days.length > 0 ? `${span(days)} · ` : "", "as of ", element("time", { datetime: found.as_of }, moment(found.as_of))));
}

/** The answer's own text, where there are no pictures. */
function inWords(result) {
  const texts = (result.content ?? []).filter((part) => part.type === "text").map((part) => String(part.text));
  const heading = result.isError ? "The question failed" : "The answer in words";
  return [element("h1", {}, heading), element("pre", { dir: "auto" }, texts.join("\n\n") || "There was no answer.")];
}

function dress(context) {
  if (context.theme === "light" || context.theme === "dark") document.documentElement.dataset.theme = context.theme;
  // Of the host's styles only its typeface: with its colours nobody could promise that lines and words stand out.
  const face = context.styles?.variables?.["--font-sans"];
  if (face) document.documentElement.style.setProperty("--font", face);
  readAs(context.locale, context.timeZone);
}

function say(words) {
  if (told.result === null) root.replaceChildren(element("p", { class: "quiet", role: "status" }, words));
}

talk({
  context(changed) {
    const before = [told.context.locale, told.context.timeZone].join();
    Object.assign(told.context, changed);
    dress(told.context);
    if ([told.context.locale, told.context.timeZone].join() !== before) render();
  },
  asked({ date_preset }) {
    say(typeof date_preset === "string" ? `Waiting for the numbers of ${preset(date_preset)}.` : "Waiting for the numbers.");
  },
  result(result) {
    told.result = result;
    render();
  },
  cancelled() {
    say("The question was called off.");
  },
});
