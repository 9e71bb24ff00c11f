// From one marked quote of a source to the next.

import { h, icon, reveal } from "./dom.js";
import type { Span } from "./reader.js";
import { t } from "./language.js";

export class Stepper {
  readonly element: HTMLElement;
  readonly #count = h("span", { className: "step-count", role: "status" });
  /** The marks of each quote: one that runs over two paragraphs has two. */
  #quotes: HTMLElement[][] = [];
  #at = 0;

  constructor() {
    const step = (name: Parameters<typeof icon>[0], label: string, by: number): HTMLElement =>
      h("button", { type: "button", className: "tool", title: label, "aria-label": label, onclick: () => this.#go(this.#at + by) }, icon(name));
    this.element = h(
      "span",
      { className: "steps", role: "group", "aria-label": t("Cited passages"), hidden: true },
      step("previous", t("Previous cited passage"), -1),
      this.#count,
      step("chevron", t("Next cited passage"), 1),
    );
  }

  /** Take the marks of a text and show the one that was opened; false if there is none. */
  walk(text: HTMLElement, opened: Span | null): boolean {
    const byStart = new Map<string, HTMLElement[]>();
    for (const mark of text.querySelectorAll<HTMLElement>("mark")) {
      const start = mark.dataset["start"] ?? "";
      byStart.set(start, [...(byStart.get(start) ?? []), mark]);
    }
    this.#quotes = [...byStart.values()];
    this.element.hidden = this.#quotes.length < 2;
    if (!opened || !this.#quotes.length) return false;
    this.#go([...byStart.keys()].indexOf(String(opened.start)));
    return true;
  }

  end(): void {
    this.#quotes = [];
    this.element.hidden = true;
  }

  #go(to: number): void {
    const { length } = this.#quotes;
    if (!length) return;
    this.#at = (to + length) % length;
    this.#quotes.forEach((marks, n) => marks.forEach((mark) => mark.classList.toggle("current", n === this.#at)));
    this.#count.textContent = t("{number} of {all}", { number: this.#at + 1, all: length });
    const [mark] = this.#quotes[this.#at] ?? [];
    if (!mark) return;
    mark.focus({ preventScroll: true });
    reveal(mark, "center");
  }
}
