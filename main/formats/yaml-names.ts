// Reads the one thing that is needed of a YOLO data.yaml: the list `names`, in the four ways in which people write it.

/** @returns class names by number, or null when there is no readable list */
export function namesInYaml(text: string): ReadonlyMap<number, string> | null {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => /^names\s*:/.test(line));
  if (start < 0) return null;
  const first = withoutComment(lines[start]!.replace(/^names\s*:/, '')).trim();
  if (first) {
    // Flow style may run over several lines, up to its bracket.
    const text = [first, ...lines.slice(start + 1).map((line) => withoutComment(line).trim())].join(' ');
    const flow = /^\[(.*?)\](?=\s|$)|^\{(.*?)\}(?=\s|$)/.exec(text);
    if (!flow) return null;
    return numbered(items(flow[1] ?? flow[2]!), flow[2] !== undefined);
  }
  const block: string[] = [];
  for (const line of lines.slice(start + 1).map(withoutComment)) {
    if (!line.trim()) continue;
    if (!/^(\s|- )/.test(line)) break;
    block.push(line.trim());
  }
  const isMap = block.length > 0 && !block[0]!.startsWith('-');
  return numbered(isMap ? block : block.map((line) => line.replace(/^-\s*/, '')), isMap);
}

function numbered(entries: readonly string[], isMap: boolean): ReadonlyMap<number, string> | null {
  const names = new Map<number, string>();
  for (const [index, entry] of entries.entries()) {
    const [, key, value] = isMap ? /^['"]?(\d+)['"]?\s*:\s*(.*)$/.exec(entry) ?? [] : [undefined, String(index), entry];
    const name = value === undefined ? null : scalar(value);
    if (key === undefined || !name) return null;
    names.set(Number(key), name);
  }
  return names.size ? names : null;
}

/** Splits at commas outside quotation marks. */
function items(text: string): readonly string[] {
  return (text.match(/(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,'"])+/g) ?? []).map((item) => item.trim()).filter(Boolean);
}

/** A plain, single-quoted or double-quoted text; null when it is none of them. */
function scalar(text: string): string | null {
  if (text.startsWith("'")) return /^'(?:[^']|'')*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : null;
  if (!text.startsWith('"')) return text;
  try {
    // Double-quoted YAML is JSON for everything that class names hold.
    return String(JSON.parse(text));
  } catch {
    return null;
  }
}

/** A # begins a comment after a space or at the start, outside quotation marks. */
function withoutComment(line: string): string {
  return /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|(?<!^)(?<!\s)#|[^#])*/.exec(line)![0];
}
