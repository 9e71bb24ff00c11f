// The library's health, and how it is used.

import { h, readableDate, told } from "../dom.js";
import { marked, t, tn } from "../language.js";
import { call, type Day, type Health } from "./api.js";
import { english, numSources, type Shell, type View } from "./common.js";

const MS_A_DAY = 86_400_000;
const LEVELS = { ok: marked("fine"), note: marked("to know"), problem: marked("problem") };
const SVG = "http://www.w3.org/2000/svg";
const CHART = { width: 720, height: 180, left: 36, bottom: 22, top: 8 };
const PARTS: [keyof Day & string, string][] = [
  ["answered", marked("answered")],
  ["partial", marked("answered in part")],
  ["abstained", marked("not answered")],
];

export const healthView: View = {
  name: "health",
  title: marked("Health"),
  build: (shell) => {
    const content = h("div", {}, h("p", { className: "byline" }, t("Examining …")));
    call<Health>("api/admin/health")
      .then((health) => content.replaceChildren(...findings(health)))
      .catch(shell.fail);
    return content;
  },
};

function findings(health: Health): HTMLElement[] {
  return [
    h("p", { className: health.ready ? "fine" : "failure" }, health.ready ? t("Questions can be answered, from {sources}.", { sources: numSources(health.documents) }) : t("Questions cannot be answered now: {reason}", { reason: health.detail })),
    h(
      "ul",
      { className: "findings" },
      health.findings.map(({ subject, level, text, remedy }) =>
        h("li", {}, h("span", { className: `state level-${level}` }, t(LEVELS[level])), h("b", { lang: "en" }, subject), english(` ${text}`), remedy && english(remedy, "byline about")),
      ),
    ),
    h("p", { className: "byline" }, told(t("More on the command line: {doctor} examines models and settings, {verify} compares the whole index."), { doctor: h("code", {}, "accord doctor"), verify: h("code", {}, "accord verify") })),
  ];
}

export const useView: View = {
  name: "use",
  title: marked("Use"),
  build: (shell) => new Use(shell).element,
};

class Use {
  readonly element: HTMLElement;
  readonly #shell: Shell;
  readonly #content = h("div", { "aria-live": "polite" });
  readonly #span = h("select", { id: "span", onchange: () => void this.#load() }, [30, 90, 365].map((days) => h("option", { value: String(days) }, tn("{number} day", "{number} days", days))));

  constructor(shell: Shell) {
    this.#shell = shell;
    this.element = h("div", {}, h("p", { className: "search" }, h("label", { htmlFor: "span" }, t("The last")), this.#span), this.#content);
    void this.#load();
  }

  async #load(): Promise<void> {
    const days = Number(this.#span.value);
    const today = Math.floor(Date.now() / MS_A_DAY);
    const since = new Date((today - days + 1) * MS_A_DAY).toISOString().slice(0, 10);
    try {
      const { days: found } = await call<{ days: Day[] }>(`api/admin/usage?since=${since}`);
      this.#content.replaceChildren(...this.#shown(found, days, today));
    } catch (error) {
      this.#shell.fail(error);
    }
  }

  #shown(found: Day[], days: number, today: number): HTMLElement[] {
    const total = (name: keyof Day): number => found.reduce((sum, day) => sum + Number(day[name]), 0);
    const open = h("p", {}, h("a", { href: "unanswered" }, t("Questions without an answer, and what people said about answers")));
    if (!total("asked")) return [h("p", { className: "empty" }, t("Nobody has asked anything in this time.")), open];
    const figures: [string, keyof Day][] = [
      [t("asked"), "asked"],
      [t("answered"), "answered"],
      [t("answered in part"), "partial"],
      [t("not answered"), "abstained"],
      [t("thumbs up"), "up"],
      [t("thumbs down"), "down"],
    ];
    return [
      h("dl", { className: "figures" }, figures.map(([name, key]) => h("div", {}, h("dt", {}, name), h("dd", {}, total(key))))),
      chart(found, days, today),
      open,
      h(
        "details",
        {},
        h("summary", {}, t("The same as a table")),
        h(
          "div",
          { className: "scroll", tabIndex: 0, role: "region", "aria-label": t("Use by day") },
          h(
            "table",
            {},
            h("thead", {}, h("tr", {}, [t("Day"), ...figures.map(([name]) => name)].map((name) => h("th", { scope: "col" }, name)))),
            h("tbody", {}, found.map((day) => h("tr", {}, h("th", { scope: "row" }, readableDate(day.date)), figures.map(([, key]) => h("td", {}, day[key]))))),
          ),
        ),
      ),
    ];
  }
}

/** Questions by day, or by longer steps, as stacked bars with a scale and a legend. */
function chart(found: Day[], days: number, today: number): HTMLElement {
  const step = Math.ceil(days / 90);
  const bars = Array.from({ length: Math.ceil(days / step) }, () => [0, 0, 0]);
  for (const day of found) {
    const at = Math.floor((Math.floor(Date.parse(day.date) / MS_A_DAY) - (today - days + 1)) / step);
    PARTS.forEach(([name], part) => {
      const bar = bars[at];
      if (bar) bar[part] = (bar[part] ?? 0) + Number(day[name]);
    });
  }
  const most = niceTop(Math.max(...bars.map((bar) => bar.reduce((a, b) => a + b, 0))));
  const inner = CHART.height - CHART.bottom - CHART.top;
  const base = CHART.height - CHART.bottom;
  const each = (CHART.width - CHART.left) / bars.length;
  const svg = draw("svg", { class: "plot", role: "img", viewBox: `0 0 ${CHART.width} ${CHART.height}` });
  const steps = tn("Questions a day", "Questions in {number} days", step);
  svg.setAttribute("aria-label", `${steps}, ${t("The last")} ${tn("{number} day", "{number} days", days)}. ${t("The table below has the figures.")}`);
  for (const share of [0, 0.5, 1]) {
    const y = base - share * inner;
    svg.append(draw("line", { class: "grid", x1: CHART.left, x2: CHART.width, y1: y, y2: y }));
    if (Number.isInteger(most * share)) svg.append(label(String(most * share), CHART.left - 6, y + 4, "end"));
  }
  bars.forEach((bar, at) => {
    let y = base;
    bar.forEach((count, part) => {
      const height = (count / most) * inner;
      y -= height;
      if (count) svg.append(draw("rect", { class: `part-${part}`, x: CHART.left + at * each + 1, y, width: Math.max(1, each - 2), height }));
    });
  });
  const dayAt = (back: number): string => readableDate(new Date((today - back) * MS_A_DAY).toISOString().slice(0, 10));
  svg.append(label(dayAt(days - 1), CHART.left, CHART.height - 4, "start"), label(dayAt(0), CHART.width, CHART.height - 4, "end"));
  return h(
    "figure",
    { className: "figure" },
    svg,
    h("figcaption", {}, h("ul", { className: "legend" }, PARTS.map(([, name], part) => h("li", {}, h("span", { className: `swatch part-${part}`, "aria-hidden": "true" }), t(name))))),
  );
}

function niceTop(most: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  return [1, 2, 4, 5, 10].map((one) => one * size).find((one) => one >= most) ?? most;
}

function label(text: string, x: number, y: number, anchor: string): SVGElement {
  const made = draw("text", { x, y, "text-anchor": anchor });
  made.textContent = text;
  return made;
}

function draw(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
