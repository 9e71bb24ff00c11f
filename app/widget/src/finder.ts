// Words found in the text of a source, lit without changing it.

import { h, icon, reveal } from "./dom.js";
import { t } from "./language.js";

const LIT = "accord-found";
const SHOWN = "accord-found-here";
/** More are not lit: such a word is no help. */
const MOST = 500;

export class Finder {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #count = h("span", { className: "step-count", role: "status" });
  #text: HTMLElement | null = null;
  #found: Range[] = [];
  #at = 0;

  constructor() {
    this.#input = h("input", {
      type: "search",
      className: "find",
      hidden: true,
      "aria-label": t("Find in this source"),
      placeholder: t("Find in this source"),
      oninput: () => this.#find(),
      onkeydown: (event: KeyboardEvent) => this.#onKey(event),
    });
    this.element = h(
      "span",
      { className: "finder" },
      this.#count,
      this.#input,
      h(
        "button",
        {
          type: "button",
          className: "tool",
          title: t("Find in this source"),
          "aria-label": t("Find in this source"),
          onclick: () => this.#toggle(),
        },
        icon("find"),
      ),
    );
    this.element.hidden = true;
  }

  /** Search in this text from now on. */
  search(text: HTMLElement): void {
    this.#text = text;
    this.element.hidden = !("highlights" in CSS);
    this.#find();
  }

  end(): void {
    this.#text = null;
    this.element.hidden = true;
    this.#light([]);
  }

  #toggle(): void {
    this.#input.hidden = !this.#input.hidden;
    if (this.#input.hidden) {
      this.#input.value = "";
      this.#find();
    } else this.#input.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#toggle();
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#go(this.#at + (event.shiftKey ? -1 : 1));
    }
  }

  #find(): void {
    const words = this.#input.value.trim().toLowerCase();
    this.#light(this.#text && words ? occurrences(this.#text, words) : []);
    if (this.#found.length) this.#go(0);
    else this.#count.textContent = words ? t("Not found") : "";
  }

  #light(found: Range[]): void {
    this.#found = found;
    if (!("highlights" in CSS)) return;
    CSS.highlights.set(LIT, new Highlight(...found));
    CSS.highlights.delete(SHOWN);
  }

  #go(to: number): void {
    const { length } = this.#found;
    if (!length) return;
    this.#at = (to + length) % length;
    const range = this.#found[this.#at] as Range;
    CSS.highlights.set(SHOWN, new Highlight(range));
    this.#count.textContent = t("{number} of {all}", { number: this.#at + 1, all: length });
    if (range.startContainer.parentElement) reveal(range.startContainer.parentElement, "center");
  }
}

/** Where words stand in a text, in whatever case; words that run over two elements are not found. */
function occurrences(text: HTMLElement, words: string): Range[] {
  const found: Range[] = [];
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && found.length < MOST; node = walker.nextNode()) {
    const held = (node.nodeValue ?? "").toLowerCase();
    for (let at = held.indexOf(words); at >= 0 && found.length < MOST; at = held.indexOf(words, at + words.length)) {
      // Some letters are longer in small: what would not fit is left out.
      if (at + words.length > (node.nodeValue ?? "").length) break;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + words.length);
      found.push(range);
    }
  }
  return found;
}
