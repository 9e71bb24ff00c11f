// Where one writes: a field that grows, and a button that asks or stops.

import { h, icon } from "./dom.js";
import { t, tn } from "./language.js";

const MAX_QUESTION = 4000;
/** From here on the number of characters left is shown. */
const NEARLY_FULL = 3600;

export interface AskBoxActions {
  onAsk(question: string): void;
  onStop(): void;
}

export class AskBox {
  readonly element: HTMLElement;
  /** What the next question is limited to; empty where it is not. */
  readonly scope = h("p", { className: "scope", hidden: true });
  readonly #do: AskBoxActions;
  readonly #input: HTMLTextAreaElement;
  readonly #button = h("button", { type: "submit", className: "send" });
  readonly #left = h("p", { className: "left", role: "status", hidden: true });
  readonly #form: HTMLFormElement;
  #isBusy = false;

  constructor(actions: AskBoxActions) {
    this.#do = actions;
    this.#input = h("textarea", {
      name: "question",
      rows: 1,
      maxLength: MAX_QUESTION,
      placeholder: t("Ask a question"),
      enterKeyHint: "send",
      dir: "auto",
      "aria-label": t("Your question"),
      onkeydown: (event: KeyboardEvent) => this.#onKey(event),
      oninput: () => this.#onInput(),
    });
    this.#form = h(
      "form",
      { className: "ask", onsubmit: (event: Event) => this.#onSubmit(event) },
      this.scope,
      h("div", { className: "ask-box" }, this.#input, this.#button),
      this.#left,
    );
    this.element = this.#form;
    this.setBusy(false);
  }

  focus(): void {
    this.#input.focus({ preventScroll: true });
  }

  setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    if (!isBusy) this.#say("");
    const label = isBusy ? t("Stop") : t("Ask");
    this.#button.replaceChildren(icon(isBusy ? "stop" : "send"));
    this.#button.setAttribute("aria-label", label);
    this.#button.title = label;
    this.#enable();
  }

  /** Put a question into the field, to be changed and asked again. */
  edit(question: string): void {
    this.#input.value = question;
    this.#onInput();
    this.focus();
    this.#input.setSelectionRange(question.length, question.length);
  }

  setPlaceholder(text: string): void {
    this.#input.placeholder = text;
  }

  #onSubmit(event: Event): void {
    event.preventDefault();
    if (this.#isBusy) {
      this.#do.onStop();
      this.focus();
      return;
    }
    const question = this.#input.value.trim();
    if (!question) return;
    this.#input.value = "";
    this.#onInput();
    this.#do.onAsk(question);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === "Escape" && this.#isBusy) {
      event.stopPropagation();
      this.#do.onStop();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#isBusy) this.#form.requestSubmit();
    else if (this.#input.value.trim()) this.#say(t("The previous answer is still being written. Press Escape to stop it."));
  }

  #onInput(): void {
    const { style, value } = this.#input;
    style.height = "auto";
    style.height = `${this.#input.scrollHeight}px`;
    const isNearlyFull = value.length >= NEARLY_FULL;
    this.#say(!isNearlyFull ? "" : tn("{number} character left", "{number} characters left", MAX_QUESTION - value.length));
    this.#enable();
  }

  /** Below the field; "" says nothing. */
  #say(text: string): void {
    this.#left.hidden = !text;
    this.#left.textContent = text;
  }

  /** Not `disabled`: a button that had the focus would lose it. */
  #enable(): void {
    this.#button.setAttribute("aria-disabled", String(!this.#isBusy && !this.#input.value.trim()));
  }
}
