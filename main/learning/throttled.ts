// Word of progress, no more often than a person can read.

export type Tell = (done: number, total: number, secondsLeft: number | null) => void;

/** Milliseconds between two words. */
const between = 250;

/** Lets a word through every 250 ms, and the last one always. */
export function throttled(tell: Tell): Tell {
  let last = -Infinity;
  return (done, total, secondsLeft) => {
    if (done < total && performance.now() - last < between) return;
    last = performance.now();
    tell(done, total, secondsLeft);
  };
}
