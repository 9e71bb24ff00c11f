// Thumbs, and for a thumbs-down the reasons and a comment.

import type { Client } from "./client.js";
import { h, icon } from "./dom.js";
import type { Feedback, Rating } from "./types.js";
import { marked, t } from "./language.js";

const REASONS: [string, string][] = [
  ["incorrect", marked("It is wrong")],
  ["unsupported", marked("The source does not say it")],
  ["incomplete", marked("Something is missing")],
  ["outdated", marked("It is out of date")],
  ["irrelevant", marked("It answers another question")],
  ["other", marked("Something else")],
];
const MAX_COMMENT = 2000;

export class FeedbackBar {
  /** The two thumbs. */
  readonly thumbs: HTMLElement;
  /** Opens below the answer for a thumbs-down. */
  readonly details: HTMLElement;
  readonly #client: Client;
  readonly #path: string;
  readonly #buttons: Record<Rating, HTMLButtonElement>;
  readonly #said = h("span", { className: "said", role: "status" });
  #given: Feedback = { rating: null, reasons: [], comment: "" };

  constructor(client: Client, answerId: string) {
    this.#client = client;
    this.#path = `/api/answers/${encodeURIComponent(answerId)}/feedback`;
    this.#buttons = { up: this.#thumb("up", t("Helpful")), down: this.#thumb("down", t("Not helpful")) };
    this.thumbs = h("span", { className: "thumbs" }, this.#said, this.#buttons.up, this.#buttons.down);
    this.details = h("div", { className: "feedback", hidden: true });
  }

  /** Show what was said of an answer that comes from the history. */
  async restore(): Promise<void> {
    try {
      this.#given = await this.#client.get<Feedback>(this.#path);
      this.#show();
    } catch {
      // It can be rated all the same.
    }
  }

  #thumb(rating: Rating, label: string): HTMLButtonElement {
    return h(
      "button",
      {
        type: "button",
        className: "tool",
        title: label,
        "aria-label": label,
        "aria-pressed": "false",
        onclick: () => this.#rate(rating),
      },
      icon(rating),
    );
  }

  async #rate(rating: Rating): Promise<void> {
    const isTakenBack = this.#given.rating === rating;
    this.#given = { rating: isTakenBack ? null : rating, reasons: [], comment: "" };
    this.#show();
    if (isTakenBack) await this.#tell(() => this.#client.delete(this.#path), t("Undone."));
    else await this.#tell(() => this.#client.post(this.#path, this.#given), t("Thank you."));
    if (this.#given.rating === "down") this.#ask();
  }

  #show(): void {
    for (const [rating, button] of Object.entries(this.#buttons)) {
      button.setAttribute("aria-pressed", String(this.#given.rating === rating));
    }
    if (this.#given.rating !== "down") this.details.hidden = true;
  }

  #ask(): void {
    const boxes = REASONS.map(([value, label]) =>
      h("label", { className: "reason" }, h("input", { type: "checkbox", name: "reason", value }), h("span", {}, t(label))),
    );
    const comment = h("textarea", {
      name: "comment",
      rows: 2,
      maxLength: MAX_COMMENT,
      placeholder: t("What would have been right? (optional)"),
      "aria-label": t("Comment"),
      dir: "auto",
    });
    const form = h(
      "form",
      {
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          const reasons = boxes.map((box) => box.querySelector("input")).filter((input) => input?.checked);
          this.#given.reasons = reasons.map((input) => input?.value ?? "");
          this.#given.comment = comment.value;
          this.details.hidden = true;
          this.#buttons.down.focus();
          void this.#tell(() => this.#client.post(this.#path, this.#given), t("Thank you, that helps."));
        },
        onkeydown: (event: KeyboardEvent) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          this.details.hidden = true;
          this.#buttons.down.focus();
        },
      },
      h("fieldset", {}, h("legend", {}, t("What is wrong with it?")), h("div", { className: "reasons" }, boxes)),
      comment,
      h("button", { type: "submit", className: "button" }, t("Send")),
    );
    this.details.replaceChildren(form);
    this.details.hidden = false;
    boxes[0]?.querySelector("input")?.focus();
  }

  async #tell(send: () => Promise<void>, thanks: string): Promise<void> {
    try {
      await send();
      this.#said.textContent = thanks;
    } catch (error) {
      this.#said.textContent = error instanceof Error ? error.message : t("It could not be sent.");
    }
  }
}
