// The panel beside the conversation: a source opened at a sentence, or the list of sources.

import { h, icon, ICONS, whence } from "./dom.js";
import { revealQuote, sourceHead, sourceText } from "./reader.js";

const NARROW = "(max-width: 62rem)";

export class Panel {
  constructor(client, { onToggle }) {
    this.client = client;
    this.onToggle = onToggle;
    this.opener = null;
    this.request = null;
    this.body = h("div", { className: "panel-body", tabIndex: 0, role: "region", "aria-labelledby": "panel-title" });
    this.backButton = h(
      "button",
      { type: "button", className: "plain back", hidden: true, onclick: () => this.openSources() },
      icon(ICONS.back),
      "All sources",
    );
    this.barTitle = h("p", { className: "bar-title", hidden: true, "aria-hidden": "true" });
    // The title moves into the bar when the text has been scrolled away from it.
    this.titleWatch = new IntersectionObserver(
      ([entry]) => {
        this.barTitle.hidden = entry.isIntersecting;
      },
      { root: this.body },
    );
    this.element = h(
      "aside",
      { className: "panel", hidden: true, "aria-label": "Source" },
      h(
        "div",
        { className: "panel-bar" },
        this.backButton,
        this.barTitle,
        h(
          "button",
          { type: "button", className: "plain close", "aria-label": "Close the source", onclick: () => this.close() },
          icon(ICONS.close),
        ),
      ),
      this.body,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** Open a source at `start` to `end`. `opener` gets the focus back on closing. */
  async openSource({ document: source, version, start, end, permalink }, opener) {
    this.#show(opener);
    const path = `/api/sources/${encodeURIComponent(source.id)}`;
    const query = version ? `?version=${encodeURIComponent(version)}` : "";
    const loaded = await this.#load(path + query);
    if (!loaded) return;
    const span = start === undefined ? null : { start, end };
    const text = sourceText(loaded, span);
    const head = sourceHead(loaded, { heading: "h2", permalink: permalink ?? `/sources/${loaded.id}` });
    this.body.replaceChildren(head, text);
    this.barTitle.textContent = loaded.title;
    this.titleWatch.observe(head.querySelector("h2"));
    const quote = text.querySelector("mark");
    if (quote) {
      quote.focus({ preventScroll: true });
      revealQuote(quote);
    } else {
      this.body.scrollTop = 0;
      head.querySelector("h2").focus({ preventScroll: true });
    }
  }

  async openSources(opener = this.opener) {
    this.#show(opener);
    this.backButton.hidden = true;
    const loaded = await this.#load("/api/sources");
    if (!loaded) return;
    const rows = h("ul", { className: "source-list" });
    const none = h("p", { className: "aside", hidden: true }, "No source has these words.");
    const fill = (words) => {
      const chosen = loaded.sources.filter((source) => words.every((word) => haystack(source).includes(word)));
      none.hidden = chosen.length > 0 || loaded.sources.length === 0;
      rows.replaceChildren(...chosen.map((source) => this.#row(source)));
    };
    fill([]);
    const search = h("input", {
      type: "search",
      placeholder: "Filter by title, author or publisher",
      "aria-label": "Filter the sources",
      oninput: (event) => fill(event.target.value.toLowerCase().split(/\s+/).filter(Boolean)),
    });
    const title = h("h2", { id: "panel-title", tabIndex: -1 }, "Sources");
    const summary = loaded.total
      ? `Answers come from ${loaded.total === 1 ? "this document" : `these ${loaded.total} documents`} and nothing else.`
      : "There are no sources yet. Whoever runs this adds them with “accord ingest”.";
    this.body.replaceChildren(
      h("header", { className: "reading-head" }, title, h("p", { className: "byline" }, summary)),
      ...(loaded.total ? [search, rows, none] : []),
    );
    this.body.scrollTop = 0;
    title.focus({ preventScroll: true });
  }

  close() {
    if (!this.isOpen) return;
    this.request?.abort();
    this.element.hidden = true;
    this.#mark(null);
    this.onToggle(false, false);
    this.opener?.focus({ preventScroll: true });
    this.opener = null;
  }

  #row(source) {
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          className: "source-link",
          onclick: async () => {
            await this.openSource({ document: source }, this.opener);
            this.backButton.hidden = false;
          },
        },
        h("span", { className: "source-title" }, source.title),
        h("span", { className: "source-whence" }, whence(source)),
      ),
    );
  }

  #show(opener) {
    this.opener = opener ?? null;
    this.#mark(opener);
    this.backButton.hidden = true;
    this.element.hidden = false;
    this.onToggle(true, matchMedia(NARROW).matches);
  }

  #mark(opener) {
    for (const one of document.querySelectorAll(".cite[aria-current]")) one.removeAttribute("aria-current");
    if (opener?.classList.contains("cite")) opener.setAttribute("aria-current", "true");
  }

  /** JSON of a path, or undefined after saying why not; a newer request ends an older one. */
  async #load(path) {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    this.titleWatch.disconnect();
    this.barTitle.hidden = true;
    this.body.replaceChildren(h("p", { className: "aside" }, "Opening…"));
    try {
      return await this.client.get(path, { signal: request.signal });
    } catch (error) {
      if (error.name !== "AbortError") {
        const retry = () => this.openSources();
        this.body.replaceChildren(
          h(
            "div",
            { className: "failure", role: "alert" },
            h("p", {}, error.message),
            h("button", { type: "button", className: "quiet", onclick: retry }, "All sources"),
          ),
        );
      }
      return undefined;
    }
  }
}

function haystack(source) {
  return [source.title, ...source.authors, source.publisher ?? ""].join(" ").toLowerCase();
}
