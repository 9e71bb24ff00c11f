// Talking to the server: plain requests, and one question as a stream of events.

/** Something a person can be told. `retryable` says whether asking again may help. */
export class Failure extends Error {
  constructor(message, { retryable = true, status = 0 } = {}) {
    super(message);
    this.retryable = retryable;
    this.status = status;
  }
}

const UNREACHABLE = "The server cannot be reached. Is it running, and are you connected?";
const BROKEN_OFF = "The connection broke off before the answer was complete.";

export class Client {
  constructor(base = "") {
    this.base = base;
  }

  async get(path, { signal } = {}) {
    const response = await this.#fetch(path, { signal });
    if (!response.ok) throw await failureOf(response);
    return response.json();
  }

  /** Yield [event, data] pairs; returns after the one that is "answer", throws a Failure for "error". */
  async *ask(body, { signal }) {
    const response = await this.#fetch("/api/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify(body),
      signal,
    });
    if (!response.ok) throw await failureOf(response);
    for await (const { event, data } of eventsOf(response.body)) {
      if (event === "error") throw failureFrom(data);
      yield [event, data];
      if (event === "answer") return;
    }
    throw new Failure(BROKEN_OFF);
  }

  async #fetch(path, options) {
    try {
      return await fetch(this.base + path, options);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Failure(UNREACHABLE);
    }
  }
}

/** Parse Server-Sent Events; lines may end in \n, \r\n or \r, chunks anywhere. */
export async function* eventsOf(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = "message";
  let data = [];
  try {
    for (;;) {
      let chunk;
      try {
        chunk = await reader.read();
      } catch (error) {
        if (error.name === "AbortError") throw error;
        throw new Failure(BROKEN_OFF);
      }
      if (chunk.done) return;
      // A trailing \r may be half of \r\n: wait for what follows.
      const lines = (rest + chunk.value).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const line of lines) {
        if (line === "") {
          if (data.length) yield { event, data: JSON.parse(data.join("\n")) };
          event = "message";
          data = [];
        } else if (line.startsWith("event:")) event = line.slice(6).trimStart();
        else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function failureOf(response) {
  try {
    return failureFrom(await response.json());
  } catch {
    return new Failure(`The server answered with an error (${response.status}).`);
  }
}

function failureFrom(problem) {
  const mine = problem.status >= 400 && problem.status < 500 && problem.status !== 429;
  return new Failure(problem.detail || problem.title, { retryable: !mine, status: problem.status });
}
