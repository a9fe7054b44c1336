// How well a few letters fit a name: for the command palette.

/**
 * 0 = not at all. Every word of the query must stand in the text; a word at the start of a word counts more, at the very start most.
 * Accents and case do not matter.
 */
export function rank(query: string, text: string): number {
  const words = plain(query).split(/\s+/).filter(Boolean), name = plain(text);
  let sum = 1;
  for (const word of words) {
    const at = name.indexOf(word);
    if (at < 0) return 0;
    sum += at === 0 ? 4 : name.includes(` ${word}`) ? 2 : 1;
  }
  return sum;
}

const plain = (text: string) => text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase();
