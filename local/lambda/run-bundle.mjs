// The process that a function runs in: loads its bundle, as Lambda does, and invokes it for each message.
const { handler } = await import(process.argv[2]);

let end = 0;

process.on('message', async ({ event, requestId, timeoutMs, timeLeftMs }) => {
  if (timeLeftMs !== undefined) {
    end = Date.now() + timeLeftMs;
    process.send('acknowledged');
    return;
  }
  end = Date.now() + timeoutMs;
  const context = {
    awsRequestId: requestId,
    functionName: 'local',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
  const answer = await handler(event, context).then(
    (result) => ({ result: result ?? null }),
    (error) => ({ errorType: error.name, errorMessage: error.message }),
  );
  // The log takes another way than the answer: its end is marked, so that whoever waits for both has all of it.
  for (const stream of [process.stdout, process.stderr]) stream.write(`end of invocation ${requestId}\n`);
  process.send(answer);
});
// Once its parent lets it go it ends by itself: nothing of an invocation that is over may keep it.
process.send('ready');
