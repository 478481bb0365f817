import { useWindowVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { type ReactNode, type Ref, useLayoutEffect, useRef, useState } from "react";
import classes from "./virtual-list.module.css";

const VIRTUAL_FROM = 100;

type Props<T> = { items: readonly T[]; keyOf: (item: T) => string; rowHeight: number; label: string; children: (item: T) => ReactNode };

type RowsProps<T> = {
  rows: { getTotalSize(): number; getVirtualItems(): VirtualItem[]; measureElement(element: Element | null): void };
  items: readonly T[];
  label: string;
  /** Where the list begins in what scrolls. */
  top?: number;
  listRef?: Ref<HTMLUListElement>;
  children: (item: T) => ReactNode;
};

/** Those rows of a list that are in sight, each at its place; a screen reader is told how many there are. */
export function VirtualRows<T>({ rows, items, label, top = 0, listRef, children }: RowsProps<T>) {
  return (
    <ul ref={listRef} className={classes.list} aria-label={label} style={{ height: rows.getTotalSize(), position: "relative" }}>
      {rows.getVirtualItems().map((row) => {
        const item = items[row.index];
        if (item === undefined) return null;
        return (
          <li
            key={row.key}
            ref={(element) => rows.measureElement(element)}
            data-index={row.index}
            aria-setsize={items.length}
            aria-posinset={row.index + 1}
            className={classes.item}
            style={{ position: "absolute", top: 0, left: 0, right: 0, transform: `translateY(${row.start - top}px)` }}
          >
            {children(item)}
          </li>
        );
      })}
    </ul>
  );
}

function Windowed<T>({ items, keyOf, rowHeight, label, children }: Props<T>) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (list.current !== null) setTop(list.current.getBoundingClientRect().top + window.scrollY);
  }, [items]);
  // oxlint-disable-next-line react/incompatible-library -- the compiler is not used, and nothing of it is memoized here
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });
  return (
    <VirtualRows rows={rows} items={items} label={label} top={top} listRef={list}>
      {children}
    </VirtualRows>
  );
}

/** A list of rows on the page's own scroll; only those in sight are made once it is long. */
export function VirtualList<T>(props: Props<T>) {
  if (props.items.length > VIRTUAL_FROM) return <Windowed {...props} />;
  return (
    <ul className={classes.list} aria-label={props.label}>
      {props.items.map((item) => (
        <li key={props.keyOf(item)} className={classes.item}>
          {props.children(item)}
        </li>
      ))}
    </ul>
  );
}
