/**
 * The stores as hooks: a page selects what it shows of one and calls its actions. `main.tsx` makes the stores and hands
 * them to `StoresProvider`; below `GuestsProvider` the episodes are those of what came by a link.
 */
export * from "./stores.tsx";
