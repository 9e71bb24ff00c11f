// What the full page shows, in the part of its address behind the #, so that "back" goes back.

import type { Place } from "./types.js";

export type View = "chat" | "library" | "history";

export interface Route {
  view: View;
  conversation: string | null;
  /** The source that is open beside the list. */
  place: Place | null;
}

export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [first, id] = path.split("/").map(decodeURIComponent);
  const route: Route = { view: "chat", conversation: null, place: null };
  if (first === "c" && id) return { ...route, conversation: id };
  if (first === "conversations") return { ...route, view: "history" };
  if (first === "sources") {
    const version = new URLSearchParams(query).get("version") ?? undefined;
    return { ...route, view: "library", place: id ? { document: { id }, version } : null };
  }
  return route;
}

export function hashOf({ view, conversation, place }: Route): string {
  if (view === "history") return "#/conversations";
  if (view === "chat") return conversation ? `#/c/${encodeURIComponent(conversation)}` : "#/";
  if (!place) return "#/sources";
  const query = place.version ? `?version=${encodeURIComponent(place.version)}` : "";
  return `#/sources/${encodeURIComponent(place.document.id)}${query}`;
}
