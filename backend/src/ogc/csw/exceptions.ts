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

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const exceptionReport = (problem: Problem, traceId: string): RawBody => ({
  contentType: xmlType,
  text: xmlDocument(xml`
    <ows:ExceptionReport xmlns:ows="${namespaces.ows}" version="1.0.0" language="en">
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
