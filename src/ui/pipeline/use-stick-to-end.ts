import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/**
 * Keeps a scrolled box at its end while its content grows, until the person scrolls up; `stick()` goes back.
 * Put `box` and `onScroll` on the box.
 */
export function useStickToEnd(): { box: RefObject<HTMLElement | null>; stuck: boolean; onScroll: () => void; stick: () => void } {
  const box = useRef<HTMLElement | null>(null);
  const [stuck, setStuck] = useState(true);
  // After every render: what grows is not known here, and setting the same place again costs nothing.
  useLayoutEffect(() => {
    if (stuck && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  });
  const onScroll = (): void => {
    const element = box.current;
    if (element !== null) setStuck(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
  };
  return { box, stuck, onScroll, stick: () => setStuck(true) };
}
