import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { Json } from "@/domain";
import classes from "./json-view.module.css";

const INLINE_CHARS = 72;
const PAGE = 100;
const MAX_TEXT = 2000;

function isTree(value: Json): value is Json[] | { [key: string]: Json } {
  return value !== null && typeof value === "object";
}

/** The value on one line when it is short; null as soon as it is too long, without writing out all of it. */
function inline(value: Json, room = INLINE_CHARS): string | null {
  if (!isTree(value)) {
    if (typeof value === "string" && value.length > room) return null;
    const text = JSON.stringify(value);
    return text.length <= room ? text : null;
  }
  const keys = Array.isArray(value) ? null : Object.keys(value);
  const items = Array.isArray(value) ? value : Object.values(value);
  if (items.length * 2 > room) return null;
  const parts: string[] = [];
  let left = room - 2;
  for (const [index, item] of items.entries()) {
    const key = keys === null ? "" : `${JSON.stringify(keys[index])}: `;
    const text = inline(item, left - key.length);
    if (text === null) return null;
    parts.push(key + text);
    left -= key.length + text.length + 2;
    if (left < 0) return null;
  }
  return keys === null ? `[${parts.join(", ")}]` : `{${parts.join(", ")}}`;
}

function Leaf({ value }: { value: Json }) {
  const kind = value === null ? "null" : typeof value;
  if (typeof value === "string" && value.length > MAX_TEXT)
    return (
      <span
        className={classes.string}
      >{`${JSON.stringify(value.slice(0, MAX_TEXT))}… ${(value.length - MAX_TEXT).toLocaleString("en")} more`}</span>
    );
  return <span className={classes[kind]}>{JSON.stringify(value)}</span>;
}

function Children({ value, depth }: { value: Json[] | { [key: string]: Json }; depth: number }) {
  const [shown, setShown] = useState(PAGE);
  const entries = Array.isArray(value)
    ? value.slice(0, shown).map((item, index) => [String(index), item] as const)
    : Object.entries(value).slice(0, shown);
  const total = Array.isArray(value) ? value.length : Object.keys(value).length;
  return (
    <ul className={classes.children}>
      {entries.map(([key, item]) => (
        <Node key={key} name={key} value={item} depth={depth} />
      ))}
      {total > shown ? (
        <li>
          <UnstyledButton
            className={classes.more}
            onClick={() => setShown(shown + PAGE * 5)}
          >{`Show more (${(total - shown).toLocaleString("en")} left)`}</UnstyledButton>
        </li>
      ) : null}
    </ul>
  );
}

function Node({ name, value, depth }: { name: string; value: Json; depth: number }) {
  const [open, setOpen] = useState(depth < 2);
  const short = isTree(value) ? inline(value) : null;
  if (!isTree(value) || short !== null)
    return (
      <li className={classes.node}>
        <span className={classes.key}>{name}</span>
        {isTree(value) ? <span className={classes.text}>{short}</span> : <Leaf value={value} />}
      </li>
    );
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  return (
    <li>
      <UnstyledButton className={classes.branch} aria-expanded={open} onClick={() => setOpen(!open)}>
        <IconChevronRight size={12} className={classes.chevron} data-open={open || undefined} aria-hidden />
        <span className={classes.key}>{name}</span>
        <span className={classes.size}>{Array.isArray(value) ? `list of ${size}` : `${size} ${size === 1 ? "key" : "keys"}`}</span>
      </UnstyledButton>
      {open ? <Children value={value} depth={depth + 1} /> : null}
    </li>
  );
}

/** A compact tree: short values on one line, long ones folded, big ones in pages. */
export function JsonView({ value, label }: { value: Json; label: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={classes.box} aria-label={label} tabIndex={0}>
      {isTree(value) && Object.keys(value).length > 0 ? (
        <Children value={value} depth={0} />
      ) : (
        <span className={classes.text}>{JSON.stringify(value)}</span>
      )}
    </section>
  );
}
