/** The layers of other people's web services, for the editor (R9.5). */
import type { operations } from '../contract/catalogue.gen.ts'
import type { Handlers } from '../contract/handler.ts'
import type { ServiceCapabilitiesReading } from '../services/service-capabilities.ts'

export const serviceCapabilityHandlers = ({
  serviceCapabilities,
}: {
  serviceCapabilities: ServiceCapabilitiesReading
}): Handlers<Pick<operations, 'readServiceCapabilities'>> => ({
  readServiceCapabilities: async ({ body, http }) => ({
    status: 200,
    headers: { 'Cache-Control': 'no-store' },
    body: await serviceCapabilities.read(body, http.signal),
  }),
})
