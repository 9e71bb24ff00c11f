// What a dry run made of a source, beside the original: a look before it goes live.

import { h, readableDate, webAddress, type Child } from "../dom.js";
import { marked, t, tn } from "../language.js";
import { call, type Prepared, type Run, type SourceRef } from "./api.js";
import { dialog, english, failure, messageOf, numPassages, numPieces, written } from "./common.js";

const SHOWN = /\.(txt|text|md|markdown|csv|tsv|tab|eml|html?|xhtml)$/i;
export const FIELDS: [keyof Prepared & string, string][] = [
  ["title", marked("Title")],
  ["authors", marked("Authors")],
  ["publisher", marked("Publisher")],
  ["published", marked("Published")],
  ["url", marked("Address")],
  ["language", marked("Language")],
];

export function showPreview(run: Run, source: SourceRef): void {
  const body = h("div", { className: "preview" }, h("p", { className: "byline", role: "status" }, t("One moment …")));
  dialog(source.name, () => [body], "wide");
  call<Prepared>(`api/runs/${run.id}/prepared/${source.id}`)
    .then((prepared) => body.replaceChildren(...parts(run, source, prepared)))
    .catch((error: unknown) => body.replaceChildren(failure(messageOf(error))));
}

function parts(run: Run, source: SourceRef, prepared: Prepared): HTMLElement[] {
  return [
    h("section", { className: "side", "aria-label": t("Original") }, h("h3", {}, t("Original")), original(run, source)),
    h(
      "section",
      { className: "side", "aria-label": t("What would be served") },
      h("h3", {}, t("What would be served")),
      h("p", { className: "byline" }, `${t("{number} characters", { number: written(Array.from(prepared.text).length) })}, ${numPassages(prepared.passages)}`, share(prepared)),
      h("div", { className: "cleaned", tabIndex: 0, role: "region", "aria-label": t("Cleaned text") }, textOf(prepared)),
    ),
    h("section", { className: "side", "aria-label": t("What is known of it") }, h("h3", {}, t("What is known of it")), known(prepared)),
    h("section", { className: "side", "aria-label": t("Left out") }, h("h3", {}, `${t("Left out")}: ${numPieces(prepared.num_removals)}`), leftOut(prepared)),
  ];
}

function original(run: Run, source: SourceRef): Child {
  if (source.uri.includes("://")) {
    const address = webAddress(source.uri);
    return h("p", {}, address ? h("a", { href: address, target: "_blank", rel: "noreferrer" }, t("Open the page in a new tab")) : source.uri);
  }
  const address = `api/runs/${run.id}/files/${encodeURIComponent(source.name)}`;
  if (SHOWN.test(source.name)) return h("iframe", { src: address, title: t("Original of {name}", { name: source.name }), "sandbox": "" });
  const text = /\.pdf$/i.test(source.name) ? t("Open the PDF in a new tab") : t("Save the original to look at it");
  return h("p", {}, h("a", { href: address, target: "_blank" }, text));
}

function share({ fidelity }: Prepared): Child {
  return fidelity === null ? null : `, ${t("{share} % of the words that the original shows", { share: Math.floor(fidelity * 100) })}`;
}

/** The text, one element for each run of sentences of a kind; headings stand out. */
function textOf({ text, sentences }: Prepared): Child[] {
  const characters = Array.from(text); // positions count code points, as Python does
  const between = (start: number, end: number): string => characters.slice(start, end).join("");
  const made: Child[] = [];
  let at = 0;
  for (const [start, end, kind] of sentences) {
    made.push(between(at, start), h("span", { className: `kind-${kind}` }, between(start, end)));
    at = end;
  }
  return made;
}

function known(prepared: Prepared): HTMLElement {
  const value = (name: string): string => {
    const found = prepared[name as keyof Prepared];
    if (name === "published") return found ? readableDate(found as string) : t("not known");
    if (Array.isArray(found)) return found.length ? found.join(", ") : t("not known");
    return found ? String(found) : t("not known");
  };
  return h(
    "dl",
    { className: "known" },
    FIELDS.map(([name, title]) => [
      h("dt", {}, t(title)),
      h("dd", { dir: "auto" }, value(name), prepared.provenance[name] && english(` (${prepared.provenance[name]})`, "byline")),
    ]),
  );
}

function leftOut({ removals, num_removals: number }: Prepared): HTMLElement {
  if (!number) return h("p", { className: "byline" }, t("Cleaning left nothing out. What stands around the article of a web page, such as menus and footers, is not listed."));
  return h(
    "ul",
    { className: "left-out" },
    removals.map(({ text, reason, line }) => h("li", {}, h("span", { className: "byline" }, `${t("line {number}", { number: line })}, `, english(reason), ": "), h("span", { dir: "auto" }, text))),
    removals.length < number && h("li", {}, tn("and {number} more", "and {number} more", number - removals.length)),
  );
}
