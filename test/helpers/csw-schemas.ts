/**
 * Checks documents against the OGC's schemas of CSW 2.0.2, Filter 1.1.0 and OWS 1.0.0, which the Python package pycsw
 * carries, too; found as in iso-schemas.ts (SECIMS_ISO_SCHEMAS).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CSW = 'core/schemas/ogc/csw/2.0.2/CSW-discovery.xsd'

const find = (command: string, parameters: string[]): string | undefined => {
  try {
    return execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

const pycswFolder = (): string | undefined => {
  const folder =
    process.env['SECIMS_ISO_SCHEMAS'] ??
    find('python3', [
      '-c',
      "import importlib.util as u; print(u.find_spec('pycsw').submodule_search_locations[0])",
    ])
  return folder !== undefined && existsSync(join(folder, CSW)) ? folder : undefined
}

export const whyNoCswSchemas =
  "needs xmllint and the OGC schemas of the Python package pycsw 2.6.2 ('pip install --no-deps pycsw==2.6.2', or its folder in SECIMS_ISO_SCHEMAS)"

/** `undefined` where they, or xmllint, are not on this machine. Elements of other schemas (gmd) are not looked into. */
export const cswSchemas = () => {
  const pycsw = pycswFolder()
  if (pycsw === undefined || find('xmllint', ['--version']) === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'csw-schemas-'))
  return {
    /** What the schemas object to, one line each; empty for a valid document. */
    objections: (document: string): string[] => {
      const file = join(folder, 'document.xml')
      writeFileSync(file, document)
      try {
        execFileSync('xmllint', ['--noout', '--nonet', '--schema', join(pycsw, CSW), file], {
          encoding: 'utf8',
          stdio: 'pipe',
        })
        return []
      } catch (failure) {
        const { stderr } = failure as { stderr: string }
        return stderr.split('\n').filter((line) => line !== '' && !line.endsWith('fails to validate'))
      }
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}
