// A stub of Bluesky's chat service: OUR code, for nobody publishes theirs. Everything in front of it is real: the PDS
// decides who may come through with which kind of password, finds this service in the directory, and signs for the
// caller. What comes in and what goes out is checked against the lexicons that Bluesky publishes.
import http from 'node:http'
import { schemas } from '@atproto/api'
import { Secp256k1Keypair } from '@atproto/crypto'
import { IdResolver } from '@atproto/identity'
import { Lexicons } from '@atproto/lexicon'
import { verifyJwt } from '@atproto/xrpc-server'
import * as plc from '@did-plc/lib'

const MESSAGE = 'chat.bsky.convo.defs#messageView'
const PAGE = 50

class Refused extends Error {
  constructor(status, error, message) {
    super(message)
    Object.assign(this, { status, error })
  }
}

// Ids and revisions grow, as those of the real service do.
class Clock {
  #ticks = 0
  next() {
    this.#ticks += 1
    return `3l${this.#ticks.toString(32).padStart(11, '2')}`
  }
}

class Rooms {
  #clock = new Clock()
  #rooms = new Map()

  between(members) {
    const wanted = [...new Set(members)].sort()
    const same = (room) => room.members.join(' ') === wanted.join(' ')
    const known = [...this.#rooms.values()].find(same)
    if (known) return known
    const room = { id: this.#clock.next(), rev: this.#clock.next(), members: wanted, messages: [], read: {} }
    this.#rooms.set(room.id, room)
    return room
  }

  of(member) {
    const theirs = [...this.#rooms.values()].filter((room) => room.members.includes(member))
    return theirs.sort((one, other) => (one.rev < other.rev ? 1 : -1))
  }

  find(id, member) {
    const room = this.#rooms.get(id)
    if (!room?.members.includes(member)) throw new Refused(400, 'InvalidConvo', 'Convo not found')
    return room
  }

  say(room, member, text) {
    room.rev = this.#clock.next()
    const sentAt = new Date().toISOString()
    const message = { $type: MESSAGE, id: this.#clock.next(), rev: room.rev, text, sender: { did: member }, sentAt }
    room.messages.push(message)
    return message
  }
}

// `count` of the newest after the `cursor`, which is how many were read before; opaque to who asks.
const page = (newestFirst, { limit = PAGE, cursor = '0' }) => {
  const start = Number(cursor) || 0
  const end = start + Number(limit)
  return [newestFirst.slice(start, end), end < newestFirst.length ? { cursor: String(end) } : {}]
}

const methods = (rooms, handles) => {
  const view = async (room, me) => ({
    id: room.id,
    rev: room.rev,
    members: await Promise.all(room.members.map(async (did) => ({ did, handle: await handles(did) }))),
    muted: false,
    status: 'accepted',
    unreadCount: room.messages.slice(room.read[me] ?? 0).filter((message) => message.sender.did !== me).length,
    ...(room.messages.length ? { lastMessage: room.messages.at(-1) } : {}),
  })
  return {
    'chat.bsky.convo.getConvoForMembers': async (me, { members }) => ({
      convo: await view(rooms.between([me, ...members]), me),
    }),
    'chat.bsky.convo.getConvo': async (me, { convoId }) => ({ convo: await view(rooms.find(convoId, me), me) }),
    'chat.bsky.convo.listConvos': async (me, asked) => {
      const [theirs, rest] = page(rooms.of(me), asked)
      return { convos: await Promise.all(theirs.map((room) => view(room, me))), ...rest }
    },
    'chat.bsky.convo.getMessages': async (me, asked) => {
      const [messages, rest] = page([...rooms.find(asked.convoId, me).messages].reverse(), asked)
      return { messages, ...rest }
    },
    'chat.bsky.convo.sendMessage': async (me, _, { convoId, message }) =>
      rooms.say(rooms.find(convoId, me), me, message.text),
    'chat.bsky.convo.updateRead': async (me, _, { convoId }) => {
      const room = rooms.find(convoId, me)
      room.read[me] = room.messages.length
      return { convo: await view(room, me) }
    },
    'chat.bsky.convo.getConvoAvailability': async () => ({ canChat: true }),
  }
}

// What stands in an address, as the lexicon wants it: lists stay lists, numbers become numbers.
const parameters = (url, lexicon) => {
  const wanted = lexicon.parameters?.properties ?? {}
  const names = [...new Set(url.searchParams.keys())]
  return Object.fromEntries(
    names.map((name) => {
      const [first, ...more] = url.searchParams.getAll(name)
      if (wanted[name]?.type === 'array') return [name, [first, ...more]]
      return [name, wanted[name]?.type === 'integer' ? Number(first) : first]
    }),
  )
}

const body = async (request) => {
  const parts = []
  for await (const part of request) parts.push(part)
  return JSON.parse(Buffer.concat(parts).toString() || '{}')
}

// Opens the service and registers it in the directory, where the PDS will look for it.
export const openChat = async (directory, port) => {
  const lexicons = new Lexicons(schemas)
  const resolver = new IdResolver({ plcUrl: directory, fetch: globalThis.fetch })
  const { did } = await register(directory, port)
  const handles = async (member) => (await resolver.did.resolveAtprotoData(member)).handle
  const answers = methods(new Rooms(), handles)

  const answer = async (request) => {
    const url = new URL(request.url, 'http://localhost')
    const method = url.pathname.replace('/xrpc/', '')
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
    const key = async (issuer) => (await resolver.did.resolveAtprotoData(issuer)).signingKey
    const { iss } = await verifyJwt(token, null, method, key)
    if (!Object.hasOwn(answers, method)) throw new Refused(501, 'MethodNotImplemented', method)
    const asked = parameters(url, lexicons.getDefOrThrow(method))
    const given = request.method === 'POST' ? await body(request) : undefined
    if (given) lexicons.assertValidXrpcInput(method, given)
    else lexicons.assertValidXrpcParams(method, asked)
    const told = await answers[method](iss, asked, given)
    lexicons.assertValidXrpcOutput(method, told)
    return told
  }

  const server = http.createServer(async (request, response) => {
    const write = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(value))
    }
    try {
      write(200, await answer(request))
    } catch (problem) {
      const error = problem.error ?? problem.customErrorName ?? 'InvalidRequest'
      write(problem.status ?? problem.type ?? 400, { error, message: problem.message })
    }
  })
  await new Promise((ready) => server.listen({ port }, ready))
  return { did, close: () => server.close() }
}

const register = async (directory, port) => {
  const endpoint = `http://localhost:${port}`
  const client = new plc.Client(directory)
  const key = await Secp256k1Keypair.create()
  const own = { signingKey: key.did(), rotationKeys: [key.did()], handle: 'chat.test', pds: endpoint, signer: key }
  const did = await client.createDid(own)
  await client.updateData(did, key, (known) => ({
    ...known,
    services: { ...known.services, bsky_chat: { type: 'BskyChatService', endpoint } },
  }))
  return { did }
}
