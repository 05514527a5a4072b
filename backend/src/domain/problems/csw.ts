/**
 * What may be wrong with a request to the Catalogue Service for the Web. Each says by which of the codes of OWS Common
 * 1.0 (table 25) it is reported, and for which parameter.
 */
import { defineProblems } from '../problem.ts'

const few = (names: readonly string[]) => names.join(', ')
const shown = (text: string) => (text.length > 100 ? `${text.slice(0, 100)}…` : text)

export const cswProblems = defineProblems({
  cswParameterMissing: {
    status: 400,
    title: 'Parameter of a catalogue request missing',
    detail: (given: { parameter: string; example: string }) =>
      `The request lacks ${given.parameter}. Add it, for instance ${given.example}.`,
    extensions: ({ parameter }) => ({ exceptionCode: 'MissingParameterValue', locator: parameter }),
  },
  cswParameterWrong: {
    status: 400,
    title: 'Parameter of a catalogue request has a wrong value',
    detail: (given: { parameter: string; given: string; expected: string }) =>
      `${given.parameter} is '${shown(given.given)}'; expected ${given.expected}.`,
    extensions: ({ parameter }) => ({ exceptionCode: 'InvalidParameterValue', locator: parameter }),
  },
  cswOperationUnknown: {
    status: 400,
    title: 'Catalogue operation not offered',
    detail: (given: { given: string; known: readonly string[] }) =>
      `There is no operation '${shown(given.given)}' here. Offered: ${few(given.known)}. Records are published through the API at /api/v1.`,
    extensions: ({ given }) => ({ exceptionCode: 'OperationNotSupported', locator: shown(given) }),
  },
  cswVersionNotOffered: {
    status: 400,
    title: 'Version of the catalogue service not offered',
    detail: (given: { given: string }) =>
      `The request accepts '${shown(given.given)}'; this service speaks version 2.0.2 only. Ask for that, or leave AcceptVersions out.`,
    extensions: () => ({ exceptionCode: 'VersionNegotiationFailed' }),
  },
  cswRequestUnreadable: {
    status: 400,
    title: 'Catalogue request cannot be read',
    detail: (given: { why: string }) => given.why,
    extensions: () => ({ exceptionCode: 'NoApplicableCode' }),
  },
  cswFilterWrong: {
    status: 400,
    title: 'Filter cannot be used',
    detail: (given: { why: string }) => `The constraint cannot be used: ${given.why}.`,
    extensions: () => ({ exceptionCode: 'InvalidParameterValue', locator: 'Constraint' }),
  },
  cswPropertyUnknown: {
    status: 400,
    title: 'Property of records not known',
    detail: (given: { name: string; purpose: string; known: readonly string[] }) =>
      `'${shown(given.name)}' is not a property that records can be ${given.purpose} by. Known: ${few(given.known)}.`,
    extensions: ({ name }) => ({ exceptionCode: 'InvalidParameterValue', locator: shown(name) }),
  },
})
