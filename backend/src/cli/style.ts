/** `sec-ims style`: checks and converts style files as the server does, without one. */
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { stemOf } from '../domain/file-name.ts'
import type { ProbeLayer } from '../domain/probe.ts'
import { probeFile } from '../ingest/probe.ts'
import { say } from '../preflight/words.ts'
import { type Drawable, readDrawable } from '../styles/drawable.ts'
import type { StyleFinding, StyleLoss } from '../styles/finding.ts'
import { checkSld, type StyleCheck, type StyleContext } from '../styles/gate.ts'
import { isRasterStyle, writeMapLibre } from '../styles/maplibre.ts'
import { fromXml } from '../styles/markup.ts'
import type { Style } from '../styles/model.ts'
import { readQml } from '../styles/qml.ts'
import { readQmlStyle } from '../styles/qml-read.ts'
import type { SldDialect } from '../styles/sld-dialect.ts'
import { writeSld } from '../styles/sld-write.ts'
import { UsageError } from './publish.ts'
import type { Terminal } from './terminal.ts'

export type StyleOptions = { layer?: string; qml?: string; to?: string; out?: string; dialect?: string }

const exitCodes = { ok: 0, refused: 1 } as const

const dialects = ['auto', 'qgis', 'ogc']
const isDialect = (text: string): text is SldDialect | 'auto' => dialects.includes(text)

const readDialect = (text = 'auto') => {
  if (!isDialect(text)) throw new UsageError(`--dialect ${text}: expected one of ${dialects.join(', ')}.`)
  return text
}

/** 'roads.gpkg' or 'roads.gpkg:main_roads'; a file that is there wins over a layer behind a colon. */
const readLayer = async (given: string): Promise<ProbeLayer> => {
  const [, file = given, name] = /^(.{2,}?):([^:/\\]+)$/.exec(given) ?? []
  const { layers } = await probeFile({ path: file, fileName: basename(file) })
  const layer = name === undefined ? layers[0] : layers.find((one) => one.name === name)
  if (!layer)
    throw new UsageError(
      `There is no layer '${name ?? ''}' in ${basename(file)}; it has ${layers.map((one) => `'${one.name}'`).join(', ') || 'none'}.`,
    )
  return layer
}

const contextOf = async (
  layer: string | undefined,
): Promise<Pick<StyleContext, 'fields' | 'geometryType'>> => {
  if (layer === undefined) return {}
  const { fields, geometry, kind } = await readLayer(layer)
  if (kind === 'raster') return { geometryType: 'Raster' }
  return { fields: fields.map(({ name }) => name), geometryType: geometry?.type ?? null }
}

const check = async (
  file: string,
  context: Pick<StyleContext, 'fields' | 'geometryType'>,
  { dialect }: StyleOptions,
): Promise<StyleCheck> =>
  checkSld(await readFile(file), {
    ...context,
    dialect: readDialect(dialect),
    fileName: basename(file),
  })

const sayFindings = (findings: StyleFinding[], kind: string, terminal: Terminal) => {
  for (const { code, message, line } of findings)
    terminal.say(`${kind} ${code}${line === undefined ? '' : `, line ${line}`}: ${message}`)
}

const sayRefusal = ({ errors, warnings }: StyleCheck, file: string, terminal: Terminal): number => {
  sayFindings(errors, 'error', terminal)
  sayFindings(warnings, 'warning', terminal)
  terminal.say(`${basename(file)} is refused: ${errors.length} error(s), ${warnings.length} warning(s).`)
  if (terminal.isJson) terminal.json({ file, accepted: false, errors, warnings })
  return exitCodes.refused
}

/** The SLD as it is drawn when it comes with its QML. */
const readBoth = async (sld: string, qml: string, options: StyleOptions): Promise<Drawable> => {
  const context = { ...(await contextOf(options.layer)), dialect: readDialect(options.dialect) }
  return readDrawable({ sld: await readFile(sld), qml: await readFile(qml) }, context)
}

const sayDrawable = ({ repairs, report }: Drawable, terminal: Terminal) => {
  for (const { code, message } of repairs) terminal.say(`repaired ${code}: ${message}`)
  for (const { code, verdict, map, web, where, message } of report?.items ?? []) {
    if (verdict === 'exact') continue
    const place = where.rule ? ` in '${where.rule}'` : ''
    terminal.say(`${verdict} ${code}${place} (maps: ${map}, browsers: ${web}): ${say(message).cause}`)
  }
}

