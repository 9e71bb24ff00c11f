// A run: how far it is, and what it did.

import { h, type Child } from "../dom.js";
import { marked, t, tn } from "../language.js";
import { call, follow, isOver, type Report, type Run, type SourceRef } from "./api.js";
import { button, english, failure, messageOf, numPassages, numPieces, numSources, written, type Shell } from "./common.js";
import { showPreview } from "./preview.js";

const STAGES: Record<string, [string, (number: number) => string]> = {
  read: [marked("Reading"), numSources],
  embed: [marked("Embedding"), numPassages],
  index: [marked("Indexing"), numPassages],
};
export const STATES: Record<string, string> = {
  waiting: marked("waiting"),
  running: marked("running"),
  done: marked("done"),
  failed: marked("failed"),
  stopped: marked("stopped"),
  crashed: marked("crashed"),
};
const LISTED = 50;

export function headline(run: Run): string {
  const number = run.targets.length;
  if (run.kind === "remove") return t("Erase a source");
  if (run.kind === "edit") return t("Edit a source");
  const what = number === 1 ? nameOf(run.targets[0] ?? "") : numSources(number);
  return run.dry_run ? t("Check {sources}", { sources: what }) : t("Read {sources}", { sources: what });
}

/** A run's element, kept up to date until it is over; `ended` is told once. */
export function runCard(first: Run, shell: Shell, ended?: (run: Run) => void): HTMLElement {
  const card = h("div", { className: "run" });
  const show = (run: Run): void => card.replaceChildren(...(isOver(run) ? over(run, shell, ended) : progress(run, shell)));
  show(first);
  if (!isOver(first)) {
    follow(first.id, (run) => {
      show(run);
      if (!isOver(run)) return;
      shell.announce(`${headline(run)}: ${t(STATES[run.state] ?? run.state)}`);
      ended?.(run);
    });
  }
  return card;
}

function progress(run: Run, shell: Shell): HTMLElement[] {
  const [doing, counted] = STAGES[run.stage ?? ""] ?? [marked("Starting"), undefined];
  const waits = run.state === "waiting";
  const ofAll = counted && run.total ? t("{done} of {all}", { done: written(run.done), all: counted(run.total) }) : counted?.(run.done);
  const told = waits ? t("Another run is writing. This one begins when that has ended.") : [t(doing), ofAll].filter(Boolean).join(": ");
  const bar = h("progress", { "aria-label": headline(run), max: run.total || 1 });
  if (run.total && !waits) bar.value = run.done;
  const stop = button(t("Stop"), () => void call(`api/runs/${run.id}/stop`, "POST").catch(shell.fail));
  return [
    h("h3", {}, headline(run)),
    h("p", { className: "byline" }, told),
    bar,
    h("p", { className: "actions" }, stop, h("span", { className: "byline" }, t("It goes on when you close this page."))),
  ];
}

function over(run: Run, shell: Shell, ended?: (run: Run) => void): HTMLElement[] {
  const parts: HTMLElement[] = [h("h3", {}, headline(run))];
  if (run.reason) parts.push(failure(run.reason));
  if (run.turned_away.length) {
    parts.push(listed(t("Not taken"), run.turned_away.map(({ name, reason }) => [h("b", { dir: "auto" }, name), ": ", english(reason)]), "refused"));
  }
  if (run.report) parts.push(...reportOf(run, run.report));
  const actions = actionsOf(run, shell, ended);
  if (actions.length) parts.push(h("p", { className: "actions" }, actions));
  return parts;
}

