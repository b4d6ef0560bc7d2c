import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { vsphereErrors } from '../errors.ts';

const xsiNamespace = 'http://www.w3.org/2001/XMLSchema-instance';
export const soapNamespace = 'http://schemas.xmlsoap.org/soap/envelope/';

/** One element of a parsed document. Text of elements that also have children is kept, but means nothing in vim25. */
export interface Element {
  /** Without prefix. */
  readonly name: string;
  readonly namespace: string;
  /** The `type` attribute without namespace: a reference's managed type. */
  readonly refType: string | undefined;
  /** The `xsi:type` attribute without prefix. */
  readonly xsiType: string | undefined;
  /** `xsi:nil="true"` */
  readonly nil: boolean;
  readonly children: Element[];
  text: string;
}

/** Bounds of a document. */
export interface XmlLimits {
  readonly charactersMax: number;
  readonly depthMax: number;
  readonly elementsMax: number;
}

export const defaultXmlLimits: XmlLimits = { charactersMax: 128 * 1024 * 1024, depthMax: 200, elementsMax: 5_000_000 };

function attribute(attributes: Record<string, SaxesAttributeNS>, uri: string, local: string): string | undefined {
  for (const key in attributes) {
    const one = attributes[key]!;
    if (one.local === local && one.uri === uri) return one.value;
  }
  return undefined;
}

function refuse(message: string, cause?: unknown): never {
  throw vsphereErrors.create('VSPHERE_XML', message, cause === undefined ? {} : { cause });
}

/**
 * Parses a document into elements. Document types and processing instructions are refused, so that no entity can be defined.
 *
 * @throws `VSPHERE_XML` when it isn't well-formed or goes beyond `limits`
 */
export function parseXml(text: string, limits: XmlLimits = defaultXmlLimits): Element {
  if (text.length > limits.charactersMax) refuse(`the document has more than ${limits.charactersMax} characters`);
  const parser = new SaxesParser({ xmlns: true });
  const open: Element[] = [];
  let root: Element | undefined;
  let elements = 0;
  parser.on('error', (error) => refuse(`the document is not well-formed XML: ${error.message}`, error));
  parser.on('doctype', () => refuse('the document has a document type, which is not accepted'));
  parser.on('processinginstruction', () => refuse('the document has a processing instruction, which is not accepted'));
  parser.on('opentag', (tag: SaxesTagNS) => {
    if (open.length >= limits.depthMax) refuse(`the document is nested deeper than ${limits.depthMax}`);
    if (++elements > limits.elementsMax) refuse(`the document has more than ${limits.elementsMax} elements`);
    const xsiType = attribute(tag.attributes, xsiNamespace, 'type');
    const element: Element = {
      name: tag.local,
      namespace: tag.uri,
      refType: attribute(tag.attributes, '', 'type'),
      xsiType: xsiType?.slice(xsiType.indexOf(':') + 1),
      nil: /^(true|1)$/.test(attribute(tag.attributes, xsiNamespace, 'nil') ?? ''),
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const addText = (part: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += part;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.write(text).close();
  return root ?? refuse('the document is empty');
}

const specialInText = /[&<>\r]/g;
const specialInAttribute = /[&<>"\t\n\r]/g;
const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;', '\t': '&#9;', '\n': '&#10;' };
// Everything XML 1.0 has no way to carry, lone surrogates included.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function checked(text: string): string {
  if (impossible.test(text)) throw vsphereErrors.create('VSPHERE_VALUE', `a text holds a character that XML can't carry: ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}

export function escapeText(text: string): string {
  return checked(text).replace(specialInText, (character) => entities[character]!);
}

export function escapeAttribute(text: string): string {
  return checked(text).replace(specialInAttribute, (character) => entities[character]!);
}
