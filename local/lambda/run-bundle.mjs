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
  try {
    process.send({ result: (await handler(event, context)) ?? null });
  } catch (error) {
    process.send({ errorType: error.name, errorMessage: error.message });
  }
});
// Once its parent lets it go it ends by itself: nothing of an invocation that is over may keep it.
process.send('ready');
