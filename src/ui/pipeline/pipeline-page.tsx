import { useLocation } from "wouter";
import { runIdSchema } from "@/domain";
import { paths } from "../text/index.ts";
import { RunList } from "./run-list.tsx";
import { RunPage } from "./run-page.tsx";

const PREFIX = `${paths.pipeline}/`;

/** `/pipeline` lists the runs, `/pipeline/:runId` shows one. */
export function PipelinePage() {
  const [path] = useLocation();
  const id = path.startsWith(PREFIX) ? runIdSchema.safeParse(path.slice(PREFIX.length)).data : undefined;
  return id === undefined ? <RunList /> : <RunPage key={id} id={id} />;
}
