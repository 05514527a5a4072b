/** Problems with addresses of other servers that this one was asked to read. */
import { defineProblems } from '../problem.ts'

export const fetchProblems = defineProblems({
  addressNotFetched: {
    status: 422,
    title: 'Address cannot be read',
    detail: (given: { address: string; found: string }) =>
      `'${given.address.slice(0, 300)}' ${given.found}. Expected is a public https address without user name or password. An administrator can allow further servers with FETCH_HOSTS.`,
  },
  otherServerSilent: {
    status: 502,
    title: 'The other server does not answer',
    detail: (given: { host: string; found: string }) =>
      `${given.host} ${given.found}. Check the address in a browser, or try again later; entries can be made by hand meanwhile.`,
  },
  otherServerRefused: {
    status: 502,
    title: 'The other server refused',
    detail: (given: { host: string; status: number }) =>
      `${given.host} answered with status ${given.status}; expected was a document. Check the address: it should be that of the service, without the name of a layer.`,
    extensions: (given) => ({ answered: given.status }),
  },
  otherServerMoved: {
    status: 422,
    title: 'The service has moved to another server',
    detail: (given: { host: string; target: string }) =>
      `${given.host} leads on to ${given.target.slice(0, 300)}, which is another server and was not asked. Enter that address if you trust it.`,
    extensions: (given) => ({ target: given.target }),
  },
  otherServerAnswersTooMuch: {
    status: 502,
    title: 'The answer is too large',
    detail: (given: { host: string; limitBytes: number }) =>
      `${given.host} sent more than ${Math.round(given.limitBytes / 1_048_576)} MB, and no more is read. Enter the layer by hand.`,
  },
  otherServerNoPicture: {
    status: 502,
    title: 'The other server sent no picture',
    detail: (given: { host: string }) =>
      `${given.host} answered with something else than a picture in PNG or JPEG. Its layer may have another name by now, or not offer Web Mercator (EPSG:3857).`,
  },
  otherServerOtherGrid: {
    status: 422,
    title: 'Not in the grid of web maps',
    detail: (given: { layer: string }) =>
      `The layer '${given.layer.slice(0, 100)}' of the WMTS is missing, or has no tiles in Web Mercator (EPSG:3857), which the map viewer shows. QGIS can open it from its address.`,
  },
  otherServersBusy: {
    status: 429,
    title: 'Too many services at once',
    detail: (given: { retryAfterSeconds: number }) =>
      `Several web services are being read at this moment. Try again in ${given.retryAfterSeconds} seconds.`,
    headers: (given) => ({ 'Retry-After': String(given.retryAfterSeconds) }),
  },
  capabilitiesNotFound: {
    status: 422,
    title: 'No such service at this address',
    detail: (given: { address: string; protocol: string; found: string }) =>
      `'${given.address.slice(0, 300)}' did not answer with the capabilities of ${given.protocol}: ${given.found}. Check the address and the protocol.`,
  },
})
