// Talking to the server: plain requests, files, and one question as a stream of events.

import { webAddress } from "./dom.js";
import { eventsOf } from "./events.js";
import { visitorToken } from "./storage.js";
import type { Problem, StreamEvent } from "./types.js";
import { marked, spoken, t } from "./language.js";

/** Something a person can be told. */
export class Failure extends Error {
  /** Whether asking again may help. */
  readonly retryable: boolean;
  readonly status: number;
  /** Nothing reached the server, or nothing came back. */
  readonly isUnreachable: boolean;

  constructor(message: string, about: { retryable?: boolean; status?: number; isUnreachable?: boolean } = {}) {
    super(message);
    this.retryable = about.retryable ?? true;
    this.status = about.status ?? 0;
    this.isUnreachable = about.isUnreachable ?? false;
  }
}

const UNREACHABLE = marked("The server cannot be reached. Is it running, and are you connected?");
const BROKEN_OFF = marked("The connection broke off before the answer was complete.");

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export interface HistoryMessage {
  role: "user" | "assistant";
  content: string;
}

export interface AskBody {
  question: string;
  conversation_id?: string;
  /** What was said before, where the server does not keep the conversation. */
  history?: HistoryMessage[];
  filters?: { document_ids: string[] };
  /** Mend no slip and take nothing from the turns before. */
  as_typed?: boolean;
}

export class Client {
  /** Where the server is, without a slash at the end: a path where it also serves this page, "" for the root. */
  readonly base: string;
  /** Whether this page is somebody else's: then there is no cookie, and pages of ours do not know us. */
  readonly isForeign: boolean;
  readonly #headers: Record<string, string> = {};

  /** @param key the site's public key, needed where the server serves another origin than this page */
  constructor(base: string, key: string | null) {
    const home = new URL(base, location.origin);
    this.isForeign = home.origin !== location.origin;
    this.base = (this.isForeign ? home.origin : "") + home.pathname.replace(/\/+$/, "");
    if (this.isForeign && key) {
      this.#headers = { "Accord-Key": key, "Accord-Visitor": visitorToken("accord.visitor") };
    }
  }

  /** The address of a page of ours, for a link. */
  link(path: string): string {
    const home = new URL(`${this.base}/`, location.origin).href;
    return webAddress(new URL(this.base + path, location.origin).href) ?? home;
  }

  async get<Body>(path: string, signal?: AbortSignal): Promise<Body> {
    return (await this.#request(path, signal ? { signal } : {})).json() as Promise<Body>;
  }

  async post(path: string, body: unknown): Promise<void> {
    await this.#send("POST", path, body);
  }

  async patch(path: string, body: unknown): Promise<void> {
    await this.#send("PATCH", path, body);
  }

  async #send(method: string, path: string, body: unknown): Promise<void> {
    await this.#request(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async delete(path: string): Promise<void> {
    await this.#request(path, { method: "DELETE" });
  }

  /** Fetch a file and hand it to the browser to keep. */
  async download(path: string): Promise<void> {
    const response = await this.#request(path);
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    const address = URL.createObjectURL(await response.blob());
    const link = document.createElement("a");
    link.href = address;
    link.download = name ?? "accord";
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  /** Yield events; returns after the answer, throws a Failure for an error. */
  async *ask(body: AskBody, signal: AbortSignal): AsyncGenerator<StreamEvent> {
    const response = await this.#request("/api/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify(body),
      signal,
    });
    if (!response.body) throw new Failure(t(BROKEN_OFF));
    try {
      for await (const { event, data } of eventsOf(response.body)) {
        const parsed = [event, JSON.parse(data)] as StreamEvent;
        if (parsed[0] === "error") throw failureFrom(parsed[1]);
        yield parsed;
        if (parsed[0] === "answer") return;
      }
    } catch (error) {
      // A broken connection is a TypeError in every browser, with words that help nobody.
      if (error instanceof TypeError) throw new Failure(t(BROKEN_OFF), { isUnreachable: true });
      throw error;
    }
    throw new Failure(t(BROKEN_OFF), { isUnreachable: true });
  }

  async #request(path: string, options: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.base + path, {
        ...options,
        headers: { "Accept-Language": spoken(), ...this.#headers, ...options.headers },
        credentials: this.isForeign ? "omit" : "same-origin",
      });
    } catch (error) {
      if (isAbort(error)) throw error;
      throw new Failure(t(UNREACHABLE), { isUnreachable: true });
    }
    if (!response.ok) throw await failureOf(response);
    return response;
  }
}

async function failureOf(response: Response): Promise<Failure> {
  const status = response.status;
  try {
    return failureFrom({ ...((await response.json()) as Problem), status });
  } catch {
    return new Failure(t("The server answered with an error ({status}).", { status }), { status });
  }
}

function failureFrom(problem: Problem): Failure {
  const { status } = problem;
  const isOurs = status >= 400 && status < 500 && status !== 429;
  return new Failure(problem.detail || problem.title, { retryable: !isOurs, status });
}
