/** What may be wrong with a request to the Web Map Service, with the codes of OGC 06-042, table E.1. */
import { defineProblems } from '../problem.ts'

const shown = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text)
const few = (names: readonly string[]) =>
  names.length > 30
    ? `${names.slice(0, 30).join(', ')} and ${names.length - 30} more`
    : names.join(', ') || 'none'

export const wmsProblems = defineProblems({
  wmsParameterMissing: {
    status: 400,
    title: 'Parameter of a WMS request missing',
    detail: (given: { parameter: string; example: string }) =>
      `The request lacks ${given.parameter}. Add it, for instance ${given.example}.`,
    extensions: ({ parameter }) => ({ exceptionCode: 'MissingParameterValue', locator: parameter }),
  },
  wmsParameterWrong: {
    status: 400,
    title: 'Parameter of a WMS request has a wrong value',
    detail: (given: { parameter: string; given: string; expected: string }) =>
      `${given.parameter} is '${shown(given.given)}'; expected ${given.expected}.`,
    extensions: ({ parameter }) => ({ exceptionCode: 'InvalidParameterValue', locator: parameter }),
  },
  wmsOperationUnknown: {
    status: 400,
    title: 'WMS operation not offered',
    detail: (given: { given: string; known: readonly string[] }) =>
      `There is no operation '${shown(given.given)}' here. Offered: ${few(given.known)}.`,
    extensions: ({ given }) => ({ exceptionCode: 'OperationNotSupported', locator: shown(given) }),
  },
  wmsLayerUnknown: {
    status: 400,
    title: 'WMS layer not known',
    detail: (given: { given: string }) =>
      `There is no layer '${shown(given.given)}' here. Layers are the collections, by their ids; GetCapabilities lists them.`,
    extensions: () => ({ exceptionCode: 'LayerNotDefined', locator: 'LAYERS' }),
  },
  wmsStyleUnknown: {
    status: 400,
    title: 'WMS style not known',
    detail: (given: { given: string; layer: string; known: readonly string[] }) =>
      `The layer '${given.layer}' has no style '${shown(given.given)}'. It has: ${few(given.known)}; nothing is the default one.`,
    extensions: () => ({ exceptionCode: 'StyleNotDefined', locator: 'STYLES' }),
  },
  wmsFormatUnknown: {
    status: 400,
    title: 'Format of a WMS answer not offered',
    detail: (given: { parameter: string; given: string; known: readonly string[] }) =>
      `${given.parameter} is '${shown(given.given)}'. Offered: ${few(given.known)}.`,
    extensions: ({ parameter }) => ({ exceptionCode: 'InvalidFormat', locator: parameter }),
  },
  wmsCrsUnknown: {
    status: 400,
    title: 'Coordinate system not offered for the layer',
    detail: (given: { given: string; layer: string; offered: readonly string[] }) =>
      `'${shown(given.given)}' is not offered for the layer '${given.layer}'. Offered: ${few(given.offered)}.`,
    extensions: () => ({ exceptionCode: 'InvalidCRS', locator: 'CRS' }),
  },
  wmsPointOutside: {
    status: 400,
    title: 'Point outside of the map',
    detail: (given: { i: string; j: string; width: number; height: number }) =>
      `The pixel ${shown(given.i)}, ${shown(given.j)} is not one of a map of ${given.width} × ${given.height}.`,
    extensions: () => ({ exceptionCode: 'InvalidPoint', locator: 'I' }),
  },
})
