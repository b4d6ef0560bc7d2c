import { SaxesParser } from 'saxes';

/** One element: its text, and its children in order. */
export interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

const depthMax = 16;

/** Reads an answer of a store. DTDs and processing instructions are refused. @throws Error when it isn't one whole document */
export function parseXml(bytes: Uint8Array): Element {
  const document: Element = { name: '', children: [], text: '' };
  const open = [document];
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a document type is not expected here');
  });
  parser.on('processinginstruction', () => {
    throw new Error('a processing instruction is not expected here');
  });
  parser.on('opentag', ({ name }) => {
    if (open.length > depthMax) throw new Error('elements are nested too deeply');
    const element: Element = { name: name.slice(name.indexOf(':') + 1), children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('cdata', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(new TextDecoder('utf-8', { fatal: true }).decode(bytes)).close();
  const root = document.children[0];
  if (root === undefined) throw new Error('the document is empty');
  return root;
}

export function textOf(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
