/**
 * The Environments pages: the list with selection, verifying and exporting of many; and one environment with
 * its task, tools, source, tasks, report and provenance. "Verified" is said of status "verified" alone.
 */
export { EnvironmentPage } from "./environment-page.tsx";
export { EnvironmentsPage } from "./environments-page.tsx";
