// The page of whoever manages the sources. The cookie of the sign-in page opens it. The server chooses
// its language, and says it in the page.

import catalogues from "catalogues/admin";

import { h, told } from "../dom.js";
import { learn, speak, t } from "../language.js";
import { addView } from "./add.js";
import { call, Refusal } from "./api.js";
import { failure, messageOf, type Shell, type View } from "./common.js";
import { historyView } from "./history.js";
import { sourcesView } from "./sources.js";
import { healthView, useView } from "./state.js";

learn(catalogues);
speak([document.documentElement.lang]);

const VIEWS: View[] = [addView, sourcesView, historyView, healthView, useView];

class Page implements Shell {
  readonly #nav = h("nav", { className: "tabs", "aria-label": t("Management") }, h("ul", {}, VIEWS.map((view) => h("li", {}, h("a", { href: `#${view.name}` }, t(view.title))))));
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
        ? t("You are signed in, but your token does not open this page. It needs one for admin.")
        : t("This page is for the people who manage the sources: sign in with the server's ACCORD_ADMIN_TOKEN, or with a token for admin.");
    const remedy = t("Start it with a secret of 16 or more characters in {variable}; asking stays as open as it is. Or make a token with {command}; from then on everybody needs one.");
    return h(
      "div",
      { className: "closed" },
      h("p", {}, text),
      h("p", {}, h("a", { className: "button", href: address }, t("Sign in"))),
      h(
        "details",
        {},
        h("summary", {}, t("I run the server and have no token")),
        h("p", {}, told(remedy, { variable: h("code", {}, "ACCORD_ADMIN_TOKEN"), command: h("code", {}, "accord token create NAME --scope admin") })),
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
    const title = t(view.title);
    document.title = `${title} · Accord`;
    this.#content.setAttribute("aria-label", title);
    this.#content.replaceChildren(h("h2", {}, title), view.build(this));
  }
}

const root = document.getElementById("admin");
if (root) void new Page(root).start();
