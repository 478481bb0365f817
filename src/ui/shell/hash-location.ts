import { useSyncExternalStore } from "react";
import { decodePart, forRouter } from "../text/index.ts";

/**
 * wouter's location and search hooks over the part behind "#". Unlike wouter's own hash hook, the query stays
 * behind the "#" too, so that a link opens the same page in a new tab, and ids come out decoded.
 */
type NavigateOptions = { replace?: boolean; state?: unknown };

function split(): { path: string; search: string } {
  const text = window.location.hash.replace(/^#?\/?/, "");
  const cut = text.indexOf("?");
  return cut < 0 ? { path: `/${text}`, search: "" } : { path: `/${text.slice(0, cut)}`, search: text.slice(cut + 1) };
}

function subscribe(changed: () => void): () => void {
  window.addEventListener("hashchange", changed);
  window.addEventListener("popstate", changed);
  return () => {
    window.removeEventListener("hashchange", changed);
    window.removeEventListener("popstate", changed);
  };
}

function navigate(to: string, options: NavigateOptions = {}): void {
  const url = new URL(window.location.href);
  const oldURL = url.href;
  url.hash = to.startsWith("/") ? to : `/${to}`;
  window.history[options.replace === true ? "replaceState" : "pushState"](options.state ?? null, "", url.href);
  window.dispatchEvent(new HashChangeEvent("hashchange", { oldURL, newURL: url.href }));
}

export function useHashPath(): [string, typeof navigate] {
  return [useSyncExternalStore(subscribe, () => forRouter(decodePart(split().path))), navigate];
}

export function useHashSearch(): string {
  return useSyncExternalStore(subscribe, () => forRouter(split().search));
}

export function hashHref(path: string): string {
  return `#${path}`;
}
