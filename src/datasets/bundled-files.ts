/** Built into one chunk that is fetched on first use. Keys are paths below this folder. */
export const index: Readonly<Record<string, unknown>> = import.meta.glob("./bundled/index.json", { eager: true, import: "default" });
export const statements: Readonly<Record<string, unknown>> = import.meta.glob("./bundled/*/statement.md", {
  eager: true,
  query: "?raw",
  import: "default",
});
export const solutions: Readonly<Record<string, unknown>> = import.meta.glob("./bundled/*/solution.py", {
  eager: true,
  query: "?raw",
  import: "default",
});
