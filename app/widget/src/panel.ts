// The panel beside the conversation: a source, opened at a sentence.

import { isAbort, type Client } from "./client.js";
import { h, icon } from "./dom.js";
import { Finder } from "./finder.js";
import { sourceFoot, sourceHead, sourceText, type Span } from "./reader.js";
import { Stepper } from "./stepper.js";
import type { Citation, Place, SourceText } from "./types.js";
import { t } from "./language.js";

export interface PanelActions {
  onToggle(isOpen: boolean): void;
  onScope(source: SourceText): void;
}

export class Panel {
  readonly element: HTMLElement;
  readonly #client: Client;
  readonly #do: PanelActions;
  readonly #body = h("div", { className: "panel-body", tabIndex: 0, role: "region", "aria-labelledby": "panel-title" });
  readonly #barTitle = h("p", { className: "bar-title", hidden: true, dir: "auto", "aria-hidden": "true" });
  /** The title moves into the bar when the text has been scrolled away from it. */
  readonly #titleWatch = new IntersectionObserver(
    ([entry]) => {
      this.#barTitle.hidden = entry?.isIntersecting ?? true;
    },
    { root: this.#body },
  );
  readonly #stepper = new Stepper();
  readonly #finder = new Finder();
  #opener: HTMLElement | null = null;
  #request: AbortController | null = null;

  constructor(client: Client, actions: PanelActions) {
    this.#client = client;
    this.#do = actions;
    this.element = h(
      "section",
      {
        className: "panel",
        hidden: true,
        "aria-label": t("Source"),
        onkeydown: (event: KeyboardEvent) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          this.close();
        },
      },
      h(
        "div",
        { className: "panel-bar" },
        this.#barTitle,
        this.#stepper.element,
        this.#finder.element,
        h(
          "button",
          { type: "button", className: "tool close", "aria-label": t("Close the source"), onclick: () => this.close() },
          icon("close"),
        ),
      ),
      this.#body,
    );
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /**
   * Open a source at a place. `opener` gets the focus back on closing.
   *
   * @param beside citations of the same answer: those of this source are marked, too
   */
  async open(place: Place, opener: HTMLElement | null, beside: Citation[] = []): Promise<void> {
    this.#opener = opener;
    this.element.hidden = false;
    this.#do.onToggle(true);
    const source = await this.#load(place);
    if (!source) return;
    const span = place.start === undefined || place.end === undefined ? null : { start: place.start, end: place.end };
    const actions = {
      permalink: this.#client.link(permalinkOf(source, span)),
      onVersion: (version: string | undefined) => this.open({ document: source, version, quote: place.quote }, this.#opener),
      onScope: (chosen: SourceText) => {
        this.close(false);
        this.#do.onScope(chosen);
      },
    };
    const change = source.changed_since ? this.#change(source, place) : null;
    const head = sourceHead(source, actions, change);
    const shown = span ?? spanOf(source, place.quote);
    const text = sourceText(source, spansOf(source, shown, beside));
    this.#body.replaceChildren(head, text, sourceFoot(source, actions));
    const title = head.querySelector("h2") as HTMLElement;
    this.#barTitle.textContent = source.title;
    this.#titleWatch.observe(title);
    this.#finder.search(text);
    this.#body.scrollTop = 0;
    if (!this.#stepper.walk(text, shown)) title.focus({ preventScroll: true });
  }

  close(returnFocus = true): void {
    if (!this.isOpen) return;
    this.#request?.abort();
    this.element.hidden = true;
    this.#do.onToggle(false);
    if (returnFocus) this.#opener?.focus({ preventScroll: true });
    this.#opener = null;
  }

  /** Says that the source has changed, and whether the cited words still stand in it. */
  #change(source: SourceText, place: Place): HTMLElement {
    if (!source.current_version) {
      return h(
        "p",
        { className: "notice", role: "note" },
        t("The source is no longer among those searched. This is the version that was cited."),
      );
    }
    const standing = h("span", {});
    if (place.quote) void this.#compare(source, place.quote, standing);
    return h(
      "p",
      { className: "notice", role: "note" },
      `${t("The source has changed since. This is the version that was cited.")} `,
      standing,
      h(
        "button",
        {
          type: "button",
          className: "quiet",
          onclick: () => this.open({ document: source, quote: place.quote }, this.#opener),
        },
        t("Read the current one"),
      ),
    );
  }

  async #compare(source: SourceText, quote: string, standing: HTMLElement): Promise<void> {
    try {
      const current = await this.#client.get<SourceText>(`/api/sources/${encodeURIComponent(source.id)}`);
      standing.textContent = current.text.includes(quote)
        ? `${t("The cited words still stand in the current one.")} `
        : `${t("The current one no longer has these words.")} `;
    } catch {
      // The notice is true without it.
    }
  }

  /** The text of a source, or undefined after saying why not; a newer request ends an older one. */
  async #load(place: Place): Promise<SourceText | undefined> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.#titleWatch.disconnect();
    this.#stepper.end();
    this.#finder.end();
    this.#barTitle.hidden = true;
    this.#body.replaceChildren(h("h2", { id: "panel-title", className: "aside", tabIndex: -1 }, t("Opening…")));
    const query = place.version ? `?version=${encodeURIComponent(place.version)}` : "";
    try {
      return await this.#client.get<SourceText>(`/api/sources/${encodeURIComponent(place.document.id)}${query}`, request.signal);
    } catch (error) {
      if (isAbort(error)) return undefined;
      const told = error instanceof Error ? error.message : t("The source could not be opened.");
      const again = h("button", { type: "button", className: "quiet", onclick: () => this.open(place, this.#opener) }, t("Try again"));
      this.#body.replaceChildren(
        h("h2", { id: "panel-title", className: "aside" }, t("The source could not be opened.")),
        h("div", { className: "failure", role: "alert" }, h("p", {}, told), again),
      );
      again.focus();
      return undefined;
    }
  }
}

function permalinkOf(source: SourceText, span: { start: number; end: number } | null): string {
  const place = span ? `&start=${span.start}&end=${span.end}` : "";
  return `/sources/${encodeURIComponent(source.id)}?version=${source.version.slice(0, 12)}${place}`;
}

/** Where the words stand in this version, in code points; null if they do not. */
function spanOf(source: SourceText, quote: string | undefined): { start: number; end: number } | null {
  const at = quote ? source.text.indexOf(quote) : -1;
  if (at < 0 || !quote) return null;
  const start = Array.from(source.text.slice(0, at)).length;
  return { start, end: start + Array.from(quote).length };
}

/** What is marked: the place that was opened and the answer's other quotes of this version, in order. */
function spansOf(source: SourceText, shown: Span | null, beside: Citation[]): Span[] {
  const others = beside.filter(({ document, version }) => document.id === source.id && version === source.version);
  const found: Span[] = [];
  for (const span of [...(shown ? [shown] : []), ...others]) {
    if (found.every(({ start, end }) => span.end <= start || span.start >= end)) found.push({ start: span.start, end: span.end });
  }
  return found.sort((one, other) => one.start - other.start);
}
