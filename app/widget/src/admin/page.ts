// The page of whoever keeps the sources. The cookie of the sign-in page opens it.

import { h } from "../dom.js";
import { addView } from "./add.js";
import { call, Refusal } from "./api.js";
import { failure, messageOf, type Shell, type View } from "./common.js";
import { historyView } from "./history.js";
import { sourcesView } from "./sources.js";
import { healthView, useView } from "./state.js";

const VIEWS: View[] = [addView, sourcesView, historyView, healthView, useView];

class Page implements Shell {
  readonly #nav = h("nav", { className: "tabs", "aria-label": "Management" }, h("ul", {}, VIEWS.map((view) => h("li", {}, h("a", { href: `#${view.name}` }, view.title)))));
  readonly #content = h("section", { className: "view" });
  readonly #spoken = h("p", { className: "visually-hidden", role: "status" });
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  async start(): Promise<void> {
    try {
      await call("api/runs?limit=1");
    } catch (error) {
      this.fail(error);
      return;
    }
    this.#root.append(this.#nav, this.#content, this.#spoken);
    addEventListener("hashchange", () => this.#show());
    this.#show();
  }

  announce(text: string): void {
    this.#spoken.textContent = text;
  }

  fail = (error: unknown): void => {
    const isClosed = error instanceof Refusal && (error.status === 401 || error.status === 403);
    const shown = isClosed ? this.#signIn(error) : failure(messageOf(error));
    if (this.#content.isConnected) this.#content.replaceChildren(shown);
    else this.#root.append(shown);
  };

  go(view: string): void {
    location.hash = view;
  }

  #signIn(error: Refusal): HTMLElement {
    const address = `sign-in?next=${encodeURIComponent(location.pathname + location.hash)}`;
    const text =
      error.status === 403
        ? "You are signed in, but your token does not open this page. It needs one for admin."
        : "This page is for whoever keeps the sources: sign in with the server's ACCORD_ADMIN_TOKEN, or with a token for admin.";
    return h(
      "div",
      { className: "closed" },
      h("p", {}, text),
      h("p", {}, h("a", { className: "button", href: address }, "Sign in")),
      h(
        "details",
        {},
        h("summary", {}, "I run the server and have no token"),
        h("p", {}, "Start it with a secret of 16 or more characters in ", h("code", {}, "ACCORD_ADMIN_TOKEN"), "; asking stays as open as it is. Or make a token with ", h("code", {}, "accord token create NAME --scope admin"), "; from then on everybody needs one."),
      ),
    );
  }

  #show(): void {
    const name = location.hash.slice(1) || addView.name;
    const view = VIEWS.find((one) => one.name === name) ?? addView;
    for (const link of this.#nav.querySelectorAll("a")) {
      if (link.hash === `#${view.name}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${view.title} · Accord`;
    this.#content.setAttribute("aria-label", view.title);
    this.#content.replaceChildren(h("h2", {}, view.title), view.build(this));
  }
}

const root = document.getElementById("admin");
if (root) void new Page(root).start();
