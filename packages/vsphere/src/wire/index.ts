/** The wire layer of vim25: one table of ordered types, values to XML and back, and the envelopes around them. Serves client and simulator. */
export { apiVersions, compareApiVersions, newestApiVersion, parseSoapAction } from './api-version.ts';
export { type DecodeOptions, decode } from './decode.ts';
export { encode } from './encode.ts';
export {
  decodeRequest,
  decodeResponse,
  encodeFault,
  encodeRequest,
  encodeResponse,
  isLocalizedFault,
  type Request,
  type Response,
  type WireFault,
} from './envelope.ts';
export {
  type DataType,
  dataType,
  dataTypeNames,
  enumValues,
  type Field,
  isA,
  type ManagedType,
  type Method,
  managedType,
  managedTypeNames,
  method,
  methodNames,
  propertyType,
  type TypeUse,
} from './schema.ts';
export { typeUse } from './type-use.ts';
export { type DataObject, isMoRef, type MoRef, Typed, typed } from './value.ts';
export { defaultXmlLimits, type Element, parseXml, type XmlLimits } from './xml.ts';