const checkCommand = async (file: string, options: StyleOptions, terminal: Terminal): Promise<number> => {
  const found = await check(file, await contextOf(options.layer), options)
  if (found.errors.length > 0) return sayRefusal(found, file, terminal)
  const { style: _style, ...facts } = found
  sayFindings(found.warnings, 'warning', terminal)
  const drawable = options.qml === undefined ? null : await readBoth(file, options.qml, options)
  if (drawable) sayDrawable(drawable, terminal)
  terminal.say(
    `${basename(file)} is accepted (SLD ${found.sldVersion}, ${found.dialect === 'qgis' ? 'as QGIS writes it' : 'as the standard says'}): ${found.warnings.length} warning(s).`,
  )
  const { repairs, report } = drawable ?? {}
  if (terminal.isJson) terminal.json({ file, accepted: true, ...facts, repairs, report })
  return exitCodes.ok
}

type Converted = { document: string; losses: StyleLoss[]; sprites?: string[] }

/** The source is left for whoever uses the style to fill in. */
const toMapLibre = (style: Style, geometryType: string | null): Converted => {
  const source = isRasterStyle(style)
    ? { type: 'raster', tiles: ['https://example.org/{z}/{x}/{y}.png'], tileSize: 256 }
    : { type: 'geojson', data: { type: 'FeatureCollection', features: [] } }
  const written = writeMapLibre(style, {
    sourceId: 'layer',
    source,
    geometryType,
    glyphsUrl: 'https://example.org/fonts/{fontstack}/{range}.pbf',
    spriteUrl: 'https://example.org/sprite',
  })
  return {
    document: `${JSON.stringify(written.style, null, 2)}\n`,
    losses: written.losses,
    sprites: written.sprites.map(({ name }) => name),
  }
}

const toSld = (style: Style, version: '1.0.0' | '1.1.0'): Converted => {
  const { text, losses } = writeSld(style, { version })
  return { document: text, losses }
}

const formats: Record<string, (style: Style, geometryType: string | null) => Converted> = {
  'sld-1.0': (style) => toSld(style, '1.0.0'),
  'sld-1.1': (style) => toSld(style, '1.1.0'),
  maplibre: toMapLibre,
}

type Read =
  | { style: Style; losses: StyleLoss[]; warnings: StyleFinding[] }
  | { style: null; check: StyleCheck }

/** A QML or an SLD, by the name of the file. */
const readAny = async (
  file: string,
  context: Pick<StyleContext, 'fields' | 'geometryType'>,
  options: StyleOptions,
): Promise<Read> => {
  if (file.toLowerCase().endsWith('.qml')) {
    const qml = readQml(await readFile(file), `The QGIS style ${basename(file)}`)
    const { style, losses } = readQmlStyle(fromXml(qml))
    return { style, losses, warnings: [] }
  }
  const found = await check(file, context, options)
  return found.style === null
    ? { style: null, check: found }
    : { style: found.style, losses: [], warnings: found.warnings }
}

const convertCommand = async (file: string, options: StyleOptions, terminal: Terminal): Promise<number> => {
  const { to = '', out } = options
  const convert = Object.hasOwn(formats, to) ? formats[to] : undefined
  if (!convert)
    throw new UsageError(`--to ${to || '(missing)'}: expected one of ${Object.keys(formats).join(', ')}.`)
  const context = await contextOf(options.layer)
  const read = await readAny(file, context, options)
  if (read.style === null) return sayRefusal(read.check, file, terminal)
  const { geometryType = null } = context
  const { document, sprites, losses: unwritten } = convert(read.style, geometryType)
  const losses = [...read.losses, ...unwritten]
  if (out !== undefined) await writeFile(out, document)
  if (terminal.isJson) {
    const written = out === undefined ? { document } : { out }
    terminal.json({ file, to, ...written, sprites, losses, warnings: read.warnings })
    return exitCodes.ok
  }
  if (out === undefined) process.stdout.write(document)
  for (const { code, verdict, message, rule } of losses)
    terminal.complain(`${verdict} ${code}${rule === undefined ? '' : ` in '${rule}'`}: ${message}`)
  if (out !== undefined)
    terminal.say(`${stemOf(basename(file))} is written to ${out}: ${losses.length} loss(es).`)
  return exitCodes.ok
}

const commands: Record<string, typeof checkCommand> = { check: checkCommand, convert: convertCommand }

export const style = async (words: string[], options: StyleOptions, terminal: Terminal): Promise<number> => {
  const [word = '', file] = words
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined
  if (!command) throw new UsageError(`style ${word}: expected one of ${Object.keys(commands).join(', ')}.`)
  if (file === undefined) throw new UsageError('The style file is missing. See sec-ims --help.')
  return command(file, options, terminal)
}
