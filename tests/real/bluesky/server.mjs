// The real Bluesky network on this machine: directory (PLC), personal data server (PDS), AppView and what they need.
//
// Ports come from the environment. When everything answers, one line of JSON on standard output says where; the
// process ends at SIGTERM, or when its standard input closes.
import { TestNetwork } from '@atproto/dev-env'
import { openChat } from './chat.mjs'

const port = (name) => {
  const given = Number(process.env[name])
  if (!given) throw new Error(`${name} says no port`)
  return given
}

const appview = port('APPVIEW_PORT')
const network = await TestNetwork.create({
  plc: { port: port('PLC_PORT') },
  pds: {
    port: port('PDS_PORT'),
    hostname: 'localhost',
    enableDidDocWithSession: true,
    rateLimitsEnabled: process.env.RATE_LIMITS === '1',
  },
  bsky: { port: appview, publicUrl: `http://localhost:${appview}` },
})
const chat = await openChat(network.plc.url, port('CHAT_PORT'))

const end = async () => {
  chat.close()
  await network.close().catch(() => {})
  process.exit(0)
}
process.on('SIGTERM', end)
process.stdin.on('end', end).resume()

console.log(
  JSON.stringify({ pds: network.pds.url, plc: network.plc.url, appview: network.bsky.url, chat: chat.did }),
)
