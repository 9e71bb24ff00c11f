// One turn of the conversation: the question, and the answer as it arrives.

import type { Client } from "./client.js";
import { append, h, icon, readableDate, whence, type Child } from "./dom.js";
import { FeedbackBar } from "./feedback.js";
import { asHtml, asText, copy, leadParts } from "./footnotes.js";
import { menu } from "./menu.js";
import type { Answer, Citation, Claim, Notes, Place, Status, Table } from "./types.js";
import { marked, t, tn } from "./language.js";

const STAGES: Record<string, string> = {
  condensing: marked("Reading the question"),
  searching: marked("Searching the sources"),
  composing: marked("Choosing sentences"),
  writing: marked("Writing"),
  verifying: marked("Checking each sentence"),
};
/** Turns that ask nothing of the sources: the message is the whole reply. */
const SPOKEN = new Set(["courtesy", "help", "conversation", "request", "noise"]);
/** A chat model may think that long between two sentences; then we say that all is well. */
const PATIENCE_MS = 6000;
/** Longer last words (addresses) may break, so that they never widen a phone's page. */
const MAX_TAIL = 20;

const turns = new WeakMap<Element, Turn>();

/** The citations of the answer in which something stands, by number. */
export function citationsBeside(element: Element | null): Citation[] {
  const turn = element?.closest(".turn");
  return (turn && turns.get(turn)?.citations) || [];
}

export interface TurnActions {
  client: Client;
  /** Where to find a person, where the sources do not say. */
  handover: { href: string; label: string } | null;
  onCite(citation: Citation, opener: HTMLElement): void;
  onOpen(place: Place, opener: HTMLElement): void;
  onAsk(question: string): void;
  /** The turn's own question once more, in just its words. */
  onAskAsTyped(): void;
  onRetry(): void;
  /** Change the question and ask it again. */
  onEdit(question: string): void;
  announce(text: string): void;
}

export class Turn {
  readonly element: HTMLElement;
  readonly question: string;
  answer: Answer | null = null;
  readonly #do: TurnActions;
  readonly #citations = new Map<number, Citation>();
  readonly #text = h("div", { className: "answer-text", dir: "auto" });
  readonly #statusText = h("span");
  readonly #status = h("p", { className: "status" }, h("span", { className: "pulse" }), this.#statusText);
  readonly #after = h("div", { className: "after" });
  #numClaims = 0;
  #heading = "";
  #isFromHistory = false;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(question: string, actions: TurnActions) {
    this.question = question;
    this.#do = actions;
    this.element = h(
      "article",
      { className: "turn" },
      h(
        "header",
        { className: "asked" },
        h("h2", { className: "question", dir: "auto" }, question),
        h(
          "button",
          {
            type: "button",
            className: "tool edit",
            title: t("Change the question"),
            "aria-label": t("Change the question"),
            onclick: () => this.#do.onEdit(question),
          },
          icon("edit"),
        ),
      ),
      h("div", { className: "answer" }, this.#text, this.#status),
      this.#after,
    );
    turns.set(this.element, this);
    this.#wait(t("Searching the sources"));
  }

