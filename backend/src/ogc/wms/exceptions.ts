/** Problems as WMS tells them: a ServiceExceptionReport instead of a problem document, or a picture that is empty. */
import type { RawBody } from '../../contract/handler.ts'
import { Problem } from '../../domain/problem.ts'
import { attributes, type Xml, xml, xmlDocument } from '../../xml/write.ts'
import { namespaces, type WmsVersion } from './names.ts'

export const xmlType = 'text/xml; charset=utf-8'

/** Problems of the rest of the program that have a code of their own here. */
const codes: Record<string, string> = {
  'map-too-large': 'InvalidDimensionValue',
  'invalid-request': 'InvalidParameterValue',
  'text-unusable': 'InvalidParameterValue',
  'method-not-allowed': 'OperationNotSupported',
  'not-found': 'LayerNotDefined',
  'map-has-no-place': 'LayerNotDefined',
  'map-style-unknown': 'StyleNotDefined',
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** 1.1.1 knows no namespace, and has another name for coordinate systems. */
const report = (version: WmsVersion, exception: Xml): Xml =>
  version === '1.3.0'
    ? xml`<ServiceExceptionReport${attributes({
        version,
        xmlns: namespaces.ogc,
        'xmlns:xsi': namespaces.xsi,
        'xsi:schemaLocation': `${namespaces.ogc} http://schemas.opengis.net/wms/1.3.0/exceptions_1_3_0.xsd`,
      })}>${exception}</ServiceExceptionReport>`
    : xml`<ServiceExceptionReport version="1.1.1">${exception}</ServiceExceptionReport>`

export const exceptionReport = (problem: Problem, traceId: string): RawBody => {
  const version = problem.extensions['wmsVersion'] === '1.1.1' ? '1.1.1' : '1.3.0'
  const given = textOf(problem.extensions['exceptionCode']) ?? codes[problem.code]
  const code = version === '1.1.1' && given === 'InvalidCRS' ? 'InvalidSRS' : given
  const text = problem.status >= 500 ? `${problem.message} Trace: ${traceId}` : problem.message
  return {
    contentType: version === '1.1.1' ? 'application/vnd.ogc.se_xml; charset=utf-8' : xmlType,
    text: xmlDocument(
      report(
        version,
        xml`<ServiceException${attributes({ code, locator: textOf(problem.extensions['locator']) })}>${text}</ServiceException>`,
      ),
    ),
  }
}

/** The same problem, to be told as this version tells it. */
export const inVersion = (problem: Problem, version: WmsVersion): Problem =>
  new Problem(
    { code: problem.code, status: problem.status, title: problem.title, detail: problem.message },
    {
      extensions: { ...problem.extensions, wmsVersion: version },
      headers: problem.headers,
      cause: problem.cause,
    },
  )
