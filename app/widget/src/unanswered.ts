// The page of unanswered questions, for whoever manages the sources. It opens to an admin who has signed
// in, else to the admin token: that is kept until the tab is closed, and sent nowhere but to this server.

import catalogues from "catalogues/unanswered";

import { h, readableDate, told, type Child } from "./dom.js";
import { learn, marked, speak, t, tn } from "./language.js";
import type { NearMiss } from "./types.js";

const TOKEN_KEY = "accord.admin";
const REASONS: Record<string, string> = {
  abstained: marked("no answer"),
  partial: marked("answered in part"),
  thumbs_down: marked("thumbs down"),
  incorrect: marked("wrong"),
  unsupported: marked("not in the source"),
  incomplete: marked("incomplete"),
  outdated: marked("out of date"),
  irrelevant: marked("another question"),
  other: marked("something else"),
};
const CHANNELS: Record<string, string> = { web: marked("page"), slack: "Slack", cli: marked("command line"), api: marked("program") };
const MS_A_DAY = 86_400_000;
/** Bars in the small chart of one question; longer times are put together. */
const MAX_BARS = 45;
const BAR = { width: 3, gap: 1, height: 22 };

interface Example {
  question: string;
  status: string;
  answer: string;
  channel: string;
  created: string;
  feedback: { comment: string }[];
}

interface Cluster {
  question: string;
  count: number;
  first_seen: string;
  last_seen: string;
  reasons: Record<string, number>;
  channels: Record<string, number>;
  days: { date: string; count: number }[];
  near_misses: NearMiss[];
  examples: Example[];
}

interface Report {
  usage: { asked: number; answered: number; partial: number; abstained: number; up: number; down: number };
  gaps: number;
  total: number;
  clusters: Cluster[];
}

learn(catalogues);
speak([document.documentElement.lang]);

class Page {
  readonly #root: HTMLElement;
  readonly #since = h("input", { type: "date", name: "since" });
  readonly #until = h("input", { type: "date", name: "until" });
  readonly #content = h("div", { "aria-live": "polite" });
  #token = sessionStorage.getItem(TOKEN_KEY) ?? "";

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  start(): void {
    void this.#load();
  }

