// The one line of an intranet page: <script src="https://HOST/widget.js" data-title="…" defer></script>
//
// An <accord-chat> that stands in the page already is used as it is. Without one, the script makes one
// with its own data attributes: in the corner, or with data-mode="inline" where the script stands or
// inside what data-target selects.

import { AccordChat, setServer } from "./element.js";

const NAME = "accord-chat";
const script = document.currentScript;

// The folder of this script: a proxy may serve everything below a path.
if (script instanceof HTMLScriptElement && script.src) setServer(new URL(".", script.src).href);
if (!customElements.get(NAME)) customElements.define(NAME, AccordChat);
if (script instanceof HTMLScriptElement && !document.querySelector(NAME)) mount(script);

function mount(from: HTMLScriptElement): void {
  const element = document.createElement(NAME);
  Object.assign(element.dataset, from.dataset);
  const { target, mode } = from.dataset;
  const place = target ? document.querySelector(target) : null;
  if (place) place.append(element);
  else if (mode === "inline" && document.body.contains(from)) from.after(element);
  else if (document.body) document.body.append(element);
  else addEventListener("DOMContentLoaded", () => document.body.append(element));
}
