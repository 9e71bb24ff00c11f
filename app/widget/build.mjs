// Builds what the server ships: the widget and the page of unanswered questions, one file each.
//
//     npm run build            writes into ../web/static
//     npm run build -- DIR     writes into DIR, for comparing

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? `${here}../web/static`;

await build({
  absWorkingDir: here,
  entryPoints: { widget: "src/widget.ts", unanswered: "src/unanswered.ts" },
  outdir: out,
  bundle: true,
  format: "iife",
  // The oldest browsers with container queries, light-dark() and inert.
  target: ["chrome123", "firefox128", "safari17.5"],
  loader: { ".css": "text" },
  plugins: [minifiedStyles()],
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
