// Rows of days made ready to be drawn.

// More than any question asks for: dates that make no sense end here.
const MOST_DAYS = 5000;

/** Every day from the first to the last that any of `groups` has, those between that nobody has included. */
function calendar(groups) {
  const named = [...new Set(groups.flatMap((group) => group.days.map((one) => one.date)))].sort();
  if (named.length === 0) return [];
  const days = [];
  const next = asDay(named[0]);
  while (days.length < MOST_DAYS && days.at(-1) !== named.at(-1)) {
    days.push(next.toISOString().slice(0, 10));
    next.setUTCDate(next.getUTCDate() + 1);
  }
  return days;
}

/** One line for each group; a day that the group does not have is a gap. */
function seriesOf(groups, days, metric, looks) {
  return groups.map((group) => {
    const values = new Map(group.days.map((one) => [one.date, one[metric]]));
    const look = looks.indexOf(group.platform);
    return { name: group.platform, look, values: days.map((one) => values.get(one) ?? null) };
  });
}

/** The sum of a metric over groups of one currency; null where a part is not known. */
function sum(groups, metric) {
  const parts = groups.map((group) => group[metric]);
  return parts.includes(null) ? null : parts.reduce((left, right) => left + right, 0);
}

/** Parts of a line between gaps, as lists of places. */
function runs(values) {
  const found = [];
  values.forEach((value, place) => {
    if (value === null) return;
    if (place > 0 && values[place - 1] !== null) found.at(-1).push(place);
    else found.push([place]);
  });
  return found;
}

/** Round places on an axis that hold `lowest` and `highest`, and zero. */
function ticks(lowest, highest, wholeOnly) {
  const low = Math.min(0, lowest);
  const high = Math.max(highest, low + (wholeOnly ? 1 : 0.01));
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = (wholeOnly ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10]).find((one) => one * power >= rough * 0.999) * power;
  const step = wholeOnly ? Math.max(1, nice) : nice;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step - 0.001);
  return Array.from({ length: last - first + 1 }, (_, place) => (first + place) * step);
}
