// The conversation. Knows one root element and one server, so that it can be put into another page.

import { Turn } from "./answer.js";
import { Client, Failure } from "./client.js";
import { h, icon, ICONS } from "./dom.js";
import { Panel } from "./panel.js";

const STORAGE_KEY = "accord.conversation";
const MAX_QUESTION = 4000;

export class Chat {
  /** @param root element that the chat fills; @param base address of the server, "" for this one */
  constructor(root, { base = "" } = {}) {
    this.client = new Client(base);
    this.conversation = null;
    this.running = null;
    this.panel = new Panel(this.client, { onToggle: (open, covers) => this.#onPanel(open, covers) });
    this.turns = h("section", { className: "turns", "aria-label": "Conversation" });
    this.starters = h("ul", { className: "starters" });
    this.welcome = h(
      "section",
      { className: "welcome" },
      h("h1", {}, "What would you like to know?"),
      h(
        "p",
        {},
        "Answers are taken from the sources and from nothing else. " +
          "Each sentence carries a number; it opens the source at the words it rests on.",
      ),
      this.starters,
    );
    this.input = h("textarea", {
      name: "question",
      rows: 1,
      maxLength: MAX_QUESTION,
      placeholder: "Ask a question",
      enterKeyHint: "send",
      "aria-label": "Your question",
      onkeydown: (event) => this.#onKey(event),
      oninput: () => this.#onInput(),
    });
    this.button = h("button", { type: "submit", className: "send" });
    this.main = h(
      "main",
      { className: "main" },
      h("div", { className: "column" }, this.welcome, this.turns),
      h(
        "form",
        { className: "ask", onsubmit: (event) => this.#onSubmit(event) },
        h("div", { className: "ask-box" }, this.input, this.button),
      ),
    );
    this.sourcesButton = h(
      "button",
      { type: "button", className: "plain", onclick: (event) => this.panel.openSources(event.currentTarget) },
      "Sources",
    );
    this.newButton = h(
      "button",
      { type: "button", className: "plain", hidden: true, onclick: () => this.#startAnew() },
      "New",
      h("span", { className: "wide" }, " conversation"),
    );
    this.bar = h(
      "header",
      { className: "bar" },
      h(
        "a",
        { className: "wordmark", href: "/" },
        h("img", { src: `${base}/static/icon.svg`, alt: "", width: 28, height: 28 }),
        "Accord",
      ),
      h("nav", { "aria-label": "Page" }, this.newButton, this.sourcesButton),
    );
    root.append(this.bar, this.main, this.panel.element);
    this.root = root;
    this.#idle();
  }

  /** Take up the tab's conversation, or offer questions to begin with. */
  async start() {
    if (matchMedia("(pointer: fine)").matches) this.input.focus();
    await Promise.all([this.#restore(), this.#offerStarters()]);
  }

  async ask(question) {
    this.running?.abort();
    const controller = new AbortController();
    this.running = controller;
    const turn = this.#newTurn(question);
    this.#busy();
    this.#scrollTo(turn);
    try {
      const body = { question, ...(this.conversation && { conversation_id: this.conversation }) };
      for await (const [event, data] of this.client.ask(body, { signal: controller.signal })) {
        if (event === "status") turn.showStatus(data);
        else if (event === "claim") turn.showClaim(data);
        else if (event === "answer") this.#finish(turn, data);
      }
    } catch (error) {
      if (error.name === "AbortError") turn.stopped();
      else if (error.status === 404 && this.conversation) this.#forget(turn);
      else turn.fail(...told(error));
    } finally {
      if (this.running === controller) {
        this.running = null;
        this.#idle();
      }
    }
  }

  #finish(turn, answer) {
    turn.finish(answer);
    this.conversation = answer.conversation_id;
    remember(this.conversation);
  }

  /** The server no longer has this conversation: the next question begins a new one. */
  #forget(turn) {
    this.conversation = null;
    remember(null);
    turn.fail("This conversation has been erased on the server. Try again to begin a new one.", {
      retryable: true,
    });
  }

  #newTurn(question) {
    const turn = new Turn(question, {
      onOpen: (place, opener) => this.panel.openSource(place, opener),
      onRetry: () => {
        turn.element.remove();
        this.ask(question);
      },
    });
    this.welcome.hidden = true;
    this.newButton.hidden = false;
    this.turns.append(turn.element);
    return turn;
  }

  async #restore() {
    const id = remembered();
    if (!id) return;
    try {
      const conversation = await this.client.get(`/api/conversations/${encodeURIComponent(id)}`);
      if (this.turns.hasChildNodes()) return;
      this.conversation = conversation.id;
      for (const answer of conversation.answers) this.#newTurn(answer.question).finish(answer);
      this.turns.lastElementChild?.scrollIntoView({ block: "start" });
    } catch {
      remember(null);
    }
  }

  async #offerStarters() {
    try {
      const { questions } = await this.client.get("/api/starters");
      const buttons = questions.map((question) =>
        h("li", {}, h("button", { type: "button", onclick: () => this.ask(question) }, question)),
      );
      this.starters.replaceChildren(...buttons);
    } catch {
      // Without them one can ask all the same.
    }
  }

  #startAnew() {
    this.running?.abort();
    this.panel.close();
    this.conversation = null;
    remember(null);
    this.turns.replaceChildren();
    this.welcome.hidden = false;
    this.newButton.hidden = true;
    this.input.focus();
  }

  #onSubmit(event) {
    event.preventDefault();
    if (this.running) {
      this.running.abort();
      this.input.focus();
      return;
    }
    const question = this.input.value.trim();
    if (!question) return;
    this.input.value = "";
    this.#onInput();
    this.ask(question);
  }

  #onKey(event) {
    if (event.key === "Escape" && this.running) this.running.abort();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.running) this.input.form.requestSubmit();
  }

  #onInput() {
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    this.#enable();
  }

  #enable() {
    this.button.disabled = !this.running && !this.input.value.trim();
  }

  #busy() {
    this.#label("Stop", ICONS.stop);
    this.input.placeholder = "Ask a follow-up question";
  }

  #idle() {
    this.#label("Ask", ICONS.send);
  }

  #label(label, path) {
    this.button.replaceChildren(icon(path));
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
    this.#enable();
  }

  #scrollTo(turn) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    turn.element.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }

  #onPanel(open, covers) {
    this.root.classList.toggle("with-panel", open);
    // On a narrow screen the panel covers the rest, which must then not take the focus.
    this.main.inert = open && covers;
    this.bar.inert = open && covers;
  }
}

function told(error) {
  if (error instanceof Failure) return [error.message, { retryable: error.retryable }];
  console.error(error);
  return ["Something went wrong on this page. Reload it, or try again.", { retryable: true }];
}

function remember(id) {
  try {
    if (id) sessionStorage.setItem(STORAGE_KEY, id);
    else sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // Storage may be switched off; the conversation then ends with the page.
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
