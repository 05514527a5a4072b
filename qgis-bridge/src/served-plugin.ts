/** What the server needs of the plugin. The bundler is loaded when somebody asks for the plugin, not at every start. */
import type { Plugin, PluginOptions } from './build-plugin.ts'
import { icons } from './icons.ts'
import { toPluginsXml } from './repository.ts'

export const createServedPlugin = () => {
  const builder = async () => (await import('./build-plugin.ts')).createPluginBuilder()
  let loaded: ReturnType<typeof builder> | undefined
  return {
    build: async (options: PluginOptions): Promise<Plugin> => {
      loaded ??= builder()
      return (await loaded)(options)
    },
    toPluginsXml,
    icon: icons['secims.svg'],
  }
}

export type ServedPlugin = ReturnType<typeof createServedPlugin>
