// Shows a source for reading, with the cited sentence highlighted.

import { h, readableDate, webAddress } from "./dom.js";

/**
 * A source's text as elements. Offsets count Unicode code points, as the server does; JavaScript
 * strings count UTF-16 units, so the text is cut as an array of code points.
 */
export function sourceText(source, span) {
  const points = Array.from(source.text);
  const article = h("article", { className: "source-text" });
  let group = null;
  for (const block of source.blocks) {
    const shape = SHAPES[block.kind];
    if (shape) {
      if (group?.kind !== block.kind) {
        group = { kind: block.kind, element: h(shape.group) };
        article.append(group.element);
      }
      group.element.append(shape.row(block, (part) => pieces(points, part, span)));
      continue;
    }
    group = null;
    const content = pieces(points, block, span);
    const tag = block.kind === "heading" ? `h${Math.min(block.level + 1, 6)}` : "p";
    const repeatsTitle = !article.hasChildNodes() && block.kind === "heading";
    if (repeatsTitle && content.length === 1 && content[0] === source.title) continue;
    article.append(h(tag, {}, content));
  }
  return article;
}

const SHAPES = {
  list_item: { group: "ul", row: (block, show) => h("li", {}, show(block)) },
  table_row: {
    group: "table",
    row: (block, show) => h("tr", {}, block.cells.map((cell) => h("td", {}, show(cell)))),
  },
};

function pieces(points, block, span) {
  const text = (start, end) => points.slice(start, end).join("");
  if (!span || span.end <= block.start || span.start >= block.end) return [text(block.start, block.end)];
  const start = Math.max(span.start, block.start);
  const end = Math.min(span.end, block.end);
  return [
    text(block.start, start),
    h("mark", { tabIndex: -1 }, text(start, end)),
    text(end, block.end),
  ];
}

/** Title, authors, publisher, date, and links to the original and to this version's own page. */
export function sourceHead(source, { heading, permalink }) {
  const original = webAddress(source.url);
  const links = [
    permalink && h("a", { href: permalink, target: "_blank", rel: "noopener" }, "Open as a page"),
    original && h("a", { href: original, target: "_blank", rel: "noopener noreferrer" }, "Original"),
  ].filter(Boolean);
  return h(
    "header",
    { className: "reading-head" },
    h(heading, { id: "panel-title", tabIndex: -1 }, source.title),
    h(
      "p",
      { className: "byline" },
      dotted([source.authors.join(", "), source.publisher, readableDate(source.published), ...links]),
    ),
    source.changed_since && h("p", { className: "notice", role: "note" }, changed(source)),
  );
}

function changed(source) {
  return source.current_version
    ? "The source has changed since. This is the version that was cited."
    : "The source is no longer among those searched. This is the version that was cited.";
}

function dotted(parts) {
  return parts
    .filter(Boolean)
    .flatMap((part, index) => (index ? [h("span", { className: "dot" }, " · "), part] : [part]));
}

/** Scroll to the highlighted sentence, without motion for those who want none. */
export function revealQuote(quote) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  quote.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
}
