import { Badge, Checkbox, Loader, Text } from "@mantine/core";
import { Link } from "wouter";
import type { Environment } from "@/domain";
import type { VerifyJob } from "@/state";
import { formatRange, NOT_KNOWN, paths } from "../text/index.ts";
import { StatusBadge } from "../components/index.ts";
import classes from "./environment-row.module.css";

function originOf({ provenance }: Environment): string {
  if (provenance.fromLink === true) return "From a link";
  if (provenance.source === "imported") return "Imported";
  if (provenance.rules !== undefined) return "Made here, compiled";
  return provenance.recorded === true ? "Made here, recorded replies" : "Made here";
}

function Job({ job }: { job: VerifyJob }) {
  if (job.status === "running")
    return (
      <span className={classes.job}>
        <Loader size={12} aria-hidden />
        {job.note === "" ? "Verifying" : job.note}
      </span>
    );
  return <span className={classes.job}>Waiting</span>;
}

/** First line of the task text, without markup. */
function excerptOf(environment: Environment): string {
  const text = environment.taskText
    .slice(0, 600)
    .replace(/[#*_`>$]/g, "")
    .replace(/\s+/g, " ")
    .trim();
  return text === "" ? "No task text" : text;
}

export function EnvironmentRow({
  environment,
  job,
  selected,
  onSelect,
}: {
  environment: Environment;
  job: VerifyJob | undefined;
  selected: boolean;
  onSelect: (selected: boolean) => void;
}) {
  const rounds = formatRange(environment.tasks.map((task) => task.rounds));
  const busy = job !== undefined && (job.status === "waiting" || job.status === "running");
  return (
    <div className={classes.row} data-selected={selected || undefined}>
      <Checkbox
        aria-label={`Select ${environment.className}`}
        checked={selected}
        onChange={(event) => onSelect(event.currentTarget.checked)}
        className={classes.check ?? ""}
      />
      <Link href={paths.environment(environment.id)} className={classes.rowLink}>
        <div className={classes.rowText}>
          <Text component="div" size="sm" fw={600} className={classes.name}>
            {environment.className}
            <span className={classes.codeId}>{environment.codeId}</span>
          </Text>
          <Text size="sm" c="dimmed" lineClamp={1}>
            {excerptOf(environment)}
          </Text>
        </div>
        <dl className={classes.figures}>
          <div>
            <dt>Tools</dt>
            <dd>{environment.tools.length === 0 ? NOT_KNOWN : environment.tools.length}</dd>
          </div>
          <div>
            <dt>Tasks</dt>
            {/* None are known before Python has read the source: that is not 0. */}
            <dd>{environment.tasks.length === 0 && environment.status === "unverified" ? NOT_KNOWN : environment.tasks.length}</dd>
          </div>
          <div className={classes.rounds}>
            <dt>Rounds</dt>
            <dd>{rounds}</dd>
          </div>
        </dl>
        <div className={classes.rowState}>
          {busy ? <Job job={job} /> : <StatusBadge status={environment.status} />}
          {environment.source === "" ? (
            <Badge color="yellow">no .py</Badge>
          ) : (
            <Text size="xs" c="dimmed">
              {originOf(environment)}
            </Text>
          )}
        </div>
      </Link>
    </div>
  );
}
