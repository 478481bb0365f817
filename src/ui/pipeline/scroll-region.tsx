import type { ReactNode, RefObject, UIEventHandler } from "react";

export type ScrollRegionProps = {
  label: string;
  className: string | undefined;
  children: ReactNode;
  box?: RefObject<HTMLElement | null>;
  onScroll?: UIEventHandler<HTMLElement>;
};

/** A box with a scroll bar of its own: named, and reachable by keyboard, which is how its end is read. */
export function ScrollRegion({ label, className, children, box, onScroll }: ScrollRegionProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolled by the arrow keys
    <section ref={box} onScroll={onScroll} className={className} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
