// A run: how far it is, and what it did.

import { h, type Child } from "../dom.js";
import { call, follow, isOver, type Report, type Run, type SourceRef } from "./api.js";
import { button, failure, messageOf, plural, type Shell } from "./common.js";
import { showPreview } from "./preview.js";

const STAGES: Record<string, [string, string]> = {
  read: ["Reading", "source"],
  embed: ["Embedding", "passage"],
  index: ["Indexing", "passage"],
};
export const STATES: Record<string, string> = {
  waiting: "waits",
  running: "at work",
  done: "done",
  failed: "failed",
  stopped: "stopped",
  crashed: "crashed",
};
const LISTED = 50;

export function headline(run: Run): string {
  const number = run.targets.length;
  if (run.kind === "remove") return "Erase a source";
  if (run.kind === "edit") return "Edit a source";
  const what = number === 1 ? nameOf(run.targets[0] ?? "") : plural(number, "source");
  return run.dry_run ? `Check ${what}` : `Read ${what}`;
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
      shell.announce(`${headline(run)}: ${STATES[run.state]}`);
      ended?.(run);
    });
  }
  return card;
}

function progress(run: Run, shell: Shell): HTMLElement[] {
  const [doing, unit] = STAGES[run.stage ?? ""] ?? ["Starting", ""];
  const waits = run.state === "waiting";
  const count = unit && run.total ? `: ${run.done} of ${plural(run.total, unit)}` : unit ? `: ${plural(run.done, unit)}` : "";
  const told = waits ? "Another run is writing. This one begins when that has ended." : `${doing}${count}`;
  const bar = h("progress", { "aria-label": headline(run), max: run.total || 1 });
  if (run.total && !waits) bar.value = run.done;
  const stop = button("Stop", () => void call(`api/runs/${run.id}/stop`, "POST").catch(shell.fail));
  return [
    h("h3", {}, headline(run)),
    h("p", { className: "byline" }, told),
    bar,
    h("p", { className: "actions" }, stop, h("span", { className: "byline" }, "It goes on when you close this page.")),
  ];
}

function over(run: Run, shell: Shell, ended?: (run: Run) => void): HTMLElement[] {
  const parts: HTMLElement[] = [h("h3", {}, headline(run))];
  if (run.reason) parts.push(failure(run.reason));
  if (run.turned_away.length) {
    parts.push(listed("Not taken", run.turned_away.map(({ name, reason }) => [h("b", { dir: "auto" }, name), `: ${reason}`]), "refused"));
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
      card?.replaceWith(h("p", { className: "byline" }, "Discarded. Nothing of it was kept."));
    } catch (error) {
      card?.append(failure(messageOf(error)));
    }
  };
  const text = isCheck ? `Add ${taken === 1 ? "this source" : `these ${taken} sources`}` : "Try again";
  return [
    h("button", { type: "button", className: "button", onclick: (event: Event) => void start(event) }, text),
    h("button", { type: "button", className: "button quiet", onclick: (event: Event) => void discard(event) }, "Discard"),
  ];
}

function reportOf(run: Run, report: Report): HTMLElement[] {
  const would = run.dry_run ? "would be " : "";
  const counts: [number, string][] = [
    [report.added.length, `${would}added`],
    [report.changed.length, `${would}changed`],
    [report.unchanged.length, "unchanged"],
    [report.duplicates.length, "same as another"],
    [report.removed.length, "erased"],
    [report.edited.length, "edited"],
    [report.refused.length, "refused"],
  ];
  const summary = counts.filter(([number]) => number).map(([number, name]) => `${number} ${name}`).join(", ");
  const share = new Map(report.fidelity.map((each) => [each.id, each]));
  const read = (each: SourceRef): Child[] => {
    const words = share.get(each.id);
    return [
      h("b", { dir: "auto" }, each.name),
      words && h("span", { className: words.is_low ? "low" : "byline" }, ` ${Math.floor(words.share * 100)}% of its words read`),
      run.dry_run && " ",
      run.dry_run && button("See what was read", () => showPreview(run, each), "small"),
    ];
  };
  const parts: HTMLElement[] = [h("p", {}, summary || "Nothing was read.")];
  parts.push(listed(run.dry_run ? "Would be added" : "Added", report.added.map(read)));
  parts.push(listed(run.dry_run ? "Would be changed" : "Changed", report.changed.map(read)));
  parts.push(listed("Refused", report.refused.map((each) => [h("b", { dir: "auto" }, each.name), `: ${each.text}`]), "refused"));
  parts.push(listed("The same text, word for word", report.duplicates.map((each) => `${each.name} says what ${each.of_name} says`)));
  parts.push(listed("Erased", report.removed.map((each) => each.name)));
  parts.push(
    listed(
      run.dry_run ? "Would be seen by" : "Seen by",
      report.regrouped.map((each) => [h("b", { dir: "auto" }, each.name), `: ${each.groups.join(", ") || "everybody"} (${each.stated})`]),
    ),
  );
  parts.push(listed("Remarks", report.remarks.map((each) => [h("b", { dir: "auto" }, each.name), `: ${each.text}`])));
  parts.push(listed("Files of other kinds, passed over", report.passed_over));
  parts.push(listed("Left out while cleaning", Object.entries(report.removals).map(([reason, number]) => `${reason}: ${plural(number, "piece")}`)));
  return parts.filter((part) => part.childElementCount || part.textContent);
}

function listed(title: string, items: Child[], className = ""): HTMLElement {
  if (!items.length) return h("div", {});
  const rest = items.length - LISTED;
  return h(
    "div",
    { className: `listed ${className}` },
    h("h4", {}, title),
    h("ul", {}, items.slice(0, LISTED).map((item) => h("li", {}, item)), rest > 0 && h("li", {}, `and ${rest} more`)),
  );
}

function nameOf(target: string): string {
  return target.includes("://") ? target : (target.split("/").pop() ?? target);
}
