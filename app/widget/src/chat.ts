// The conversation: asking, streaming, stopping, going on, and finding it again.

import type { Announcer } from "./announcer.js";
import { AskBox } from "./askbox.js";
import { Failure, isAbort, type AskBody, type Client } from "./client.js";
import { append, h, icon, reveal } from "./dom.js";
import { exportChoices, Turn, type TurnActions } from "./turn.js";
import { menu } from "./menu.js";
import { remember, remembered } from "./storage.js";
import type { Answer, Citation, Conversation, Place, SourceText } from "./types.js";
import { t } from "./language.js";

/** Pauses between tries to reach a server that does not answer: a minute in all. */
const RETRY_AFTER_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

export interface ChatOptions {
  greeting: string | null;
  starters: string[] | null;
}

export interface ChatActions {
  onCite(citation: Citation, opener: HTMLElement): void;
  onOpen(place: Place, opener: HTMLElement): void;
  /** A conversation began, went on or ended; null where the next question begins one. */
  onConversation(id: string | null): void;
}

export class Chat {
  readonly element: HTMLElement;
  readonly #client: Client;
  readonly #announcer: Announcer;
  readonly #do: ChatActions;
  readonly #options: ChatOptions;
  readonly #key: string;
  readonly #turns = h("section", { className: "turns", "aria-label": t("Conversation") });
  readonly #starters = h("ul", { className: "starters" });
  readonly #welcome: HTMLElement;
  readonly #keep = h("div", { className: "keep", hidden: true });
  readonly #box: AskBox;
  #conversation: string | null = null;
  #running: AbortController | null = null;
  #last: Turn | null = null;
  #scope: SourceText | null = null;

