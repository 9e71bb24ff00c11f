// Building elements. Text becomes text nodes, always: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element.
 * Properties that start with "on" are listeners; names with a dash are attributes; the rest are
 * properties. Children that are null, undefined or false are left out.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/** A line icon from the data of one path. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  stop: "M7 7h10v10H7z",
  close: "M6 6l12 12M18 6 6 18",
  back: "M19 12H5M11 6l-6 6 6 6",
};

/** The address if it may be a link (http or https), else null. */
export function webAddress(url) {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    return ["http:", "https:"].includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

/** "2019-01-15", "2019-01" or "2019" as a person writes it; "undated" for null. */
export function readableDate(published) {
  if (!published) return "undated";
  const [year, month, day] = published.split("-").map(Number);
  const options = { year: "numeric", timeZone: "UTC" };
  if (month) options.month = "long";
  if (day) options.day = "numeric";
  return new Intl.DateTimeFormat("en-GB", options).format(Date.UTC(year, (month || 1) - 1, day || 1));
}

/** "Example Review, 15 January 2019" */
export function whence(document) {
  return [document.publisher, readableDate(document.published)].filter(Boolean).join(", ");
}
