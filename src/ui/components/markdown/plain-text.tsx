import { Button } from "@mantine/core";
import { useState } from "react";
import { PLAIN_CHARS } from "./caps.ts";
import classes from "./markdown.module.css";

/** Ends after a line where one ends in the last quarter, and never within a character. */
function pieceEnd(text: string, from: number): number {
  const end = from + PLAIN_CHARS;
  if (end >= text.length) return text.length;
  const line = text.lastIndexOf("\n", end - 1) + 1;
  if (line > from + PLAIN_CHARS * 0.75) return line;
  const unit = text.charCodeAt(end);
  return unit >= 0xdc00 && unit <= 0xdfff ? end + 1 : end;
}

/** A text as it was written. A long one comes in pieces, as many as are asked for. */
export function PlainText({ text }: { text: string }) {
  const [shown, setShown] = useState(1);
  const pieces: string[] = [];
  let end = 0;
  while (pieces.length < shown && end < text.length) {
    const from = end;
    end = pieceEnd(text, from);
    pieces.push(text.slice(from, end));
  }
  return (
    <div className={classes.plain}>
      {/* Pieces are only ever added at the end. */}
      {pieces.map((piece, index) => (
        <div key={index}>{piece}</div>
      ))}
      {end < text.length ? (
        <Button variant="subtle" size="compact-xs" onClick={() => setShown(shown + 1)}>
          {`Show more (${(text.length - end).toLocaleString("en")} characters left)`}
        </Button>
      ) : null}
    </div>
  );
}
