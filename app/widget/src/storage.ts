// What is remembered in this browser. Storage may be switched off: then until the page is left.

const memory = new Map<string, string>();

function attempt<Result>(action: () => Result, otherwise: () => Result): Result {
  try {
    return action();
  } catch {
    return otherwise();
  }
}

export function remembered(key: string): string | null {
  return attempt(() => sessionStorage.getItem(key) ?? localStorage.getItem(key), () => null) ?? memory.get(key) ?? null;
}

/** Remember for this tab, and as the latest of all tabs; null forgets. */
export function remember(key: string, value: string | null): void {
  if (value === null) memory.delete(key);
  else memory.set(key, value);
  for (const storage of ["sessionStorage", "localStorage"] as const) {
    attempt(() => {
      if (value === null) window[storage].removeItem(key);
      else window[storage].setItem(key, value);
    }, () => undefined);
  }
}

/** Of this tab alone. */
export function rememberedInTab(key: string): string | null {
  return attempt(() => sessionStorage.getItem(key), () => null);
}

/** Remember until the tab is closed; null forgets. */
export function rememberInTab(key: string, value: string | null): void {
  attempt(() => (value === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, value)), () => undefined);
}

/**
 * Who this browser is on a foreign site: 128 random bits, made once and sent with each request.
 * The server keeps only a hash of it together with the site's key.
 */
export function visitorToken(key: string): string {
  const known = attempt(() => localStorage.getItem(key), () => memory.get(key) ?? null);
  if (known && /^[0-9a-f]{32}$/.test(known)) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const token = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  memory.set(key, token);
  attempt(() => localStorage.setItem(key, token), () => undefined);
  return token;
}
