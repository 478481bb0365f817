/**
 * The clock that Python reads: the machine's, and as far ahead of it as the host says. A proof is over in a second and an
 * agent's episode lasts minutes; an environment that pays after a minute must meet that minute in the proof.
 */
export type Clock = { advance: (ms: number) => void };

/** Takes the place of the two clocks that Pyodide reads. Before judged code runs, once. */
export function takeClocks(): Clock {
  const sinceStart = performance.now.bind(performance);
  const sinceEpoch = Date.now.bind(Date);
  let ahead = 0;
  Object.defineProperty(performance, "now", { value: () => sinceStart() + ahead });
  Object.defineProperty(Date, "now", { value: () => sinceEpoch() + ahead });
  return {
    advance: (ms) => {
      if (ms > 0) ahead += ms;
    },
  };
}
