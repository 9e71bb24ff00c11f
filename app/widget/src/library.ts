// The sources: search, filters by publisher and date, and a row for each.

import { isAbort, type Client } from "./client.js";
import { h, whence } from "./dom.js";
import type { ListedSource, Place } from "./types.js";
import { t, tn } from "./language.js";

interface Listing {
  sources: ListedSource[];
  total: number;
}

export interface LibraryActions {
  onOpen(place: Place, opener: HTMLElement): void;
  /** Ask about these alone. */
  onScope(sources: ListedSource[]): void;
}

/** The server takes no more in one question; so many are hardly a choice. */
const MOST_CHOSEN = 200;

export class Library {
  readonly element: HTMLElement;
  readonly #client: Client;
  readonly #do: LibraryActions;
  readonly #title = h("h2", { tabIndex: -1 }, t("Sources"));
  readonly #summary = h("p", { className: "byline" });
  readonly #rows = h("ul", { className: "source-list" });
  readonly #count = h("p", { className: "count", role: "status" });
  readonly #ask = h("button", { type: "button", className: "quiet ask-these", hidden: true, onclick: () => this.#do.onScope(this.#chosen) });
  readonly #search = h("input", {
    type: "search",
    name: "q",
    placeholder: t("Title, author or publisher"),
    "aria-label": t("Search the sources"),
    dir: "auto",
  });
  readonly #publisher = h("select", { name: "publisher", "aria-label": t("Publisher") });
  readonly #from = h("input", { type: "date", name: "from", "aria-label": t("Published from") });
  readonly #to = h("input", { type: "date", name: "to", "aria-label": t("Published to") });
  readonly #reset = h("button", { type: "reset", className: "quiet", hidden: true }, t("Clear"));
  readonly #filters: HTMLElement;
  #all: ListedSource[] = [];
  #chosen: ListedSource[] = [];

  constructor(client: Client, actions: LibraryActions) {
    this.#client = client;
    this.#do = actions;
    this.#filters = h(
      "form",
      {
        hidden: true,
        className: "filters",
        role: "search",
        oninput: () => this.#show(),
        onsubmit: (event: Event) => event.preventDefault(),
        // The event comes before the fields are empty.
        onreset: () => setTimeout(() => this.#clear()),
      },
      this.#search,
      this.#publisher,
      h(
        "span",
        { className: "dates" },
        h("label", { className: "date" }, t("From"), this.#from),
        h("label", { className: "date" }, t("to"), this.#to),
      ),
      this.#reset,
    );
    this.element = h(
      "section",
      { className: "library", "aria-label": t("Sources") },
      h("header", { className: "view-head" }, this.#title, this.#summary),
      this.#filters,
      this.#count,
      this.#ask,
      this.#rows,
    );
  }

  /** Load the list and take the focus. */
  async show(): Promise<void> {
    this.#title.focus({ preventScroll: true });
    if (!this.#all.length) this.#count.textContent = t("Opening…");
    try {
      const { sources, total } = await this.#client.get<Listing>("/api/sources");
      this.#all = sources;
      this.#filters.hidden = total === 0;
      this.#summary.textContent = total
        ? tn("Answers come from this document and nothing else.", "Answers come from these {number} documents and nothing else.", total)
        : t("There are no sources yet. Whoever runs this adds them with “accord ingest”.");
      this.#offerPublishers();
      this.#show();
    } catch (error) {
      if (isAbort(error)) return;
      this.#filters.hidden = !this.#all.length;
      this.#count.textContent = error instanceof Error ? error.message : t("The sources could not be listed.");
    }
  }

  #offerPublishers(): void {
    const chosen = this.#publisher.value;
    const names = [...new Set(this.#all.map((one) => one.publisher).filter((name) => name !== null))].sort();
    this.#publisher.replaceChildren(
      h("option", { value: "" }, t("All publishers")),
      ...names.map((name) => h("option", { value: name }, name)),
    );
    this.#publisher.value = chosen;
    this.#publisher.hidden = names.length < 2;
  }

  #show(): void {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = this.#all.filter(
      (source) =>
        words.every((word) => haystack(source).includes(word)) &&
        (!this.#publisher.value || source.publisher === this.#publisher.value) &&
        isBetween(source.published, this.#from.value, this.#to.value),
    );
    this.#rows.replaceChildren(...chosen.map((source) => this.#row(source)));
    this.#reset.hidden = ![this.#search, this.#publisher, this.#from, this.#to].some(({ value }) => value);
    const isFiltered = chosen.length < this.#all.length;
    this.#chosen = chosen;
    this.#ask.hidden = !isFiltered || !chosen.length || chosen.length > MOST_CHOSEN;
    this.#ask.textContent = tn("Ask about this one", "Ask about these {number}", chosen.length);
    this.#count.textContent = !isFiltered ? "" : chosen.length ? t("{chosen} of {all}", { chosen: chosen.length, all: this.#all.length }) : t("No source matches.");
  }

  #clear(): void {
    this.#show();
    this.#search.focus();
  }

  #row(source: ListedSource): HTMLElement {
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          className: "source-link",
          onclick: (event: MouseEvent) => this.#do.onOpen({ document: source }, event.currentTarget as HTMLElement),
        },
        h("span", { className: "source-title", dir: "auto" }, source.title),
        h("span", { className: "source-whence", dir: "auto" }, [source.place, source.authors.join(", "), whence(source)].filter(Boolean).join(", ")),
        source.caution && h("span", { className: "source-whence" }, source.caution),
      ),
    );
  }
}

function haystack(source: ListedSource): string {
  return [source.title, ...source.authors, source.publisher ?? ""].join(" ").toLowerCase();
}

/** Dates of any precision compare as texts: "2019" lies between 2019-01-01 and 2019-12-31 in part. */
function isBetween(published: string | null, from: string, to: string): boolean {
  if (!from && !to) return true;
  if (!published) return false;
  return (!from || published >= from.slice(0, published.length)) && (!to || published <= to.slice(0, published.length));
}
