import { Button } from "@mantine/core";
import { IconArrowDown, IconHourglass } from "@tabler/icons-react";
import classes from "./pipeline.module.css";
import { ScrollRegion } from "./scroll-region.tsx";
import { useStickToEnd } from "./use-stick-to-end.ts";

/** A runaway reply of megabytes would freeze the page, which lays all of it out again ten times a second. */
const SHOWN_CHARS = 20_000;

/** Text as it is being written (`notice`: why it is not), in a box whose height never changes; follows the end until the person scrolls up. */
export function ReplyStream({ text, notice, label }: { text: string; notice: string | null; label: string }) {
  const { box, stuck, onScroll, stick } = useStickToEnd();
  const shown = text.length > SHOWN_CHARS ? `… ${text.slice(-SHOWN_CHARS)}` : text;
  return (
    <div className={classes.streamBox}>
      <ScrollRegion box={box} onScroll={onScroll} className={classes.stream} label={label}>
        <pre className={classes.streamText}>{shown}</pre>
      </ScrollRegion>
      {notice !== null && (
        <div className={classes.streamNotice}>
          <IconHourglass size={16} stroke={1.75} aria-hidden />
          <span>{notice}</span>
        </div>
      )}
      {!stuck && (
        <Button className={classes.jump ?? ""} size="compact-sm" leftSection={<IconArrowDown size={14} />} onClick={stick}>
          Follow
        </Button>
      )}
    </div>
  );
}
