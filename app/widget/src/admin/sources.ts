// All sources: searched, edited, read again, replaced, erased.

import { h, readableDate, type Child } from "../dom.js";
import { call, ended, send, type Run, type Source } from "./api.js";
import { button, confirmed, dialog, failure, messageOf, parted, plural, type Shell, type View } from "./common.js";

const SHOWN = 100;
const ORIGINS = { upload: "uploaded", address: "web page", file: "file on the server" };

export const sourcesView: View = {
  name: "sources",
  title: "Sources",
  build: (shell) => new Sources(shell).element,
};

class Sources {
  readonly element: HTMLElement;
  readonly #shell: Shell;
  #all: Source[] = [];
  #limit = SHOWN;
  readonly #search = h("input", { type: "search", id: "search", oninput: () => this.#show() });
  readonly #told = h("div", { "aria-live": "polite" });
  readonly #content = h("div", {}, h("p", { className: "byline" }, "One moment …"));

  constructor(shell: Shell) {
    this.#shell = shell;
    const field = h("p", { className: "search" }, h("label", { htmlFor: "search" }, "Search"), this.#search);
    this.element = h("div", {}, field, this.#told, this.#content);
    void this.#load();
  }

  async #load(): Promise<void> {
    try {
      this.#all = (await call<{ sources: Source[] }>("api/admin/sources")).sources;
      this.#show();
    } catch (error) {
      this.#shell.fail(error);
    }
  }

  #show(): void {
    const words = this.#search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.#all.filter((one) => {
      const text = [one.title, ...one.authors, one.publisher, one.name, one.url].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    if (!this.#all.length) {
      this.#content.replaceChildren(
        h("p", { className: "empty" }, "There are no sources yet, so nothing can be answered. ", h("a", { href: "#add" }, "Add the first ones"), "."),
      );
      return;
    }
    const shown = found.slice(0, this.#limit);
    const more = found.length - shown.length;
    this.#content.replaceChildren(
      h("p", { className: "byline", role: "status" }, found.length === this.#all.length ? plural(found.length, "source") : `${found.length} of ${plural(this.#all.length, "source")}`),
      found.length
        ? h(
            "div",
            { className: "scroll" },
            h(
              "table",
              { className: "sources" },
              h("thead", {}, h("tr", {}, ["Source", "Published", "From", "Actions"].map((name) => h("th", { scope: "col" }, name)))),
              h("tbody", {}, shown.map((one) => this.#row(one))),
            ),
          )
        : h("p", { className: "empty" }, "No source has all of these words in its title, authors, publisher or name."),
      more > 0 ? button(`Show ${Math.min(more, SHOWN)} more`, () => ((this.#limit += SHOWN), this.#show())) : "",
    );
  }

  #row(one: Source): HTMLElement {
    const about = [one.authors.join(", "), one.publisher, one.name].filter(Boolean).join(" · ");
    const named = (text: string, does: () => void, kind = "small"): HTMLElement => {
      const made = button(text, does, kind);
      made.setAttribute("aria-label", `${text}: ${one.title}`);
      return made;
    };
    return h(
      "tr",
      {},
      h(
        "td",
        {},
        h("a", { href: `sources/${one.id}`, dir: "auto" }, one.title),
        h("span", { className: "byline about", dir: "auto" }, about),
        one.groups.length > 0 && h("span", { className: "byline about" }, `Seen by: ${one.groups.join(", ")} (${one.groups_stated})`),
        one.edited.length > 0 && h("span", { className: "byline about" }, `Edited: ${one.edited.join(", ")}`),
        one.other_places.length > 0 && h("span", { className: "byline about" }, `The same text: ${one.other_places.join(", ")}`),
        one.caution && h("span", { className: "low about" }, one.caution),
      ),
      h("td", {}, readableDate(one.published)),
      h("td", {}, ORIGINS[one.origin]),
      h(
        "td",
        {},
        h("div", { className: "buttons" }, named("Edit", () => this.#edit(one)),
        named("Read again", () => void this.#do(`Reading ${one.title} again`, () => call<Run>(`api/sources/${one.id}/ingest`, "POST"))),
        one.origin === "upload" && named("Replace", () => this.#replace(one)),
        one.origin === "upload" && h("a", { className: "button small", href: `api/admin/sources/${one.id}/original`, target: "_blank", "aria-label": `Original: ${one.title}` }, "Original"),
        named("Erase", () => void this.#erase(one), "small danger")),
      ),
    );
  }

  /** Start a run, tell how it gets on and what came of it, and show the sources as they are then. */
  async #do(doing: string, start: () => Promise<Run>): Promise<void> {
    this.#told.replaceChildren(h("p", { className: "working" }, `${doing} …`));
    try {
      const run = await ended(await start());
      const report = run.report;
      const refused = report?.refused.map((each) => each.text).join(" ");
      await this.#load();
      if (run.state !== "done") this.#told.replaceChildren(failure(run.reason ?? "It did not end well."));
      else if (refused) this.#told.replaceChildren(failure(refused));
      else this.#told.replaceChildren(h("p", { className: "fine" }, `${doing}: ${report?.unchanged.length ? "nothing has changed." : "done."}`));
    } catch (error) {
      this.#told.replaceChildren(failure(messageOf(error)));
    }
  }

  async #erase(one: Source): Promise<void> {
    const text =
      "Every version of its text goes, and what stored answers quote of it. " +
      (one.origin === "upload" ? "Its uploaded file is deleted, too." : "Where it came from, it stays: the next run that reads that place brings it back.");
    if (await confirmed(`Erase “${one.title}”?`, text, "Erase")) {
      await this.#do(`Erasing ${one.title}`, () => call<Run>(`api/sources/${one.id}`, "DELETE"));
    }
  }

  #replace(one: Source): void {
    const ending = /\.[^.]+$/.exec(one.name)?.[0].toLowerCase() ?? "";
    const picker = h("input", { type: "file", accept: ending, className: "visually-hidden", "aria-label": `New file for ${one.title}` });
    picker.addEventListener("change", () => {
      const file = picker.files?.[0];
      picker.remove();
      if (!file) return;
      if (!file.name.toLowerCase().endsWith(ending)) {
        this.#told.replaceChildren(failure(`${file.name} is of another kind than ${one.name}. Add it as a new source, and erase this one.`));
        return;
      }
      const form = new FormData();
      form.append("files", file, one.name);
      form.append("replace", "true");
      void this.#do(`Replacing ${one.title}`, () => send("api/sources", form, () => undefined));
    });
    picker.addEventListener("cancel", () => picker.remove());
    this.element.append(picker);
    picker.click();
  }

  #edit(one: Source): void {
    const lists = ["authors", "groups"];
    const fields: [keyof Source & string, string, string][] = [
      ["title", "Title", ""],
      ["authors", "Authors, parted by semicolons", ""],
      ["publisher", "Publisher", ""],
      ["published", "Published", "2019-01-15, 2019-01 or 2019"],
      ["url", "Address", "https://…"],
      ["language", "Language", "en"],
      ["groups", "Groups that may see it, parted by semicolons", "everybody"],
    ];
    const value = (name: string): string => {
      const found = one[name as keyof Source];
      return Array.isArray(found) ? found.join("; ") : ((found as string | null) ?? "");
    };
    const inputs = new Map(fields.map(([name, , placeholder]) => [name, h("input", { id: `edit-${name}`, value: value(name), placeholder, autocomplete: "off" })]));
    const told = h("div", { "aria-live": "polite" });
    dialog(`Edit “${one.title}”`, (close) => {
      const save = async (event: Event): Promise<void> => {
        event.preventDefault();
        const body: Record<string, string | string[] | null> = {};
        for (const [name, input] of inputs) {
          const text = input.value.trim();
          if (text === value(name)) continue;
          body[name] = lists.includes(name) ? parted(text) : text || null;
        }
        if (!Object.keys(body).length) return close();
        try {
          const run = await call<Run>(`api/sources/${one.id}`, "PATCH", body);
          close();
          await this.#do(`Editing ${one.title}`, () => Promise.resolve(run));
        } catch (error) {
          told.replaceChildren(failure(messageOf(error)));
        }
      };
      const back = (): void => {
        close();
        void this.#do(`Reading ${one.title} again`, () => call<Run>(`api/sources/${one.id}/ingest?forget_edits=true`, "POST"));
      };
      const asStated = (): void => {
        close();
        void this.#do(`Letting ${one.title} say who may see it`, () => call<Run>(`api/sources/${one.id}`, "PATCH", { groups: null }));
      };
      const from = (name: string): Child => {
        const stated = name === "groups" ? one.groups_stated : one.provenance[name];
        return stated && h("span", { className: "byline" }, ` (${stated})`);
      };
      return [
        h(
          "form",
          { className: "editing", onsubmit: (event: Event) => void save(event) },
          fields.map(([name, title]) => [h("label", { htmlFor: `edit-${name}` }, title, from(name)), inputs.get(name)]),
          told,
          h(
            "p",
            { className: "actions" },
            h("button", { type: "submit", className: "button" }, "Save"),
            button("Cancel", close),
            one.edited.length > 0 && button("Take all edits back", back),
            one.groups_stated === "set by hand" && button("Let the source say who may see it", asStated),
          ),
          h("p", { className: "byline" }, "What you state goes before what the source says of itself, also when it is read again. Who may see it changes at once for everybody."),
        ),
      ];
    });
  }
}
