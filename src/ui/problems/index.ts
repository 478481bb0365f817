/**
 * The Problems pages: the start page with its list, one problem, and the form for an own one. Making an
 * environment starts a run and goes to the Pipeline page.
 */
export { NewProblemPage } from "./new-problem-page.tsx";
export { ProblemPage } from "./problem-page.tsx";
export { ProblemsPage } from "./problems-page.tsx";
