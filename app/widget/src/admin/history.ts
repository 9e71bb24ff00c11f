// All runs, whoever started them.

import { h, told } from "../dom.js";
import { marked, t } from "../language.js";
import { call, isOver, type Run } from "./api.js";
import { moment, type Shell, type View } from "./common.js";
import { headline, runCard, STATES } from "./report.js";

const ORIGINS: Record<string, string> = { page: marked("page"), "command line": marked("command line"), schedule: marked("schedule") };

export const historyView: View = {
  name: "runs",
  title: marked("Runs"),
  build: (shell) => {
    const content = h("div", {}, h("p", { className: "byline" }, t("One moment …")));
    call<{ runs: Run[] }>("api/runs?limit=100")
      .then(({ runs }) => content.replaceChildren(...(runs.length ? [listOf(runs, shell)] : [none()])))
      .catch(shell.fail);
    return content;
  },
};

function none(): HTMLElement {
  return h("p", { className: "empty" }, told(t("Nothing has run yet. Whatever changes the library is listed here: what is added on this page, and what {command} does."), { command: h("code", {}, "accord ingest") }));
}

function listOf(runs: Run[], shell: Shell): HTMLElement {
  return h("ol", { className: "history" }, runs.map((run) => h("li", {}, entryOf(run, shell))));
}

function entryOf(run: Run, shell: Shell): HTMLElement {
  if (!isOver(run)) return runCard(run, shell);
  const body = h("div", {});
  const details = h(
    "details",
    {},
    h(
      "summary",
      {},
      h("span", { className: `state state-${run.state}` }, t(STATES[run.state] ?? run.state)),
      h("span", { className: "what", dir: "auto" }, headline(run)),
      h("span", { className: "byline" }, `${moment(run.started)}, ${t(ORIGINS[run.origin] ?? run.origin)}${took(run)}`),
    ),
    body,
  );
  details.addEventListener("toggle", () => {
    if (details.open && !body.childElementCount) body.append(runCard(run, shell));
  });
  return details;
}

function took({ started, ended }: Run): string {
  if (!ended) return "";
  const seconds = (Date.parse(ended) - Date.parse(started)) / 1000;
  return seconds < 90 ? `, ${Math.max(1, Math.round(seconds))} s` : `, ${Math.round(seconds / 60)} min`;
}
