// Consume, transform, produce, at least once: the offset of a batch is resolved once its outputs are acknowledged.
'use strict';

const { Kafka, CompressionTypes, logLevel } = require(`${process.env.TARGET}/node_modules/kafkajs`);

const THRESHOLD = 70;
const ACKS_ALL = -1;

function transform(text) {
  const event = JSON.parse(text);
  return JSON.stringify({
    device: event.deviceId,
    at: event.timestamp,
    site: event.location.site,
    alarm: event.temperature > THRESHOLD ? 'high' : 'none',
  });
}

async function main({ BOOTSTRAP, SOURCE, SINK, GROUP }) {
  const kafka = new Kafka({ brokers: [BOOTSTRAP], logLevel: logLevel.WARN });
  const consumer = kafka.consumer({ groupId: GROUP, minBytes: 100_000, maxWaitTimeInMs: 500 });
  const producer = kafka.producer({ idempotent: true });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topics: [SOURCE], fromBeginning: true });
  await consumer.run({
    autoCommitInterval: 1000,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, commitOffsetsIfNecessary, heartbeat }) => {
      const messages = batch.messages.map(({ key, value, headers, timestamp }) => ({
        key,
        value: transform(value),
        headers,
        timestamp,
      }));
      await producer.send({ topic: SINK, messages, acks: ACKS_ALL, compression: CompressionTypes.None });
      resolveOffset(batch.lastOffset());
      await commitOffsetsIfNecessary();
      await heartbeat();
    },
  });
  process.once('SIGTERM', async () => {
    await consumer.disconnect();
    await producer.disconnect();
  });
}

main(process.env).catch((error) => {
  console.error(error);
  process.exit(1);
});
