/** Problems as this service tells them: an ows:ExceptionReport instead of a problem document (decision 11). */
import type { RawBody } from '../../contract/handler.ts'
import type { Problem } from '../../domain/problem.ts'
import { attributes, xml, xmlDocument } from '../../xml/write.ts'
import { namespaces } from './names.ts'

export const xmlType = 'application/xml; charset=utf-8'

/** Problems of the rest of the program that have a code of their own here. */
const codes: Record<string, string> = {
  'bbox-wrong': 'InvalidParameterValue',
  'invalid-request': 'InvalidParameterValue',
  'text-unusable': 'InvalidParameterValue',
  'method-not-allowed': 'OperationNotSupported',
}

/** OWS Common 1.0.0 says 1.2.0 in its own examples, the OGC's test suite demands it, and GeoNetwork and pycsw write it. */
const reportVersion = '1.2.0'
const schemaLocation = `${namespaces.ows} http://schemas.opengis.net/ows/1.0.0/owsExceptionReport.xsd`

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const exceptionReport = (problem: Problem, traceId: string): RawBody => ({
  contentType: xmlType,
  text: xmlDocument(xml`
    <ows:ExceptionReport${attributes({
      'xmlns:ows': namespaces.ows,
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      'xsi:schemaLocation': schemaLocation,
      version: reportVersion,
      language: 'en',
    })}>
      <ows:Exception${attributes({
        exceptionCode:
          textOf(problem.extensions['exceptionCode']) ?? codes[problem.code] ?? 'NoApplicableCode',
        locator: textOf(problem.extensions['locator']),
      })}>
        <ows:ExceptionText>${problem.message}</ows:ExceptionText>
        ${problem.status >= 500 ? xml`<ows:ExceptionText>Trace: ${traceId}</ows:ExceptionText>` : null}
      </ows:Exception>
    </ows:ExceptionReport>`),
})
