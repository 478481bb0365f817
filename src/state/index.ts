/**
 * zustand stores: what the pages show and call. A store holds selection and progress; engines report to it by
 * events and know nothing of it. Free of React; `ui/stores.tsx` binds them.
 */
export type * from "./types.ts";
