import { vsphereErrors } from '../errors.ts';
import { newestApiVersion } from './api-version.ts';
import { type DecodeOptions, decode, readFields, requireFields } from './decode.ts';
import { encode, encodeField } from './encode.ts';
import { dataType, type Method, method, type TypeUse } from './schema.ts';
import { type DataObject, isMoRef, type MoRef } from './value.ts';
import { type Element, escapeText, parseXml, soapNamespace, type XmlLimits } from './xml.ts';

/** A call of a method, as it travels in a request. */
export interface Request {
  readonly method: string;
  readonly target: MoRef;
  /** By the names of the schema; unset optional ones left out. */
  readonly parameters: Record<string, unknown>;
  /** Written into the server's log. */
  readonly operationId?: string | undefined;
  /** Some endpoints take the session from the header of the envelope instead of the cookie. */
  readonly sessionCookie?: string | undefined;
}

/** What a server answers. */
export type Response = { readonly kind: 'result'; readonly value: unknown } | ({ readonly kind: 'fault' } & WireFault);

/** A fault as it travels: `fault.$type` is its name. A server that couldn't even read the request may send none. */
export interface WireFault {
  readonly message: string;
  readonly fault?: DataObject | undefined;
}

const opening =
  '<?xml version="1.0" encoding="UTF-8"?>\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" ' +
  'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">';
const closing = '</soapenv:Envelope>';

function refuse(message: string): never {
  throw vsphereErrors.create('VSPHERE_VALUE', message);
}

function knownMethod(name: string): Method {
  return method(name) ?? refuse(`the schema has no method ${name}`);
}

/**
 * Writes a request, every parameter in the order of the schema.
 * @param version the API version to speak; parameters and fields newer than it are left out
 */
export function encodeRequest(request: Request, version: string = newestApiVersion): string {
  const { name, parameters, namespace } = knownMethod(request.method);
  for (const given in request.parameters) {
    if (request.parameters[given] !== undefined && !parameters.some((one) => one.name === given)) refuse(`${name} has no parameter ${given}`);
  }
  let header = '';
  if (request.sessionCookie !== undefined) header += `<vcSessionCookie>${escapeText(request.sessionCookie)}</vcSessionCookie>`;
  if (request.operationId !== undefined) header += `<operationID>${escapeText(request.operationId)}</operationID>`;
  let body = encode('_this', request.target, '&ManagedObject', version);
  for (const parameter of parameters) body += encodeField(request.parameters[parameter.name], parameter, name, version, name);
  if (header !== '') header = `<soapenv:Header>${header}</soapenv:Header>`;
  return `${opening}${header}<soapenv:Body><${name} xmlns="${namespace}">${body}</${name}></soapenv:Body>${closing}`;
}

function soapBody(text: string, limits?: XmlLimits): { header: Element | undefined; content: Element | undefined } {
  const envelope = parseXml(text, limits);
  if (envelope.name !== 'Envelope' || envelope.namespace !== soapNamespace) {
    throw vsphereErrors.create('VSPHERE_XML', `the document is a <${envelope.name}>, not a SOAP envelope`);
  }
  const body = envelope.children.find((child) => child.name === 'Body');
  if (body === undefined) throw vsphereErrors.create('VSPHERE_XML', 'the SOAP envelope has no body');
  return { header: envelope.children.find((child) => child.name === 'Header'), content: body.children[0] };
}

/**
 * Reads a request strictly by the schema: unknown, missing and misplaced parameters are refused.
 * @throws `VSPHERE_XML`, or `VSPHERE_VALUE` with what doesn't fit
 */
