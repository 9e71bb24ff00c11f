// What the widget itself says, in the reader's language. The catalogues are the server's own:
// build.mjs takes from app/languages/messages what is said here. Quotes never pass through.

type Values = Record<string, string | number>;

/** By language, what each English message is; two forms where a number counts. */
export type Catalogues = Record<string, Record<string, string | string[]>>;

let catalogues: Catalogues = {};
let current = "en";

/** The languages that can be spoken; a page that learns none speaks English. */
export function learn(all: Catalogues): void {
  catalogues = all;
}

/** The languages that the reader wants, best first, to the one that is spoken from now on. */
export function speak(wanted: readonly (string | null | undefined)[]): void {
  const known = wanted.map((one) => one?.toLowerCase().split("-")[0] ?? "");
  current = known.find((one) => one === "en" || one in catalogues) ?? "en";
}

/** The code of the language that is spoken. */
export function spoken(): string {
  return current;
}

/** For dates: English as written in Britain, as elsewhere in Accord. */
export function locale(language = current): string {
  return language === "en" ? "en-GB" : language;
}

/** A message with its values put in; `language` is another than the one that is spoken. */
export function t(message: string, values: Values = {}, language = current): string {
  const said = catalogues[language]?.[message];
  return filled((Array.isArray(said) ? said[0] : said) ?? message, values);
}

/** A message about a number of things, which stands in it as {number}. */
export function tn(one: string, many: string, number: number, values: Values = {}, language = current): string {
  const form = new Intl.PluralRules(locale(language)).select(number) === "one" ? 0 : 1;
  const said = catalogues[language]?.[one];
  const text = Array.isArray(said) ? (said[form] ?? many) : form === 0 ? one : many;
  return filled(text, { number, ...values });
}

/** A message that is said later. */
export function marked(message: string): string {
  return message;
}

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
