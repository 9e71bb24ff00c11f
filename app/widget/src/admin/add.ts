// Adding sources: files by drag and drop, addresses, a check before anything goes live.

import { h, told } from "../dom.js";
import { marked, t, tn } from "../language.js";
import { send } from "./api.js";
import { button, bytes, failure, messageOf, parted, type Shell, type View } from "./common.js";
import { runCard } from "./report.js";

const KINDS = marked("Text, Markdown, HTML, PDF, Word, Excel, CSV and mail; up to 50 MB a file.");

export const addView: View = {
  name: "add",
  title: marked("Add sources"),
  build: (shell) => new Adding(shell).element,
};

class Adding {
  readonly element: HTMLElement;
  readonly #shell: Shell;
  #files: File[] = [];
  readonly #picker = h("input", { type: "file", multiple: true, id: "files", className: "visually-hidden", onchange: () => this.#picked() });
  readonly #list = h("ul", { className: "chosen" });
  readonly #urls = h("textarea", { id: "urls", rows: 3, spellcheck: false, placeholder: "https://…" });
  readonly #groups = h("input", { id: "groups", autocomplete: "off", placeholder: t("as the sources say") });
  readonly #replace = h("input", { type: "checkbox", id: "replace" });
  readonly #told = h("div", { "aria-live": "polite" });
  readonly #runs = h("div", { className: "runs" });
  readonly #zone: HTMLElement;

  constructor(shell: Shell) {
    this.#shell = shell;
    const choose = h("label", { htmlFor: "files", className: "link" }, t("choose files"), this.#picker);
    this.#zone = h(
      "div",
      { className: "zone" },
      h("p", {}, told(t("Drop files here, or {choose}."), { choose })),
      h("p", { className: "byline" }, t(KINDS)),
    );
    for (const kind of ["dragenter", "dragover"]) this.#zone.addEventListener(kind, (event) => this.#over(event as DragEvent));
    this.#zone.addEventListener("dragleave", () => this.#zone.classList.remove("is-over"));
    this.#zone.addEventListener("drop", (event) => this.#dropped(event));
    this.element = h(
      "div",
      {},
      h(
        "form",
        { className: "adding", onsubmit: (event: Event) => event.preventDefault() },
        this.#zone,
        this.#list,
        h("label", { htmlFor: "urls" }, t("Addresses of web pages, one a line")),
        this.#urls,
        h("label", { htmlFor: "groups" }, t("Groups that may see them, separated by semicolons")),
        this.#groups,
        h("p", { className: "check" }, this.#replace, h("label", { htmlFor: "replace" }, t("Replace sources that have the same file name"))),
        h("p", { className: "actions" }, button(t("Check first"), () => void this.#send(true), ""), button(t("Add at once"), () => void this.#send(false))),
        h("p", { className: "byline" }, t("A check reads the sources and shows what would be served, beside the original. Nothing is served before you say so.")),
      ),
      this.#told,
      this.#runs,
    );
  }

  #over(event: DragEvent): void {
    event.preventDefault();
    this.#zone.classList.add("is-over");
  }

  #dropped(event: DragEvent): void {
    event.preventDefault();
    this.#zone.classList.remove("is-over");
    this.#take([...(event.dataTransfer?.files ?? [])]);
  }

  #picked(): void {
    this.#take([...(this.#picker.files ?? [])]);
    this.#picker.value = "";
  }

  #take(files: File[]): void {
    const known = new Set(this.#files.map((file) => file.name));
    this.#files.push(...files.filter((file) => !known.has(file.name)));
    this.#show();
  }

  #show(): void {
    this.#list.replaceChildren(
      ...this.#files.map((file) =>
        h(
          "li",
          {},
          h("span", { dir: "auto" }, file.name),
          h("span", { className: "byline" }, ` ${bytes(file.size)} `),
          h("button", { type: "button", className: "button small", "aria-label": t("Leave out {name}", { name: file.name }), onclick: () => this.#drop(file) }, t("Leave out")),
        ),
      ),
    );
  }

  #drop(file: File): void {
    this.#files = this.#files.filter((one) => one !== file);
    this.#show();
    this.#picker.focus();
  }

  async #send(isCheck: boolean): Promise<void> {
    const urls = this.#urls.value.split(/\s+/).filter(Boolean);
    if (!this.#files.length && !urls.length) {
      this.#told.replaceChildren(failure(t("Choose a file or write an address first.")));
      return;
    }
    const form = new FormData();
    for (const file of this.#files) form.append("files", file, file.name);
    for (const url of urls) form.append("urls", url);
    for (const group of parted(this.#groups.value)) form.append("groups", group);
    form.append("dry_run", String(isCheck));
    form.append("replace", String(this.#replace.checked));
    const bar = h("progress", { max: 1, value: 0, "aria-label": t("Upload") });
    this.#told.replaceChildren(h("p", { className: "byline" }, tn("Sending {number} file …", "Sending {number} files …", this.#files.length)), bar);
    try {
      const run = await send("api/sources", form, (share) => (bar.value = share));
      this.#told.replaceChildren();
      this.#files = [];
      this.#urls.value = this.#groups.value = "";
      this.#replace.checked = false;
      this.#show();
      this.#runs.prepend(runCard(run, this.#shell));
    } catch (error) {
      this.#told.replaceChildren(failure(messageOf(error)));
    }
  }
}
