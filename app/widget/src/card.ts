// The card of one citation: who says it, when, and in which words.

import type { Client } from "./client.js";
import { focused, h, icon, readableDate, webAddress } from "./dom.js";
import { copy } from "./footnotes.js";
import type { Citation, Place } from "./types.js";
import { t } from "./language.js";

const GAP = 8;
/** Below this width the card lies at the foot of the frame. */
const SHEET_BELOW = 480;

export class CitationCard {
  readonly element: HTMLElement;
  readonly #client: Client;
  readonly #onOpen: (place: Place, opener: HTMLElement) => void;
  #opener: HTMLElement | null = null;

  constructor(client: Client, onOpen: (place: Place, opener: HTMLElement) => void) {
    this.#client = client;
    this.#onOpen = onOpen;
    this.element = h("div", {
      className: "card",
      role: "dialog",
      tabIndex: -1,
      hidden: true,
      "aria-labelledby": "card-title",
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        this.close();
      },
      onfocusout: (event: FocusEvent) => {
        const next = event.relatedTarget;
        if (next instanceof Node && !this.element.contains(next) && next !== this.#opener) this.close(false);
      },
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Open beside the number that was pressed; pressed again, close. */
  toggle(citation: Citation, opener: HTMLElement): void {
    const isSame = this.isOpen && opener === this.#opener;
    this.close(isSame);
    if (isSame) return;
    this.#opener = opener;
    opener.setAttribute("aria-expanded", "true");
    this.element.replaceChildren(...this.#content(citation, opener));
    this.element.hidden = false;
    this.#place(opener);
    this.element.focus({ preventScroll: true });
  }

  close(returnFocus = true): void {
    if (!this.isOpen) return;
    const hadFocus = this.element.contains(focused(this.element));
    this.element.hidden = true;
    this.#opener?.setAttribute("aria-expanded", "false");
    if (returnFocus && hadFocus) this.#opener?.focus({ preventScroll: true });
    this.#opener = null;
  }

  #content(citation: Citation, opener: HTMLElement): HTMLElement[] {
    const { document: source } = citation;
    const original = webAddress(source.url);
    const copied = h("span", { role: "status", className: "said" });
    const where = [...citation.heading.filter((part) => part !== source.title), citation.page && t("page {number}", { number: citation.page })];
    return [
      h(
        "div",
        { className: "card-head" },
        h("span", { className: "number" }, citation.n),
        h(
          "div",
          { className: "card-source" },
          h("h3", { id: "card-title", dir: "auto" }, source.title),
          h("p", { className: "byline", dir: "auto" }, dotted([source.place, source.authors.join(", "), source.publisher, readableDate(source.published)])),
        ),
        h(
          "button",
          { type: "button", className: "tool", "aria-label": t("Close"), onclick: () => this.close() },
          icon("close"),
        ),
      ),
      h("blockquote", { dir: "auto", lang: citation.language ?? "" }, citation.quote),
      h("p", { className: "card-where", dir: "auto", hidden: !where.some(Boolean) }, where.filter(Boolean).join(" › ")),
      h("p", { className: "notice", role: "note", hidden: !source.caution }, source.caution ?? ""),
      h(
        "div",
        { className: "card-foot" },
        h(
          "button",
          {
            type: "button",
            className: "button",
            onclick: () => {
              this.close();
              this.#onOpen(citation, opener);
            },
          },
          t("Open in source"),
        ),
        h(
          "button",
          {
            type: "button",
            className: "quiet",
            onclick: async () => {
              const text = `“${citation.quote}” ${source.title}, ${readableDate(source.published)}. ${this.#client.link(citation.permalink)}`;
              copied.textContent = (await copy(text)) ? t("Copied") : t("The browser did not allow it");
            },
          },
          t("Copy quote"),
        ),
        original && h("a", { href: original, target: "_blank", rel: "noopener noreferrer" }, t("Original")),
        copied,
      ),
    ];
  }

  /** Below the number, or above where there is no room; inside the frame always. */
  #place(opener: HTMLElement): void {
    const frame = this.element.offsetParent?.getBoundingClientRect();
    if (!frame) return;
    const isSheet = frame.width < SHEET_BELOW;
    this.element.classList.toggle("sheet", isSheet);
    this.element.style.left = this.element.style.top = "";
    if (isSheet) return;
    const at = opener.getBoundingClientRect();
    const { width, height } = this.element.getBoundingClientRect();
    const left = Math.min(Math.max(at.left - frame.left - width / 3, GAP), frame.width - width - GAP);
    const below = at.bottom - frame.top + GAP;
    const isRoomBelow = below + height + GAP <= frame.height;
    const top = isRoomBelow ? below : Math.max(GAP, at.top - frame.top - height - GAP);
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
  }
}

/** Parts with a dot between them. */
export function dotted(parts: (string | Node | null | undefined | false)[]): (string | Node)[] {
  const present = parts.filter((part): part is string | Node => Boolean(part));
  return present.flatMap((part, index) => (index ? [h("span", { className: "dot" }, " · "), part] : [part]));
}
