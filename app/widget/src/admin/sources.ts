// All sources: searched, edited, read again, replaced, erased.

import { h, readableDate, told, type Child } from "../dom.js";
import { marked, t, tn } from "../language.js";
import { call, ended, send, type Run, type Source } from "./api.js";
import { button, confirmed, dialog, english, failure, messageOf, numSources, parted, written, type Shell, type View } from "./common.js";
import { FIELDS } from "./preview.js";

const SHOWN = 100;
const ORIGINS = { upload: marked("uploaded"), address: marked("web page"), file: marked("file on the server") };

export const sourcesView: View = {
  name: "sources",
  title: marked("Sources"),
  build: (shell) => new Sources(shell).element,
};

class Sources {
  readonly element: HTMLElement;
  readonly #shell: Shell;
  #all: Source[] = [];
  #limit = SHOWN;
  readonly #search = h("input", { type: "search", id: "search", oninput: () => this.#show() });
  readonly #told = h("div", { "aria-live": "polite" });
  readonly #content = h("div", {}, h("p", { className: "byline" }, t("One moment …")));

  constructor(shell: Shell) {
    this.#shell = shell;
    const field = h("p", { className: "search" }, h("label", { htmlFor: "search" }, t("Search")), this.#search);
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
        h("p", { className: "empty" }, told(t("There are no sources yet, so nothing can be answered. {add}."), { add: h("a", { href: "#add" }, t("Add the first ones")) })),
      );
      return;
    }
    const shown = found.slice(0, this.#limit);
    const more = found.length - shown.length;
    this.#content.replaceChildren(
      h("p", { className: "byline", role: "status" }, found.length === this.#all.length ? numSources(found.length) : t("{done} of {all}", { done: written(found.length), all: numSources(this.#all.length) })),
      found.length
        ? h(
            "div",
            { className: "scroll" },
            h(
              "table",
              { className: "sources" },
              h("thead", {}, h("tr", {}, [t("Source"), t("Published"), t("Origin"), t("Actions")].map((name) => h("th", { scope: "col" }, name)))),
              h("tbody", {}, shown.map((one) => this.#row(one))),
            ),
          )
        : h("p", { className: "empty" }, t("No source has all of these words in its title, authors, publisher or name.")),
      more > 0 ? button(tn("Show {number} more", "Show {number} more", Math.min(more, SHOWN)), () => ((this.#limit += SHOWN), this.#show())) : "",
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
        one.groups.length > 0 && h("span", { className: "byline about" }, `${t("Seen by")}: ${one.groups.join(", ")} `, english(`(${one.groups_stated})`)),
        one.edited.length > 0 && h("span", { className: "byline about" }, t("Edited: {fields}", { fields: one.edited.map(fieldName).join(", ") })),
        one.other_places.length > 0 && h("span", { className: "byline about" }, t("The same text: {places}", { places: one.other_places.join(", ") })),
        one.caution && english(one.caution, "low about"),
      ),
      h("td", {}, readableDate(one.published)),
      h("td", {}, t(ORIGINS[one.origin])),
      h(
        "td",
        {},
        h("div", { className: "buttons" }, named(t("Edit"), () => this.#edit(one)),
        named(t("Read again"), () => void this.#do(t("Reading {title} again", { title: one.title }), () => call<Run>(`api/sources/${one.id}/ingest`, "POST"))),
        one.origin === "upload" && named(t("Replace"), () => this.#replace(one)),
        one.origin === "upload" && h("a", { className: "button small", href: `api/admin/sources/${one.id}/original`, target: "_blank", "aria-label": `${t("Original")}: ${one.title}` }, t("Original")),
        named(t("Erase"), () => void this.#erase(one), "small danger")),
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
      if (run.state !== "done") this.#told.replaceChildren(failure(run.reason ?? t("It failed, and no reason is known.")));
      else if (refused) this.#told.replaceChildren(failure(refused));
      else this.#told.replaceChildren(h("p", { className: "fine" }, `${doing}: ${report?.unchanged.length ? t("nothing has changed.") : t("done.")}`));
    } catch (error) {
      this.#told.replaceChildren(failure(messageOf(error)));
    }
  }

  async #erase(one: Source): Promise<void> {
    const all = t("Every version of its text is erased, and what stored answers quote of it.");
    const rest =
      one.origin === "upload"
        ? t("Its uploaded file is deleted, too.")
        : t("Where it came from, it stays: the next run that reads that place adds it again.");
    if (await confirmed(t("Erase “{title}”?", { title: one.title }), `${all} ${rest}`, t("Erase"))) {
      await this.#do(t("Erasing {title}", { title: one.title }), () => call<Run>(`api/sources/${one.id}`, "DELETE"));
    }
  }

  #replace(one: Source): void {
    const ending = /\.[^.]+$/.exec(one.name)?.[0].toLowerCase() ?? "";
    const picker = h("input", { type: "file", accept: ending, className: "visually-hidden", "aria-label": t("New file for {title}", { title: one.title }) });
    picker.addEventListener("change", () => {
      const file = picker.files?.[0];
      picker.remove();
      if (!file) return;
      if (!file.name.toLowerCase().endsWith(ending)) {
        this.#told.replaceChildren(failure(t("{name} is of another kind than {other}. Add it as a new source, and erase this one.", { name: file.name, other: one.name })));
        return;
      }
      const form = new FormData();
      form.append("files", file, one.name);
      form.append("replace", "true");
      void this.#do(t("Replacing {title}", { title: one.title }), () => send("api/sources", form, () => undefined));
    });
    picker.addEventListener("cancel", () => picker.remove());
    this.element.append(picker);
    picker.click();
  }

  #edit(one: Source): void {
    const lists = ["authors", "groups"];
    const fields: [keyof Source & string, string, string][] = [
      ["title", t("Title"), ""],
      ["authors", t("Authors, separated by semicolons"), ""],
      ["publisher", t("Publisher"), ""],
      ["published", t("Published"), "2019-01-15, 2019-01, 2019"],
      ["url", t("Address"), "https://…"],
      ["language", t("Language"), "en"],
      ["groups", t("Groups that may see it, separated by semicolons"), t("everybody")],
    ];
    const value = (name: string): string => {
      const found = one[name as keyof Source];
      return Array.isArray(found) ? found.join("; ") : ((found as string | null) ?? "");
    };
    const inputs = new Map(fields.map(([name, , placeholder]) => [name, h("input", { id: `edit-${name}`, value: value(name), placeholder, autocomplete: "off" })]));
    const told = h("div", { "aria-live": "polite" });
    dialog(t("Edit “{title}”", { title: one.title }), (close) => {
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
          await this.#do(t("Editing {title}", { title: one.title }), () => Promise.resolve(run));
        } catch (error) {
          told.replaceChildren(failure(messageOf(error)));
        }
      };
      const back = (): void => {
        close();
        void this.#do(t("Reading {title} again", { title: one.title }), () => call<Run>(`api/sources/${one.id}/ingest?forget_edits=true`, "POST"));
      };
      const asStated = (): void => {
        close();
        void this.#do(t("Letting {title} say who may see it", { title: one.title }), () => call<Run>(`api/sources/${one.id}`, "PATCH", { groups: null }));
      };
      const from = (name: string): Child => {
        const stated = name === "groups" ? one.groups_stated : one.provenance[name];
        return stated && english(` (${stated})`, "byline");
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
            h("button", { type: "submit", className: "button" }, t("Save")),
            button(t("Cancel"), close),
            one.edited.length > 0 && button(t("Take all edits back"), back),
            one.groups_stated === "set by hand" && button(t("Let the source say who may see it"), asStated),
          ),
          h("p", { className: "byline" }, t("What you state takes precedence over what the source says of itself, also when it is read again. Who may see it changes at once for everybody.")),
        ),
      ];
    });
  }
}

function fieldName(name: string): string {
  return t(FIELDS.find(([field]) => field === name)?.[1] ?? name);
}
