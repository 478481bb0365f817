import { Checkbox, Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { ImportChange } from "@/state";
import { formatCount } from "../../text/index.ts";
import { VirtualRows } from "../virtual-list.tsx";
import { changeText } from "./change-text.ts";
import classes from "./importing.module.css";

/** Of one line of name and one of text; longer ones are measured. */
const ROW_HEIGHT = 46;

/** Every item of an import with what becomes of it, and whether it is to be imported. `without`: the keys that are not. */
export function ImportItems({
  changes,
  without,
  onWithout,
}: {
  changes: readonly ImportChange[];
  without: ReadonlySet<string>;
  onWithout: (without: ReadonlySet<string>) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- the compiler is not used, and nothing of it is memoized here
  const rows = useVirtualizer({
    count: changes.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    getItemKey: (index) => changes[index]?.key ?? index,
  });
  const toggle = (key: string, wanted: boolean): void => {
    const next = new Set(without);
    if (wanted) next.delete(key);
    else next.add(key);
    onWithout(next);
  };
  return (
    <div>
      {changes.length > 1 && (
        <Checkbox
          size="sm"
          mb={6}
          label={`All ${formatCount(changes.length, "item")}`}
          checked={without.size === 0}
          indeterminate={without.size > 0 && without.size < changes.length}
          onChange={() => onWithout(without.size === 0 ? new Set(changes.map(({ key }) => key)) : new Set())}
        />
      )}
      <div ref={scroller} className={classes.items}>
        <VirtualRows rows={rows} items={changes} label="Items to import">
          {(change) => (
            <Checkbox
              size="sm"
              checked={!without.has(change.key)}
              onChange={(event) => toggle(change.key, event.currentTarget.checked)}
              label={change.name}
              description={
                <Text component="span" size="xs" className={`${classes.message} ${change.unverifies ? classes.costly : classes.plain}`}>
                  {changeText(change)}
                </Text>
              }
              classNames={{ root: classes.item ?? "", label: classes.message ?? "", body: classes.itemBody ?? "" }}
            />
          )}
        </VirtualRows>
      </div>
    </div>
  );
}
