// An answer to paste elsewhere: the sentences with their numbers, and what the numbers stand for.

import { append, h, readableDate, webAddress, type Child } from "./dom.js";
import type { Answer, Citation, Claim, Source, Table } from "./types.js";
import { t } from "./language.js";

/** How one source is named below a text. */
export function footnote({ document: source, quote, page }: Citation): string {
  const by = source.authors.join(", ");
  const parts = [by, named(source), source.publisher, readableDate(source.published), page && t("p. {number}", { number: page })];
  return `${parts.filter(Boolean).join(". ")}. “${quote}”`;
}

/** Its title, with what tells it from another one of the same title. */
export function named(source: Source): string {
  return source.place ? `${source.title} (${source.place})` : source.title;
}

/** The answer as plain text, sources below. */
export function asText(answer: Answer, link: (path: string) => string): string {
  if (!answer.claims.length) return [answer.message ?? "", ...nearMisses(answer)].join("\n");
  const lines = paragraphs(answer).flatMap(({ heading, isList, claims }) => {
    const sentences = claims.map(({ text, citations }) => `${isList ? "- " : ""}${text} ${marks(citations)}`);
    return [...(heading ? [heading] : []), sentences.join(isList ? "\n" : " ").trim()];
  });
  const short = leadParts(answer).map(([text, n]) => `${text} [${n}]`);
  if (short.length) lines.unshift(short.join(" "));
  if (answer.table) lines.push(tableAsText(answer.table));
  const notes = answer.citations.map((one) => `[${one.n}] ${footnote(one)} ${link(one.permalink)}`);
  return [...lines, ...remarks(answer), notes.join("\n")].join("\n\n");
}

/** The same as HTML for word processors, written by the browser from text nodes. */
export function asHtml(answer: Answer, link: (path: string) => string): string {
  const whole = h("div");
  if (!answer.claims.length) append(whole, [answer.message, ...nearMisses(answer)].map((text) => h("p", {}, text)));
  const body = paragraphs(answer).flatMap(({ heading, isList, claims }) => {
    const block = h(isList ? "ul" : "p");
    for (const { text, citations } of claims) {
      const sentence: Child[] = [text, h("sup", {}, marks(citations))];
      append(block, isList ? [h("li", {}, sentence)] : [block.hasChildNodes() && " ", sentence]);
    }
    return [heading && h("p", {}, h("b", {}, heading)), block];
  });
  const notes = answer.citations.map((one) => {
    const original = webAddress(one.document.url);
    return h(
      "p",
      {},
      `[${one.n}] ${footnote(one)} `,
      h("a", { href: link(one.permalink) }, t("cited passage")),
      original && [", ", h("a", { href: original }, t("original"))],
    );
  });
  const short = leadParts(answer).map(([text, n], place) => [place > 0 && " ", h("b", {}, text), h("sup", {}, marks([n]))]);
  const lead = short.length > 0 && h("p", {}, short);
  append(whole, [lead, body, answer.table && tableAsHtml(answer.table), remarks(answer).map((text) => h("p", {}, text)), notes]);
  return whole.outerHTML;
}

/** The answer in a word or two, in the parts that have a number each. */
export function leadParts({ lead }: Answer): [string, number][] {
  if (!lead) return [];
  // It begins a line: "The end of February", but "iPhone" as it is.
  const text = lead.text.replace(/^\p{Ll}+(?=\s|$)/u, (first) => first[0]!.toUpperCase() + first.slice(1));
  if (!lead.against || !lead.against_citation) return [[text, lead.citation]];
  return [
    [`${text};`, lead.citation],
    [lead.against, lead.against_citation],
  ];
}

/** What a reader of the copy has to know as well: what is missing, and where sources differ. */
function remarks(answer: Answer): string[] {
  return [...(answer.claims.length && answer.message ? [answer.message] : []), ...differences(answer)];
}

/** What came near, where the sources do not say: told as such, below the message. */
function nearMisses({ near_misses: misses, language }: Answer): string[] {
  if (!misses.length) return [];
  const rows = misses.map(({ text, document: source }) => `- “${text}” ${source.title}, ${readableDate(source.published)}`);
  return [`${t("Near, but not an answer", {}, language)}:`, ...rows];
}

interface Paragraph {
  heading: string;
  isList: boolean;
  claims: Claim[];
}

/** The claims as they are shown: lists and running text, under their headings. */
function paragraphs(answer: Answer): Paragraph[] {
  const found: Paragraph[] = [];
  let shown = "";
  for (const claim of answer.claims) {
    const isList = claim.form === "item";
    const heading = claim.heading ?? "";
    if (!found.length || heading !== shown || found[found.length - 1]!.isList !== isList) {
      found.push({ heading: heading === shown ? "" : heading, isList, claims: [] });
    }
    found[found.length - 1]!.claims.push(claim);
    shown = heading;
  }
  return found;
}

function marks(citations: number[]): string {
  return citations.map((n) => `[${n}]`).join("");
}

function tableAsText({ columns, rows }: Table): string {
  const lines = rows.map(({ label, cells }) => [label, ...cells.map(({ text, citations }) => `${text} ${marks(citations)}`.trim())]);
  return [["", ...columns], ...lines].map((line) => line.join("\t")).join("\n");
}

function tableAsHtml({ columns, rows }: Table): HTMLElement {
  const lines = rows.map(({ label, cells }) =>
    h("tr", {}, h("th", {}, label), cells.map(({ text, citations }) => h("td", {}, text, h("sup", {}, marks(citations))))),
  );
  return h("table", {}, h("tr", {}, h("td"), columns.map((name) => h("th", {}, name))), lines);
}

function differences(answer: Answer): string[] {
  return answer.notes.disagreements.map(
    ({ subject, citations }) =>
      t(
        "Sources differ on the {subject}: {numbers}.",
        { subject: subject.replace(/^the\s+/i, ""), numbers: citations.map((n) => `[${n}]`).join(", ") },
        answer.language,
      ),
  );
}

/** Put text and HTML on the clipboard; false where the browser refuses. */
export async function copy(text: string, html?: string): Promise<boolean> {
  try {
    const types: Record<string, Blob> = { "text/plain": new Blob([text], { type: "text/plain" }) };
    if (html) types["text/html"] = new Blob([html], { type: "text/html" });
    await navigator.clipboard.write([new ClipboardItem(types)]);
    return true;
  } catch {
    return copyTheOldWay(text, html);
  }
}

/** Pages without HTTPS have no clipboard object, but may still answer a copy event. */
function copyTheOldWay(text: string, html?: string): boolean {
  const answer = (event: ClipboardEvent): void => {
    event.clipboardData?.setData("text/plain", text);
    if (html) event.clipboardData?.setData("text/html", html);
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("copy", answer, true);
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    document.removeEventListener("copy", answer, true);
  }
}
