import { Collapse, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import type { Finding } from "@/domain";
import classes from "./finding-list.module.css";
import { PlainText } from "./markdown/plain-text.tsx";

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
          <div className={classes.pre} tabIndex={0}>
            <PlainText text={text} />
          </div>
        </Collapse>
      </div>
    </div>
  );
}

function FindingItem({ finding, advises, onLine }: { finding: Finding; advises: boolean; onLine?: ((line: number) => void) | undefined }) {
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
        {hint === undefined || !advises ? null : (
          <Text size="xs" c="dimmed" mt={2}>
            {hint}
          </Text>
        )}
        {failure === undefined || failure.traceback === "" ? null : <Traceback text={failure.traceback} />}
      </div>
    </li>
  );
}

/** Errors first; findings with the same advice stand together, so that it is given once, under the last of them. */
export function arranged(findings: readonly Finding[]): { finding: Finding; advises: boolean }[] {
  const sorted = [...findings.filter((item) => item.severity === "error"), ...findings.filter((item) => item.severity !== "error")];
  const groups = new Map<string, Finding[]>();
  for (const [index, finding] of sorted.entries()) {
    const key = finding.hint === undefined ? `#${index}` : `${finding.severity} ${finding.hint}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].flatMap((group) => group.map((finding, index) => ({ finding, advises: index === group.length - 1 })));
}

/** What a gate found: message, line, hint, traceback. */
export function FindingList({ findings, onLine }: { findings: readonly Finding[]; onLine?: ((line: number) => void) | undefined }) {
  if (findings.length === 0) return null;
  return (
    <ul className={classes.list}>
      {arranged(findings).map(({ finding, advises }, index) => (
        // oxlint-disable-next-line react/no-array-index-key
        <FindingItem key={`${index}:${finding.code}:${finding.line ?? ""}`} finding={finding} advises={advises} onLine={onLine} />
      ))}
    </ul>
  );
}
