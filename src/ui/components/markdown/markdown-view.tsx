// oxlint-disable-next-line import/no-unassigned-import
import "katex/dist/katex.min.css";
import type { Root } from "hast";
import { type Components, toJsxRuntime } from "hast-util-to-jsx-runtime";
import { memo, useEffect, useState } from "react";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import type { Slice } from "./format.ts";
import classes from "./markdown.module.css";
import { PlainText } from "./plain-text.tsx";

/** Headings start below those of the page; scrolling boxes take the keyboard. */
const components: Partial<Components> = {
  h1: ({ children }) => <h3>{children}</h3>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  h4: ({ children }) => <h5>{children}</h5>,
  h5: ({ children }) => <h6>{children}</h6>,
  // An address that is not one of the web's arrives empty.
  a: ({ children, href }) =>
    href === undefined || href === "" ? (
      <span>{children}</span>
    ) : (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ),
  img: ({ alt, src }) =>
    typeof src === "string" && src !== "" ? (
      <a href={src} target="_blank" rel="noopener noreferrer nofollow">
        {`Image: ${alt === undefined || alt === "" ? src : alt}`}
      </a>
    ) : (
      <span>{alt}</span>
    ),
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={classes.scroll} tabIndex={0} aria-label="Table">
      <table>{children}</table>
    </section>
  ),
};

const SliceView = memo(function SliceView({ slice }: { slice: Slice }) {
  if (slice.kind === "tree")
    return toJsxRuntime(JSON.parse(slice.json) as Root, { Fragment, jsx, jsxs, components, ignoreInvalidStyle: true });
  return (
    <section className={classes.asWritten} aria-label="Part that is not formatted">
      <p className={classes.note}>This part is too large to format. It is shown as it was written.</p>
      <PlainText text={slice.text} />
    </section>
  );
});

/** One slice a frame: between two, the page does what else is to be done. */
export default function MarkdownView({ slices }: { slices: readonly Slice[] }) {
  const [drawn, setDrawn] = useState(1);
  const more = drawn < slices.length;
  useEffect(() => {
    // A frame's callback alone would draw the next slice before this one is seen; in a hidden page there are no frames.
    const timer = more ? setTimeout(() => setDrawn(drawn + 1), 16) : undefined;
    return () => clearTimeout(timer);
  }, [drawn, more]);
  return (
    <div className={classes.markdown} data-text-state={more ? "coming" : "shown"}>
      {slices.slice(0, drawn).map((slice, index) =>
        slices.length === 1 ? (
          <SliceView key={index} slice={slice} />
        ) : (
          <div key={index} className={classes.slice}>
            <SliceView slice={slice} />
          </div>
        ),
      )}
    </div>
  );
}