  constructor(client: Client, announcer: Announcer, options: ChatOptions, actions: ChatActions) {
    this.#client = client;
    this.#announcer = announcer;
    this.#options = options;
    this.#do = actions;
    this.#key = `accord.conversation ${client.base}`.trim();
    this.#box = new AskBox({ onAsk: (question) => void this.ask(question), onStop: () => this.#running?.abort() });
    this.#welcome = h(
      "section",
      { className: "welcome" },
      h("h2", {}, options.greeting ?? t("What would you like to know?")),
      h(
        "p",
        {},
        t(
          "Answers are taken from the sources and from nothing else. " +
            "Each sentence carries a number; it opens the source at the words it rests on.",
        ),
      ),
      this.#starters,
    );
    this.element = h(
      "section",
      { className: "chat view" },
      h("div", { className: "scroll" }, h("div", { className: "column" }, this.#welcome, this.#turns, this.#keep)),
      this.#box.element,
    );
  }

  get conversation(): string | null {
    return this.#conversation;
  }

  focus(): void {
    this.#box.focus();
  }

  /** Take up the last conversation, or offer questions to begin with. */
  async start(id: string | null = remembered(this.#key)): Promise<void> {
    await Promise.all([id ? this.open(id, { isQuiet: true }) : undefined, this.#offerStarters()]);
  }

  /** Show a conversation that was kept. */
  async open(id: string, { isQuiet = false } = {}): Promise<void> {
    this.#running?.abort();
    try {
      const conversation = await this.#client.get<Conversation>(`/api/conversations/${encodeURIComponent(id)}`);
      // Somebody may have asked meanwhile.
      if (isQuiet && this.#turns.hasChildNodes()) return;
      this.#clear();
      this.#setConversation(conversation.id);
      for (const answer of conversation.answers) this.#add(Turn.restored(answer, this.#actions(answer.question)));
      this.#box.setPlaceholder(t("Ask a follow-up question"));
      this.#last?.element.scrollIntoView({ block: "start" });
      this.#offerExport();
    } catch (error) {
      const isGone = error instanceof Failure && error.status === 404;
      if (isGone) this.#setConversation(null);
      if (isQuiet) return;
      this.#clear();
      this.#announcer.announce(t("The conversation could not be opened."));
      const told = isGone ? t("This conversation has been erased.") : error instanceof Error ? error.message : "";
      append(this.#turns, [h("div", { className: "failure", role: "alert" }, h("p", {}, told))]);
    }
  }

  startAnew(): void {
    this.#running?.abort();
    this.#clear();
    this.#setConversation(null);
    this.#welcome.hidden = false;
    this.#box.setPlaceholder(t("Ask a question"));
    this.focus();
  }

  /** Limit the next questions to one source; null lifts the limit. */
  scopeTo(source: SourceText | null): void {
    this.#scope = source;
    this.#box.scope.hidden = !source;
    if (source) {
      this.#box.scope.replaceChildren(
        h("span", { dir: "auto" }, t("Only in “{title}”", { title: source.title })),
        h(
          "button",
          { type: "button", className: "tool", "aria-label": t("Ask about all sources again"), onclick: () => this.scopeTo(null) },
          icon("close"),
        ),
      );
    }
    this.focus();
  }

  async ask(question: string, { asTyped = false } = {}): Promise<void> {
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    this.#last?.removeSuggestions();
    const turn = new Turn(question, this.#actions(question, () => turn));
    this.#add(turn);
    this.#keep.hidden = true;
    this.#box.setBusy(true);
    this.#box.setPlaceholder(t("Ask a follow-up question"));
    reveal(turn.element, "start");
    this.#announcer.announce(t("Searching the sources."));
    try {
      const answer = await this.#stream(turn, controller.signal, asTyped);
      this.#setConversation(answer.conversation_id);
      void this.#suggest(turn, answer, controller);
      this.#offerExport();
    } catch (error) {
      this.#explain(turn, error);
    } finally {
      if (this.#running === controller) {
        this.#running = null;
        this.#box.setBusy(false);
      }
    }
  }

  /** Ask, and again as long as the server cannot be reached and nothing has been shown. */
  async #stream(turn: Turn, signal: AbortSignal, asTyped: boolean): Promise<Answer> {
    const body: AskBody = { question: turn.question };
    if (asTyped) body.as_typed = true;
    if (this.#conversation) body.conversation_id = this.#conversation;
    if (this.#scope) body.filters = { document_ids: [this.#scope.id] };
    for (const pause of [...RETRY_AFTER_MS, null]) {
      try {
        for await (const [event, data] of this.#client.ask(body, signal)) {
          if (event === "status") turn.showStatus(data);
          else if (event === "claim") turn.showClaim(data.claim, data.citations);
          else if (event === "answer") {
            turn.finish(data);
            return data;
          }
        }
      } catch (error) {
        const mayHelp = error instanceof Failure && error.isUnreachable && !turn.hasClaims;
        if (!mayHelp || pause === null) throw error;
        turn.showReconnecting();
        await patience(pause, signal);
      }
    }
    throw new Failure(t("The server cannot be reached."));
  }

  #explain(turn: Turn, error: unknown): void {
    if (isAbort(error)) turn.stopped();
    else if (error instanceof Failure && error.status === 404 && this.#conversation) {
      // The server no longer has it: the next question begins a new one.
      this.#setConversation(null);
      turn.fail(t("This conversation has been erased on the server. Try again to begin a new one."), { retryable: true });
    } else if (error instanceof Failure) turn.fail(error.message, error);
    else {
      console.error(error);
      turn.fail(t("Something went wrong on this page. Reload it, or try again."), { retryable: true });
    }
  }

  async #suggest(turn: Turn, answer: Answer, controller: AbortController): Promise<void> {
    if (!answer.conversation_id) return;
    try {
      const path = `/api/answers/${encodeURIComponent(answer.id)}/follow-ups`;
      const { questions } = await this.#client.get<{ questions: string[] }>(path, controller.signal);
      if (this.#last === turn && !this.#running) turn.suggest(questions);
    } catch {
      // Without them one can ask all the same.
    }
  }

  #actions(question: string, turn?: () => Turn): TurnActions {
    return {
      client: this.#client,
      onCite: this.#do.onCite,
      onOpen: this.#do.onOpen,
      onAsk: (next) => {
        this.focus();
        void this.ask(next);
      },
      onAskAsTyped: () => {
        this.focus();
        void this.ask(question, { asTyped: true });
      },
      onRetry: () => {
        this.focus();
        turn?.().element.remove();
        void this.ask(question);
      },
      announce: (text) => this.#announcer.announce(text),
    };
  }

  #add(turn: Turn): void {
    this.#welcome.hidden = true;
    this.#last = turn;
    append(this.#turns, [turn.element]);
  }

  #clear(): void {
    this.#turns.replaceChildren();
    this.#last = null;
    this.#keep.hidden = true;
  }

  #setConversation(id: string | null): void {
    this.#conversation = id;
    remember(this.#key, id);
    this.#do.onConversation(id);
  }

  /** Below the last turn: the whole conversation, to keep. */
  #offerExport(): void {
    const id = this.#conversation;
    this.#keep.hidden = !id || this.#turns.childElementCount < 2;
    if (!id || this.#keep.hidden) return;
    const path = encodeURIComponent(id);
    const choices = exportChoices(this.#client, `/api/conversations/${path}/export`, `/conversations/${path}/print`);
    this.#keep.replaceChildren(
      h("span", {}, t("Keep the whole conversation")),
      menu(t("Save the conversation"), "save", choices),
    );
  }

  async #offerStarters(): Promise<void> {
    let questions = this.#options.starters;
    try {
      questions ??= (await this.#client.get<{ questions: string[] }>("/api/starters")).questions;
    } catch {
      // Without them one can ask all the same.
    }
    const buttons = (questions ?? []).map((question) =>
      h("li", {}, h("button", { type: "button", dir: "auto", onclick: () => this.#actions(question).onAsk(question) }, question)),
    );
    this.#starters.replaceChildren(...buttons);
  }
}

/** Wait, but no longer than until the browser is online again; rejects when stopped. */
async function patience(pause: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      signal.throwIfAborted();
      setTimeout(resolve, pause);
      addEventListener("online", () => resolve(), { signal: over.signal });
      signal.addEventListener("abort", () => reject(signal.reason), { signal: over.signal });
    });
  } finally {
    over.abort();
  }
}
