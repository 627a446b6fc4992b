// SPDX-License-Identifier: LGPL-2.1-or-later
// What servers expect to be there and Node.js 18, as Debian 12 has it, does not give by itself.
globalThis.crypto ??= require("node:crypto").webcrypto;
