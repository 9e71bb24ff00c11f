// Tells screen readers what has happened, politely and once. What is seen is not live itself:
// numbers and menus that appear in it would be read as well.

import { h } from "./dom.js";

/** Long enough for any screen reader to have taken the text over. */
const KEPT_MS = 10_000;

export class Announcer {
  readonly element = h("div", { className: "visually-hidden announcer", "aria-live": "polite", role: "log" });

  announce(text: string): void {
    const line = h("p", {}, text);
    this.element.append(line);
    setTimeout(() => line.remove(), KEPT_MS);
  }
}
