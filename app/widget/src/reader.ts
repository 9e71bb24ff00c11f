// Shows a source for reading, with the cited sentence highlighted.

import { dotted } from "./card.js";
import { h, readableDate, webAddress, type Child } from "./dom.js";
import type { Block, SourceText } from "./types.js";
import { t, tn } from "./language.js";

export interface Span {
  start: number;
  end: number;
}

/**
 * A source's text as elements, with the cited spans marked. Spans do not overlap. Offsets count Unicode code points, as the server does; JavaScript
 * strings count UTF-16 units, so the text is cut as an array of code points.
 */
export function sourceText(source: SourceText, spans: Span[]): HTMLElement {
  const points = Array.from(source.text);
  const article: HTMLElement = h("article", { className: "source-text", dir: "auto", lang: source.language ?? "" });
  // The list or table that is being filled.
  let group = { kind: "", element: article };
  for (const block of source.blocks) {
    const row = rowOf(block, (part) => pieces(points, part, spans));
    if (row) {
      if (group.kind !== block.kind) {
        group = { kind: block.kind, element: block.kind === "list_item" ? h("ul") : h("table") };
        article.append(group.element);
      }
      group.element.append(row);
      continue;
    }
    group = { kind: "", element: article };
    const content = pieces(points, block, spans);
    const repeatsTitle = !article.hasChildNodes() && block.kind === "heading";
    if (repeatsTitle && content.length === 1 && content[0] === source.title) continue;
    if (block.is_foreign) article.append(h("p", { className: "foreign" }, t("From another article; never cited:")));
    article.append(block.kind === "heading" ? heading(block.level, content) : h("p", {}, content));
  }
  return article;
}

function rowOf(block: Block, show: (part: Span) => Child[]): HTMLElement | null {
  if (block.kind === "list_item") return h("li", {}, show(block));
  if (block.kind === "table_row") return h("tr", {}, block.cells.map((cell) => h("td", {}, show(cell))));
  return null;
}

function heading(level: number, content: Child[]): HTMLElement {
  const tags = ["h3", "h3", "h4", "h5", "h6"] as const;
  return h(tags[Math.min(level, tags.length) - 1] ?? "h3", {}, content);
}

function pieces(points: string[], block: Span, spans: Span[]): Child[] {
  const text = (start: number, end: number): string => points.slice(start, end).join("");
  const found: Child[] = [];
  let at = block.start;
  for (const span of spans) {
    const start = Math.max(span.start, at);
    const end = Math.min(span.end, block.end);
    if (start >= end) continue;
    if (start > at) found.push(text(at, start));
    found.push(h("mark", { tabIndex: -1, "data-start": span.start }, text(start, end)));
    at = end;
  }
  if (at < block.end || !found.length) found.push(text(at, block.end));
  return found;
}

export interface HeadActions {
  permalink: string;
  /** Open another version. */
  onVersion(version: string | undefined, opener: HTMLElement): void;
  /** Ask about this source alone. */
  onScope(source: SourceText): void;
}

/** Title, authors, publisher, date, links, what has changed since, and where the details come from. */
export function sourceHead(source: SourceText, actions: HeadActions, change: HTMLElement | null): HTMLElement {
  const original = webAddress(source.url);
  const page = webAddress(actions.permalink);
  return h(
    "header",
    { className: "reading-head" },
    h("h2", { id: "panel-title", tabIndex: -1, dir: "auto" }, source.title),
    h("p", { className: "byline", dir: "auto" }, dotted([source.place, source.authors.join(", "), source.publisher, readableDate(source.published)])),
    source.caution && h("p", { className: "notice", role: "note" }, source.caution),
    h(
      "p",
      { className: "reading-links" },
      source.current_version === source.version &&
        h("button", { type: "button", className: "quiet", onclick: () => actions.onScope(source) }, t("Ask about this source")),
      page && h("a", { href: page, target: "_blank", rel: "noopener" }, t("Open as a page")),
      original && h("a", { href: original, target: "_blank", rel: "noopener noreferrer" }, t("Original")),
    ),
    change,
  );
}

/** Below the text: versions, and where title, date and the rest were found. */
export function sourceFoot(source: SourceText, actions: HeadActions): HTMLElement {
  const provenance = Object.entries(source.provenance);
  const versions = source.versions ?? [];
  return h(
    "footer",
    { className: "reading-foot" },
    versions.length > 1 &&
      h(
        "details",
        {},
        h("summary", {}, tn("{number} version", "{number} versions", versions.length)),
        h(
          "ul",
          {},
          versions.map((one) =>
            h(
              "li",
              {},
              one.version === source.version
                ? t("Added on {date} (shown here)", { date: readableDate(one.ingested.slice(0, 10)) })
                : h(
                    "button",
                    {
                      type: "button",
                      className: "quiet",
                      onclick: (event: MouseEvent) =>
                        actions.onVersion(one.is_current ? undefined : one.version, event.currentTarget as HTMLElement),
                    },
                    t(one.is_current ? "Added on {date} (current)" : "Added on {date}", { date: readableDate(one.ingested.slice(0, 10)) }),
                  ),
            ),
          ),
        ),
      ),
    provenance.length > 0 &&
      h(
        "details",
        {},
        h("summary", {}, t("Where these details come from")),
        h("dl", {}, provenance.map(([name, origin]) => [h("dt", {}, name), h("dd", {}, origin)])),
      ),
  );
}
