/** Who may import whom (architecture §3): data flows down, no import points up, pure folders stay pure. */
const src = '^backend/src/'
const pure = `${src}(domain|metadata|preflight|styles|cql2|geo|xml)/`
const tests = '\\.test\\.ts$'

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'pure-folders-import-only-pure-folders',
      severity: 'error',
      from: { path: pure, pathNot: tests },
      to: { path: src, pathNot: pure },
    },
    {
      name: 'pure-folders-touch-nothing-outside',
      severity: 'error',
      from: { path: pure, pathNot: `${tests}|make-[a-z-]+\\.ts$|${src}geo/crs-table\\.ts$` },
      to: { path: '^(node:)?(fs|net|http|https|child_process|worker_threads|dns|tls)(/|$)' },
    },
    {
      name: 'services-do-not-see-http-faces',
      severity: 'error',
      from: { path: `${src}services/`, pathNot: tests },
      to: { path: `${src}(routes|ogc|jobs|contract)/|node_modules/express` },
    },
    {
      name: 'repositories-see-database-and-domain-only',
      severity: 'error',
      from: { path: `${src}repositories/`, pathNot: tests },
      to: { path: `${src}(services|routes|ogc|jobs|contract|ingest|http)/` },
    },
    {
      name: 'outer-reach-does-not-decide',
      severity: 'error',
      from: { path: `${src}(ingest|files|render|mail|kobo|db)/`, pathNot: tests },
      to: { path: `${src}(services|routes|ogc|jobs|contract|http)/` },
    },
    {
      name: 'faces-do-not-see-sql',
      severity: 'error',
      from: { path: `${src}(routes|ogc)/`, pathNot: tests },
      to: { path: `${src}db/` },
    },
    {
      name: 'faces-do-not-see-each-other',
      severity: 'error',
      from: { path: `${src}ogc/([^/]+)/`, pathNot: tests },
      to: { path: `${src}ogc/`, pathNot: `${src}ogc/($1|common)/` },
    },
    { name: 'only-app-and-main-see-everything', severity: 'error', from: { path: src, pathNot: `${src}(main|app)\\.ts$|${tests}` }, to: { path: `${src}(app|main)\\.ts$` } },
    {
      name: 'only-app-sees-the-qgis-bridge',
      severity: 'error',
      from: { path: '^backend/', pathNot: `${src}app\\.ts$|${tests}` },
      to: { path: '^qgis-bridge/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-panel-runs-in-a-web-view',
      severity: 'error',
      from: { path: '^(qgis-bridge/panel|backend/web/ui)/', pathNot: tests },
      to: {
        path: '^backend/|^qgis-bridge/src/|^(node:)?(fs|path|net|http|https|os|child_process|worker_threads|crypto)(/|$)',
        // backend/web/ui are the components that panel and browser pages share.
        pathNot: `${pure}|^backend/web/ui/`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'the-plugin-is-built-from-the-contract',
      severity: 'error',
      from: { path: '^qgis-bridge/src/', pathNot: tests },
      to: { path: src, pathNot: `${pure}|${src}contract/` },
    },
    { name: 'the-program-does-not-need-its-tests', severity: 'error', from: { path: '^(backend|qgis-bridge)/', pathNot: tests }, to: { path: '^test/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.gen\\.(ts|json)$' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js'], conditionNames: ['import', 'node', 'default', 'types'], exportsFields: ['exports'] },
  },
}
