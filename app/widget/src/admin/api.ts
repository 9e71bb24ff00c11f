// Talking to the server as whoever manages the sources: the cookie of the sign-in page opens it.

import { marked, t } from "../language.js";

export interface SourceRef {
  id: string;
  name: string;
  uri: string;
}
export interface Remark extends SourceRef {
  text: string;
}
export interface Report {
  added: SourceRef[];
  changed: SourceRef[];
  unchanged: SourceRef[];
  removed: SourceRef[];
  edited: SourceRef[];
  duplicates: (SourceRef & { of_name: string })[];
  refused: Remark[];
  remarks: Remark[];
  regrouped: (SourceRef & { groups: string[]; stated: string })[];
  passed_over: string[];
  removals: Record<string, number>;
  fidelity: (SourceRef & { share: number; is_low: boolean })[];
  documents: number | null;
  passages: number | null;
  seconds: number | null;
}
export type RunState = "waiting" | "running" | "done" | "failed" | "stopped" | "crashed";
export interface Run {
  id: string;
  kind: "ingest" | "remove" | "edit";
  state: RunState;
  dry_run: boolean;
  origin: string;
  started: string;
  ended: string | null;
  stage: string | null;
  done: number;
  total: number;
  targets: string[];
  uploads: string[];
  turned_away: { name: string; reason: string }[];
  reason: string | null;
  report: Report | null;
}
export interface Prepared {
  id: string;
  uri: string;
  title: string;
  authors: string[];
  publisher: string | null;
  published: string | null;
  url: string | null;
  language: string | null;
  fidelity: number | null;
  provenance: Record<string, string>;
  passages: number;
  text: string;
  sentences: [number, number, string][];
  removals: { text: string; reason: string; line: number }[];
  num_removals: number;
}
export interface Source {
  id: string;
  title: string;
  authors: string[];
  publisher: string | null;
  published: string | null;
  url: string | null;
  language: string | null;
  caution: string | null;
  name: string;
  uri: string;
  origin: "upload" | "address" | "file";
  characters: number;
  passages: number;
  ingested: string;
  fidelity: number | null;
  provenance: Record<string, string>;
  edited: string[];
  /** Who may see it; none is everybody. */
  groups: string[];
  groups_stated: string | null;
  other_places: string[];
}
export interface Health {
  ready: boolean;
  detail: string;
  generation: string | null;
  documents: number;
  findings: { subject: string; level: "ok" | "note" | "problem"; text: string; remedy: string | null }[];
}
export interface Day {
  date: string;
  asked: number;
  answered: number;
  partial: number;
  abstained: number;
  up: number;
  down: number;
}

/** Something a person can be told. */
export class Refusal extends Error {
  readonly status: number;
  constructor(message: string, status = 0) {
    super(message);
    this.status = status;
  }
}

const UNREACHABLE = marked("The server cannot be reached. Is it running, and are you connected?");

/** A request to a path relative to this page; throws a Refusal for whatever goes wrong. */
export async function call<Body>(path: string, method = "GET", body?: unknown): Promise<Body> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new Refusal(t(UNREACHABLE));
  }
  if (!response.ok) throw refusalOf(await response.text(), response.status);
  return (response.status === 204 ? undefined : await response.json()) as Body;
}

/** Send a form and tell how much of it has gone, from 0 to 1. */
export function send(path: string, form: FormData, tell: (share: number) => void): Promise<Run> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of what it has sent
    request.open("POST", path);
    request.upload.onprogress = ({ loaded, total }) => tell(total ? loaded / total : 0);
    request.onerror = () => reject(new Refusal(t(UNREACHABLE)));
    request.onload = () =>
      request.status < 300
        ? resolve(JSON.parse(request.responseText) as Run)
        : reject(refusalOf(request.responseText, request.status));
    request.send(form);
  });
}

/** Tell of a run until it is over. Returns a function that stops listening. */
export function follow(id: string, tell: (run: Run) => void): () => void {
  const events = new EventSource(`api/runs/${id}/events`);
  events.addEventListener("run", (event) => tell(JSON.parse((event as MessageEvent<string>).data) as Run));
  events.addEventListener("over", (event) => {
    events.close();
    tell(JSON.parse((event as MessageEvent<string>).data) as Run);
  });
  return () => events.close();
}

/** Wait for the end of a run. */
export function ended(run: Run): Promise<Run> {
  return new Promise((resolve) => {
    follow(run.id, (now) => isOver(now) && resolve(now));
  });
}

export function isOver(run: Run): boolean {
  return run.state !== "running" && run.state !== "waiting";
}

function refusalOf(text: string, status: number): Refusal {
  try {
    const problem = JSON.parse(text) as { detail?: string; title?: string };
    return new Refusal(problem.detail ?? problem.title ?? text, status);
  } catch {
    return new Refusal(t("The server answered with an error ({status}).", { status }), status);
  }
}
