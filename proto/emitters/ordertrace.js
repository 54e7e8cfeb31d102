// Reports an order's steps to the ordertrace agent on this host, by UDP. Paste what stands above the demo.
// It never blocks, never throws and does not keep the process alive; with no agent there the line goes nowhere.
'use strict';
const dgram = require('node:dgram');

const socket = dgram.createSocket('udp4').on('error', () => {});
socket.unref();
const port = Number(process.env.ORDERTRACE_PORT) || 4747;
const escapes = {'\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t'};
const quoted = (value) => `"${String(value).replace(/[\\"\n\r\t]/g, (found) => escapes[found])}"`;

// ordertrace('end', '10042', {step: 'push_to_crm', res: 'fail'}, 'price service timeout')
function ordertrace(verb, order, keys = {}, note = '') {
  try {
    let line = `ord1 ${verb} ${quoted(order)}`;
    for (const [key, value] of Object.entries(keys)) line += ` ${key}=${quoted(value)}`;
    if (note) line += ` :${String(note).replace(/[\r\n]+/g, ' ')}`; // one event stays one line
    const bytes = Buffer.from(line);
    let size = Math.min(bytes.length, 8192);
    while (size < bytes.length && (bytes[size] & 0xc0) === 0x80) --size; // no half character at the end
    socket.send(bytes.subarray(0, size), port, '127.0.0.1', () => {});
  } catch {
    // Whatever it is: tracing must not be the service's trouble.
  }
}

// demo

if (require.main === module) {
  let slowest = 0;
  const timed = (...words) => {
    const begin = performance.now();
    ordertrace(...words);
    slowest = Math.max(slowest, performance.now() - begin);
  };
  timed('start', 'ЗК-77', {step: 'calc_price', id: 'op-7'});
  timed('end', 'ЗК-77', {step: 'calc_price', id: 'op-7', _material: 'дуб "A" C:\\new'});
  timed('span', '10042',
    {step: 'push to crm', ms: 250, try: 3, of: 3, res: 'fail', err: 'said "no"\nC:\\temp'},
    'on the way\nord1 status 10043 st=STOLEN');
  timed('status', 'ЗК-77', {st: 'РАСПИЛ'}, 'принято "как есть"');
  timed('note', 'ЗК-77', {}, 'слово '.repeat(10000));
  console.log(`slowest call: ${slowest.toFixed(3)} ms`);
}
