/** An address of PostgreSQL in the only form GDAL 3.6 takes for writing. */
export const gdalAddress = (databaseUrl: string): string => {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl)
  const parts = { host: hostname, port: port || '5432', user: username, password, dbname: pathname.slice(1) }
  const shown = Object.entries(parts).filter(([, value]) => value !== '')
  return `PG:${shown.map(([name, value]) => `${name}='${decodeURIComponent(value)}'`).join(' ')}`
}
