// Reads the XML that annotation tools write: elements and text. Document types are refused, so no entity can be defined and blown up.
import { StudioError } from '#contract/errors.ts';

/** Attributes are skipped: the formats read here do not use them. */
export interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  /** Own text, without that of children, trimmed. */
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** Deeper than any annotation, shallow enough for the stack of whoever walks it. */
const MOST_DEEP = 50;

/** One piece of markup at a time: a comment, a processing instruction, CDATA, or a tag. */
const markup = /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_:][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/y;

/** @throws StudioError `unreadable` naming the file */
export function readXml(text: string, file: string): Element {
  const fail = (message: string) => new StudioError('unreadable', 'xml', { file }, `${file} is no readable XML: ${message}.`);
  const root = { name: '', children: [] as Element[], text: '' };
  const open = [root];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const here = open.at(-1)!;
    const next = text.indexOf('<', at);
    here.text += decodeEntities(text.slice(at, next < 0 ? text.length : next));
    if (next < 0) break;
    markup.lastIndex = next;
    const found = markup.exec(text);
    if (!found) throw fail(text.startsWith('<!DOCTYPE', next) ? 'document types are not accepted' : `what begins at character ${next} is no tag`);
    const [whole, literal, closing, name, , empty] = found;
    if (literal !== undefined) here.text += literal;
    else if (name !== undefined && closing) {
      if (here.name !== name || open.length === 1) throw fail(`</${name}> closes nothing`);
      open.pop();
    } else if (name !== undefined) {
      const element = { name, children: [] as Element[], text: '' };
      here.children.push(element);
      if (!empty) open.push(element);
      if (open.length > MOST_DEEP) throw fail('it is nested too deep');
    }
    at = next + whole.length;
  }
  if (open.length > 1) throw fail(`<${open.at(-1)!.name}> is never closed`);
  const [element, ...more] = root.children;
  if (!element || more.length || root.text.trim()) throw fail('it must hold exactly one element');
  return trimmed(element);
}

function trimmed({ name, children, text }: Element): Element {
  return { name, children: children.map(trimmed), text: text.trim() };
}

/** The first child of that name. */
export function child(element: Element, name: string): Element | undefined {
  return element.children.find((one) => one.name === name);
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return Object.hasOwn(entities, name) ? entities[name]! : whole;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Text as it may stand between tags. Characters that XML cannot hold at all become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd').replace(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
