/**
 * Finds the ISO 19139 schemas (gmd, gco, srv of 2007, GML 3.2). They may not be committed here; the Python package
 * pycsw carries them, so they are used from wherever pycsw is installed or unpacked:
 *   SECIMS_ISO_SCHEMAS=<folder that holds pycsw's `core` and `plugins`>, else what `import pycsw` finds.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ISO = 'plugins/profiles/apiso/schemas/ogc/iso/19139'

export const whyNoIsoSchemas =
  "needs xmllint and the ISO 19139 schemas of the Python package pycsw 2.6.2 ('pip install --no-deps pycsw==2.6.2', or its folder in SECIMS_ISO_SCHEMAS)"

const run = (command: string, parameters: string[]): string | undefined => {
  try {
    return execFileSync(command, parameters, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch {
    return undefined
  }
}

const installedPycsw = (): string | undefined =>
  run('python3', [
    '-c',
    "import importlib.util as u; print(u.find_spec('pycsw').submodule_search_locations[0])",
  ])?.trim()

const pycswFolder = (): string | undefined => {
  const named = process.env['SECIMS_ISO_SCHEMAS']
  const folder = named ?? installedPycsw()
  if (folder && existsSync(join(folder, ISO, '20070417/gmd/gmd.xsd'))) return folder
  if (named) throw new Error(`SECIMS_ISO_SCHEMAS is set, but there are no ISO 19139 schemas in ${named}`)
  return undefined
}

export type IsoSchemas = {
  /** What the schemas object to, one line each; empty for a valid document. */
  objections: (document: string) => string[]
  remove: () => void
}

/** undefined where they, or xmllint, are not on this machine. */
export const isoSchemas = (): IsoSchemas | undefined => {
  const pycsw = pycswFolder()
  if (!pycsw || run('xmllint', ['--version']) === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'iso-schemas-'))
  // pycsw has srv beside the schemas of 2006 only; beside those of 2007 it resolves to their gmd and to GML 3.2.
  const schemas = join(folder, ISO, '20070417')
  mkdirSync(schemas, { recursive: true })
  symlinkSync(join(pycsw, 'core'), join(folder, 'core'))
  for (const name of ['gco', 'gmd', 'gmx', 'gsr', 'gss', 'gts']) {
    symlinkSync(join(pycsw, ISO, '20070417', name), join(schemas, name))
  }
  symlinkSync(join(pycsw, ISO, '20060504/srv'), join(schemas, 'srv'))
  const entry = join(folder, 'iso.xsd')
  writeFileSync(
    entry,
    `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <xs:import namespace="http://www.isotc211.org/2005/gmd" schemaLocation="${ISO}/20070417/gmd/gmd.xsd"/>
      <xs:import namespace="http://www.isotc211.org/2005/srv" schemaLocation="${ISO}/20070417/srv/srv.xsd"/>
    </xs:schema>`,
  )
  return {
    objections: (document) => {
      const file = join(folder, 'document.xml')
      writeFileSync(file, document)
      try {
        execFileSync('xmllint', ['--noout', '--nonet', '--schema', entry, file], {
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
