import { type RefObject, useEffect } from "react";

/** The message to the page around a frame; `HEIGHT_SCRIPT` of the snippet listens for it. */
const TYPE = "codegym-playground:height";

/**
 * Tells the page around the frame how tall the content is, at first and whenever that changes, so that the page can
 * give the frame that height. It holds a number and nothing else, so it may go to whatever page that is.
 */
export function useReportedHeight(content: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = content.current;
    if (element === null || window.parent === window) return undefined;
    let last = 0;
    const observer = new ResizeObserver(() => {
      const height = Math.ceil(element.getBoundingClientRect().height);
      if (height === last) return;
      last = height;
      window.parent.postMessage({ type: TYPE, height }, "*");
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [content]);
}
