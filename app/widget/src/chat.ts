// The conversation: asking, streaming, stopping, going on, and finding it again.

import type { Announcer } from "./announcer.js";
import { AskBox } from "./askbox.js";
import { Failure, isAbort, type AskBody, type Client, type HistoryMessage } from "./client.js";
import { append, h, icon, reveal } from "./dom.js";
import { exportChoices, Turn, type TurnActions } from "./turn.js";
import { menu } from "./menu.js";
import { remember, remembered, rememberedInTab, rememberInTab } from "./storage.js";
import type { Answer, Citation, Conversation, ListedSource, Place } from "./types.js";
import { t } from "./language.js";

/** Pauses between tries to reach a server that does not answer: a minute in all. */
const RETRY_AFTER_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];

/** Where somebody finds a person. */
export interface Handover {
  href: string;
  label: string;
}

export interface ChatOptions {
  greeting: string | null;
  starters: string[] | null;
  /** Shown where the sources do not say. */
  handover?: Handover | null;
  onAnswer?(answer: Answer): void;
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
  readonly #obstacle = h("p", { className: "aside notice", role: "status", hidden: true });
  readonly #welcome: HTMLElement;
  readonly #keep = h("div", { className: "keep", hidden: true });
  readonly #box: AskBox;
  readonly #toEnd: HTMLElement;
  #conversation: string | null = null;
  #title = "";
  /** What was said in a conversation of somebody else, for the question that begins one of one's own. */
  #inherited: HistoryMessage[] = [];
  #running: AbortController | null = null;
  #last: Turn | null = null;
  #scope: ListedSource[] = [];

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
      this.#obstacle,
    );
    const scroll = h("div", { className: "scroll" }, h("div", { className: "column" }, this.#welcome, this.#turns, this.#keep));
    this.#toEnd = h(
      "button",
      {
        type: "button",
        className: "tool to-end",
        hidden: true,
        title: t("To the last answer"),
        "aria-label": t("To the last answer"),
        onclick: () => this.#last && reveal(this.#last.element, "start"),
      },
      icon("end"),
    );
    scroll.addEventListener("scroll", () => this.#offerEnd(scroll), { passive: true });
    this.element = h("section", { className: "chat view" }, scroll, this.#toEnd, this.#box.element);
  }

  /** The name of the conversation; "" before the first question. */
  get title(): string {
    return this.#title;
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
    this.#restoreUnanswered();
  }

  /** A question without an answer outlives a reload of this tab. */
  #keepUnanswered(question: string | null): void {
    rememberInTab(`${this.#key} unanswered`, question && JSON.stringify([this.#conversation, question]));
  }

  #restoreUnanswered(): void {
    const kept = rememberedInTab(`${this.#key} unanswered`);
    if (!kept || this.#running) return;
    const [conversation, question] = JSON.parse(kept) as [string | null, string];
    if (conversation !== this.#conversation) return;
    const turn = new Turn(question, this.#actions(question, () => turn));
    this.#add(turn);
    turn.stopped();
    turn.element.scrollIntoView({ block: "start" });
  }

  /** Show a conversation that was kept. */
  async open(id: string, { isQuiet = false } = {}): Promise<void> {
    this.#running?.abort();
    try {
      const conversation = await this.#client.get<Conversation>(`/api/conversations/${encodeURIComponent(id)}`);
      // Somebody may have asked meanwhile.
      if (isQuiet && this.#turns.hasChildNodes()) return;
      this.#clear();
      this.#title = conversation.title;
      // One of somebody else can be read; a question begins one of one's own.
      const isOwn = conversation.is_own ?? true;
      this.#setConversation(isOwn ? conversation.id : null, conversation.id);
      if (!isOwn) this.#inherited = conversation.answers.flatMap(said);
      if (!isOwn) append(this.#turns, [h("p", { className: "aside notice", role: "note" }, t("Somebody has shared this conversation with you. What you ask now begins one of your own."))]);
      for (const answer of conversation.answers) {
        // What belongs to somebody else can be copied, but neither rated nor saved from here.
        const shown = isOwn ? answer : { ...answer, conversation_id: null };
        this.#add(Turn.restored(shown, this.#actions(answer.question)));
      }
      this.#box.setPlaceholder(t("Ask a follow-up question"));
      if (isOwn) this.#last?.element.scrollIntoView({ block: "start" });
      this.#offerExport();
    } catch (error) {
      const isGone = error instanceof Failure && error.status === 404;
      if (isGone) this.#setConversation(null);
      if (isQuiet) return;
      this.#clear();
      this.#announcer.announce(t("The conversation could not be opened."));
      const told = isGone
        ? t("This conversation cannot be opened here: it was erased, or it belongs to somebody else who does not share it.")
        : error instanceof Error ? error.message : "";
      append(this.#turns, [h("div", { className: "failure", role: "alert" }, h("p", {}, told))]);
    }
  }

  startAnew(): void {
    this.#running?.abort();
    this.#clear();
    this.#title = "";
    this.#keepUnanswered(null);
    this.#setConversation(null);
    this.#welcome.hidden = false;
    this.#box.setPlaceholder(t("Ask a question"));
    this.focus();
  }

  /** Limit the next questions to some sources; none lifts the limit. */
  scopeTo(sources: ListedSource[]): void {
    this.#scope = sources;
    this.#box.scope.hidden = !sources.length;
    const [first] = sources;
    if (first) {
      const told =
        sources.length === 1 ? t("Only in “{title}”", { title: first.title }) : t("Only in {number} chosen sources", { number: sources.length });
      this.#box.scope.replaceChildren(
        h("span", { dir: "auto", title: sources.map(({ title }) => title).join("\n") }, told),
        h(
          "button",
          { type: "button", className: "tool", "aria-label": t("Ask about all sources again"), onclick: () => this.scopeTo([]) },
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
    if (!this.#conversation) this.#title = question;
    const turn = new Turn(question, this.#actions(question, () => turn, asTyped));
    this.#add(turn);
    this.#keep.hidden = true;
    this.#keepUnanswered(question);
    this.#box.setBusy(true);
    this.#box.setPlaceholder(t("Ask a follow-up question"));
    reveal(turn.element, "start");
    this.#announcer.announce(t("Searching the sources."));
    try {
      const answer = await this.#stream(turn, controller.signal, asTyped);
      this.#keepUnanswered(null);
      this.#setConversation(answer.conversation_id);
      this.#options.onAnswer?.(answer);
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
    else if (this.#inherited.length) body.history = this.#inherited;
    if (this.#scope.length) body.filters = { document_ids: this.#scope.map(({ id }) => id) };
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

  #actions(question: string, turn?: () => Turn, asTyped = false): TurnActions {
    return {
      client: this.#client,
      handover: this.#options.handover ?? null,
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
        void this.ask(question, { asTyped });
      },
      onEdit: (asked) => this.#box.edit(asked),
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
    this.#inherited = [];
    this.#keep.hidden = true;
  }

  /** @param shown the one that is read, where that is somebody else's */
  #setConversation(id: string | null, shown = id): void {
    this.#conversation = id;
    remember(this.#key, id);
    this.#do.onConversation(shown);
  }

  /** A way back down where the last answer is out of sight. */
  #offerEnd(scroll: HTMLElement): void {
    const last = this.#last?.element.getBoundingClientRect();
    this.#toEnd.hidden = !last || last.top < scroll.getBoundingClientRect().bottom;
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

  /** Why there is nothing to begin with, such as an empty library: better told before one asks. */
  async #tellObstacle(): Promise<void> {
    try {
      await this.#client.get("/api/sources?limit=1");
    } catch (error) {
      if (!(error instanceof Failure) || error.status !== 503) return;
      this.#obstacle.textContent = error.message;
      this.#obstacle.hidden = false;
    }
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
    if (!buttons.length) await this.#tellObstacle();
  }
}

/** One turn as the server reads history: without what cites nothing. */
function said({ question, claims, message }: Answer): HistoryMessage[] {
  const reply = claims.filter(({ citations }) => citations.length).map(({ text }) => text);
  return [
    { role: "user", content: question },
    { role: "assistant", content: reply.join(" ") || (message ?? "") },
  ];
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
