// Elements, made one by one: text is always text. Nothing on this page reads a string as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; strings among `children` become text, null and false are left out. */
function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** An SVG element. */
function drawing(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Other people's text: its direction ends where it ends. */
function foreign(text, attributes = {}) {
  return element("bdi", { dir: "auto", ...attributes }, String(text));
}

/** Words for those who listen. */
function heard(text) {
  return element("span", { class: "heard" }, text);
}

/** `text`, or the sign for what is not known. */
function known(text) {
  if (text !== null) return text;
  return element("span", { class: "unknown" }, element("span", { "aria-hidden": "true" }, "–"), heard("not known"));
}

/** A section under its heading. */
function section(id, heading, ...children) {
  return element("section", { class: id.split("-")[0], "aria-labelledby": id },
    element("h2", { id }, heading), ...children);
}

/** A part of the page that is wider than a narrow screen may be, and scrolls by itself, by keyboard too. */
function scrolling(label, child) {
  return element("div", { class: "scrolling", role: "region", tabindex: "0", "aria-label": label }, child);
}
