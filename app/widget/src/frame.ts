// The whole of it in one frame: conversation, sources, earlier conversations, the source beside them.
// The same in a corner of somebody's page, inside it, and as Accord's own page.

import { Announcer } from "./announcer.js";
import { CitationCard } from "./card.js";
import { Chat, type ChatOptions } from "./chat.js";
import type { Client } from "./client.js";
import { h, icon, mark } from "./dom.js";
import { History } from "./history.js";
import { Library } from "./library.js";
import { Panel } from "./panel.js";
import { citationsBeside } from "./turn.js";
import { hashOf, routeOf, type View } from "./routes.js";
import type { Place } from "./types.js";
import { spoken, t } from "./language.js";

export type Mode = "launcher" | "inline" | "page";

/** From this width on (in CSS pixels) a source stands beside the conversation, below it covers it. */
const WIDE = 992;
/** From this width on the page has a column of conversations. */
const WITH_SIDE = 800;

export interface FrameOptions extends ChatOptions {
  mode: Mode;
  title: string;
  /** Who has signed in, on our own page. */
  account: string | null;
  /** Where signing out leads; null where that is not ours to offer. */
  signOut: string | null;
  onClose(): void;
  /** Make the corner larger, or as small as it was. */
  onSize?(): void;
}

export class Frame {
  readonly element: HTMLElement;
  readonly chat: Chat;
  readonly #client: Client;
  readonly #options: FrameOptions;
  readonly #panel: Panel;
  readonly #card: CitationCard;
  readonly #library: Library;
  readonly #history: History;
  readonly #bar: HTMLElement;
  readonly #side: HTMLElement;
  readonly #centre: HTMLElement;
  readonly #offline = h("p", { className: "offline", role: "status", hidden: true });
  #view: View = "chat";
  #place: Place | null = null;

