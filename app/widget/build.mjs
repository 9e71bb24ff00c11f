// Builds what the server ships: the widget and the pages of whoever keeps the sources, one file each.
//
//     npm run build            writes into ../web/static
//     npm run build -- DIR     writes into DIR, for comparing

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? `${here}../web/static`;

/** What each script says: the widget does not carry the messages of the pages for operators. */
const SPEAKERS = {
  catalogues: (name) => !name.includes("/") && name !== "unanswered.ts",
  "catalogues/admin": (name) => name.startsWith("admin/") || name === "dom.ts",
  "catalogues/unanswered": (name) => name === "unanswered.ts" || name === "dom.ts",
};

await build({
  absWorkingDir: here,
  entryPoints: { widget: "src/widget.ts", unanswered: "src/unanswered.ts", admin: "src/admin/page.ts" },
  outdir: out,
  bundle: true,
  format: "iife",
  // The oldest browsers with container queries, light-dark() and inert.
  target: ["chrome123", "firefox128", "safari17.5"],
  loader: { ".css": "text" },
  plugins: [minifiedStyles(), catalogues()],
  minify: true,
  // Names stay readable in stack traces; gzip makes up for it.
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});

/** Style sheets become strings for constructable style sheets, which no CSP forbids. */
function minifiedStyles() {
  return {
    name: "minified-styles",
    setup({ onLoad, esbuild }) {
      onLoad({ filter: /\.css$/ }, async ({ path }) => {
        const { outputFiles } = await esbuild.build({
          entryPoints: [path],
          bundle: true,
          minify: true,
          write: false,
          target: ["chrome123", "firefox128", "safari17.5"],
        });
        return { contents: outputFiles[0].text.trimEnd(), loader: "text" };
      });
    },
  };
}

/** The modules "catalogues…": of each gettext catalogue of the server, what these sources say. */
function catalogues() {
  return {
    name: "catalogues",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^catalogues(\/|$)/ }, ({ path }) => ({ path, namespace: "catalogues" }));
      onLoad({ filter: /.*/, namespace: "catalogues" }, ({ path }) => {
        const folder = `${here}../languages/messages/`;
        const said = literals(SPEAKERS[path]);
        const all = readdirSync(folder)
          .filter((name) => name.endsWith(".po"))
          .sort()
          .map((name) => [name.slice(0, -3), kept(readFileSync(folder + name, "utf8"), said)]);
        return { contents: JSON.stringify(Object.fromEntries(all)), loader: "json" };
      });
    },
  };
}

/** Every string literal of those TypeScript sources that speak; those that "+" joins are one. */
function literals(speaks) {
  const texts = readdirSync(`${here}src`, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".ts") && speaks(name))
    .sort()
    .map((name) => readFileSync(`${here}src/${name}`, "utf8").replace(/"\s*\+\s*"/g, ""));
  const found = texts.flatMap((text) => [...text.matchAll(/"(?:[^"\\\n]|\\.)*"/g)].map(([one]) => one));
  return new Set(found.filter((one) => !/\\[^"\\nt]/.test(one)).map((one) => JSON.parse(one)));
}

/** The messages of a catalogue that are wanted: one form, or a list where a number counts. */
function kept(catalogue, wanted) {
  const found = {};
  for (const entry of catalogue.split(/\n\s*\n/)) {
    if (/^#,.*fuzzy/m.test(entry)) continue;
    const parts = [...entry.matchAll(/^(msgid(?:_plural)?|msgstr(?:\[\d\])?) ((?:"(?:[^"\\]|\\.)*"\s*)+)/gm)];
    const texts = parts.map(([, key, value]) => [key, [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([one]) => JSON.parse(one)).join("")]);
    const [id] = texts.filter(([key]) => key === "msgid").map(([, text]) => text);
    const forms = texts.filter(([key, text]) => key.startsWith("msgstr") && text).map(([, text]) => text);
    if (id && wanted.has(id) && forms.length) found[id] = forms.length > 1 ? forms : forms[0];
  }
  return found;
}
