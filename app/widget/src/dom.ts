// Building elements. Text becomes text nodes, always: nothing here, or anywhere else, parses HTML.

import { locale, t } from "./language.js";

const SVG = "http://www.w3.org/2000/svg";

export type Child = Node | string | number | null | undefined | false | Child[];
type Listener = (event: never) => void;
type Properties = Record<string, string | number | boolean | null | undefined | Listener>;

/**
 * Make an element.
 * Properties that start with "on" are listeners; names with a dash, and role, dir and lang, are attributes;
 * the rest are properties. What is null or undefined is left out, and so are such children.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else if (name.includes("-") || name === "role" || name === "dir" || name === "lang") element.setAttribute(name, String(value));
    else (element as unknown as Record<string, unknown>)[name] = value;
  }
  append(element, children);
  return element;
}

export function append(element: Element, children: Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

/** A message in which elements stand: each `{name}` of it is one of them. */
export function told(message: string, elements: Record<string, Child>): Child[] {
  return message.split(/\{(\w+)\}/).map((part, at) => (at % 2 ? elements[part] : part));
}

/** A line icon from the data of its path. */
export function icon(name: keyof typeof ICONS): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", ICONS[name]);
  svg.append(line);
  return svg;
}

const ICONS = {
  send: "M12 19V5M5.5 11.5 12 5l6.5 6.5",
  stop: "M7.5 7.5h9v9h-9z",
  close: "M6 6l12 12M18 6 6 18",
  back: "M19 12H5M11 6l-6 6 6 6",
  chevron: "M6 9.5l6 6 6-6",
  leave: "M14 5H5v14h9M10 12h10M16.5 8.5 20 12l-3.5 3.5",
  plus: "M12 5v14M5 12h14",
  chats: "M4 5h16v11H10l-4.5 3.5V16H4z",
  book: "M12 6.5C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zM12 6.5v13",
  expand: "M14 5h5v5M19 5l-7 7M10 6H5v13h13v-5",
  copy: "M9 9h10v10H9zM15 9V5H5v10h4",
  save: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  up: "M7 11v9H4v-9zM7 11l4-7c1.7 0 2.6 1 2.3 2.6L12.7 10H18c1.4 0 2.3 1.2 2 2.5l-1.3 5.6c-.3 1.2-1.2 1.9-2.4 1.9H7",
  down: "M7 13V4H4v9zM7 13l4 7c1.7 0 2.6-1 2.3-2.6L12.7 14H18c1.4 0 2.3-1.2 2-2.5l-1.3-5.6C18.4 4.7 17.5 4 16.3 4H7",
  bin: "M5 7h14M10 7V5h4v2M7 7l.8 12h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5",
  find: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 20 20",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  size: "M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  end: "M12 5v13M6 12.5l6 6 6-6",
  previous: "M6 14.5l6-6 6 6",
  retry: "M5 12a7 7 0 1 1 2 5M5 12V7M5 12h5",
} as const;

/** The mark of Accord: two rings that share a part. */
export function mark(): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 32 32");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  for (const x of [12, 20]) {
    const ring = document.createElementNS(SVG, "circle");
    ring.setAttribute("cx", String(x));
    ring.setAttribute("cy", "16");
    ring.setAttribute("r", "8.5");
    svg.append(ring);
  }
  return svg;
}

/** The address if it may be a link (http or https), else null. */
export function webAddress(url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed.href : null;
  } catch {
    return null;
  }
}

/** "2019-01-15", "2019-01" or "2019" as a person writes it; "undated" for null. */
export function readableDate(published: string | null | undefined): string {
  if (!published) return t("undated");
  const [year = 0, month, day] = published.split("-").map(Number);
  const options: Intl.DateTimeFormatOptions = { year: "numeric", timeZone: "UTC" };
  if (month) options.month = "long";
  if (day) options.day = "numeric";
  return new Intl.DateTimeFormat(locale(), options).format(Date.UTC(year, (month ?? 1) - 1, day ?? 1));
}

/** "Example Review, 15 January 2019" */
export function whence(source: { publisher?: string | null; published: string | null }): string {
  return [source.publisher, readableDate(source.published)].filter(Boolean).join(", ");
}

export function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Bring an element into view, without motion for those who want none. */
export function reveal(element: Element, block: ScrollLogicalPosition): void {
  element.scrollIntoView({ block, behavior: prefersStillness() ? "auto" : "smooth" });
}

/** Where the focus is, inside shadow roots too. */
export function focused(root: Node): Element | null {
  const scope = root.getRootNode();
  return scope instanceof ShadowRoot || scope instanceof Document ? scope.activeElement : null;
}
