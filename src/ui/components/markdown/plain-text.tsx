import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { PLAIN_PIECES } from "./caps.ts";
import classes from "./markdown.module.css";
import { plainPieces, withoutPiledMarks } from "./plain-pieces.ts";

/** A text as it was written. A long one comes in pieces, as many as are asked for; those out of sight are not laid out. */
export function PlainText({ text }: { text: string }) {
  const [shown, setShown] = useState(PLAIN_PIECES);
  const readable = useMemo(() => withoutPiledMarks(text), [text]);
  const { pieces, end } = plainPieces(readable, shown);
  const long = pieces.length > 1;
  return (
    <div className={classes.plain}>
      {/* Pieces are only ever added at the end. */}
      {pieces.map((piece, index) => (
        <div key={index} className={long ? classes.piece : undefined}>
          {piece}
        </div>
      ))}
      {end < readable.length ? (
        <Button variant="subtle" size="compact-xs" onClick={() => setShown(shown + PLAIN_PIECES)}>
          {`Show more (${(readable.length - end).toLocaleString("en")} characters left)`}
        </Button>
      ) : null}
    </div>
  );
}