  get citations(): Citation[] {
    return [...this.#citations.values()].sort((one, other) => one.n - other.n);
  }

  get hasClaims(): boolean {
    return this.#numClaims > 0;
  }

  showStatus({ stage, ahead, expected_wait_s: seconds }: Status): void {
    this.#wait(ahead === undefined ? t(STAGES[stage] ?? marked("Working")) : inLine(ahead, seconds ?? 0));
  }

  /** The server cannot be reached; it is being tried again. */
  showReconnecting(): void {
    this.#wait(t("Reconnecting"));
  }

  showClaim(claim: Claim, citations: Citation[]): void {
    this.#addClaim(claim, citations);
    this.#do.announce(spoken(claim));
    this.#wait(t("Looking for more"));
  }

  /** The whole answer: what was streamed stays, what was not yet shown is added. */
  finish(answer: Answer, { isRestored = false } = {}): void {
    this.answer = answer;
    const missing = answer.claims.slice(this.#numClaims);
    for (const citation of answer.citations) this.#citations.set(citation.n, citation);
    for (const claim of missing) {
      if (isRestored) this.#addClaim(claim, []);
      else this.showClaim(claim, []);
    }
    this.#end();
    this.#understood(answer);
    if (SPOKEN.has(answer.kind ?? "")) append(this.#after, [h("p", { className: "spoken" }, answer.message)]);
    else if (answer.status === "abstained") this.#abstain(answer);
    else this.#complete(answer);
    if (!isRestored) this.#do.announce(summary(answer));
  }

  fail(message: string, { retryable }: { retryable: boolean }): void {
    this.#end();
    append(this.#after, [
      h("div", { className: "failure", role: "alert" }, h("p", {}, message), retryable && this.#retry(t("Try again"))),
    ]);
  }

  stopped(): void {
    this.#end();
    append(this.#after, [h("p", { className: "aside stopped" }, `${t("Stopped.")} `, this.#retry(t("Ask again")))]);
    this.#do.announce(t("Stopped."));
  }

  /** Questions that the sources answer next, as far as the server knows any. */
  suggest(questions: string[]): void {
    if (!questions.length) return;
    const rows = questions.map((question) =>
      h("li", {}, h("button", { type: "button", onclick: () => this.#do.onAsk(question) }, question)),
    );
    append(this.#after, [
      h("section", { className: "suggestions", "aria-label": t("Ask next") }, h("h3", {}, t("Ask next")), h("ul", {}, rows)),
    ]);
  }

  removeSuggestions(): void {
    this.#after.querySelector(".suggestions")?.remove();
  }

  #addClaim(claim: Claim, citations: Citation[]): void {
    for (const citation of citations) this.#citations.set(citation.n, citation);
    this.#numClaims += 1;
    const numbers = claim.citations.map((n) => this.#number(n));
    const heading = claim.heading ?? "";
    if (heading && heading !== this.#heading) this.#text.append(h("h3", { className: "claim-heading" }, heading));
    const isItem = claim.form === "item";
    const tag = isItem ? "UL" : "P";
    let place = this.#text.lastElementChild;
    if (place?.tagName !== tag) {
      place = isItem ? h("ul", { className: "claims" }) : h("p");
      this.#text.append(place);
    } else if (!isItem) place.append(" ");
    this.#heading = heading;
    const lang = this.#languageOf(claim);
    place.append(h(isItem ? "li" : "span", { className: "claim", lang }, withTail(claim.text, numbers)));
  }

  /** A sentence of an answer is in the language of what it cites; "" where that is not sure. */
  #languageOf(claim: Claim): string {
    const [first] = claim.citations;
    return (first !== undefined && this.#citations.get(first)?.language) || "";
  }

  #wait(text: string): void {
    clearTimeout(this.#waiting);
    this.#statusText.textContent = text;
    this.#waiting = setTimeout(() => {
      this.#statusText.textContent = t("{stage} (still at work)", { stage: text });
    }, PATIENCE_MS);
  }

  #end(): void {
    clearTimeout(this.#waiting);
    this.#status.remove();
  }

  #retry(label: string): HTMLElement {
    return h("button", { type: "button", className: "quiet", onclick: () => this.#do.onRetry() }, label);
  }

  #complete(answer: Answer): void {
    append(this.#after, [
      answer.fallback && h("p", { className: "aside fallback", role: "note" }, answer.fallback),
      answer.table && this.#table(answer.table),
      answer.message && h("p", { className: "aside" }, answer.message),
      this.#disagreements(answer.notes),
      !isListOfSources(answer) && this.#sources(),
      this.#ages(answer),
      this.#tools(answer),
    ]);
  }

  #abstain(answer: Answer): void {
    const misses = answer.near_misses.map((miss) =>
      h(
        "li",
        {},
        h(
          "button",
          {
            type: "button",
            className: "near-miss",
            onclick: (event: MouseEvent) => this.#do.onOpen(miss, event.currentTarget as HTMLElement),
          },
          h("span", { className: "near-text", dir: "auto", lang: miss.language ?? "" }, miss.text),
          h("span", { className: "source-whence", dir: "auto" }, `${miss.document.title}, ${readableDate(miss.document.published)}`),
        ),
      ),
    );
    append(this.#after, [
      h("p", { className: "abstention" }, answer.message ?? t("The sources do not say.")),
      answer.fallback && h("p", { className: "aside fallback", role: "note" }, answer.fallback),
      misses.length > 0 &&
        h("section", { className: "near" }, h("h3", {}, t("Near, but not an answer", {}, answer.language)), h("ul", {}, misses)),
      this.#handover(),
      this.#tools(answer),
    ]);
  }

  #handover(): HTMLElement | null {
    const { handover } = this.#do;
    return (
      handover &&
      h("p", { className: "handover" }, h("a", { className: "button", href: handover.href, target: "_blank", rel: "noopener" }, handover.label))
    );
  }

  /** How the question was understood, and the answer in a word or two: above the sentences. */
  #understood(answer: Answer): void {
    const { understood } = answer;
    const parts = leadParts(answer).map(([text, n], place) => [place > 0 && " ", withTail(text, [this.#number(n)])]);
    if (parts.length) this.#text.before(h("p", { className: "lead", dir: "auto" }, parts));
    if (!understood) return;
    this.element.querySelector(".asked")?.after(
      h(
        "p",
        { className: "understood", dir: "auto" },
        `${t("Understood as:")} `,
        h("em", {}, understood),
        " ",
        h("button", { type: "button", className: "link", onclick: () => this.#do.onAskAsTyped() }, t("Ask as typed")),
      ),
    );
  }

  #number(n: number): HTMLElement | null {
    const citation = this.#citations.get(n);
    if (!citation) return null;
    const label = `${citation.document.title}, ${whence(citation.document)}`;
    return h(
      "button",
      {
        type: "button",
        className: "cite",
        "data-n": n,
        "aria-label": t("Source {number}: {source}", { number: n, source: label }),
        "aria-haspopup": "dialog",
        "aria-expanded": "false",
        title: label,
        onclick: (event: MouseEvent) => this.#do.onCite(citation, event.currentTarget as HTMLElement),
      },
      n,
    );
  }

  #disagreements(notes: Notes): HTMLElement[] {
    return notes.disagreements.map(({ subject, citations }) => {
      const sides = citations.map((n) => this.#citations.get(n)).filter((one) => one !== undefined);
      return h(
        "section",
        { className: "differ" },
        h("h3", {}, h("span", { dir: "auto" }, differing(subject, this.answer?.language))),
        h(
          "ul",
          {},
          sides.map((citation) =>
            h(
              "li",
              {},
              h("span", { className: "when" }, readableDate(citation.document.published)),
              h("span", { dir: "auto", lang: citation.language ?? "" }, withTail(`“${citation.quote}”`, [this.#number(citation.n)])),
            ),
          ),
        ),
      );
    });
  }

  #table(table: Table): HTMLElement {
    const head = table.columns.map((name) => h("th", { scope: "col", dir: "auto" }, name));
    const rows = table.rows.map(({ label, cells }) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, label),
        cells.map(({ text, citations }) =>
          h("td", { dir: "auto", className: citations.length ? "" : "unsaid" }, withTail(text, citations.map((n) => this.#number(n)))),
        ),
      ),
    );
    return h(
      "div",
      { className: "side-by-side", role: "region", "aria-label": t("Side by side"), tabIndex: 0 },
      h("table", {}, h("thead", {}, h("tr", {}, h("td"), head)), h("tbody", {}, rows)),
    );
  }

  /** The cited documents, each once, with the numbers that point into it. */
  #sources(): HTMLElement {
    const byDocument = new Map<string, Citation[]>();
    for (const citation of this.#citations.values()) {
      const known = byDocument.get(citation.document.id);
      if (known) known.push(citation);
      else byDocument.set(citation.document.id, [citation]);
    }
    const rows = [...byDocument.values()].map((citations) => {
      const [first] = citations as [Citation];
      return h(
        "li",
        {},
        h("span", { className: "numbers" }, citations.map(({ n }) => this.#number(n))),
        h(
          "button",
          {
            type: "button",
            className: "source-link",
            onclick: (event: MouseEvent) => this.#do.onOpen(first, event.currentTarget as HTMLElement),
          },
          h("span", { className: "source-title", dir: "auto" }, first.document.title),
          h("span", { className: "source-whence", dir: "auto" }, whence(first.document)),
        ),
      );
    });
    return h("section", { className: "cited", "aria-label": t("Sources of this answer") }, h("ol", {}, rows));
  }

  #ages({ notes: { newest, oldest, undated }, composer, receipt }: Answer): HTMLElement | null {
    const dates = [...this.#citations.values()].map(({ document }) => document.published).filter(Boolean);
    const parts: string[] = [];
    if (newest?.published) parts.push(t("Newest source used: {source}.", { source: readableDate(newest.published) }));
    if (oldest?.published && new Set(dates).size > 1) parts.push(t("Oldest: {source}.", { source: readableDate(oldest.published) }));
    if (undated) parts.push(t("Sources without a date: {number}.", { number: undated }));
    if (composer === "model" && receipt?.model) parts.push(t("Worded by {model}; each sentence was checked against its source.", { model: receipt.model }));
    return parts.length ? h("p", { className: "ages" }, parts.join(" ")) : null;
  }

  #tools(answer: Answer): HTMLElement {
    const { client } = this.#do;
    const link = (path: string): string => client.link(path);
    const feedback = new FeedbackBar(client, answer.id);
    const said = h("span", { className: "said", role: "status" });
    const path = `/api/answers/${encodeURIComponent(answer.id)}/export`;
    const isKept = Boolean(answer.conversation_id);
    const copyButton = h(
      "button",
      {
        type: "button",
        className: "tool",
        title: t("Copy with footnotes"),
        "aria-label": t("Copy with footnotes"),
        onclick: async () => {
          const isDone = await copy(asText(answer, link), asHtml(answer, link));
          said.textContent = isDone ? t("Copied with footnotes") : t("The browser did not allow it");
        },
      },
      icon("copy"),
    );
    if (isKept && this.#isFromHistory) void feedback.restore();
    return h(
      "div",
      { className: "tools-and-more" },
      h(
        "div",
        { className: "tools", role: "group", "aria-label": t("This answer") },
        copyButton,
        isKept && menu(t("Save this answer"), "save", exportChoices(client, path, `/answers/${encodeURIComponent(answer.id)}/print`)),
        said,
        isKept && feedback.thumbs,
      ),
      feedback.details,
    );
  }

  /** A turn of an earlier visit. */
  static restored(answer: Answer, actions: TurnActions): Turn {
    const turn = new Turn(answer.question, actions);
    turn.#isFromHistory = true;
    turn.finish(answer, { isRestored: true });
    return turn;
  }
}

/** What a menu offers for an answer or a conversation. */
export function exportChoices(client: Client, path: string, page: string): [string, () => unknown][] {
  const choices: [string, () => unknown][] = [
    ["Markdown", () => client.download(`${path}?format=md`)],
    [t("Word document"), () => client.download(`${path}?format=docx`)],
  ];
  // On a foreign site our pages do not know who asks, so they could not show it.
  if (!client.isForeign) choices.push([t("Printable page"), () => window.open(page, "_blank", "noopener")]);
  return choices;
}

/** Whether the answer itself names each of its sources in a line of a list. */
function isListOfSources({ claims, citations }: Answer): boolean {
  const named = new Set(claims.filter(({ verdict, form }) => verdict === "catalog" && form === "item").flatMap((one) => one.citations));
  return named.size > 0 && citations.every(({ n }) => named.has(n));
}

/** A text and numbers that never stand alone on the next line: its last word goes with them. */
function withTail(text: string, numbers: Child[]): Child[] {
  const cut = text.lastIndexOf(" ") + 1;
  if (!cut || text.length - cut > MAX_TAIL) return [text, numbers];
  return [text.slice(0, cut), h("span", { className: "tail" }, text.slice(cut), numbers)];
}

/** What two sources differ on, as a heading. */
function differing(subject: string, language: string | undefined): string {
  if (!subject) return t("Sources differ.", {}, language);
  return t("Sources differ on the {subject}.", { subject: subject.replace(/^the\s+/i, "") }, language);
}

function spoken({ text, citations }: Claim): string {
  if (!citations.length) return text;
  return `${text} ${t("Source {numbers}.", { numbers: citations.join(", ") })}`;
}

function summary(answer: Answer): string {
  if (answer.kind && SPOKEN.has(answer.kind)) return answer.message ?? "";
  if (answer.status === "abstained") {
    const { length } = answer.near_misses;
    const near = length ? ` ${tn("{number} passage comes near.", "{number} passages come near.", length)}` : "";
    return `${answer.message ?? t("The sources do not say.")}${near}`;
  }
  const differ = answer.notes.disagreements.length > 0 && t("The sources differ; see the note below it.");
  const short = leadParts(answer).map(([text]) => text).join(" ");
  return [short && `${short}.`, t("The answer is complete."), answer.message, differ].filter(Boolean).join(" ");
}

/** Where a question stands that waits for its turn. */
function inLine(ahead: number, seconds: number): string {
  const wait = Math.max(1, Math.ceil(seconds));
  if (ahead === 0) return t("You are next, about {seconds} s", { seconds: wait });
  return tn(
    "{number} question comes before yours, about {seconds} s",
    "{number} questions come before yours, about {seconds} s",
    ahead,
    { seconds: wait },
  );
}
