// Numbers, money and days in the reader's locale. What is not known is null, before and after.

const reader = { locale: undefined, timeZone: undefined };
const kept = new Map();

/** Writes in the host's locale and time zone from now on; what the browser does not know is left as it was. */
function readAs(locale, timeZone) {
  if (isSound(() => new Intl.NumberFormat(locale))) reader.locale = locale;
  if (isSound(() => new Intl.DateTimeFormat(undefined, { timeZone }))) reader.timeZone = timeZone;
  kept.clear();
}

function isSound(attempt) {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

// Making a format costs far more than using it.
function format(kind, options) {
  const key = kind.name + JSON.stringify(options);
  if (!kept.has(key)) kept.set(key, new kind(reader.locale, options));
  return kept.get(key);
}

function number(value, options = {}) {
  return value === null ? null : format(Intl.NumberFormat, options).format(value);
}

/** An amount with its currency, to the digits which that currency has. */
function money(amount, currency, options = {}) {
  if (amount === null) return null;
  if (!isSound(() => format(Intl.NumberFormat, { style: "currency", currency }))) {
    return `${number(amount, options)} ${currency}`;
  }
  return number(amount, { style: "currency", currency, ...options });
}

/** Short, for an axis. */
function briefly(amount, currency) {
  const brief = { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 1 };
  return currency ? money(amount, currency, brief) : number(amount, brief);
}

function count(value) {
  return number(value, { maximumFractionDigits: 1 });
}

function ratio(value) {
  return number(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** A number of percent: 1.5 is 1.5 %. */
function percent(value, digits = 1) {
  return value === null ? null
    : number(value / 100, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** How much more or less, with a sign that needs no colour. */
function change(value) {
  if (value === null) return null;
  const size = number(value / 100, { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" });
  return value > 0 ? `▲ ${size}` : value < 0 ? `▼ ${size}` : size;
}

// A day is a day of the account, not a moment: it is written as it stands, wherever the reader is.
const DAY = { month: "short", day: "numeric", timeZone: "UTC" };

function asDay(text) {
  return new Date(`${text}T00:00:00Z`);
}

function day(text) {
  return format(Intl.DateTimeFormat, DAY).format(asDay(text));
}

function weekday(text) {
  return format(Intl.DateTimeFormat, { ...DAY, weekday: "short" }).format(asDay(text));
}

function span(days) {
  return format(Intl.DateTimeFormat, { ...DAY, year: "numeric" }).formatRange(asDay(days[0]), asDay(days.at(-1)));
}

function moment(text) {
  const options = { hour: "numeric", minute: "2-digit", timeZoneName: "short", timeZone: reader.timeZone };
  return format(Intl.DateTimeFormat, { ...DAY, year: "numeric", ...options }).format(new Date(text));
}

/** "last_7d" as people say it. */
function preset(name) {
  return name.replace(/^last_(\d+)d$/, "last $1 days").replaceAll("_", " ");
}