export function decodeRequest(text: string, options: DecodeOptions & { readonly limits?: XmlLimits } = {}): Request {
  const { header, content } = soapBody(text, options.limits);
  if (content === undefined) refuse('the request names no method');
  const definition = knownMethod(content.name);
  const [first, ...rest] = content.children;
  if (first?.name !== '_this' || first.refType === undefined) refuse(`${content.name} doesn't say on which object it is called`);
  const parameters: DataObject = {};
  const fields = new Map(definition.parameters.map((field) => [field.name, field]));
  const strict: DecodeOptions = { mode: 'strict', ...options };
  readFields({ ...content, children: rest }, fields, parameters, definition.name, strict);
  if (strict.mode === 'strict') requireFields(definition.parameters, parameters, definition.name, strict);
  const inHeader = (name: string) => header?.children.find((child) => child.name === name)?.text;
  return {
    method: definition.name,
    target: { type: first.refType, value: first.text },
    parameters,
    operationId: inHeader('operationID'),
    sessionCookie: inHeader('vcSessionCookie'),
  };
}

/** Writes the answer to a call of `name`; `result` is left out for methods that return nothing, or when it is unset. */
export function encodeResponse(name: string, result: unknown, version: string = newestApiVersion): string {
  const use = knownMethod(name).result;
  const empty = result === undefined || use.type === 'void';
  if (empty && use.type !== 'void' && !use.optional && !use.array) refuse(`${name} must return a ${use.type}`);
  const content = empty ? '' : encode('returnval', result, use, version);
  return `${opening}<soapenv:Body><${name}Response xmlns="urn:vim25">${content}</${name}Response></soapenv:Body>${closing}`;
}

/** Writes a fault; the HTTP status that goes with it is 500. */
export function encodeFault(fault: WireFault, version: string = newestApiVersion): string {
  let detail = '';
  if (fault.fault !== undefined) {
    const name = fault.fault.$type ?? refuse('a fault has no $type');
    // The type is always stated, and the element is called by it: a reader goes by either.
    const element = encode('fault', fault.fault, 'anyType', version);
    detail = `<detail>${element.replace(/^<fault /, `<${name}Fault xmlns="urn:vim25" `).replace(/<\/fault>$/, `</${name}Fault>`)}</detail>`;
  }
  const text = escapeText(fault.message);
  return `${opening}<soapenv:Body><soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>${text}</faultstring>${detail}</soapenv:Fault></soapenv:Body>${closing}`;
}

/**
 * Reads the answer to a call of `name`. An absent result is an empty list where a list is declared, else `undefined`.
 * @param resultType overrides what the schema says, for `Fetch`, whose result is what the property is
 * @throws `VSPHERE_XML` or `VSPHERE_VALUE` when it isn't an answer to that call
 */
export function decodeResponse(text: string, name: string, options: { readonly limits?: XmlLimits | undefined; readonly resultType?: TypeUse } = {}): Response {
  const { content } = soapBody(text, options.limits);
  if (content?.name === 'Fault' && content.namespace === soapNamespace) return { kind: 'fault', ...decodeFault(content) };
  if (content?.name !== `${name}Response`) {
    throw vsphereErrors.create('VSPHERE_XML', `the answer to ${name} is a <${content?.name ?? 'nothing'}>`);
  }
  const use = options.resultType ?? knownMethod(name).result;
  const values = content.children.filter((child) => child.name === 'returnval' && !child.nil);
  if (use.type === 'void') return { kind: 'result', value: undefined };
  if (use.array) return { kind: 'result', value: decode(values, use) };
  return { kind: 'result', value: values[0] === undefined ? undefined : decode(values[0], use) };
}

function decodeFault(element: Element): WireFault {
  const child = (name: string) => element.children.find((one) => one.name === name);
  const message = child('faultstring')?.text ?? '';
  const detail = child('detail')?.children[0];
  if (detail === undefined) return { message };
  const name = detail.xsiType ?? detail.name.replace(/Fault$/, '');
  const known = dataType(name) === undefined ? 'MethodFault' : name;
  return { message, fault: { ...(decode({ ...detail, xsiType: known }, 'MethodFault') as DataObject), $type: name } };
}

/** Whether a value is a fault in the wrapper in which faults travel inside data (`TaskInfo.error`, `missingSet`). */
export function isLocalizedFault(value: unknown): value is DataObject & { fault: DataObject; localizedMessage?: string } {
  return typeof value === 'object' && value !== null && !isMoRef(value) && typeof (value as DataObject).fault === 'object';
}
