// Loaded by every Node.js of the emulator, before the function: so the test knows what it really ran on.
require('node:fs').appendFileSync(process.env.TELL_VERSION_IN, `${process.version} ${process.pid}\n`);
