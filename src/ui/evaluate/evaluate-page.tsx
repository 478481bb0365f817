import { useLocation, useSearch } from "wouter";
import { evaluationIdSchema } from "@/domain";
import { paths } from "../text/index.ts";
import { EvaluationList } from "./evaluation-list.tsx";
import { EvaluationPage } from "./evaluation-page.tsx";
import { PlanPage } from "./plan/plan-page.tsx";

const PREFIX = `${paths.evaluate}/`;

/** `/evaluate` lists evaluations, `/evaluate/new` plans one, `/evaluate/:id` shows one, `?with=:other` beside another. */
export function EvaluatePage() {
  const [path] = useLocation();
  const other = evaluationIdSchema.safeParse(new URLSearchParams(useSearch()).get("with")).data ?? null;
  if (path === paths.newEvaluation) return <PlanPage />;
  const id = path.startsWith(PREFIX) ? evaluationIdSchema.safeParse(path.slice(PREFIX.length)).data : undefined;
  return id === undefined ? <EvaluationList /> : <EvaluationPage key={id} id={id} other={other === id ? null : other} />;
}