  #askForToken(problem?: string): void {
    const field = h("input", { type: "password", name: "token", autocomplete: "current-password", required: true });
    const form = h(
      "form",
      {
        className: "token",
        onsubmit: (event: Event) => {
          event.preventDefault();
          this.#token = field.value.trim();
          void this.#load();
        },
      },
      problem && h("p", { className: "failure", role: "alert" }, problem),
      h("label", {}, `${t("Admin token")} `, field),
      h("button", { type: "submit", className: "button" }, t("Open")),
      h(
        "p",
        { className: "byline" },
        told(t("The server's ACCORD_ADMIN_TOKEN. It is forgotten when this tab is closed. Or {sign_in} as an admin."), {
          sign_in: h("a", { href: `sign-in?next=${encodeURIComponent(location.pathname)}` }, t("sign in")),
        }),
      ),
    );
    this.#show(form);
    field.focus();
  }

  async #load(): Promise<void> {
    const response = await this.#fetch("api/unanswered");
    if (!response) return;
    if (this.#token) sessionStorage.setItem(TOKEN_KEY, this.#token);
    if (!this.#content.isConnected) this.#show(this.#filters(), this.#content);
    this.#content.replaceChildren(...this.#report((await response.json()) as Report));
  }

  /** The response, or undefined after saying why there is none. The path is relative to this page. */
  async #fetch(path: string): Promise<Response | undefined> {
    const query = new URLSearchParams();
    if (this.#since.value) query.set("since", this.#since.value);
    if (this.#until.value) query.set("until", this.#until.value);
    const headers: Record<string, string> = this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    let reason: string | undefined = t("The server cannot be reached. Is it running, and are you connected?");
    try {
      const response = await fetch(`${path}?${query.toString()}`, { headers });
      if (response.ok) return response;
      const problem = (await response.json()) as { detail?: string };
      const isFirst = response.status === 401 && !this.#token; // nobody has signed in
      reason = isFirst ? undefined : response.status === 401 ? t("This is not the server's token.") : (problem.detail ?? reason);
      if (response.status === 401) sessionStorage.removeItem(TOKEN_KEY);
    } catch {
      // The reason says it.
    }
    this.#askForToken(reason);
    return undefined;
  }

  #filters(): HTMLElement {
    return h(
      "form",
      { className: "filters", onchange: () => void this.#load(), onsubmit: (event: Event) => event.preventDefault() },
      h("label", {}, `${t("From")} `, this.#since),
      h("label", {}, `${t("to")} `, this.#until),
      h("button", { type: "button", className: "button", onclick: () => void this.#save() }, t("Save as CSV")),
    );
  }

  async #save(): Promise<void> {
    const response = await this.#fetch("api/unanswered.csv");
    if (!response) return;
    const address = URL.createObjectURL(await response.blob());
    h("a", { href: address, download: "unanswered.csv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  #report({ usage, total, clusters }: Report): HTMLElement[] {
    const figures: [string, number][] = [
      [t("asked"), usage.asked],
      [t("answered"), usage.answered],
      [t("answered in part"), usage.partial],
      [t("not answered"), usage.abstained],
      [t("thumbs up"), usage.up],
      [t("thumbs down"), usage.down],
    ];
    const figureRow = h("dl", { className: "figures" }, figures.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
    if (!clusters.length) return [figureRow, h("p", { className: "byline none" }, t("No question is open in this time."))];
    const shown = clusters.length < total ? t("The {number} most asked of {total} questions.", { number: clusters.length, total }) : "";
    return [
      figureRow,
      h("p", { className: "byline", hidden: !shown }, shown),
      h("ol", { className: "clusters" }, clusters.map((one) => h("li", {}, clusterOf(one)))),
    ];
  }

  #show(...parts: HTMLElement[]): void {
    const head = this.#root.querySelector(".reading-head");
    this.#root.replaceChildren(...(head ? [head] : []), ...parts);
  }
}

function clusterOf(one: Cluster): Child[] {
  return [
    h("p", { className: "times" }, told(tn("{count} time", "{count} times", one.count), { count: h("b", {}, one.count) })),
    h(
      "div",
      { className: "cluster" },
      h("h2", { dir: "auto" }, one.question),
      h("p", { className: "byline" }, `${counted(one.reasons, REASONS)} · ${counted(one.channels, CHANNELS)} · ${period(one)}`),
      one.near_misses.length > 0 &&
        h(
          "details",
          {},
          h("summary", {}, t("Nearest passages")),
          h("ul", { className: "misses" }, one.near_misses.map((miss) => h("li", {}, missOf(miss)))),
        ),
      h(
        "details",
        {},
        h("summary", {}, tn("How it was asked", "How it was asked, the last {number} times", one.examples.length)),
        h("ul", { className: "examples" }, one.examples.map((example) => h("li", {}, exampleOf(example)))),
      ),
    ),
    chart(one),
  ];
}

function missOf(miss: NearMiss): Child[] {
  return [
    h("span", { dir: "auto" }, miss.text),
    " ",
    h("a", { href: new URL(`.${miss.permalink}`, location.href).href, dir: "auto" }, miss.document.title),
    `, ${readableDate(miss.document.published)}`,
  ];
}

function exampleOf(example: Example): Child[] {
  return [
    h("p", { dir: "auto" }, example.question),
    h("p", { className: "byline", dir: "auto" }, `${readableDate(example.created.slice(0, 10))}: ${example.answer}`),
    example.feedback.map(({ comment }) => comment && h("p", { className: "comment", dir: "auto" }, `“${comment}”`)),
  ];
}

function counted(counts: Record<string, number>, names: Record<string, string>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${t(names[name] ?? name)}${count > 1 ? ` ${count}×` : ""}`)
    .join(", ");
}

function period({ first_seen: first, last_seen: last }: Cluster): string {
  const [from, to] = [readableDate(first.slice(0, 10)), readableDate(last.slice(0, 10))];
  return from === to ? from : t("{first} to {last}", { first: from, last: to });
}

/** How often it was asked, day by day or in longer steps, as bars. */
function chart({ days, first_seen: first, last_seen: last }: Cluster): SVGSVGElement | null {
  const dayOf = (iso: string): number => Math.floor(Date.parse(iso.slice(0, 10)) / MS_A_DAY);
  const span = dayOf(last) - dayOf(first) + 1;
  if (span < 2) return null;
  const step = Math.ceil(span / MAX_BARS);
  const bars = new Array<number>(Math.ceil(span / step)).fill(0);
  for (const { date, count } of days) {
    const at = Math.floor((dayOf(date) - dayOf(first)) / step);
    bars[at] = (bars[at] ?? 0) + count;
  }
  const most = Math.max(...bars);
  const element = (name: string, attributes: Record<string, string | number>): SVGElement => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
    return made;
  };
  const width = bars.length * (BAR.width + BAR.gap);
  const svg = element("svg", { class: "chart", role: "img", viewBox: `0 0 ${width} ${BAR.height}`, width, height: BAR.height });
  svg.setAttribute("aria-label", days.map(({ date, count }) => `${readableDate(date)}: ${count}`).join("; "));
  bars.forEach((count, at) => {
    const height = count ? Math.max(2, (count / most) * BAR.height) : 1;
    svg.append(element("rect", { x: at * (BAR.width + BAR.gap), y: BAR.height - height, width: BAR.width, height }));
  });
  return svg as SVGSVGElement;
}

const root = document.getElementById("unanswered");
if (root) new Page(root).start();