  constructor(client: Client, options: FrameOptions) {
    this.#client = client;
    this.#options = options;
    const announcer = new Announcer();
    const open = (place: Place, opener: HTMLElement | null): void => void this.#openSource(place, opener);
    this.#card = new CitationCard(client, open);
    this.#panel = new Panel(client, {
      onToggle: () => this.#onPanel(),
      onScope: (source) => {
        this.#show("chat");
        this.chat.scopeTo([source]);
      },
    });
    this.chat = new Chat(client, announcer, options, {
      onCite: (citation, opener) => this.#card.toggle(citation, opener),
      onOpen: open,
      onConversation: (id) => this.#onConversation(id),
    });
    this.#library = new Library(client, {
      onOpen: open,
      onScope: (sources) => {
        this.#show("chat");
        this.chat.scopeTo(sources);
      },
    });
    this.#history = new History(client, {
      onOpen: (id) => void this.#openConversation(id),
      onErased: (id) => {
        if (id === this.chat.conversation) this.chat.startAnew();
      },
    });
    this.#bar = this.#makeBar();
    this.#side = h("nav", { className: "side", "aria-label": "Accord" });
    this.#centre = h("div", { className: "centre" }, this.chat.element);
    this.element = h(
      "div",
      { className: `frame in-${options.mode}`, lang: spoken() },
      this.#side,
      this.#bar,
      this.#offline,
      this.#middle(),
      this.#card.element,
      announcer.element,
    );
    if (options.mode === "page") this.#makeSide();
    // A card stands beside its number; when that moves away, the card goes.
    this.chat.element.querySelector(".scroll")?.addEventListener("scroll", () => this.#card.close(), { passive: true });
    this.element.addEventListener("pointerdown", (event) => this.#onPointer(event));
    new ResizeObserver(() => this.#onSize()).observe(this.element);
    for (const event of ["online", "offline"]) addEventListener(event, () => this.#onNetwork());
    this.#onNetwork();
  }

  async start(): Promise<void> {
    if (this.#options.mode !== "page") {
      // The list comes first: with it a browser on our own origin gets the cookie that makes it known.
      await this.#history.refresh();
      await this.chat.start();
      return;
    }
    addEventListener("popstate", () => void this.#follow());
    if (matchMedia("(pointer: fine)").matches) this.chat.focus();
    const { view, conversation } = routeOf(location.hash);
    const following = view === "chat" ? undefined : this.#follow();
    void this.#history.refresh();
    await Promise.all([this.chat.start(conversation ?? undefined), following]);
  }

  /** Show what the address says. */
  async #follow(): Promise<void> {
    const { view, conversation, place } = routeOf(location.hash);
    this.#show(view, { isFollowing: true });
    if (view === "chat" && conversation && conversation !== this.chat.conversation) await this.chat.open(conversation);
    if (place) await this.#openSource(place, null, { isFollowing: true });
    else if (view === "library") this.#leaveSource();
  }

  /** What is read: of our own page it is the main part, of somebody else's it is not. */
  #middle(): HTMLElement {
    const parts = [this.#centre, this.#panel.element];
    const { mode, title } = this.#options;
    if (mode !== "page") return h("div", { className: "middle" }, parts);
    return h("main", { className: "middle" }, h("h1", { className: "visually-hidden" }, title), parts);
  }

  #makeBar(): HTMLElement {
    const { mode, title } = this.#options;
    const tool = (name: Parameters<typeof icon>[0], label: string, onclick: () => void): HTMLElement =>
      h("button", { type: "button", className: `tool go-${name}`, title: label, "aria-label": label, onclick }, icon(name));
    // In a page of somebody else there is a banner already.
    return h(
      mode === "page" ? "header" : "div",
      { className: "bar" },
      mode === "page" ? wordmark(title) : h("h2", { className: "wordmark", id: "title" }, mark(), h("span", { dir: "auto" }, title)),
      h(
        "nav",
        { className: "bar-tools", "aria-label": t("Pages") },
        tool("plus", t("New conversation"), () => this.#startAnew()),
        tool("chats", t("Conversations"), () => this.#toggleView("history")),
        tool("book", t("Sources"), () => this.#toggleView("library")),
        mode === "launcher" &&
          !this.#client.isForeign &&
          h("a", { className: "tool", href: this.#client.link("/"), target: "_blank", rel: "noopener", title: t("Open as a page"), "aria-label": t("Open as a page") }, icon("expand")),
        this.#options.signOut !== null && this.#signOut("tool", this.#options.signOut),
        mode === "launcher" && tool("size", t("Larger or smaller"), () => this.#options.onSize?.()),
        mode === "launcher" && tool("close", t("Close"), () => this.#options.onClose()),
      ),
    );
  }

  #makeSide(): void {
    const entry = (name: Parameters<typeof icon>[0], label: string, className: string, onclick: () => void): HTMLElement =>
      h("button", { type: "button", className: `entry ${className}`, onclick }, icon(name), label);
    this.#side.append(
      wordmark(this.#options.title),
      entry("plus", t("New conversation"), "to-new", () => this.#startAnew()),
      entry("book", t("Sources"), "to-library", () => this.#show("library")),
    );
    const { account, signOut } = this.#options;
    if (account === null) return;
    const name = h("span", { className: "account-name", dir: "auto", title: account }, account);
    this.#side.append(h("div", { className: "account" }, name, signOut !== null && this.#signOut("tool", signOut)));
  }

  /** A link, not a button: the provider of the account may be the next page. */
  #signOut(className: string, href: string): HTMLElement {
    const label = t("Sign out {name}", { name: this.#options.account ?? "" });
    return h("a", { className, href, title: label, "aria-label": label }, icon("leave"));
  }

  /** Close the source without a step back in the address: another follows at once. */
  #leaveSource(): void {
    this.#place = null;
    this.#panel.close(false);
  }

  #startAnew(): void {
    this.#leaveSource();
    this.#show("chat");
    this.chat.startAnew();
  }

  async #openConversation(id: string): Promise<void> {
    this.#leaveSource();
    await this.chat.open(id);
    this.#show("chat");
    this.chat.focus();
  }

  async #openSource(place: Place, opener: HTMLElement | null, { isFollowing = false } = {}): Promise<void> {
    if (this.#view === "library") {
      this.#place = place;
      if (!isFollowing) this.#write();
    }
    await this.#panel.open(place, opener, citationsBeside(opener));
  }

  #toggleView(view: View): void {
    this.#show(this.#view === view ? "chat" : view);
  }

  #show(view: View, { isFollowing = false } = {}): void {
    const isNew = view !== this.#view;
    if (isNew) this.#leaveSource();
    this.#card.close(false);
    this.#view = view;
    this.#place = null;
    this.#arrange();
    this.#entitle();
    if (isNew && !isFollowing) this.#write();
    if (!isNew) return;
    if (view === "library") void this.#library.show();
    else if (view === "history") {
      void this.#history.refresh();
      this.#history.focus();
    } else this.chat.focus();
  }

  /** Put the view into the middle, and the conversations where there is room for them. */
  #arrange(): void {
    const hasSide = this.#options.mode === "page" && this.element.clientWidth >= WITH_SIDE;
    if (hasSide && this.#view === "history") this.#view = "chat";
    this.element.classList.toggle("with-side", hasSide);
    this.#side.hidden = !hasSide;
    if (hasSide && this.#history.element.parentElement !== this.#side) this.#side.append(this.#history.element);
    const views = { chat: this.chat.element, library: this.#library.element, history: this.#history.element };
    const wanted = views[this.#view];
    if (wanted.parentElement !== this.#centre || this.#centre.childElementCount > 1) this.#centre.replaceChildren(wanted);
    this.element.dataset["view"] = this.#view;
    this.element.querySelector(".to-library")?.setAttribute("aria-current", this.#view === "library" ? "page" : "false");
  }

  #onConversation(id: string | null): void {
    this.#history.mark(id);
    this.#entitle();
    if (this.element.classList.contains("with-side")) void this.#history.refresh();
    if (this.#options.mode !== "page" || this.#view !== "chat") return;
    history.replaceState(null, "", hashOf({ view: "chat", conversation: id, place: null }));
  }

  /** The tab says what is open; a page of somebody else keeps its own title. */
  #entitle(): void {
    if (this.#options.mode !== "page") return;
    const shown = this.#view === "library" ? t("Sources") : this.chat.title;
    document.title = shown ? `${shown} – ${this.#options.title}` : this.#options.title;
  }

  #write(): void {
    if (this.#options.mode !== "page") return;
    const hash = hashOf({ view: this.#view, conversation: this.chat.conversation, place: this.#place });
    if (hash !== location.hash) history.pushState(null, "", hash);
  }

  #onPanel(): void {
    const { isOpen } = this.#panel;
    const covers = isOpen && this.element.clientWidth < WIDE;
    this.element.classList.toggle("with-panel", isOpen);
    this.element.classList.toggle("covered", covers);
    // What the panel covers must not take the focus.
    for (const part of [this.#bar, this.#centre, this.#side]) part.inert = covers;
    if (!isOpen && this.#place) {
      this.#place = null;
      this.#write();
    }
  }

  #onSize(): void {
    this.#card.close(false);
    this.#arrange();
    this.#onPanel();
  }

  #onPointer(event: PointerEvent): void {
    const path = event.composedPath();
    const isInside = path.includes(this.#card.element);
    const isNumber = path.some((one) => one instanceof Element && one.classList.contains("cite"));
    if (!isInside && !isNumber) this.#card.close(false);
  }

  #onNetwork(): void {
    this.#offline.hidden = navigator.onLine;
    this.#offline.textContent = navigator.onLine ? "" : t("You are offline. What is here stays readable; a question waits until you are back.");
  }
}

function wordmark(title: string): HTMLElement {
  return h("p", { className: "wordmark" }, mark(), h("span", { dir: "auto" }, title));
}
