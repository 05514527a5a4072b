/** The built plugin against the gate of plugins.qgis.org and the parsers of QGIS (issue 3, 1). */
import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { buildPlugin, type Plugin } from '../../qgis-bridge/src/build-plugin.ts'
import { icons } from '../../qgis-bridge/src/icons.ts'
import { hasProgram } from '../helpers/programs.ts'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'

const run = promisify(execFile)
const bridge = join(import.meta.dirname, '../../qgis-bridge')
const folder = 'secims_bridge'
const addresses = {
  homepage: 'https://catalogue.example/qgis?a=100%25',
  repository: 'https://catalogue.example/source',
  tracker: 'https://catalogue.example/issues',
}

let plugin: Plugin
let unpacked: string
let files: Record<string, Uint8Array>
const text = (path: string) => new TextDecoder().decode(files[`${folder}/${path}`])

beforeAll(async () => {
  plugin = await buildPlugin({
    addresses,
    suggestedConnections: [{ name: 'Größte 100 % Karte', url: 'https://catalogue.example' }],
  })
  files = unzipSync(plugin.zip)
  unpacked = mkdtempSync(join(tmpdir(), 'secims-plugin-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(unpacked, path)), { recursive: true })
    writeFileSync(join(unpacked, path), content)
  }
})
afterAll(() => rmSync(unpacked, { recursive: true, force: true }))

describe('the zip', () => {
  test('has what decision 0008 says, in one folder that is a Python package', () => {
    const paths = Object.keys(files)
    expect(paths.every((path) => path.startsWith(`${folder}/`))).toBe(true)
    for (const name of [
      '__init__.py',
      'plugin.py',
      'metadata.txt',
      'manifest.json',
      'protocol.json',
      'operations.json',
      'panel/index.html',
      'panel/panel.js',
      'panel/panel.css',
      'icons/secims.svg',
      'LICENSE',
    ])
      expect(paths, name).toContain(`${folder}/${name}`)
  })

  test('is far below 25 MB, and has nothing that runs by itself', () => {
    expect(plugin.zip.length).toBeLessThan(2 * 1024 * 1024)
    for (const path of Object.keys(files)) {
      expect(path).toMatch(/^[\w./-]+$/)
      expect(path).not.toMatch(
        /\.(?:exe|dll|so|dylib|bat|sh|ps1|cmd|pyc|map|node)$|__pycache__|\/\.|\.\.|__MACOSX/,
      )
      expect(
        Buffer.from(files[path] ?? [])
          .subarray(0, 4)
          .toString('latin1'),
        path,
      ).not.toMatch(/^(?:\x7fELF|MZ|#!)/)
    }
  })

  test('is the same byte for byte when it is built again, by another process in another time zone', async () => {
    const script = `import { buildPlugin } from ${JSON.stringify(join(bridge, 'src/build-plugin.ts'))}
      const { zip } = await buildPlugin(); process.stdout.write(zip)`
    const built = await Promise.all(
      ['Pacific/Auckland', 'America/St_Lucia'].map((TZ) =>
        run(process.execPath, ['--input-type=module', '-e', script], {
          encoding: 'buffer',
          env: { ...process.env, TZ },
          maxBuffer: 64 * 1024 * 1024,
        }),
      ),
    )
    expect(built[0]?.stdout.length).toBeGreaterThan(10_000)
    expect(built[0]?.stdout.equals(built[1]?.stdout ?? Buffer.alloc(0))).toBe(true)
    expect(built[0]?.stdout.equals(Buffer.from((await buildPlugin()).zip))).toBe(true)
  })

  test('carries the GNU General Public License, version 2, whole', () => {
    expect(text('LICENSE')).toMatch(/GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991/)
    expect(text('LICENSE')).toContain('END OF TERMS AND CONDITIONS')
  })

  test('has a panel that may load nothing but its own files', () => {
    expect(text('panel/index.html')).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(text('panel/index.html')).not.toMatch(/unsafe-|integrity=|https?:|file:/)
  })
})

describe('the manifest', () => {
  test('has the version of the program, and tells the panel where it is and which server is suggested', () => {
    expect(JSON.parse(text('manifest.json'))).toMatchObject({
      package: folder,
      version: packageJson.version,
      panel: 'panel/index.html',
      protocol: 1,
      suggestedConnections: [{ name: 'Größte 100 % Karte', url: 'https://catalogue.example' }],
    })
    expect(packageJson.version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  test("is read by Python's ConfigParser with all that plugins.qgis.org requires", async () => {
    const program = `import configparser, json, sys
parser = configparser.ConfigParser()
with open(sys.argv[1], encoding='utf8') as file:
    parser.read_file(file)
print(json.dumps(dict(parser['general'])))`
    const { stdout } = await run('python3', ['-c', program, join(unpacked, folder, 'metadata.txt')])
    const metadata = JSON.parse(stdout) as Record<string, string>
    for (const name of [
      'name',
      'description',
      'version',
      'qgisminimumversion',
      'author',
      'email',
      'about',
      'tracker',
      'repository',
    ])
      expect(metadata[name], name).toMatch(/\S/)
    expect(metadata).toMatchObject({
      name: 'SEC-IMS Bridge',
      version: packageJson.version,
      qgisminimumversion: '3.22',
      qgismaximumversion: '4.99',
      homepage: addresses.homepage,
      hasprocessingprovider: 'yes',
      experimental: 'False',
      icon: 'icons/secims.svg',
    })
    expect(metadata['about']?.split('\n').length).toBeGreaterThan(2)
  })

  test.skipIf(!hasQgis())(
    `is read by QGIS, which finds the plugin sound and draws its icons${hasQgis() ? '' : ` (left out: ${whyNoQgis})`}`,
    async () => {
      const names = Object.keys(icons)
      const report = (await runPyQgis('plugin_metadata.py', {
        folder: unpacked,
        package: folder,
        icons: names,
      })) as {
        available: string[]
        metadata: Record<string, string>
        error: string
        version: string
        drawn: Record<string, number>
      }
      expect(report.available).toEqual([folder])
      expect(report.error).toBe('')
      expect(report.version).toBe(packageJson.version)
      expect(report.metadata).toMatchObject({ name: 'SEC-IMS Bridge', homepage: addresses.homepage })
      for (const [name, value] of Object.entries(report.metadata))
        expect(value, name).not.toMatch(/__error__|^$/)
      for (const name of names) expect(report.drawn[name], name).toBeGreaterThan(40)
    },
  )
})

describe('the scanners of the store find', () => {
  /** Those that block an upload, and those that can be skipped: ours pass all of them. */
  const banditTests =
    'B102,B105,B106,B107,B110,B301,B307,B310,B311,B314,B321,B323,B402,B405,B501,B506,B602,B603,B604,B605,B606,B607,B608,B701'
  const hasBandit = hasProgram('bandit')

  test.skipIf(!hasBandit)(
    `nothing with Bandit in the Python files${hasBandit ? '' : ' (left out: bandit is not installed)'}`,
    () => {
      const scan = spawnSync(
        'bandit',
        ['-q', '-r', join(unpacked, folder), '-t', banditTests, '-f', 'json'],
        {
          encoding: 'utf8',
        },
      )
      const { results, errors, metrics } = JSON.parse(scan.stdout) as {
        results: { filename: string; line_number: number; test_id: string; issue_text: string }[]
        errors: unknown[]
        metrics: { _totals: { loc: number } }
      }
      expect(errors).toEqual([])
      expect(metrics._totals.loc).toBeGreaterThan(500)
      expect(
        results.map(
          (one) =>
            `${one.filename.slice(unpacked.length)}:${one.line_number} ${one.test_id} ${one.issue_text}`,
        ),
      ).toEqual([])
    },
  )

  test('nothing that looks like a secret (the patterns of detect-secrets)', () => {
    const found = Object.entries(files).flatMap(([path, content]) =>
      likeSecrets(new TextDecoder().decode(content)).map((what) => `${path}: ${what}`),
    )
    expect(found).toEqual([])
  })

  test('and would find one', () => {
    expect(likeSecrets('const build = "2f1c0a9de8b7465534f1e0d9c8b7a6f5e4d3c2b1"')).toHaveLength(1)
    expect(
      likeSecrets(
        '<script integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC">',
      ),
    ).toHaveLength(1)
    expect(likeSecrets('api_key = "x-api-key-header"')).toHaveLength(1)
    expect(likeSecrets('name = "secims_bridge"; colour = "#1a8a86"; digits = "0123456789"')).toEqual([])
  })
})

const entropy = (characters: string): number => {
  const counts = new Map<string, number>()
  for (const one of characters) counts.set(one, (counts.get(one) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => {
    const share = count / characters.length
    return sum - share * Math.log2(share)
  }, 0)
}

/** Quoted texts with too much entropy for words, and constants named like secrets; limits as in detect-secrets. */
const likeSecrets = (source: string): string[] => {
  const quoted = [...source.matchAll(/(["'])([A-Za-z0-9+/=_-]{8,})\1/g)].map(([, , value = '']) => value)
  const random = quoted.filter((value) => {
    if (/^[0-9a-fA-F]+$/.test(value)) return !/^\d+$/.test(value) && entropy(value) > 3
    return entropy(value) > 4.5
  })
  const hashes = [...source.matchAll(/sha(?:256|384|512)-[A-Za-z0-9+/]{40,}/g)].map(([value]) => value)
  const named = [
    ...source.matchAll(
      /\b\w*(?:api_?key|auth_?key|private_?key|client_?key|db_?pass|password|passwd|pwd|secret)\w*\s*(?:=|:)\s*(["'])[^"'\s]{2,}\1/gi,
    ),
  ].map(([value]) => value)
  return [...random.filter((value) => !hashes.some((hash) => hash === value)), ...hashes, ...named].filter(
    (value, at, all) => all.findIndex((other) => other.includes(value)) === at,
  )
}

describe('npm run bridge:build', () => {
  const script = join(bridge, 'src/build.ts')

  test('writes the zip, and beside it the same files as a folder for QGIS_PLUGINPATH', async () => {
    const out = mkdtempSync(join(tmpdir(), 'secims-dist-'))
    try {
      const connect = 'Atlas=https://atlas.example'
      const { stdout } = await run(process.execPath, [script, '--out', out, '--connect', connect])
      expect(stdout).toMatch(/secims_bridge-\d+\.\d+\.\d+\.zip: \d+ files, \d+ kB/)
      const zip = unzipSync(readFileSync(join(out, `${folder}-${packageJson.version}.zip`)))
      for (const [path, content] of Object.entries(zip))
        expect(readFileSync(join(out, path)).equals(Buffer.from(content)), path).toBe(true)
      const manifest = JSON.parse(readFileSync(join(out, folder, 'manifest.json'), 'utf8'))
      expect(manifest.suggestedConnections).toEqual([{ name: 'Atlas', url: 'https://atlas.example' }])
    } finally {
      rmSync(out, { recursive: true, force: true })
    }
  })

  test('says in a sentence what it was given wrongly', async () => {
    const failed = await run(process.execPath, [script, '--connect', 'Atlas']).catch((error) => error)
    expect([failed.code, failed.stderr]).toEqual([
      1,
      "--connect takes NAME=https://address, but was given 'Atlas'.\n",
    ])
  })
})

describe('a build without all its parts says which is missing', () => {
  const source = () => {
    const place = mkdtempSync(join(tmpdir(), 'secims-source-'))
    cpSync(join(bridge, 'LICENSE'), join(place, 'LICENSE'))
    mkdirSync(join(place, 'shim'))
    writeFileSync(join(place, 'shim/__init__.py'), '')
    mkdirSync(join(place, 'panel'))
    writeFileSync(
      join(place, 'panel/index.html'),
      '<meta http-equiv="Content-Security-Policy" content=""><script src="panel.js"></script>',
    )
    writeFileSync(join(place, 'panel/panel.css'), 'body { margin: 0 }')
    writeFileSync(
      join(place, 'panel/main.tsx'),
      "import { render } from 'preact'\nrender(<p>{window?.name ?? 'none'}</p>, document.body)",
    )
    symlinkSync(join(bridge, '../node_modules'), join(place, 'node_modules'))
    return place
  }
  const built = async (change: (place: string) => void) => {
    const place = source()
    change(place)
    try {
      return await buildPlugin({ source: place })
    } finally {
      rmSync(place, { recursive: true, force: true })
    }
  }

  test('and nothing when all are there', async () => {
    const { files: made } = await built(() => {})
    expect(new TextDecoder().decode(made[`${folder}/panel/panel.js`])).not.toMatch(/\?\.|\?\?|=>\s*import/)
  })

  test.each<[string, (place: string) => void, RegExp]>([
    [
      'the shim',
      (place) => rmSync(join(place, 'shim'), { recursive: true }),
      /shim is missing: .* no __init__\.py/,
    ],
    ['the panel', (place) => rmSync(join(place, 'panel/main.tsx')), /panel is missing: .* no main\.tsx/],
    ['the styles', (place) => rmSync(join(place, 'panel/panel.css')), /panel has no styles/],
    [
      'the policy',
      (place) => writeFileSync(join(place, 'panel/index.html'), '<script src="panel.js"></script>'),
      /no meta element for the Content-Security-Policy/,
    ],
    [
      'what QtWebKit can read',
      (place) =>
        writeFileSync(join(place, 'panel/main.tsx'), 'document.title = String(/^\\p{L}$/u.test("x"))'),
      /would not run in QtWebKit[\s\S]*flag u, s, v or y/,
    ],
    [
      'styles that QtWebKit can draw',
      (place) => writeFileSync(join(place, 'panel/panel.css'), '.list { display: flex; gap: 4px }'),
      /would not run in QtWebKit[\s\S]*is a gap; use margins/,
    ],
  ])('%s', async (_what, change, sentence) => {
    await expect(built(change)).rejects.toThrow(sentence)
  })
})
