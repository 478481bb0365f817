/**
 * What several pages show: editor, markdown, gates, findings, matrix, badges, figures, lists, empty states,
 * errors, paths of the pages. They take values and callbacks and know no store; `importing`, `sharing` and the
 * list of unreadable records alone do.
 */
export * from "./address-text.ts";
export * from "./code-editor-types.ts";
export * from "./code-editor.tsx";
export * from "./confirm-button.tsx";
export * from "./copy-text.tsx";
export * from "./download.ts";
export * from "./empty-state.tsx";
export * from "./error-notice.tsx";
export * from "./estimate-text.ts";
export * from "./facts.tsx";
export * from "./finding-list.tsx";
export { focusPlace } from "./focus/focus-keeper.ts";
export { useFocusNext } from "./focus/focus-provider.tsx";
export * from "./format.ts";
export * from "./gate-list.tsx";
export * from "./importing/import-button.tsx";
export * from "./unreadable-records.tsx";
export * from "./json-view.tsx";
export * from "./links.ts";
export * from "./markdown/markdown.tsx";
export * from "./matrix.tsx";
export * from "./missing-part.tsx";
export * from "./page-header.tsx";
export * from "./panel-boundary.tsx";
export * from "./profile-lack.ts";
export * from "./search-field.tsx";
export * from "./section.tsx";
export * from "./sharing/share-button.tsx";
export * from "./status-badge.tsx";
export * from "./use-action.ts";
export * from "./use-now.ts";
export * from "./use-session-draft.ts";
export * from "./verdict-badge.tsx";
export * from "./virtual-list.tsx";
export * from "./page-loading.tsx";
export * from "./waiting-text.ts";
