import { Collapse, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { Finding } from "@/domain";
import classes from "./finding-list.module.css";

function Traceback({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <div className={classes.traceback}>
      <UnstyledButton className={classes.toggle} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <IconChevronRight size={13} className={classes.chevron} data-open={open || undefined} aria-hidden />
        Traceback
      </UnstyledButton>
      <div id={id}>
        <Collapse expanded={open} keepMounted={false}>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className={classes.pre} tabIndex={0}>
            {text}
          </pre>
        </Collapse>
      </div>
    </div>
  );
}

function FindingItem({ finding, onLine }: { finding: Finding; onLine?: ((line: number) => void) | undefined }) {
  const { severity, message, line, hint, failure } = finding;
  const error = severity === "error";
  return (
    <li className={classes.item}>
      <span className={error ? classes.error : classes.warning}>
        {error ? <IconAlertCircle size={16} aria-hidden /> : <IconAlertTriangle size={16} aria-hidden />}
        <VisuallyHidden>{error ? "Error:" : "Warning:"}</VisuallyHidden>
      </span>
      <div className={classes.body}>
        <Text size="sm" className={classes.message}>
          {message}
          {line === null ? null : " "}
          {line === null ? null : onLine === undefined ? (
            <span className={classes.line}>{`line ${line}`}</span>
          ) : (
            <UnstyledButton className={classes.lineLink} onClick={() => onLine(line)}>
              {`line ${line}`}
            </UnstyledButton>
          )}
        </Text>
        {hint === undefined ? null : (
          <Text size="xs" c="dimmed" mt={2}>
            {hint}
          </Text>
        )}
        {failure === undefined || failure.traceback === "" ? null : <Traceback text={failure.traceback} />}
      </div>
    </li>
  );
}

/** What a gate found: message, line, hint, traceback. Errors first. */
export function FindingList({ findings, onLine }: { findings: readonly Finding[]; onLine?: ((line: number) => void) | undefined }) {
  if (findings.length === 0) return null;
  const sorted = [...findings.filter((item) => item.severity === "error"), ...findings.filter((item) => item.severity !== "error")];
  return (
    <ul className={classes.list}>
      {sorted.map((finding, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <FindingItem key={`${index}:${finding.code}:${finding.line ?? ""}`} finding={finding} onLine={onLine} />
      ))}
    </ul>
  );
}
