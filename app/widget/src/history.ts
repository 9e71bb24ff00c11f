// This visitor's conversations: open one, erase one.

import type { Client } from "./client.js";
import { h, icon, readableDate } from "./dom.js";
import type { ConversationSummary } from "./types.js";
import { t } from "./language.js";

export interface HistoryActions {
  onOpen(id: string): void;
  onErased(id: string): void;
}

export class History {
  readonly element: HTMLElement;
  readonly #client: Client;
  readonly #do: HistoryActions;
  readonly #title = h("h2", { tabIndex: -1 }, t("Conversations"));
  readonly #rows = h("ul", { className: "conversations" });
  readonly #none = h("p", { className: "aside" });
  #known: ConversationSummary[] = [];
  #current: string | null = null;

  constructor(client: Client, actions: HistoryActions) {
    this.#client = client;
    this.#do = actions;
    this.element = h(
      "section",
      { className: "history", "aria-label": t("Conversations") },
      h("header", { className: "view-head" }, this.#title),
      this.#rows,
      this.#none,
    );
  }

  focus(): void {
    this.#title.focus({ preventScroll: true });
  }

  async refresh(): Promise<void> {
    try {
      const { conversations } = await this.#client.get<{ conversations: ConversationSummary[] }>("/api/conversations");
      this.#known = conversations;
      this.#none.textContent = t("What you ask is kept here, for you alone.");
      this.#show();
    } catch (error) {
      this.#none.hidden = false;
      this.#none.textContent = error instanceof Error ? error.message : t("The conversations could not be listed.");
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

  #row(one: ConversationSummary): HTMLElement {
    const isCurrent = one.id === this.#current;
    return h(
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
        h("span", { className: "source-whence" }, dayOf(one.updated)),
      ),
      h(
        "button",
        {
          type: "button",
          className: "tool erase",
          title: t("Erase for good"),
          "aria-label": t("Erase “{title}” for good", { title: one.title }),
          onclick: (event: MouseEvent) => this.#confirm(one, event.currentTarget as HTMLElement),
        },
        icon("bin"),
      ),
    );
  }

  /** Erasing cannot be taken back, so it asks once, in place. */
  #confirm(one: ConversationSummary, button: HTMLElement): void {
    const row = button.parentElement;
    if (!row) return;
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
      this.#none.hidden = false;
      this.#none.textContent = error instanceof Error ? error.message : t("It could not be erased.");
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
