// <accord-chat>: the frame in a shadow root, in a corner of the page, inside it, or as the page.

import catalogues from "catalogues";

import { Client } from "./client.js";
import type { Handover } from "./chat.js";
import { h, icon, mark, webAddress } from "./dom.js";
import { Frame, type Mode } from "./frame.js";
import chatStyles from "./styles/chat.css";
import frameStyles from "./styles/frame.css";
import sourceStyles from "./styles/source.css";
import tokens from "./styles/tokens.css";
import { accentProperties } from "./theme.js";
import type { Answer } from "./types.js";
import { learn, speak, spoken, t } from "./language.js";

/** Style sheets made by script work under any Content-Security-Policy. */
const sheet = new CSSStyleSheet();
// A foreign page may have any root font size: there, a rem of ours is --accord-rem.
const styles = [tokens, frameStyles, chatStyles, sourceStyles].join("\n");
sheet.replaceSync(styles.replace(/(-?(?:\d*\.)?\d+)rem\b/g, "calc($1*var(--unit))"));

learn(catalogues);

/** Where this script came from; asked at once, since later nobody knows. */
let server = location.origin;

export function setServer(address: string): void {
  server = address;
}

export class AccordChat extends HTMLElement {
  static readonly observedAttributes = ["data-color"];

  #frame: Frame | null = null;
  #launcher: HTMLButtonElement | null = null;
  #box: HTMLElement | null = null;
  #isStarted = false;

  connectedCallback(): void {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    const mode = this.#mode;
    speak([this.dataset["language"], ...navigator.languages]);
    if (mode === "page") document.documentElement.lang = spoken();
    if (mode === "page") this.style.setProperty("--unit", "1rem");
    const title = this.dataset["title"] ?? "Accord";
    const client = new Client(this.dataset["server"] ?? server, this.dataset["key"] ?? null);
    this.#frame = new Frame(client, {
      mode,
      title,
      greeting: this.dataset["greeting"] ?? null,
      starters: listOf(this.dataset["starters"]),
      account: this.dataset["account"] ?? null,
      signOut: this.dataset["signOut"] ?? null,
      onClose: () => this.close(),
      onSize: () => this.toggleAttribute("data-large"),
      onAnswer: (answer) => this.#tell("accord-answer", answer),
      handover: handoverOf(this.dataset["handover"], this.dataset["handoverLabel"]),
    });
    if (mode === "launcher") root.append(...this.#corner(title, this.#frame.element));
    else {
      if (mode === "inline") this.#name(this.#frame.element, "region");
      root.append(this.#frame.element);
      this.#start();
    }
    this.#color();
    if (mode === "launcher" && this.hasAttribute("data-open")) this.open();
  }

  attributeChangedCallback(): void {
    if (this.shadowRoot) this.#color();
  }

  /** Open the frame of a launcher. */
  open(): void {
    if (!this.#box || !this.#launcher) return;
    this.#box.hidden = false;
    this.#launcher.setAttribute("aria-expanded", "true");
    this.toggleAttribute("data-open", true);
    this.#start();
    this.#frame?.chat.focus();
    this.#tell("accord-open");
  }

  /** Close it; what is there stays. */
  close(): void {
    if (!this.#box || !this.#launcher) return;
    this.#box.hidden = true;
    this.#launcher.setAttribute("aria-expanded", "false");
    this.toggleAttribute("data-open", false);
    this.#launcher.focus();
    this.#tell("accord-close");
  }

  get #mode(): Mode {
    const mode = this.dataset["mode"];
    return mode === "inline" || mode === "page" ? mode : "launcher";
  }

  #corner(title: string, frame: HTMLElement): HTMLElement[] {
    this.#launcher = h(
      "button",
      {
        type: "button",
        className: "launcher",
        "aria-expanded": "false",
        "aria-haspopup": "dialog",
        "aria-label": title,
        onclick: () => (this.#box?.hidden ? this.open() : this.close()),
      },
      mark(),
      h("span", { className: "launcher-title", dir: "auto" }, title),
      icon("chevron"),
    );
    this.#box = h(
      "div",
      {
        className: "corner",
        hidden: true,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === "Escape") this.close();
        },
      },
      frame,
    );
    this.#name(frame, "dialog");
    return [this.#box, this.#launcher];
  }

  #name(frame: HTMLElement, role: string): void {
    frame.setAttribute("role", role);
    frame.setAttribute("aria-labelledby", "title");
  }

  /** For the page around it. Of an answer it tells what became of the question, and no words. */
  #tell(name: string, answer?: Answer): void {
    const detail = answer && {
      id: answer.id,
      conversation: answer.conversation_id,
      status: answer.status,
      sources: [...new Set(answer.citations.map(({ document }) => document.id))].length,
    };
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    void this.#frame?.start();
  }

  #color(): void {
    const color = this.dataset["color"] ?? getComputedStyle(this).getPropertyValue("--accord-accent").trim();
    if (!color) return;
    for (const [name, value] of Object.entries(accentProperties(color))) this.style.setProperty(name, value);
  }
}

/** Where people are sent whom the sources do not answer: a web address or an address of mail. */
function handoverOf(address: string | undefined, label: string | undefined): Handover | null {
  const href = webAddress(address) ?? (/^mailto:[^\s]+$/i.test(address ?? "") ? (address ?? null) : null);
  return href ? { href, label: label || t("Ask a person") } : null;
}

/** Starter questions: a JSON list, or texts with | between them. Null where none are given. */
function listOf(text: string | undefined): string[] | null {
  if (text === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // Then it is the simpler form.
  }
  return text.split("|").map((one) => one.trim()).filter(Boolean);
}
