// What the views of the page share.

import { h, type Child } from "../dom.js";
import { locale, t, tn } from "../language.js";
import { Refusal } from "./api.js";

/** One view of the page; it is built anew whenever it is opened. */
export interface View {
  name: string;
  /** In English; said in the reader's language where it is shown. */
  title: string;
  build(shell: Shell): HTMLElement;
}

/** What views may do beyond their own element. */
export interface Shell {
  /** Say something to everybody, also to those who listen. */
  announce(text: string): void;
  /** Show a failure, or ask to sign in. */
  fail(error: unknown): void;
  go(view: string): void;
}

/** What is written as one line, separated by semicolons. */
export function parted(text: string): string[] {
  return text.split(";").map((part) => part.trim()).filter(Boolean);
}

/** A number as the reader writes it. */
export function written(number: number): string {
  return number.toLocaleString(locale());
}

export function numSources(number: number): string {
  return tn("{number} source", "{number} sources", number, { number: written(number) });
}

export function numPassages(number: number): string {
  return tn("{number} passage", "{number} passages", number, { number: written(number) });
}

export function numPieces(number: number): string {
  return tn("{number} piece", "{number} pieces", number, { number: written(number) });
}

/** What the server says in English in any case: results of reading, and their reasons. */
export function english(text: string, className = ""): HTMLElement {
  return h("span", { lang: "en", className }, text);
}

export function bytes(size: number): string {
  const number = (value: number, digits = 0): string => value.toLocaleString(locale(), { maximumFractionDigits: digits });
  if (size < 1_000) return t("{number} bytes", { number: number(size) });
  return size < 1_000_000 ? `${number(size / 1_000)} kB` : `${number(size / 1_000_000, 1)} MB`;
}

export function moment(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

export function messageOf(error: unknown): string {
  return error instanceof Refusal ? error.message : t("Something went wrong on this page: {error}", { error: String(error) });
}

export function button(text: string, onclick: () => void, kind = "quiet"): HTMLButtonElement {
  return h("button", { type: "button", className: `button ${kind}`, onclick }, text);
}

export function failure(text: string): HTMLElement {
  return h("p", { className: "failure", role: "alert" }, text);
}

/** A dialog over the page; its content gets a function that closes it. Focus goes back by itself. */
export function dialog(title: string, content: (close: () => void) => Child[], className = ""): HTMLDialogElement {
  const heading = h("h2", { id: "dialog-title" }, title);
  const box = h("dialog", { className: `dialog ${className}`, "aria-labelledby": heading.id });
  const close = (): void => box.close();
  const shut = h("button", { type: "button", className: "shut", onclick: close, "aria-label": t("Close") }, "×");
  box.append(h("div", { className: "dialog-head" }, heading, shut), h("div", { className: "dialog-body" }, content(close)));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

/** Ask before something that cannot be undone. */
export function confirmed(title: string, text: string, action: string): Promise<boolean> {
  return new Promise((resolve) => {
    let is = false;
    const box = dialog(title, (close) => [
      h("p", {}, text),
      h(
        "p",
        { className: "actions" },
        button(t("Keep it"), close),
        button(action, () => ((is = true), close()), "danger"),
      ),
    ]);
    box.addEventListener("close", () => resolve(is));
  });
}
