// One turn of the conversation: the question, and the answer as it arrives.

import { h, readableDate, whence } from "./dom.js";

const STAGES = {
  condensing: "Reading the question",
  searching: "Searching the sources",
  composing: "Choosing sentences",
  verifying: "Checking each sentence",
};

/** Longer last words (addresses) may break, so that they never widen a phone's page. */
const MAX_TAIL = 20;

export class Turn {
  /** @param onOpen called with {document, version, start, end, permalink} and the element that asked */
  constructor(question, { onOpen, onRetry }) {
    this.onOpen = onOpen;
    this.onRetry = onRetry;
    this.citations = new Map();
    this.numClaims = 0;
    this.status = h("p", { className: "status" }, h("span", { className: "pulse" }), "Searching the sources");
    this.text = h("p", { className: "answer-text" });
    this.live = h("div", { className: "answer", "aria-live": "polite" }, this.text);
    this.after = h("div", { className: "after" });
    this.element = h(
      "article",
      { className: "turn" },
      h("h2", { className: "question" }, question),
      this.live,
      this.status,
      this.after,
    );
  }

  showStatus({ stage }) {
    this.status.lastChild.textContent = STAGES[stage] ?? "Working";
  }

  showClaim({ claim, citations }) {
    for (const citation of citations) this.citations.set(citation.n, citation);
    this.numClaims += 1;
    if (this.text.hasChildNodes()) this.text.append(" ");
    const numbers = claim.citations.map((n) => this.#number(n));
    this.text.append(h("span", { className: "claim" }, withTail(claim.text, numbers)));
  }

  /** The whole answer: what was streamed stays, what was not yet shown is added. */
  finish(answer) {
    for (const citation of answer.citations) this.citations.set(citation.n, citation);
    for (const claim of answer.claims.slice(this.numClaims)) this.showClaim({ claim, citations: [] });
    this.status.remove();
    if (answer.status === "abstained") {
      this.#abstain(answer);
      return;
    }
    if (answer.message) this.after.append(h("p", { className: "aside" }, answer.message));
    this.after.append(...this.#disagreements(answer.notes), this.#sources(), this.#ages(answer.notes));
  }

  fail(message, { retryable }) {
    this.status.remove();
    this.after.append(
      h(
        "div",
        { className: "failure", role: "alert" },
        h("p", {}, message),
        retryable && h("button", { type: "button", className: "quiet", onclick: this.onRetry }, "Try again"),
      ),
    );
  }

  stopped() {
    this.status.remove();
    this.after.append(
      h(
        "p",
        { className: "aside" },
        "Stopped. ",
        h("button", { type: "button", className: "quiet", onclick: this.onRetry }, "Ask again"),
      ),
    );
  }

  #number(n) {
    const citation = this.citations.get(n);
    if (!citation) return null;
    const { document } = citation;
    return h(
      "button",
      {
        type: "button",
        className: "cite",
        "data-n": n,
        "aria-label": `Source ${n}: ${document.title}, ${whence(document)}`,
        title: `${document.title} — ${whence(document)}`,
        onclick: (event) => this.onOpen(citation, event.currentTarget),
      },
      n,
    );
  }

  #disagreements(notes) {
    return notes.disagreements.map((one) =>
      h(
        "section",
        { className: "differ" },
        h("h3", {}, "Sources differ", one.subject && h("span", {}, ` on the ${strip(one.subject)}`)),
        h(
          "ul",
          {},
          one.citations
            .map((n) => this.citations.get(n))
            .filter(Boolean)
            .map((citation) =>
              h(
                "li",
                {},
                h("span", { className: "when" }, readableDate(citation.document.published)),
                withTail(`“${citation.quote}”`, [this.#number(citation.n)]),
              ),
            ),
        ),
      ),
    );
  }

  /** The cited documents, each once, with the numbers that point into it. */
  #sources() {
    const byDocument = Map.groupBy
      ? Map.groupBy(this.citations.values(), (citation) => citation.document.id)
      : groupBy(this.citations.values(), (citation) => citation.document.id);
    const rows = [...byDocument.values()].map((citations) => {
      const { document } = citations[0];
      return h(
        "li",
        {},
        h("span", { className: "numbers" }, citations.map((citation) => this.#number(citation.n))),
        h(
          "button",
          {
            type: "button",
            className: "source-link",
            onclick: (event) => this.onOpen(citations[0], event.currentTarget),
          },
          h("span", { className: "source-title" }, document.title),
          h("span", { className: "source-whence" }, whence(document)),
        ),
      );
    });
    return h("section", { className: "cited", "aria-label": "Sources of this answer" }, h("ol", {}, rows));
  }

  #ages({ newest, oldest, undated }) {
    const dates = [...this.citations.values()].map(({ document }) => document.published).filter(Boolean);
    const parts = [];
    if (newest?.published) parts.push(`Newest source used: ${readableDate(newest.published)}`);
    if (oldest?.published && new Set(dates).size > 1) parts.push(`oldest: ${readableDate(oldest.published)}`);
    if (undated && dates.length) parts.push(undated === 1 ? "one is undated" : `${undated} are undated`);
    if (!dates.length && undated) parts.push("The sources used give no date");
    return parts.length ? h("p", { className: "ages" }, `${parts.join("; ")}.`) : "";
  }

  #abstain(answer) {
    this.live.append(
      h("p", { className: "abstention" }, answer.message ?? "The sources do not say."),
    );
    if (!answer.near_misses.length) return;
    this.after.append(
      h(
        "section",
        { className: "near" },
        h("h3", {}, "Near, but not an answer"),
        h(
          "ul",
          {},
          answer.near_misses.map((miss) =>
            h(
              "li",
              {},
              h(
                "button",
                {
                  type: "button",
                  className: "near-miss",
                  onclick: (event) => this.onOpen(miss, event.currentTarget),
                },
                h("span", { className: "near-text" }, miss.text),
                h(
                  "span",
                  { className: "source-whence" },
                  `${miss.document.title}, ${readableDate(miss.document.published)}`,
                ),
              ),
            ),
          ),
        ),
      ),
    );
  }
}

/** A text and numbers that never stand alone on the next line: its last word goes with them. */
function withTail(text, numbers) {
  const cut = text.lastIndexOf(" ") + 1;
  if (!cut || text.length - cut > MAX_TAIL) return [text, numbers];
  return [text.slice(0, cut), h("span", { className: "tail" }, text.slice(cut), numbers)];
}

function strip(subject) {
  return subject.replace(/^the\s+/i, "");
}

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
