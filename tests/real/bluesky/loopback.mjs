// Loaded before all else: whatever this process serves, it serves on this machine only.
import net from 'node:net'

const LOOPBACK = '127.0.0.1'
const { listen } = net.Server.prototype

// The libraries call listen() with a port, with options, or with neither; a path or a handle is no network.
net.Server.prototype.listen = function (...asked) {
  const then = asked.filter((value) => typeof value === 'function')
  const first = asked.find((value) => typeof value !== 'function')
  if (first === undefined || first === null) return listen.call(this, { port: 0, host: LOOPBACK }, ...then)
  if (typeof first === 'object') {
    return listen.call(this, 'port' in first ? { ...first, host: LOOPBACK } : first, ...then)
  }
  const port = Number(first)
  return listen.call(this, Number.isNaN(port) ? first : { port, host: LOOPBACK }, ...then)
}
