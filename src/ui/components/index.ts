/**
 * What two pages or more show: editor, markdown, gates, findings, matrix, badges, lists, empty states, errors. What one
 * page shows stays with that page. They take values and callbacks and know no store; `importing`, `sharing` and the list
 * of unreadable records alone do. What is fetched when it is first shown has a `warm…` beside it.
 */
export * from "./code-editor-types.ts";
export { CodeEditor, warmCodeEditor } from "./code-editor.tsx";
export * from "./confirm-button.tsx";
export * from "./copy-text.tsx";
export * from "./download.ts";
export * from "./empty-state.tsx";
export * from "./error-notice.tsx";
export * from "./facts.tsx";
export * from "./finding-list.tsx";
export { focusPlace } from "./focus/focus-keeper.ts";
export { FocusProvider, useFocusNext } from "./focus/focus-provider.tsx";
export * from "./gate-list.tsx";
export * from "./importing/import-button.tsx";
export * from "./json-view.tsx";
export { Markdown, warmMarkdown } from "./markdown/markdown.tsx";
export { PlainText } from "./markdown/plain-text.tsx";
export * from "./matrix.tsx";
export * from "./page-header.tsx";
export * from "./page-loading.tsx";
export * from "./panel-boundary.tsx";
export * from "./search-field.tsx";
export * from "./section.tsx";
export * from "./sharing/share-button.tsx";
export * from "./status-badge.tsx";
export * from "./unreadable-records.tsx";
export * from "./use-action.ts";
export * from "./use-now.ts";
export * from "./use-session-draft.ts";
export * from "./virtual-list.tsx";