function actionsOf(run: Run, shell: Shell, ended?: (run: Run) => void): Child[] {
  if (run.kind !== "ingest") return [];
  const report = run.report;
  const taken = report ? report.added.length + report.changed.length : 0;
  const isCheck = run.dry_run && run.state === "done";
  const failed = run.state !== "done";
  if (!(isCheck && taken) && !failed) return [];
  const start = async (event: Event): Promise<void> => {
    const card = (event.target as Element).closest(".run");
    try {
      const next = await call<Run>(`api/runs/${run.id}/start`, "POST");
      card?.replaceWith(runCard(next, shell, ended));
    } catch (error) {
      card?.append(failure(messageOf(error)));
    }
  };
  const discard = async (event: Event): Promise<void> => {
    const card = (event.target as Element).closest(".run");
    try {
      await call(`api/runs/${run.id}`, "DELETE");
      card?.replaceWith(h("p", { className: "byline" }, t("Discarded. Nothing of it was kept.")));
    } catch (error) {
      card?.append(failure(messageOf(error)));
    }
  };
  const text = isCheck ? tn("Add this source", "Add these {number} sources", taken) : t("Try again");
  return [
    h("button", { type: "button", className: "button", onclick: (event: Event) => void start(event) }, text),
    h("button", { type: "button", className: "button quiet", onclick: (event: Event) => void discard(event) }, t("Discard")),
  ];
}

function reportOf(run: Run, report: Report): HTMLElement[] {
  const counted = (number: number, message: string): string | false => number > 0 && t(message, { number: written(number) });
  const summary = [
    counted(report.added.length, run.dry_run ? marked("{number} would be added") : marked("{number} added")),
    counted(report.changed.length, run.dry_run ? marked("{number} would be changed") : marked("{number} changed")),
    counted(report.unchanged.length, marked("{number} unchanged")),
    counted(report.duplicates.length, marked("{number} same as another")),
    counted(report.removed.length, marked("{number} erased")),
    counted(report.edited.length, marked("{number} edited")),
    counted(report.refused.length, marked("{number} refused")),
  ].filter(Boolean).join(", ");
  const share = new Map(report.fidelity.map((each) => [each.id, each]));
  const read = (each: SourceRef): Child[] => {
    const words = share.get(each.id);
    return [
      h("b", { dir: "auto" }, each.name),
      words && h("span", { className: words.is_low ? "low" : "byline" }, ` ${t("{share} % of its words read", { share: Math.floor(words.share * 100) })}`),
      run.dry_run && " ",
      run.dry_run && button(t("See what was read"), () => showPreview(run, each), "small"),
    ];
  };
  const parts: HTMLElement[] = [h("p", {}, summary || t("Nothing was read."))];
  parts.push(listed(t(run.dry_run ? "Would be added" : "Added"), report.added.map(read)));
  parts.push(listed(t(run.dry_run ? "Would be changed" : "Changed"), report.changed.map(read)));
  parts.push(listed(t("Refused"), report.refused.map((each) => [h("b", { dir: "auto" }, each.name), ": ", english(each.text)]), "refused"));
  parts.push(listed(t("The same text, word for word"), report.duplicates.map((each) => t("{name} says what {other} says", { name: each.name, other: each.of_name }))));
  parts.push(listed(t("Erased"), report.removed.map((each) => each.name)));
  parts.push(
    listed(
      t(run.dry_run ? "Would be seen by" : "Seen by"),
      report.regrouped.map((each) => [h("b", { dir: "auto" }, each.name), `: ${each.groups.join(", ") || t("everybody")} `, english(`(${each.stated})`)]),
    ),
  );
  parts.push(listed(t("Remarks"), report.remarks.map((each) => [h("b", { dir: "auto" }, each.name), ": ", english(each.text)])));
  parts.push(listed(t("Files of other kinds, left out"), report.passed_over));
  parts.push(listed(t("Left out while cleaning"), Object.entries(report.removals).map(([reason, number]) => [english(reason), `: ${numPieces(number)}`])));
  return parts.filter((part) => part.childElementCount || part.textContent);
}

function listed(title: string, items: Child[], className = ""): HTMLElement {
  if (!items.length) return h("div", {});
  const rest = items.length - LISTED;
  return h(
    "div",
    { className: `listed ${className}` },
    h("h4", {}, title),
    h("ul", {}, items.slice(0, LISTED).map((item) => h("li", {}, item)), rest > 0 && h("li", {}, tn("and {number} more", "and {number} more", rest))),
  );
}

function nameOf(target: string): string {
  return target.includes("://") ? target : (target.split("/").pop() ?? target);
}
