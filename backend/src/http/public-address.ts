/** Which IP addresses are public, so that this server may be sent to them by somebody's word (security B6). */
import { BlockList, isIP } from 'node:net'

// Two lists: a rule for IPv4 in IPv6's clothes would be one for all of IPv4, too.
const closed4 = new BlockList()
const closed6 = new BlockList()
const v4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
]
/** Those that stand for an IPv4 address, too: it could be any. */
const v6: [string, number][] = [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]
for (const [network, bits] of v4) closed4.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of v6) closed6.addSubnet(network, bits, 'ipv6')

/** False for what is no IP address, and for one with a zone. */
export const isPublicAddress = (address: string): boolean => {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return false
  return family === 4 ? !closed4.check(address, 'ipv4') : !closed6.check(address, 'ipv6')
}
