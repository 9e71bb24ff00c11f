// A small menu under a button, by the ARIA pattern: arrows move, Escape closes.

import { focused, h, icon } from "./dom.js";
import { t } from "./language.js";

export function menu(label: string, name: Parameters<typeof icon>[0], choices: [string, () => unknown][]): HTMLElement {
  const items = choices.map(([text, action]) =>
    h("button", { type: "button", role: "menuitem", tabIndex: -1, onclick: () => choose(action) }, text),
  );
  const list = h(
    "div",
    {
      className: "menu-list",
      role: "menu",
      "aria-label": label,
      hidden: true,
      // Safari gives a pressed button no focus: without this the menu would close before the click.
      onmousedown: (event: MouseEvent) => event.preventDefault(),
    },
    items,
  );
  const said = h("span", { className: "said", role: "status" });
  const button = h(
    "button",
    {
      type: "button",
      className: "tool",
      title: label,
      "aria-label": label,
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: () => toggle(Boolean(list.hidden)),
    },
    icon(name),
  );

  function toggle(open: boolean): void {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    // Upwards where below it would lie behind the field in which one asks.
    list.classList.remove("above");
    const floor = whole.closest(".scroll")?.getBoundingClientRect().bottom ?? innerHeight;
    list.classList.toggle("above", list.getBoundingClientRect().bottom > floor);
    items[0]?.focus({ preventScroll: true });
  }

  async function choose(action: () => unknown): Promise<void> {
    toggle(false);
    button.focus();
    said.textContent = "";
    try {
      await action();
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : t("It could not be saved.");
    }
  }

  function onkeydown(event: KeyboardEvent): void {
    if (list.hidden) return;
    const at = items.indexOf(focused(list) as HTMLButtonElement);
    const to: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const next = to[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      toggle(false);
      button.focus();
    } else if (next !== undefined) {
      event.preventDefault();
      items.at(next % items.length)?.focus();
    }
  }

  function onfocusout(event: FocusEvent): void {
    if (!(event.relatedTarget instanceof Node) || !whole.contains(event.relatedTarget)) toggle(false);
  }

  const whole = h("span", { className: "menu", onkeydown, onfocusout }, button, list, said);
  return whole;
}
