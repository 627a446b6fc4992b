// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What one writes with Node and `ws`: each media message is parsed, its audio goes from mu-law to
// 16 kHz PCM and back, and returns as JSON. One process. Prints its port.
'use strict';

const { WebSocketServer } = require('ws');

const RATIO = 2;
const BIAS = 132;
const CLIP = 32635;

const decodeTable = new Int16Array(256);
for (let code = 0; code < 256; code++) {
  const value = ~code & 0xff;
  const exponent = (value >> 4) & 7;
  const magnitude = ((((value & 0x0f) << 3) + BIAS) << exponent) - BIAS;
  decodeTable[code] = value & 0x80 ? -magnitude : magnitude;
}

const encodeTable = new Uint8Array(65536);
for (let i = 0; i < 65536; i++) {
  const sample = (i << 16) >> 16;
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  const sign = sample < 0 ? 0x80 : 0;
  encodeTable[i] = ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

// To 16 kHz by linear interpolation; the state is the last sample of the frame before.
function upsample(codes, state) {
  const pcm = new Int16Array(codes.length * RATIO);
  let last = state.last;
  for (let i = 0; i < codes.length; i++) {
    const sample = decodeTable[codes[i]];
    pcm[2 * i] = (last + sample) >> 1;
    pcm[2 * i + 1] = sample;
    last = sample;
  }
  state.last = last;
  return pcm;
}

function downsample(pcm) {
  const codes = Buffer.allocUnsafe(pcm.length / RATIO);
  for (let i = 0; i < codes.length; i++)
    codes[i] = encodeTable[((pcm[2 * i] + pcm[2 * i + 1]) >> 1) & 0xffff];
  return codes;
}

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096,
  perMessageDeflate: false });

server.on('connection', (socket) => {
  const state = { last: 0 };
  let streamSid = null;

  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    if (message.event === 'media') {
      const pcm = upsample(Buffer.from(message.media.payload, 'base64'), state);
      const payload = downsample(pcm).toString('base64');
      socket.send(JSON.stringify({ event: 'media', streamSid, media: { payload } }));
    } else if (message.event === 'start') {
      streamSid = message.start.streamSid;
    } else if (message.event === 'stop') {
      socket.close();
    }
  });
});
server.on('listening', () => console.log(server.address().port));
