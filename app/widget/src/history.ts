// This visitor's conversations: find one, open, pin, rename, share or erase it.

import type { Client } from "./client.js";
import { h, readableDate } from "./dom.js";
import { copy } from "./footnotes.js";
import { hashOf } from "./routes.js";
import type { ConversationSummary } from "./types.js";
import { menu } from "./menu.js";
import { t } from "./language.js";

export interface HistoryActions {
  onOpen(id: string): void;
  onErased(id: string): void;
}

/** So long nothing is typed before the server is asked. */
const PAUSE_MS = 250;
const MAX_TITLE = 200;
/** So many conversations can be looked through without a field to search in. */
const FEW = 6;

export class History {
  readonly element: HTMLElement;
  readonly #client: Client;
  readonly #do: HistoryActions;
  readonly #title = h("h2", { tabIndex: -1 }, t("Conversations"));
  readonly #rows = h("ul", { className: "conversations" });
  readonly #none = h("p", { className: "aside", role: "status" });
  readonly #search: HTMLInputElement;
  #known: ConversationSummary[] = [];
  #current: string | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, actions: HistoryActions) {
    this.#client = client;
    this.#do = actions;
    this.#search = h("input", {
      type: "search",
      className: "find-conversation",
      hidden: true,
      maxLength: MAX_TITLE,
      placeholder: t("Find in conversations"),
      "aria-label": t("Find in conversations"),
      oninput: () => {
        clearTimeout(this.#pause);
        this.#pause = setTimeout(() => void this.refresh(), PAUSE_MS);
      },
    });
    this.element = h(
      "section",
      { className: "history", "aria-label": t("Conversations") },
      h("header", { className: "view-head" }, this.#title),
      this.#search,
      this.#rows,
      this.#none,
    );
  }

  focus(): void {
    this.#title.focus({ preventScroll: true });
  }

  async refresh(): Promise<void> {
    const words = this.#search.value.trim();
    const query = words ? `?containing=${encodeURIComponent(words)}` : "";
    try {
      const { conversations } = await this.#client.get<{ conversations: ConversationSummary[] }>(`/api/conversations${query}`);
      if (words !== this.#search.value.trim()) return;
      this.#known = conversations;
      this.#search.hidden = !words && conversations.length < FEW;
      this.#none.textContent = words
        ? t("No conversation contains these words.")
        : t("What you ask is kept here, for you alone.");
      this.#show();
    } catch (error) {
      this.#tell(error, t("The conversations could not be listed."));
    }
  }

  /** Which one is being read. */
  mark(id: string | null): void {
    this.#current = id;
    this.#show();
  }

  #show(): void {
    this.#none.hidden = this.#known.length > 0;
    this.#rows.replaceChildren(...this.#known.map((one) => this.#row(one)));
  }

  #tell(error: unknown, otherwise: string): void {
    this.#none.hidden = false;
    this.#none.textContent = error instanceof Error ? error.message : otherwise;
  }

  #row(one: ConversationSummary): HTMLElement {
    const isCurrent = one.id === this.#current;
    const about = [one.is_pinned && t("Pinned"), one.is_shared && t("Shared"), dayOf(one.updated)];
    const row: HTMLElement = h(
      "li",
      { className: isCurrent ? "current" : "" },
      h(
        "button",
        {
          type: "button",
          className: "conversation",
          "aria-current": isCurrent ? "page" : null,
          onclick: () => this.#do.onOpen(one.id),
        },
        h("span", { className: "conversation-title", dir: "auto" }, one.title),
        h("span", { className: "source-whence" }, about.filter(Boolean).join(" · ")),
      ),
      menu(t("Options for “{title}”", { title: one.title }), "more", [
        [one.is_pinned ? t("Unpin") : t("Pin"), () => this.#change(one, { is_pinned: !one.is_pinned })],
        [t("Rename"), () => this.#rename(one, row)],
        ...this.#sharing(one),
        [t("Erase for good"), () => this.#confirm(one, row)],
      ]),
    );
    return row;
  }

  /** A widget on a foreign site has no address of ours that knows who reads. */
  #sharing(one: ConversationSummary): [string, () => unknown][] {
    if (this.#client.isForeign) return [];
    const share: [string, () => unknown] = [t("Share by a link"), () => this.#share(one)];
    return one.is_shared ? [share, [t("Stop sharing"), () => this.#change(one, { is_shared: false })]] : [share];
  }

  async #share(one: ConversationSummary): Promise<void> {
    const address = this.#client.link(`/${hashOf({ view: "chat", conversation: one.id, place: null })}`);
    if (!one.is_shared && !(await this.#change(one, { is_shared: true }))) return;
    const isCopied = await copy(address, address);
    this.#none.hidden = false;
    this.#none.textContent = isCopied
      ? t("The link is copied. Whoever may ask here can read the conversation with it; nobody else can change it.")
      : address;
  }

  async #change(one: ConversationSummary, change: Partial<ConversationSummary>): Promise<boolean> {
    try {
      await this.#client.patch(`/api/conversations/${encodeURIComponent(one.id)}`, change);
      await this.refresh();
      return true;
    } catch (error) {
      this.#show();
      this.#tell(error, t("It could not be changed."));
      return false;
    }
  }

  #rename(one: ConversationSummary, row: HTMLElement): void {
    const input = h("input", {
      type: "text",
      className: "rename",
      value: one.title,
      maxLength: MAX_TITLE,
      required: true,
      dir: "auto",
      "aria-label": t("Name of the conversation"),
      onkeydown: (event: KeyboardEvent) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        this.#show();
      },
    });
    const form = h(
      "form",
      {
        className: "confirm",
        onsubmit: (event: Event) => {
          event.preventDefault();
          const title = input.value.trim();
          if (title) void this.#change(one, { title });
        },
      },
      input,
      h("button", { type: "submit", className: "quiet" }, t("Rename")),
      h("button", { type: "button", className: "quiet", onclick: () => this.#show() }, t("Keep")),
    );
    row.replaceChildren(form);
    input.select();
  }

  /** Erasing cannot be taken back, so it asks once, in place. */
  #confirm(one: ConversationSummary, row: HTMLElement): void {
    const keep = h("button", { type: "button", className: "quiet", onclick: () => this.#show() }, t("Keep"));
    row.replaceChildren(
      h(
        "p",
        { className: "confirm", role: "alert" },
        h("span", { dir: "auto" }, `${t("Erase “{title}” for good?", { title: one.title })} `),
        h("button", { type: "button", className: "quiet", onclick: () => void this.#erase(one.id) }, t("Erase")),
        keep,
      ),
    );
    keep.focus();
  }

  async #erase(id: string): Promise<void> {
    try {
      await this.#client.delete(`/api/conversations/${encodeURIComponent(id)}`);
      this.#known = this.#known.filter((one) => one.id !== id);
      this.#show();
      this.focus();
      this.#do.onErased(id);
    } catch (error) {
      this.#show();
      this.#tell(error, t("It could not be erased."));
    }
  }
}

const MS_A_DAY = 86_400_000;

/** t("Today"), t("Yesterday"), or the date, by this machine's clock. */
function dayOf(moment: string): string {
  const at = new Date(moment);
  const midnight = new Date().setHours(0, 0, 0, 0);
  if (at.getTime() >= midnight) return t("Today");
  if (at.getTime() >= midnight - MS_A_DAY) return t("Yesterday");
  return readableDate(moment.slice(0, 10));
}
